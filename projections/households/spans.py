"""Spans of a household's class, place and number of persons, on both clocks.

A span says: from `valid_from` up to the day before `valid_to` this was so, and it is what was
known from `known_from` until just before `known_to`. At any moment of knowledge the spans of a
household and scope lie end to end without overlap; a late event closes spans on the second clock
and opens others, and never changes what was known before. So does the withdrawal of a decision:
from the moment it is known, the spans are as if the decision had never been.

Scope "national" has spans from the registration on, with class "" until the first decision; a
local standard's scope has spans from its first decision on.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple, cast
from uuid import UUID

from domain.households import events as e
from domain.households.household import HouseholdRecord, evolve
from domain.standards.standard import NATIONAL
from projections.engine.ledger import LedgerEvent
from projections.engine.tables import ALWAYS, FOREVER
from projections.households.state import begin


class Status(NamedTuple):
    """The values that a span holds. `from_split` marks a household that came out of another one."""

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


class _Step(NamedTuple):
    """One event in its place on the first clock; ordered by its first two fields."""

    on: date
    order: tuple[date, int]
    seq: int
    event: e.HouseholdEvent


_Segments = dict[tuple[str, date], tuple[date, Status, int]]
_Statuses = dict[str, Status]  # by scope; none once the household has ended

# What a status depends on is changed by these events alone. The last of them on a day opens the
# spans of that day, so another one must not be among the steps.
STATUS_EVENTS = (
    e.Registered, e.MemberJoined, e.MemberLeft, e.HouseholdCorrected, e.Moved, e.SplitOff,
    e.MembersReceived, e.MergedInto, e.Dissolved, e.Classified,
)  # fmt: skip
_RELEVANT: frozenset[type] = frozenset({*STATUS_EVENTS, e.ClassificationWithdrawn})


def spans_of(events: Sequence[LedgerEvent]) -> list[Span]:
    """All spans of one household; a function of its events alone, in whatever order they come.

    Raises ValueError if the registration is not among them.
    """
    household_id = events[0].event.originator_id
    steps: list[_Step] = []
    statuses: list[_Statuses] = []
    record: HouseholdRecord | None = None
    open_: dict[tuple[str, date], tuple[date, Status, int, datetime]] = {}
    spans: list[Span] = []
    withdrawn: set[int] = set()
    withdrawals = any(type(row.event) is e.ClassificationWithdrawn for row in events)
    for known_from, learnt in _by_knowledge(events):
        gone = _remove(steps, withdrawn, learnt) if withdrawals else _Gone(len(steps))
        changed = min(gone.place, _insert(steps, learnt, withdrawn))
        record = _refold(steps, statuses, changed, record)
        segments = _segments(steps, statuses)
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


def _by_knowledge(events: Sequence[LedgerEvent]) -> list[tuple[datetime, list[LedgerEvent]]]:
    """What was learnt at each moment, from the moment on that the registration is known."""
    relevant = [row for row in events if type(row.event) in _RELEVANT]
    if not any(type(row.event) is e.Registered for row in relevant):
        raise ValueError("a household's history begins with its registration")
    first = relevant[0].event.timestamp
    if all(row.event.timestamp == first for row in relevant):
        return [(first, relevant)]
    relevant.sort(key=attrgetter("event.timestamp", "seq"))
    moments: list[tuple[datetime, list[LedgerEvent]]] = []
    waiting: list[LedgerEvent] = []
    registered = False
    for moment, group in groupby(relevant, key=attrgetter("event.timestamp")):
        waiting.extend(group)
        registered = registered or any(type(row.event) is e.Registered for row in waiting)
        if registered:
            moments.append((moment, waiting))
            waiting = []
    return moments


class _Gone(NamedTuple):
    """The lowest place from which a step was taken out, and the ledger positions of those steps."""

    place: int
    seqs: frozenset[int] = frozenset()


def _remove(steps: list[_Step], withdrawn: set[int], learnt: list[LedgerEvent]) -> _Gone:
    """Takes out the steps that are withdrawn now, and notes their versions for those to come."""
    now = {row.event.withdraws for row in learnt if type(row.event) is e.ClassificationWithdrawn}
    if not now:
        return _Gone(len(steps))
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
    if withdrawn:
        learnt = [
            row
            for row in learnt
            if type(row.event) is not e.ClassificationWithdrawn and row.version not in withdrawn
        ]
    if not steps and not learnt:
        return lowest
    if not steps and type(learnt[0].event) is not e.Registered:
        learnt = sorted(learnt, key=lambda row: type(row.event) is not e.Registered)
    for row in learnt:
        seq, event = row.seq, cast("e.HouseholdEvent", row.event)
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


def _refold(
    steps: list[_Step], statuses: list[_Statuses], start: int, record: HouseholdRecord | None
) -> HouseholdRecord | None:
    """The record and the status after each step. Goes on from `record`, the one after the last
    step of before, where no earlier step has changed; otherwise begins anew."""
    if not steps:
        return None
    if record is None or start < len(statuses):
        record, start = begin(steps[0].event), 1
        statuses[:] = [statuses_of(record)]
    for step in steps[start:]:
        if record.ended_on is None:
            evolve(step.event, record)
        statuses.append(statuses_of(record))
    return record


def _segments(steps: list[_Step], statuses: list[_Statuses]) -> _Segments:
    """What was so from when to when, by (scope, valid_from), without seams that say nothing."""
    found: _Segments = {}
    running: dict[str, tuple[date, Status, int]] = {}
    last = len(steps) - 1
    for i, now in enumerate(statuses):
        on = steps[i].on
        if i < last and steps[i + 1].on == on:
            continue
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


def statuses_of(record: HouseholdRecord) -> _Statuses:
    """The status in each scope as the record is now."""
    if record.ended_on is not None:
        return {}
    flags = record.flags
    rest = (
        record.area, len(record.members), flags.no_labour_capacity is True,
        flags.ethnic_minority is True, flags.meritorious is True, record.split_from is not None,
    )  # fmt: skip
    classes = {NATIONAL: ""} | {one.scope: one.class_ for one in record.decisions}
    return {scope: Status(class_, *rest) for scope, class_ in classes.items()}
