"""A household (hộ) on the register, from its first entry to its end.

    registered -> members come, leave, are corrected; the head changes
               -> it moves; it splits; another household merges into it
               -> screened, surveyed, classified, leaves poverty; causes, needs, a plan; support
               -> merged into another household, or dissolved
               -> what was found, decided or granted by error is withdrawn

Its identity lasts through a change of head, a move and a correction. Here are its state, the
limits that every decision keeps, and what each event changes (`evolve`, at the end). Decisions
are functions over a household, one file for each subject: `membership`, `relocation`,
`assessment`, `needs_and_plan`, `withdrawals`. They refuse, or record events.

Dates. An event says since when something was so. As of a day, a household is what its events up
to that day make of it, ordered by (effective_on, order of recording), and an end is final: what
is dated on or after it counts no more. A late fact is taken wherever that order gives the truth,
and refused as OutOfOrder where something dated later already rests on the contrary.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import singledispatch
from typing import Any
from uuid import UUID

import structlog
from eventsourcing.domain import BaseAggregate

from domain.commands.context import CommandContext
from domain.households import events
from domain.households.codes import FLAGS, LISTED
from domain.households.errors import (
    BeforeRegistration,
    EffectiveInFuture,
    HouseholdEnded,
    OutOfOrder,
    PersonAlreadyLeft,
    PersonIsForgotten,
    PersonNotMemberThen,
    PersonUnknown,
)

log = structlog.get_logger("socai.domain")


@dataclass(slots=True)
class Stay:
    """One time that a person was a member: from `since` up to the day before `until`."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the person was a member on that day."""
        return self.since <= day and (self.until is None or day < self.until)


