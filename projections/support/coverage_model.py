"""The read model `coverage` holds what households were granted and when they left poverty.

Both are kept as known at any moment: an entry counts from its recording to its withdrawal. So
questions of coverage can be asked on both clocks, and who is newly escaped and qualifies as such.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from domain.eventstore.personal import Keyring
from domain.households import events as e
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection, no_state
from projections.engine.tables import FOREVER, Changes, Table, TableRow

COVERAGE_EVENTS: frozenset[type] = frozenset(
    {e.SupportGranted, e.SupportWithdrawn, e.LeftPoverty, e.ExitWithdrawn}
)


class CoverageFacts(Struct, frozen=True):
    """The rows of a household by table, each by its key."""

    granted: dict[TableRow, TableRow]
    exits: dict[TableRow, TableRow]


def facts_of(events: Sequence[LedgerEvent]) -> CoverageFacts:
    """The supports and exits of a household, with the moments between which each was known."""
    until: dict[int, datetime] = {}
    for row in events:
        event = row.event
        if isinstance(event, e.SupportWithdrawn | e.ExitWithdrawn):
            until.setdefault(event.withdraws, event.timestamp)
    found = CoverageFacts({}, {})
    for row in events:
        event = row.event
        if isinstance(event, e.SupportGranted):
            known = (event.timestamp, until.get(row.version, FOREVER))
            found.granted[event.originator_id, event.support_id] = (
                event.originator_id, event.support_id, event.programme, event.benefit,
                event.effective_on, event.period_from, event.period_until, *known,
            )  # fmt: skip
        elif isinstance(event, e.LeftPoverty):
            known = (event.timestamp, until.get(row.version, FOREVER))
            found.exits[event.originator_id, row.version] = (
                event.originator_id, row.version, event.class_before, event.kind,
                event.effective_on, event.newly_escaped_until, *known,
            )  # fmt: skip
    return found


class Coverage(PerAggregateProjection[None]):
    """The supports and the exits of each household."""

    name = "coverage"
    version = 1
    topics = ("household.",)
    tables = (
        Table(
            "coverage_grants",
            {
                "household_id": "uuid not null",
                "support_id": "uuid not null",
                "programme": 'text not null collate "C"',
                "benefit": 'text not null collate "C"',
                "granted_on": "date not null",
                "period_from": "date not null",
                "period_until": "date not null",
                "known_from": "timestamptz not null",
                "known_to": "timestamptz not null",
            },
            key=("household_id", "support_id"),
            indexes=(
                "create index {table}_of_benefit on {table}"
                " (programme, benefit, period_from, household_id)",
            ),
        ),
        Table(
            "coverage_exits",
            {
                "household_id": "uuid not null",
                "version": "integer not null",
                "class_before": "text not null",
                "kind": "text not null",
                "left_on": "date not null",
                "newly_escaped_until": "date",
                "known_from": "timestamptz not null",
                "known_to": "timestamptz not null",
            },
            key=("household_id", "version"),
        ),
    )
    fold = staticmethod(no_state)
    events = COVERAGE_EVENTS

    def changes(self, histories: Sequence[AggregateHistory[None]], keyring: Keyring) -> Changes:
        """The rows that differ; most households have none."""
        deletes: dict[str, list[TableRow]] = {table.name: [] for table in self.tables}
        inserts: dict[str, list[TableRow]] = {table.name: [] for table in self.tables}
        for history in histories:
            before, now = facts_of(history.events[: history.before]), facts_of(history.events)
            for table, was, rows in (
                ("coverage_grants", before.granted, now.granted),
                ("coverage_exits", before.exits, now.exits),
            ):
                deletes[table] += [key for key, row in was.items() if rows.get(key) != row]
                inserts[table] += [row for key, row in rows.items() if was.get(key) != row]
        return Changes(deletes={**deletes}, inserts={**inserts})
