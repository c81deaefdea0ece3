"""The read model `grant_batches` holds one row for each batch of grants."""

from collections.abc import Sequence

import msgspec

from domain.eventstore.mapper import aggregate_of
from domain.eventstore.personal import Keyring
from domain.support.grant_batch import GrantBatch
from projections.engine.bulk_copy import JsonBytes
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow

_encode = msgspec.json.Encoder().encode


def batch_of(events: Sequence[LedgerEvent]) -> GrantBatch:
    """The batch that these events make."""
    found = aggregate_of(row.event for row in events)
    if not isinstance(found, GrantBatch):
        raise TypeError("these events make no batch of grants")
    return found


class GrantBatches(PerAggregateProjection[GrantBatch]):
    """Batches with what was committed, paid and released, and the recipients refused."""

    name = "grant_batches"
    version = 2
    topics = ("grant_batch.",)
    tables = (
        Table(
            "grant_batches",
            {
                "batch_id": "uuid not null",
                "version": "integer not null",
                "area": 'text not null collate "C"',
                "programme": 'text not null collate "C"',
                "benefit": 'text not null collate "C"',
                "period_from": "date not null",
                "period_until": "date not null",
                "line_id": "uuid not null",
                "status": "text not null",
                "recipients": "integer not null",
                "committed": "bigint not null",
                "disbursed": "bigint not null",
                "released": "bigint not null",
                "unit": "text not null",
                "refused": "jsonb not null",
            },
            key=("batch_id",),
            indexes=("create index {table}_in_area on {table} (area, batch_id)",),
        ),
    )
    fold = staticmethod(batch_of)

    def changes(
        self, histories: Sequence[AggregateHistory[GrantBatch]], keyring: Keyring
    ) -> Changes:
        """The row of each batch that has new events."""
        return Changes(
            deletes={self.name: [(one.aggregate_id,) for one in histories if not one.is_new]},
            inserts={self.name: [_row(one.state) for one in histories]},
        )


def _row(batch: GrantBatch) -> TableRow:
    return (
        batch.id, batch.version, batch.area, batch.programme, batch.benefit, batch.period.first,
        batch.period.last, batch.line_id, batch.status, len(batch.recipients), batch.committed,
        batch.disbursed, batch.released, batch.unit, JsonBytes(_encode(batch.refused)),
    )  # fmt: skip
