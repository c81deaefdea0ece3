"""The read model `targets` holds one row for each target."""

from collections.abc import Sequence

import msgspec

from domain.eventstore.mapper import aggregate_of
from domain.eventstore.personal import Keyring
from domain.support.target import Target
from projections.engine.bulk_copy import JsonBytes
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table

_encode = msgspec.json.Encoder().encode


def target_of(events: Sequence[LedgerEvent]) -> Target:
    """The target that these events make."""
    found = aggregate_of(row.event for row in events)
    if not isinstance(found, Target):
        raise TypeError("these events make no target")
    return found


class Targets(PerAggregateProjection[Target]):
    """Targets with the parts passed down to units below; a rate is in hundredths of a point."""

    name = "targets"
    version = 2
    topics = ("target.",)
    tables = (
        Table(
            "targets",
            {
                "target_id": "uuid not null",
                "version": "integer not null",
                "area": 'text not null collate "C"',
                "measure": "text not null",
                "year": "integer not null",
                "households": "bigint",
                "hundredths": "bigint",
                "from_target": "uuid",
                "parts": "jsonb not null",
            },
            key=("target_id",),
            indexes=("create index {table}_of_year on {table} (year, area)",),
        ),
    )
    fold = staticmethod(target_of)

    def changes(self, histories: Sequence[AggregateHistory[Target]], keyring: Keyring) -> Changes:
        """The row of each target that has new events."""
        return Changes(
            deletes={self.name: [(one.aggregate_id,) for one in histories if not one.is_new]},
            inserts={
                self.name: [
                    (
                        one.state.id, one.state.version, one.state.area, one.state.measure,
                        one.state.year,
                        None if one.state.is_rate else one.state.number,
                        one.state.number if one.state.is_rate else None,
                        one.state.from_target,
                        JsonBytes(_encode(one.state.parts)),
                    )
                    for one in histories
                ]
            },
        )  # fmt: skip
