"""A household (hộ) is on the register from its first entry to its end.

    registered -> members come, leave, are corrected; the head changes
               -> it moves; it splits; another household merges into it
               -> screened, surveyed, classified, leaves poverty; causes, needs, a plan; support
               -> merged into another household, or dissolved
               -> what was found, decided or granted by error is withdrawn

Its identity lasts through a change of head, a move and a correction. What is on record of it and
what each event changes in that is in `record.py`; here are the limits that every decision keeps.
Decisions are functions over a household, one file for each subject: `membership`, `relocation`,
`assessment`, `needs_and_plan`, `withdrawals`. They refuse, or record events.

Dates. An event says since when something was so. As of a day, a household is what its events up
to that day make of it, ordered by (effective_on, order of recording), and an end is final: what
is dated on or after it counts no more. A late fact is taken wherever that order gives the truth,
and refused as OutOfOrder where something dated later already rests on the contrary.
"""

from datetime import date
from uuid import UUID

import structlog
from eventsourcing.domain import BaseAggregate

from domain.commands.context import CommandContext
from domain.households import events
from domain.households.codes import LISTED
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
from domain.households.record import HouseholdRecord, evolve

log = structlog.get_logger("socai.domain")


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
