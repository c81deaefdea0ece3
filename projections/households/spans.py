"""Spans of a household's class, place, groups and members in figures, on both clocks.

A span says: from `valid_from` up to the day before `valid_to` this was so, and it is what was
known from `known_from` until just before `known_to`. At any moment of knowledge the spans of a
household and scope lie end to end without overlap; a late event closes spans on the second clock
and opens others, and never changes what was known before. So does the withdrawal of a decision:
from the moment it is known, the spans are as if the decision had never been.

Scope "national" has spans from the registration on, with class "" until the first decision; a
local standard's scope has spans from its first decision on.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from operator import attrgetter, itemgetter
from typing import NamedTuple, cast
from uuid import UUID

from domain.households import events as e
from domain.households.household import HouseholdRecord, evolve
from domain.standards.standard import NATIONAL
from projections.engine.bulk_copy import Numbers, Texts
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory
from projections.engine.tables import ALWAYS, FOREVER
from projections.households.state import begin


class Status(NamedTuple):
    """The values that a span holds. `from_split` marks a household that came out of another one.

    `ethnicity` and `female_head` are of the head. `ethnicities` and `birth_years` are of all
    members, each sorted by itself; "" and 0 where it is not known.
    """

    class_: str
    area: str
    persons: int
    no_labour_capacity: bool
    ethnic_minority: bool
    meritorious: bool
    from_split: bool
    village: str
    ethnicity: str
    female_head: bool
    ethnicities: Texts
    birth_years: Numbers


class Span(NamedTuple):
    """One row, in the order of the table's columns; both ends of each clock, the last excluded.

    `seq` is the last event of the day `valid_from` that was known at `known_from`, among those that
    a status depends on.
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
    village: str
    ethnicity: str
    female_head: bool
    ethnicities: Texts
    birth_years: Numbers
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


class _Run(NamedTuple):
    """What has been so since a day: the status, and the last event known of that day."""

    since: date
    status: Status
    seq: int


class _Day(NamedTuple):
    """A day on which something took effect: what ran before it, and the scopes with a new run."""

    on: date
    running: dict[str, _Run]
    begun: list[str]


_day = attrgetter("on")
_Key = tuple[str, date]  # scope and valid_from
_Statuses = dict[str, Status]  # by scope; none once the household has ended

# What a status depends on is changed by these events alone. The last of them on a day opens the
# spans of that day, so another one must not be among the steps.
STATUS_EVENTS = (
    e.Registered, e.MemberJoined, e.MemberLeft, e.HouseholdCorrected, e.Moved, e.SplitOff,
    e.MembersReceived, e.MergedInto, e.Dissolved, e.Classified, e.MemberCorrected, e.HeadChanged,
)  # fmt: skip
SPAN_EVENTS: frozenset[type] = frozenset({*STATUS_EVENTS, e.ClassificationWithdrawn})


def spans_of(events: Sequence[LedgerEvent]) -> list[Span]:
    """All spans of one household; a function of its events alone, in whatever order they come.

    Raises ValueError if the registration is not among them.
    """
    course = _Course(events[0].event.originator_id)
    for known_from, learnt in _by_knowledge(events):
        course.learn(known_from, learnt)
    return course.spans()


def span_changes(history: AggregateHistory[list[Span]]) -> tuple[list[Span], list[Span]]:
    """The spans that the new events of a household took out, and those that they put in.

    Where all of them were recorded after the events before them, the spans that were open until
    then say it: what was known before does not change. Otherwise the spans of before are compared.
    """
    if history.is_new:
        return [], history.state
    since = _first_moment(history)
    if since is not None:
        gone = [s for s in history.state if s.known_from < since <= s.known_to < FOREVER]
        come = [span for span in history.state if span.known_from >= since]
        return [span._replace(known_to=FOREVER) for span in gone], gone + come
    before = history.state_before or []
    was, now = set(before), set(history.state)
    return [s for s in before if s not in now], [s for s in history.state if s not in was]


def _first_moment(history: AggregateHistory[list[Span]]) -> datetime | None:
    """The moment of the first new event; None where it is not after all events of before."""
    moments = [row.event.timestamp for row in history.new_events if type(row.event) in SPAN_EVENTS]
    before = history.events[: history.before]
    known = [row.event.timestamp for row in before if type(row.event) in SPAN_EVENTS]
    if not moments or not known or min(moments) <= max(known):
        return None
    return min(moments)


