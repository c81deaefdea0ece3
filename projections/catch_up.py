"""Brings the read models up to the ledger's head.

A batch is read and decoded once, what each read model writes is calculated before the first row
is written, and rows and positions of all models that stood at the same place are committed in one
transaction. While one batch is written the next is calculated. `catch_up` may be
called concurrently: one caller works, one waits, the rest return 0. The waiting one takes in what
was committed before those calls.
"""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import NamedTuple
from uuid import UUID

import psycopg
import structlog
from psycopg import sql

from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection, Pool, autocommitting
from domain.jobs.leases import RENEW_SECONDS, Lease, Overtaken, keeping, take
from projections.engine import ledger
from projections.engine.apply import in_schema, retry_parked, write_batch
from projections.engine.batch import Batch, Prepared, gc_paused, prepare, prepare_batch, read_batch
from projections.engine.parking import FAULTS, parked_ids, reason_of
from projections.engine.read_model import ReadModel
from projections.read_models import MODELS

log = structlog.get_logger("socai.catching_up")

BATCH = 5_000
_AT_WORK, _WAITING = "catching up", "waiting to catch up"  # leases
_PATIENCE_SECONDS = 120  # a batch that takes longer counts as hung
_WAIT_SECONDS = 60
_FIRST_PAUSE, _LONGEST_PAUSE = 0.004, 0.05  # between two looks of one who waits, in seconds


class StillFailing(Exception):
    """An aggregate was taken up again and failed again; it stays parked. The message says why."""


def catch_up(
    pool: Pool,
    keyring: Keyring,
    models: Sequence[ReadModel] = MODELS,
    batch: int = BATCH,
) -> int:
    """Takes settled events into the ledger and all of it into the live read models.

    Returns how many steps of the ledger were taken, 0 also where another caller does it: then
    they, or the one who waits, see everything that was committed before this call.
    Raises TooManyFaults, and psycopg errors where the database is the matter.
    """
    taken = 0
    try:
        with projection_lock(pool) as turn, gc_paused():
            while turn is not None:
                ledger.extend(turn.conn)
                now = advance(pool, turn.conn, "read", keyring, models, batch, turn.lease)
                taken += now
                if now < batch:  # for what was recorded meanwhile another caller waits
                    break
    except Overtaken:
        log.warning("another one catches up now", steps=taken)
    return taken


class Turn(NamedTuple):
    """The right to write live read models: a connection in autocommit mode, and its lease."""

    conn: Connection
    lease: Lease


@contextmanager
def projection_lock(pool: Pool, *, insist: bool = False) -> Iterator[Turn | None]:
    """The turn to write live read models; None where another one waits for it already.

    With `insist` it waits its turn for as long as it takes.
    """
    with autocommitting(pool) as conn:
        lease = _wait_for_turn(conn, insist)
        if lease is None:
            yield None
            return
        with keeping(pool, conn, lease, _PATIENCE_SECONDS):
            yield Turn(conn, lease)


def _wait_for_turn(conn: Connection, insist: bool) -> Lease | None:
    """One who waits has not looked at the ledger yet, so one who waits is enough for all.

    A holder that was killed or froze, or one that did so while it waited, is passed over when its
    lease runs out.
    """
    lease = take(conn, _AT_WORK)
    if lease is not None:
        return lease
    waiting = None if insist else take(conn, _WAITING)
    if waiting is None and not insist:
        return None
    try:
        return _ask_again(conn, waiting)
    finally:
        if waiting is not None:
            with suppress(psycopg.Error):
                waiting.give_back(conn)


