"""Rebuilding read models beside the live ones, which go on serving and catching up.

    requested -> parts loaded (any number of workers) -> indexed -> tailed -> swapped

A part is a range of household ids. Whole histories are read, folded once and copied into tables
in the schema `building`; each step commits its rows together with how far it came, so a killed
worker loses a second's work and another one goes on. Every write transaction is short, because
an open one holds the ledger back. The swap is one transaction that waits for nobody: where a
reader is in the way it lets go and tries again.
"""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from psycopg import Connection
from psycopg_pool import ConnectionPool

from projections import ledger
from projections.batches import (
    HOUSEHOLD,
    Batch,
    is_by_household,
    no_collection,
    prepare,
    until_unreadable,
)
from projections.catching_up import at_work, bring_up
from projections.indexing import index_tables
from projections.parking import Fault
from projections.read_model import History, ReadModel
from projections.registry import (
    MODELS,
    create_tables,
    drop_tables,
    finish_tables,
    named,
    register_position,
)
from projections.swapping import swap
from projections.taking_in import in_schema, write_model

if TYPE_CHECKING:
    from domain.eventstore.personal import Keyring

Whole = tuple[UUID, list[ledger.LedgerEvent]]

PARTS = 64
STEP = 2_000  # events a transaction: about a tenth of a second
_LOCKS = 1397703508  # first key of the advisory locks of parts; the second is rebuild and part
_FINISHING = 1023
_SWAP_TRIES = 200


class RebuildUnderWay(Exception):
    """One of these read models is being rebuilt already; `rebuild` is its id."""

    def __init__(self, rebuild: int) -> None:
        self.rebuild = rebuild
        super().__init__(f"rebuild {rebuild} is under way")


def request(
    pool: ConnectionPool[Any], names: Sequence[str] | None = None, parts: int = PARTS
) -> int:
    """Begins a rebuild of these read models, or of all; returns its id. `work` does it.

    Raises KeyError for a name that is no read model, RebuildUnderWay.
    """
    models = MODELS if names is None else named(names)
    if names is not None and len(models) != len(set(names)):
        raise KeyError(next(iter(set(names) - {model.name for model in models})))
    with pool.connection() as conn:
        conn.set_autocommit(True)
        ledger.extend(conn)
        upto = ledger.head(conn)
        with conn.transaction():
            conn.execute("lock table read.rebuilds in exclusive mode")
            row = conn.execute(
                "select id from read.rebuilds where finished_at is null and models && %s::text[]",
                [[model.name for model in models]],
            ).fetchone()
            if row is not None:
                raise RebuildUnderWay(row[0])
            for model in models:
                _begin(conn, model)
            rebuild: int = _one(
                conn,
                "insert into read.rebuilds (models, versions, upto, events)"
                " values (%s, %s, %s, %s) returning id",
                [[m.name for m in models], [m.version for m in models], upto, upto],
            )[0]
            with conn.cursor() as cursor:
                cursor.executemany(
                    "insert into read.rebuild_parts (rebuild, part, first, last)"
                    " values (%s, %s, %s, %s)",
                    [(rebuild, part, *_bounds(part, parts)) for part in range(parts)],
                )
        conn.set_autocommit(False)
    return rebuild


def _begin(conn: Connection[Any], model: ReadModel) -> None:
    """Clears away what an abandoned rebuild left, and makes empty tables."""
    row = conn.execute(
        "delete from building.positions where model = %s returning tables", [model.name]
    ).fetchone()
    conn.execute("delete from building.parked where model = %s", [model.name])
    drop_tables(conn, "building", [table.name for table in model.tables])
    drop_tables(conn, "building", row[0] if row else [])
    create_tables(conn, "building", model)
    if not is_by_household(model):
        finish_tables(conn, "building", model)
        register_position(conn, "building", model)


