"""The read model `grants` holds the supports of each household, without those withdrawn."""

from collections.abc import Sequence

from domain.eventstore.personal import Keyring
from domain.households import events as e
from domain.matching.names import fold_name
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow
from projections.households.state import InEffect, in_effect

GRANT_EVENTS: frozenset[type] = frozenset(
    {e.SupportGranted, e.SupportWithdrawn, e.Moved, e.MergedInto, e.Dissolved}
)


class Grants(PerAggregateProjection[InEffect]):
    """One row for each support, with the unit in which the household lives now.

    `words` are the benefit as it was written, folded, as commands compare it.
    """

    name = "grants"
    version = 3
    topics = ("household.",)
    tables = (
        Table(
            "grants",
            {
                "household_id": "uuid not null",
                "support_id": "uuid not null",
                "area": 'text not null collate "C"',
                "programme": "text not null",
                "benefit": "text not null",
                "funding_year": "integer not null",
                "granted_on": "date not null",
                "amount": "bigint",
                "period_from": "date not null",
                "period_until": "date not null",
                "words": 'text not null collate "C"',
            },
            key=("household_id", "support_id"),
            indexes=("create index {table}_of_area on {table} (area, funding_year)",),
        ),
    )

    fold = staticmethod(in_effect)
    events = GRANT_EVENTS

    def changes(self, histories: Sequence[AggregateHistory[InEffect]], keyring: Keyring) -> Changes:
        """The rows that differ; a household without support has none."""
        deletes: list[TableRow] = []
        inserts: list[TableRow] = []
        for history in histories:
            before = history.state_before
            was = _rows(history, before) if before is not None else {}
            now = _rows(history, history.state)
            deletes += [key for key, row in was.items() if now.get(key) != row]
            inserts += [row for key, row in now.items() if was.get(key) != row]
        return Changes(deletes={self.name: deletes}, inserts={self.name: inserts})


def _rows(history: AggregateHistory[InEffect], state: InEffect) -> dict[TableRow, TableRow]:
    id_, area = history.aggregate_id, state.record.area
    return {
        (id_, one.support_id): (
            id_, one.support_id, area, one.programme, one.benefit, one.funding_year,
            one.effective_on, one.amount, one.period_from, one.period_until,
            fold_name(one.benefit),
        )
        for one in state.record.supports.values()
    }  # fmt: skip