def _ask_again(conn: Connection, waiting: Lease | None) -> Lease | None:
    """Asks for the turn until it comes, or until one who waits has waited long enough."""
    moment, pause = threading.Event(), _FIRST_PAUSE
    renewed = began = time.monotonic()
    while waiting is None or time.monotonic() - began < _WAIT_SECONDS:
        moment.wait(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
        lease = take(conn, _AT_WORK)
        if lease is not None:
            return lease
        if waiting is not None and time.monotonic() - renewed > RENEW_SECONDS:
            renewed = time.monotonic()
            if not waiting.renew(conn):
                return None
    return None


def advance(
    pool: Pool,
    conn: Connection,
    schema: str,
    keyring: Keyring,
    models: Sequence[ReadModel],
    batch: int = BATCH,
    lease: Lease | None = None,
) -> int:
    """Brings the models of a schema up to the ledger's head; returns the steps taken.

    Models that stand at the same place go together; each group takes a batch in turn, so that one
    which lags holds no other up. A model whose rows another version of its code made is left alone.
    `lease` is the right to write there; None where no other process knows of the tables.
    """
    taken = 0
    while True:
        head, places = _places(conn, schema, models)
        behind: dict[int, list[ReadModel]] = {}
        for place in places:
            if place.seq < head:
                behind.setdefault(place.seq, []).append(place.model)
        parked = {place.model.name: place.parked for place in places if place.parked}
        if not behind:
            return taken
        if len(behind) == 1:
            ((position, group),) = behind.items()
            if head - position > batch:
                taken += _pipeline(pool, conn, schema, keyring, group, position, head, batch, lease)
                continue
            return taken + apply_batch(
                conn, schema, keyring, group, position, head, batch, lease, parked
            )
        for position, group in behind.items():
            taken += apply_batch(conn, schema, keyring, group, position, head, batch, lease, parked)


class _Place(NamedTuple):
    """How far a read model of this version is, and the aggregates that it has parked."""

    model: ReadModel
    seq: int
    parked: set[UUID]


def _places(conn: Connection, schema: str, models: Sequence[ReadModel]) -> tuple[int, list[_Place]]:
    """The ledger's head, and where the models of this version stand; one statement."""
    rows = conn.execute(
        sql.SQL(
            "select (select coalesce(max(seq), 0) from store.ledger), p.model, p.version, p.seq,"
            " array(select originator_id from {0}.parked k where k.model = p.model)"
            " from {0}.positions p"
        ).format(sql.Identifier(schema))
    ).fetchall()
    found = {(name, version): (seq, parked) for _, name, version, seq, parked in rows}
    places = []
    for model in models:
        if (model.name, model.version) in found:
            seq, parked = found[model.name, model.version]
            places.append(_Place(model, seq, set(parked)))
    return (rows[0][0] if rows else 0), places


def positions(
    conn: Connection, schema: str, models: Sequence[ReadModel]
) -> dict[int, list[ReadModel]]:
    """The models of this version by where they stand."""
    groups: dict[int, list[ReadModel]] = {}
    for place in _places(conn, schema, models)[1]:
        groups.setdefault(place.seq, []).append(place.model)
    return groups


def apply_batch(
    conn: Connection,
    schema: str,
    keyring: Keyring,
    models: Sequence[ReadModel],
    position: int,
    head: int,
    limit: int,
    lease: Lease | None = None,
    parked: dict[str, set[UUID]] | None = None,
) -> int:
    """Takes one batch after a position for models that all stand there; returns the steps taken.

    `conn` is in autocommit mode; `lease` as for `advance`; `parked` is asked for if not given.
    """
    if parked is None:
        parked = _parked(conn, schema)
    batch, prepared = prepare_batch(conn, position, limit, models, head, keyring, parked)
    again = partial(_with_histories, conn, position, limit, models, head, keyring, parked)
    write_batch(conn, schema, keyring, position, batch, prepared, again, lease)
    return batch.upto - position


def _with_histories(
    conn: Connection,
    position: int,
    limit: int,
    models: Sequence[ReadModel],
    head: int,
    keyring: Keyring,
    parked: dict[str, set[UUID]],
) -> list[Prepared]:
    return prepare(read_batch(conn, position, limit, models, head), models, keyring, parked)


def _pipeline(
    pool: Pool,
    conn: Connection,
    schema: str,
    keyring: Keyring,
    models: Sequence[ReadModel],
    position: int,
    head: int,
    limit: int,
    lease: Lease | None,
) -> int:
    """Takes batches up to `head`, calculating the next one while one is written.

    What is calculated does not depend on what is written, but for aggregates that get parked:
    then the next batch is calculated anew.
    """
    start = position

    def make(after: int, parked: dict[str, set[UUID]]) -> tuple[Batch, list[Prepared]]:
        with autocommitting(pool) as reading:
            return prepare_batch(reading, after, limit, models, head, keyring, parked)

    with _quick_handover(), ThreadPoolExecutor(1, thread_name_prefix="next-batch") as executor:
        parked = _parked(conn, schema)
        coming: Future[tuple[Batch, list[Prepared]]] | None = None
        while position < head:
            batch, prepared = (coming or executor.submit(make, position, parked)).result()
            more = batch.upto < head
            coming = executor.submit(make, batch.upto, parked) if more else None
            again = partial(_with_histories, conn, position, limit, models, head, keyring, parked)
            if write_batch(conn, schema, keyring, position, batch, prepared, again, lease):
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


def _parked(conn: Connection, schema: str) -> dict[str, set[UUID]]:
    with in_schema(conn, schema):
        return parked_ids(conn)


def unpark(
    pool: Pool,
    keyring: Keyring,
    model: ReadModel,
    originator_id: UUID,
) -> int:
    """Takes in the events of a parked aggregate that waited; returns how many.

    0 if it is not parked. Raises StillFailing if it cannot be taken in yet.
    """
    with projection_lock(pool, insist=True) as turn:
        if turn is None:
            raise Overtaken("no turn to write read models")
        conn = turn.conn
        with in_schema(conn, "read"):
            row = conn.execute(
                "select k.seq, p.seq from parked k join positions p using (model)"
                " where k.model = %s and k.originator_id = %s and p.version = %s",
                [model.name, originator_id, model.version],
            ).fetchone()
        if row is None:
            return 0
        since, upto = row
        rows = ledger.histories_of(conn, [originator_id], upto).get(originator_id, [])
        events: list[ledger.LedgerEvent] = []
        for one in rows:
            if one.event is None:
                raise StillFailing(one.unreadable)
            events.append(one)
        waiting = [event for event in events if event.seq >= since]
        try:
            retry_parked(conn, keyring, model, events, waiting, turn.lease)
        except FAULTS as error:
            raise StillFailing(reason_of(error)) from None
        return len(waiting)
