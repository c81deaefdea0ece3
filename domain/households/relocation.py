"""A household as a whole moves, splits, merges into another one, ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar
from uuid import UUID, uuid4

from domain import text
from domain.commands.claims import Claim, Release
from domain.commands.command import IF_GIVEN, LEFT_OUT, CommandContext, CommandResult
from domain.commands.runner import require_version
from domain.eventstore.personal import Personal
from domain.households import events
from domain.households.claims import claim_number, past_key, person_key, release_number
from domain.households.codes import DISSOLVE_REASONS, RELATIONS
from domain.households.decisions import carry_class
from domain.households.errors import (
    EmptyHousehold,
    HeadMissing,
    HeadNeedsSuccessor,
    HouseholdIdTaken,
    RelationMissing,
    SameHousehold,
)
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household
from domain.households.members import change_head, may_come, may_go
from domain.households.person_name import village as village_name
from domain.households.registration import enter
from domain.households.settlements import confirm_head, record_settlements
from domain.matching.evidence import BIRTH, NAME, PERSON_TWICE, compare_persons
from domain.matching.records import describe
from domain.matching.settlement import Anyway, Settlement, pass_or_refuse


@dataclass(frozen=True, slots=True)
class MoveHousehold(HouseholdChange):
    """A household moves within a commune or to another one.

    `area` is a unit id or a code, in force on the effective date; "" is the same commune, or
    the one that has taken over all its land. `address` None keeps it within a commune and
    leaves it out between communes; so does `number`. A commune that took over the land of the
    former one, or a part of it, counts as the same. Refused: HouseholdNumberTaken, and what
    the directory refuses.
    """

    NAME: ClassVar[str] = "move"
    village: str
    area: str = ""
    address: str | None = field(default=None, repr=False)
    number: str | None = None

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the move, and moves the household number."""
        unit = _commune(self.area, household, context, services)
        here = _same_land(household, unit, context, services)
        result = CommandResult(household)
        sealed = household.address if here else None
        if self.address is not None:
            sealed, result.sealers = services.address(household.id, household.address, self.address)
        now = household.number if here else ""
        if self.number is not None:
            now = text.clean("number", self.number, text.CODE)
        if (unit, now) != (household.area, household.number):
            result.releases = release_number(household, context)
            result.claims = claim_number(household.id, unit, now, context)
        move(
            household,
            context,
            area=unit,
            village=village_name("village", self.village),
            number=now,
            address=sealed,
        )
        return result


@dataclass(frozen=True, slots=True)
class SplitHousehold(HouseholdChange):
    """Some members form a household of their own; both are saved together.

    `persons` maps those who go to their relation to their head, one of them. `new_head`
    heads those who stay, where the head goes. With `keep_class` the new household carries the
    class of the old one, which needs the paper that says so; without it, it has none until
    it is classified. `area` "" is the same commune, or the one that has taken over all its
    land. The outcome's `created` is its id. A child as head of either household is
    PossibleMatch, unless `anyway` passes the warning.
    """

    NAME: ClassVar[str] = "split"
    persons: Mapping[UUID, str]
    village: str
    area: str = ""
    address: str = field(default="", repr=False)
    number: str = ""
    new_head: UUID | None = None
    keep_class: bool = False
    new_household_id: UUID | None = None
    anyway: Anyway | None = field(default=None, metadata=IF_GIVEN)

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the split, and the new household with its claims."""
        created = self.new_household_id or uuid4()
        number = text.clean("number", self.number, text.CODE)
        unit = _commune(self.area, household, context, services)
        sealed, sealers = services.address(created, None, self.address)
        new = split(
            household,
            context,
            new_household=created,
            persons=self.persons,
            area=unit,
            village=village_name("village", self.village),
            number=number,
            address=sealed,
            new_head=self.new_head,
        )
        if self.keep_class:
            carry_class(household, context, new)
        confirm_head(new, context, services, self.anyway)
        if self.new_head is not None:
            confirm_head(household, context, services, self.anyway)
        result = CommandResult(
            household,
            others=[new],
            claims=claim_number(created, unit, number, context),
            sealers=sealers,
            created=created,
            id_taken=HouseholdIdTaken(household_id=created),
        )
        _go_over(result, tuple(self.persons), household, new, context)
        return result


@dataclass(frozen=True, slots=True)
class MergeHousehold(HouseholdChange):
    """All members go over into household `into`, and this one ends; both are saved together.

    `relations` maps each of them to the relation to the head there. A person who seems to
    be recorded in both is PossibleMatch, unless `anyway` passes it.
    """

    NAME: ClassVar[str] = "merge"
    into: UUID
    relations: Mapping[UUID, str]
    into_version: int | None = field(default=None, metadata=LEFT_OUT)
    anyway: Anyway | None = field(default=None, metadata=IF_GIVEN)

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the merger in both households."""
        other = household if self.into == household.id else services.load(self.into)
        require_version(other, self.into_version)
        merge_into(household, context, other, relations=self.relations)
        settled = self._settled(other, services)
        record_settlements(other, context, settled, "entry")
        result = CommandResult(
            household, others=[other], releases=release_number(household, context)
        )
        _go_over(result, tuple(self.relations), household, other, context)
        return result

    def _settled(self, household: Household, services: HouseholdServices) -> tuple[Settlement, ...]:
        """What is recorded where one of those who came seems to be in the household already,
        under another id."""
        revealed = services.keyring.reveal_many(one.private for one in household.members.values())
        members = describe(household, lambda p: revealed.get((p.subject, p.sealed))).members
        for one in members:
            for other in members:
                if one.person not in self.relations or other.person in self.relations:
                    continue
                agrees, _, differs = compare_persons(one, other)
                if {NAME, BIRTH} <= agrees and not differs:
                    return pass_or_refuse((), (PERSON_TWICE,), self.anyway)
        return ()


