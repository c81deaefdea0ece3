"""What events change in a household. These run on every replay: they assign, and nothing else."""

from dataclasses import replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from domain.households import events
from domain.households.codes import FLAGS

if TYPE_CHECKING:
    from domain.households.household import Household


@singledispatch
def evolve(event: events.HouseholdEvent, household: "Household") -> None:
    """What a household remembers of one event; of some only that something happened that day."""
    household.latest(event.effective_on)


@evolve.register(events.Registered)
def _(event: events.Registered, household: "Household") -> None:
    household.begin(event)


@evolve.register(events.MemberJoined)
def _(event: events.MemberJoined, household: "Household") -> None:
    household.come((event.member,), event.effective_on)


@evolve.register(events.MemberLeft)
def _(event: events.MemberLeft, household: "Household") -> None:
    household.go((event.person_id,), event.effective_on)


@evolve.register(events.MemberCorrected)
def _(event: events.MemberCorrected, household: "Household") -> None:
    person = event.person_id
    now = {change.attribute: change.after for change in event.changes}
    household.members[person] = replace(household.members[person], **now)  # type: ignore[arg-type]
    for attribute in now:
        household.corrected_on[person, attribute] = event.effective_on
    household.latest(event.effective_on)


@evolve.register(events.HouseholdCorrected)
def _(event: events.HouseholdCorrected, household: "Household") -> None:
    flags: dict[str, Any] = {}
    for change in event.changes:
        if change.attribute in FLAGS:
            flags[change.attribute] = change.after
        else:
            setattr(household, change.attribute, change.after)
        household.corrected_on[None, change.attribute] = event.effective_on
    household.flags = replace(household.flags, **flags)
    household.latest(event.effective_on)


@evolve.register(events.HeadChanged)
def _(event: events.HeadChanged, household: "Household") -> None:
    household.head, household.head_since = event.head, event.effective_on
    household.headed_until[event.head_before] = event.effective_on
    relations = {event.head_before: event.relation_before, event.head: "head"}
    for person, relation in relations.items():
        household.members[person] = replace(household.members[person], relation=relation)
        household.corrected_on[person, "relation"] = event.effective_on
    household.latest(event.effective_on)


@evolve.register(events.Moved)
def _(event: events.Moved, household: "Household") -> None:
    household.area, household.village = event.area, event.village
    household.number, household.address = event.number, event.address
    household.placed_on = event.effective_on
    household.latest(event.effective_on)


@evolve.register(events.SplitOff)
def _(event: events.SplitOff, household: "Household") -> None:
    household.go(event.persons, event.effective_on)


@evolve.register(events.MergedInto)
def _(event: events.MergedInto, household: "Household") -> None:
    household.go(event.persons, event.effective_on)
    household.ended_on, household.ended_how = event.effective_on, "merged"


@evolve.register(events.MembersReceived)
def _(event: events.MembersReceived, household: "Household") -> None:
    household.come(event.members, event.effective_on)


@evolve.register(events.Dissolved)
def _(event: events.Dissolved, household: "Household") -> None:
    household.go(tuple(household.members), event.effective_on)
    household.ended_on, household.ended_how = event.effective_on, event.reason


@evolve.register(events.Screened)
def _(event: events.Screened, household: "Household") -> None:
    household.screenings.append(event)
    household.latest(event.effective_on)


@evolve.register(events.Surveyed)
def _(event: events.Surveyed, household: "Household") -> None:
    household.surveys[event.survey_id] = event
    household.latest(event.effective_on)


@evolve.register(events.Classified)
def _(event: events.Classified, household: "Household") -> None:
    household.decisions.append(event)
    household.latest(event.effective_on)


@evolve.register(events.LeftPoverty)
def _(event: events.LeftPoverty, household: "Household") -> None:
    household.exits.append(event)
    household.latest(event.effective_on)


@evolve.register(events.CausesRecorded)
def _(event: events.CausesRecorded, household: "Household") -> None:
    household.causes.append(event)
    household.latest(event.effective_on)


@evolve.register(events.NeedsRecorded)
def _(event: events.NeedsRecorded, household: "Household") -> None:
    household.needs.append(event)
    household.latest(event.effective_on)


@evolve.register(events.PlanAgreed)
def _(event: events.PlanAgreed, household: "Household") -> None:
    household.plans.append(event)
    household.latest(event.effective_on)


@evolve.register(events.SupportGranted)
def _(event: events.SupportGranted, household: "Household") -> None:
    household.supports[event.support_id] = event
    household.latest(event.effective_on)


@evolve.register(events.Matched)
def _(event: events.Matched, household: "Household") -> None:
    household.settled.add((event.candidate, event.verdict, event.source))


@evolve.register(events.PapersChanged)
def _(event: events.PapersChanged, household: "Household") -> None:
    person = event.person_id
    for group in (household.members, household.former):
        if person in group:
            group[person] = replace(group[person], private=event.after)
    household.corrected_on[person, "private"] = event.effective_on
    household.latest(event.effective_on)


@evolve.register(events.PersonForgotten)
def _(event: events.PersonForgotten, household: "Household") -> None:
    household.forgotten.add(event.person_id)


@evolve.register(events.Withdrawal)
def _(event: events.Withdrawal, household: "Household") -> None:
    household.leave_out(event)
