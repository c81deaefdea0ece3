"""Tables of read models: their columns, the rows that a batch changes, creating and dropping."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeAlias, cast

from psycopg import sql

from domain.eventstore.postgres import Connection

# Open ends of spans. The last day and moment that Python and PostgreSQL both know.
ALWAYS = date.max
FOREVER = datetime.max.replace(tzinfo=UTC)

TableRow: TypeAlias = tuple[object, ...]
"""A row to be written, or the key of one, in the order of the table's columns."""

_STORAGE = re.compile(r" storage \w+")  # PostgreSQL 15 knows it in ALTER TABLE only


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a read model: `columns` maps names to SQL types (with "not null" or so).

    Created without schema, in `read` or in `building`. `indexes` are created after loading;
    "{table}" is replaced by the name. `key_first` makes the primary key before loading, for rows
    that are added up as they come.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    indexes: tuple[str, ...] = ()
    options: str = ""
    key_first: bool = False

    @property
    def types(self) -> list[str]:
        """The bare types, for a binary COPY."""
        return [_bare(spec) for spec in self.columns.values()]


def _bare(spec: str) -> str:
    for word in (" storage", " collate", " not null"):
        spec = spec.split(word)[0]
    return spec


@dataclass(slots=True)
class Changes:
    """The rows of one read model to be written: per table, keys to delete, rows to insert, and
    rows whose numbers are added to those of the row with the same key.

    Keys are tuples in the order of `Table.key`, rows in the order of `Table.columns`. Sums come in
    the order of their keys, so that writers cannot deadlock.
    """

    deletes: dict[str, Sequence[TableRow]] = field(default_factory=dict)
    inserts: dict[str, Sequence[TableRow]] = field(default_factory=dict)
    sums: dict[str, Sequence[TableRow]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of rows and keys."""
        return self.rows + sum(len(rows) for rows in self.sums.values())

    @property
    def rows(self) -> int:
        """The number of rows to insert and of keys to delete."""
        return sum(len(rows) for kind in (self.deletes, self.inserts) for rows in kind.values())


def merged(tables: Iterable[Table], parts: Sequence[Changes]) -> Changes:
    """The changes of several groups of aggregates as one."""
    if len(parts) == 1:
        return parts[0]
    whole = Changes()
    for table in tables:
        name = table.name
        whole.deletes[name] = [key for part in parts for key in part.deletes.get(name, ())]
        whole.inserts[name] = [row for part in parts for row in part.inserts.get(name, ())]
        rows = [row for part in parts for row in part.sums.get(name, ())]
        whole.sums[name] = _summed(rows, len(table.key))
    return whole


def _summed(rows: Iterable[TableRow], key: int) -> list[TableRow]:
    """One row for each key, in their order; `key` is how many values make one."""
    sums: dict[TableRow, list[int]] = {}
    for row in rows:
        numbers = cast("tuple[int, ...]", row[key:])
        held = sums.setdefault(row[:key], [0] * len(numbers))
        for place, number in enumerate(numbers):
            held[place] += number
    return [(*one, *sums[one]) for one in sorted(sums) if any(sums[one])]


def create_tables(conn: Connection, schema: str, tables: Iterable[Table]) -> None:
    """Creates tables in a schema, empty, without what `finish_tables` adds."""
    for table in tables:
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


def finish_tables(conn: Connection, schema: str, tables: Iterable[Table]) -> None:
    """Adds primary keys and indexes to tables that were created before."""
    for table in tables:
        name = sql.SQL("{}.{}").format(sql.Identifier(schema), sql.Identifier(table.name))
        if not table.key_first:
            conn.execute(sql.SQL("alter table {} add ").format(name) + _primary_key(table))
        for index in table.indexes:
            place = f"{schema}.{table.name}"
            conn.execute(
                index.replace("{table}_", f"{table.name}_").replace("{table}", place).encode()
            )


def drop_tables(conn: Connection, schema: str, names: Iterable[str]) -> None:
    """Drops tables of a schema that are there."""
    for name in names:
        conn.execute(
            sql.SQL("drop table if exists {}.{}").format(
                sql.Identifier(schema), sql.Identifier(name)
            )
        )


def _primary_key(table: Table) -> sql.Composed:
    return sql.SQL("primary key ({})").format(
        sql.SQL(", ").join(sql.Identifier(column) for column in table.key)
    )
