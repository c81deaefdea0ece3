"""The read model `contests` holds one row for each contest of a household."""

from collections.abc import Sequence

from domain.eventstore.mapper import aggregate_of
from domain.eventstore.personal import Keyring
from domain.own_view.own_view import OwnView
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table, TableRow


def own_view_of(events: Sequence[LedgerEvent], /) -> OwnView:
    """The own view that these events make."""
    found = aggregate_of(row.event for row in events)
    if not isinstance(found, OwnView):
        raise TypeError("these events make no own view")
    return found


class Contests(PerAggregateProjection[OwnView]):
    """Contests as they are now; what household and office write in them is sealed."""

    name = "contests"
    version = 1
    topics = ("own_view.",)
    tables = (
        Table(
            "contests",
            {
                "household_id": "uuid not null",
                "contest_id": "uuid not null",
                "about": "text not null",
                "lodged_on": "date not null",
                "due_on": "date",
                "case_id": "uuid",
                "round_id": "uuid",
                "grievance_id": "uuid",
                "answered_on": "date",
                "outcome": "text not null",
                "text": "bytea not null",
                "answer": "bytea",
            },
            key=("household_id", "contest_id"),
            indexes=(
                "create index {table}_waiting on {table} (due_on, contest_id)"
                " where answered_on is null",
                "create index {table}_by_day on {table} (lodged_on, contest_id)",
                "create index {table}_of_case on {table} (case_id)",
            ),
        ),
    )

    fold = staticmethod(own_view_of)

    def changes(self, histories: Sequence[AggregateHistory[OwnView]], keyring: Keyring) -> Changes:
        """The rows that differ; a household without contests has none."""
        deletes: list[TableRow] = []
        inserts: list[TableRow] = []
        for history in histories:
            before = history.state_before
            was = _rows(before) if before is not None else {}
            now = _rows(history.state)
            deletes += [key for key, row in was.items() if now.get(key) != row]
            inserts += [row for key, row in now.items() if was.get(key) != row]
        return Changes(deletes={self.name: deletes}, inserts={self.name: inserts})


def _rows(own_view: OwnView) -> dict[TableRow, TableRow]:
    id_ = own_view.household_id
    return {
        (id_, one.contest_id): (
            id_, one.contest_id, one.about, one.lodged_on, one.due_on, one.case_id, one.round_id,
            one.grievance_id, one.answered_on, one.outcome, one.text.sealed,
            one.answer.sealed if one.answer else None,
        )
        for one in own_view.contests.values()
    }  # fmt: skip
