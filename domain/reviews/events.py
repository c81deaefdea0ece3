"""Events of a review round (đợt rà soát), in the order of its life.

One round is of one commune, one track and one period, under the version of the procedure that was
in force when it was opened. The days of its steps are the `effective_on` of the events. Time limits
that the procedure gives are recorded as the last day that they led to, so that a correction of the
file changes no round that has begun. A class here is never edited once events of it are stored.

A household is named by its id. Its survey is an event of its own (`household.surveyed`), and so is
the class that a decision gives it: `household.classified`, in the save of `review.decided`.
`note` and `reason` are free text that names no person.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent

from domain.commands.command import Actor, Document
from domain.eventstore.mapper import register_events
from domain.eventstore.personal import Personal
from domain.households.events import Answers


@dataclass(frozen=True, slots=True)
class RoundList:
    """One list that the round makes, by one standard: the year it is counted in, and used in.

    `code` is "result" for the list of the round, "opening" for the list that a new standard opens
    with.
    """

    code: str
    standard: str
    standard_digest: str
    counted_in: int
    used_in: int


@dataclass(frozen=True, slots=True)
class ListedHousehold:
    """A household on the list of households to review, as it was on the day of listing.

    `class_before` is its recognised class, "" where it had none.
    """

    household: UUID
    village: str
    class_before: str


@dataclass(frozen=True, slots=True)
class ProposedClass:
    """The class of a household on one list of the round.

    `computed` is what the standard gives for the survey, "" where it cannot say; `class_` differs
    from it only with an `override_reason`.
    """

    list_code: str
    computed: str
    class_: str
    override_reason: str


@dataclass(frozen=True, slots=True)
class HouseholdResult:
    """The result of a household in the round: its survey, its class on each list, the votes for it.

    `attempt` counts its results in this round, from 1. `votes_for` is 0 on a track without village
    meeting.
    """

    household: UUID
    survey_id: UUID
    attempt: int
    proposed: tuple[ProposedClass, ...]
    votes_for: int


@dataclass(frozen=True, slots=True)
class NoticedHousehold:
    """A household that loses a status, and by what: a code of `domain.households.codes.EXITS`."""

    household: UUID
    class_before: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecidedHousehold:
    """A household of a decision: the survey it rests on, its class before and by the decision."""

    household: UUID
    survey_id: UUID
    class_before: str
    class_: str


@dataclass(frozen=True, slots=True)
class WorkerOutcome:
    """The outcome of the review for one worker who asked.

    `computed` is what the standard gives for the survey of the household, "" where it cannot say;
    `outcome` differs from it only with an `override_reason`.
    """

    request_id: UUID
    person_id: UUID
    computed: str
    outcome: str
    override_reason: str


@dataclass(frozen=True, slots=True)
class WorkersResult:
    """The result of a household for its workers: its survey, and the outcome of each of them.

    `attempt` counts the results of the household in this round, from 1.
    """

    household: UUID
    survey_id: UUID
    attempt: int
    workers: tuple[WorkerOutcome, ...]


@dataclass(frozen=True, slots=True)
class RecognisedWorker:
    """A worker of a decision, and the request and the survey that it rests on."""

    person_id: UUID
    household: UUID
    request_id: UUID
    survey_id: UUID


@dataclass(frozen=True, slots=True)
class HandedHousehold:
    """A household on a list that was handed over.

    `kind` is "poor", "near_poor", "left_both" or "newly_escaped"; `persons` counts its members.
    `lines_digest` are the first 32 hex digits of the SHA-256 of its lines.
    """

    household: UUID
    kind: str
    persons: int
    lines_digest: str


class ReviewEvent(AggregateEvent):
    """A fact about one round: when it was so, who recorded it, on which paper."""

    TOPIC: ClassVar[str] = "review.event"

    effective_on: date
    actor: Actor
    command_id: UUID
    document: Document | None

    def apply(self, aggregate: Any) -> None:
        aggregate.when(self)


class RoundOpened(ReviewEvent, AggregateCreated):
    """A commune opens a round of a track for a period.

    `area` is the unit id of the commune. `month` is None for the periodic track, which runs once
    a year. `procedure` is the version in force on the day, with its digest.
    """

    TOPIC = "review.opened:1"

    area: str
    track: str
    year: int
    month: int | None
    procedure: str
    procedure_digest: str
    lists: tuple[RoundList, ...]


class RequestReceived(ReviewEvent):
    """A household files a request for review.

    `kind` is "entry" (to be recognised) or "exit" (to be recognised as having left the list).
    `form` is a paper of the procedure. `person_id` names the worker on the track of low-income
    workers.
    """

    TOPIC = "review.request_received:1"

    request_id: UUID
    household: UUID
    person_id: UUID | None
    kind: str
    form: str
    reasons: tuple[str, ...]


class RequestScreened(ReviewEvent):
    """Form A screens a request: with fewer signs than `fewer_than` the household is listed.

    `fewer_than` is the procedure's figure. An outcome other than that rule gives has an
    `override_reason`. The household records the same form as `household.screened`.
    """

    TOPIC = "review.request_screened:1"

    request_id: UUID
    household: UUID
    form: str
    answers: Answers
    signs: int
    fewer_than: int
    outcome: str
    override_reason: str


class RequestRefused(ReviewEvent):
    """A request is refused in writing: not taken, not to be reviewed, or not recognised."""

    TOPIC = "review.request_refused:1"

    request_id: UUID
    household: UUID
    reasons: tuple[str, ...]
    note: str


class HouseholdsListed(ReviewEvent):
    """Households come on the list of households to review, at most 1,000 by one event.

    `source` is "current_list" or "request".
    """

    TOPIC = "review.households_listed:1"

    source: str
    households: tuple[ListedHousehold, ...]


class HouseholdsUnlisted(ReviewEvent):
    """Households leave the list of households to review: gone from the commune, or listed by error.

    What the round recorded of them before counts no more. One that was listed by error may be
    listed again, and begins anew.
    """

    TOPIC = "review.households_unlisted:1"

    households: tuple[UUID, ...]
    reason: str


class MeetingHeld(ReviewEvent):
    """A village meets and votes on the class of each household.

    `attendance` counts all who attended; `chaired_by` is an actor of the procedure, not a name.
    """

    TOPIC = "review.meeting_held:1"

    meeting_id: UUID
    village: str
    attendance: int
    chaired_by: str
    results: tuple[HouseholdResult, ...]


class SentBack(ReviewEvent):
    """Households under the procedure's share of votes go back to survey, in the meeting's save.

    `agreement_percent` is that share, of all who attended.
    """

    TOPIC = "review.sent_back:1"

    meeting_id: UUID
    households: tuple[UUID, ...]
    agreement_percent: int


class ResultsDetermined(ReviewEvent):
    """The results of households are determined by their surveys, on a track without a meeting."""

    TOPIC = "review.results_determined:1"

    results: tuple[HouseholdResult, ...]


class WorkersDetermined(ReviewEvent):
    """The outcome for each worker follows from the survey of the household."""

    TOPIC = "review.workers_determined:1"

    results: tuple[WorkersResult, ...]


class Posted(ReviewEvent):
    """Results are posted from this day; `until` is the last day of the posting."""

    TOPIC = "review.posted:1"

    posting_id: UUID
    households: tuple[UUID, ...]
    places: tuple[str, ...]
    until: date


class GrievanceLodged(ReviewEvent):
    """The result of a household is complained of.

    `text` seals {"text"} under the household's key. `late` is true after the last day to complain:
    it is kept, and holds up no decision. `due_on` is the last day of the re-verification, None
    where it is late or the procedure has no such limit.
    """

    TOPIC = "review.grievance_lodged:1"

    grievance_id: UUID
    household: UUID
    lodged_by: str
    text: Personal
    late: bool
    due_on: date | None


class Reverified(ReviewEvent):
    """A grievance is answered by a review again: another survey and another result.

    `outcome` is "kept" or "changed". `overdue` is true after the last day of the re-verification.
    """

    TOPIC = "review.reverified:1"

    grievance_id: UUID
    household: UUID
    survey_id: UUID
    outcome: str
    overdue: bool


class Reposted(ReviewEvent):
    """Results of re-verification are posted; `until` is the last day, None where it is unknown."""

    TOPIC = "review.reposted:1"

    posting_id: UUID
    households: tuple[UUID, ...]
    places: tuple[str, ...]
    until: date | None


class ConsultationSent(ReviewEvent):
    """The commune reports the list and asks for the opinion of the level above.

    `to` is an actor of the procedure; `due_on` is the last day of the answer. `list_digest` is the
    digest of the list reported.
    """

    TOPIC = "review.consultation_sent:1"

    list_code: str
    list_digest: str
    to: str
    due_on: date | None


class ConsultationAnswered(ReviewEvent):
    """The level above answers. `opinion` is "agrees" or "remarks"."""

    TOPIC = "review.consultation_answered:1"

    list_code: str
    answered_by: str
    opinion: str
    note: str
    overdue: bool


class NoticeGiven(ReviewEvent):
    """Households that lose a status have a notice with the reason and the last day to object.

    `brake` names the office's settings that set the least time to object.
    """

    TOPIC = "review.notice_given:1"

    list_code: str
    households: tuple[NoticedHousehold, ...]
    last_day: date
    brake: str


class SecondSignatureRequired(ReviewEvent):
    """The office's brake stops a decision until a second account signs the same list.

    `removed` of `listed` households leave the list; `limit_percent` is the office's share.
    `marked` are those that leave it with a protected mark. `brake` names the settings.
    """

    TOPIC = "review.second_signature_required:1"

    list_code: str
    kind: str
    list_digest: str
    removed: int
    listed: int
    limit_percent: int
    marked: tuple[UUID, ...]
    brake: str


class SecondSignatureGiven(ReviewEvent):
    """A second account signs the list that the brake stopped; the actor is who signs."""

    TOPIC = "review.second_signature_given:1"

    list_code: str
    kind: str
    list_digest: str
    reason: str


class Decided(ReviewEvent):
    """The chairman signs a decision on a list; its paper has number, date and signer.

    `kind` is "recognition" (poor or near-poor afterwards) or "exit" (no longer on the list).
    `list_digest` is the digest of the list that was signed. `also_named` are the poor households
    that become near-poor: their class is recorded by the recognition, and the exit decision names
    them.
    """

    TOPIC = "review.decided:1"

    list_code: str
    kind: str
    list_digest: str
    households: tuple[DecidedHousehold, ...]
    also_named: tuple[UUID, ...]


class WorkersRecognised(ReviewEvent):
    """The chairman signs a decision that recognises low-income workers.

    `list_digest` is the digest of the list that was signed. Each household records it of its own
    members in the same save, as `household.low_income_worker_recognised`.
    """

    TOPIC = "review.workers_recognised:1"

    list_code: str
    list_digest: str
    workers: tuple[RecognisedWorker, ...]


class ListHandedOver(ReviewEvent):
    """A list of the commune was handed over, as it was on that day, or at the end of the year.

    `handed_list` says to whom: "insurance" (the insurance agency) or "bank" (the policy bank).
    `number` counts its hand-overs in this round, from 1. `means` is a code of
    `domain.reviews.codes.HANDING_MEANS`. `list_digest` is the digest of the list. `due_on` is the
    day that a text names, None where none is known. The document is the letter that it went with.
    """

    TOPIC = "review.list_handed_over:1"

    handed_list: str
    number: int
    means: str
    list_digest: str
    due_on: date | None
    households: tuple[HandedHousehold, ...]


class RoundClosed(ReviewEvent):
    """The round ends. `outcome` is "completed", or "abandoned" with a reason."""

    TOPIC = "review.closed:1"

    outcome: str
    reason: str


EVENTS: tuple[type[ReviewEvent], ...] = (
    RoundOpened, RequestReceived, RequestScreened, RequestRefused, HouseholdsListed,
    HouseholdsUnlisted, MeetingHeld, SentBack, ResultsDetermined, Posted, GrievanceLodged,
    Reverified, Reposted, ConsultationSent, ConsultationAnswered, NoticeGiven,
    SecondSignatureRequired, SecondSignatureGiven, Decided, RoundClosed, WorkersDetermined,
    WorkersRecognised, ListHandedOver,
)  # fmt: skip

register_events(EVENTS)
