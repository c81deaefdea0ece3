"""A review round (đợt rà soát) is open from its first event until it is closed.

    opened -> requests received, screened, refused; households listed
           -> for each household: meeting (sent back under the share of votes) -> posted
              -> perhaps a grievance: surveyed and voted on again, re-verified, posted again
           -> consultation, where the procedure has one; notices of a status to be lost
           -> perhaps a second signature -> decided: recognition and exit -> closed

Here is what is on record of a round and what each event changes in that. `evolve` has one clause
for each event, which assigns and nothing else: the write side and the read models fold a round by
it. In which order steps may come is in `steps.py`; a step is decided in the file of its subject.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from eventsourcing.domain import BaseAggregate

from domain.commands.command import CommandContext
from domain.errors import RULE_OF_THE_SYSTEM
from domain.eventstore.personal import Personal
from domain.reviews import events
from domain.reviews.errors import RoundDayInFuture, RoundHasEnded, StepTooEarly
from domain.reviews.reviewed_worker import ReviewedWorker
from domain.reviews.round_acts import (
    Consultation,
    HandedList,
    Posting,
    RoundDecision,
    SecondSignature,
)

_NAMESPACE = UUID("0c9f5d1e-3a86-5b1c-8a55-5a1b6f0e9d27")


def round_id(area: str, track: str, year: int, month: int | None) -> UUID:
    """The id of the one round of a commune (a unit id), a track and a period."""
    return uuid5(_NAMESPACE, f"{area}:{track}:{year}:{month or ''}")


@dataclass(slots=True)
class Request:
    """A request for review; `outcome` is that of form A, "" before it or where it is not used."""

    request_id: UUID
    household: UUID
    kind: str
    received_on: date
    person_id: UUID | None = None
    outcome: str = ""
    refused_on: date | None = None


@dataclass(slots=True)
class Grievance:
    """A grievance and the result that it complains of; `late` ones are kept and never answered.

    `attempt`, `proposed` and `workers` are those of that result.
    """

    grievance_id: UUID
    household: UUID
    lodged_on: date
    late: bool
    due_on: date | None
    attempt: int
    proposed: tuple[events.ProposedClass, ...]
    lodged_by: str
    text: Personal
    workers: tuple[events.WorkerOutcome, ...] = ()
    answered_on: date | None = None
    outcome: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it waits for its re-verification."""
        return not self.late and self.answered_on is None


@dataclass(slots=True)
class ReviewedHousehold:
    """A household under review in a round, as far as the round's steps went.

    `kind` is that of its request, "" for one of the current list. `since` is the day from which a
    survey counts: of the listing, of the vote that sent it back, of the last grievance.
    `also_named` are the lists whose exit decision names it beside its recognition. `workers` are
    its members who asked, by request, on the track of low-income workers.
    """

    household: UUID
    village: str
    class_before: str
    source: str
    kind: str
    listed_on: date
    since: date
    result: events.HouseholdResult | None = None
    result_on: date | None = None
    attendance: int = 0
    attempts: int = 0
    surveys: set[UUID] = field(default_factory=set)
    sent_back: bool = False
    posted_on: date | None = None
    until: date | None = None
    to_be_reposted: bool = False
    grievances: dict[UUID, Grievance] = field(default_factory=dict)
    notices: dict[str, tuple[str, date]] = field(default_factory=dict)
    decided: dict[str, str] = field(default_factory=dict)
    also_named: set[str] = field(default_factory=set)
    workers: dict[UUID, ReviewedWorker] = field(default_factory=dict)
    refused_on: date | None = None

    def class_on_list(self, list_code: str) -> str:
        """The class of its result on a list of the round; "" without a result."""
        proposed = self.result.proposed if self.result else ()
        return next((one.class_ for one in proposed if one.list_code == list_code), "")

    def answer_workers(self, on: date) -> None:
        """Ends the review of the household once the request of each of its workers is answered."""
        every = self.workers.values()
        if all(one.is_answered for one in every):
            if any(one.recognised_on is not None for one in every):
                self.decided["result"] = "recognition"
            else:
                self.refused_on = on

    @property
    def has_open_grievance(self) -> bool:
        """Whether a grievance waits for its re-verification."""
        return any(one.is_open for one in self.grievances.values())


