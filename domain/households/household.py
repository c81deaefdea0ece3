"""A household (hộ) on the register, from its first entry to its end.

    registered -> members come, leave, are corrected; the head changes
               -> it moves; it splits; another household merges into it
               -> screened, surveyed, classified, leaves poverty; causes, needs, a plan; support
               -> merged into another household, or dissolved
               -> what was found, decided or granted by error is withdrawn

Its identity lasts through a change of head, a move and a correction. Here is what it remembers;
what an event changes in that stands in `remembering.py`. What can be asked of it, and is refused
or recorded, stands in one file per chapter: `members.py`, `changes.py`, `standing.py`,
`support.py`, `withdrawing.py`. Each chapter's functions are methods of this class.

Dates. An event says since when something was so. As of a day, a household is what its events up
to that day make of it, ordered by (effective_on, order of recording), and an end is final: what
is dated on or after it counts no more. A late fact is taken wherever that order gives the truth,
and refused as OutOfOrder where something dated later already rests on the contrary.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from eventsourcing.domain import BaseAggregate

from domain.commands.context import CommandContext
from domain.households import (
    assessment,
    events,
    membership,
    needs_and_plan,
    relocation,
    withdrawals,
)
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
from domain.households.evolve import evolve

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

    # Its commands, by chapter.
    enter = classmethod(membership.enter)
    join = membership.join
    leave = membership.leave
    correct_member = membership.correct_member
    correct = membership.correct
    change_head = membership.change_head
    forget = membership.forget
    change_papers = membership.change_papers
    settle_match = membership.settle_match
    move = relocation.move
    split = relocation.split
    merge_into = relocation.merge_into
    receive = relocation.receive
    dissolve = relocation.dissolve
    screen = assessment.screen
    survey = assessment.survey
    classify = assessment.classify
    record_causes = needs_and_plan.record_causes
    record_needs = needs_and_plan.record_needs
    agree_plan = needs_and_plan.agree_plan
    grant = needs_and_plan.grant
    withdraw = withdrawals.withdraw

    # What every chapter uses.

    def note(
        self, event: type[events.HouseholdEvent], facts: CommandContext, /, **what: Any
    ) -> None:
        """Records one event with the circumstances of its command.

        The moment of recording never runs backwards along a household: where the clock was set
        back, the event bears the moment of the one before it.
        """
        if facts.recorded_at < self.modified_on:
            behind = (self.modified_on - facts.recorded_at).total_seconds()
            log.warning("the clock was set back", household=str(self.id), seconds=round(behind))
        self.trigger_event(
            event,
            timestamp=max(facts.recorded_at, self.modified_on),
            effective_on=facts.effective_on,
            actor=facts.actor,
            command_id=facts.command_id,
            document=facts.document,
            **what,
        )

    def admit(
        self,
        facts: CommandContext,
        *,
        late: bool = False,
        future: type[EffectiveInFuture] = EffectiveInFuture,
        before: type[BeforeRegistration] = BeforeRegistration,
    ) -> None:
        """Refuses a date outside the household's life as known on the day of recording.

        `late` lets a fact in that is dated before an end which is already recorded.
        """
        self.within_life(facts, future=future, before=before)
        if self.ended_on is not None and not (late and facts.effective_on < self.ended_on):
            raise HouseholdEnded(ended_on=self.ended_on, how=self.ended_how)

    def within_life(
        self,
        facts: CommandContext,
        *,
        future: type[EffectiveInFuture] = EffectiveInFuture,
        before: type[BeforeRegistration] = BeforeRegistration,
    ) -> None:
        """Refuses a date before the household was registered or after the day of recording."""
        if facts.effective_on > facts.recorded_on:
            raise future(effective_on=facts.effective_on, recorded_on=facts.recorded_on)
        if facts.effective_on < self.registered_on:
            raise before(effective_on=facts.effective_on, registered_on=self.registered_on)

    def in_order(self, facts: CommandContext, *latest: date | None) -> None:
        """OutOfOrder if the effective date lies before one of the dates."""
        for day in latest:
            if day is not None and facts.effective_on < day:
                raise OutOfOrder(effective_on=facts.effective_on, later=day)

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
        """Takes an event over into what the household remembers; see `remembering.py`."""
        evolve(event, self)
        if not isinstance(event, events.PersonForgotten | events.Withdrawal):
            self.days[event.originator_version] = event.effective_on

    def begin(self, event: events.Registered) -> None:
        """All that is remembered, as it is on the first day."""
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
        self.come(event.members, event.effective_on)

    def come(self, newcomers: Iterable[events.Member], day: date) -> None:
        """They are members from that day on."""
        for one in newcomers:
            self.members[one.person_id] = one
            self.stays.setdefault(one.person_id, []).append(Stay(day))
        self.latest(day)

    def go(self, persons: Iterable[UUID], day: date) -> None:
        """They are members no longer from that day on."""
        for person in persons:
            self.former[person] = self.members.pop(person)
            self.stays[person][-1].until = day
        self.latest(day)

    def leave_out(self, event: events.Withdrawal) -> None:
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

    def latest(self, day: date) -> None:
        """Keeps the latest of all effective dates."""
        self.last_on = max(self.last_on, day)
