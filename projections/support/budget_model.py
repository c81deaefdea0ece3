"""The read model `budget_balances` holds budget lines and each movement of their money."""

from collections.abc import Sequence

from domain.eventstore.personal import Keyring
from domain.support import budget
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection, no_state
from projections.engine.tables import Changes, Table, TableRow


class BudgetBalances(PerAggregateProjection[None]):
    """Balances are sums of movements up to a day, as recorded up to a moment; none is kept."""

    name = "budget_balances"
    version = 1
    topics = ("budget.",)
    tables = (
        Table(
            "budget_lines",
            {
                "line": "uuid not null",
                "recorded_at": "timestamptz not null",
                "area": 'text not null collate "C"',
                "programme": 'text not null collate "C"',
                "node": 'text not null collate "C"',
                "source": "text not null",
                "kind": "text not null",
                "allocation_year": "integer not null",
                "spending_year": "integer not null",
            },
            key=("line",),
            indexes=("create index {table}_of_year on {table} (spending_year, area)",),
        ),
        Table(
            "budget_movements",
            {
                "line": "uuid not null",
                "version": "integer not null",
                "effective_on": "date not null",
                "recorded_at": "timestamptz not null",
                "what": "text not null",
                "amount": "bigint not null",
                "of_commitment": "boolean not null",
                "about": "uuid",
                "document": "text not null",
            },
            key=("line", "version"),
        ),
    )
    fold = staticmethod(no_state)

    def changes(self, histories: Sequence[AggregateHistory[None]], keyring: Keyring) -> Changes:
        """A row for each new event; none is ever changed."""
        lines: list[TableRow] = []
        movements: list[TableRow] = []
        for history in histories:
            for row in history.new_events:
                if isinstance(row.event, budget.Opened):
                    lines.append(_line(row, row.event))
                elif isinstance(row.event, budget.MOVEMENTS):
                    movements.append(_movement(row, row.event))
        return Changes(inserts={"budget_lines": lines, "budget_movements": movements})


def _line(row: LedgerEvent, event: budget.Opened) -> TableRow:
    return (
        row.originator_id, row.recorded_at, event.area, event.programme, event.node,
        event.source, event.kind, event.allocation_year, event.spending_year,
    )  # fmt: skip


def _movement(row: LedgerEvent, event: budget.Movement) -> TableRow:
    of_commitment = isinstance(event, budget.Disbursed) and event.commitment is not None
    return (
        row.originator_id, row.version, event.effective_on, row.recorded_at,
        budget.SUMS[type(event)], event.amount, of_commitment, _about(event),
        event.document.number if event.document else "",
    )  # fmt: skip


def _about(event: budget.Movement) -> object:
    """The other line, the commitment or the disbursement that a movement is about."""
    match event:
        case budget.PassedDown() | budget.CarriedOver():
            return event.to_line
        case budget.Received() | budget.CarriedIn():
            return event.from_line
        case budget.Committed() | budget.Released():
            return event.commitment
        case budget.Disbursed() | budget.Recovered():
            return event.disbursement
        case _:
            return None
