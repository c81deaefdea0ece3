"""Events of a pair of households that may be one, in the order of its life.

A class here is never edited once events of it are stored. Evidence is told in codes
(`domain.matching.evidence`), persons by id: no event holds personal data in clear.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent

from domain.commands.command import Actor, Document
from domain.eventstore.mapper import register_events


@dataclass(frozen=True, slots=True)
class Couple:
    """Two persons, one of each household, with what of them agrees, nearly agrees and differs."""

    first: UUID
    second: UUID
    evidence: tuple[str, ...]


class DuplicateEvent(AggregateEvent):
    """A fact about one pair: when it was so, who recorded it, on which paper."""

    TOPIC: ClassVar[str] = "duplicate.event"

    effective_on: date
    actor: Actor
    command_id: UUID
    document: Document | None

    def apply(self, aggregate: Any) -> None:
        aggregate.when(self)


class Found(DuplicateEvent, AggregateCreated):
    """Two households are likely one, or have one person in both.

    `first` has the lower id. `how` is a code of `domain.duplicates.codes.WAYS`; `score` is the
    probability in thousandths, None where none was worked out.
    """

    TOPIC = "duplicate.found:1"

    first: UUID
    second: UUID
    how: str
    score: int | None
    evidence: tuple[str, ...]
    couples: tuple[Couple, ...]


class FoundAgain(DuplicateEvent):
    """The pair was found on evidence that says more; a pair that was settled is open again."""

    TOPIC = "duplicate.found_again:1"

    how: str
    score: int | None
    evidence: tuple[str, ...]
    couples: tuple[Couple, ...]


class Settled(DuplicateEvent):
    """A person said what the pair is, on the evidence that was there.

    `verdict` is a code of `domain.duplicates.codes.VERDICTS`.
    """

    TOPIC = "duplicate.settled:1"

    verdict: str
    reason: str


class Reopened(DuplicateEvent):
    """A person said that the pair was settled by error."""

    TOPIC = "duplicate.reopened:1"

    reason: str


EVENTS: tuple[type[DuplicateEvent], ...] = (Found, FoundAgain, Settled, Reopened)

register_events(EVENTS)
