"""Registering households: one at a time, and thousands at a time from an official list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from domain.commands.claims import ClaimReader, described_key, next_described_key, number_key
from domain.commands.context import CommandContext
from domain.commands.outcome import Claim, Outcome
from domain.errors import Refusal
from domain.households import normalize
from domain.households.commands.assessment import cleaned, standard_for, with_area_type
from domain.households.commands.members import claim_number
from domain.households.commands.registration_batch import (
    PlannedRegistration,
    RegistrationBatch,
    Units,
    gc_paused,
)
from domain.households.commands.runner import (
    ATTEMPTS,
    CommandResult,
    CommandRunner,
    ConcurrentSave,
    Directory,
    outcome,
    settle,
)
from domain.households.errors import HouseholdNumberTaken
from domain.households.household import Household
from domain.households.inputs import ClassInput, NewHousehold
from domain.households.membership import check_entry
from domain.households.number import fold_number
from domain.matching.errors import HouseholdDescribed, PossibleMatch
from domain.matching.evidence import IDENTITY_NUMBER, DescribedHousehold
from domain.matching.keys import identity_text
from domain.matching.matcher import Match, near_of, warnings_about
from domain.matching.records import described_entry
from domain.matching.settlement import Anyway, Settlement, pass_or_refuse


class RegistrationCommands(CommandRunner):
    """Households enter the register."""

    def register(
        self, facts: CommandContext, household: NewHousehold, *, anyway: Anyway | None = None
    ) -> Outcome:
        """Enters a household with its members; the outcome's `persons` are their ids in order.

        Who comes close to it on record is asked last, so that what is wrong with the rest is
        said first: PossibleMatch, unless `anyway` passes it.
        Refused: EmptyHousehold, HeadMissing, PersonTwice, PersonInAnotherHousehold,
        IdentityNumberTaken, HouseholdNumberTaken, HouseholdIdTaken, EffectiveInFuture, what the
        directory refuses, and what is wrong with a member's data (with the index `member`).
        """
        plan = self.plan_registration(facts, household, anyway=anyway)
        earlier = self._casework.earlier(plan.facts, plan.digest)
        if earlier is not None:
            return outcome(earlier)
        met: set[UUID] = set()

        def attempt() -> Outcome:
            registered, also = self._enter(plan)
            match = self._look_around(plan, registered.area, frozenset(met))
            near = [one for one in near_of(match.match) if one.household.ended_on is None]
            if any(IDENTITY_NUMBER in one.evidence.agrees for one in near):
                # Recorded since the numbers were looked up: refused by name the next time.
                raise ConcurrentSave(PossibleMatch(tuple(near)))
            warnings = warnings_about(match.given, plan.facts.effective_on)
            try:
                settled = pass_or_refuse(near, warnings, anyway)
            except PossibleMatch:
                self._enter(plan)  # what was recorded since it was entered is refused by name
                raise
            settle(registered, plan.facts, settled, registered.source)
            apart = match.match.apart | {one.household_id for one in near_of(match.match)}
            try:
                claims = ClaimReader(self._casework.pool, self._casework.keyring)
                also.claims += self._claim_description(plan, registered, claims, apart)
            except HouseholdDescribed as described:
                met.update(_ids(described))
                raise ConcurrentSave(described) from None
            return self._save(registered, plan.facts, plan.digest, also)

        return self._once(plan.facts, plan.digest, attempt)

    def plan_registration(
        self,
        facts: CommandContext,
        household: NewHousehold,
        *,
        decision: ClassInput | None = None,
        causes: Sequence[str] = (),
        needs: Sequence[str] = (),
        anyway: Anyway | None = None,
        settled: Sequence[Settlement] = (),
        apart: frozenset[UUID] | None = None,
    ) -> PlannedRegistration:
        """Checks one registration (with its class, causes and needs) by itself; asks no database.

        `facts.command_id` must be of this household alone and the same on every try, for
        instance uuid5(import id, household's row), so that an import can be run again. The
        decision's paper is `facts.document`. `settled` and `apart` are what the matcher and a
        person said about households that come close. Raises whatever is wrong with it.
        """
        asked: dict[str, Any] = {
            "household": household,
            "decision": decision,
            "causes": list(causes),
            "needs": list(needs),
        }
        if anyway is not None:
            asked["anyway"] = anyway.reason
        digest = self._casework.digest("register", facts, asked)
        facts = normalize.context(facts)
        return PlannedRegistration(
            facts=facts,
            household_id=household.household_id or uuid4(),
            area=household.area,
            entry=normalize.registration(household, facts.effective_on, facts.recorded_on),
            decision=cleaned(decision) if decision else None,
            causes=tuple(causes),
            needs=tuple(needs),
            digest=digest,
            settled=tuple(settled),
            apart=apart,
        )

    def _look_around(
        self, plan: PlannedRegistration, unit: str, also: frozenset[UUID]
    ) -> "_Around":
        """The household as the matcher sees it, and what it says of it."""
        entry = plan.entry
        given = described_entry(unit, entry.village, entry.number, entry.persons)
        (match,) = self.matcher.find([given], also={0: also})
        return _Around(given, match)

    def _check_number(
        self,
        unit: str,
        number: str,
        facts: CommandContext,
        household_id: UUID,
        claims: ClaimReader | None,
    ) -> None:
        """Raises HouseholdNumberTaken where another household has the number."""
        if not fold_number(number):
            return
        claims = claims or ClaimReader(self._casework.pool, self._casework.keyring)
        key = number_key(unit, number)
        now = claims.look([key]).get(key)
        if now is not None and not now.free_for(household_id, facts.effective_on):
            raise HouseholdNumberTaken(area=unit, number=number, household_id=now.holder)

    def _description(self, plan: PlannedRegistration, unit: str) -> bytes:
        """The key of the claim to what a household is known by without number and papers."""
        entry = plan.entry
        given = described_entry(unit, entry.village, entry.number, entry.persons)
        unit_now = self._unit_now(unit, plan.facts.recorded_on)
        return described_key(self._casework.keyring.blind_text(identity_text(unit_now, given)))

    def _claim_description(
        self,
        plan: PlannedRegistration,
        household: Household,
        claims: ClaimReader,
        apart: frozenset[UUID] | None,
    ) -> list[Claim]:
        """The claim to the household's head and village, past those it was told apart from.

        `apart` None is any household recorded before. Raises HouseholdDescribed.
        """
        key, unknown = self._description(plan, household.area), []
        while (holder := claims.holder(key)) is not None and holder != household.id:
            if not (apart is None or holder in apart or claims.is_newcomer(holder)):
                unknown.append(holder)
            key = next_described_key(key, holder)
        if unknown:
            raise HouseholdDescribed(household_id=unknown[0], households=unknown)
        return [Claim(key, household.id, plan.facts.effective_on)]

    def _enter_one_of_many(
        self, plan: PlannedRegistration, directory: Units, claims: ClaimReader
    ) -> tuple[Household, CommandResult]:
        """As `_enter`, with what a person said of it, and the claim to its description."""
        household, also = self._enter(plan, directory, claims)
        settle(household, plan.facts, plan.settled, household.source)
        also.claims += self._claim_description(plan, household, claims, plan.apart)
        return household, also

    def _enter(
        self,
        plan: PlannedRegistration,
        directory: Directory | Units | None = None,
        claims: ClaimReader | None = None,
    ) -> tuple[Household, CommandResult]:
        """The household that a plan makes, with its class, causes and needs, and its claims.

        What is wrong with it alone is refused before anybody is looked for: a refusal about an
        identity number must not come before one that would have come without it.
        """
        facts, entry, household_id = plan.facts, plan.entry, plan.household_id
        unit = (directory or self._directory).require(plan.area, facts.effective_on)
        check_entry(facts, [one.clear["relation"] for one in entry.persons])
        self._check_number(unit, entry.number, facts, household_id, claims)
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
            with gc_paused():
                batch = RegistrationBatch(
                    self._casework,
                    self._directory,
                    self._enter_one_of_many,
                    lambda plan, units: self._description(
                        plan, units.require(plan.area, plan.facts.effective_on)
                    ),
                    plans,
                )
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

    def _saving(
        self, plan: PlannedRegistration
    ) -> tuple[Household, CommandContext, bytes, CommandResult]:
        claims = ClaimReader(self._casework.pool, self._casework.keyring)
        household, also = self._enter_one_of_many(plan, Units(self._directory), claims)
        return household, plan.facts, plan.digest, also


@dataclass(frozen=True, slots=True)
class _Around:
    """A household about to be registered, and what the matcher says of it."""

    given: DescribedHousehold
    match: Match


def _ids(described: HouseholdDescribed) -> list[UUID]:
    """The households that a refusal names."""
    named: Any = described.values["households"]
    return list(named)
