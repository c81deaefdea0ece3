"""A list of a commune as it would be handed over on a day, and what changed since it was.

The list is worked out from the households' own records, as the command does.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.errors import Refusal
from domain.reviews.hand_over_days import HandOverDay, hand_over_day
from domain.reviews.handed_lists import (
    KINDS,
    Difference,
    ListNow,
    day_of_list,
    differences,
    last_handed,
    list_of,
    require_decided,
    that_may_be_on,
)
from domain.reviews.round import Round
from domain.reviews.round_acts import HandedList
from projections.households import signed_decisions
from projections.reviews import handed_lists as asked
from projections.reviews.handed_lists import HandedRow
from service.access.authorization import RequestContext


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list on a day with the hand-overs of the round.

    `held_up_by` is the code of the refusal that a hand-over would meet, "" for none. `later` is
    the hand-over of a later round of the commune, after which changes are told there.
    """

    now: ListNow
    due: HandOverDay | None
    handed: list[HandedList]
    changes: list[Difference]
    later: HandedRow | None
    held_up_by: str

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """The households and persons of each kind."""
        return counted(self.now.handed_list, self.now.households)


def counted(handed_list: str, households: Any) -> dict[str, tuple[int, int]]:
    """The households and persons of each kind of a list, in the order of its sheets."""
    number: Counter[str] = Counter()
    persons: Counter[str] = Counter()
    for one in households:
        number[one.kind] += 1
        persons[one.kind] += one.persons
    return {kind: (number[kind], persons[kind]) for kind in KINDS[handed_list]}


def candidates(context: RequestContext, area: str) -> tuple[Any, ...]:
    """The households that may be on a list of a commune, as a read model knows them."""
    units = context.services.areas().units_within(area, context.today)
    with context.services.reading() as conn:
        return tuple(signed_decisions.households_decided(conn, units or ()))


def shown(
    context: RequestContext, round_: Round, *handed_lists: str, on: date | None = None
) -> list[ShownList]:
    """Lists of the commune of a round on a day, today where none is named."""
    services = context.services.application.rounds.services()
    found = that_may_be_on(round_, services, candidates(context, round_.area))
    day = day_of_list(round_, on or context.today)
    return [
        _shown(context, round_, list_of(round_, services, one, day, found)) for one in handed_lists
    ]


def _shown(context: RequestContext, round_: Round, now: ListNow) -> ShownList:
    last = last_handed(round_, now.handed_list)
    later = later_round(context, round_, now.handed_list, last) if last else None
    try:
        require_decided(round_, context.services.application.rounds.services().procedure(round_))
        held_up_by = ""
    except Refusal as refused:
        held_up_by = refused.code
    return ShownList(
        now,
        due_of(context, round_, now.handed_list),
        list(round_.handed_lists.get(now.handed_list, ())),
        differences(last.households, now) if last and later is None else [],
        later,
        held_up_by,
    )


def due_of(context: RequestContext, round_: Any, handed_list: str) -> HandOverDay | None:
    """The day that a text names for a list of a round; None where none is known."""
    return hand_over_day(
        context.services.areas(), round_.area, handed_list, round_.track, round_.year
    )


def later_round(
    context: RequestContext, round_: Round, handed_list: str, last: HandedList
) -> HandedRow | None:
    """The hand-over of the same list by another round of the commune after the last one."""
    with context.services.reading() as conn:
        found = asked.of_areas(conn, [round_.area], since=round_.year)
    later = [
        one
        for one in found
        if one.round_id != round_.id
        and one.handed_list == handed_list
        and one.handed_on > last.handed_on
    ]
    return later[-1] if later else None


def handed_body(one: HandedList, handed_list: str) -> dict[str, Any]:
    """A hand-over as the API shows it."""
    names = ("number", "handed_on", "means", "digest", "due_on", "account", "letter")
    return {
        **{name: getattr(one, name) for name in names},
        "handed_list": handed_list,
        "counts": counts_body(counted(handed_list, one.households.values())),
    }


def counts_body(counts: dict[str, tuple[int, int]]) -> list[dict[str, Any]]:
    """The households and persons of each kind as the API shows them."""
    return [
        {"kind": kind, "households": households, "persons": persons}
        for kind, (households, persons) in counts.items()
    ]


def body(one: ShownList, language: str) -> dict[str, Any]:
    """A list as the API shows it."""
    due = one.due
    year = one.now.on.year
    return {
        "handed_list": one.now.handed_list,
        "on": one.now.on,
        "digest": one.now.digest,
        "counts": counts_body(one.counts),
        "due_on": due.of(year) if due else None,
        "rule": due.what.in_language(language) if due else "",
        "held_up_by": one.held_up_by,
        "handed": [handed_body(each, one.now.handed_list) for each in one.handed],
        "later_round": one.later.round_id if one.later else None,
        "changes": one.changes,
    }
