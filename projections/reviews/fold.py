"""The fold of a review round from its events, and the rows that new events change.

What an event changes is said once, in `domain.reviews.round`. Events count in the order of their
recording, as for the write side: the procedure orders the steps by it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from domain.reviews import events as r
from domain.reviews.round import RoundRecord, evolve
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory
from projections.engine.tables import Changes, Table, TableRow

Rows = Mapping[str, Mapping[TableRow, TableRow]]
"""The rows of one round: by table, by key."""


def fold(events: Sequence[LedgerEvent]) -> RoundRecord:
    """The round after these events. Raises ValueError where the opening is not the first."""
    if not isinstance(events[0].event, r.RoundOpened):
        raise ValueError("a round's history begins with its opening")
    round_ = RoundRecord()
    for row in events:
        evolve(cast("r.ReviewEvent", row.event), round_)
    return round_


def differences(
    tables: Sequence[Table],
    histories: Sequence[AggregateHistory[RoundRecord]],
    rows_of: Callable[[AggregateHistory[RoundRecord], RoundRecord], Rows],
) -> Changes:
    """The rows that differ before and after the new events of each round."""
    changes = Changes(
        deletes={table.name: [] for table in tables}, inserts={table.name: [] for table in tables}
    )
    for history in histories:
        before = history.state_before
        old: Rows = rows_of(history, before) if before is not None else {}
        new = rows_of(history, history.state)
        for table in tables:
            was, now = old.get(table.name, {}), new.get(table.name, {})
            gone = [key for key, row in was.items() if now.get(key) != row]
            come = [row for key, row in now.items() if was.get(key) != row]
            changes.deletes[table.name] = [*changes.deletes[table.name], *gone]
            changes.inserts[table.name] = [*changes.inserts[table.name], *come]
    return changes