class Household(BaseAggregate[UUID]):
    """One household: what it is now, and enough of its past to judge late facts."""

    TOPIC = "household"
    Event = events.HouseholdEvent
    Registered = events.Registered

    # What every decision uses.

    def record(
        self, event: type[events.HouseholdEvent], context: CommandContext, /, **what: Any
    ) -> None:
        """Records one event with the circumstances of its command.

        The moment of recording never runs backwards along a household: where the clock was set
        back, the event bears the moment of the one before it.
        """
        if context.recorded_at < self.modified_on:
            behind = (self.modified_on - context.recorded_at).total_seconds()
            log.warning("the clock was set back", household=str(self.id), seconds=round(behind))
        self.trigger_event(
            event,
            timestamp=max(context.recorded_at, self.modified_on),
            effective_on=context.effective_on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            **what,
        )

    def require_open_on(
        self,
        context: CommandContext,
        *,
        late: bool = False,
        future: type[EffectiveInFuture] = EffectiveInFuture,
        before: type[BeforeRegistration] = BeforeRegistration,
    ) -> None:
        """Refuses a date outside the household's life as known on the day of recording.

        `late` lets a fact in that is dated before an end which is already recorded.
        """
        self.require_within_lifetime(context, future=future, before=before)
        if self.ended_on is not None and not (late and context.effective_on < self.ended_on):
            raise HouseholdEnded(ended_on=self.ended_on, how=self.ended_how)

    def require_within_lifetime(
        self,
        context: CommandContext,
        *,
        future: type[EffectiveInFuture] = EffectiveInFuture,
        before: type[BeforeRegistration] = BeforeRegistration,
    ) -> None:
        """Refuses a date before the household was registered or after the day of recording."""
        if context.effective_on > context.recorded_on:
            raise future(effective_on=context.effective_on, recorded_on=context.recorded_on)
        if context.effective_on < self.registered_on:
            raise before(effective_on=context.effective_on, registered_on=self.registered_on)

    def require_not_before(self, context: CommandContext, *latest: date | None) -> None:
        """OutOfOrder if the effective date lies before one of the dates."""
        for day in latest:
            if day is not None and context.effective_on < day:
                raise OutOfOrder(effective_on=context.effective_on, later=day)

    def member(self, person_id: UUID) -> events.Member:
        """A present member, readable; PersonUnknown, PersonAlreadyLeft or PersonIsForgotten."""
        if person_id in self.forgotten:
            raise PersonIsForgotten(person_id=person_id)
        if person_id not in self.members:
            if person_id in self.former:
                raise PersonAlreadyLeft(
                    person_id=person_id, left_on=self.stays[person_id][-1].until
                )
            raise PersonUnknown(person_id=person_id)
        return self.members[person_id]

    def was_member(self, person_id: UUID, day: date) -> None:
        """PersonUnknown or PersonNotMemberThen unless the person was a member on that day."""
        if person_id not in self.stays:
            raise PersonUnknown(person_id=person_id)
        if not any(stay.covers(day) for stay in self.stays[person_id]):
            raise PersonNotMemberThen(person_id=person_id, day=day)

    # Questions.

    def class_on(self, day: date, scope: str = "national") -> str:
        """The class in force on a day as known now; "" if there was none."""
        return self._decision(day, scope, inclusive=True)

    def class_before(self, day: date, scope: str = "national") -> str:
        """The class in force on the eve of a day, so that a decision replaced on its own day is
        a correction and not a movement."""
        return self._decision(day, scope, inclusive=False)

    def listed_before(self, day: date, scope: str = "national") -> bool:
        """Whether it was ever poor or near-poor before a day, as known now."""
        return any(
            one.class_ in LISTED
            for one in self.decisions
            if one.scope == scope and one.effective_on < day
        )

    def _decision(self, day: date, scope: str, *, inclusive: bool) -> str:
        found, since = "", date.min
        for one in self.decisions:
            in_time = one.effective_on <= day if inclusive else one.effective_on < day
            if one.scope == scope and in_time and one.effective_on >= since:
                found, since = one.class_, one.effective_on
        return found

    def when(self, event: events.HouseholdEvent) -> None:
        """Changes the state by an event. Assigns only: it runs at every replay."""
        evolve(event, self)
        if not isinstance(event, events.PersonForgotten | events.Withdrawal):
            self.days[event.originator_version] = event.effective_on

    def from_registration(self, event: events.Registered) -> None:
        """The state on the first day."""
        self.registered_on = self.last_on = event.effective_on
        self.ended_on: date | None = None
        self.ended_how = ""
        self.number, self.area, self.village = event.number, event.area, event.village
        self.address, self.residence = event.address, event.residence
        self.flags, self.source = event.flags, event.source
        self.placed_on = self.head_since = event.effective_on
        self.head = event.head
        self.headed_until: dict[UUID, date] = {}
        self.members: dict[UUID, events.Member] = {}
        self.former: dict[UUID, events.Member] = {}
        self.stays: dict[UUID, list[Stay]] = {}
        self.forgotten: set[UUID] = set()
        self.settled: set[tuple[UUID | None, str, str]] = set()
        self.corrected_on: dict[tuple[UUID | None, str], date] = {}
        self.surveys: dict[UUID, events.Surveyed] = {}
        self.decisions: list[events.Classified] = []
        self.exits: list[events.LeftPoverty] = []
        self.screenings: list[events.Screened] = []
        self.causes: list[events.CausesRecorded] = []
        self.needs: list[events.NeedsRecorded] = []
        self.plans: list[events.PlanAgreed] = []
        self.supports: dict[UUID, events.SupportGranted] = {}
        self.withdrawn: dict[int, events.Withdrawal] = {}
        self.withdrawn_ids: set[UUID] = set()
        self.withdrawn_decisions: list[events.Classified] = []
        self.days: dict[int, date] = {}
        self.add_members(event.members, event.effective_on)

    def add_members(self, newcomers: Iterable[events.Member], day: date) -> None:
        """They are members from that day on."""
        for one in newcomers:
            self.members[one.person_id] = one
            self.stays.setdefault(one.person_id, []).append(Stay(day))
        self.touch(day)

    def remove_members(self, persons: Iterable[UUID], day: date) -> None:
        """They are members no longer from that day on."""
        for person in persons:
            self.former[person] = self.members.pop(person)
            self.stays[person][-1].until = day
        self.touch(day)

    def withdraw_entry(self, event: events.Withdrawal) -> None:
        """The entry that a withdrawal names counts no more, neither does its day."""
        self.withdrawn[event.withdraws] = event
        self.withdrawn_decisions += [
            one for one in self.decisions if one.originator_version == event.withdraws
        ]
        listed: tuple[list[Any], ...] = (
            self.screenings, self.decisions, self.exits, self.causes, self.needs, self.plans,
        )  # fmt: skip
        for kept in listed:
            kept[:] = [one for one in kept if one.originator_version != event.withdraws]
        named: tuple[dict[UUID, Any], ...] = (self.surveys, self.supports)
        for entries in named:
            for id_, one in list(entries.items()):
                if one.originator_version == event.withdraws:
                    del entries[id_]
                    self.withdrawn_ids.add(id_)
        self.days.pop(event.withdraws, None)
        self.last_on = max(self.days.values())

    def touch(self, day: date) -> None:
        """Keeps the latest of all effective dates."""
        self.last_on = max(self.last_on, day)


@singledispatch
def evolve(event: events.HouseholdEvent, household: Household) -> None:
    """Changes the state by an event; of some only the latest day changes. Assigns only."""
    household.touch(event.effective_on)


@evolve.register(events.Registered)
def _(event: events.Registered, household: Household) -> None:
    household.from_registration(event)


