"""Writes rows in bulk: deletes by key, then copies in PostgreSQL's binary form.

A row's bytes are made column by column, and each distinct text, day and moment once: psycopg looks
at every value of every row. Few rows of several tables are written by one statement instead
(`projections.engine.small_write`).
"""

import struct
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from struct import Struct
from typing import Any, cast
from uuid import UUID

from psycopg import sql

from domain.eventstore.postgres import (
    Connection,
    bigint_array,
    date_array,
    integer_array,
    text_array,
    time_array,
    uuid_array,
)
from projections.engine.tables import Changes, Table, TableRow

Column = Collection[Any]
_Encode = Callable[[Any], bytes]
_BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_LENGTH, _FIELDS = Struct(">i"), Struct(">h")
_SMALLINT, _INTEGER, _BIGINT = Struct(">ih"), Struct(">ii"), Struct(">iq")
_TRUE, _FALSE = _LENGTH.pack(1) + b"\1", _LENGTH.pack(1) + b"\0"
_UUID = _LENGTH.pack(16)
_ZERO_TIME, _ZERO_DAY = datetime(2000, 1, 1, tzinfo=UTC), date(2000, 1, 1).toordinal()
_BYTEA_OID, _TEXT_OID = 17, 25


class JsonBytes(bytes):
    """JSON text, as encoded already, for a column of type json or jsonb."""


class Lexemes(tuple[str, ...]):
    """Distinct words for a tsvector column, without positions."""


class ByteStrings(tuple[bytes, ...]):
    """Byte strings for a bytea[] column."""


class Texts(tuple[str, ...]):
    """Texts for a text[] column."""


def lexemes_binary(words: Sequence[str]) -> bytes:
    """A tsvector: how many, then each word with a zero byte and no positions."""
    return _LENGTH.pack(len(words)) + "".join([f"{word}\0\0\0" for word in words]).encode()


def byte_strings_binary(items: Sequence[bytes]) -> bytes:
    """A bytea[]."""
    return _array(_BYTEA_OID, items)


def texts_binary(items: Sequence[str]) -> bytes:
    """A text[]."""
    return _array(_TEXT_OID, [text.encode() for text in items])


def _array(oid: int, items: Sequence[bytes]) -> bytes:
    """Dimensions, no nulls, type, length, first index, then the elements."""
    if not items:
        return struct.pack(">iiI", 0, 0, oid)
    head = struct.pack(">iiIii", 1, 0, oid, len(items), 1)
    return head + b"".join(map(_sized, items))


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
    ready = binary_rows(table, rows)
    with conn.cursor().copy(statement) as copy:
        copy.write(ready)


def binary_rows(table: Table, rows: Sequence[TableRow]) -> bytes:
    """The rows as COPY takes them. Raises ValueError for a number that a column cannot hold."""
    columns: list[Iterable[bytes]] = [[_FIELDS.pack(len(table.columns))] * len(rows)]
    try:
        for spec, type_, values in zip(
            table.columns.values(), table.types, zip(*rows, strict=True), strict=True
        ):
            columns.append(_column(type_, values, nullable="not null" not in spec))
    except struct.error as error:
        raise ValueError(str(error)) from None
    body = chain.from_iterable(zip(*columns, strict=True))
    return b"".join([_BEGIN, *body, _END])


def add_sums(conn: Connection, table: Table, rows: Sequence[TableRow]) -> None:
    """Adds the numbers of each row to those of the row with its key, which may be new; a row that
    comes to nothing is deleted, as if it had never been."""
    if not rows:
        return
    name, key = sql.Identifier(table.name), list(map(sql.Identifier, table.key))
    numbers = [sql.Identifier(one) for one in table.columns if one not in table.key]
    comma = sql.SQL(", ")
    empty = conn.execute(
        sql.SQL(
            "with added as (insert into {name} as t ({columns}) select * from unnest({arrays})"
            " on conflict ({key}) do update set {sums}"
            " returning {key}, ({numbers}) = ({zeros}) as nothing)"
            " select {key} from added where nothing"
        ).format(
            name=name,
            columns=comma.join(map(sql.Identifier, table.columns)),
            arrays=_placeholders(table, table.columns),
            key=comma.join(key),
            sums=comma.join(sql.SQL("{0} = t.{0} + excluded.{0}").format(one) for one in numbers),
            numbers=comma.join(sql.SQL("t.{}").format(one) for one in numbers),
            zeros=comma.join([sql.SQL("0")] * len(numbers)),
        ),
        column_arrays(table, table.columns, rows),
    ).fetchall()
    delete_keys(conn, table, empty)


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


def _column(type_: str, values: Column, *, nullable: bool) -> list[bytes]:
    """The fields of one column. Raises KeyError for a type that has no encoder."""
    if type_ == "boolean":
        of = {True: _TRUE, False: _FALSE, None: _NULL}
        return [of[value] for value in values]
    encode = _ENCODERS[type_]
    if type_ in _REPEATED:
        known = {value: encode(value) for value in set(values) if value is not None}
        known[None] = _NULL
        return [known[value] for value in values]
    if nullable:
        return [_NULL if value is None else encode(value) for value in values]
    return [encode(value) for value in values]


def _sized(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


def _uuid(value: UUID) -> bytes:
    return _UUID + value.bytes


def _text(value: str) -> bytes:
    encoded = value.encode()
    return _LENGTH.pack(len(encoded)) + encoded


def _day(value: date) -> bytes:
    return _INTEGER.pack(4, value.toordinal() - _ZERO_DAY)


def _moment(value: datetime) -> bytes:
    since = value - _ZERO_TIME
    seconds = since.days * 86_400 + since.seconds
    return _BIGINT.pack(8, seconds * 1_000_000 + since.microseconds)


_REPEATED = frozenset({"text", "date", "timestamptz"})
_ENCODERS: dict[str, _Encode] = {
    "uuid": _uuid,
    "text": _text,
    "date": _day,
    "timestamptz": _moment,
    "smallint": lambda value: _SMALLINT.pack(2, value),
    "integer": lambda value: _INTEGER.pack(4, value),
    "bigint": lambda value: _BIGINT.pack(8, value),
    "bytea": _sized,
    "json": _sized,
    "jsonb": lambda value: _sized(b"\1" + value),
    "tsvector": lambda value: _sized(lexemes_binary(value)),
    "bytea[]": lambda value: _sized(byte_strings_binary(value)),
    "text[]": lambda value: _sized(texts_binary(value)),
}
