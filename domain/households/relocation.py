"""The household as a whole: it moves, splits, merges, ends. Methods of `Household`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
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
from domain.households.membership import change_head, may_come, may_go

if TYPE_CHECKING:
    from domain.households.household import Household


def move(
    self: "Household",
    facts: CommandContext,
    *,
    area: str,
    village: str,
    number: str,
    address: Personal | None,
) -> None:
    """It lives elsewhere from the effective date on; the same place again records nothing.

    Moves come in the order of their dates, and not before a correction of the place.
    """
    self.admit(facts)
    here = (self.area, self.village, self.number, self.address)
    if (area, village, number, address) == here:
        return
    corrected = [self.corrected_on.get((None, what)) for what in ("village", "number", "address")]
    self.in_order(facts, self.placed_on, *corrected)
    self.note(
        events.Moved,
        facts,
        area_before=self.area,
        village_before=self.village,
        area=area,
        village=village,
        number=number,
        address=address,
    )


def split(
    self: "Household",
    facts: CommandContext,
    *,
    new_household: UUID,
    persons: Mapping[UUID, str],
    area: str,
    village: str,
    number: str,
    address: Personal | None,
    new_head: UUID | None = None,
) -> "Household":
    """Some members go; the household they form is returned, to be saved together with this one.

    `persons` maps them to their relation to their head, who is one of them. `new_head` heads
    those who stay if the head goes.
    """
    self.admit(facts)
    if not persons or len(persons) >= len(self.members):
        raise EmptyHousehold(going=len(persons), members=len(self.members))
    going = tuple(persons)
    may_go(self, facts, going)
    if self.head in persons:
        if new_head is None or new_head in persons:
            raise HeadNeedsSuccessor(head=self.head)
        change_head(self, facts, head=new_head, reason="split")
    elif new_head is not None:
        change_head(self, facts, head=new_head, reason="split")
    people = relate(self, persons)
    if sum(one.relation == "head" for one in people) != 1:
        raise HeadMissing(heads=sum(one.relation == "head" for one in people))
    self.note(events.SplitOff, facts, new_household=new_household, persons=going)
    return type(self).enter(
        facts,
        household_id=new_household,
        number=number,
        area=area,
        village=village,
        address=address,
        residence=self.residence,
        members=people,
        flags=events.Flags(),
        source="split",
        split_from=self.id,
    )


def relate(self: "Household", relations: Mapping[UUID, str]) -> tuple[events.Member, ...]:
    """The members named, each with the relation that it has elsewhere."""
    return tuple(
        replace(self.members[person], relation=known("relation", relation, RELATIONS))
        for person, relation in relations.items()
    )


def merge_into(
    self: "Household", facts: CommandContext, into: "Household", *, relations: Mapping[UUID, str]
) -> None:
    """All members go over into another household and this one ends; both are saved together.

    `relations` maps every member to the relation to the head there. Refused before anything
    else recorded about this household.
    """
    self.admit(facts)
    if into.id == self.id:
        raise SameHousehold(household_id=self.id)
    missing = self.members.keys() ^ relations.keys()
    if missing or "head" in relations.values():
        raise RelationMissing(persons=sorted(str(person) for person in missing))
    self.in_order(facts, self.last_on)
    into.receive(facts, merged_from=self.id, members=relate(self, relations))
    self.note(events.MergedInto, facts, into=into.id, persons=tuple(relations))


def receive(
    self: "Household",
    facts: CommandContext,
    *,
    merged_from: UUID,
    members: tuple[events.Member, ...],
) -> None:
    """Members come over from a household that merges into this one."""
    self.admit(facts)
    may_come(self, facts, members)
    self.note(events.MembersReceived, facts, merged_from=merged_from, members=members)


def dissolve(self: "Household", facts: CommandContext, *, reason: str) -> None:
    """It ends. Refused before anything else recorded about it, except where its very entry was
    an error: then it may end on the day it was entered, and what was recorded since is void."""
    self.admit(facts)
    known("reason", reason, DISSOLVE_REASONS)
    if reason != "error":
        self.in_order(facts, self.last_on)
    self.note(events.Dissolved, facts, reason=reason)
