"""Casework, the application: it hands out the command groups and does every save.

The name is pinned, as it stands in stored data; nothing here creates tables.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.application import Application
from psycopg_pool import ConnectionPool

from domain.areas.commands import AreaCommands
from domain.facts import Facts
from domain.households.commands import HouseholdCommands
from domain.recording import Claim, Outcome, Recorded, Release

if TYPE_CHECKING:
    from domain.eventstore.personal import Keyring, Sealer
    from domain.standards.standard import Standards

__all__ = ["Casework", "Claim", "Outcome", "Recorded", "Release", "utcnow"]


def utcnow() -> datetime:
    """This moment, in UTC."""
    return datetime.now(tz=UTC)


class Casework(Application[UUID]):
    """The write side: `casework.households` and `casework.areas` take commands.

    `clock` gives this moment in UTC; it is an argument so that a demo can record what was
    recorded years ago. Commands take their moment from `Facts.recorded_at`; `clock` is only used
    by callers that make facts (`casework.clock()`).
    """

    name = "socai"

    def __init__(
        self,
        pool: ConnectionPool[Any],
        keyring: "Keyring",
        standards: "Standards",
        clock: Callable[[], datetime] = utcnow,
    ) -> None:
        raise NotImplementedError

    households: HouseholdCommands
    areas: AreaCommands

    def record(
        self,
        *aggregates: Any,
        facts: Facts,
        digest: bytes = b"",
        answer: dict[str, object] | None = None,
        claims: Iterable[Claim] = (),
        releases: Iterable[Release] = (),
        sealer: "Sealer | None" = None,
        forget: Iterable[UUID] = (),
    ) -> Recorded:
        """Saves the pending events of the aggregates, and all that goes with them, or nothing.

        One transaction: events, the command id with its digest and answer, claims and releases,
        the new keys of `sealer`, and the destruction of the keys of `forget`. `digest` names the
        command and its arguments (`domain.digest`); the same command id with the same digest
        answers as it did, with another raises CommandReused.

        Raises StaleVersion (somebody else saved first), ClaimTaken(key), CommandReused.
        """
        raise NotImplementedError