@evolve.register(events.MemberJoined)
def _(event: events.MemberJoined, household: Household) -> None:
    household.add_members((event.member,), event.effective_on)


@evolve.register(events.MemberLeft)
def _(event: events.MemberLeft, household: Household) -> None:
    household.remove_members((event.person_id,), event.effective_on)


@evolve.register(events.MemberCorrected)
def _(event: events.MemberCorrected, household: Household) -> None:
    person = event.person_id
    now = {change.attribute: change.after for change in event.changes}
    household.members[person] = replace(household.members[person], **now)  # type: ignore[arg-type]
    for attribute in now:
        household.corrected_on[person, attribute] = event.effective_on
    household.touch(event.effective_on)


@evolve.register(events.HouseholdCorrected)
def _(event: events.HouseholdCorrected, household: Household) -> None:
    flags: dict[str, Any] = {}
    for change in event.changes:
        if change.attribute in FLAGS:
            flags[change.attribute] = change.after
        else:
            setattr(household, change.attribute, change.after)
        household.corrected_on[None, change.attribute] = event.effective_on
    household.flags = replace(household.flags, **flags)
    household.touch(event.effective_on)


@evolve.register(events.HeadChanged)
def _(event: events.HeadChanged, household: Household) -> None:
    household.head, household.head_since = event.head, event.effective_on
    household.headed_until[event.head_before] = event.effective_on
    relations = {event.head_before: event.relation_before, event.head: "head"}
    for person, relation in relations.items():
        household.members[person] = replace(household.members[person], relation=relation)
        household.corrected_on[person, "relation"] = event.effective_on
    household.touch(event.effective_on)


@evolve.register(events.Moved)
def _(event: events.Moved, household: Household) -> None:
    household.area, household.village = event.area, event.village
    household.number, household.address = event.number, event.address
    household.placed_on = event.effective_on
    household.touch(event.effective_on)


@evolve.register(events.SplitOff)
def _(event: events.SplitOff, household: Household) -> None:
    household.remove_members(event.persons, event.effective_on)


@evolve.register(events.MergedInto)
def _(event: events.MergedInto, household: Household) -> None:
    household.remove_members(event.persons, event.effective_on)
    household.ended_on, household.ended_how = event.effective_on, "merged"


@evolve.register(events.MembersReceived)
def _(event: events.MembersReceived, household: Household) -> None:
    household.add_members(event.members, event.effective_on)


@evolve.register(events.Dissolved)
def _(event: events.Dissolved, household: Household) -> None:
    household.remove_members(tuple(household.members), event.effective_on)
    household.ended_on, household.ended_how = event.effective_on, event.reason


@evolve.register(events.Screened)
def _(event: events.Screened, household: Household) -> None:
    household.screenings.append(event)
    household.touch(event.effective_on)


@evolve.register(events.Surveyed)
def _(event: events.Surveyed, household: Household) -> None:
    household.surveys[event.survey_id] = event
    household.touch(event.effective_on)


@evolve.register(events.Classified)
def _(event: events.Classified, household: Household) -> None:
    household.decisions.append(event)
    household.touch(event.effective_on)


@evolve.register(events.LeftPoverty)
def _(event: events.LeftPoverty, household: Household) -> None:
    household.exits.append(event)
    household.touch(event.effective_on)


@evolve.register(events.CausesRecorded)
def _(event: events.CausesRecorded, household: Household) -> None:
    household.causes.append(event)
    household.touch(event.effective_on)


@evolve.register(events.NeedsRecorded)
def _(event: events.NeedsRecorded, household: Household) -> None:
    household.needs.append(event)
    household.touch(event.effective_on)


@evolve.register(events.PlanAgreed)
def _(event: events.PlanAgreed, household: Household) -> None:
    household.plans.append(event)
    household.touch(event.effective_on)


@evolve.register(events.SupportGranted)
def _(event: events.SupportGranted, household: Household) -> None:
    household.supports[event.support_id] = event
    household.touch(event.effective_on)


@evolve.register(events.Matched)
def _(event: events.Matched, household: Household) -> None:
    household.settled.add((event.candidate, event.verdict, event.source))


@evolve.register(events.PapersChanged)
def _(event: events.PapersChanged, household: Household) -> None:
    person = event.person_id
    for group in (household.members, household.former):
        if person in group:
            group[person] = replace(group[person], private=event.after)
    household.corrected_on[person, "private"] = event.effective_on
    household.touch(event.effective_on)


@evolve.register(events.PersonForgotten)
def _(event: events.PersonForgotten, household: Household) -> None:
    household.forgotten.add(event.person_id)


@evolve.register(events.Withdrawal)
def _(event: events.Withdrawal, household: Household) -> None:
    household.withdraw_entry(event)
