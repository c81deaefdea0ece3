"""Errors of the event store. Messages hold no state, no keys."""

from uuid import UUID

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
