"""Commands change the members and the head of a household."""

from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.commands.claims import Claim, Release, keys_of
from domain.commands.command import IF_GIVEN
from domain.commands.context import CommandContext, Personal
from domain.commands.result import CommandResult
from domain.households import membership, normalize
from domain.households.claims import (
    DESCRIPTION,
    IDENTITY,
    households_of_person,
    number_key,
    person_key,
    second_number_key,
)
from domain.households.codes import JOIN_REASONS, known
from domain.households.commands.handler import HouseholdChange, HouseholdServices
from domain.households.commands.newcomers import newcomers
from domain.households.commands.settlements import confirm_head, record_settlements
from domain.households.errors import HeadMissing
from domain.households.household import Household
from domain.households.inputs import NewMember
from domain.households.normalize import Person
from domain.households.number import fold_number
from domain.matching.matcher import near_of
from domain.matching.records import described_entry
from domain.matching.settlement import Anyway, Settlement, pass_or_refuse


@dataclass(frozen=True, slots=True)
class JoinMember(HouseholdChange):
    """A person joins: `reason` is a code of JOIN_REASONS. `persons` of the outcome is their id.

    Refused: PersonInAnotherHousehold, IdentityNumberTaken, PersonAlreadyMember, what is
    wrong with the person's data, and at last PossibleMatch: a person in the commune comes
    close to one who was not named by id; `anyway` passes it.
    """

    NAME: ClassVar[str] = "join_member"
    member: NewMember
    reason: str
    anyway: Anyway | None = field(default=None, metadata=IF_GIVEN)

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records that the person joined, with their claims."""
        person = normalize.person(self.member, context.effective_on, context.recorded_on)
        household.require_open_on(context)
        known("reason", self.reason, JOIN_REASONS)
        if person.clear["relation"] == "head":
            raise HeadMissing(heads=2)
        came = newcomers((person,), household.id, context, services)
        result = came.result(household)
        membership.join(household, context, member=came.members[0], reason=self.reason)
        settled = () if came.known else self._settled(person, household, services)
        record_settlements(household, context, settled, "entry")
        result.notes += tuple(f"members/0/{note}" for note in person.notes)
        return result

    def _settled(
        self, person: Person, household: Household, services: HouseholdServices
    ) -> tuple[Settlement, ...]:
        """What is recorded of persons in the commune who come close to one who joins.

        One who is known, by id or by identity number, is not compared.
        """
        given = described_entry(household.area, household.village, "", (person,))
        (match,) = services.matcher.find([given])
        near = [one for one in near_of(match) if one.household.ended_on is None]
        return pass_or_refuse(near, (), self.anyway)


@dataclass(frozen=True, slots=True)
class LeaveMember(HouseholdChange):
    """A person leaves: `reason` is a code of LEAVE_REASONS.

    The head leaves only with a `new_head` among the others (HeadNeedsSuccessor); a child as
    new head is PossibleMatch, unless `anyway` passes the warning. When the last member leaves,
    the household is dissolved in the same save.
    """

    NAME: ClassVar[str] = "leave_member"
    person_id: UUID
    reason: str
    new_head: UUID | None = None
    relation_before: str = ""
    anyway: Anyway | None = field(default=None, metadata=IF_GIVEN)

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records that the person left, and lets their claim go."""
        membership.leave(
            household,
            context,
            person_id=self.person_id,
            reason=self.reason,
            new_head=self.new_head,
            relation_before=self.relation_before,
        )
        if self.new_head is not None:
            confirm_head(household, context, services, self.anyway)
        left = Release(person_key(self.person_id), household.id, context.effective_on)
        result = CommandResult(household, releases=[left])
        if household.ended_on is not None:
            result.releases += release_number(household, context)
        return result


@dataclass(frozen=True, slots=True)
class ChangeHead(HouseholdChange):
    """Another member becomes the head: `reason` is a code of HEAD_REASONS.

    A child is PossibleMatch, unless `anyway` passes the warning.

    `relation_before` is what the former head is to the new one; "" follows from what the new
    head was to the former (a child's parent, a spouse's spouse).
    """

    NAME: ClassVar[str] = "change_head"
    head: UUID
    reason: str
    relation_before: str = ""
    anyway: Anyway | None = field(default=None, metadata=IF_GIVEN)

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the new head."""
        membership.change_head(
            household,
            context,
            head=self.head,
            reason=self.reason,
            relation_before=self.relation_before,
        )
        if household.pending_events:
            confirm_head(household, context, services, self.anyway)


@dataclass(frozen=True, slots=True)
class ForgetPerson(HouseholdChange):
    """A person's key is destroyed in the save that records it, and the claims are removed.

    Recorded in every household that the person is or was a member of. One who is still a
    member stays counted, unreadable. The address of a household goes with the last of its
    persons who was still readable.
    """

    NAME: ClassVar[str] = "forget_person"
    person_id: UUID
    legal_basis: str

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the erasure in all households of the person."""
        basis = text.required("legal_basis", self.legal_basis, text.NOTE)
        membership.forget(household, context, person_id=self.person_id, legal_basis=basis)
        if not household.pending_events:
            return CommandResult(household)
        ids = households_of_person(services.pool, self.person_id) - {household.id}
        others = [services.load(one) for one in sorted(ids)]
        result = CommandResult(household, others=others, forget=[self.person_id])
        for one in others:
            membership.forget(one, context, person_id=self.person_id, legal_basis=basis)
        for one in (household, *others):
            result.releases.append(Release(person_key(self.person_id), one.id, None))
            result.releases += _descriptions_of(one, services)
            if one.stays.keys() <= one.forgotten:
                result.forget.append(one.id)
        result.releases += self._numbers((household, *others), services)
        return result

    def _numbers(
        self, households: tuple[Household, ...], services: HouseholdServices
    ) -> list[Release]:
        """The claims to all identity numbers that the person ever had, former papers too."""
        keys = {key for key in keys_of(services.pool, self.person_id) if IDENTITY.has(key)}
        sealed: list[Personal] = []
        for one in households:
            member = one.members.get(self.person_id) or one.former.get(self.person_id)
            sealed += [member.private] if member else []
        values = services.keyring.reveal_many(sealed).values()
        numbers = {value["id_number"] for value in values if value and value.get("id_number")}
        keys |= {services.identity_key(one) for one in numbers}
        return [Release(key, self.person_id, None) for key in sorted(keys)]


def _descriptions_of(household: Household, services: HouseholdServices) -> list[Release]:
    """The claims to what a household was known by: made of its head's name and birth."""
    keys = keys_of(services.pool, household.id)
    return [Release(key, household.id, None) for key in sorted(keys) if DESCRIPTION.has(key)]


def release_number(
    household: Household, context: CommandContext, *, error: bool = False
) -> list[Release]:
    """Lets the household's number go from the effective date; with `error` as if never had."""
    if not fold_number(household.number):
        return []
    until = None if error else context.effective_on
    area, number, id_ = household.area, household.number, household.id
    return [
        Release(number_key(area, number), id_, until),
        Release(second_number_key(area, number, id_), id_, None),
    ]


def claim_number(
    household_id: UUID, area: str, number: str, context: CommandContext
) -> list[Claim]:
    """Takes a household number in a commune; nothing for a household without a number."""
    if not fold_number(number):
        return []
    return [Claim(number_key(area, number), household_id, context.effective_on, number)]
