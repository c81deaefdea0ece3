"""The read model `activities` holds one row for each activity."""

from collections.abc import Sequence

from domain.eventstore.mapper import aggregate_of
from domain.eventstore.personal import Keyring
from domain.support.activity import Activity
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow


def activity_of(events: Sequence[LedgerEvent]) -> Activity:
    """The activity that these events make."""
    found = aggregate_of(row.event for row in events)
    if not isinstance(found, Activity):
        raise TypeError("these events make no activity")
    return found


class Activities(PerAggregateProjection[Activity]):
    """Activities with their figures; an activity that is only planned has none."""

    name = "activities"
    version = 1
    topics = ("activity.planned:", "activity.held:", "activity.figures_corrected:")
    tables = (
        Table(
            "activities",
            {
                "activity_id": "uuid not null",
                "version": "integer not null",
                "area": 'text not null collate "C"',
                "kind": "text not null",
                "year": "integer not null",
                "title": "text not null",
                "programme": "text not null",
                "node": "text not null",
                "held_on": "date",
                "sessions": "integer",
                "persons": "integer",
                "turns": "integer",
                "households": "integer",
                "amount": "bigint",
            },
            key=("activity_id",),
            indexes=("create index {table}_of_area on {table} (area, year)",),
        ),
    )
    fold = staticmethod(activity_of)

    def changes(self, histories: Sequence[AggregateHistory[Activity]], keyring: Keyring) -> Changes:
        """The row of each activity that has new events."""
        return Changes(
            deletes={self.name: [(one.aggregate_id,) for one in histories if not one.is_new]},
            inserts={self.name: [_row(one.state) for one in histories]},
        )


def _row(one: Activity) -> TableRow:
    held = one.figures
    figures: TableRow = (None,) * 5
    if held is not None:
        figures = held.sessions, held.persons, held.turns, held.households, held.amount
    return (
        one.id, one.version, one.area, one.kind, one.year, one.title, one.programme, one.node,
        one.held_on, *figures,
    )  # fmt: skip
