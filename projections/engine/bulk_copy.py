"""Writes rows in bulk: deletes by key, then copies in binary form.

Binary COPY with known types takes psycopg about a microsecond a row, less than bytes made here
would. Few rows of several tables are written by one statement (`projections.engine.small_write`).
"""

from collections.abc import Callable, Iterable, Sequence
from struct import pack
from typing import Any, cast

from psycopg import Cursor, sql
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

from domain.eventstore.postgres import (
    Connection,
    SqlRow,
    bigint_array,
    date_array,
    integer_array,
    text_array,
    time_array,
    uuid_array,
)
from projections.engine.tables import Changes, Table, TableRow

_BYTEA_OID, _BYTEA_ARRAY_OID, _TEXT_OID, _TEXT_ARRAY_OID = 17, 1001, 25, 1009
_JSON_OID, _JSONB_OID, _TSVECTOR_OID = 114, 3802, 3614
_INTEGER_OID, _INTEGER_ARRAY_OID = 23, 1007


_COMMA = sql.SQL(", ")


class JsonBytes(bytes):
    """JSON text, as encoded already, for a column of type json or jsonb."""


class Lexemes(tuple[str, ...]):
    """Distinct words for a tsvector column, without positions."""


class ByteStrings(tuple[bytes, ...]):
    """Byte strings for a bytea[] column."""


class Texts(tuple[str, ...]):
    """Texts for a text[] column."""


class Numbers(tuple[int, ...]):
    """Whole numbers for an integer[] column."""


class _JsonbDumper(Dumper):
    format = Format.BINARY
    oid = _JSONB_OID

    def dump(self, obj: JsonBytes) -> Buffer:
        return b"\x01" + obj


class _JsonDumper(Dumper):
    format = Format.BINARY
    oid = _JSON_OID

    def dump(self, obj: JsonBytes) -> Buffer:
        return obj


class _LexemesDumper(Dumper):
    """The binary form: how many, then each word with a zero byte and no positions."""

    format = Format.BINARY
    oid = _TSVECTOR_OID

    def dump(self, obj: Lexemes) -> Buffer:
        body = "".join([f"{word}\0\0\0" for word in obj])
        return len(obj).to_bytes(4, "big") + body.encode()


class _ByteStringsDumper(Dumper):
    """The binary form: dimensions, no nulls, type, length, first index, then the elements."""

    format = Format.BINARY
    oid = _BYTEA_ARRAY_OID

    def dump(self, obj: ByteStrings) -> Buffer:
        return _array(_BYTEA_OID, obj)


class _TextsDumper(Dumper):
    format = Format.BINARY
    oid = _TEXT_ARRAY_OID

    def dump(self, obj: Texts) -> Buffer:
        return _array(_TEXT_OID, [text.encode() for text in obj])


class _NumbersDumper(Dumper):
    format = Format.BINARY
    oid = _INTEGER_ARRAY_OID

    def dump(self, obj: Numbers) -> Buffer:
        return _array(_INTEGER_OID, [pack(">i", number) for number in obj])


def _array(oid: int, items: Sequence[bytes]) -> bytes:
    if not items:
        return pack(">iiI", 0, 0, oid)
    head = pack(">iiIii", 1, 0, oid, len(items), 1)
    return head + b"".join([len(item).to_bytes(4, "big") + item for item in items])


# A parameter is sent by the last one for its class, a field of COPY by the one of its type.
_DUMPERS: tuple[tuple[type, type[Dumper]], ...] = (
    (JsonBytes, _JsonbDumper),
    (JsonBytes, _JsonDumper),
    (Lexemes, _LexemesDumper),
    (ByteStrings, _ByteStringsDumper),
    (Texts, _TextsDumper),
    (Numbers, _NumbersDumper),
)


def cursor_for_rows(conn: Connection) -> Cursor[SqlRow]:
    """A cursor that sends values of the classes above."""
    cursor = conn.cursor()
    for kind, dumper in _DUMPERS:
        cursor.adapters.register_dumper(kind, dumper)
    return cursor


def replace_rows(conn: Connection, tables: Sequence[Table], changes: Changes) -> None:
    """Deletes the keys of `changes`, inserts its rows and adds its sums, table by table.

    Raises psycopg errors; what is not unique or does not fit a column is an error of the data.
    """
    for table in tables:
        delete_keys(conn, table, changes.deletes.get(table.name, ()))
        copy_rows(conn, table, changes.inserts.get(table.name, ()))
        add_sums(conn, table, changes.sums.get(table.name, ()))


