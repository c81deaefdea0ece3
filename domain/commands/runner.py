"""The runner carries out commands: recognises a repeat, decides, saves, retries, answers once.

    command, context -> fingerprint -> answered before? -> handler decides -> save -> outcome
                                              ^                   |
                                              +--- run again <----+  another save came between

A handler knows the aggregates of its capability; the runner knows none of them.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar, Unpack
from uuid import UUID

import msgspec
from eventsourcing.domain import BaseAggregate
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    Recording,
)

from domain.commands.claims import ClaimKind, refused
from domain.commands.command import Command, CommandContext, CommandResult, Outcome, SaveResult
from domain.errors import CommandReused, Refusal, StaleVersion
from domain.eventstore.errors import ClaimTaken, CommandRepeated, SubjectKeyExists
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Pool, autocommitting
from domain.eventstore.recorder import CommandRecord, Companions, MatchKeyChange, PostgresRecorder
from domain.jobs.leases import Lease

ATTEMPTS = 5
NO_MATCH_KEYS = MatchKeyChange()

C_contra = TypeVar("C_contra", bound=Command[Outcome], contravariant=True)
C = TypeVar("C", bound=Command[Outcome])
O_co = TypeVar("O_co", bound=Outcome, covariant=True)
O = TypeVar("O", bound=Outcome)  # noqa: E741


class Handler(Protocol[C_contra, O_co]):
    """The handler decides and answers the commands of one capability."""

    def decide(
        self, command: C_contra, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Loads what the command is about and asks it. Raises Refusal, or ConcurrentSave."""

    def match_keys(self, results: Sequence[CommandResult]) -> MatchKeyChange:
        """The match keys that a save of these results changes."""

    def answer(self, result: CommandResult) -> dict[str, object]:
        """The answer of a command as JSON, to be stored with it."""

    def outcome(self, saved: SaveResult) -> O_co:
        """The outcome of a command that was recorded now or before, of its stored answer."""


class Save(Protocol):
    """The application's save."""

    def __call__(
        self,
        *aggregates: BaseAggregate[UUID],
        wait: bool = True,
        lease: Lease | None = None,
        **companions: Unpack[Companions],
    ) -> list[Recording[UUID]]:
        """Saves pending events and their companions in one transaction, under a lease if given."""


class ConcurrentSave(Exception):
    """Another save came between reading and saving; run the command again."""

    def __init__(self, otherwise: Refusal) -> None:
        self.otherwise = otherwise
        super().__init__()


