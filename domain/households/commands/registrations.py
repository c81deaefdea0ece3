"""Registering households: one at a time, and thousands at a time from an official list."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from domain.claims import Standing
from domain.errors import Refusal
from domain.facts import Facts
from domain.households import entering
from domain.households.commands.asking import (
    ATTEMPTS,
    Also,
    Commands,
    Directory,
    outcome,
)
from domain.households.commands.batch import Batch, PlannedRegistration, Units, garbage_kept
from domain.households.commands.members import claim_number
from domain.households.commands.standing import cleaned, standard_for, with_area_type
from domain.households.household import Household
from domain.households.inputs import ClassInput, NewHousehold
from domain.recording import Outcome


class Registrations(Commands):
    """Households enter the register."""

    def register(self, facts: Facts, household: NewHousehold) -> Outcome:
        """Enters a household with its members; the outcome's `persons` are their ids in order.

        Refused: EmptyHousehold, HeadMissing, PersonTwice, PersonInAnotherHousehold,
        IdentityNumberTaken, HouseholdNumberTaken, HouseholdIdTaken, EffectiveInFuture, what the
        directory refuses, and what is wrong with a member's data (with the index `member`).
        """
        plan = self.plan_registration(facts, household)
        earlier = self._casework.earlier(plan.facts, plan.digest)
        if earlier is not None:
            return outcome(earlier)

        def attempt() -> Outcome:
            registered, also = self._enter(plan)
            return self._save(registered, plan.facts, plan.digest, also)

        return self._once(plan.facts, plan.digest, attempt)

    def plan_registration(
        self,
        facts: Facts,
        household: NewHousehold,
        *,
        decision: ClassInput | None = None,
        causes: Sequence[str] = (),
        needs: Sequence[str] = (),
    ) -> PlannedRegistration:
        """Checks one registration (with its class, causes and needs) by itself; asks no database.

        `facts.command_id` must be of this household alone and the same on every try, for
        instance uuid5(import id, household's row), so that an import can be run again. The
        decision's paper is `facts.document`. Raises whatever is wrong with it.
        """
        asked: dict[str, Any] = {
            "household": household,
            "decision": decision,
            "causes": list(causes),
            "needs": list(needs),
        }
        digest = self._casework.digest("register", facts, asked)
        facts = entering.facts(facts)
        return PlannedRegistration(
            facts=facts,
            household_id=household.household_id or uuid4(),
            area=household.area,
            entry=entering.entry(household, facts.effective_on, facts.recorded_on),
            decision=cleaned(decision) if decision else None,
            causes=tuple(causes),
            needs=tuple(needs),
            digest=digest,
        )

    def _enter(
        self,
        plan: PlannedRegistration,
        directory: Directory | Units | None = None,
        claims: Standing | None = None,
    ) -> tuple[Household, Also]:
        """The household that a plan makes, with its class, causes and needs, and its claims."""
        facts, entry, household_id = plan.facts, plan.entry, plan.household_id
        unit = (directory or self._directory).require(plan.area, facts.effective_on)
        itself = (household_id,) if entry.address else ()
        members, also = self._newcomers(entry.persons, household_id, facts, claims, itself)
        address = None
        if entry.address:
            address = also.sealers[0].seal(household_id, {"address": entry.address})
        household = Household.enter(
            facts,
            household_id=household_id,
            number=entry.number,
            area=unit,
            village=entry.village,
            address=address,
            residence=entry.residence,
            members=members,
            flags=entry.flags,
            source=entry.source,
        )
        also.claims += claim_number(household_id, unit, entry.number, facts)
        also.notes += entry.notes
        if plan.decision is not None:
            standard = standard_for(self._casework.standards, plan.decision, facts)
            decision = with_area_type(self._directory, plan.decision, household, facts)
            household.classify(facts, decision, standard)
        if plan.causes:
            household.record_causes(facts, causes=plan.causes)
        if plan.needs:
            household.record_needs(facts, needs=plan.needs)
        return household, also

    def record_many(
        self, plans: Sequence[PlannedRegistration], *, dry_run: bool = False
    ) -> list[Outcome | Refusal]:
        """Saves many registrations, thousands in one transaction; answers each, in order.

        A refusal of one (a person who is already elsewhere, a number taken, a reused command)
        is in the list in its place and touches no other; `seq` is None. With `dry_run` nothing
        is saved, and the answers are what would have been.
        """
        for _ in range(ATTEMPTS):
            with garbage_kept():
                batch = Batch(self._casework, self._directory, self._enter, plans)
                if dry_run or batch.save():
                    return batch.answers
        # Somebody keeps writing the same things: each by itself, so that one holds up no other.
        return [self._one(plan) for plan in plans]

    def _one(self, plan: PlannedRegistration) -> Outcome | Refusal:
        try:
            earlier = self._casework.earlier(plan.facts, plan.digest)
            if earlier is not None:
                return outcome(earlier)
            return self._once(plan.facts, plan.digest, lambda: self._save(*self._saving(plan)))
        except Refusal as refusal:
            return refusal

    def _saving(self, plan: PlannedRegistration) -> tuple[Household, Facts, bytes, Also]:
        household, also = self._enter(plan)
        return household, plan.facts, plan.digest, also
