"""Faults of the database, as a request meets them: not its fault, and it may come again.

The same fault arrives in two shapes: psycopg's own, and the event store library's
(`domain.eventstore.postgres.library_errors`). What says that a value or a statement is wrong
(IntegrityError, DataError) is none of these: it would be wrong the next time too.
"""

import re

import psycopg
from eventsourcing import persistence
from psycopg import errors

# Lost and refused connections, a full disk, too many connections, a timeout, a deadlock and a
# failed serialization are operational; a standby that only reads and a damaged file are internal;
# a connection that is closed already is of the interface. A table, column, function or right that
# is missing says that the database has the shape of another version.
FAULTS: tuple[type[Exception], ...] = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.InternalError,
    errors.UndefinedTable,
    errors.UndefinedColumn,
    errors.UndefinedFunction,
    errors.InvalidSchemaName,
    errors.InsufficientPrivilege,
    persistence.OperationalError,
    persistence.InterfaceError,
    persistence.InternalError,
    persistence.ProgrammingError,
)
RETRY_AFTER_SECONDS = 2

_SQLSTATE = re.compile(r"\[([0-9A-Z]{5})\]$")
_OF_ANOTHER_SHAPE = {"42P01", "42703", "42883", "3F000", "42501"}


def sqlstate_of(error: Exception) -> str:
    """The SQLSTATE of an error in either shape; "" where it has none."""
    found = _SQLSTATE.search(str(error))
    return str(getattr(error, "sqlstate", None) or (found[1] if found else ""))


def is_fault(error: Exception) -> bool:
    """Whether an error is a fault of the database, and not of a statement of ours."""
    if isinstance(error, persistence.ProgrammingError):
        return sqlstate_of(error) in _OF_ANOTHER_SHAPE
    return isinstance(error, FAULTS)