class _Course:
    """The spans of one household while its events become known, moment by moment.

    What is learnt changes nothing before the day on which it takes effect, so the days from there
    on are gone through again. Where facts come in order, that is the last day.
    """

    def __init__(self, household_id: UUID) -> None:
        self.household_id = household_id
        self.steps: list[_Step] = []
        self.statuses: list[_Statuses] = []  # after each step
        self.record: HouseholdRecord | None = None  # after the last step
        self.classes: dict[str, str] = {}  # by scope, of the record
        self.days: list[_Day] = []
        self.running: dict[str, _Run] = {}  # after the last day
        self.withdrawn: set[int] = set()
        self.open: dict[_Key, tuple[date, Status, int, datetime]] = {}
        self.closed: list[Span] = []

    def learn(self, known_from: datetime, learnt: list[LedgerEvent]) -> None:
        """Closes spans that are otherwise from this moment on, and opens those that are new."""
        gone = _remove(self.steps, self.withdrawn, learnt)
        place, on = _insert(self.steps, learnt, self.withdrawn)
        self._fold_from(min(place, gone.place))
        touched, found = self._segments_from(min(on, gone.on))
        for key in touched:
            valid_to, status, seq, since = self.open[key]
            if found.get(key, (None, None))[:2] != (valid_to, status) or seq in gone.seqs:
                self.closed.append(self._span(key, valid_to, status, seq, since, known_from))
                del self.open[key]
        for key, segment in found.items():
            if key not in self.open:
                self.open[key] = (*segment, known_from)

    def spans(self) -> list[Span]:
        """All spans, those that are still known last."""
        known = [self._span(key, *values, FOREVER) for key, values in self.open.items()]
        return self.closed + known

    def _span(
        self, key: _Key, valid_to: date, status: Status, seq: int, since: datetime, until: datetime
    ) -> Span:
        scope, valid_from = key
        return Span(self.household_id, scope, *status, valid_from, valid_to, since, until, seq)

    def _fold_from(self, start: int) -> None:
        """The status after each step from `start` on. Begins anew where an earlier one changed."""
        if not self.steps:
            return
        record = self.record
        if record is None or start < len(self.statuses):
            record, start = begin(self.steps[0].event), 1
            self.record, self.classes = record, {NATIONAL: ""}
            self.statuses = [_statuses(record, self.classes)]
        for step in self.steps[start:]:
            if record.ended_on is None:
                decided = len(record.decisions)
                evolve(step.event, record)
                for decision in record.decisions[decided:]:
                    self.classes[decision.scope] = decision.class_
            self.statuses.append(_statuses(record, self.classes))

    def _segments_from(self, on: date) -> tuple[list[_Key], dict[_Key, tuple[date, Status, int]]]:
        """Goes through the days from `on` again. The keys of what ran then or began later, as it
        was, and what was so from when to when, as it is, without seams that say nothing."""
        first = bisect_left(self.days, on, key=_day)
        running = self.days[first].running if first < len(self.days) else self.running
        touched = [(scope, run.since) for scope, run in running.items()]
        touched += [(scope, day.on) for day in self.days[first:] for scope in day.begun]
        del self.days[first:]
        found: dict[_Key, tuple[date, Status, int]] = {}
        place, last = bisect_left(self.steps, on, key=_day), len(self.steps) - 1
        for i in range(place, len(self.steps)):
            step = self.steps[i]
            if i == last or self.steps[i + 1].on != step.on:
                running = self._turn(step, self.statuses[i], running, found)
        self.running = running
        for scope, (since, status, seq) in running.items():
            found[scope, since] = (ALWAYS, status, seq)
        return touched, found

    def _turn(
        self,
        step: _Step,
        now: _Statuses,
        running: dict[str, _Run],
        found: dict[_Key, tuple[date, Status, int]],
    ) -> dict[str, _Run]:
        """What runs from the day of this step on, its last one; what ends on it goes to `found`."""
        after = {scope: run for scope, run in running.items() if now.get(scope) == run.status}
        for scope, run in running.items():
            if scope not in after:
                found[scope, run.since] = (step.on, run.status, run.seq)
        begun = [scope for scope in now if scope not in after]
        for scope in begun:
            after[scope] = _Run(step.on, now[scope], step.seq)
        self.days.append(_Day(step.on, running, begun))
        return after


