"""What a list is a list of, in words: the same on the screen, on paper and in a sheet."""

from typing import Any

from flask_babel import gettext as _

from domain.households import codes
from projections.households.deprivations import indicator_names
from projections.households.sentences import code
from service.access.authorization import RequestContext
from service.households.list_query import SURVEYED, village_of
from service.households.list_results import HouseholdPage
from service.ui import labels, navigation, render
from service.ui.i18n import in_language


def filter_texts(context: RequestContext, shown: HouseholdPage) -> list[str]:
    """Each filter that is set, as "what: which"; the words of a search among them."""
    query, language = context.query, in_language()
    on = query["as_of"] or context.today
    ward, village = village_of(query["village"])
    kept = context.place.village if context.place else None
    texts: list[tuple[Any, Any]] = []
    if query["q"].strip():
        texts.append((_("Tìm"), query["q"].strip()))
    if village or kept:
        place = village or kept
        if ward:
            place = navigation.village_in(context, str(place), ward, on)
        texts.append((_("Thôn, tổ dân phố"), place))
    if query["class_"]:
        listed = _("Hộ nghèo, hộ cận nghèo")
        of_code = labels.CLASSES.get(query["class_"].replace("none", ""), "")
        texts.append((_("Phân loại"), listed if query["class_"] == "listed" else of_code))
    if query["flag"]:
        texts.append((_("Nhóm đối tượng"), labels.FLAGS[query["flag"]]))
    if query["cause"]:
        texts.append((_("Nguyên nhân nghèo"), code(codes.CAUSES, query["cause"], language)))
    if query["indicator"]:
        known = indicator_names(on, language)
        name = known.get(query["indicator"], query["indicator"])
        surveyed = query["indicator"] == SURVEYED
        texts.append((_("Thiếu hụt chỉ số"), _("Hộ có Phiếu B") if surveyed else name))
    if query["movement"]:
        way = labels.movement(query["movement"], query["of"])
        texts.append((_("Diễn biến"), f"{way}, {labels.CLASSES[query['of']]}"))
    if query["since"]:
        texts.append((_("Từ ngày"), render.day(query["since"])))
    if query["changed"]:
        texts.append((_("Có thay đổi từ ngày"), render.day(query["changed"])))
    marks = [
        text
        for name, text in (
            ("newly_escaped", _("Mới thoát nghèo")),
            ("ended", _("Gồm cả hộ đã ngừng quản lý")),
        )
        if query[name]
    ]
    return [*(f"{what}: {which}" for what, which in texts), *marks]
