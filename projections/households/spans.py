"""In which class a household was, where, and with how many persons, on both clocks.

A span says: from `valid_from` up to the day before `valid_to` this was so, and it is what was
known from `known_from` until just before `known_to`. At any moment of knowledge the spans of a
household and scope lie end to end without overlap; a late fact closes spans on the second clock
and opens others, and never changes what was known before. So does the withdrawal of a decision:
from the moment it is known, the spans are as if the decision had never been.

Scope "national" has spans from the registration on, with class "" until the first decision; a
local standard's scope has spans from its first decision on.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from domain.households import events as e
from projections.engine.ledger import LedgerEvent
from projections.engine.tables import ALWAYS, FOREVER

NATIONAL = "national"


class Status(NamedTuple):
    """What a span says. `from_split` marks a household that came out of another one."""

    class_: str
    area: str
    persons: int
    no_labour_capacity: bool
    ethnic_minority: bool
    meritorious: bool
    from_split: bool


class Span(NamedTuple):
    """One row, in the order of the table's columns; both ends of each clock, the last excluded.

    `seq` is the event that opened it on the day `valid_from`.
    """

    household_id: UUID
    scope: str
    class_: str
    area: str
    persons: int
    no_labour_capacity: bool
    ethnic_minority: bool
    meritorious: bool
    from_split: bool
    valid_from: date
    valid_to: date
    known_from: datetime
    known_to: datetime
    seq: int


class _Household(NamedTuple):
    """What the spans are made of, after some event. Never changed in place."""

    area: str
    flags: tuple[bool, bool, bool]
    persons: frozenset[UUID]
    classes: tuple[tuple[str, str], ...]
    from_split: bool
    ended: bool = False


class _Step(NamedTuple):
    """One event in its place on the first clock; ordered by its first two fields."""

    on: date
    order: tuple[date, int]
    seq: int
    event: Any


_FLAGS = {"no_labour_capacity": 0, "ethnic_minority": 1, "meritorious": 2}
_Segments = dict[tuple[str, date], tuple[date, Status, int]]


def spans_of(facts: Sequence[LedgerEvent]) -> list[Span]:
    """All spans of one household; a function of its events alone, in whatever order they come.

    Raises ValueError if the registration is not among them.
    """
    household_id = facts[0].event.originator_id
    steps: list[_Step] = []
    states: list[_Household] = []
    open_: dict[tuple[str, date], tuple[date, Status, int, datetime]] = {}
    spans: list[Span] = []
    withdrawn: set[int] = set()
    for known_from, learnt in _by_knowledge(facts):
        gone = _remove(steps, withdrawn, learnt)
        _refold(steps, states, min(gone.place, _insert(steps, learnt, withdrawn)))
        segments = _segments(steps, states)
        for key, (valid_to, status, seq, since) in list(open_.items()):
            if segments.get(key, (None, None))[:2] != (valid_to, status) or seq in gone.seqs:
                spans.append(
                    Span(household_id, key[0], *status, key[1], valid_to, since, known_from, seq)
                )
                del open_[key]
        for key, (valid_to, status, seq) in segments.items():
            if key not in open_:
                open_[key] = (valid_to, status, seq, known_from)
    for key, (valid_to, status, seq, since) in open_.items():
        spans.append(Span(household_id, key[0], *status, key[1], valid_to, since, FOREVER, seq))
    return spans


def _by_knowledge(facts: Sequence[LedgerEvent]) -> list[tuple[datetime, list[LedgerEvent]]]:
    """What was learnt at each moment, from the moment on that the registration is known."""
    relevant = [fact for fact in facts if type(fact.event) in _APPLY]
    if not any(type(fact.event) is e.Registered for fact in relevant):
        raise ValueError("a household's history begins with its registration")
    first = relevant[0].event.timestamp
    if all(fact.event.timestamp == first for fact in relevant):
        return [(first, relevant)]
    relevant.sort(key=lambda fact: (fact.event.timestamp, fact.seq))
    moments: list[tuple[datetime, list[LedgerEvent]]] = []
    waiting: list[LedgerEvent] = []
    registered = False
    for moment, group in groupby(relevant, key=lambda fact: fact.event.timestamp):
        waiting.extend(group)
        registered = registered or any(type(fact.event) is e.Registered for fact in waiting)
        if registered:
            moments.append((moment, waiting))
            waiting = []
    return moments


class _Gone(NamedTuple):
    """The lowest place from which a step was taken out, and the ledger positions of those steps."""

    place: int
    seqs: frozenset[int]


def _remove(steps: list[_Step], withdrawn: set[int], learnt: list[LedgerEvent]) -> _Gone:
    """Takes out the steps that are withdrawn now, and notes their versions for those to come."""
    now = {fact.event.withdraws for fact in learnt if type(fact.event) is e.ClassificationWithdrawn}
    if not now:
        return _Gone(len(steps), frozenset())
    withdrawn |= now
    places = [i for i, step in enumerate(steps) if step.event.originator_version in now]
    seqs = frozenset([steps[i].seq for i in places])
    for i in reversed(places):
        del steps[i]
    return _Gone(places[0] if places else len(steps), seqs)


def _insert(steps: list[_Step], learnt: list[LedgerEvent], withdrawn: set[int]) -> int:
    """Puts events in their places; the lowest place that changed. The registration is first, and
    what took effect before it counts from it on. What is withdrawn has no place."""
    lowest = len(steps)
    learnt = [
        fact
        for fact in learnt
        if type(fact.event) is not e.ClassificationWithdrawn and fact.version not in withdrawn
    ]
    if not steps and not learnt:
        return lowest
    if not steps and type(learnt[0].event) is not e.Registered:
        learnt = sorted(learnt, key=lambda fact: type(fact.event) is not e.Registered)
    for fact in learnt:
        seq, event = fact.seq, fact.event
        on = event.effective_on
        if type(event) is e.Registered:
            step = _Step(on, (date.min, seq), seq, event)
        else:
            step = _Step(max(on, steps[0].on), (on, seq), seq, event)
        if not steps or step[:2] > steps[-1][:2]:
            steps.append(step)
            continue
        place = bisect_right(steps, step[:2], key=itemgetter(0, 1))
        steps.insert(place, step)
        lowest = min(lowest, place)
    return lowest


def _refold(steps: list[_Step], states: list[_Household], start: int) -> None:
    del states[start:]
    state = states[-1] if states else None
    for step in steps[start:]:
        if state is None or not state.ended:
            state = _APPLY[type(step.event)](state, step.event)
        states.append(state)


def _segments(steps: list[_Step], states: list[_Household]) -> _Segments:
    """What was so from when to when, by (scope, valid_from), without seams that say nothing."""
    found: _Segments = {}
    running: dict[str, tuple[date, Status, int]] = {}
    last = len(steps) - 1
    for i, state in enumerate(states):
        on = steps[i].on
        if i < last and steps[i + 1].on == on:
            continue
        now = _statuses(state)
        for scope in running.keys() | now.keys():
            before = running.get(scope)
            status = now.get(scope)
            if before is not None and before[1] == status:
                continue
            if before is not None:
                found[scope, before[0]] = (on, before[1], before[2])
                del running[scope]
            if status is not None:
                running[scope] = (on, status, steps[i].seq)
    for scope, (since, status, seq) in running.items():
        found[scope, since] = (ALWAYS, status, seq)
    return found


def _statuses(state: _Household) -> dict[str, Status]:
    if state.ended:
        return {}
    rest = (state.area, len(state.persons), *state.flags, state.from_split)
    return {scope: Status(class_, *rest) for scope, class_ in state.classes}


def _registered(_: None, event: e.Registered) -> _Household:
    return _Household(
        event.area,
        (
            event.flags.no_labour_capacity is True,
            event.flags.ethnic_minority is True,
            event.flags.meritorious is True,
        ),
        frozenset([member.person_id for member in event.members]),
        ((NATIONAL, ""),),
        event.split_from is not None,
    )


def _joined(state: _Household, event: e.MemberJoined) -> _Household:
    return state._replace(persons=state.persons | {event.member.person_id})


def _left(state: _Household, event: e.MemberLeft) -> _Household:
    return state._replace(persons=state.persons - {event.person_id})


def _corrected(state: _Household, event: e.HouseholdCorrected) -> _Household:
    flags = list(state.flags)
    for change in event.changes:
        if change.attribute in _FLAGS:
            flags[_FLAGS[change.attribute]] = change.after is True
    return state._replace(flags=(flags[0], flags[1], flags[2]))


def _moved(state: _Household, event: e.Moved) -> _Household:
    return state._replace(area=event.area)


def _went(state: _Household, event: e.SplitOff) -> _Household:
    return state._replace(persons=state.persons - frozenset(event.persons))


def _received(state: _Household, event: e.MembersReceived) -> _Household:
    came = [member.person_id for member in event.members]
    return state._replace(persons=state.persons.union(came))


def _withdrawn(state: _Household, event: e.HouseholdEvent) -> _Household:
    return state


def _ended(state: _Household, event: e.HouseholdEvent) -> _Household:
    return state._replace(ended=True, persons=frozenset())


def _classified(state: _Household, event: e.Classified) -> _Household:
    others = [one for one in state.classes if one[0] != event.scope]
    classes = (*others, (event.scope, event.class_))
    return _Household(state.area, state.flags, state.persons, classes, state.from_split)


_APPLY: dict[type, Any] = {
    e.Registered: _registered,
    e.MemberJoined: _joined,
    e.MemberLeft: _left,
    e.HouseholdCorrected: _corrected,
    e.Moved: _moved,
    e.SplitOff: _went,
    e.MembersReceived: _received,
    e.MergedInto: _ended,
    e.Dissolved: _ended,
    e.Classified: _classified,
    e.ClassificationWithdrawn: _withdrawn,
}
