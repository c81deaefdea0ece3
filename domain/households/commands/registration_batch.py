"""Many registrations at a time: asked together, refused one by one, saved at once."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError
from psycopg_pool import ConnectionPool

from domain.commands.claims import ClaimReader, StoredClaim, number_key, person_key
from domain.commands.context import CommandContext
from domain.commands.outcome import Claim, Outcome, SaveResult
from domain.errors import CommandReused, Refusal
from domain.eventstore.companions import CommandRecord
from domain.eventstore.errors import ClaimTaken, CommandRepeated
from domain.eventstore.personal import Keyring
from domain.households import normalize
from domain.households.commands.runner import (
    CommandResult,
    Directory,
    answer_of,
    outcome,
    refusal_of_claim,
)
from domain.households.household import Household
from domain.households.inputs import ClassInput
from domain.matching.records import match_keys
from domain.matching.settlement import Settlement

if TYPE_CHECKING:
    from domain.application import SocaiApplication


@dataclass(frozen=True, slots=True)
class PlannedRegistration:
    """A registration checked by itself, ready for `record_many`. Made by `plan_registration`.

    `settled` is what a person said about households that come close. `apart` are households that
    the matcher or a person told apart from it; None where nobody has asked the matcher: then it
    is told apart from any that was recorded before.
    """

    facts: CommandContext
    household_id: UUID
    area: str
    entry: normalize.Registration = field(repr=False)
    decision: ClassInput | None
    causes: tuple[str, ...]
    needs: tuple[str, ...]
    digest: bytes
    settled: tuple[Settlement, ...] = ()
    apart: frozenset[UUID] | None = None


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


class RegistrationBatch:
    """Many registrations asked together: refusals found one by one, the rest saved at once."""

    def __init__(
        self,
        casework: "SocaiApplication",
        directory: Directory,
        enter: Callable[
            [PlannedRegistration, "Units", "BatchClaims"], tuple[Household, CommandResult]
        ],
        described: Callable[[PlannedRegistration, "Units"], bytes],
        plans: Sequence[PlannedRegistration],
    ) -> None:
        self._casework = casework
        self._enter = enter
        self._described = described
        self._units = Units(directory)
        self._claims = BatchClaims(self._casework.pool, self._casework.keyring)
        self._asked: dict[UUID, tuple[bytes, int]] = {}
        self._households: list[Household] = []
        self._records: list[CommandRecord] = []
        self._also: list[CommandResult] = []
        self.answers: list[Outcome | Refusal] = []
        recorder: Any = self._casework.recorder
        self._done = recorder.find_commands([plan.facts.command_id for plan in plans])
        self._read_claims(plans)
        for plan in plans:
            try:
                self.answers.append(self._answer(plan))
            except Refusal as refusal:
                self.answers.append(refusal)
        self._answer_those_done_meanwhile(plans)

    def _answer_those_done_meanwhile(self, plans: Sequence[PlannedRegistration]) -> None:
        """A refusal may be the trace of the same command, done singly at the same moment."""
        refused = {
            plan.facts.command_id: place
            for place, plan in enumerate(plans)
            if isinstance(self.answers[place], Refusal) and plan.facts.command_id not in self._done
        }
        if not refused:
            return
        recorder: Any = self._casework.recorder
        for id_, found in recorder.find_commands(refused).items():
            with suppress(CommandReused):
                done = self._casework.repeated(found, plans[refused[id_]].digest)
                self.answers[refused[id_]] = outcome(done)

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
            with suppress(Refusal):
                keys.append(self._described(plan, self._units))
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
        household, also = self._enter(plan, self._units, self._claims)
        self._claims.take(also.claims, household.number)
        self._households.append(household)
        self._also.append(also)
        done = SaveResult(None, {household.id: household.version}, answer_of(household, also))
        self._records.append(self._casework.command_record(plan.facts, plan.digest, done))
        return Outcome(household.id, household.version, persons=also.persons, notes=also.notes)

    def save(self) -> bool:
        """Saves what was not refused; False if somebody else took something meanwhile."""
        keys, _ = match_keys(
            self._households,
            [sealer for also in self._also for sealer in also.sealers],
            self._casework.keyring,
        )
        known = {one for also in self._also for one in also.known}
        try:
            self._casework.events.put(
                [event for one in self._households for event in one.collect_events()],
                match_keys=keys,
                rematched=sorted({key.household for key in keys if key.person in known}),
                commands=self._records,
                claims=[claim for also in self._also for claim in also.claims],
                keys=[key for also in self._also for s in also.sealers for key in s.new_keys],
                wait=False,
            )
        except (ClaimTaken, CommandRepeated, IntegrityError):
            return False
        return True


class BatchClaims(ClaimReader):
    """The claims that a batch meets: read once, and those that the batch itself takes."""

    def __init__(self, pool: ConnectionPool[Any], keyring: Keyring) -> None:
        super().__init__(pool, keyring)
        self._stands: dict[bytes, StoredClaim] = {}
        self._asked: set[bytes] = set()
        self._newcomers: set[UUID] = set()
        self._keys: dict[str, bytes] = {}

    def identity(self, id_number: str) -> bytes:
        """The key of the claim to an identity number, made once for each."""
        key = self._keys.get(id_number)
        if key is None:
            key = self._keys[id_number] = super().identity(id_number)
        return key

    def read(self, keys: Iterable[bytes]) -> Mapping[bytes, StoredClaim]:
        """Reads claims from the store, to be found by `look`."""
        wanted = list(keys)
        found = super().look(wanted)
        self._asked.update(wanted)
        self._stands.update(found)
        return found

    def look(self, keys: Iterable[bytes]) -> Mapping[bytes, StoredClaim]:
        """The claims among those read and taken."""
        return {key: self._stands[key] for key in keys if key in self._stands}

    def holder(self, key: bytes) -> UUID | None:
        """Who holds this key now, in the batch or before it."""
        if key not in self._asked:
            self.read([key])
        return super().holder(key)

    def is_newcomer(self, holder: UUID) -> bool:
        """Whether the holder is a household of this batch."""
        return holder in self._newcomers

    def take(self, claims: Sequence[Claim], number: str) -> None:
        """Takes all these claims, or none; raises the refusal by name.

        `number` is the household number as it was written.
        """
        for claim in claims:
            now = self._stands.get(claim.key)
            if now is not None and not now.free_for(claim.holder, claim.since):
                raise refusal_of_claim(ClaimTaken(((claim.key, now.holder),)), [number])
        for claim in claims:
            self._stands[claim.key] = StoredClaim(claim.holder, claim.since, None)
            if claim.key[:1] == b"w":
                self._newcomers.add(claim.holder)


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
