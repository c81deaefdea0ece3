"""The read model `cases` holds one row for each support case, with its steps."""

from collections.abc import Sequence

import msgspec

from domain.eventstore.mapper import aggregate_of
from domain.eventstore.personal import Keyring
from domain.support.case import SupportCase
from domain.support.case_events import EVENTS
from projections.engine.bulk_copy import JsonBytes
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow
from projections.support.cases import WAITING, Step

_encode = msgspec.json.Encoder().encode


def case_of(events: Sequence[LedgerEvent]) -> SupportCase:
    """The case that these events make."""
    found = aggregate_of(row.event for row in events)
    if not isinstance(found, SupportCase):
        raise TypeError("these events make no case")
    return found


class Cases(PerAggregateProjection[SupportCase]):
    """Cases as they are now, with the days and accounts of their steps."""

    name = "cases"
    version = 3
    topics = ("case.",)
    tables = (
        Table(
            "cases",
            {
                "case_id": "uuid not null",
                "version": "integer not null",
                "household_id": "uuid not null",
                "area": 'text not null collate "C"',
                "programme": 'text not null collate "C"',
                "benefit": 'text not null collate "C"',
                "person_id": "uuid",
                "period_from": "date not null",
                "period_until": "date not null",
                "status": "text not null",
                "assigned_to": "text not null",
                "amount": "bigint",
                "quantity": "bigint",
                "unit": "text not null",
                "line_id": "uuid",
                "batch_id": "uuid",
                "disbursed": "bigint not null",
                "followed_up": "text not null",
                "plan": "integer",
                "plan_step": "integer",
                "delivered_on": "date",
                "confirmed_on": "date",
                "steps": "jsonb not null",
            },
            key=("case_id",),
            indexes=(
                "create index {table}_in_area on {table} (area, case_id)",
                "create index {table}_of_batch on {table} (batch_id)",
                "create index {table}_of_household on {table} (household_id)",
                f"create index {{table}}_waiting on {{table}} (area) where {WAITING}",
            ),
        ),
    )
    fold = staticmethod(case_of)

    def changes(
        self, histories: Sequence[AggregateHistory[SupportCase]], keyring: Keyring
    ) -> Changes:
        """The row of each case that has new events."""
        return Changes(
            deletes={self.name: [(one.aggregate_id,) for one in histories if not one.is_new]},
            inserts={self.name: [_row(one) for one in histories]},
        )


def _row(history: AggregateHistory[SupportCase]) -> TableRow:
    case = history.state
    steps = [
        Step(
            row.topic.removeprefix("case.").partition(":")[0], row.version,
            row.event.effective_on, row.recorded_at, row.event.actor.account,
        )
        for row in history.events
        if isinstance(row.event, EVENTS)
    ]  # fmt: skip
    return (
        case.id, case.version, case.household_id, case.area, case.programme, case.benefit,
        case.person_id, case.period.first, case.period.last, case.status, case.assigned_to,
        case.amount, case.quantity, case.unit, case.line_id, case.batch_id, case.disbursed,
        case.followed_up, case.plan_step.plan if case.plan_step else None,
        case.plan_step.step if case.plan_step else None, case.delivered_on, case.confirmed_on,
        JsonBytes(_encode(steps)),
    )  # fmt: skip
