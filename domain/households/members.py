"""Members join a household and leave it, and one of them is its head.

Persons arrive at the decisions with their private data already sealed.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.commands.claims import Release
from domain.commands.command import IF_GIVEN, CommandContext, CommandResult
from domain.households import events
from domain.households.claims import person_key, release_number
from domain.households.codes import (
    HEAD_REASONS,
    INVERSE_RELATION,
    JOIN_REASONS,
    LEAVE_REASONS,
    RELATIONS,
)
from domain.households.errors import (
    HeadMissing,
    HeadNeedsSuccessor,
    HeadNotMember,
    PersonAlreadyMember,
    PersonIsForgotten,
    PersonTwice,
    PersonUnknown,
    SuccessorNotNeeded,
)
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household
from domain.households.newcomers import newcomers
from domain.households.person import NewMember, Person, checked_person
from domain.households.settlements import confirm_head, record_passed
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
        person = checked_person(self.member, context.effective_on, context.recorded_on)
        household.require_open_on(context)
        text.known("reason", self.reason, JOIN_REASONS)
        if person.clear["relation"] == "head":
            raise HeadMissing(heads=2)
        came = newcomers((person,), household.id, context, services)
        result = came.result(household)
        join(household, context, member=came.members[0], reason=self.reason)
        settled = () if came.known else self._settled(person, household, services)
        record_passed(household, result, context, services, settled, "entry")
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

    The head leaves only with a `new_head` among the others (HeadNeedsSuccessor); no other member
    leaves with one (SuccessorNotNeeded). A child as new head is PossibleMatch, unless `anyway`
    passes the warning. When the last member leaves, the household is dissolved in the same save.
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
        leave(
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
        change_head(
            household,
            context,
            head=self.head,
            reason=self.reason,
            relation_before=self.relation_before,
        )
        if household.pending_events:
            confirm_head(household, context, services, self.anyway)


def join(
    household: Household, context: CommandContext, *, member: events.Member, reason: str
) -> None:
    """A person joins, also one who was a member before and left."""
    household.require_open_on(context)
    text.known("reason", reason, JOIN_REASONS)
    may_come(household, context, (member,))
    household.record(events.MemberJoined, context, member=member, reason=reason)


def may_come(
    household: Household, context: CommandContext, newcomers: tuple[events.Member, ...]
) -> None:
    """Refuses persons who are given twice, are members then or later, or want to be the head."""
    counted = Counter(one.person_id for one in newcomers)
    for one in newcomers:
        if counted[one.person_id] > 1:
            raise PersonTwice(person_id=one.person_id)
        if one.person_id in household.forgotten:
            raise PersonIsForgotten(person_id=one.person_id)
        if one.relation == "head":
            raise HeadMissing(heads=2)
        for stay in household.stays.get(one.person_id, ()):
            if stay.until is None or stay.until > context.effective_on:
                raise PersonAlreadyMember(person_id=one.person_id, since=stay.since)


def leave(
    household: Household,
    context: CommandContext,
    *,
    person_id: UUID,
    reason: str,
    new_head: UUID | None = None,
    relation_before: str = "",
) -> None:
    """A person leaves; with the last one the household ends.

    Refused before the person's own coming, and before the day the person ceased to be the head.
    """
    household.require_open_on(context)
    text.known("reason", reason, LEAVE_REASONS)
    may_go(household, context, (person_id,))
    succeeded = person_id == household.head and len(household.members) > 1
    if new_head is not None and not succeeded:
        raise SuccessorNotNeeded(head=household.head)
    if succeeded:
        if new_head in (None, person_id):
            raise HeadNeedsSuccessor(head=person_id)
        why = "death" if reason == "death" else "error" if reason == "error" else "left"
        change_head(household, context, head=new_head, reason=why, relation_before=relation_before)
    if len(household.members) == 1:
        household.require_not_before(context, household.last_on)
        why = "death" if reason == "death" else "last_left"
        household.record(events.MemberLeft, context, person_id=person_id, reason=reason)
        household.record(events.Dissolved, context, reason=why)
    else:
        household.record(events.MemberLeft, context, person_id=person_id, reason=reason)


def may_go(household: Household, context: CommandContext, persons: tuple[UUID, ...]) -> None:
    """Refuses persons who are not members, or were not yet, or headed it after that day."""
    for person_id in persons:
        if person_id not in household.forgotten:
            household.member(person_id)
        elif person_id not in household.members:
            raise PersonUnknown(person_id=person_id)
        household.require_not_before(
            context, household.stays[person_id][-1].since, household.headed_until.get(person_id)
        )


def change_head(
    household: Household,
    context: CommandContext,
    *,
    head: UUID,
    reason: str,
    relation_before: str = "",
) -> None:
    """Another member becomes the head; the same head again records nothing.

    `relation_before` is what the former head is to the new one; "" follows from what the new
    head was to the former. Head changes come in the order of their dates.
    """
    household.require_open_on(context)
    text.known("reason", reason, HEAD_REASONS)
    if head == household.head:
        return
    if head not in household.members or household.stays[head][-1].since > context.effective_on:
        raise HeadNotMember(person_id=head, day=context.effective_on)
    household.require_not_before(context, household.head_since)
    relation = household.members[head].relation
    household.record(
        events.HeadChanged,
        context,
        head_before=household.head,
        head=head,
        relation_before=text.known("relation_before", relation_before, RELATIONS)
        if relation_before
        else INVERSE_RELATION.get(relation, "other"),
        reason=reason,
    )