class CommandRunner:
    """Runs commands on one event store."""

    def __init__(
        self,
        save: Save,
        recorder: PostgresRecorder,
        pool: Pool,
        keyring: Keyring,
        claim_kinds: Sequence[ClaimKind],
    ) -> None:
        self.save_events = save
        self._recorder = recorder
        self.pool = pool
        self._keyring = keyring
        self.claim_kinds = claim_kinds

    def run(
        self,
        handler: Handler[C, O],
        command: C,
        context: CommandContext,
        expected_version: int | None = None,
        lease: Lease | None = None,
    ) -> O:
        """Carries out one command, once.

        A repeated command id answers as it did the first time and records nothing; with another
        command it is CommandReused. `expected_version` is the version that the caller read last:
        StaleVersion if it is not the newest. Without it the command is run again on the newer
        state where another save came between, a few times at most. With `lease` it is saved only
        while that lease is held (Overtaken).
        """
        fingerprint = self.fingerprint(command, context)
        if command.ANSWERED_AGAIN:
            earlier = self.find_answer(context.command_id, fingerprint)
            if earlier is not None:
                return handler.outcome(earlier)

        def attempt() -> O:
            result = handler.decide(command, context, expected_version)
            return self._record(handler, result, context, fingerprint, lease)

        try:
            return retry_on_conflict(attempt)
        except Refusal:
            # What a repeat at the same moment meets is the work of the first one.
            earlier = self.find_answer(context.command_id, fingerprint)
            if earlier is None:
                raise
            return handler.outcome(earlier)

    def _record(
        self,
        handler: Handler[C, O],
        result: CommandResult,
        context: CommandContext,
        fingerprint: bytes,
        lease: Lease | None,
    ) -> O:
        answer = handler.answer(result)
        if result.changes_nothing() and not result.recorded_unchanged:
            return handler.outcome(SaveResult(None, versions(result), answer))
        try:
            match_keys = handler.match_keys([result])
            saved = self.save(result, context, fingerprint, answer, match_keys, lease)
        except SubjectKeyExists as known:
            raise ConcurrentSave(StaleVersion(subjects=known.subjects)) from None
        except StaleVersion as stale:
            raise ConcurrentSave(result.id_taken or stale) from None
        except ClaimTaken as taken:
            found = refused(self.claim_kinds, taken.taken, result.claims)
            if found.kind.read_again:
                raise ConcurrentSave(found.refusal) from None
            raise found.refusal from None
        return handler.outcome(saved)

    def save(
        self,
        result: CommandResult,
        context: CommandContext,
        fingerprint: bytes,
        answer: dict[str, object],
        match_keys: MatchKeyChange = NO_MATCH_KEYS,
        lease: Lease | None = None,
    ) -> SaveResult:
        """Saves all that a command wants saved, or nothing, in one transaction.

        Raises StaleVersion (another save came first), ClaimTaken, CommandReused,
        SubjectKeyExists, Overtaken.
        """
        done = SaveResult(None, versions(result), answer)
        try:
            recordings = self.save_events(
                *result.aggregates,
                commands=[command_record(context, fingerprint, done)],
                claims=result.claims,
                releases=result.releases,
                keys=[key for sealer in result.sealers for key in sealer.new_keys],
                forget=result.forget,
                match_keys=match_keys.keys,
                rematched=match_keys.rematched,
                lease=lease,
            )
        except (CommandRepeated, OperationalError, InterfaceError):
            # A race for the same command id, or a connection that broke after the commit.
            earlier = self.find_answer(context.command_id, fingerprint)
            if earlier is None:
                raise
            return earlier
        except SubjectKeyExists:
            raise
        except IntegrityError:
            raise StaleVersion(aggregates=[str(one) for one in done.versions]) from None
        seq = recordings[-1].notification.id if recordings else None
        return SaveResult(seq, done.versions, answer)

    def fingerprint(self, command: Command[Outcome], context: CommandContext) -> bytes:
        """Names what a command asks, without telling it: 16 bytes under the index key.

        The moment of recording is left out, as a repeat comes later.
        """
        content = [
            command.NAME,
            date.min if command.UNDATED else context.effective_on,
            context.actor.account,
            context.document,
            command.arguments(),
        ]
        plain = msgspec.json.encode(content, enc_hook=repr, order="deterministic")
        return self._keyring.blind_index(hashlib.sha256(plain).hexdigest())

    def find_answer(self, command_id: UUID, fingerprint: bytes) -> SaveResult | None:
        """The answer of a command that was done before; raises CommandReused."""
        found = self._recorder.find_command(command_id)
        return None if found is None else self.answer_again(found, fingerprint)

    def find_commands(self, command_ids: Iterable[UUID]) -> dict[UUID, CommandRecord]:
        """Those of the commands that are recorded, by id."""
        return self._recorder.find_commands(command_ids)

    def answer_again(self, record: CommandRecord, fingerprint: bytes) -> SaveResult:
        """The answer of a command that was recorded before; raises CommandReused."""
        if record.digest != fingerprint:
            raise CommandReused(command_id=record.command_id)
        stored = {UUID(id_): version for id_, version in record.answer["versions"].items()}
        return SaveResult(self._seq(stored), stored, record.answer["answer"], repeated=True)

    def _seq(self, saved: dict[UUID, int]) -> int | None:
        """The ledger position of the last of these events, None if one is not yet in it."""
        with autocommitting(self.pool) as conn:
            row = conn.execute(
                "select max(l.seq), count(*), count(l.seq)"
                " from unnest(%s::uuid[], %s::integer[])"
                " as v (originator_id, originator_version)"
                " join store.events e using (originator_id, originator_version)"
                " left join store.ledger l using (position)",
                [list(saved), list(saved.values())],
            ).fetchone()
        return row[0] if row and row[1] == row[2] else None


def versions(result: CommandResult) -> dict[UUID, int]:
    """The version of each aggregate of a result."""
    return {one.id: one.version for one in result.aggregates}


def command_record(context: CommandContext, fingerprint: bytes, done: SaveResult) -> CommandRecord:
    """The command as it is stored, so that a repeat of it is answered from there."""
    return CommandRecord(
        context.command_id,
        context.actor.account,
        fingerprint,
        {
            "versions": {str(id_): version for id_, version in done.versions.items()},
            "answer": done.answer,
        },
        context.recorded_at,
    )


def require_version(aggregate: BaseAggregate[UUID], expected: int | None) -> None:
    """StaleVersion unless the aggregate has the version that the caller expects, if any."""
    if expected is not None and aggregate.version != expected:
        raise StaleVersion(expected=expected, actual=aggregate.version)


def retry_on_conflict(attempt: Callable[[], O]) -> O:
    """Runs a command until no save comes between; after some attempts, the refusal it met."""
    for left in range(ATTEMPTS - 1, -1, -1):
        try:
            return attempt()
        except ConcurrentSave as meanwhile:
            if not left:
                raise meanwhile.otherwise from None
    raise AssertionError("unreachable")
