"""Acts on the households of a round together: postings, reports upwards, signatures, decisions,
and lists handed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.reviews import events


@dataclass(slots=True)
class Posting:
    """A posting of results, the first one or that of re-verification."""

    posting_id: UUID
    households: tuple[UUID, ...]
    since: date
    until: date | None
    places: tuple[str, ...]
    again: bool


@dataclass(slots=True)
class Consultation:
    """The report of a list to the level above, and its answer.

    `reported` are the classes of the households in that list.
    """

    to: str
    sent_on: date
    due_on: date | None
    list_digest: str
    reported: Mapping[UUID, str]
    answered_on: date | None = None
    opinion: str = ""


@dataclass(slots=True)
class SecondSignature:
    """A second signature that the brake asked for; `account` is who gave it, "" before."""

    required_by: str
    required_on: date
    account: str = ""
    given_on: date | None = None


@dataclass(slots=True)
class RoundDecision:
    """A signed decision of the round."""

    list_code: str
    kind: str
    number: str
    signed_on: date
    households: tuple[events.DecidedHousehold, ...]
    workers: tuple[events.RecognisedWorker, ...] = ()

    @property
    def household_count(self) -> int:
        """The number of households that it names, or that have a worker of it."""
        return len(self.households) or len({one.household for one in self.workers})


@dataclass(slots=True)
class HandedList:
    """A list that was handed over: the how many-th time, when, how, by which account."""

    number: int
    handed_on: date
    means: str
    digest: str
    due_on: date | None
    account: str
    letter: str
    households: dict[UUID, events.HandedHousehold]
