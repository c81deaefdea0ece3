"""The read model `signed_decisions` holds what each signed decision says of each household."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, NamedTuple
from uuid import UUID

from domain.eventstore.personal import Keyring
from domain.households import events as e
from domain.households.household import HouseholdRecord
from domain.standards.standard import NATIONAL
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow
from projections.households.check_codes import decision_key
from projections.households.state import InEffect, in_effect

DECISION_EVENTS: frozenset[type] = frozenset({
    e.Registered, e.Classified, e.ClassificationWithdrawn, e.Moved, e.MergedInto, e.Dissolved,
})  # fmt: skip


class SignedDecisions(PerAggregateProjection[InEffect]):
    """One row for each national decision on a household that has a number; withdrawn ones too.

    `area` is the commune in which the household lived when the decision took effect. `check_key`
    is that of the decision: all rows of one number, day and commune have the same.
    """

    name = "signed_decisions"
    version = 2
    topics = ("household.",)
    tables = (
        Table(
            "signed_decisions",
            {
                "household_id": "uuid not null",
                "version": "integer not null",
                "area": 'text not null collate "C"',
                "number": 'text not null collate "C"',
                "signed_on": "date",
                "effective_on": "date not null",
                "class": "text not null",
                "class_before": "text not null",
                "withdrawn": "boolean not null",
                "check_key": "bytea not null",
            },
            key=("household_id", "version"),
            indexes=(
                "create index {table}_number on {table} (area, number, signed_on)",
                "create index {table}_check on {table} (check_key)",
            ),
        ),
    )

    fold = staticmethod(in_effect)
    events: ClassVar[frozenset[type] | None] = DECISION_EVENTS

    def changes(self, histories: Sequence[AggregateHistory[InEffect]], keyring: Keyring) -> Changes:
        """The rows that differ: a household of many decisions is not written anew for each.

        A check key is made of each decision once, as most households of a batch share theirs.
        """
        deletes: list[TableRow] = []
        inserts: list[TableRow] = []
        keys: dict[TableRow, bytes] = {}
        for history in histories:
            known = history.state_before
            before = _rows(history.events[: history.before], known) if known else {}
            now = _rows(history.events, history.state)
            deletes += [key for key, row in before.items() if now.get(key) != row]
            for key, row in now.items():
                if before.get(key) != row:
                    decision = row.area, row.number, row.signed_on
                    if decision not in keys:
                        keys[decision] = decision_key(keyring, *decision)
                    inserts.append((*row, keys[decision]))
        return Changes(deletes={"signed_decisions": deletes}, inserts={"signed_decisions": inserts})


class _SignedRow(NamedTuple):
    """A row without its check key."""

    household_id: UUID
    version: int
    area: str
    number: str
    signed_on: date | None
    effective_on: date
    class_: str
    class_before: str
    withdrawn: bool


def _rows(events: Sequence[LedgerEvent], household: InEffect) -> dict[TableRow, _SignedRow]:
    """The rows of a household by their keys, without their check keys."""
    withdrawn = {row.event.withdraws for row in events if isinstance(row.event, e.Withdrawal)}
    rows: dict[TableRow, _SignedRow] = {}
    for row in events:
        event = row.event
        if not isinstance(event, e.Classified) or event.scope != NATIONAL:
            continue
        paper = event.document
        if paper is None or not paper.number:
            continue
        rows[event.originator_id, row.version] = _SignedRow(
            event.originator_id, row.version, _area_on(household.record, event.effective_on),
            paper.number, paper.signed_on, event.effective_on, event.class_, event.class_before,
            row.version in withdrawn,
        )  # fmt: skip
    return rows


def _area_on(record: HouseholdRecord, day: date) -> str:
    """The unit in which the household lived on a day, by its moves in the order of effect."""
    area = record.moves[0].area_before if record.moves else record.area
    for move in record.moves:
        if move.effective_on <= day:
            area = move.area
    return area
