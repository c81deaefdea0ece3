"""A batch runs many commands, refuses them one by one, and saves them in one transaction.

A batch is resumable by its command ids: run again after a kill, what was recorded is answered as
it was, and the rest is recorded.
"""

import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from eventsourcing.domain import BaseAggregate
from eventsourcing.persistence import IntegrityError

from domain.commands.claims import BatchClaims, Claim, Release
from domain.commands.command import Command, CommandContext, CommandResult, Outcome, SaveResult
from domain.commands.runner import (
    ATTEMPTS,
    CommandRunner,
    ConcurrentSave,
    Handler,
    command_record,
    versions,
)
from domain.errors import CommandReused, Refusal
from domain.eventstore.errors import ClaimTaken, CommandRepeated
from domain.eventstore.recorder import CommandRecord
from domain.jobs.leases import Lease

C_co = TypeVar("C_co", bound=Command[Outcome], covariant=True)
C = TypeVar("C", bound=Command[Outcome])
C_contra = TypeVar("C_contra", bound=Command[Outcome], contravariant=True)


@dataclass(frozen=True, slots=True)
class PlannedCommand(Generic[C_co]):
    """A command with its circumstances, to be carried out in a batch."""

    command: C_co
    context: CommandContext


class BatchHandler(Handler[C_contra, Outcome], Protocol[C_contra]):
    """A handler whose commands can be decided in a batch."""

    def for_batch(
        self,
        planned: Sequence[PlannedCommand[C_contra]],
        claims: BatchClaims,
        recorded: Collection[UUID],
    ) -> Handler[C_contra, Outcome]:
        """The handler on one reading of all that the commands meet.

        What one command of the batch did, the next one sees. `recorded` are the ids of commands
        that were recorded before.
        """


@contextmanager
def gc_paused() -> Iterator[None]:
    """No search for garbage meanwhile.

    A batch makes some hundred thousand objects that all live until it is saved; looking through
    them for cycles, again and again, took a quarter of its time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def run_many(
    runner: CommandRunner,
    handler: BatchHandler[C],
    groups: Sequence[Sequence[PlannedCommand[C]]],
    *,
    dry_run: bool = False,
    lease: Lease | None = None,
) -> list[Outcome | Refusal]:
    """Carries out groups of commands, thousands in one transaction; answers each, in order.

    The commands of a group are recorded or refused together; its outcome is that of the last one,
    with the notes of all. A refusal stands in the list in its place and touches no other group;
    two groups should not be about one aggregate. `seq` is None. With `dry_run` nothing is saved,
    and the answers are what would have been. With `lease` it is saved only while that lease is
    held: Overtaken, and nothing of it is recorded.
    """
    for _ in range(ATTEMPTS if groups else 0):
        with gc_paused():
            planned = [one for group in groups for one in group]
            done = runner.find_commands([one.context.command_id for one in planned])
            claims = BatchClaims(runner.pool, runner.claim_kinds)
            reading = handler.for_batch(planned, claims, done.keys())
            batch = CommandBatch(runner, reading, claims, done)
            answers = batch.decide(groups)
            if dry_run or batch.save(lease):
                return answers
    # Other saves keep coming between: each group by itself, so that one holds up no other.
    return [_run_alone(runner, handler, group, lease) for group in groups]


def _run_alone(
    runner: CommandRunner,
    handler: BatchHandler[C],
    group: Sequence[PlannedCommand[C]],
    lease: Lease | None,
) -> Outcome | Refusal:
    try:
        return outcome_of(
            [runner.run(handler, one.command, one.context, lease=lease) for one in group]
        )
    except Refusal as refusal:
        return refusal


def outcome_of(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcome of a group: that of its last command, with the notes of all."""
    return replace(outcomes[-1], notes=tuple(note for one in outcomes for note in one.notes))