class RoundRecord:
    """A round as its events so far make it; `from_opening` is its first state."""

    def from_opening(self, event: events.RoundOpened) -> None:
        """Sets every field to its state on the first day."""
        self.area, self.track = event.area, event.track
        self.year, self.month = event.year, event.month
        self.procedure, self.procedure_digest = event.procedure, event.procedure_digest
        self.lists = {one.code: one for one in event.lists}
        self.opened_on = event.effective_on
        self.closed_on: date | None = None
        self.outcome = ""
        self.requests: dict[UUID, Request] = {}
        self.households: dict[UUID, ReviewedHousehold] = {}
        self.unlisted: dict[UUID, str] = {}
        self.meetings: list[UUID] = []
        self.postings: dict[UUID, Posting] = {}
        self.grievances: dict[UUID, Grievance] = {}
        self.consultations: dict[str, Consultation] = {}
        self.second_signatures: dict[tuple[str, str, str], SecondSignature] = {}
        self.decisions: list[RoundDecision] = []
        self.handed_lists: dict[str, list[HandedList]] = {}

    def changed_since_report(self, list_code: str) -> list[UUID]:
        """The households whose class on a list is not the one that was reported of them.

        Those that were taken off the list since are gone, and change no class in it.
        """
        known = self.consultations.get(list_code)
        if known is None:
            return []
        return [
            one.household
            for one in self.households.values()
            if one.class_on_list(list_code) != known.reported.get(one.household, "")
        ]

    def each(self, ids: Iterable[UUID]) -> Iterable[ReviewedHousehold]:
        """Those of the households that are on the list of households to review."""
        return (self.households[one] for one in ids if one in self.households)


Clause = Callable[[Any, RoundRecord], None]
CLAUSES: dict[type[events.ReviewEvent], Clause] = {}


def evolve(event: events.ReviewEvent, round_: RoundRecord) -> None:
    """Changes what is on record by one event. Raises KeyError for one that has no clause."""
    CLAUSES[type(event)](event, round_)


def _on(*kinds: type[events.ReviewEvent]) -> Callable[[Clause], Clause]:
    """Makes a function the clause of these events."""

    def register(clause: Clause) -> Clause:
        CLAUSES.update(dict.fromkeys(kinds, clause))
        return clause

    return register


@_on(events.RoundOpened)
def _(event: events.RoundOpened, round_: RoundRecord) -> None:
    round_.from_opening(event)


@_on(events.RequestReceived)
def _(event: events.RequestReceived, round_: RoundRecord) -> None:
    round_.requests[event.request_id] = Request(
        event.request_id, event.household, event.kind, event.effective_on, event.person_id
    )
    if event.person_id is not None:
        for one in round_.each([event.household]):
            one.workers[event.request_id] = ReviewedWorker(event.request_id, event.person_id)


@_on(events.RequestScreened)
def _(event: events.RequestScreened, round_: RoundRecord) -> None:
    round_.requests[event.request_id].outcome = event.outcome


@_on(events.RequestRefused)
def _(event: events.RequestRefused, round_: RoundRecord) -> None:
    round_.requests[event.request_id].refused_on = event.effective_on
    for one in round_.each([event.household]):
        if event.request_id in one.workers:
            one.workers[event.request_id].refused_on = event.effective_on
            one.answer_workers(event.effective_on)
        else:
            one.refused_on = event.effective_on


@_on(events.HouseholdsListed)
def _(event: events.HouseholdsListed, round_: RoundRecord) -> None:
    waiting = [one for one in round_.requests.values() if not one.refused_on]
    kinds = {one.household: one.kind for one in waiting}
    workers: dict[UUID, dict[UUID, ReviewedWorker]] = {}
    for each in waiting:
        if each.person_id is not None:
            its = workers.setdefault(each.household, {})
            its[each.request_id] = ReviewedWorker(each.request_id, each.person_id)
    by_request = event.source == "request"
    for one in event.households:
        round_.unlisted.pop(one.household, None)
        round_.households[one.household] = ReviewedHousehold(
            household=one.household,
            village=one.village,
            class_before=one.class_before,
            source=event.source,
            kind=kinds.get(one.household, "") if by_request else "",
            listed_on=event.effective_on,
            since=event.effective_on,
            workers=workers.get(one.household, {}),
        )


