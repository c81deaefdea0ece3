"""Registrations enter households in the register: one as it is typed in, many of a list."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid4

from domain import text
from domain.commands.batch import PlannedCommand
from domain.commands.claims import Claim
from domain.commands.command import IF_GIVEN, LEFT_OUT, CommandContext, CommandResult
from domain.commands.runner import ATTEMPTS, ConcurrentSave
from domain.errors import Refusal
from domain.eventstore.personal import Personal
from domain.households.claims import (
    claim_number,
    described_key,
    next_described_key,
    number_key,
    person_key,
)
from domain.households.codes import RESIDENCES
from domain.households.decisions import ClassInput, cleaned, decide_class
from domain.households.errors import (
    EffectiveInFuture,
    EmptyHousehold,
    HeadMissing,
    HouseholdIdTaken,
    HouseholdNumberTaken,
    PersonTwice,
)
from domain.households.events import Flags, Member, Registered
from domain.households.handler import HouseholdCommand, HouseholdServices, clean_context
from domain.households.household import Household
from domain.households.needs_and_plan import record_causes, record_needs
from domain.households.newcomers import newcomers
from domain.households.number import fold_number
from domain.households.person import NewMember, Person, checked_person
from domain.households.person_name import village
from domain.households.settlements import record_passed
from domain.matching.errors import HouseholdDescribed, PossibleMatch
from domain.matching.evidence import IDENTITY_NUMBER, DescribedHousehold
from domain.matching.keys import identity_text
from domain.matching.matcher import near_of, warnings_about
from domain.matching.records import described_entry
from domain.matching.settlement import Anyway, Settlement, pass_or_refuse


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """A household as it enters the register; exactly one member has the relation "head".

    `area` is a unit id ("CODE@YYYY-MM-DD") or a bare code, read as of the effective date.
    `number` is the household number in its commune, "" if it has none. `source` is "entry" or
    "import:ID".
    """

    area: str
    village: str
    members: tuple[NewMember, ...]
    number: str = ""
    address: str = field(default="", repr=False)
    residence: str = "permanent"
    no_labour_capacity: bool | None = None
    ethnic_minority: bool | None = None
    meritorious: bool | None = None
    source: str = "entry"
    household_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A household checked, its persons in the order given."""

    number: str
    village: str
    address: str = field(repr=False)
    residence: str
    flags: Flags
    source: str
    persons: tuple[Person, ...]
    notes: tuple[str, ...]


def checked_registration(given: NewHousehold, on: date, recorded_on: date) -> Registration:
    """A household as of a day. A refusal about a person names the index of that `member`."""
    persons = []
    for index, one in enumerate(given.members):
        try:
            persons.append(checked_person(one, on, recorded_on))
        except Refusal as refusal:
            refusal.values["member"] = index
            raise
    numbers = [one.id_number for one in persons if one.id_number]
    if len(set(numbers)) < len(numbers):
        repeated = [i for i, one in enumerate(persons) if numbers.count(one.id_number) > 1]
        raise PersonTwice(members=repeated)
    return Registration(
        number=text.clean("number", given.number, text.CODE),
        village=village("village", given.village),
        address=text.clean("address", given.address, text.NOTE),
        residence=text.known("residence", given.residence, RESIDENCES),
        flags=Flags(given.no_labour_capacity, given.ethnic_minority, given.meritorious),
        source=text.required("source", given.source),
        persons=tuple(persons),
        notes=tuple(
            f"members/{index}/{note}" for index, one in enumerate(persons) for note in one.notes
        ),
    )


