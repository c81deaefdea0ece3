"""Decisions on the members of a household: they join, leave, are corrected; one is the head.

Decisions on a household. Persons arrive here with their private data already sealed.
"""

from collections import Counter
from collections.abc import Sequence
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
from domain.households.household import Household


def enter(
    context: CommandContext,
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
) -> Household:
    """Enters a household; one of the members is the head. `area` is a unit id in force then."""
    check_entry(context, [one.relation for one in members])
    heads = [one.person_id for one in members if one.relation == "head"]
    if len({one.person_id for one in members}) < len(members):
        raise PersonTwice()
    return Household._create(
        events.Registered,
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


def join(
    household: Household, context: CommandContext, *, member: events.Member, reason: str
) -> None:
    """A person joins, also one who was a member before and left."""
    household.require_open_on(context)
    known("reason", reason, JOIN_REASONS)
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
    known("reason", reason, LEAVE_REASONS)
    may_go(household, context, (person_id,))
    if person_id == household.head and len(household.members) > 1:
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


def correct_member(
    household: Household,
    context: CommandContext,
    *,
    person_id: UUID,
    changes: tuple[events.Change, ...],
    reason: str,
) -> None:
    """Corrects a member's attributes; nothing is recorded where nothing differs.

    Refused before the person's coming and before an earlier correction of the same attribute.
    """
    household.require_open_on(context)
    known("reason", reason, CORRECTION_REASONS)
    household.member(person_id)
    if not changes:
        return
    for change in changes:
        if change.attribute == "relation" and "head" in (change.before, change.after):
            raise HeadByCorrection(person_id=person_id)
        household.require_not_before(
            context, household.corrected_on.get((person_id, change.attribute))
        )
    household.require_not_before(context, household.stays[person_id][-1].since)
    household.record(
        events.MemberCorrected, context, person_id=person_id, changes=changes, reason=reason
    )


def correct(
    household: Household,
    context: CommandContext,
    *,
    changes: tuple[events.Change, ...],
    reason: str,
) -> None:
    """Corrects attributes of the household itself; nothing is recorded where nothing differs.

    Number, village and address are those of the place it lives in since its last move.
    """
    household.require_open_on(context)
    known("reason", reason, CORRECTION_REASONS)
    if not changes:
        return
    for change in changes:
        if change.attribute in ("number", "village", "address"):
            household.require_not_before(context, household.placed_on)
        household.require_not_before(context, household.corrected_on.get((None, change.attribute)))
    household.record(events.HouseholdCorrected, context, changes=changes, reason=reason)


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
    known("reason", reason, HEAD_REASONS)
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
        relation_before=known("relation_before", relation_before, RELATIONS)
        if relation_before
        else INVERSE_RELATION.get(relation, "other"),
        reason=reason,
    )


def forget(
    household: Household, context: CommandContext, *, person_id: UUID, legal_basis: str
) -> None:
    """Records that a person's key is destroyed, whether still a member, gone, or ended with it.

    Erasing is a duty towards the person, so neither an end nor a later fact stands against it.
    """
    household.require_within_lifetime(context)
    if person_id not in household.stays:
        raise PersonUnknown(person_id=person_id)
    if person_id in household.forgotten:
        return
    household.record(events.PersonForgotten, context, person_id=person_id, legal_basis=legal_basis)


def change_papers(
    household: Household, context: CommandContext, *, person_id: UUID, after: Personal, source: str
) -> None:
    """Records another identity number of a member; `after` seals all private values with it.

    Refused before the person's coming and before an earlier correction of private values.
    """
    household.require_open_on(context)
    member = household.member(person_id)
    household.require_not_before(
        context,
        household.stays[person_id][-1].since,
        household.corrected_on.get((person_id, "private")),
    )
    household.record(
        events.PapersChanged,
        context,
        person_id=person_id,
        before=member.private,
        after=after,
        source=source,
    )


def settle_match(
    household: Household,
    context: CommandContext,
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
    if candidate is not None and (candidate, verdict, source) in household.settled:
        return
    household.record(
        events.Matched,
        context,
        candidate=candidate,
        verdict=verdict,
        evidence=evidence,
        reason=reason,
        source=source,
    )
