"""Registering households: one at a time, and thousands at a time from an official list."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import IntegrityError
from psycopg_pool import ConnectionPool

from domain.claims import Held, Standing, number_key, person_key
from domain.errors import CommandReused, Refusal
from domain.eventstore.alongside import CommandRecord
from domain.eventstore.errors import ClaimTaken, CommandRepeated
from domain.eventstore.personal import Keyring
from domain.facts import Facts
from domain.households import entering
from domain.households.commands.asking import (
    ATTEMPTS,
    Also,
    Commands,
    Directory,
    again,
    answer_of,
    outcome,
    refused_claim,
)
from domain.households.commands.members import claim_number
from domain.households.commands.standing import cleaned, standard_for, with_area_type
from domain.households.household import Household
from domain.households.inputs import ClassInput, NewHousehold
from domain.recording import Claim, Outcome, Recorded


@dataclass(frozen=True, slots=True)
class PlannedRegistration:
    """A registration checked by itself, ready for `record_many`. Made by `plan_registration`."""

    facts: Facts
    household_id: UUID
    area: str
    entry: entering.Entry = field(repr=False)
    decision: ClassInput | None
    causes: tuple[str, ...]
    needs: tuple[str, ...]
    digest: bytes


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

        return again(attempt)

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
            entry=entering.entry(household, facts.effective_on),
            decision=cleaned(decision) if decision else None,
            causes=tuple(causes),
            needs=tuple(needs),
            digest=digest,
        )

    def _enter(
        self,
        plan: PlannedRegistration,
        units: "Units | None" = None,
        claims: Standing | None = None,
    ) -> tuple[Household, Also]:
        """The household that a plan makes, with its class, causes and needs, and its claims."""
        facts, entry, household_id = plan.facts, plan.entry, plan.household_id
        unit = (units or self._directory).require(plan.area, facts.effective_on)
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
                batch = _Batch(self, plans)
                if dry_run or batch.save():
                    return batch.answers
        # Somebody keeps writing the same things: each by itself, so that one holds up no other.
        return [self._one(plan) for plan in plans]

    def _one(self, plan: PlannedRegistration) -> Outcome | Refusal:
        try:
            earlier = self._casework.earlier(plan.facts, plan.digest)
            if earlier is not None:
                return outcome(earlier)
            return again(lambda: self._save(*self._saving(plan)))
        except Refusal as refusal:
            return refusal

    def _saving(self, plan: PlannedRegistration) -> tuple[Household, Facts, bytes, Also]:
        household, also = self._enter(plan)
        return household, plan.facts, plan.digest, also


@contextmanager
def garbage_kept() -> Iterator[None]:
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


class _Batch:
    """Many registrations asked together: refusals found one by one, the rest saved at once."""

    def __init__(self, commands: Registrations, plans: Sequence[PlannedRegistration]) -> None:
        self._commands = commands
        self._casework = commands._casework
        self._units = Units(commands._directory)
        self._claims = _Claims(self._casework.pool, self._casework.keyring)
        self._asked: dict[UUID, tuple[bytes, int]] = {}
        self._households: list[Household] = []
        self._records: list[CommandRecord] = []
        self._also: list[Also] = []
        self.answers: list[Outcome | Refusal] = []
        recorder: Any = self._casework.recorder
        self._done = recorder.find_commands([plan.facts.command_id for plan in plans])
        self._read_claims(plans)
        for plan in plans:
            try:
                self.answers.append(self._answer(plan))
            except Refusal as refusal:
                self.answers.append(refusal)

    def _read_claims(self, plans: Sequence[PlannedRegistration]) -> None:
        """All claims that the plans could meet, in two queries."""
        keys, persons = [], set()
        for plan in plans:
            if plan.facts.command_id in self._done:
                continue
            for one in plan.entry.persons:
                if one.person_id:
                    persons.add(one.person_id)
                if one.id_number:
                    keys.append(self._claims.identity(one.id_number))
            if plan.entry.number:
                with suppress(Refusal):
                    unit = self._units.require(plan.area, plan.facts.effective_on)
                    keys.append(number_key(unit, plan.entry.number))
        found = self._claims.read(keys)
        persons |= {claim.holder for key, claim in found.items() if key[:1] == b"i"}
        self._claims.read(person_key(one) for one in persons)

    def _answer(self, plan: PlannedRegistration) -> Outcome:
        id_ = plan.facts.command_id
        if id_ in self._done:
            return outcome(self._casework.repeated(self._done[id_], plan.digest))
        if id_ in self._asked:
            digest, place = self._asked[id_]
            if digest != plan.digest:
                raise CommandReused(command_id=id_)
            first = self.answers[place]
            if isinstance(first, Refusal):
                raise first
            return replace(first, repeated=True)
        self._asked[id_] = (plan.digest, len(self.answers))
        household, also = self._commands._enter(plan, self._units, self._claims)
        self._claims.take(also.claims)
        self._households.append(household)
        self._also.append(also)
        done = Recorded(None, {household.id: household.version}, answer_of(household, also))
        self._records.append(self._casework.command_record(plan.facts, plan.digest, done))
        return Outcome(household.id, household.version, persons=also.persons, notes=also.notes)

    def save(self) -> bool:
        """Saves what was not refused; False if somebody else took something meanwhile."""
        try:
            self._casework.events.put(
                [event for one in self._households for event in one.collect_events()],
                commands=self._records,
                claims=[claim for also in self._also for claim in also.claims],
                keys=[key for also in self._also for s in also.sealers for key in s.new_keys],
                wait=False,
            )
        except (ClaimTaken, CommandRepeated, IntegrityError):
            return False
        return True


class _Claims(Standing):
    """The claims that a batch meets: read once, and those that the batch itself takes."""

    def __init__(self, pool: ConnectionPool[Any], keyring: Keyring) -> None:
        super().__init__(pool, keyring)
        self._stands: dict[bytes, Held] = {}
        self._keys: dict[str, bytes] = {}

    def identity(self, id_number: str) -> bytes:
        """The key of the claim to an identity number, made once for each."""
        key = self._keys.get(id_number)
        if key is None:
            key = self._keys[id_number] = super().identity(id_number)
        return key

    def read(self, keys: Iterable[bytes]) -> Mapping[bytes, Held]:
        """Reads claims from the store, to be found by `look`."""
        found = super().look(keys)
        self._stands.update(found)
        return found

    def look(self, keys: Iterable[bytes]) -> Mapping[bytes, Held]:
        """The claims among those read and taken."""
        return {key: self._stands[key] for key in keys if key in self._stands}

    def take(self, claims: Sequence[Claim]) -> None:
        """Takes all these claims, or none; raises the refusal by name."""
        for claim in claims:
            now = self._stands.get(claim.key)
            if now is not None and not now.free_for(claim.holder, claim.since):
                raise refused_claim(ClaimTaken(((claim.key, now.holder),)))
        for claim in claims:
            self._stands[claim.key] = Held(claim.holder, claim.since, None)


class Units:
    """The directory, asked once for each area and day of a batch."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._found: dict[tuple[str, date], str | Refusal] = {}

    def require(self, area: str, on: date) -> str:
        """As the directory's own."""
        if (area, on) not in self._found:
            try:
                self._found[area, on] = self._directory.require(area, on)
            except Refusal as refusal:
                self._found[area, on] = refusal
        found = self._found[area, on]
        if isinstance(found, Refusal):
            raise type(found)(found.message, **found.values)
        return found