class CommandBatch(Generic[C]):
    """Commands decided on one reading; what was not refused is saved at once.

    `handler` is that of the reading, which looks claims up in `claims`; `done` are the commands
    that were recorded before.
    """

    def __init__(
        self,
        runner: CommandRunner,
        handler: Handler[C, Outcome],
        claims: BatchClaims,
        done: Mapping[UUID, CommandRecord],
    ) -> None:
        self._runner = runner
        self._handler = handler
        self._claims = claims
        self._done = done
        self._asked: dict[UUID, tuple[bytes, Outcome | Refusal]] = {}
        self._results: list[CommandResult] = []
        self._records: list[CommandRecord] = []

    def decide(self, groups: Sequence[Sequence[PlannedCommand[C]]]) -> list[Outcome | Refusal]:
        """The answers of groups, in order."""
        answers = [self.add(group) for group in groups]
        self._answer_those_done_meanwhile(groups, answers)
        return answers

    def add(self, group: Sequence[PlannedCommand[C]]) -> Outcome | Refusal:
        """Decides one group of commands on the state of the batch."""
        id_ = group[0].context.command_id
        fingerprints = [self._fingerprint(one) for one in group]
        if id_ in self._asked:
            before, first = self._asked[id_]
            if before != fingerprints[0]:
                return CommandReused(command_id=id_)
            return first if isinstance(first, Refusal) else replace(first, repeated=True)
        try:
            answer: Outcome | Refusal = self._decide(group, fingerprints)
        except Refusal as refusal:
            answer = refusal
        except ConcurrentSave as meanwhile:
            answer = meanwhile.otherwise
        if id_ not in self._done:
            self._asked[id_] = fingerprints[0], answer
        return answer

    def _decide(self, group: Sequence[PlannedCommand[C]], fingerprints: Sequence[bytes]) -> Outcome:
        outcomes: list[Outcome] = []
        results: list[tuple[CommandResult, CommandContext, bytes]] = []
        for one, fingerprint in zip(group, fingerprints, strict=True):
            found = self._done.get(one.context.command_id)
            if found is not None and one.command.ANSWERED_AGAIN:
                again = self._runner.answer_again(found, fingerprint)
                outcomes.append(self._handler.outcome(again))
                continue
            result = self._handler.decide(one.command, one.context, None)
            done = SaveResult(None, versions(result), self._handler.answer(result))
            outcomes.append(self._handler.outcome(done))
            if result.recorded_unchanged or not result.changes_nothing():
                results.append((result, one.context, fingerprint))
        self._claims.move(
            [claim for result, _, _ in results for claim in result.claims],
            [release for result, _, _ in results for release in result.releases],
            [one.id for result, _, _ in results for one in result.newcomers],
        )
        for result, context, fingerprint in results:
            self.keep(result, context, fingerprint)
        return outcome_of(outcomes)

    def is_done(self, command_id: UUID) -> bool:
        """Whether a command was recorded before the batch."""
        return command_id in self._done

    def keep(self, result: CommandResult, context: CommandContext, fingerprint: bytes) -> None:
        """Keeps the result of a command for the save."""
        done = SaveResult(None, versions(result), self._handler.answer(result))
        self._results.append(result)
        self._records.append(command_record(context, fingerprint, done))

    def _fingerprint(self, planned: PlannedCommand[C]) -> bytes:
        return self._runner.fingerprint(planned.command, planned.context)

    def _answer_those_done_meanwhile(
        self,
        groups: Sequence[Sequence[PlannedCommand[C]]],
        answers: list[Outcome | Refusal],
    ) -> None:
        """A refusal may be the trace of the same commands, done at the same moment."""
        refused = [place for place, answer in enumerate(answers) if isinstance(answer, Refusal)]
        ids = {one.context.command_id for place in refused for one in groups[place]}
        if not ids - self._done.keys():
            return
        found = self._runner.find_commands(ids - self._done.keys())
        for place in refused:
            for one in groups[place]:
                record = found.get(one.context.command_id)
                if record is not None:
                    with suppress(CommandReused):
                        again = self._runner.answer_again(record, self._fingerprint(one))
                        answers[place] = self._handler.outcome(again)

    def save(self, lease: Lease | None = None) -> bool:
        """Saves what was not refused; False if another save came between.

        Raises Overtaken where `lease` is not held any more.
        """
        aggregates: dict[UUID, BaseAggregate[UUID]] = {
            one.id: one for result in self._results for one in result.aggregates
        }
        claims, releases = net_moves(self._results)
        match_keys = self._handler.match_keys(self._results)
        sealers = [sealer for result in self._results for sealer in result.sealers]
        try:
            self._runner.save_events(
                *aggregates.values(),
                commands=self._records,
                claims=claims,
                releases=releases,
                keys=[key for sealer in sealers for key in sealer.new_keys],
                forget=[subject for result in self._results for subject in result.forget],
                match_keys=match_keys.keys,
                rematched=match_keys.rematched,
                wait=False,
                lease=lease,
            )
        except (ClaimTaken, CommandRepeated, IntegrityError):
            return False
        return True


def net_moves(results: Sequence[CommandResult]) -> tuple[list[Claim], list[Release]]:
    """The claims and releases of many results for one save, which does the releases first.

    A key that a holder takes and lets go again is not taken.
    """
    claims: dict[tuple[bytes, UUID], Claim] = {}
    releases: dict[tuple[bytes, UUID], Release] = {}
    for result in results:
        for release in result.releases:
            claims.pop((release.key, release.holder), None)
            releases[release.key, release.holder] = release
        for claim in result.claims:
            claims.setdefault((claim.key, claim.holder), claim)
    return list(claims.values()), list(releases.values())
