"""Decide about many households at a time, as the list of a new year brings them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from domain.commands.context import CommandContext
from domain.commands.outcome import Outcome, SaveResult
from domain.errors import CommandReused, Refusal
from domain.eventstore.companions import CommandRecord
from domain.eventstore.errors import ClaimTaken, CommandRepeated
from domain.households import normalize
from domain.households.commands.assessment import AssessmentCommands
from domain.households.commands.papers import NewPaper, PaperCommands, paper_note
from domain.households.commands.registration_batch import BatchClaims, gc_paused
from domain.households.commands.runner import ATTEMPTS, CommandResult, answer_of, outcome
from domain.households.commands.support import SupportCommands
from domain.households.errors import HouseholdUnknown
from domain.households.household import Household
from domain.households.inputs import ClassInput
from domain.matching.records import match_keys


@dataclass(frozen=True, slots=True)
class PlannedDecision:
    """A class for a household on record, and why it is poor, where the list says so.

    Each is a command of its own; the paper is `facts.document`. With `leaving` it is an exit, as
    `AssessmentCommands.exit` records it. `papers` are identity numbers that the list of `source`
    gives its members; with `decision` None they are all there is. One that cannot be taken is in
    the outcome's notes as "papers/INDEX/CODE" and holds up nothing. One plan for each household.
    """

    household_id: UUID
    facts: CommandContext
    decision: ClassInput | None
    for_causes: CommandContext
    causes: tuple[str, ...] = ()
    leaving: bool = False
    for_papers: CommandContext | None = None
    papers: tuple[NewPaper, ...] = ()
    source: str = ""


class ClassificationBatchCommands(AssessmentCommands, SupportCommands, PaperCommands):
    """Classes and causes of many households, saved together."""

    def decide_many(
        self, plans: Sequence[PlannedDecision], *, dry_run: bool = False
    ) -> list[Outcome | Refusal]:
        """Does what `classify` and `record_causes` do, for many households in one transaction.

        A refusal of one is in the list in its place, records nothing of that household and
        touches no other; `seq` is None. With `dry_run` nothing is saved, and the answers are what
        would have been. Raises ValueError for two plans of one household.
        """
        if len({plan.household_id for plan in plans}) < len(plans):
            raise ValueError("one plan for each household")
        for _ in range(ATTEMPTS):
            with gc_paused():
                together = _ClassificationBatch(self, plans)
                if dry_run or together.save():
                    return together.answers
        # Somebody keeps writing to the same households: each by itself, so that one holds up none.
        return [self._decide_alone(plan) for plan in plans]

    def _decide_alone(self, plan: PlannedDecision) -> Outcome | Refusal:
        notes: tuple[str, ...] = ()
        try:
            if plan.for_papers is not None and plan.papers:
                try:
                    done = self.take_papers(
                        plan.household_id, plan.for_papers, papers=plan.papers, source=plan.source
                    )
                    notes = done.notes
                except Refusal as refusal:
                    if plan.decision is None:
                        raise
                    notes = tuple(paper_note(i, refusal) for i in range(len(plan.papers)))
            if plan.decision is not None:
                decide = self.exit if plan.leaving else self.classify
                done = decide(plan.household_id, plan.facts, plan.decision)
            if plan.causes:
                done = self.record_causes(plan.household_id, plan.for_causes, causes=plan.causes)
        except Refusal as refusal:
            return refusal
        return replace(done, notes=notes)


class _ClassificationBatch:
    """Plans asked together: refusals found one by one, the rest saved at once."""

    def __init__(
        self, commands: ClassificationBatchCommands, plans: Sequence[PlannedDecision]
    ) -> None:
        self._commands = commands
        self._casework = commands._casework
        self._asked: list[Household] = []
        self._also: list[CommandResult] = []
        self._records: list[CommandRecord] = []
        recorder: Any = self._casework.recorder
        ids = [
            facts.command_id
            for p in plans
            for facts in (p.facts, p.for_causes, p.for_papers)
            if facts is not None
        ]
        self._done: Mapping[UUID, CommandRecord] = recorder.find_commands(ids)
        self._households = commands.load_many(plan.household_id for plan in plans)
        self._claims = BatchClaims(self._casework.pool, self._casework.keyring)
        self._claims.read(self._claims.identity(one.id_number) for p in plans for one in p.papers)
        self.answers = [self._answer(plan) for plan in plans]
        self._answer_those_done_meanwhile(plans)

    def _answer_those_done_meanwhile(self, plans: Sequence[PlannedDecision]) -> None:
        """A refusal may be the trace of the same commands, done at the same moment."""
        refused = {
            plan.facts.command_id: place
            for place, plan in enumerate(plans)
            if isinstance(self.answers[place], Refusal)
        }
        unknown = refused.keys() - self._done.keys()
        if not unknown:
            return
        recorder: Any = self._casework.recorder
        for id_, found in recorder.find_commands(unknown).items():
            plan = plans[refused[id_]]
            with suppress(CommandReused):
                done = self._casework.repeated(found, self._digest_of_class(plan))
                self.answers[refused[id_]] = outcome(done)

    def _answer(self, plan: PlannedDecision) -> Outcome | Refusal:
        household = self._households.get(plan.household_id)
        if household is None:
            return HouseholdUnknown(household_id=plan.household_id)
        records: list[CommandRecord] = []
        try:
            also, done = self._take_papers(plan, household, records)
            if plan.decision is not None:
                done = self._classify(plan, plan.decision, household, records)
            if plan.causes:
                done = self._record_causes(plan, household, records)
        except Refusal as refusal:
            return refusal
        self._asked.append(household)
        self._records += records
        self._also.append(also)
        self._claims.take(also.claims, "")
        return replace(done, notes=also.notes)

    def _take_papers(
        self, plan: PlannedDecision, household: Household, records: list[CommandRecord]
    ) -> tuple[CommandResult, Outcome]:
        nothing = outcome(
            SaveResult(
                None, {household.id: household.version}, answer_of(household, CommandResult())
            )
        )
        if plan.for_papers is None or not plan.papers:
            return CommandResult(), nothing
        if plan.for_papers.command_id in self._done:
            # Recorded before, and what is asked for again has been corrected since.
            again = CommandReused()
            return CommandResult(
                notes=tuple(paper_note(i, again) for i in range(len(plan.papers)))
            ), nothing
        facts = normalize.context(plan.for_papers)
        before = household.version
        also = self._commands._take_papers(household, facts, plan.papers, plan.source, self._claims)
        if household.version == before:
            return CommandResult(notes=also.notes), nothing
        asked = {
            "household": household.id,
            "papers": [[one.person_id, one.id_number] for one in plan.papers],
        }
        digest = self._casework.digest("change_papers", plan.for_papers, asked)
        return also, self._note(household, facts, digest, records)

    def _classify(
        self,
        plan: PlannedDecision,
        decision: ClassInput,
        household: Household,
        records: list[CommandRecord],
    ) -> Outcome:
        facts = normalize.context(plan.facts)
        digest = self._digest_of_class(plan)
        if plan.facts.command_id in self._done:
            return self._before(plan.facts, digest)
        self._commands._give_class(household, facts, decision, leaving=plan.leaving)
        return self._note(household, facts, digest, records)

    def _digest_of_class(self, plan: PlannedDecision) -> bytes:
        asked = {"household": plan.household_id, "decision": plan.decision}
        command = "exit" if plan.leaving else "classify"
        return self._casework.digest(command, plan.facts, asked)

    def _record_causes(
        self, plan: PlannedDecision, household: Household, records: list[CommandRecord]
    ) -> Outcome:
        facts = normalize.context(plan.for_causes)
        asked = {"household": household.id, "causes": list(plan.causes), "note": ""}
        digest = self._casework.digest("record_causes", plan.for_causes, asked)
        if plan.for_causes.command_id in self._done:
            return self._before(plan.for_causes, digest)
        household.record_causes(facts, causes=plan.causes)
        return self._note(household, facts, digest, records)

    def _before(self, facts: CommandContext, digest: bytes) -> Outcome:
        return outcome(self._casework.repeated(self._done[facts.command_id], digest))

    def _note(
        self,
        household: Household,
        facts: CommandContext,
        digest: bytes,
        records: list[CommandRecord],
    ) -> Outcome:
        done = SaveResult(
            None, {household.id: household.version}, answer_of(household, CommandResult())
        )
        records.append(self._casework.command_record(facts, digest, done))
        return outcome(done)

    def save(self) -> bool:
        """Saves what was not refused; False if somebody else saved something meanwhile."""
        sealers = [sealer for also in self._also for sealer in also.sealers]
        keys, rematched = match_keys(self._asked, sealers, self._casework.keyring)
        try:
            self._casework.events.put(
                [event for one in self._asked for event in one.collect_events()],
                commands=self._records,
                claims=[claim for also in self._also for claim in also.claims],
                keys=[key for sealer in sealers for key in sealer.new_keys],
                match_keys=keys,
                rematched=rematched,
                wait=False,
            )
        except (ClaimTaken, CommandRepeated, IntegrityError):
            return False
        return True