@_on(events.HouseholdsUnlisted)
def _(event: events.HouseholdsUnlisted, round_: RoundRecord) -> None:
    for id_ in event.households:
        round_.households.pop(id_, None)
        round_.unlisted[id_] = event.reason


@_on(events.MeetingHeld, events.ResultsDetermined)
def _(event: events.MeetingHeld | events.ResultsDetermined, round_: RoundRecord) -> None:
    attendance = 0
    if isinstance(event, events.MeetingHeld):
        round_.meetings.append(event.meeting_id)
        attendance = event.attendance
    for result in event.results:
        for one in round_.each([result.household]):
            one.result, one.result_on = result, event.effective_on
            one.attendance, one.attempts = attendance, result.attempt
            one.surveys.add(result.survey_id)
            one.sent_back = False


@_on(events.WorkersDetermined)
def _(event: events.WorkersDetermined, round_: RoundRecord) -> None:
    for result in event.results:
        for one in round_.each([result.household]):
            one.result = events.HouseholdResult(
                result.household, result.survey_id, result.attempt, (), 0
            )
            one.result_on, one.attempts = event.effective_on, result.attempt
            one.surveys.add(result.survey_id)
            for outcome in result.workers:
                if outcome.request_id in one.workers:
                    one.workers[outcome.request_id].outcome = outcome


@_on(events.SentBack)
def _(event: events.SentBack, round_: RoundRecord) -> None:
    for one in round_.each(event.households):
        one.sent_back, one.since = True, event.effective_on


@_on(events.Posted, events.Reposted)
def _(event: events.Posted | events.Reposted, round_: RoundRecord) -> None:
    again = isinstance(event, events.Reposted)
    round_.postings[event.posting_id] = Posting(
        event.posting_id, event.households, event.effective_on, event.until, event.places, again
    )
    for one in round_.each(event.households):
        one.posted_on, one.until = event.effective_on, event.until
        one.to_be_reposted = False


@_on(events.GrievanceLodged)
def _(event: events.GrievanceLodged, round_: RoundRecord) -> None:
    reviewed = round_.households.get(event.household)
    result = reviewed.result if reviewed else None
    grievance = Grievance(
        event.grievance_id,
        event.household,
        event.effective_on,
        event.late,
        event.due_on,
        result.attempt if result else 0,
        result.proposed if result else (),
        event.lodged_by,
        event.text,
        tuple(one.outcome for one in reviewed.workers.values() if one.outcome) if reviewed else (),
    )
    round_.grievances[event.grievance_id] = grievance
    if reviewed is not None:
        reviewed.grievances[event.grievance_id] = grievance
        if not event.late:
            reviewed.since = event.effective_on


@_on(events.Reverified)
def _(event: events.Reverified, round_: RoundRecord) -> None:
    grievance = round_.grievances[event.grievance_id]
    grievance.answered_on, grievance.outcome = event.effective_on, event.outcome
    for one in round_.each([event.household]):
        one.to_be_reposted = True


@_on(events.ConsultationSent)
def _(event: events.ConsultationSent, round_: RoundRecord) -> None:
    round_.consultations[event.list_code] = Consultation(
        event.to,
        event.effective_on,
        event.due_on,
        event.list_digest,
        {one.household: one.class_on_list(event.list_code) for one in round_.households.values()},
    )


@_on(events.ConsultationAnswered)
def _(event: events.ConsultationAnswered, round_: RoundRecord) -> None:
    before = round_.consultations[event.list_code]
    round_.consultations[event.list_code] = replace(
        before, answered_on=event.effective_on, opinion=event.opinion
    )


