"""SocaiApplication, the application: it hands out the command groups and does every save.

The name is pinned, as it stands in stored data; nothing here creates tables.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError
from eventsourcing.utils import Environment, EnvType
from psycopg_pool import ConnectionPool

from domain.areas.commands import AreaCommands
from domain.commands.context import CommandContext
from domain.commands.outcome import Claim, Outcome, Release, SaveResult
from domain.errors import CommandReused, Refusal, StaleVersion
from domain.eventstore.companions import CommandRecord, SubjectKey
from domain.eventstore.errors import CommandRepeated, SubjectKeyExists
from domain.eventstore.mapper import StateMapper
from domain.eventstore.personal import Keyring
from domain.eventstore.recorder import PostgresRecorder
from domain.households.commands import Directory, HouseholdCommands, PlannedRegistration
from domain.matching.keys import MatchKey
from domain.standards.standard import Standards

__all__ = ["Claim", "Outcome", "Release", "SaveResult", "SocaiApplication", "utcnow"]


def utcnow() -> datetime:
    """This moment, in UTC."""
    return datetime.now(tz=UTC)


class SocaiApplication(Application[UUID]):
    """The write side: `casework.households` and `casework.areas` take commands.

    `clock` gives this moment in UTC; it is an argument so that a demo can record what was
    recorded years ago. Commands take their moment from `CommandContext.recorded_at`; `clock` is
    only used by callers that make a context (`casework.clock()`). `directory` is where areas are
    looked up; without it, `casework.areas`.
    """

    name = "socai"

    def __init__(
        self,
        pool: ConnectionPool[Any],
        keyring: Keyring,
        standards: Standards,
        clock: Callable[[], datetime] = utcnow,
        *,
        directory: Directory | None = None,
    ) -> None:
        self.pool = pool
        self.keyring = keyring
        self.standards = standards
        self.clock = clock
        super().__init__()
        self.areas = AreaCommands(self)
        self.households = HouseholdCommands(self, directory or self.areas)

    # The library's parts, ours in place of its own; its environment variables change nothing.

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """No settings from outside: what is recorded, and how, is not an operator's choice."""
        return Environment(name, {})

    def construct_mapper(self) -> StateMapper:
        """Events are stored as JSON of their own fields."""
        return StateMapper()

    def construct_recorder(self) -> PostgresRecorder:
        """Events are appended in one statement, and ordered by the ledger."""
        return PostgresRecorder(self.pool)

    # Every save.

    def record(
        self,
        *aggregates: Any,
        facts: CommandContext,
        digest: bytes = b"",
        answer: dict[str, Any] | None = None,
        claims: Sequence[Claim] = (),
        releases: Sequence[Release] = (),
        keys: Sequence[SubjectKey] = (),
        forget: Sequence[UUID] = (),
        match_keys: Sequence[MatchKey] = (),
        rematched: Sequence[UUID] = (),
        wait: bool = True,
    ) -> SaveResult:
        """Saves the pending events of the aggregates, and all that goes with them, or nothing.

        One transaction: events, the command id with its digest and answer, claims and releases,
        the `keys` that a Sealer made, the destruction of the keys of `forget`, and the match keys
        that replace those of the households `rematched`. `digest` names
        the command and its arguments (see the method `digest`); the same command id with the
        same digest answers as it did the first time, with another it raises CommandReused.

        Raises StaleVersion (somebody else saved first), ClaimTaken, CommandReused,
        SubjectKeyExists.
        """
        done = SaveResult(None, {one.id: one.version for one in aggregates}, answer or {})
        try:
            recordings = self.save(
                *aggregates,
                commands=[self.command_record(facts, digest, done)],
                claims=claims,
                releases=releases,
                keys=keys,
                forget=forget,
                match_keys=match_keys,
                rematched=rematched,
                wait=wait,
            )
        except (CommandRepeated, OperationalError, InterfaceError):
            # A race for the same command id, or a connection that broke after the commit.
            earlier = self.earlier(facts, digest)
            if earlier is None:
                raise
            return earlier
        except SubjectKeyExists:
            raise
        except IntegrityError:
            raise StaleVersion(aggregates=[str(one) for one in done.versions]) from None
        return replace(done, seq=recordings[-1].notification.id) if recordings else done

    def command_record(
        self, facts: CommandContext, digest: bytes, done: SaveResult
    ) -> CommandRecord:
        """The command as it is stored, so that a repeat of it is answered from there."""
        versions = {str(id_): version for id_, version in done.versions.items()}
        return CommandRecord(
            facts.command_id,
            facts.actor.account,
            digest,
            {"versions": versions, "answer": done.answer},
            facts.recorded_at,
        )

    def digest(self, command: str, facts: CommandContext, arguments: dict[str, Any]) -> bytes:
        """Names what a command asked, without telling it: 16 bytes under the index key.

        The moment of recording is left out, as a repeat comes later.
        """
        asked = [command, facts.effective_on, facts.actor.account, facts.document, arguments]
        plain = msgspec.json.encode(asked, enc_hook=repr, order="deterministic")
        return self.keyring.blind_index(hashlib.sha256(plain).hexdigest())

    def earlier(self, facts: CommandContext, digest: bytes) -> SaveResult | None:
        """What the command answered if it was done before; raises CommandReused."""
        recorder: Any = self.recorder
        found = recorder.find_command(facts.command_id)
        if found is None:
            return None
        return self.repeated(found, digest)

    def repeated(self, found: CommandRecord, digest: bytes) -> SaveResult:
        """The answer of a command that was recorded before; raises CommandReused."""
        if found.digest != digest:
            raise CommandReused(command_id=found.command_id)
        versions = {UUID(id_): version for id_, version in found.answer["versions"].items()}
        return SaveResult(self._seq(versions), versions, found.answer["answer"], repeated=True)

    def _seq(self, versions: dict[UUID, int]) -> int | None:
        """The ledger position of the last of these events, None if one is not yet in it."""
        with self.pool.connection() as conn:
            row = conn.execute(
                "select max(l.seq), count(*), count(l.seq)"
                " from unnest(%s::uuid[], %s::integer[])"
                " as v (originator_id, originator_version)"
                " join store.events e using (originator_id, originator_version)"
                " left join store.ledger l using (position)",
                [list(versions), list(versions.values())],
            ).fetchone()
        return row[0] if row and row[1] == row[2] else None

    def record_many(
        self, plans: Sequence[PlannedRegistration], *, dry_run: bool = False
    ) -> list[Outcome | Refusal]:
        """See `HouseholdCommands.record_many`."""
        return self.households.record_many(plans, dry_run=dry_run)
