"""Rebuilds read models beside the live ones, which go on serving and catching up.

    requested -> parts loaded (any number of workers) -> indexed -> tailed -> swapped

A part is a range of aggregate ids. Whole histories are read, folded once and copied into tables
in the schema `building`; each step commits its rows together with how far it came, so a killed
worker loses a second's work and another one goes on. Every write transaction is short, because
an open one holds the ledger back. The swap is one transaction that waits for no reader: where a
reader is in the way it lets go and tries again.
"""

import time
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection, Pool, autocommitting
from domain.jobs.leases import Lease, Overtaken, held
from domain.jobs.parts import claim, lease_name
from projections.catch_up import advance, projection_lock
from projections.engine import ledger
from projections.engine.batch import gc_paused
from projections.engine.read_model import ReadModel, SequentialProjection
from projections.engine.tables import create_tables, drop_tables, finish_tables
from projections.read_models import MODELS, REMOVED, named, outdated, register_position
from projections.rebuild.index import index_tables
from projections.rebuild.load import load, one_row, open_parts
from projections.rebuild.progress import REBUILDS
from projections.rebuild.swap import abandon, swap

MOST_PARTS, FEWEST_PARTS = 64, 16
PART_EVENTS = 10_000  # at least, but for the fewest parts: each has a cost of its own
_SWAP_TRIES = 200


class RebuildUnderWay(Exception):
    """One of these read models is being rebuilt already; `rebuild` is its id."""

    def __init__(self, rebuild: int) -> None:
        self.rebuild = rebuild
        super().__init__(f"rebuild {rebuild} is under way")


def request(
    pool: Pool,
    names: Sequence[str] | None = None,
    parts: int | None = None,
    known: Sequence[ReadModel] = MODELS,
) -> int:
    """Begins a rebuild of these read models, or of all; returns its id. `work` does it.

    Without `parts` there are more of them the longer the ledger is.

    Raises KeyError for a name that is no read model, RebuildUnderWay.
    """
    models = known if names is None else named(names, known)
    if names is not None and len(models) != len(set(names)):
        raise KeyError(next(iter(set(names) - {model.name for model in models})))
    with autocommitting(pool) as conn:
        ledger.extend(conn)
        upto = ledger.head(conn)
        if parts is None:
            parts = max(FEWEST_PARTS, min(MOST_PARTS, upto // PART_EVENTS))
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
            rebuild: int = one_row(
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
    return rebuild


def renew(pool: Pool) -> int | None:
    """Begins a rebuild of read models whose rows an older version of their code made.

    None where there are none, or where they are being rebuilt already. A rebuild that an older
    version began is given up; one of a newer version, beside which this one still runs, is left.
    """
    with pool.connection() as conn:
        names = outdated(conn)
        begun = conn.execute(
            "select id, models, versions from read.rebuilds where finished_at is null"
        ).fetchall()
    for rebuild, models, versions in begun:
        ours = {model.name: model.version for model in MODELS}
        known = [(version, ours[name]) for name, version in zip(models, versions, strict=True)
                 if name in ours]  # fmt: skip
        older = any(begun < own for begun, own in known) or any(one in REMOVED for one in models)
        if older or not known:
            abandon(pool, rebuild)
    if not names:
        return None
    try:
        return request(pool, names)
    except RebuildUnderWay:
        return None


def _begin(conn: Connection, model: ReadModel) -> None:
    """Clears away what an abandoned rebuild left, and makes empty tables."""
    row = conn.execute(
        "delete from building.positions where model = %s returning tables", [model.name]
    ).fetchone()
    conn.execute("delete from building.parked where model = %s", [model.name])
    drop_tables(conn, "building", [table.name for table in model.tables])
    drop_tables(conn, "building", row[0] if row else [])
    create_tables(conn, "building", model.tables)
    if isinstance(model, SequentialProjection):
        finish_tables(conn, "building", model.tables)
        register_position(conn, "building", model)


def _bounds(part: int, parts: int) -> tuple[UUID, UUID]:
    width = 2**128
    return UUID(int=part * width // parts), UUID(int=(part + 1) * width // parts - 1)


def work(
    pool: Pool,
    keyring: Keyring,
    rebuild: int,
    known: Sequence[ReadModel] = MODELS,
) -> bool:
    """Does what is left of a rebuild; False where others are still at it.

    Any number of workers may call it at once, and again after a kill. What stops it is noted in
    the rebuild and raised.
    """
    with REBUILDS.attempt(pool, rebuild), autocommitting(pool) as conn, gc_paused():
        try:
            return _work(pool, conn, keyring, rebuild, known)
        except Overtaken:
            return False


def _work(
    pool: Pool,
    conn: Connection,
    keyring: Keyring,
    rebuild: int,
    known: Sequence[ReadModel],
) -> bool:
    row = conn.execute(
        "select models, versions, upto, finished_at is not null from read.rebuilds where id = %s",
        [rebuild],
    ).fetchone()
    if row is None or row[3]:
        return True
    models = named(row[0], known)
    if [model.version for model in models] != row[1]:
        raise LookupError(f"rebuild {rebuild} was begun by another version of the code")
    job = REBUILDS.name_of(rebuild)
    while True:
        while (claimed := claim(conn, job, partial(open_parts, conn, rebuild))) is not None:
            part, lease = claimed
            load(pool, conn, keyring, models, rebuild, part, row[2], lease)
        with held(pool, conn, lease_name(job, "finishing")) as finishing:
            if finishing is None:
                return False
            if not open_parts(conn, rebuild):
                _finish(pool, conn, keyring, models, rebuild, row[2], finishing)
                return True
        # The process that loaded the last part meanwhile did not get the lease that was held here.
        if open_parts(conn, rebuild):
            return False


def _finish(
    pool: Pool,
    conn: Connection,
    keyring: Keyring,
    models: Sequence[ReadModel],
    rebuild: int,
    upto: int,
    lease: Lease,
) -> None:
    """Indexes, tails and swaps, once every part is loaded. Raises Overtaken.

    One who was frozen here and wakes up may meet the tables of the next rebuild.
    """
    placed = {name for (name,) in conn.execute("select model from building.positions").fetchall()}
    for model in models:
        if model.name not in placed:
            lease.hold(conn)
            index_tables(conn, "building", model)
            with conn.transaction():
                lease.hold(conn)
                register_position(conn, "building", model, upto)
    with conn.transaction():
        lease.hold(conn)
        conn.execute(
            "update read.rebuilds set loaded_at = coalesce(loaded_at, now()) where id = %s",
            [rebuild],
        )
    advance(pool, conn, "building", keyring, models, lease=lease)
    for tried in range(_SWAP_TRIES):
        with projection_lock(pool, insist=True) as live:
            if live is None:
                continue
            ledger.extend(live.conn)
            advance(pool, live.conn, "building", keyring, models, lease=live.lease)
            if swap(live.conn, models, rebuild, live.lease, patient=tried % 10 == 9):
                return
        time.sleep(0.1)
    raise TimeoutError("readers did not let the rebuilt tables in; try again")
