"""Connections, errors and arrays of PostgreSQL, as the event store and its readers use them.

SQL says in its own text what columns a row has, so a row is a tuple of anything; what leaves a
module is a value of its own class.

In autocommit mode each statement is one round trip. A read in a transaction of its own costs
three: begin, statement, commit.

An array is made in PostgreSQL's binary form, in one go. psycopg dumps a list element by element in
Python and looks twice at each; for a save of three events that took longer than the save.
Registered for classes of our own only.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from struct import Struct
from typing import TypeAlias
from uuid import UUID

import psycopg
import psycopg.rows
from eventsourcing import persistence
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format
from psycopg_pool import ConnectionPool

from domain.eventstore.errors import LedgerBroken, RestoredUnsealed

SqlRow: TypeAlias = psycopg.rows.TupleRow
Connection: TypeAlias = psycopg.Connection[SqlRow]
Pool: TypeAlias = ConnectionPool[Connection]


@contextmanager
def autocommitting(pool: Pool) -> Iterator[Connection]:
    """A connection of the pool in autocommit mode; it goes back as it came."""
    with pool.connection() as conn:
        autocommit = conn.autocommit
        if autocommit:
            yield conn
            return
        conn.set_autocommit(True)
        try:
            yield conn
        finally:
            if not conn.closed:
                conn.set_autocommit(autocommit)


_RAISED: dict[str, type[persistence.PersistenceError]] = {
    "SC010": RestoredUnsealed,
    "SC011": LedgerBroken,
}

_LIBRARY: tuple[tuple[type[psycopg.Error], type[persistence.PersistenceError]], ...] = (
    (psycopg.IntegrityError, persistence.IntegrityError),
    (psycopg.DataError, persistence.DataError),
    (psycopg.OperationalError, persistence.OperationalError),
    (psycopg.ProgrammingError, persistence.ProgrammingError),
    (psycopg.NotSupportedError, persistence.NotSupportedError),
    (psycopg.InternalError, persistence.InternalError),
    (psycopg.InterfaceError, persistence.InterfaceError),
    (psycopg.DatabaseError, persistence.DatabaseError),
)


@contextmanager
def library_errors() -> Iterator[None]:
    """Turns psycopg's errors into the library's.

    Only the primary message and the code go over: the detail of a violated constraint quotes
    the row, state and all.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _translated(error) from None


def _translated(error: psycopg.Error) -> persistence.PersistenceError:
    message = error.diag.message_primary or str(error) or type(error).__name__
    if error.sqlstate in _RAISED:
        hint = error.diag.message_hint
        return _RAISED[error.sqlstate](f"{message}; {hint}" if hint else message)
    text = f"{message} [{error.sqlstate}]" if error.sqlstate else message
    for theirs, ours in _LIBRARY:
        if isinstance(error, theirs):
            return ours(text)
    return persistence.PersistenceError(text)


_HEADER = Struct(">iiIii")  # dimensions, nulls?, element type, length, first index
_EMPTY = Struct(">iiI")
_LENGTH = Struct(">i")
_INTEGER = Struct(">ii")
_BIGINT = Struct(">iq")
_NULL = _LENGTH.pack(-1)
_UUID_LENGTH = _LENGTH.pack(16)
_ZERO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_ZERO_DAY = date(2000, 1, 1).toordinal()


class _Array(bytes):
    """A whole array as the server takes it."""

    element_oid = 0

    @classmethod
    def of(cls, elements: list[bytes]) -> "_Array":
        """An array of elements that carry their length in front."""
        if not elements:
            return cls(_EMPTY.pack(0, 0, cls.element_oid))
        head = _HEADER.pack(1, int(_NULL in elements), cls.element_oid, len(elements), 1)
        return cls(head + b"".join(elements))


class _Uuids(_Array):
    element_oid = 2950


class _Integers(_Array):
    element_oid = 23


class _Bigints(_Array):
    element_oid = 20


class _Texts(_Array):
    element_oid = 25


class _Byteas(_Array):
    element_oid = 17


class _Times(_Array):
    element_oid = 1184


class _Dates(_Array):
    element_oid = 1082


def _dumper(array_class: type[_Array], array_oid: int) -> type[Dumper]:
    class ArrayDumper(Dumper):
        format = Format.BINARY
        oid = array_oid

        def dump(self, obj: _Array) -> Buffer:
            return obj

    psycopg.adapters.register_dumper(array_class, ArrayDumper)
    return ArrayDumper


for _class, _oid in (
    (_Uuids, 2951),
    (_Integers, 1007),
    (_Bigints, 1016),
    (_Texts, 1009),
    (_Byteas, 1001),
    (_Times, 1185),
    (_Dates, 1182),
):
    _dumper(_class, _oid)


def uuid_array(values: Iterable[UUID]) -> _Array:
    """uuid[]"""
    return _Uuids.of([_UUID_LENGTH + value.bytes for value in values])


def integer_array(values: Iterable[int]) -> _Array:
    """integer[]"""
    return _Integers.of([_INTEGER.pack(4, value) for value in values])


def bigint_array(values: Iterable[int]) -> _Array:
    """bigint[]"""
    return _Bigints.of([_BIGINT.pack(8, value) for value in values])


def text_array(values: Iterable[str]) -> _Array:
    """text[]"""
    return _Texts.of(_sized(value.encode() for value in values))


def bytea_array(values: Iterable[bytes]) -> _Array:
    """bytea[]"""
    return _Byteas.of(_sized(values))


def time_array(values: Iterable[datetime]) -> _Array:
    """timestamptz[]; to the microsecond, from aware times only."""
    return _Times.of([_BIGINT.pack(8, _microseconds(value)) for value in values])


def date_array(values: Iterable[date | None]) -> _Array:
    """date[], where None is null."""
    return _Dates.of(
        [
            _NULL if value is None else _INTEGER.pack(4, value.toordinal() - _ZERO_DAY)
            for value in values
        ]
    )


def _sized(values: Iterable[bytes]) -> list[bytes]:
    return [_LENGTH.pack(len(value)) + value for value in values]


def _microseconds(value: datetime) -> int:
    since = value - _ZERO_TIME
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
