"""The read model `duplicates` holds the pairs of households that may be one, a row for each."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from domain.duplicates import events as e
from domain.eventstore.personal import Keyring
from projections.engine.bulk_copy import JsonBytes
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.engine.tables import Changes, Table

_encode = msgspec.json.Encoder().encode


class PairState(msgspec.Struct):
    """A pair as its events make it. `verdict` is "" while it is open."""

    first: UUID
    second: UUID
    version: int
    how: str
    score: int | None
    evidence: tuple[str, ...]
    couples: tuple[e.Couple, ...]
    found_at: datetime
    found_by: str
    verdict: str = ""
    reason: str = ""
    settled_on: date | None = None
    settled_at: datetime | None = None
    settled_by: str = ""
    paper: str = ""


def fold_pair(events: Sequence[LedgerEvent], /) -> PairState:
    """The state of a pair from its events, in ledger order."""
    state: PairState | None = None
    for row in events:
        event = row.event
        if isinstance(event, e.Found):
            state = PairState(
                event.first, event.second, row.version, event.how, event.score, event.evidence,
                event.couples, event.timestamp, event.actor.account,
            )  # fmt: skip
        elif state is not None:
            state.version = row.version
            _evolve(state, event)
    if state is None:
        raise ValueError("a pair without the event that made it")
    return state


def _evolve(state: PairState, event: object) -> None:
    if isinstance(event, e.FoundAgain):
        state.how, state.score = event.how, event.score
        state.evidence, state.couples = event.evidence, event.couples
        state.found_at, state.found_by = event.timestamp, event.actor.account
    if isinstance(event, e.Settled):
        state.verdict, state.reason = event.verdict, event.reason
        state.settled_on, state.settled_at = event.effective_on, event.timestamp
        state.settled_by = event.actor.account
        state.paper = event.document.number if event.document else ""
    if isinstance(event, e.FoundAgain | e.Reopened):
        state.verdict = state.reason = state.settled_by = state.paper = ""
        state.settled_on = state.settled_at = None


class Duplicates(PerAggregateProjection[PairState]):
    """One row for each pair. `score` is 0 where none was worked out; names are in no row."""

    name = "duplicates"
    version = 1
    topics = ("duplicate.",)
    tables = (
        Table(
            "duplicates",
            {
                "duplicate_id": "uuid not null",
                "first": "uuid not null",
                "second": "uuid not null",
                "version": "integer not null",
                "how": "text not null",
                "score": "integer not null",
                "evidence": "jsonb not null",
                "couples": "jsonb not null",
                "found_at": "timestamptz not null",
                "found_by": "text not null",
                "verdict": "text not null",
                "reason": "text not null",
                "settled_on": "date",
                "settled_at": "timestamptz",
                "settled_by": "text not null",
                "paper": "text not null",
            },
            key=("duplicate_id",),
            indexes=(
                "create index {table}_first on {table} (first)",
                "create index {table}_second on {table} (second)",
                "create index {table}_queue on {table} (score desc, duplicate_id)",
            ),
        ),
    )

    fold = staticmethod(fold_pair)

    def changes(
        self, histories: Sequence[AggregateHistory[PairState]], keyring: Keyring
    ) -> Changes:
        """The whole row of each pair that has new events."""
        return Changes(
            deletes={"duplicates": [(one.aggregate_id,) for one in histories if not one.is_new]},
            inserts={"duplicates": [_row(one.aggregate_id, one.state) for one in histories]},
        )


def _row(id_: UUID, state: PairState) -> tuple[object, ...]:
    return (
        id_, state.first, state.second, state.version, state.how, state.score or 0,
        JsonBytes(_encode(state.evidence)), JsonBytes(_encode(state.couples)),
        state.found_at, state.found_by, state.verdict, state.reason, state.settled_on,
        state.settled_at, state.settled_by, state.paper,
    )  # fmt: skip
