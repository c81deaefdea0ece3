"""The read model `newly_escaped` holds the days in which households count as newly escaped."""

from collections.abc import Sequence

from domain.eventstore.personal import Keyring
from domain.households import events as e
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection, no_state
from projections.engine.tables import FOREVER, Changes, Table, TableRow


class NewlyEscaped(PerAggregateProjection[None]):
    """One row for each exit above both lists: its day, and until when the household is newly
    escaped. It is known from its recording until the exit is withdrawn."""

    name = "newly_escaped"
    version = 1
    topics = ("household.",)
    tables = (
        Table(
            "newly_escaped",
            {
                "household_id": "uuid not null",
                "version": "integer not null",
                "left_on": "date not null",
                "until": "date not null",
                "known_from": "timestamptz not null",
                "known_to": "timestamptz not null",
            },
            key=("household_id", "version"),
        ),
    )
    fold = staticmethod(no_state)
    events = frozenset({e.LeftPoverty, e.ExitWithdrawn})

    def changes(self, histories: Sequence[AggregateHistory[None]], keyring: Keyring) -> Changes:
        """The rows that differ; a household without such an exit has none."""
        deletes: list[TableRow] = []
        inserts: list[TableRow] = []
        for history in histories:
            was = _rows(history.events[: history.before])
            now = _rows(history.events)
            deletes += [key for key, row in was.items() if now.get(key) != row]
            inserts += [row for key, row in now.items() if was.get(key) != row]
        return Changes(deletes={self.name: deletes}, inserts={self.name: inserts})


def _rows(events: Sequence[LedgerEvent]) -> dict[TableRow, TableRow]:
    withdrawn = {
        row.event.withdraws: row.event.timestamp
        for row in events
        if isinstance(row.event, e.ExitWithdrawn)
    }
    return {
        (row.originator_id, row.version): (
            row.originator_id, row.version, row.event.effective_on,
            row.event.newly_escaped_until, row.event.timestamp,
            withdrawn.get(row.version, FOREVER),
        )
        for row in events
        if isinstance(row.event, e.LeftPoverty) and row.event.newly_escaped_until is not None
    }  # fmt: skip
