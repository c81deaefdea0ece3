"""Loads the parts of a rebuild: whole histories by ranges of aggregate ids.

Each step commits its rows together with how far its part came.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple, cast
from uuid import UUID

from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection, Pool, SqlRow
from domain.jobs.leases import Lease, keeping
from projections.engine import ledger
from projections.engine.apply import in_schema, write_models
from projections.engine.batch import (
    TOGETHER,
    AggregateEvents,
    Batch,
    Merging,
    Prepared,
    prepare,
    topics_per_aggregate,
    until_unreadable,
)
from projections.engine.parking import Fault
from projections.engine.read_model import PerAggregateProjection, ReadModel

Whole = tuple[UUID, list[ledger.LedgerRow]]

STEP = 2_000  # events a transaction: about a tenth of a second
PATIENCE_SECONDS = 120  # a step that takes longer counts as hung
FROZEN_SECONDS = 30  # between two reads, which one step lies in between


def open_parts(conn: Connection, rebuild: int) -> list[int]:
    """The parts that are not done."""
    rows = conn.execute(
        "select part from read.rebuild_parts where rebuild = %s and not done", [rebuild]
    )
    return [part for (part,) in rows.fetchall()]


def load(
    pool: Pool,
    conn: Connection,
    keyring: Keyring,
    models: Sequence[ReadModel],
    rebuild: int,
    part: int,
    upto: int,
    lease: Lease,
) -> None:
    """Folds the histories of one part into `building`, from where it was left.

    Renews the lease of the part meanwhile and gives it back. Raises Overtaken where it was lost.
    """
    with keeping(pool, conn, lease, PATIENCE_SECONDS):
        _load(pool, conn, keyring, models, rebuild, part, upto, lease)


def _load(
    pool: Pool,
    conn: Connection,
    keyring: Keyring,
    models: Sequence[ReadModel],
    rebuild: int,
    part: int,
    upto: int,
    lease: Lease,
) -> None:
    per_aggregate = [model for model in models if isinstance(model, PerAggregateProjection)]
    first, last, done_to = one_row(
        conn,
        "select first, last, done_to from read.rebuild_parts where rebuild = %s and part = %s",
        [rebuild, part],
    )
    start = first if done_to is None else UUID(int=done_to.int + 1)
    if per_aggregate and start <= last:
        with pool.connection() as reading, reading.transaction():
            # Indexing waits for every reader, so one that is frozen must not read for ever.
            reading.execute(f"set local idle_in_transaction_session_timeout = '{FROZEN_SECONDS}s'")
            whole = ledger.histories(reading, start, last, upto)
            with closing(cast("Generator[Whole, None, None]", whole)):
                for step in _steps(whole, per_aggregate, keyring):
                    _write_step(conn, keyring, rebuild, part, upto, step, lease)
    with conn.transaction():
        lease.hold(conn)
        conn.execute(
            "update read.rebuild_parts set done = true, done_to = last"
            " where rebuild = %s and part = %s",
            [rebuild, part],
        )


class _Step(NamedTuple):
    """What some histories come to, from the first aggregate to the last."""

    first: UUID
    last: UUID
    events: int
    prepared: Sequence[Prepared]
    unreadable: list[Fault]


def _steps(
    whole: Iterable[Whole], models: Sequence[PerAggregateProjection[Any]], keyring: Keyring
) -> Iterator[_Step]:
    """About STEP events at a time; of these again some aggregates at a time are folded."""
    histories = iter(whole)
    more = True
    while more:
        merging, unreadable, ids, size = Merging(models), list[Fault](), list[UUID](), 0
        while more and size < STEP:
            group = list(islice(histories, TOGETHER))
            more = len(group) == TOGETHER
            aggregates, faults = _readable(group, models)
            merging.add(aggregates, keyring, {})
            unreadable += faults
            ids += [originator_id for originator_id, _ in group]
            size += sum(len(events) for _, events in group)
        if ids:
            yield _Step(ids[0], ids[-1], size, merging.prepared(), unreadable)


def _readable(
    group: Iterable[Whole], models: Sequence[ReadModel]
) -> tuple[list[AggregateEvents], list[Fault]]:
    followed = topics_per_aggregate(models)
    aggregates: list[AggregateEvents] = []
    unreadable: list[Fault] = []
    for originator_id, events in group:
        if events[0].topic.startswith(followed):
            readable, faults = until_unreadable(events)
            unreadable += faults
            if readable:
                readable.sort(key=attrgetter("seq"))
                aggregates.append(AggregateEvents(originator_id, readable))
    return aggregates, unreadable


def _write_step(
    conn: Connection,
    keyring: Keyring,
    rebuild: int,
    part: int,
    upto: int,
    step: _Step,
    lease: Lease,
) -> None:
    """The rows of some whole histories, with how far the part came."""
    models = [one.model for one in step.prepared]

    def again() -> list[Prepared]:
        aggregates, _ = _readable(ledger.histories(conn, step.first, step.last, upto), models)
        return prepare(Batch(0, [], aggregates, []), models, keyring, {})

    def in_transaction(write: Callable[[], int]) -> int:
        with in_schema(conn, "building", lease):
            parked = write()
            conn.execute(
                "update read.rebuild_parts set done_to = %s, events = events + %s"
                " where rebuild = %s and part = %s",
                [step.last, step.events, rebuild, part],
            )
        return parked

    write_models(conn, keyring, step.prepared, again, step.unreadable, in_transaction)


def one_row(conn: Connection, query: str, parameters: Sequence[object]) -> SqlRow:
    """The one row of a query about a rebuild. Raises LookupError."""
    row: SqlRow | None = conn.execute(query.encode(), parameters).fetchone()
    if row is None:
        raise LookupError("there is no such rebuild")
    return row
