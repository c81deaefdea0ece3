"""Events of an administrative unit and of its denominators.

A class here is never edited once events of it are stored. Units are named "CODE@YYYY-MM-DD"
(`domain.areas.codes`). `document` is the resolution or decision, `source` says in a few words
where the fact was taken from, and `certain` is false where it is a convention or an inference:
docs/areas.md lists which. `effective_on` of an end is the first day without the unit.
"""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent

from domain.commands.command import Actor, Document
from domain.eventstore.mapper import register_events


class AreaEvent(AggregateEvent):
    """A fact about one unit: when it was so, who recorded it, on which paper."""

    TOPIC: ClassVar[str] = "area.event"

    unit: str
    effective_on: date
    actor: Actor
    command_id: UUID
    document: Document | None

    def apply(self, aggregate: Any) -> None:
        aggregate.when(self)


class Established(AreaEvent, AggregateCreated):
    """A unit begins to exist for its land under this code.

    `name` is the full official name with its kind ("Phường Hương Sơ"); `parent` is a unit id, ""
    for a province. `area_type` is urban, rural or unknown for communes, "" above them.
    """

    TOPIC = "area.established:1"

    code: str
    name: str
    kind: str
    level: str
    area_type: str
    parent: str
    source: str
    certain: bool


class Renamed(AreaEvent):
    """Another name or another kind for the same land: huyện becomes quận, tỉnh thành phố."""

    TOPIC = "area.renamed:1"

    name_before: str
    name: str
    kind_before: str
    kind: str
    source: str
    certain: bool


class AreaTypeChanged(AreaEvent):
    """The same land counts as urban, rural or unknown from now on: another poverty line."""

    TOPIC = "area.area_type_changed:1"

    area_type_before: str
    area_type: str
    source: str
    certain: bool


class Reparented(AreaEvent):
    """The unit belongs to another unit above it."""

    TOPIC = "area.reparented:1"

    parent_before: str
    parent: str
    source: str
    certain: bool


class PartTransferred(AreaEvent):
    """Some land went to another unit; this one goes on. `what` names it: villages, km2.

    Households stay with this unit until they are moved.
    """

    TOPIC = "area.part_transferred:1"

    to: str
    what: str
    source: str
    certain: bool


class MergedInto(AreaEvent):
    """The unit ends; all its land is in another one. Its households count there."""

    TOPIC = "area.merged_into:1"

    into: str
    source: str
    certain: bool


class SplitInto(AreaEvent):
    """The unit ends; its land was divided. Its households are to be placed by people.

    `complete` is false where not every unit that got a part of it is known.
    """

    TOPIC = "area.split_into:1"

    parts: tuple[str, ...]
    complete: bool
    source: str
    certain: bool


class Closed(AreaEvent):
    """The unit ends without an heir of its own.

    `reason` is "level_abolished" (the districts on 1 July 2025), "heir_unknown" (it is gone
    from the official list and no source says where it went) or "error" (it never was).
    """

    TOPIC = "area.closed:1"

    reason: str
    source: str
    certain: bool


class PopulationEvent(AreaEvent):
    """A fact about the denominators of one unit on one day, which is `effective_on`."""

    TOPIC: ClassVar[str] = "population.event"


class PopulationDeclared(PopulationEvent, AggregateCreated):
    """All resident households and persons of a unit on `effective_on`, listed or not.

    `households` and `persons` are None where only the other is known. The dictionaries give
    them by name of the ethnic group. `rate_bases` ({class: households}) is set where the
    publishing office took another base for the rate of that class.
    """

    TOPIC = "population.declared:1"

    households: int | None
    persons: int | None
    households_by_ethnicity: dict[str, int]
    persons_by_ethnicity: dict[str, int]
    rate_bases: dict[str, int]
    source: str


class PopulationCorrected(PopulationEvent):
    """The declaration for that unit and day was wrong, and now reads otherwise."""

    TOPIC = "population.corrected:1"

    households: int | None
    persons: int | None
    households_by_ethnicity: dict[str, int]
    persons_by_ethnicity: dict[str, int]
    rate_bases: dict[str, int]
    source: str
    reason: str


AREA_EVENTS: tuple[type[AreaEvent], ...] = (
    Established, Renamed, AreaTypeChanged, Reparented, PartTransferred, MergedInto, SplitInto,
    Closed,
)  # fmt: skip
POPULATION_EVENTS: tuple[type[AreaEvent], ...] = (PopulationDeclared, PopulationCorrected)
EVENTS = AREA_EVENTS + POPULATION_EVENTS

register_events(EVENTS)
