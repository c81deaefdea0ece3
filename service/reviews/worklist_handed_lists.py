"""Lists that wait to be handed over after a decision, for worklists and for the steps of a round.

What is handed over is a list of the whole commune, so the hand-over of any of its rounds counts
for the decisions before it. Which households changed since is told in numbers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from domain.reviews.codes import HANDED_LISTS
from domain.reviews.hand_over_days import hand_over_day
from domain.reviews.handed_lists import INSURANCE, TRACKS
from domain.reviews.steps import PERIODIC
from projections.reviews import handed_lists as asked
from projections.reviews import rounds as asked_of_rounds
from projections.reviews.handed_lists import DecidedRound, HandedRow
from service.access.authentication import HeldRole
from service.access.authorization import RequestContext
from service.reviews import words
from service.reviews.deadlines import LastDay
from service.reviews.places import units_of_rounds
from service.reviews.worklist_item import Item
from service.ui.i18n import in_language


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list of a round that waits: to be handed over, or with `changed` households again."""

    handed_list: str
    due: LastDay | None
    rule: str
    changed: int = 0


@dataclass(slots=True)
class Handed:
    """The hand-overs of some communes, the earliest first."""

    context: RequestContext
    rows: list[HandedRow] = field(default_factory=list)

    def of(self, area: str, handed_list: str) -> list[HandedRow]:
        """Those of a list of a commune."""
        return [one for one in self.rows if (one.area, one.handed_list) == (area, handed_list)]

    def waiting(self, round_: Any, round_id: UUID, signed_on: date) -> Iterator[Waiting]:
        """The lists of a round that wait, after its last decision."""
        for handed_list in HANDED_LISTS:
            every = self.of(round_.area, handed_list)
            done = [one for one in every if one.round_id == round_id or one.handed_on >= signed_on]
            due = hand_over_day(
                self.context.services.areas(), round_.area, handed_list, round_.track, round_.year
            )
            last_day = LastDay(due.of(round_.year), provisional=False) if due else None
            rule = due.what.in_language(in_language()) if due else ""
            if not done:
                yield Waiting(handed_list, last_day, rule)
            elif every[-1].round_id == round_id and (number := self.changed(every[-1])):
                yield Waiting(handed_list, None, rule, number)

    def changed(self, last: HandedRow) -> int:
        """The households that changed since a hand-over, within the year of its round."""
        context = self.context
        if last.year != context.today.year:
            return 0
        units = context.services.areas().units_within(last.area, context.today)
        with context.services.reading() as conn:
            return asked.changed(
                conn, last.round_id, last.handed_list, units or (), on=context.today
            )


def handed_of(context: RequestContext, units: Iterable[str] | None, since: int) -> Handed:
    """The hand-overs of communes in the rounds from a year on."""
    with context.services.reading() as conn:
        return Handed(context, asked.of_areas(conn, units, since=since))


def items(context: RequestContext, held: HeldRole) -> Iterator[Item]:
    """The items of a role about lists to hand over, of the rounds of this year and the one before.

    Of each track the round decided on last is asked about.
    """
    units, since = units_of_rounds(context, held.area), context.today.year - 1
    with context.services.reading() as conn:
        decided = asked.decided_rounds(conn, units, TRACKS, since=since)
    if not decided:
        return
    handed = handed_of(context, units, since)
    for one in decided:
        yield from _items(context, one, list(handed.waiting(one, one.round_id, one.signed_on)))


def _items(
    context: RequestContext, round_: DecidedRound, waiting: Iterable[Waiting]
) -> Iterator[Item]:
    where = ""
    for one in waiting:
        if not where:
            with context.services.reading() as conn:
                row = asked_of_rounds.round_of(conn, round_.round_id)
            where = words.round_title(row.track, row.year, row.month) if row else ""
        left = round_.left if round_.track == PERIODIC else 0
        blocked = _("còn %(n)s hộ chưa có quyết định", n=left) if left and not one.changed else ""
        overdue = one.due is not None and one.due.day < context.today
        link = url_for("round_handed_lists.show", round_id=round_.round_id, list=one.handed_list)
        kind = "handed_list_changed" if one.changed else "handed_list"
        yield Item(kind, title_of(one), link, one.due, overdue, blocked, where)


def title_of(one: Waiting) -> str:
    """What is to be done with a list, in words."""
    if one.handed_list == INSURANCE:
        if one.changed:
            return _(
                "Gửi lại danh sách cho cơ quan bảo hiểm xã hội: %(n)s hộ thay đổi sau khi gửi",
                n=one.changed,
            )
        return _("Gửi danh sách cho cơ quan bảo hiểm xã hội")
    if one.changed:
        return _(
            "Gửi lại danh sách cho Ngân hàng Chính sách xã hội: %(n)s hộ thay đổi sau khi gửi",
            n=one.changed,
        )
    return _("Gửi danh sách cho Ngân hàng Chính sách xã hội")
