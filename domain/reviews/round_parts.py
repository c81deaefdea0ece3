"""Parts of a round that are of many households: postings, reports, lists handed over."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.reviews.events import HandedHousehold


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
    """The report of a list to the level above, and its answer."""

    to: str
    sent_on: date
    due_on: date | None
    list_digest: str
    answered_on: date | None = None
    opinion: str = ""


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
    households: dict[UUID, HandedHousehold]
