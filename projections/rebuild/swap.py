"""Swaps rebuilt tables for the live ones, or drops them."""

from collections.abc import Sequence

import psycopg
from psycopg import sql

from domain.eventstore.postgres import Connection, Pool
from domain.jobs.leases import Lease
from projections.engine.read_model import ReadModel
from projections.engine.tables import drop_tables
from projections.read_models import MODELS, REMOVED, named


def swap(
    conn: Connection,
    models: Sequence[ReadModel],
    rebuild: int,
    lease: Lease,
    *,
    patient: bool = False,
) -> bool:
    """Puts the rebuilt tables in the place of the live ones; False where a reader is in the way.

    Readers see the old tables until the commit and the new ones after it. While this waits, new
    readers wait behind it: 200 ms, or with `patient` a little more than the second after which
    the server's own cleaning (autovacuum) makes way. `lease` is the right to write live read
    models. Raises Overtaken.
    """
    names = [model.name for model in models]
    try:
        with conn.transaction():
            conn.execute(f"set local lock_timeout = '{1_500 if patient else 200}ms'")
            lease.hold(conn)
            live = conn.execute(
                "delete from read.positions where model = any(%s) returning tables", [names]
            ).fetchall()
            drop_tables(conn, "read", {table for (tables,) in live for table in tables})
            for model in models:
                drop_tables(conn, "read", [table.name for table in model.tables])
                for table in model.tables:
                    _move(conn, table.name)
            conn.execute("delete from read.parked where model = any(%s)", [names])
            for books in ("parked", "positions"):
                conn.execute(
                    f"with moved as (delete from building.{books} where model = any(%s)"
                    f" returning *) insert into read.{books} select * from moved",
                    [names],
                )
            conn.execute(
                "update read.rebuilds set finished_at = now(), failure = '' where id = %s",
                [rebuild],
            )
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def _move(conn: Connection, table: str) -> None:
    name = sql.Identifier(table)
    conn.execute(sql.SQL("alter table building.{} set schema read").format(name))
    conn.execute(sql.SQL("alter table read.{} reset (autovacuum_enabled)").format(name))


def abandon(pool: Pool, rebuild: int, known: Sequence[ReadModel] = MODELS) -> None:
    """Gives an unfinished rebuild up and drops what it made. The live read models never knew."""
    with pool.connection() as conn, conn.transaction():
        row = conn.execute(
            "update read.rebuilds set finished_at = now(), failure = 'abandoned'"
            " where id = %s and finished_at is null returning models",
            [rebuild],
        ).fetchone()
        names = row[0] if row else []
        for model in named((one for one in names if one not in REMOVED), known):
            drop_tables(conn, "building", [table.name for table in model.tables])
        for name in names:
            drop_tables(conn, "building", REMOVED.get(name, ()))
        for books in ("parked", "positions"):
            conn.execute(f"delete from building.{books} where model = any(%s)", [names])
