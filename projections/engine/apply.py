"""Applies a batch: writes rows and positions together, or nothing.

All models are written as one. Where that fails, each is written by itself in a savepoint: what
cannot be written is parked, alone.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection
from domain.jobs.leases import Lease, Overtaken
from projections.engine import ledger
from projections.engine.batch import Batch, Prepared, PreparedChanges, PreparedEvents
from projections.engine.bulk_copy import replace_rows
from projections.engine.parking import FAULTS, MOST_AT_ONCE, Fault, TooManyFaults, park, reason_of
from projections.engine.read_model import (
    AggregateHistory,
    PerAggregateProjection,
    ReadModel,
    SequentialProjection,
    State,
)
from projections.engine.small_write import is_small, write_few
from projections.engine.tables import Changes

_SET_SCHEMA = (
    "select set_config('search_path', %s, true), set_config('synchronous_commit', 'off', true)"
)
_HOLD_LEASE = (
    " from read.leases where name = %s and holder = %s::uuid for share"  # as Lease.hold does
)


@contextmanager
def in_schema(conn: Connection, schema: str, lease: Lease | None = None) -> Iterator[None]:
    """A transaction in which unqualified names mean this schema; it holds a lease, if given.

    A commit here need not be flushed: rows and position go together, and what a crash takes is
    calculated again. Raises Overtaken where another one has the lease.
    """
    query, parameters = _SET_SCHEMA, [schema]
    if lease is not None:
        query, parameters = _SET_SCHEMA + _HOLD_LEASE, [schema, lease.name, str(lease.holder)]
    with conn.transaction():
        if conn.execute(query.encode(), parameters).fetchone() is None:
            raise Overtaken(lease.name if lease else schema)
        yield
        if lease is not None:
            lease.sign()


def write_batch(
    conn: Connection,
    schema: str,
    keyring: Keyring,
    position: int,
    batch: Batch,
    prepared: Sequence[Prepared],
    again: Callable[[], Sequence[Prepared]],
    lease: Lease | None = None,
) -> int:
    """Rows and positions of one batch in one transaction; returns how many were parked.

    `again` prepares the same, with histories, for the case that something cannot be written.
    """
    names = [one.model.name for one in prepared]

    def in_transaction(write: Callable[[], int]) -> int:
        with in_schema(conn, schema, lease):
            moved = conn.execute(
                "update positions set seq = %s, moved_at = now() where model = any(%s)"
                " and seq = %s",
                [batch.upto, names, position],
            )
            if moved.rowcount != len(names):
                raise Overtaken(f"{', '.join(names)} no longer at {position}")
            return write()

    return write_models(conn, keyring, prepared, again, batch.unreadable, in_transaction)


def write_models(
    conn: Connection,
    keyring: Keyring,
    prepared: Sequence[Prepared],
    again: Callable[[], Sequence[Prepared]],
    unreadable: Sequence[Fault],
    in_transaction: Callable[[Callable[[], int]], int],
) -> int:
    """Writes what the models were prepared to write, and parks what cannot be read; how many.

    All models are written as one; where that fails for what an event says, each is written by
    itself in a new transaction, from what `again` prepares.
    """
    try:
        return in_transaction(lambda: _write_as_one(conn, keyring, prepared, unreadable))
    except FAULTS:
        kept = again()
    return in_transaction(
        lambda: sum([_write_model(conn, keyring, one, unreadable) for one in kept])
    )


def _write_as_one(
    conn: Connection,
    keyring: Keyring,
    prepared: Sequence[Prepared],
    unreadable: Sequence[Fault],
) -> int:
    changed = []
    for one in prepared:
        if isinstance(one, PreparedChanges):
            if one.changes is None:
                raise ValueError(f"the changes of {one.model.name} could not be calculated")
            changed.append((one.model.tables, one.changes))
    if is_small([changes for _, changes in changed]):
        write_few(conn, changed)
    else:
        for tables, changes in changed:
            replace_rows(conn, tables, changes)
    for one in prepared:
        if isinstance(one, PreparedEvents) and one.events:
            one.model.project(conn, one.events, keyring)
    return sum([_park_unreadable(conn, one.model, unreadable) for one in prepared])


def _park_unreadable(conn: Connection, model: ReadModel, unreadable: Sequence[Fault]) -> int:
    faults = [fault for fault in unreadable if fault.topic.startswith(model.topics)]
    park(conn, model.name, faults)
    return len(faults)


def _write_model(
    conn: Connection, keyring: Keyring, prepared: Prepared, unreadable: Sequence[Fault]
) -> int:
    """Writes what one model was prepared to write, and parks what it cannot; how many."""
    if isinstance(prepared, PreparedChanges):
        wrote = _wrote(conn, prepared.model, prepared.changes)
        faults = [] if wrote else _bisect(conn, keyring, prepared.model, prepared.histories)
    else:
        wrote = not prepared.events or _projected(conn, keyring, prepared.model, prepared.events)
        faults = [] if wrote else _one_by_one(conn, keyring, prepared.model, prepared.events)
    if len(faults) > MOST_AT_ONCE:
        raise TooManyFaults(prepared.model.name, [fault.reason for fault in faults[:5]])
    park(conn, prepared.model.name, faults)
    return len(faults) + _park_unreadable(conn, prepared.model, unreadable)


def _wrote(conn: Connection, model: PerAggregateProjection[State], changes: Changes | None) -> bool:
    if changes is None:
        return False
    try:
        with conn.transaction():
            replace_rows(conn, model.tables, changes)
    except FAULTS:
        return False
    return True


def _bisect(
    conn: Connection,
    keyring: Keyring,
    model: PerAggregateProjection[State],
    histories: list[AggregateHistory[State]],
) -> list[Fault]:
    """Writes all that can be written, and names the aggregates that cannot."""
    if not histories:
        return []
    if len(histories) == 1:
        return _event_by_event(conn, keyring, model, histories[0])
    try:
        with conn.transaction():
            replace_rows(conn, model.tables, model.changes(histories, keyring))
    except FAULTS:
        middle = len(histories) // 2
        faults = _bisect(conn, keyring, model, histories[:middle])
        if len(faults) <= MOST_AT_ONCE:
            faults += _bisect(conn, keyring, model, histories[middle:])
        return faults
    return []


def _event_by_event(
    conn: Connection,
    keyring: Keyring,
    model: PerAggregateProjection[State],
    history: AggregateHistory[State],
) -> list[Fault]:
    """Takes an aggregate's events in one at a time, up to the first that cannot be."""
    for end in range(history.before + 1, len(history.events) + 1):
        so_far = AggregateHistory(history.aggregate_id, history.events[:end], model.fold, end - 1)
        if not model.looks_at(so_far):
            continue
        try:
            with conn.transaction():
                replace_rows(conn, model.tables, model.changes([so_far], keyring))
        except FAULTS as error:
            bad = history.events[end - 1]
            return [Fault(bad.originator_id, bad.seq, reason_of(error), bad.topic)]
    return []