@_on(events.NoticeGiven)
def _(event: events.NoticeGiven, round_: RoundRecord) -> None:
    for noticed in event.households:
        for one in round_.each([noticed.household]):
            one.notices[event.list_code] = noticed.reason, event.last_day


@_on(events.SecondSignatureRequired)
def _(event: events.SecondSignatureRequired, round_: RoundRecord) -> None:
    round_.second_signatures[event.list_code, event.kind, event.list_digest] = SecondSignature(
        event.actor.account, event.effective_on
    )


@_on(events.SecondSignatureGiven)
def _(event: events.SecondSignatureGiven, round_: RoundRecord) -> None:
    signature = round_.second_signatures[event.list_code, event.kind, event.list_digest]
    signature.account, signature.given_on = event.actor.account, event.effective_on


@_on(events.Decided)
def _(event: events.Decided, round_: RoundRecord) -> None:
    paper = event.document
    round_.decisions.append(
        RoundDecision(
            event.list_code,
            event.kind,
            paper.number if paper else "",
            (paper.signed_on if paper else None) or event.effective_on,
            event.households,
        )
    )
    for decided in event.households:
        for one in round_.each([decided.household]):
            one.decided[event.list_code] = event.kind
    for one in round_.each(event.also_named):
        one.also_named.add(event.list_code)


@_on(events.WorkersRecognised)
def _(event: events.WorkersRecognised, round_: RoundRecord) -> None:
    paper = event.document
    round_.decisions.append(
        RoundDecision(
            event.list_code,
            "recognition",
            paper.number if paper else "",
            (paper.signed_on if paper else None) or event.effective_on,
            (),
            event.workers,
        )
    )
    for worker in event.workers:
        for one in round_.each([worker.household]):
            if worker.request_id in one.workers:
                one.workers[worker.request_id].recognised_on = event.effective_on
                one.answer_workers(event.effective_on)


@_on(events.ListHandedOver)
def _(event: events.ListHandedOver, round_: RoundRecord) -> None:
    round_.handed_lists.setdefault(event.handed_list, []).append(
        HandedList(
            event.number,
            event.effective_on,
            event.means,
            event.list_digest,
            event.due_on,
            event.actor.account,
            event.document.number if event.document else "",
            {one.household: one for one in event.households},
        )
    )


@_on(events.RoundClosed)
def _(event: events.RoundClosed, round_: RoundRecord) -> None:
    round_.closed_on, round_.outcome = event.effective_on, event.outcome


class Round(RoundRecord, BaseAggregate[UUID]):
    """One review round: what its steps have done so far."""

    TOPIC = "round"
    Event = events.ReviewEvent
    RoundOpened = events.RoundOpened

    @classmethod
    def open(cls, context: CommandContext, id_: UUID, **fields: object) -> "Round":
        """Begins the history of a round."""
        return cls._create(
            events.RoundOpened,
            id=id_,
            timestamp=context.recorded_at,
            effective_on=context.effective_on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            **fields,
        )

    def record(
        self, event: type[events.ReviewEvent], context: CommandContext, /, **fields: object
    ) -> None:
        """Records one event with the circumstances of its command."""
        self.trigger_event(
            event,
            timestamp=max(context.recorded_at, self.modified_on),
            effective_on=context.effective_on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            **fields,
        )

    def require_open(self, context: CommandContext, *, after_closing: bool = False) -> None:
        """Refuses a closed round, a day that has not come, and a day before the opening."""
        if self.closed_on is not None and not after_closing:
            raise RoundHasEnded(closed_on=self.closed_on, outcome=self.outcome)
        require_past(context)
        if context.effective_on < self.opened_on:
            raise StepTooEarly(
                step="opening",
                source=RULE_OF_THE_SYSTEM,
                effective_on=context.effective_on,
                not_before=self.opened_on,
            )

    def when(self, event: events.ReviewEvent) -> None:
        """Changes what is on record by an event."""
        evolve(event, self)


def require_past(context: CommandContext) -> None:
    """RoundDayInFuture for a day after that of recording."""
    if context.effective_on > context.recorded_on:
        raise RoundDayInFuture(effective_on=context.effective_on, recorded_on=context.recorded_on)