def _by_knowledge(events: Sequence[LedgerEvent]) -> list[tuple[datetime, list[LedgerEvent]]]:
    """What was learnt at each moment, from the moment on that the registration is known."""
    relevant = [row for row in events if type(row.event) in SPAN_EVENTS]
    registrations = [row.event.timestamp for row in relevant if type(row.event) is e.Registered]
    if not registrations:
        raise ValueError("a household's history begins with its registration")
    registered, last = min(registrations), max([row.event.timestamp for row in relevant])
    if registered == last:
        return [(last, relevant)]
    relevant.sort(key=attrgetter("event.timestamp", "seq"))
    moments: dict[datetime, list[LedgerEvent]] = {}
    for row in relevant:
        moments.setdefault(max(registered, row.event.timestamp), []).append(row)
    return list(moments.items())


class _Gone(NamedTuple):
    """The lowest place and day from which a step was taken out, and the ledger positions of those
    steps."""

    place: int
    on: date = ALWAYS
    seqs: frozenset[int] = frozenset()


def _remove(steps: list[_Step], withdrawn: set[int], learnt: list[LedgerEvent]) -> _Gone:
    """Takes out the steps that are withdrawn now, and notes their versions for those to come."""
    now = {row.event.withdraws for row in learnt if type(row.event) is e.ClassificationWithdrawn}
    if not now:
        return _Gone(len(steps))
    withdrawn |= now
    gone = [(i, step) for i, step in enumerate(steps) if step.event.originator_version in now]
    for i, _ in reversed(gone):
        del steps[i]
    if not gone:
        return _Gone(len(steps))
    return _Gone(gone[0][0], gone[0][1].on, frozenset([step.seq for _, step in gone]))


def _insert(steps: list[_Step], learnt: list[LedgerEvent], withdrawn: set[int]) -> tuple[int, date]:
    """Puts events in their places; the lowest place and day that changed. The registration is
    first, and what took effect before it counts from it on. What is withdrawn has no place."""
    lowest, earliest = len(steps), ALWAYS
    if withdrawn:
        learnt = [
            row
            for row in learnt
            if type(row.event) is not e.ClassificationWithdrawn and row.version not in withdrawn
        ]
    if not steps and learnt and type(learnt[0].event) is not e.Registered:
        learnt = sorted(learnt, key=lambda row: type(row.event) is not e.Registered)
    for row in learnt:
        seq, event = row.seq, cast("e.HouseholdEvent", row.event)
        on = event.effective_on
        if type(event) is e.Registered:
            step = _Step(on, (date.min, seq), seq, event)
        else:
            step = _Step(max(on, steps[0].on), (on, seq), seq, event)
        earliest = min(earliest, step.on)
        if not steps or step[:2] > steps[-1][:2]:
            steps.append(step)
            continue
        place = bisect_right(steps, step[:2], key=itemgetter(0, 1))
        steps.insert(place, step)
        lowest = min(lowest, place)
    return lowest, earliest


def statuses_of(record: HouseholdRecord) -> _Statuses:
    """The status in each scope as the record is now."""
    classes = {NATIONAL: ""} | {one.scope: one.class_ for one in record.decisions}
    return _statuses(record, classes)


def _statuses(record: HouseholdRecord, classes: dict[str, str]) -> _Statuses:
    """The same, where the class in each scope is known."""
    if record.ended_on is not None:
        return {}
    flags, members, head = record.flags, record.members.values(), record.members.get(record.head)
    rest = (
        record.area, len(members), flags.no_labour_capacity is True,
        flags.ethnic_minority is True, flags.meritorious is True, record.split_from is not None,
        record.village, head.ethnicity if head else "", head is not None and head.sex == "female",
        Texts(sorted([one.ethnicity for one in members])),
        Numbers(sorted([one.birth_year or 0 for one in members])),
    )  # fmt: skip
    return {scope: Status(class_, *rest) for scope, class_ in classes.items()}
