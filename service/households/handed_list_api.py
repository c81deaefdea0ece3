"""The lists that a commune hands over, as Excel, by the API and on their page."""

from typing import Any

from flask import Response
from flask_babel import gettext as _

from domain.reviews.hand_over_days import hand_over_day
from domain.reviews.steps import PERIODIC
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.households import handed_lists
from service.households.permissions import May
from service.http.headers import XLSX
from service.http.parsing import AreaQuery, PastDay, Unit
from service.http.routes import ApiBlueprint
from service.ui import forms, navigation
from service.ui.i18n import in_language
from service.ui.page_routes import PageBlueprint
from service.ui.render import render

routes = ApiBlueprint(
    "handed lists",
    __name__,
    url_prefix="/api/v1/handed-lists",
    description="Lists for the insurance agency and the policy bank.",
)
pages = PageBlueprint("handed_lists", __name__)

HAND_OVER = Rule(May.HAND_OVER, asked_area)


class HandedListQuery(AreaQuery):
    """The area of the list, and its day."""

    as_of = PastDay(load_default=None, metadata={"description": "As it was on this day."})


class ListsQuery(forms.QueryForm):
    """The area of the list, its day, and which of the two is taken along."""

    area = Unit()
    as_of = forms.TypedPastDay(load_default=None)


def _answer(context: RequestContext, kind: str) -> Response:
    """The file of one list. A line of the read log says how many households it names."""
    found = handed_lists.gathered(context, kind, context.query["as_of"] or context.today)
    note_several(context, "export", found.households, list=kind)
    headers = {
        "Content-Disposition": f'attachment; filename="danh-sach-{kind}-{found.on:%Y%m%d}.xlsx"',
        "Cache-Control": "no-store",
    }
    return Response(handed_lists.workbook(context, found), content_type=XLSX, headers=headers)


_FILE: dict[str, Any] = {
    "rule": HAND_OVER,
    "query": HandedListQuery,
    "answer": None,
    "content_type": XLSX,
    "content": {"type": "string", "format": "binary"},
}


@routes.get("/insurance.xlsx", **_FILE)
def insurance_list(context: RequestContext) -> Response:
    """The poor, the near-poor and those who left both, each person, for the insurance agency."""
    return _answer(context, handed_lists.INSURANCE)


@routes.get("/bank.xlsx", **_FILE)
def bank_list(context: RequestContext) -> Response:
    """The poor, the near-poor and the newly escaped, each household, for the policy bank."""
    return _answer(context, handed_lists.BANK)


@pages.get("/danh-sach-gui", rule=HAND_OVER, query=ListsQuery)
def lists(context: RequestContext) -> Any:
    """The page from which the two lists are taken along."""
    unit, day = navigation.standing_unit(context, context.area, context.today)
    on = context.query["as_of"] or context.today
    due = hand_over_day(
        context.services.areas(), context.area, handed_lists.INSURANCE, PERIODIC, on.year
    )
    return render(
        "households/handed_lists.html",
        title=_("Danh sách gửi bảo hiểm xã hội, ngân hàng"),
        crumbs=navigation.area_crumbs(context, unit, day),
        unit=context.area,
        on=on,
        due=due.of(on.year) if due else None,
        rule=due.what.in_language(in_language()) if due else "",
        rows={kind: handed_lists.rows_of(context, kind, on) for kind in handed_lists.KINDS},
    )


@pages.get("/danh-sach-gui/bao-hiem.xlsx", rule=HAND_OVER, query=ListsQuery)
def insurance(context: RequestContext) -> Response:
    """The list for the insurance agency. Reading is logged."""
    return _answer(context, handed_lists.INSURANCE)


@pages.get("/danh-sach-gui/ngan-hang.xlsx", rule=HAND_OVER, query=ListsQuery)
def bank(context: RequestContext) -> Response:
    """The list for the policy bank. Reading is logged."""
    return _answer(context, handed_lists.BANK)