@dataclass(frozen=True, slots=True)
class DissolveHousehold(HouseholdChange):
    """A household ends: `reason` is a code of DISSOLVE_REASONS."""

    NAME: ClassVar[str] = "dissolve"
    reason: str

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the end, and lets the number and the members go."""
        left, day = tuple(household.members), context.effective_on
        dissolve(household, context, reason=self.reason)
        persons = (Release(person_key(person), household.id, day) for person in left)
        releases = [*release_number(household, context), *persons]
        return CommandResult(household, releases=releases)


def _commune(
    area: str, household: Household, context: CommandContext, services: HouseholdServices
) -> str:
    """The commune named, or where the household lives on the effective date."""
    if area:
        return services.directory.require(area, context.effective_on)
    return services.directory.commune_of(household.area, context.effective_on)


def _same_land(
    household: Household, unit: str, context: CommandContext, services: HouseholdServices
) -> bool:
    """Whether a commune is the household's own, or stands on land of that one."""
    if unit == household.area:
        return True
    on = context.effective_on
    return unit in services.directory.communes_on_land_of(household.area, on)


def _go_over(
    result: CommandResult,
    persons: tuple[UUID, ...],
    old: Household,
    new: Household,
    context: CommandContext,
) -> None:
    """The claims to persons pass from one household to another on the day they go over."""
    day = context.effective_on
    for person in persons:
        result.releases.append(Release(person_key(person), old.id, day))
        result.claims.append(Claim(person_key(person), new.id, day))
        result.claims.append(Claim(past_key(person, old.id), old.id, old.stays[person][-1].since))


def move(
    household: Household,
    context: CommandContext,
    *,
    area: str,
    village: str,
    number: str,
    address: Personal | None,
) -> None:
    """It lives elsewhere from the effective date on; the same place again records nothing.

    Moves come in the order of their dates, and not before a correction of the place.
    """
    household.require_open_on(context)
    here = (household.area, household.village, household.number, household.address)
    if (area, village, number, address) == here:
        return
    corrected = [
        household.corrected_on.get((None, what)) for what in ("village", "number", "address")
    ]
    household.require_not_before(context, household.placed_on, *corrected)
    household.record(
        events.Moved,
        context,
        area_before=household.area,
        village_before=household.village,
        area=area,
        village=village,
        number=number,
        address=address,
    )


def split(
    household: Household,
    context: CommandContext,
    *,
    new_household: UUID,
    persons: Mapping[UUID, str],
    area: str,
    village: str,
    number: str,
    address: Personal | None,
    new_head: UUID | None = None,
) -> Household:
    """Some members go; the household they form is returned, to be saved together with this one.

    `persons` maps them to their relation to their head, who is one of them. `new_head` heads
    those who stay if the head goes.
    """
    household.require_open_on(context)
    if not persons or len(persons) >= len(household.members):
        raise EmptyHousehold(going=len(persons), members=len(household.members))
    going = tuple(persons)
    may_go(household, context, going)
    if new_head in persons or (household.head in persons and new_head is None):
        raise HeadNeedsSuccessor(head=household.head)
    if new_head is not None:
        change_head(household, context, head=new_head, reason="split")
    people = relate(household, persons)
    if sum(one.relation == "head" for one in people) != 1:
        raise HeadMissing(heads=sum(one.relation == "head" for one in people))
    household.record(events.SplitOff, context, new_household=new_household, persons=going)
    return enter(
        context,
        household_id=new_household,
        number=number,
        area=area,
        village=village,
        address=address,
        residence=household.residence,
        members=people,
        flags=events.Flags(),
        source="split",
        split_from=household.id,
    )


def relate(household: Household, relations: Mapping[UUID, str]) -> tuple[events.Member, ...]:
    """The members named, each with the relation that it has elsewhere."""
    return tuple(
        replace(household.members[person], relation=text.known("relation", relation, RELATIONS))
        for person, relation in relations.items()
    )


def merge_into(
    household: Household, context: CommandContext, into: Household, *, relations: Mapping[UUID, str]
) -> None:
    """All members go over into another household and this one ends; both are saved together.

    `relations` maps every member to the relation to the head there. Refused before anything
    else recorded about this household.
    """
    household.require_open_on(context)
    if into.id == household.id:
        raise SameHousehold(household_id=household.id)
    missing = household.members.keys() ^ relations.keys()
    if missing or "head" in relations.values():
        raise RelationMissing(persons=sorted(str(person) for person in missing))
    household.require_not_before(context, household.last_on)
    receive(into, context, merged_from=household.id, members=relate(household, relations))
    household.record(events.MergedInto, context, into=into.id, persons=tuple(relations))


def receive(
    household: Household,
    context: CommandContext,
    *,
    merged_from: UUID,
    members: tuple[events.Member, ...],
) -> None:
    """Members come over from a household that merges into this one."""
    household.require_open_on(context)
    may_come(household, context, members)
    household.record(events.MembersReceived, context, merged_from=merged_from, members=members)


def dissolve(household: Household, context: CommandContext, *, reason: str) -> None:
    """It ends. Refused before anything else recorded about it, except where its very entry was
    an error: then it may end on the day it was entered, and what was recorded since is void."""
    household.require_open_on(context)
    text.known("reason", reason, DISSOLVE_REASONS)
    if reason != "error":
        household.require_not_before(context, household.last_on)
    household.record(events.Dissolved, context, reason=reason)
