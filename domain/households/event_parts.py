"""Parts of the events of a household: the base of all of them, and the values that they hold.

Facts only. A class here is never edited once events that hold it are stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import AggregateEvent

from domain.commands.command import Actor, Document
from domain.eventstore.personal import Personal

Answers = dict[str, str | int | bool | list[str] | None]


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a household.

    `private` seals {"name", "birth_date"?, "id_number"?, "id_issued_on"?, "phone"?, "health"?}
    under the person's own key. `relation` is a code of `domain.households.codes.RELATIONS`
    ("head" for the head). `ethnicity` is the name as written ("Kinh", "M'Nông"), "" if unknown.
    """

    person_id: UUID
    relation: str
    private: Personal
    sex: str = ""
    birth_year: int | None = None
    ethnicity: str = ""
    residence: str = "permanent"
    able_to_work: bool | None = None
    meritorious: bool = False


@dataclass(frozen=True, slots=True)
class Flags:
    """Recorded judgements about the household as a whole; None where there is no judgement."""

    no_labour_capacity: bool | None = None
    ethnic_minority: bool | None = None
    meritorious: bool | None = None


CorrectedValue = Personal | str | int | bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute corrected: what it said, and what it says now.

    `attribute` is a field of Member or of Flags, or "village", "number", "residence".
    Sealed attributes (name, birth date, identity number, phone, address) stand together in the
    attribute "private" or "address", with `Personal` before and after.
    """

    attribute: str
    before: CorrectedValue
    after: CorrectedValue


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure compared with one figure of the standard, as it was when decided."""

    what: str
    value: int
    relation: str
    bound: int
    bound_name: str
    holds: bool


class HouseholdEvent(AggregateEvent):
    """A fact about one household: when it was so, who recorded it, on which paper."""

    TOPIC: ClassVar[str] = "household.event"

    effective_on: date
    actor: Actor
    command_id: UUID
    document: Document | None

    def apply(self, aggregate: Any) -> None:
        aggregate.when(self)

    def says(self, values: Mapping[str, object]) -> bool:
        """Whether the event has these values, by the names of its fields."""
        return all(getattr(self, name) == value for name, value in values.items())
