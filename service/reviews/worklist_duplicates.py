"""Items of a worklist about households that may be one: pairs to settle, households to merge.

A pair that holds up a signature has the last day of the round that waits for it.
"""

from collections.abc import Iterable, Iterator, Sequence

from flask import url_for
from flask_babel import gettext as _

from domain.calendar import day_of
from projections.duplicates.waiting_pairs import WaitingPairs, waiting_pairs
from projections.reviews.rounds import RoundRow
from service.access.authentication import HeldRole
from service.access.authorization import RequestContext
from service.access.permissions import PROVINCE_OFFICER
from service.reviews.deadlines import LastDay, round_ends
from service.reviews.worklist_item import Item
from service.ui import navigation, render


def items(context: RequestContext, held: HeldRole, rows: Sequence[RoundRow]) -> Iterator[Item]:
    """The items of a role about pairs of its area; `rows` are the rounds that are not closed.

    A commune settles its own pairs and waits for those that it shares with another one; these are
    the province's.
    """
    standing, day = navigation.standing_unit(context, held.area, context.today)
    units = context.services.areas().units_within(standing, day)
    with context.services.reading() as conn:
        found = waiting_pairs(
            conn,
            units=units,
            villages=held.villages,
            rounds=[row.round_id for row in rows],
        )
    within, across = _parted(context, found, units)
    of_province = held.role == PROVINCE_OFFICER
    mine = across if of_province else within
    yield from _to_settle(context, [one for one in mine if not one.verdict], rows, of_province)
    if of_province:
        return
    yield from _to_merge([one for one in within if one.verdict], rows, context)
    yield from _of_others([one for one in across if not one.verdict], rows, context)


def _parted(
    context: RequestContext, found: Iterable[WaitingPairs], units: Iterable[str] | None
) -> tuple[list[WaitingPairs], list[WaitingPairs]]:
    """The pairs within one commune of today, and those between two that the role reaches, or of
    which it reaches one."""
    within: list[WaitingPairs] = []
    across: list[WaitingPairs] = []
    reached = None if units is None else set(units)
    for one in found:
        communes = {
            navigation.standing_unit(context, unit, context.today)[0]
            for unit in (one.area, one.other)
        }
        inside = reached is None or {one.area, one.other} <= reached
        (within if len(communes) == 1 and inside else across).append(one)
    return within, across


def _to_settle(
    context: RequestContext,
    found: Sequence[WaitingPairs],
    rows: Sequence[RoundRow],
    of_province: bool,
) -> Iterator[Item]:
    if not found:
        return
    oldest = render.day(day_of(min(one.oldest for one in found)))
    number = sum(one.pairs for one in found)
    if of_province:
        title = _("%(n)s cặp hộ nghi trùng giữa hai xã chờ kết luận, cũ nhất ngày %(day)s",
                  n=number, day=oldest)  # fmt: skip
    else:
        title = _("%(n)s cặp hộ nghi trùng chờ kết luận, cũ nhất ngày %(day)s",
                  n=number, day=oldest)  # fmt: skip
    yield _item("duplicate", title, url_for("duplicate_pages.queue"), found, rows, context)


def _to_merge(
    found: Sequence[WaitingPairs], rows: Sequence[RoundRow], context: RequestContext
) -> Iterator[Item]:
    if found:
        number = sum(one.pairs for one in found)
        title = _("%(n)s cặp đã kết luận cùng một hộ, chưa nhập hộ", n=number)
        link = url_for("duplicate_pages.queue", state="settled")
        yield _item("merger", title, link, found, rows, context)


def _of_others(
    found: Sequence[WaitingPairs], rows: Sequence[RoundRow], context: RequestContext
) -> Iterator[Item]:
    if found:
        number = sum(one.pairs for one in found)
        title = _("%(n)s cặp hộ nghi trùng với xã khác", n=number)
        blocked = _("cấp trên quản lý cả hai xã chưa kết luận")
        yield _item(
            "duplicate_runs", title, url_for("duplicate_pages.queue"), found, rows, context, blocked
        )


def _item(
    kind: str,
    title: str,
    link: str,
    found: Sequence[WaitingPairs],
    rows: Sequence[RoundRow],
    context: RequestContext,
    blocked_by: str = "",
) -> Item:
    """An item; where a round waits for a pair, with the last day of the round that ends first."""
    held = sum(one.held for one in found)
    if held:
        title = _("%(what)s; %(n)s cặp làm chưa ký được quyết định", what=title, n=held)
    due = _ends_first({id_ for one in found for id_ in one.rounds}, rows)
    overdue = due is not None and due.day < context.today
    return Item(kind, title, link, due, overdue, blocked_by, _("Hộ nghi trùng"))


def _ends_first(ids: Iterable[object], rows: Sequence[RoundRow]) -> LastDay | None:
    wanted = set(ids)
    days = [last for row in rows if row.round_id in wanted and (last := round_ends(row))]
    return min(days, key=lambda one: one.day, default=None)
