"""The members of a household: they come, leave, are corrected; one of them is the head.

Methods of `Household`. Persons arrive here with their private data already sealed.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from domain.commands.context import CommandContext, Personal
from domain.households import events
from domain.households.codes import (
    CORRECTION_REASONS,
    HEAD_REASONS,
    INVERSE_RELATION,
    JOIN_REASONS,
    LEAVE_REASONS,
    RELATIONS,
    known,
)
from domain.households.errors import (
    EffectiveInFuture,
    EmptyHousehold,
    HeadByCorrection,
    HeadMissing,
    HeadNeedsSuccessor,
    HeadNotMember,
    PersonAlreadyMember,
    PersonIsForgotten,
    PersonTwice,
    PersonUnknown,
)

if TYPE_CHECKING:
    from domain.households.household import Household


def enter(
    cls: "type[Household]",
    facts: CommandContext,
    *,
    household_id: UUID,
    number: str,
    area: str,
    village: str,
    address: Personal | None,
    residence: str,
    members: tuple[events.Member, ...],
    flags: events.Flags,
    source: str,
    split_from: UUID | None = None,
) -> "Household":
    """Enters a household; one of the members is the head. `area` is a unit id in force then."""
    check_entry(facts, [one.relation for one in members])
    heads = [one.person_id for one in members if one.relation == "head"]
    if len({one.person_id for one in members}) < len(members):
        raise PersonTwice()
    return cls._create(
        events.Registered,
        id=household_id,
        timestamp=facts.recorded_at,
        effective_on=facts.effective_on,
        actor=facts.actor,
        command_id=facts.command_id,
        document=facts.document,
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


def check_entry(facts: CommandContext, relations: Sequence[str]) -> None:
    """Refuses an entry by its day and the relations of its members alone."""
    if facts.effective_on > facts.recorded_on:
        raise EffectiveInFuture(effective_on=facts.effective_on, recorded_on=facts.recorded_on)
    if not relations:
        raise EmptyHousehold()
    heads = sum(relation == "head" for relation in relations)
    if heads != 1:
        raise HeadMissing(heads=heads)


def join(self: "Household", facts: CommandContext, *, member: events.Member, reason: str) -> None:
    """A person joins, also one who was a member before and left."""
    self.admit(facts)
    known("reason", reason, JOIN_REASONS)
    may_come(self, facts, (member,))
    self.note(events.MemberJoined, facts, member=member, reason=reason)


def may_come(
    self: "Household", facts: CommandContext, newcomers: tuple[events.Member, ...]
) -> None:
    """Refuses persons who are given twice, are members then or later, or want to be the head."""
    counted = Counter(one.person_id for one in newcomers)
    for one in newcomers:
        if counted[one.person_id] > 1:
            raise PersonTwice(person_id=one.person_id)
        if one.person_id in self.forgotten:
            raise PersonIsForgotten(person_id=one.person_id)
        if one.relation == "head":
            raise HeadMissing(heads=2)
        for stay in self.stays.get(one.person_id, ()):
            if stay.until is None or stay.until > facts.effective_on:
                raise PersonAlreadyMember(person_id=one.person_id, since=stay.since)


def leave(
    self: "Household",
    facts: CommandContext,
    *,
    person_id: UUID,
    reason: str,
    new_head: UUID | None = None,
    relation_before: str = "",
) -> None:
    """A person leaves; with the last one the household ends.

    Refused before the person's own coming, and before the day the person ceased to be the head.
    """
    self.admit(facts)
    known("reason", reason, LEAVE_REASONS)
    may_go(self, facts, (person_id,))
    if person_id == self.head and len(self.members) > 1:
        if new_head in (None, person_id):
            raise HeadNeedsSuccessor(head=person_id)
        why = "death" if reason == "death" else "error" if reason == "error" else "left"
        change_head(self, facts, head=new_head, reason=why, relation_before=relation_before)
    if len(self.members) == 1:
        self.in_order(facts, self.last_on)
        why = "death" if reason == "death" else "last_left"
        self.note(events.MemberLeft, facts, person_id=person_id, reason=reason)
        self.note(events.Dissolved, facts, reason=why)
    else:
        self.note(events.MemberLeft, facts, person_id=person_id, reason=reason)


def may_go(self: "Household", facts: CommandContext, persons: tuple[UUID, ...]) -> None:
    """Refuses persons who are not members, or were not yet, or headed it after that day."""
    for person_id in persons:
        if person_id not in self.forgotten:
            self.member(person_id)
        elif person_id not in self.members:
            raise PersonUnknown(person_id=person_id)
        self.in_order(facts, self.stays[person_id][-1].since, self.headed_until.get(person_id))


def correct_member(
    self: "Household",
    facts: CommandContext,
    *,
    person_id: UUID,
    changes: tuple[events.Change, ...],
    reason: str,
) -> None:
    """Corrects a member's attributes; nothing is recorded where nothing differs.

    Refused before the person's coming and before an earlier correction of the same attribute.
    """
    self.admit(facts)
    known("reason", reason, CORRECTION_REASONS)
    self.member(person_id)
    if not changes:
        return
    for change in changes:
        if change.attribute == "relation" and "head" in (change.before, change.after):
            raise HeadByCorrection(person_id=person_id)
        self.in_order(facts, self.corrected_on.get((person_id, change.attribute)))
    self.in_order(facts, self.stays[person_id][-1].since)
    self.note(events.MemberCorrected, facts, person_id=person_id, changes=changes, reason=reason)


def correct(
    self: "Household", facts: CommandContext, *, changes: tuple[events.Change, ...], reason: str
) -> None:
    """Corrects attributes of the household itself; nothing is recorded where nothing differs.

    Number, village and address are those of the place it lives in since its last move.
    """
    self.admit(facts)
    known("reason", reason, CORRECTION_REASONS)
    if not changes:
        return
    for change in changes:
        if change.attribute in ("number", "village", "address"):
            self.in_order(facts, self.placed_on)
        self.in_order(facts, self.corrected_on.get((None, change.attribute)))
    self.note(events.HouseholdCorrected, facts, changes=changes, reason=reason)


def change_head(
    self: "Household", facts: CommandContext, *, head: UUID, reason: str, relation_before: str = ""
) -> None:
    """Another member becomes the head; the same head again records nothing.

    `relation_before` is what the former head is to the new one; "" follows from what the new
    head was to the former. Head changes come in the order of their dates.
    """
    self.admit(facts)
    known("reason", reason, HEAD_REASONS)
    if head == self.head:
        return
    if head not in self.members or self.stays[head][-1].since > facts.effective_on:
        raise HeadNotMember(person_id=head, day=facts.effective_on)
    self.in_order(facts, self.head_since)
    relation = self.members[head].relation
    self.note(
        events.HeadChanged,
        facts,
        head_before=self.head,
        head=head,
        relation_before=known("relation_before", relation_before, RELATIONS)
        if relation_before
        else INVERSE_RELATION.get(relation, "other"),
        reason=reason,
    )


def forget(self: "Household", facts: CommandContext, *, person_id: UUID, legal_basis: str) -> None:
    """Records that a person's key is destroyed, whether still a member, gone, or ended with it.

    Erasing is a duty towards the person, so neither an end nor a later fact stands against it.
    """
    self.within_life(facts)
    if person_id not in self.stays:
        raise PersonUnknown(person_id=person_id)
    if person_id in self.forgotten:
        return
    self.note(events.PersonForgotten, facts, person_id=person_id, legal_basis=legal_basis)


def change_papers(
    self: "Household", facts: CommandContext, *, person_id: UUID, after: Personal, source: str
) -> None:
    """Records another identity number of a member; `after` seals all private values with it.

    Refused before the person's coming and before an earlier correction of private values.
    """
    self.admit(facts)
    member = self.member(person_id)
    self.in_order(
        facts, self.stays[person_id][-1].since, self.corrected_on.get((person_id, "private"))
    )
    self.note(
        events.PapersChanged,
        facts,
        person_id=person_id,
        before=member.private,
        after=after,
        source=source,
    )


def settle_match(
    self: "Household",
    facts: CommandContext,
    *,
    candidate: UUID | None,
    verdict: str,
    evidence: tuple[str, ...],
    reason: str,
    source: str,
) -> None:
    """Records that a person said who this is; the same said of the same again is nothing.

    A warning that was confirmed (no candidate) is one of that moment: another is recorded.
    """
    if candidate is not None and (candidate, verdict, source) in self.settled:
        return
    self.note(
        events.Matched,
        facts,
        candidate=candidate,
        verdict=verdict,
        evidence=evidence,
        reason=reason,
        source=source,
    )
