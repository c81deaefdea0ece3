"""The read model `officers` holds officers with their trainings, and the numbers of officers."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from domain.eventstore.mapper import aggregate_of
from domain.eventstore.personal import Keyring
from domain.support.officer import (
    Officer,
    OfficerEntered,
    OfficerLeft,
    OfficerMoved,
    OfficerTrained,
    TrainingWithdrawn,
)
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import FOREVER, Changes, Table, TableRow


def officer_of(events: Sequence[LedgerEvent]) -> Officer:
    """The officer that these events make."""
    found = aggregate_of(row.event for row in events)
    if not isinstance(found, Officer):
        raise TypeError("these events make no officer")
    return found


class Officers(PerAggregateProjection[Officer]):
    """Officers as they are now, and each training with the unit in which the officer worked then.

    A training counts from `known_from` until it is withdrawn.
    """

    name = "officers"
    version = 1
    topics = ("officer.",)
    tables = (
        Table(
            "officers",
            {
                "officer_id": "uuid not null",
                "version": "integer not null",
                "area": 'text not null collate "C"',
                "account": 'text not null collate "C"',
                "subject": "uuid",
                "sealed": "bytea",
                "entered_on": "date not null",
                "left_on": "date",
                "left_known_from": "timestamptz",
            },
            key=("officer_id",),
            indexes=("create index {table}_of_area on {table} (area)",),
        ),
        Table(
            "officer_trainings",
            {
                "officer_id": "uuid not null",
                "version": "integer not null",
                "activity_id": "uuid not null",
                "area": 'text not null collate "C"',
                "trained_on": "date not null",
                "known_from": "timestamptz not null",
                "known_to": "timestamptz not null",
            },
            key=("officer_id", "version"),
            indexes=("create index {table}_of_area on {table} (area, trained_on)",),
        ),
    )
    fold = staticmethod(officer_of)

    def changes(self, histories: Sequence[AggregateHistory[Officer]], keyring: Keyring) -> Changes:
        """The rows of each officer that has new events."""
        old = [one for one in histories if not one.is_new]
        return Changes(
            deletes={
                "officers": [(one.aggregate_id,) for one in old],
                "officer_trainings": [
                    (one.aggregate_id, row[1])
                    for one in old
                    for row in _trainings(one.aggregate_id, one.events[: one.before])
                ],
            },
            inserts={
                "officers": [_row(one) for one in histories],
                "officer_trainings": [
                    row for one in histories for row in _trainings(one.aggregate_id, one.events)
                ],
            },
        )


def _row(history: AggregateHistory[Officer]) -> TableRow:
    one = history.state
    private = one.private
    left_at: datetime | None = None
    for row in history.events if one.left_on is not None else ():
        if isinstance(row.event, OfficerLeft):
            left_at = row.event.timestamp
    return (
        one.id, one.version, one.area, one.account,
        private.subject if private else None, private.sealed if private else None,
        one.entered_on, one.left_on, left_at,
    )  # fmt: skip


def _trainings(id_: UUID, events: Sequence[LedgerEvent]) -> list[TableRow]:
    """The trainings of an officer, each in the unit of that moment of the record."""
    area, found = "", list[tuple[int, UUID, str, date, datetime, datetime]]()
    for row in events:
        event = row.event
        if isinstance(event, OfficerEntered | OfficerMoved):
            area = event.area
        elif isinstance(event, OfficerTrained):
            found.append(
                (row.version, event.activity_id, area, event.effective_on, event.timestamp,
                 FOREVER)
            )  # fmt: skip
        elif isinstance(event, TrainingWithdrawn):
            found = [
                (*one[:5], event.timestamp)
                if one[1] == event.activity_id and one[5] == FOREVER
                else one
                for one in found
            ]
    return [(id_, *one) for one in found]
