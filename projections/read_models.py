"""The one list of read models, and the making of their tables."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import Connection, sql

from projections.areas.areas_model import Areas
from projections.engine.read_model import ReadModel, Table
from projections.households.counts_model import Counts
from projections.households.deprivations_model import Deprivations
from projections.households.file_model import HouseholdFile
from projections.households.register_model import Register
from projections.households.status_spans_model import StatusSpans
from projections.households.timeline_model import Timeline
from projections.population.population_model import Denominators

APP_ROLE = "socai_app"
_MAKING_TABLES = 1397703507, 2  # advisory lock
_STORAGE = re.compile(r" storage \w+")  # PostgreSQL 15 knows it in ALTER TABLE only

MODELS: tuple[ReadModel, ...] = (
    HouseholdFile(),
    Timeline(),
    Register(),
    StatusSpans(),
    Counts(),
    Deprivations(),
    Areas(),
    Denominators(),
)


class TablesRefused(Exception):
    """The tables of the read models cannot be made; the message says what to do."""


def named(names: Iterable[str]) -> tuple[ReadModel, ...]:
    """The read models of these names, in the order of the list. Raises KeyError."""
    by_name = {model.name: model for model in MODELS}
    wanted = {name: by_name[name] for name in names}
    return tuple(model for model in MODELS if model.name in wanted)


def make_tables(conn: Connection[Any], models: Sequence[ReadModel] = MODELS) -> list[str]:
    """Makes the tables of read models that have none yet; returns their names.

    Called after migrations by whoever runs them. The tables belong to the service's role, so
    that its workers can swap them for rebuilt ones; `conn` must be that role or a member of it.
    """
    made = []
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s, %s)", _MAKING_TABLES)
        _become_app_role(conn)
        known = {name for (name,) in conn.execute("select model from read.positions").fetchall()}
        for model in models:
            if model.name not in known:
                create_tables(conn, "read", model)
                finish_tables(conn, "read", model)
                register_position(conn, "read", model)
                made.append(model.name)
    return made


def create_tables(conn: Connection[Any], schema: str, model: ReadModel) -> None:
    """Creates the model's tables in a schema, empty, without what `finish_tables` adds."""
    for table in model.tables:
        columns = [
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(_STORAGE.sub("", spec)))
            for name, spec in table.columns.items()
        ]
        if table.key_first:
            columns.append(_primary_key(table))
        options = [table.options] if table.options else []
        if schema == "building":
            options.append("autovacuum_enabled = false")  # it would be in the way of the swap
        stored = sql.SQL(f" with ({', '.join(options)})" if options else "")
        conn.execute(
            sql.SQL("create table {}.{} ({})").format(
                sql.Identifier(schema), sql.Identifier(table.name), sql.SQL(", ").join(columns)
            )
            + stored
        )
        for name, spec in table.columns.items():
            if storage := _STORAGE.search(spec):
                conn.execute(
                    sql.SQL("alter table {}.{} alter column {} set{}").format(
                        sql.Identifier(schema),
                        sql.Identifier(table.name),
                        sql.Identifier(name),
                        sql.SQL(storage[0]),
                    )
                )


def finish_tables(conn: Connection[Any], schema: str, model: ReadModel) -> None:
    """Adds primary keys and indexes to tables that were created before."""
    for table in model.tables:
        name = sql.SQL("{}.{}").format(sql.Identifier(schema), sql.Identifier(table.name))
        if not table.key_first:
            conn.execute(sql.SQL("alter table {} add ").format(name) + _primary_key(table))
        for index in table.indexes:
            place = f"{schema}.{table.name}"
            conn.execute(
                index.replace("{table}_", f"{table.name}_").replace("{table}", place).encode()
            )


def drop_tables(conn: Connection[Any], schema: str, tables: Iterable[str]) -> None:
    """Drops tables of a schema that are there."""
    for table in tables:
        conn.execute(
            sql.SQL("drop table if exists {}.{}").format(
                sql.Identifier(schema), sql.Identifier(table)
            )
        )


def register_position(conn: Connection[Any], schema: str, model: ReadModel, seq: int = 0) -> None:
    """Says that the model's tables in this schema hold everything up to `seq`."""
    conn.execute(
        sql.SQL(
            "insert into {}.positions (model, version, seq, tables) values (%s, %s, %s, %s)"
        ).format(sql.Identifier(schema)),
        [model.name, model.version, seq, [table.name for table in model.tables]],
    )


def outdated(conn: Connection[Any], models: Sequence[ReadModel] = MODELS) -> list[str]:
    """Names of read models whose rows an older version of their code made.

    Rows of a newer version are none of these: its workers keep them, and this code is about to go.
    """
    versions = dict(conn.execute("select model, version from read.positions").fetchall())
    return [model.name for model in models if versions.get(model.name, 0) < model.version]


def _primary_key(table: Table) -> sql.Composed:
    return sql.SQL("primary key ({})").format(
        sql.SQL(", ").join(sql.Identifier(column) for column in table.key)
    )


def _become_app_role(conn: Connection[Any]) -> None:
    """For this transaction. An owner that made the role itself may make itself a member."""
    try:
        with conn.transaction():
            conn.execute(f"set local role {APP_ROLE}")
            return
    except psycopg.errors.InsufficientPrivilege:
        pass
    try:
        conn.execute(f"grant {APP_ROLE} to current_user")
        conn.execute(f"set local role {APP_ROLE}")
    except psycopg.errors.InsufficientPrivilege:
        raise TablesRefused(
            f"the read models belong to {APP_ROLE}; let an administrator run:"
            f' grant {APP_ROLE} to "{conn.info.user}"'
        ) from None