def _projected(
    conn: Connection,
    keyring: Keyring,
    model: SequentialProjection,
    events: Sequence[ledger.LedgerEvent],
) -> bool:
    try:
        with conn.transaction():
            model.project(conn, events, keyring)
    except FAULTS:
        return False
    return True


def _one_by_one(
    conn: Connection,
    keyring: Keyring,
    model: SequentialProjection,
    events: Sequence[ledger.LedgerEvent],
) -> list[Fault]:
    """Event by event in order; from the first that fails on, its aggregate waits."""
    faults: dict[UUID, Fault] = {}
    for event in events:
        if event.originator_id in faults:
            continue
        try:
            with conn.transaction():
                model.project(conn, [event], keyring)
        except FAULTS as error:
            faults[event.originator_id] = Fault(
                event.originator_id, event.seq, reason_of(error), event.topic
            )
    return list(faults.values())


def retry_parked(
    conn: Connection,
    keyring: Keyring,
    model: ReadModel,
    events: list[ledger.LedgerEvent],
    waiting: list[ledger.LedgerEvent],
    lease: Lease | None = None,
) -> None:
    """Takes in the last events of one parked aggregate, those that waited, and unparks it.

    Raises what stands against it.
    """
    aggregate_id = waiting[0].originator_id
    with in_schema(conn, "read", lease):
        if isinstance(model, PerAggregateProjection):
            history = AggregateHistory(aggregate_id, events, model.fold, len(events) - len(waiting))
            replace_rows(conn, model.tables, model.changes([history], keyring))
        elif isinstance(model, SequentialProjection):
            model.project(conn, waiting, keyring)
        conn.execute(
            "delete from parked where model = %s and originator_id = %s",
            [model.name, aggregate_id],
        )
