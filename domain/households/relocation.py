"""Decisions on a household as a whole: it moves, splits, merges, ends."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from domain.commands.context import CommandContext, Personal
from domain.households import events
from domain.households.codes import DISSOLVE_REASONS, RELATIONS, known
from domain.households.errors import (
    EmptyHousehold,
    HeadMissing,
    HeadNeedsSuccessor,
    RelationMissing,
    SameHousehold,
)
from domain.households.household import Household
from domain.households.membership import change_head, enter, may_come, may_go


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
    if household.head in persons:
        if new_head is None or new_head in persons:
            raise HeadNeedsSuccessor(head=household.head)
        change_head(household, context, head=new_head, reason="split")
    elif new_head is not None:
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
        replace(household.members[person], relation=known("relation", relation, RELATIONS))
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
    known("reason", reason, DISSOLVE_REASONS)
    if reason != "error":
        household.require_not_before(context, household.last_on)
    household.record(events.Dissolved, context, reason=reason)
