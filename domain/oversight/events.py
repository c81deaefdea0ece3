"""Events of official reports.

A class here is never edited once events of it are stored. `figures` is the report as it was given
out, JSON to the byte, and `digest` its SHA-256; `files` are the digests of its other forms by media
type. `seq` is the ledger position that the figures rest on. No report holds a person's data.
"""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent

from domain.commands.command import Actor, Document
from domain.eventstore.mapper import register_events


class ReportEvent(AggregateEvent):
    """A fact about one report: when it was so, who recorded it, on which paper."""

    TOPIC: ClassVar[str] = "report.event"

    effective_on: date
    actor: Actor
    command_id: UUID
    document: Document | None

    def apply(self, aggregate: Any) -> None:
        aggregate.when(self)


class ReportLocked(ReportEvent, AggregateCreated):
    """An official table of an area and a period is given out with these figures from now on.

    `table` is its name ("R2"), `area` a unit id, `first_day` and `last_day` the days at whose ends
    the period begins and ends; `effective_on` is the last day.
    """

    TOPIC = "report.locked:1"

    table: str
    area: str
    first_day: date
    last_day: date
    seq: int
    figures: str
    digest: str
    files: dict[str, str]


class ReportCorrected(ReportEvent):
    """Later entries make other figures: they stand beside the locked ones, with the reason."""

    TOPIC = "report.corrected:1"

    seq: int
    figures: str
    digest: str
    files: dict[str, str]
    reason: str


EVENTS: tuple[type[ReportEvent], ...] = (ReportLocked, ReportCorrected)

register_events(EVENTS)
