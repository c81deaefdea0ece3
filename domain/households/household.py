"""A household (hộ) is on the register from its first entry to its end.

    registered -> members come, leave, are corrected; the head changes
               -> it moves; it splits; another household merges into it
               -> screened, surveyed, classified, leaves poverty; causes, needs, a plan; support
               -> merged into another household, or dissolved
               -> what was found, decided or granted by error is withdrawn

Its identity lasts through a change of head, a move and a correction. Here is what is on record of
it, what each event changes in that, and the limits that every decision keeps. A decision is a
function over a household and has its place beside its command, one file for each subject:
`registration`, `members`, `surveys`, `decisions`, `support` and others. It refuses, or records
events.

`evolve` has one clause for each event. The aggregate applies events in the order in which they were
recorded, the read side in the order in which they took effect and without those withdrawn. So a
clause assigns, and nothing else: it runs at every replay, and in an order in which a person may
leave whom no event has brought yet.

Dates. An event says since when something was so. As of a day, a household is what its events up
to that day make of it, ordered by (effective_on, order of recording), and an end is final: what
is dated on or after it counts no more. A late fact is taken wherever that order gives the truth,
and refused as OutOfOrder where something dated later already rests on the contrary.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import structlog
from eventsourcing.domain import BaseAggregate

from domain.commands.command import CommandContext
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
Entry = TypeVar("Entry", bound=events.HouseholdEvent)


@dataclass(slots=True)
class Stay:
    """One time that a person was a member: from `since` up to the day before `until`; the reasons
    are codes of the events of coming and leaving."""

    since: date
    until: date | None = None
    joined_by: str = ""
    left_by: str = ""

    def covers(self, day: date) -> bool:
        """Whether the person was a member on that day."""
        return self.since <= day and (self.until is None or day < self.until)


class HouseholdRecord:
    """A household as its events so far make it; `from_registration` is its first state."""

    def from_registration(self, event: events.Registered) -> None:
        """Sets every field to its state on the first day."""
        self.registered_on = self.last_on = event.effective_on
        self.ended_on: date | None = None
        self.ended_how = ""
        self.merged_into: UUID | None = None
        self.number, self.area, self.village = event.number, event.area, event.village
        self.address, self.residence = event.address, event.residence
        self.flags, self.source, self.split_from = event.flags, event.source, event.split_from
        self.placed_on = self.head_since = event.effective_on
        self.head = event.head
        self.headed_until: dict[UUID, date] = {}
        self.members = {one.person_id: one for one in event.members}
        self.former: dict[UUID, events.Member] = {}
        self.stays = {one.person_id: [Stay(event.effective_on)] for one in event.members}
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
        self.low_income: list[events.HouseholdEvent] = []
        self.certificates: dict[UUID, events.CertificateIssued] = {}
        self.certificates_ended: dict[UUID, events.HouseholdEvent] = {}
        self.moves: list[events.Moved] = []
        self.withdrawn: dict[int, events.Withdrawal] = {}
        self.withdrawn_ids: set[UUID] = set()
        self.withdrawn_decisions: list[events.Classified] = []
        self.days: dict[int, date] = {}

    def add_members(self, newcomers: Iterable[events.Member], day: date, reason: str) -> None:
        """Adds members from that day on; the latest to come is the last."""
        for one in newcomers:
            for group in (self.members, self.former):
                if one.person_id in group:
                    del group[one.person_id]
            self.members[one.person_id] = one
            self.stays.setdefault(one.person_id, []).append(Stay(day, joined_by=reason))
        self.touch(day)

    def remove_members(self, persons: Iterable[UUID], day: date, reason: str) -> None:
        """Removes those of them who are members, from that day on."""
        for person in persons:
            if person in self.members:
                self.former[person] = self.members.pop(person)
                stay = self.stays[person][-1]
                stay.until, stay.left_by = day, reason
        self.touch(day)

    def alter(self, person: UUID, **now: Any) -> None:
        """Changes attributes of a person, who is a member or was one."""
        for group in (self.members, self.former):
            if person in group:
                group[person] = replace(group[person], **now)

    def withdraw_entry(self, event: events.Withdrawal) -> None:
        """Removes the entry that a withdrawal names, and its day."""
        self.withdrawn[event.withdraws] = event
        self.withdrawn_decisions += [
            one for one in self.decisions if one.originator_version == event.withdraws
        ]
        _drop(self.screenings, event.withdraws)
        _drop(self.decisions, event.withdraws)
        _drop(self.exits, event.withdraws)
        _drop(self.causes, event.withdraws)
        _drop(self.needs, event.withdraws)
        _drop(self.plans, event.withdraws)
        self.withdrawn_ids |= _drop_named(self.surveys, event.withdraws)
        self.withdrawn_ids |= _drop_named(self.supports, event.withdraws)
        self.days.pop(event.withdraws, None)
        self.last_on = max(self.days.values())

    def touch(self, day: date) -> None:
        """Keeps the latest of all effective dates."""
        self.last_on = max(self.last_on, day)


def _drop(entries: list[Entry], version: int) -> None:
    """Takes the entry of this version out of a list."""
    entries[:] = [one for one in entries if one.originator_version != version]


def _drop_named(entries: dict[UUID, Entry], version: int) -> set[UUID]:
    """Takes the entry of this version out; the ids that it was found by."""
    ids = {id_ for id_, one in entries.items() if one.originator_version == version}
    for id_ in ids:
        del entries[id_]
    return ids


Clause = Callable[[Any, HouseholdRecord], None]
"""Assigns what one event changes."""
CLAUSES: dict[type[events.HouseholdEvent], Clause] = {}


def evolve(event: events.HouseholdEvent, household: HouseholdRecord) -> None:
    """Changes what is on record by one event. Raises KeyError for one that has no clause."""
    CLAUSES[type(event)](event, household)


def _on(*kinds: type[events.HouseholdEvent]) -> Callable[[Clause], Clause]:
    """Makes a function the clause of these events."""

    def register(clause: Clause) -> Clause:
        CLAUSES.update(dict.fromkeys(kinds, clause))
        return clause

    return register


@_on(events.Registered)
def _(event: events.Registered, household: HouseholdRecord) -> None:
    household.from_registration(event)


@_on(events.MemberJoined)
def _(event: events.MemberJoined, household: HouseholdRecord) -> None:
    household.add_members((event.member,), event.effective_on, event.reason)


@_on(events.MemberLeft)
def _(event: events.MemberLeft, household: HouseholdRecord) -> None:
    household.remove_members((event.person_id,), event.effective_on, event.reason)


@_on(events.MemberCorrected)
def _(event: events.MemberCorrected, household: HouseholdRecord) -> None:
    person = event.person_id
    now = {change.attribute: change.after for change in event.changes}
    household.alter(person, **now)
    for attribute in now:
        household.corrected_on[person, attribute] = event.effective_on
    household.touch(event.effective_on)


@_on(events.HouseholdCorrected)
def _(event: events.HouseholdCorrected, household: HouseholdRecord) -> None:
    flags: dict[str, Any] = {}
    for change in event.changes:
        if change.attribute in FLAGS:
            flags[change.attribute] = change.after
        else:
            setattr(household, change.attribute, change.after)
        household.corrected_on[None, change.attribute] = event.effective_on
    household.flags = replace(household.flags, **flags)
    household.touch(event.effective_on)


@_on(events.HeadChanged)
def _(event: events.HeadChanged, household: HouseholdRecord) -> None:
    household.head, household.head_since = event.head, event.effective_on
    household.headed_until[event.head_before] = event.effective_on
    relations = {event.head_before: event.relation_before, event.head: "head"}
    for person, relation in relations.items():
        if person in household.members:
            household.alter(person, relation=relation)
        household.corrected_on[person, "relation"] = event.effective_on
    household.touch(event.effective_on)


@_on(events.Moved)
def _(event: events.Moved, household: HouseholdRecord) -> None:
    household.area, household.village = event.area, event.village
    household.number, household.address = event.number, event.address
    household.placed_on = event.effective_on
    household.moves.append(event)
    household.touch(event.effective_on)


@_on(events.SplitOff)
def _(event: events.SplitOff, household: HouseholdRecord) -> None:
    household.remove_members(event.persons, event.effective_on, "split")


@_on(events.MergedInto)
def _(event: events.MergedInto, household: HouseholdRecord) -> None:
    household.remove_members(event.persons, event.effective_on, "merge")
    household.ended_on, household.ended_how = event.effective_on, "merged"
    household.merged_into = event.into


@_on(events.MembersReceived)
def _(event: events.MembersReceived, household: HouseholdRecord) -> None:
    household.add_members(event.members, event.effective_on, "merge")


@_on(events.Dissolved)
def _(event: events.Dissolved, household: HouseholdRecord) -> None:
    household.remove_members(tuple(household.members), event.effective_on, "dissolved")
    household.ended_on, household.ended_how = event.effective_on, event.reason


@_on(events.Screened)
def _(event: events.Screened, household: HouseholdRecord) -> None:
    household.screenings.append(event)
    household.touch(event.effective_on)


@_on(events.Surveyed)
def _(event: events.Surveyed, household: HouseholdRecord) -> None:
    household.surveys[event.survey_id] = event
    household.touch(event.effective_on)


@_on(events.Classified)
def _(event: events.Classified, household: HouseholdRecord) -> None:
    household.decisions.append(event)
    household.touch(event.effective_on)


@_on(events.LeftPoverty)
def _(event: events.LeftPoverty, household: HouseholdRecord) -> None:
    household.exits.append(event)
    household.touch(event.effective_on)


@_on(events.CausesRecorded)
def _(event: events.CausesRecorded, household: HouseholdRecord) -> None:
    household.causes.append(event)
    household.touch(event.effective_on)


@_on(events.NeedsRecorded)
def _(event: events.NeedsRecorded, household: HouseholdRecord) -> None:
    household.needs.append(event)
    household.touch(event.effective_on)


@_on(events.PlanAgreed)
def _(event: events.PlanAgreed, household: HouseholdRecord) -> None:
    household.plans.append(event)
    household.touch(event.effective_on)


@_on(events.SupportGranted)
def _(event: events.SupportGranted, household: HouseholdRecord) -> None:
    household.supports[event.support_id] = event
    household.touch(event.effective_on)


@_on(events.LowIncomeWorkerRecognised, events.LowIncomeRecognitionWithdrawn)
def _(event: events.HouseholdEvent, household: HouseholdRecord) -> None:
    household.low_income.append(event)
    household.touch(event.effective_on)


@_on(events.CertificateIssued)
def _(event: events.CertificateIssued, household: HouseholdRecord) -> None:
    household.certificates[event.certificate_id] = event
    household.touch(event.effective_on)


@_on(events.CertificateWithdrawn, events.CertificateReplaced)
def _(
    event: events.CertificateWithdrawn | events.CertificateReplaced, household: HouseholdRecord
) -> None:
    household.certificates_ended[event.certificate_id] = event
    household.touch(event.effective_on)


@_on(events.Matched)
def _(event: events.Matched, household: HouseholdRecord) -> None:
    household.settled.add((event.candidate, event.verdict, event.source))


@_on(events.PapersChanged)
def _(event: events.PapersChanged, household: HouseholdRecord) -> None:
    household.alter(event.person_id, private=event.after)
    household.corrected_on[event.person_id, "private"] = event.effective_on
    household.touch(event.effective_on)


@_on(events.PersonForgotten)
def _(event: events.PersonForgotten, household: HouseholdRecord) -> None:
    household.forgotten.add(event.person_id)


@_on(*events.Withdrawal.__subclasses__())
def _(event: events.Withdrawal, household: HouseholdRecord) -> None:
    household.withdraw_entry(event)


class Household(HouseholdRecord, BaseAggregate[UUID]):
    """One household: what it is now, and enough of its past to judge late facts."""

    TOPIC = "household"
    Event = events.HouseholdEvent
    Registered = events.Registered

    # What every decision uses.

    def record(
        self, event: type[events.HouseholdEvent], context: CommandContext, /, **fields: object
    ) -> None:
        """Records one event with the circumstances of its command.

        The moment of recording never runs backwards along a household: where the clock was set
        back, the event has the moment of the one before it.
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
            **fields,
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

    def changes_traits(self) -> bool:
        """Whether what waits to be saved changes the persons or the place that it is known by.

        One that is dissolved keeps its traits: a list that names it again must find it.
        """
        if self.ended_on is not None and self.ended_how != "merged":
            return any(isinstance(one, events.PersonForgotten) for one in self.pending_events)
        return any(isinstance(one, events.PERSONS_OR_PLACE) for one in self.pending_events)

    def _decision(self, day: date, scope: str, *, inclusive: bool) -> str:
        found, since = "", date.min
        for one in self.decisions:
            in_time = one.effective_on <= day if inclusive else one.effective_on < day
            if one.scope == scope and in_time and one.effective_on >= since:
                found, since = one.class_, one.effective_on
        return found

    def when(self, event: events.HouseholdEvent) -> None:
        """Changes what is on record by an event, in the order of recording."""
        evolve(event, self)
        if not isinstance(event, events.PersonForgotten | events.Withdrawal):
            self.days[event.originator_version] = event.effective_on
