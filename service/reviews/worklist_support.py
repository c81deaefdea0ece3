"""Items of a worklist about support: cases to assess, approve, grant and pay, batches to approve.

No text sets a time limit for a step. The one last day is that of the money: 31 December of the year
in which the line that pays may be spent (docs/decisions/0221).
"""

from collections.abc import Callable, Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from projections.support import cases, grant_batches
from projections.support.cases import WaitingCases
from service.access.authentication import HeldRole
from service.access.authorization import RequestContext
from service.access.permissions import CASE_WORKER, CHAIRMAN
from service.reviews.deadlines import last_day
from service.reviews.places import units_of_rounds
from service.reviews.worklist_item import Item
from service.ui import navigation

STEPS = {CASE_WORKER: ("requested", "approved", "granted"), CHAIRMAN: ("assessed",)}
"""The states of cases that wait for a role; of those granted, the ones that are not paid."""


def items(context: RequestContext, held: HeldRole) -> Iterator[Item]:
    """The items of a role about the support cases and batches of its area."""
    steps = STEPS.get(held.role, ())
    if not steps or held.villages:
        return
    units = units_of_rounds(context, held.area)
    areas = None if units is None else sorted(units)
    with context.services.reading() as conn:
        waiting = cases.waiting(conn, areas=areas)
        batches = grant_batches.drawn_up(conn, areas=areas) if held.role == CHAIRMAN else 0
    where = navigation.area_name(
        context, *navigation.standing_unit(context, held.area, context.today)
    )
    for one in waiting:
        if one.status in steps:
            yield _of_cases(context, one, where)
    if batches:
        title = _("%(n)s đợt chi trả chờ phê duyệt", n=batches)
        yield Item("grant_batch", title, url_for("grant_batch_pages.batches_page"), where=where)


def _of_cases(context: RequestContext, one: WaitingCases, where: str) -> Item:
    due = date(one.spending_year, 12, 31) if one.spending_year is not None else None
    return Item(
        "case",
        TITLES[one.status](one.cases),
        url_for("case_pages.board", status=one.status),
        last_day(due),
        due is not None and due < context.today,
        where=where,
    )


TITLES: dict[str, Callable[[int], str]] = {
    "requested": lambda n: _("%(n)s hồ sơ hỗ trợ chờ thẩm định", n=n),
    "assessed": lambda n: _("%(n)s hồ sơ hỗ trợ chờ phê duyệt", n=n),
    "approved": lambda n: _("%(n)s hồ sơ hỗ trợ chờ quyết định", n=n),
    "granted": lambda n: _("%(n)s hồ sơ hỗ trợ chờ chi trả", n=n),
}
