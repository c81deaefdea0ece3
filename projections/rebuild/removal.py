"""Drops the tables of read models that this version no longer has.

While an upgrade runs, processes of the version before still ask them and bring them up. So they
stay until no process has brought them up for a day in which others went on.
"""

from collections.abc import Mapping, Sequence

import psycopg

from domain.eventstore.postgres import Connection, Pool
from projections.engine.tables import drop_tables
from projections.read_models import REMOVED

_LEFT_BEHIND = (
    "model = %s and seq < (select max(seq) from read.positions)"
    " and moved_at < now() - interval '1 day'"
)


def drop_removed(pool: Pool, removed: Mapping[str, Sequence[str]] = REMOVED) -> list[str]:
    """Drops what is left behind; the names of the read models. One that is read is tried later."""
    with pool.connection() as conn:
        left = conn.execute(
            "select model from read.positions where model = any(%s)", [list(removed)]
        ).fetchall()
        return [model for (model,) in left if _drop(conn, model, removed[model])]


def _drop(conn: Connection, model: str, tables: Sequence[str]) -> bool:
    try:
        with conn.transaction():
            conn.execute("set local lock_timeout = '200ms'")
            found = conn.execute(
                f"delete from read.positions where {_LEFT_BEHIND} returning tables", [model]
            ).fetchone()
            if found is None:
                return False
            drop_tables(conn, "read", {*tables, *found[0]})
            conn.execute("delete from read.parked where model = %s", [model])
    except psycopg.errors.LockNotAvailable:
        return False
    return True