def delete_keys(conn: Connection, table: Table, keys: Sequence[TableRow]) -> None:
    """Deletes the rows with these keys."""
    if not keys:
        return
    columns = [sql.Identifier(name) for name in table.key]
    conn.execute(
        sql.SQL("delete from {} t using unnest({}) as k ({}) where {}").format(
            sql.Identifier(table.name),
            _placeholders(table, table.key),
            sql.SQL(", ").join(columns),
            sql.SQL(" and ").join(
                sql.SQL("t.{} = k.{}").format(column, column) for column in columns
            ),
        ),
        column_arrays(table, table.key, keys),
    )


def copy_rows(conn: Connection, table: Table, rows: Sequence[TableRow]) -> None:
    """Inserts rows given in the order of the table's columns."""
    if not rows:
        return
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    with cursor_for_rows(conn).copy(statement) as copy:
        copy.set_types(table.types)
        for row in rows:
            copy.write_row(row)


def add_sums(conn: Connection, table: Table, rows: Sequence[TableRow]) -> None:
    """Adds the numbers of each row to those of the row with its key, which may be new; a row that
    comes to nothing is deleted, as if it had never been."""
    if not rows:
        return
    empty = conn.execute(
        sql.SQL("with added as ({}) select {} from added where nothing").format(
            adding(table), _COMMA.join(map(sql.Identifier, table.key))
        ),
        column_arrays(table, table.columns, rows),
    ).fetchall()
    delete_keys(conn, table, empty)


def adding(table: Table) -> sql.Composed:
    """The statement that adds rows, given as an array for each column; it answers with their keys,
    and whether the numbers of each come to nothing."""
    numbers = [sql.Identifier(one) for one in _numbers(table)]
    return sql.SQL(
        "insert into {name} as t ({columns}) select * from unnest({arrays})"
        " on conflict ({key}) do update set {sums}"
        " returning {key}, ({numbers}) = ({zeros}) as nothing"
    ).format(
        name=sql.Identifier(table.name),
        columns=_COMMA.join(map(sql.Identifier, table.columns)),
        arrays=_placeholders(table, table.columns),
        key=_COMMA.join(map(sql.Identifier, table.key)),
        sums=_COMMA.join(sql.SQL("{0} = t.{0} + excluded.{0}").format(one) for one in numbers),
        numbers=_COMMA.join(sql.SQL("t.{}").format(one) for one in numbers),
        zeros=_COMMA.join([sql.SQL("0")] * len(numbers)),
    )


def delete_nothing(conn: Connection, table: Table, rows: Sequence[TableRow]) -> None:
    """Deletes those of the rows with these keys whose numbers are all nought."""
    columns = [sql.Identifier(name) for name in table.key]
    numbers = [sql.Identifier(one) for one in _numbers(table)]
    conn.execute(
        sql.SQL("delete from {} t using unnest({}) as k ({}) where {} and ({}) = ({})").format(
            sql.Identifier(table.name),
            _placeholders(table, table.key),
            _COMMA.join(columns),
            sql.SQL(" and ").join(sql.SQL("t.{0} = k.{0}").format(one) for one in columns),
            _COMMA.join(sql.SQL("t.{}").format(one) for one in numbers),
            _COMMA.join([sql.SQL("0")] * len(numbers)),
        ),
        column_arrays(table, table.key, [row[: len(table.key)] for row in rows]),
    )


def _numbers(table: Table) -> list[str]:
    return [name for name in table.columns if name not in table.key]


def column_arrays(table: Table, columns: Iterable[str], rows: Iterable[TableRow]) -> list[object]:
    """An array for each of these columns of a table, of the values that the rows have for it."""
    types = dict(zip(table.columns, table.types, strict=True))
    return [
        _ARRAYS.get(types[name], list)(values)
        for name, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]


def _placeholders(table: Table, columns: Iterable[str]) -> sql.Composed:
    types = dict(zip(table.columns, table.types, strict=True))
    return sql.SQL(", ").join(
        sql.SQL("%b::{}[]").format(sql.SQL(cast("Any", types[name]))) for name in columns
    )


_ARRAYS: dict[str, Callable[[Iterable[Any]], object]] = {
    "uuid": uuid_array,
    "text": text_array,
    "date": date_array,
    "timestamptz": time_array,
    "integer": integer_array,
    "bigint": bigint_array,
}
