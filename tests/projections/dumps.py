"""Dumps of read models as plain rows, for comparison."""

from collections.abc import Iterable
from typing import Any

from psycopg import Connection, sql

from projections.engine.read_model import ReadModel
from projections.read_models import MODELS

Dump = dict[str, list[tuple[Any, ...]]]


def dump(conn: Connection[Any], models: Iterable[ReadModel] = MODELS) -> Dump:
    """Every row of every table, as PostgreSQL writes it, in order of its text."""
    found: Dump = {}
    for model in models:
        for table in model.tables:
            columns = sql.SQL(", ").join(
                sql.SQL("{}::text").format(sql.Identifier(name)) for name in table.columns
            )
            rows = conn.execute(
                sql.SQL("select {} from read.{}").format(columns, sql.Identifier(table.name))
            ).fetchall()
            found[table.name] = sorted(rows, key=repr)
    return found


def empty(conn: Connection[Any], models: Iterable[ReadModel] = MODELS) -> None:
    """Empties the read models."""
    for model in models:
        for table in model.tables:
            conn.execute(sql.SQL("truncate read.{}").format(sql.Identifier(table.name)))
    conn.execute("update read.positions set seq = 0")
    conn.execute("delete from read.parked")


def parked(conn: Connection[Any]) -> int:
    """How many aggregates are parked in any read model."""
    row = conn.execute("select count(*) from read.parked").fetchone()
    return row[0] if row else 0