def _bounds(part: int, parts: int) -> tuple[UUID, UUID]:
    width = 2**128
    return UUID(int=part * width // parts), UUID(int=(part + 1) * width // parts - 1)


def work(pool: ConnectionPool[Any], keyring: "Keyring", rebuild: int) -> bool:
    """Does what is left of a rebuild; False where others are still at it.

    Any number of workers may call it at once, and again after a kill. What stops it is noted in
    the rebuild and raised.
    """
    with pool.connection() as conn:
        conn.set_autocommit(True)
        try:
            return _work(pool, conn, keyring, rebuild)
        except Exception as error:
            if not conn.closed:
                conn.execute(
                    "update read.rebuilds set failure = %s where id = %s",
                    [type(error).__name__, rebuild],
                )
            raise
        finally:
            if not conn.closed:
                conn.execute("select pg_advisory_unlock_all()")
                conn.set_autocommit(False)


def _work(
    pool: ConnectionPool[Any], conn: Connection[Any], keyring: "Keyring", rebuild: int
) -> bool:
    row = conn.execute(
        "select models, versions, upto, finished_at is not null from read.rebuilds where id = %s",
        [rebuild],
    ).fetchone()
    if row is None or row[3]:
        return True
    models = named(row[0])
    if [model.version for model in models] != row[1]:
        raise LookupError(f"rebuild {rebuild} was begun by another version of the code")
    while (part := _claim(conn, rebuild)) is not None:
        try:
            _load(pool, conn, keyring, models, rebuild, part, row[2])
        finally:
            conn.execute("select pg_advisory_unlock(%s, %s)", _lock(rebuild, part))
    if not _try_lock(conn, _lock(rebuild, _FINISHING)):
        return False
    left = _one(
        conn,
        "select count(*) from read.rebuild_parts where rebuild = %s and not done",
        [rebuild],
    )[0]
    if left:
        return False
    _finish(pool, conn, keyring, models, rebuild, row[2])
    return True


def _claim(conn: Connection[Any], rebuild: int) -> int | None:
    """A part that is not done and that nobody works on. Neighbours are far apart, so that workers
    seldom add to the same row of a count."""
    parts = [
        part
        for (part,) in conn.execute(
            "select part from read.rebuild_parts where rebuild = %s and not done", [rebuild]
        ).fetchall()
    ]
    for part in sorted(parts, key=lambda part: f"{part:010b}"[::-1]):
        if _try_lock(conn, _lock(rebuild, part)):
            still = _one(
                conn,
                "select not done from read.rebuild_parts where rebuild = %s and part = %s",
                [rebuild, part],
            )[0]
            if still:
                return part
            conn.execute("select pg_advisory_unlock(%s, %s)", _lock(rebuild, part))
    return None


def _load(
    pool: ConnectionPool[Any],
    conn: Connection[Any],
    keyring: "Keyring",
    models: Sequence[ReadModel],
    rebuild: int,
    part: int,
    upto: int,
) -> None:
    """Folds the histories of one part into `building`, from where it was left."""
    by_household = [model for model in models if is_by_household(model)]
    first, last, done_to = _one(
        conn,
        "select first, last, done_to from read.rebuild_parts where rebuild = %s and part = %s",
        [rebuild, part],
    )
    start = first if done_to is None else UUID(int=done_to.int + 1)
    if by_household and start <= last:
        with pool.connection() as reading, no_collection():
            whole = ledger.histories(reading, start, last, upto)
            with closing(cast("Generator[Whole, None, None]", whole)):
                for step in _steps(whole):
                    _write_step(conn, keyring, by_household, rebuild, part, step)
    conn.execute(
        "update read.rebuild_parts set done = true, done_to = last"
        " where rebuild = %s and part = %s",
        [rebuild, part],
    )


def _steps(whole: Iterable[Whole]) -> Iterator[list[Whole]]:
    """Histories, some at a time: about STEP events."""
    step: list[Whole] = []
    size = 0
    for originator_id, facts in whole:
        step.append((originator_id, facts))
        size += len(facts)
        if size >= STEP:
            yield step
            step, size = [], 0
    if step:
        yield step


def _write_step(
    conn: Connection[Any],
    keyring: "Keyring",
    models: Sequence[ReadModel],
    rebuild: int,
    part: int,
    step: list[Whole],
) -> None:
    """Some whole histories: calculated, then written with how far the part came."""
    histories: list[History] = []
    unreadable: list[Fault] = []
    for originator_id, facts in step:
        if facts[0].topic.startswith(HOUSEHOLD):
            readable, faults = until_unreadable(facts)
            unreadable += faults
            if readable:
                readable.sort(key=lambda fact: fact.seq)
                histories.append(History(originator_id, readable))
    prepared = prepare(Batch(0, [], histories, unreadable), models, keyring, {})
    with in_schema(conn, "building"):
        for one in prepared:
            write_model(conn, keyring, one, unreadable)
        conn.execute(
            "update read.rebuild_parts set done_to = %s, events = events + %s"
            " where rebuild = %s and part = %s",
            [step[-1][0], sum(len(facts) for _, facts in step), rebuild, part],
        )


def _finish(
    pool: ConnectionPool[Any],
    conn: Connection[Any],
    keyring: "Keyring",
    models: Sequence[ReadModel],
    rebuild: int,
    upto: int,
) -> None:
    """Indexes, tails and swaps, once every part is loaded."""
    placed = {name for (name,) in conn.execute("select model from building.positions").fetchall()}
    for model in models:
        if model.name not in placed:
            index_tables(conn, "building", model)
            register_position(conn, "building", model, upto)
    conn.execute(
        "update read.rebuilds set loaded_at = coalesce(loaded_at, now()) where id = %s", [rebuild]
    )
    bring_up(pool, conn, "building", keyring, models)
    for _ in range(_SWAP_TRIES):
        with at_work(pool, insist=True) as live:
            if live is None:
                continue
            ledger.extend(live)
            bring_up(pool, live, "building", keyring, models)
            if swap(live, models, rebuild):
                return
        time.sleep(0.1)
    raise TimeoutError("readers did not let the rebuilt tables in; try again")


def _lock(rebuild: int, part: int) -> tuple[int, int]:
    return _LOCKS, rebuild % 1_000_000 * 1_024 + part


def _try_lock(conn: Connection[Any], key: tuple[int, int]) -> bool:
    return bool(_one(conn, "select pg_try_advisory_lock(%s, %s)", key)[0])


def _one(conn: Connection[Any], query: str, parameters: Sequence[Any]) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = conn.execute(query.encode(), parameters).fetchone()
    if row is None:
        raise LookupError("there is no such rebuild")
    return row
