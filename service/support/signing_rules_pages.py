"""The page of signing rules: all versions of an area, and the form that adds one."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from marshmallow import fields, validate

from domain.support.budget import MOST_MONEY
from domain.support.codes import SIGNING_ACTS, STEPS_APART
from domain.support.signing_rules import MOST_SIGNATURES, AddSigningVersion, Tier, version_for
from service.access.authorization import RequestContext, Rule
from service.http.commands import Circumstances
from service.http.parsing import Code, Unit, Whole
from service.support import area_choice, form_page, words
from service.support.case_forms import choices, paper, when
from service.support.permissions import May
from service.support.signing_api import versions_of
from service.ui import navigation
from service.ui.forms import Choice, Field, Form
from service.ui.i18n import lazy as _l
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

pages = PageBlueprint("signing_rules_pages", __name__)

READ = Rule(May.READ_SIGNING, area_choice.place(May.READ_SIGNING))
SET = Rule(May.SET_SIGNING, area_choice.place(May.SET_SIGNING))
ROWS = 3
ACTS = {
    "": _l("Mọi việc phê duyệt"),
    "case_approval": _l("Phê duyệt hồ sơ hỗ trợ"),
    "batch_approval": _l("Phê duyệt đợt chi trả"),
}
STEPS = {
    "disburse": _l("Chi trả"),
    "deliver": _l("Bàn giao cho hộ"),
    "reconcile": _l("Đối chiếu"),
}


class VersionBody(Circumstances):
    """A version: the signatures from 0 đồng on, and from up to two higher amounts."""

    area = Unit(required=True)
    act = Code(SIGNING_ACTS, required=True)
    signatures_0 = Whole(1, MOST_SIGNATURES, required=True)
    amount_1 = Whole(1, MOST_MONEY, load_default=None)
    signatures_1 = Whole(1, MOST_SIGNATURES, load_default=None)
    amount_2 = Whole(1, MOST_MONEY, load_default=None)
    signatures_2 = Whole(1, MOST_SIGNATURES, load_default=None)
    apart = fields.List(
        Code(STEPS_APART), load_default=list, validate=validate.Length(max=len(STEPS_APART))
    )


def _fields(context: RequestContext) -> tuple[Field, ...]:
    held = [one for one in navigation.areas_of(context, May.SET_SIGNING.value) if one]
    areas = tuple(Choice(*one) for one in navigation.named(context, held, context.today))
    acts = {code: ACTS[code] for code in SIGNING_ACTS}
    return (
        Field("area", _("Địa bàn"), "choice", required=True, choices=areas, verbatim=True),
        Field("act", _("Việc"), "choice", required=True, choices=choices(acts)),
        Field("signatures_0", _("Số người ký từ 0 đồng"), "whole", required=True, initial="1"),
        Field("amount_1", _("Từ số tiền (đồng)"), "money"),
        Field("signatures_1", _("Số người ký từ số tiền này"), "whole"),
        Field("amount_2", _("Từ số tiền cao hơn (đồng)"), "money"),
        Field("signatures_2", _("Số người ký từ số tiền cao hơn"), "whole"),
        Field("apart", _("Việc mà người đã ký không làm"), "many", choices=choices(STEPS),
              help=_("Người tiếp nhận hoặc thẩm định không bao giờ phê duyệt hồ sơ đó.")),
        when(context, _("Áp dụng từ ngày")),
        *paper(required=True),
    )  # fmt: skip


FORM = Form(VersionBody, _fields)


@pages.get("/tham-quyen-ky", rule=READ, query=area_choice.AreaOfPage)
def rules_page(context: RequestContext) -> str:
    """The signing rules of an area with all their versions, and which hold today."""
    unit, day = navigation.standing_unit(context, context.area, context.today)
    services = context.services.application.support.services()
    standing = {
        act: version_for(services, context.area, act, context.today) for act in SIGNING_ACTS
    }
    return render(
        "support/signing_rules.html",
        title=_("Thẩm quyền ký"),
        area_name=navigation.area_name(context, unit, day),
        unit=context.area,
        areas=area_choice.areas_offered(context, May.READ_SIGNING),
        versions=versions_of(context, context.area),
        standing=standing,
        acts=ACTS,
        steps=STEPS,
        may_set=navigation.may_in(May.SET_SIGNING.value, context, context.area),
        said=words,
    )


@pages.get("/tham-quyen-ky/moi", rule=SET)
def show_version(context: RequestContext) -> str:
    """The form that adds a version."""
    above = [(_("Thẩm quyền ký"), url_for("signing_rules_pages.rules_page"))]
    records = _("Quy định mới áp dụng từ ngày ghi; quy định cũ vẫn được giữ cho các ngày trước.")
    return form_page.form_page(context, FORM, _("Thêm quy định ký"), records, above=above)


@pages.post(
    "/tham-quyen-ky/moi",
    rule=SET,
    form=FORM,
    again=show_version,
    beside={
        "signing_rules_invalid": "signatures_0",
        "signing_version_overlaps": "effective_on",
        "support_document_missing": "document.number",
    },
    several=frozenset({"apart"}),
)
def add_version(context: RequestContext) -> Any:
    """Adds a version of the signing rules of an act, from a day on."""
    body = context.body
    tiers = [Tier(0, body["signatures_0"])]
    for row in range(1, ROWS):
        amount, signatures = body[f"amount_{row}"], body[f"signatures_{row}"]
        if amount is not None or signatures is not None:
            tiers.append(Tier(amount or 0, signatures or 0))
    command = AddSigningVersion(context.area, body["act"], tuple(tiers), tuple(body["apart"]))
    outcome = form_page.run(context, command)
    to = url_for("signing_rules_pages.rules_page", area=context.area)
    return form_page.recorded(context, outcome, ("cases",), _("Đã thêm quy định ký."), to)
