"""Errors of the event store. Messages hold no state, no keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg
from eventsourcing import persistence

from domain.errors import Refusal


class UnknownTopic(persistence.MapperDeserialisationError):
    """No event class is registered for a topic: its module was not imported, or is newer."""


class NotStorable(persistence.PersistenceError, TypeError):
    """An event could not be read back as it is, so it was not stored; the message names fields."""


class CommandRepeated(persistence.PersistenceError):
    """A command id was recorded before (or stands twice in one save). Nothing was saved."""

    def __init__(self, command_ids: tuple[UUID, ...]) -> None:
        self.command_ids = command_ids
        super().__init__(", ".join(str(id_) for id_ in command_ids))


class ClaimTaken(persistence.PersistenceError):
    """Keys have another holder. Nothing was saved.

    `taken` is every refused key with its holder; `key` is the first of them.
    """

    def __init__(self, taken: tuple[tuple[bytes, UUID], ...]) -> None:
        self.taken = taken
        self.key, self.holder = taken[0]
        super().__init__(", ".join(f"{key[:1]!r} held by {holder}" for key, holder in taken))


class SubjectKeyExists(persistence.IntegrityError):
    """Another save gave these subjects a key meanwhile. Nothing was saved; seal again."""

    def __init__(self, subjects: tuple[UUID, ...]) -> None:
        self.subjects = subjects
        super().__init__(", ".join(str(subject) for subject in subjects))


class RestoredUnsealed(persistence.OperationalError):
    """A dump was restored in another cluster and not sealed: `store.seal_restored()` is due."""


class LedgerBroken(persistence.InternalError):
    """The ledger refers to an event that was removed from the store: run `verify`."""


class SubjectForgotten(Refusal):
    """The key of this person was destroyed; nothing can be sealed for them any more."""

    code = "subject_forgotten"


class SealBroken(persistence.PersistenceError):
    """Sealed data or a wrapped key does not open: another master key, or damaged."""


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
