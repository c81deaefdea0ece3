"""Bringing the read models up to the ledger's head.

A batch is read and decoded once, what each read model writes is calculated before the first row
is written, and rows and positions of all models that stood at the same place are committed in one
transaction. While one batch is written the next is calculated. Anybody may call `catch_up` at any
time: one works, one more waits, everybody else goes home, and what they came for is still done.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import structlog
from psycopg import Connection, sql
from psycopg_pool import ConnectionPool

from projections import ledger
from projections.batches import Batch, Prepared, no_collection, prepare, read_batch
from projections.parking import FAULTS, parked_ids, reason_of
from projections.read_model import ReadModel
from projections.registry import MODELS
from projections.taking_in import Overtaken, in_schema, take_in_again, write_batch

if TYPE_CHECKING:
    from domain.eventstore.personal import Keyring

log = structlog.get_logger("socai.catching_up")

BATCH = 5_000
_AT_WORK = 1397703507, 10  # advisory locks
_WAITING = 1397703507, 11
_WAIT_SECONDS = 60
_LOOK_SECONDS = 2  # how often one who waits looks whether the one at work is frozen
_FROZEN_SECONDS = 10
_SIGN_SECONDS, _SIGNS = 2, 60  # a batch that takes longer than all of these counts as frozen


class StillFailing(Exception):
    """An aggregate was taken up again and failed again; it stays parked. The message says why."""


def catch_up(
    pool: ConnectionPool[Any],
    keyring: "Keyring",
    models: Sequence[ReadModel] = MODELS,
    batch: int = BATCH,
) -> int:
    """Takes settled events into the ledger and all of it into the live read models.

    Returns how many steps of the ledger were taken, 0 also where somebody else does it: then
    they, or the one who waits, see everything that was committed before this call.
    Raises TooManyFaults, and psycopg errors where the database is the matter.
    """
    taken = 0
    with at_work(pool) as conn:
        while conn is not None:
            ledger.extend(conn)
            now = bring_up(pool, conn, "read", keyring, models, batch)
            taken += now
            if not now:
                break
    return taken


@contextmanager
def at_work(pool: ConnectionPool[Any], *, insist: bool = False) -> Iterator[Connection[Any] | None]:
    """A connection that alone may write live read models; None where another one waits already.

    With `insist` it waits its turn for as long as it takes.
    """
    with own_connection(pool) as conn:
        held = _wait_for_turn(conn, insist)
        try:
            yield conn if held else None
        finally:
            if held and not conn.closed:
                conn.execute("select pg_advisory_unlock(%s, %s)", _AT_WORK)


@contextmanager
def own_connection(pool: ConnectionPool[Any]) -> Iterator[Connection[Any]]:
    """A connection of the pool in autocommit mode; it goes back as it came."""
    with pool.connection() as conn:
        autocommit = conn.autocommit
        conn.set_autocommit(True)
        try:
            yield conn
        finally:
            if not conn.closed:
                conn.set_autocommit(autocommit)


def _wait_for_turn(conn: Connection[Any], insist: bool) -> bool:
    """Whoever waits has not looked at the ledger yet, so one who waits is enough for all.

    A process that froze with its turn, or while it waited, is passed over: its session is ended.
    """
    if _try_lock(conn, _AT_WORK):
        return True
    if not insist and not _try_lock(conn, _WAITING):
        _end_frozen(conn, _WAITING)
        if not _try_lock(conn, _WAITING):
            return False
    try:
        conn.execute(f"set lock_timeout = '{_LOOK_SECONDS}s'")
        deadline = time.monotonic() + _WAIT_SECONDS
        while insist or time.monotonic() < deadline:
            try:
                conn.execute("select pg_advisory_lock(%s, %s)", _AT_WORK)
            except psycopg.errors.LockNotAvailable:
                _end_frozen(conn, _AT_WORK)
            else:
                return True
        return False
    finally:
        if not conn.closed:
            conn.execute("reset lock_timeout")
            if not insist:
                conn.execute("select pg_advisory_unlock(%s, %s)", _WAITING)


def _end_frozen(conn: Connection[Any], key: tuple[int, int]) -> None:
    """Ends the session that holds a lock and whose process says nothing any more.

    One that works says something every few seconds (`_await`). What it had not committed comes
    again; where it wakes up late, its position is no longer the one it read (`Overtaken`).
    """
    ended = conn.execute(
        "select pg_terminate_backend(a.pid) from pg_locks l join pg_stat_activity a using (pid)"
        " where l.locktype = 'advisory' and l.granted and l.objsubid = 2"
        " and l.classid = %s::bigint::oid and l.objid = %s::bigint::oid"
        " and a.datname = current_database() and a.usename = current_user"
        " and (a.state like 'idle%%' and clock_timestamp() - a.state_change > %s::interval"
        " or a.wait_event = 'ClientRead' and clock_timestamp() - a.query_start > '30s')",
        [*key, f"{_FROZEN_SECONDS}s"],
    ).fetchall()
    if ended:
        log.warning("a frozen worker was passed over", sessions=len(ended))


def _await(
    future: "Future[tuple[Batch, list[Prepared]]]", conn: Connection[Any]
) -> tuple[Batch, list[Prepared]]:
    """What another thread makes; meanwhile the session that has the turn says that it lives."""
    for _ in range(_SIGNS):
        try:
            return future.result(timeout=_SIGN_SECONDS)
        except TimeoutError:
            conn.execute("select 1")
    return future.result()


def _try_lock(conn: Connection[Any], key: tuple[int, int]) -> bool:
    row = conn.execute("select pg_try_advisory_lock(%s, %s)", key).fetchone()
    return bool(row and row[0])


def bring_up(
    pool: ConnectionPool[Any],
    conn: Connection[Any],
    schema: str,
    keyring: "Keyring",
    models: Sequence[ReadModel],
    batch: int = BATCH,
) -> int:
    """Brings the models of a schema up to the ledger's head; returns the steps taken.

    Models that stand at the same place go together; each group takes a batch in turn, so that one
    which lags holds nobody up. A model whose rows another version of its code made is left alone.
    """
    taken = 0
    while True:
        head = ledger.head(conn)
        behind = {
            position: group
            for position, group in positions(conn, schema, models).items()
            if position < head
        }
        if not behind:
            return taken
        if len(behind) == 1:
            ((position, group),) = behind.items()
            taken += _pipeline(pool, conn, schema, keyring, group, position, head, batch)
            continue
        for position, group in behind.items():
            taken += take_batch(conn, schema, keyring, group, position, head, batch)


def positions(
    conn: Connection[Any], schema: str, models: Sequence[ReadModel]
) -> dict[int, list[ReadModel]]:
    """The models of this version by where they stand."""
    rows = conn.execute(
        sql.SQL("select model, version, seq from {}.positions").format(sql.Identifier(schema))
    ).fetchall()
    found = {(name, version): seq for name, version, seq in rows}
    groups: dict[int, list[ReadModel]] = {}
    for model in models:
        seq = found.get((model.name, model.version))
        if seq is not None:
            groups.setdefault(seq, []).append(model)
    return groups


def take_batch(
    conn: Connection[Any],
    schema: str,
    keyring: "Keyring",
    models: Sequence[ReadModel],
    position: int,
    head: int,
    limit: int,
) -> int:
    """Takes one batch after a position for models that all stand there; returns the steps taken.

    `conn` is in autocommit mode and has the turn to write (`at_work`).
    """
    batch = read_batch(conn, position, limit, models, head)
    parked = _parked(conn, schema)
    write_batch(conn, schema, keyring, position, batch, prepare(batch, models, keyring, parked))
    return batch.upto - position


def _pipeline(
    pool: ConnectionPool[Any],
    conn: Connection[Any],
    schema: str,
    keyring: "Keyring",
    models: Sequence[ReadModel],
    position: int,
    head: int,
    limit: int,
) -> int:
    """Takes batches up to `head`, calculating the next one while one is written.

    What is calculated does not depend on what is written, but for aggregates that get parked:
    then the next batch is calculated anew.
    """
    start = position

    def make(after: int, parked: dict[str, set[UUID]]) -> tuple[Batch, list[Prepared]]:
        with no_collection():
            with pool.connection() as reading:
                batch = read_batch(reading, after, limit, models, head)
            return batch, prepare(batch, models, keyring, parked)

    with _quick_handover(), ThreadPoolExecutor(1, thread_name_prefix="next-batch") as executor:
        parked = _parked(conn, schema)
        coming: Future[tuple[Batch, list[Prepared]]] | None = None
        while position < head:
            batch, prepared = _await(coming or executor.submit(make, position, parked), conn)
            more = batch.upto < head
            coming = executor.submit(make, batch.upto, parked) if more else None
            if write_batch(conn, schema, keyring, position, batch, prepared):
                parked = _parked(conn, schema)
                coming = executor.submit(make, batch.upto, parked) if more else None
            position = batch.upto
    return position - start


@contextmanager
def _quick_handover() -> Iterator[None]:
    """Lets the thread that writes go on soon after each answer of the database.

    It waits for the server some twenty times a batch, and each time the thread that calculates
    would keep the interpreter for its usual five milliseconds.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, 0.001))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _parked(conn: Connection[Any], schema: str) -> dict[str, set[UUID]]:
    with in_schema(conn, schema):
        return parked_ids(conn)


def unpark(
    pool: ConnectionPool[Any],
    keyring: "Keyring",
    model: ReadModel,
    originator_id: UUID,
) -> int:
    """Takes in the events of a parked aggregate that waited; returns how many.

    0 if it is not parked. Raises StillFailing if it cannot be taken in yet.
    """
    with at_work(pool, insist=True) as conn:
        if conn is None:
            raise Overtaken("no turn to write read models")
        with in_schema(conn, "read"):
            row = conn.execute(
                "select k.seq, p.seq from parked k join positions p using (model)"
                " where k.model = %s and k.originator_id = %s and p.version = %s",
                [model.name, originator_id, model.version],
            ).fetchone()
        if row is None:
            return 0
        since, upto = row
        facts = ledger.histories_of(conn, [originator_id], upto).get(originator_id, [])
        waiting = [fact for fact in facts if fact.seq >= since]
        unreadable = next((fact.unreadable for fact in facts if fact.unreadable), None)
        if unreadable is not None:
            raise StillFailing(unreadable)
        try:
            take_in_again(conn, keyring, model, facts, waiting)
        except FAULTS as error:
            raise StillFailing(reason_of(error)) from None
        return len(waiting)
