"""The read model `reports` holds what was given out of each official report, without figures."""

from collections.abc import Iterator, Sequence

from domain.eventstore.personal import Keyring
from domain.oversight import events as e
from projections.engine.read_model import AggregateHistory, PerAggregateProjection, no_state
from projections.engine.tables import Changes, Table, TableRow


class Reports(PerAggregateProjection[None]):
    """A row for the locked figures of each report, and one for each correction."""

    name = "reports"
    version = 1
    topics = ("report.",)
    tables = (
        Table(
            "reports",
            {
                "report_id": "uuid not null",
                "version": "integer not null",
                "table_name": "text not null",
                "area": 'text not null collate "C"',
                "first_day": "date not null",
                "last_day": "date not null",
                "given_at": "timestamptz not null",
                "account": "text not null",
                "seq": "bigint not null",
                "digest": "text not null",
                "reason": "text not null",
            },
            key=("report_id", "version"),
            indexes=("create index {table}_area on {table} (area, last_day)",),
        ),
    )

    fold = staticmethod(no_state)

    def changes(self, histories: Sequence[AggregateHistory[None]], keyring: Keyring) -> Changes:
        """A row for each new event; the first event of a report says what it is of."""
        return Changes(inserts={"reports": [row for one in histories for row in _rows(one)]})


def _rows(history: AggregateHistory[None]) -> Iterator[TableRow]:
    locked = next(row.event for row in history.events if isinstance(row.event, e.ReportLocked))
    for row in history.new_events:
        event = row.event
        if isinstance(event, e.ReportLocked | e.ReportCorrected):
            reason = event.reason if isinstance(event, e.ReportCorrected) else ""
            yield (
                history.aggregate_id, row.version, locked.table, locked.area, locked.first_day,
                locked.last_day, event.timestamp, event.actor.account, event.seq, event.digest,
                reason,
            )  # fmt: skip
