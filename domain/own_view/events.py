"""Events of the household's own view, in the order of its life.

A class here is never edited once events of it are stored. A one-time code is in no event: `digest`
is its HMAC under the index key. What the household and the office write is sealed.
"""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent

from domain.commands.command import Actor, Document
from domain.eventstore.mapper import register_events
from domain.eventstore.personal import Personal


class OwnViewEvent(AggregateEvent):
    """A fact about the own view of one household: when it was so, and who recorded it."""

    TOPIC: ClassVar[str] = "own_view.event"

    effective_on: date
    actor: Actor
    command_id: UUID
    document: Document | None

    def apply(self, aggregate: Any) -> None:
        aggregate.when(self)


class Begun(OwnViewEvent, AggregateCreated):
    """The household gets an own view, with its first one-time code."""

    TOPIC = "own_view.begun:1"

    household_id: UUID


class CodeGiven(OwnViewEvent):
    """The office gave the household a one-time code; an earlier one is of no use any more.

    `person_id` is the member that asked for it, None where it went with a letter. `way` is a code
    of `domain.own_view.codes.CODE_WAYS`.
    """

    TOPIC = "own_view.code_given:1"

    code_id: UUID
    digest: str
    person_id: UUID | None
    way: str
    valid_until: datetime


class CodeMistyped(OwnViewEvent):
    """A wrong code was typed beside a right code of a paper."""

    TOPIC = "own_view.code_mistyped:1"

    code_id: UUID


class CodeUsed(OwnViewEvent):
    """The household opened its own view with the code, which opens it once."""

    TOPIC = "own_view.code_used:1"

    code_id: UUID


class CodeRevoked(OwnViewEvent):
    """The office revoked the code, and closed the pages that are open."""

    TOPIC = "own_view.code_revoked:1"

    code_id: UUID


class ContestLodged(OwnViewEvent):
    """The household contests something of its file.

    `about` is a code of `CONTEST_SUBJECTS`; `case_id` is the case whose support did not arrive.
    Where it is a grievance of a review round, `round_id` and `grievance_id` name that, and the
    round has the time limit; otherwise `due_on` is the last day of the office's own limit.
    """

    TOPIC = "own_view.contest_lodged:1"

    contest_id: UUID
    about: str
    text: Personal
    case_id: UUID | None
    round_id: UUID | None
    grievance_id: UUID | None
    due_on: date | None


class ContestAnswered(OwnViewEvent):
    """The office answered a contest. `outcome` is a code of `CONTEST_OUTCOMES`."""

    TOPIC = "own_view.contest_answered:1"

    contest_id: UUID
    outcome: str
    text: Personal


EVENTS = (
    Begun, CodeGiven, CodeMistyped, CodeUsed, CodeRevoked, ContestLodged, ContestAnswered,
)  # fmt: skip
register_events(EVENTS)
