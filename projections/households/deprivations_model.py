"""The read model `findings` holds deprivations, causes and days with records, for the filters of
lists."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from domain.calendar import day_of
from domain.eventstore.personal import Keyring
from domain.households import events as e
from projections.engine.bulk_copy import Texts
from projections.engine.read_model import AggregateHistory, PerAggregateProjection, no_state
from projections.engine.tables import Changes, Table, TableRow
from projections.households.deprivations import CAUSES, DEPRIVED, WITHDRAWN


class Deprivations(PerAggregateProjection[None]):
    """Rows are only ever added: what was known when a finding was recorded does not change.

    `findings` has a row for each survey that says in which indicators a household is deprived, and
    for each recording of its causes; on any day the latest by (`effective_on`, `seq`) counts. A
    row of kind "withdrawn" says that the finding at this place was withdrawn, and when.
    `recorded_days` has a row for each day in Việt Nam on which something was recorded about a
    household. An end voids nothing here: whether a household was there is asked of `status_spans`.
    """

    name = "findings"
    version = 1
    topics = ("household.",)
    tables = (
        Table(
            "findings",
            {
                "household_id": "uuid not null",
                "kind": 'text not null collate "C"',
                "effective_on": "date not null",
                "seq": "bigint not null",
                "recorded_at": "timestamptz not null",
                "codes": "text[] not null",
            },
            key=("household_id", "kind", "effective_on", "seq"),
            indexes=(
                "create index {table}_codes on {table} using gin (codes)",
                "create index {table}_deprived on {table} (household_id, effective_on, seq)"
                " include (recorded_at, codes) where kind = 'deprived'",
                "create index {table}_withdrawn on {table} (household_id, effective_on, seq)"
                " where kind = 'withdrawn'",
            ),
        ),
        Table(
            "recorded_days",
            {"household_id": "uuid not null", "recorded_on": "date not null"},
            key=("household_id", "recorded_on"),
            indexes=("create index {table}_on on {table} (recorded_on)",),
        ),
    )

    fold = staticmethod(no_state)

    def changes(self, histories: Sequence[AggregateHistory[None]], keyring: Keyring) -> Changes:
        """The deprivations and causes of the new events, and the days of their recording."""
        return Changes(
            inserts={
                "findings": [row for history in histories for row in _found(history)],
                "recorded_days": [row for history in histories for row in _days(history)],
            }
        )


def _found(history: AggregateHistory[None]) -> Iterator[TableRow]:
    for row in history.new_events:
        event = row.event
        if isinstance(event, e.SurveyWithdrawn | e.CausesWithdrawn):
            yield _withdrawn(history, event)
            continue
        match event:
            case e.Surveyed(deprived=tuple() as codes):
                kind = DEPRIVED
            case e.CausesRecorded(causes=codes):
                kind = CAUSES
            case _:
                continue
        yield (
            history.aggregate_id, kind, event.effective_on, row.seq, event.timestamp, Texts(codes),
        )  # fmt: skip


def _withdrawn(history: AggregateHistory[None], event: e.Withdrawal) -> TableRow:
    entry = next(row for row in history.events if row.version == event.withdraws)
    return (
        history.aggregate_id, WITHDRAWN, entry.event.effective_on, entry.seq, event.timestamp,
        Texts(()),
    )  # fmt: skip


def _days(history: AggregateHistory[None]) -> list[TableRow]:
    moments = [row.event.timestamp for row in history.new_events]
    days = dict.fromkeys(map(day_of, moments))
    if history.before:
        since = min(moments) - timedelta(days=1)  # what is older is of another day
        for row in history.events[: history.before]:
            if row.event.timestamp > since:
                days.pop(day_of(row.event.timestamp), None)
    return [(history.aggregate_id, day) for day in days]