@dataclass(frozen=True, slots=True)
class RegisterHousehold(HouseholdCommand):
    """A household is entered with its members; the outcome's `persons` are their ids in order.

    Households on record that come close are looked for last, so that what is wrong with the rest
    is said first: PossibleMatch, unless `anyway` passes it.
    Refused: EmptyHousehold, HeadMissing, PersonTwice, PersonInAnotherHousehold,
    IdentityNumberTaken, HouseholdNumberTaken, HouseholdIdTaken, EffectiveInFuture, what the
    directory refuses, and what is wrong with a member's data (with the index `member`).
    """

    NAME: ClassVar[str] = "register"
    household: NewHousehold
    anyway: Anyway | None = field(default=None, metadata=IF_GIVEN)

    def arguments(self) -> dict[str, object]:
        """The values that the fingerprint is made of: with those that a list gives beside the
        household."""
        of_list: dict[str, object] = {"decision": None, "causes": (), "needs": ()}
        return {**HouseholdCommand.arguments(self), **of_list}

    def result(
        self, services: HouseholdServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The household with its claims. Looks again where another came first."""
        checked = checked_registration(self.household, context.effective_on, context.recorded_on)
        entry = _Entry(self.household, checked, context, services)
        met: frozenset[UUID] = frozenset()
        for left in range(ATTEMPTS - 1, -1, -1):
            try:
                return self._entered(entry, met)
            except HouseholdDescribed as described:
                if not left:
                    raise
                met |= described.households
        raise AssertionError("unreachable")

    def _entered(self, entry: "_Entry", met: frozenset[UUID]) -> CommandResult:
        household, result = entry.enter()
        context, services = entry.context, entry.services
        given = entry.described(household.area)
        (match,) = services.matcher.find([given], also={0: met})
        close = near_of(match)
        near = [one for one in close if one.household.ended_on is None]
        if any(IDENTITY_NUMBER in one.evidence.agrees for one in near):
            # Recorded since the numbers were looked up: refused by name the next time.
            raise ConcurrentSave(PossibleMatch(tuple(near)))
        warnings = warnings_about(given, context.effective_on)
        try:
            settled = pass_or_refuse(near, warnings, self.anyway)
        except PossibleMatch:
            entry.enter()  # what was recorded since it was entered is refused by name
            raise
        record_passed(household, result, context, services, settled, household.source)
        apart = match.apart | {one.household_id for one in close}
        result.claims += entry.claim_description(household, apart)
        return result


@dataclass(frozen=True, slots=True)
class RegisterListedHousehold(HouseholdCommand):
    """A household of an official list is entered, with its class, causes and needs.

    The decision's paper is that of the context. `settled` is what a person said about households
    that come close. `apart` are households that the matcher or a person told apart from it; None
    where the matcher was not asked: then it is told apart from any that was recorded before.
    `checked` is the household as `plan_registration` has checked it.
    """

    NAME: ClassVar[str] = "register"
    household: NewHousehold
    decision: ClassInput | None = None
    causes: Sequence[str] = ()
    needs: Sequence[str] = ()
    settled: Sequence[Settlement] = field(default=(), metadata=LEFT_OUT)
    apart: frozenset[UUID] | None = field(default=None, metadata=LEFT_OUT)
    checked: Registration | None = field(default=None, repr=False, metadata=LEFT_OUT)

    def _entry(self, context: CommandContext, services: HouseholdServices) -> "_Entry":
        checked = self.checked or checked_registration(
            self.household, context.effective_on, context.recorded_on
        )
        return _Entry(self.household, checked, context, services)

    def keys_needed(self, services: HouseholdServices, context: CommandContext) -> Iterable[bytes]:
        """The claims to its persons, identity numbers, number and description."""
        return self._entry(context, services).keys_needed()

    def result(
        self, services: HouseholdServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The household with its claims."""
        entry = self._entry(context, services)
        household, result = entry.enter()
        if self.decision is not None:
            decide_class(household, context, self.decision, services)
        if self.causes:
            record_causes(household, context, causes=tuple(self.causes))
        if self.needs:
            record_needs(household, context, needs=tuple(self.needs))
        record_passed(household, result, context, services, self.settled, household.source)
        result.claims += entry.claim_description(household, self.apart)
        return result


def plan_registration(
    context: CommandContext, command: RegisterListedHousehold
) -> PlannedCommand[RegisterListedHousehold]:
    """The registration with its household checked by itself; asks no database.

    `context.command_id` must be of this household alone and the same on every try, for instance
    made of the list's row, so that an import can be run again. Raises whatever is wrong with it.
    """
    household = command.household
    clean_context(context)
    checked = checked_registration(household, context.effective_on, context.recorded_on)
    if command.decision is not None:
        cleaned(command.decision)
    return PlannedCommand(replace(command, checked=checked), context)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One household on its way into the register."""

    given: NewHousehold
    checked: Registration
    context: CommandContext
    services: HouseholdServices

    def unit(self) -> str:
        """The unit that it is entered in. Raises what the directory refuses."""
        return self.services.directory.require(self.given.area, self.context.effective_on)

    def enter(self) -> tuple[Household, CommandResult]:
        """The household with its claims.

        What is wrong with it alone is refused before its persons are looked up: a refusal about
        an identity number must not come before one that would have come without it.
        """
        context, checked = self.context, self.checked
        household_id = self.given.household_id or uuid4()
        unit = self.unit()
        check_entry(context, [one.clear["relation"] for one in checked.persons])
        self._check_number(unit, household_id)
        itself = (household_id,) if checked.address else ()
        came = newcomers(checked.persons, household_id, context, self.services, itself)
        address = None
        if checked.address:
            address = came.sealer.seal(household_id, {"address": checked.address})
        household = enter(
            context,
            household_id=household_id,
            number=checked.number,
            area=unit,
            village=checked.village,
            address=address,
            residence=checked.residence,
            members=came.members,
            flags=checked.flags,
            source=checked.source,
        )
        result = came.result(household)
        result.claims += claim_number(household_id, unit, checked.number, context)
        result.notes += checked.notes
        result.id_taken = HouseholdIdTaken(household_id=household_id)
        return household, result

    def described(self, unit: str) -> DescribedHousehold:
        """The household as the matcher sees it."""
        checked = self.checked
        return described_entry(unit, checked.village, checked.number, checked.persons)

    def claim_description(self, household: Household, apart: frozenset[UUID] | None) -> list[Claim]:
        """The claim to the household's head and village, past those it was told apart from.

        `apart` None is any household recorded before. Raises HouseholdDescribed.
        """
        claims, key, unknown = self.services.claims, self._description(household.area), []
        while (holder := claims.holder(key)) is not None and holder != household.id:
            if not (apart is None or holder in apart or claims.is_newcomer(holder)):
                unknown.append(holder)
            key = next_described_key(key, holder)
        if unknown:
            raise HouseholdDescribed(household_id=unknown[0], households=unknown)
        return [Claim(key, household.id, self.context.effective_on)]

    def _description(self, unit: str) -> bytes:
        """The key of the claim to what a household is known by without number and papers."""
        unit_now = self.services.unit_now(unit, self.context.recorded_on)
        text = identity_text(unit_now, self.described(unit))
        return described_key(self.services.keyring.blind_text(text))

    def _check_number(self, unit: str, household_id: UUID) -> None:
        """Raises HouseholdNumberTaken where another household has the number."""
        number = self.checked.number
        if not fold_number(number):
            return
        key = number_key(unit, number)
        now = self.services.claims.look([key]).get(key)
        if now is not None and not now.free_for(household_id, self.context.effective_on):
            raise HouseholdNumberTaken(area=unit, number=number, household_id=now.holder)

    def keys_needed(self) -> Iterator[bytes]:
        """The keys of the claims that entering it meets."""
        for one in self.checked.persons:
            if one.person_id:
                yield person_key(one.person_id)
            if one.id_number:
                yield self.services.identity_key(one.id_number)
        with suppress(Refusal):
            unit = self.unit()
            if self.checked.number:
                yield number_key(unit, self.checked.number)
            yield self._description(unit)


def enter(
    context: CommandContext,
    *,
    household_id: UUID,
    number: str,
    area: str,
    village: str,
    address: Personal | None,
    residence: str,
    members: tuple[Member, ...],
    flags: Flags,
    source: str,
    split_from: UUID | None = None,
) -> Household:
    """Enters a household; one of the members is the head. `area` is a unit id in force then."""
    check_entry(context, [one.relation for one in members])
    heads = [one.person_id for one in members if one.relation == "head"]
    if len({one.person_id for one in members}) < len(members):
        raise PersonTwice()
    return Household._create(
        Registered,
        id=household_id,
        timestamp=context.recorded_at,
        effective_on=context.effective_on,
        actor=context.actor,
        command_id=context.command_id,
        document=context.document,
        number=number,
        area=area,
        village=village,
        address=address,
        residence=residence,
        head=heads[0],
        members=members,
        flags=flags,
        source=source,
        split_from=split_from,
    )


def check_entry(context: CommandContext, relations: Sequence[str]) -> None:
    """Refuses an entry by its day and the relations of its members alone."""
    if context.effective_on > context.recorded_on:
        raise EffectiveInFuture(effective_on=context.effective_on, recorded_on=context.recorded_on)
    if not relations:
        raise EmptyHousehold()
    heads = sum(relation == "head" for relation in relations)
    if heads != 1:
        raise HeadMissing(heads=heads)
