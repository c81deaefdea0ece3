"""Whatever is commanded, in whatever order and however late, a household makes sense.

Random commands with random dates run on a few households in memory; refusals are part of life.
After each that is taken: what was withdrawn is left out of all that it says; who it says are
members are members, it has one head, what is stored makes the same household again, and as of any
day, folding its events by (effective_on, order of recording) without looking at the aggregate, it
has a head who is a member.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.commands.command import Actor, CommandContext, Document
from domain.errors import Refusal
from domain.eventstore.mapper import StateMapper
from domain.eventstore.personal import Personal
from domain.households import (
    corrections,
    decisions,
    erasure,
    events,
    members,
    needs_and_plan,
    registration,
    relocation,
    surveys,
    withdrawals,
)
from domain.households.codes import JOIN_REASONS, LEAVE_REASONS
from domain.households.decisions import ClassInput
from domain.households.household import Household
from domain.households.support import SupportInput, grant
from domain.households.surveys import SurveyInput
from domain.households.withdrawals import KINDS
from tests.given import HUONG_SO, RURAL
from tests.standards import standards

NAMESPACE = UUID("7d3f1f6e-0000-4000-8000-000000000001")
FIRST = date(2022, 1, 1)
STANDARD = standards().get("2022-2026")
MAPPER = StateMapper()
ACTOR = Actor("canbo", "case_worker", HUONG_SO)
CHAIRMAN = Actor("chutich", "chairman", HUONG_SO)
KIND_OF = {entry: kind for kind, (entry, _) in KINDS.items()}


def person(number: int) -> UUID:
    return uuid5(NAMESPACE, f"person {number}")


def member(number: int, relation: str = "child") -> events.Member:
    id_ = person(number)
    return events.Member(id_, relation, Personal(id_, b"sealed"), sex="female")


class World:
    """Some households, and the commands that a village can think of."""

    def __init__(self) -> None:
        self.households: list[Household] = []
        self.commands = 0
        for number in range(2):
            people = tuple(member(10 * number + k, "child" if k else "head") for k in range(3))
            self.households.append(
                registration.enter(
                    self.context(0, 0),
                    household_id=uuid5(NAMESPACE, f"household {number}"),
                    number="",
                    area=HUONG_SO,
                    village="",
                    address=None,
                    residence="permanent",
                    members=people,
                    flags=events.Flags(),
                    source="entry",
                )
            )

    def context(self, day: int, late: int) -> CommandContext:
        """Effective on a day, recorded up to some weeks later."""
        self.commands += 1
        effective_on = FIRST + timedelta(days=day)
        recorded = datetime.combine(effective_on + timedelta(days=late), time(3), tzinfo=UTC)
        return CommandContext(
            effective_on,
            ACTOR,
            uuid5(NAMESPACE, f"command {self.commands}"),
            recorded,
            Document("1/QĐ", FIRST, "chutich"),
        )

    def run(self, command: str, which: int, day: int, a: int, b: int) -> None:
        """One command, chosen by numbers; Refusal where it is refused."""
        home = self.households[which % len(self.households)]
        context = self.context(day, late=60)
        people = [*home.members, *home.former] or [person(0)]
        one, other = people[a % len(people)], people[b % len(people)]
        getattr(self, command)(home, context, one, other, a, b)

    def join(self, home, context, one, other, a, b):
        elsewhere = {p for h in self.households if h is not home for p in h.members}
        newcomer = member(a)
        if newcomer.person_id not in elsewhere:
            reason = sorted(JOIN_REASONS)[b % len(JOIN_REASONS)]
            members.join(home, context, member=newcomer, reason=reason)

    def leave(self, home, context, one, other, a, b):
        reason = sorted(LEAVE_REASONS)[b % len(LEAVE_REASONS)]
        members.leave(
            home, context, person_id=one, reason=reason, new_head=other if b % 2 else None
        )

    def change_head(self, home, context, one, other, a, b):
        members.change_head(home, context, head=one, reason="agreement")

    def correct_member(self, home, context, one, other, a, b):
        before = (home.members.get(one) or home.former.get(one) or member(a)).sex
        after = "male" if before == "female" else "female"
        changes = (events.Change("sex", before, after),)
        corrections.correct_member(home, context, person_id=one, changes=changes, reason="error")

    def correct(self, home, context, one, other, a, b):
        changes = (events.Change("village", home.village, f"Thôn {a}"),)
        corrections.correct(home, context, changes=changes, reason="error")

    def move(self, home, context, one, other, a, b):
        area = (HUONG_SO, RURAL)[a % 2]
        relocation.move(home, context, area=area, village=f"Thôn {b}", number="", address=None)

    def split(self, home, context, one, other, a, b):
        stay = next((p for p in home.members if p not in (one, other)), None)
        new = relocation.split(
            home,
            context,
            new_household=uuid5(NAMESPACE, f"split {self.commands}"),
            persons={other: "child", one: "head"},
            area=HUONG_SO,
            village="",
            number="",
            address=None,
            new_head=stay if b % 2 else None,
        )
        self.households.append(new)

    def merge(self, home, context, one, other, a, b):
        into = self.households[a % len(self.households)]
        relocation.merge_into(home, context, into, relations=dict.fromkeys(home.members, "other"))

    def dissolve(self, home, context, one, other, a, b):
        relocation.dissolve(home, context, reason="error" if b % 2 else "other")

    def classify(self, home, context, one, other, a, b):
        class_ = ("poor", "near_poor", "average", "not_poor")[a % 4]
        decisions.classify(home, context, ClassInput(class_), STANDARD)

    def record_causes(self, home, context, one, other, a, b):
        needs_and_plan.record_causes(home, context, causes=(str(1 + a % 8),))

    def screen(self, home, context, one, other, a, b):
        outcome = ("survey", "not_poor")[a % 2]
        surveys.screen(home, context, form="A", answers={}, outcome=outcome)

    def survey(self, home, context, one, other, a, b):
        survey_id = uuid5(NAMESPACE, f"survey {self.commands}")
        surveys.survey(home, context, SURVEY, survey_id=survey_id)

    def classify_by_survey(self, home, context, one, other, a, b):
        surveys = list(home.surveys)
        if surveys:
            context = replace(context, actor=CHAIRMAN)
            given = ClassInput(survey_id=surveys[a % len(surveys)])
            decisions.classify(home, context, given, STANDARD)

    def agree_plan(self, home, context, one, other, a, b):
        needs_and_plan.agree_plan(home, context, goal=f"{a}", steps=("x",), responsible="x")

    def record_needs(self, home, context, one, other, a, b):
        needs_and_plan.record_needs(home, context, needs=(("health", "credit")[a % 2],))

    def grant(self, home, context, one, other, a, b):
        day = context.effective_on
        support = SupportInput(
            programme="P", benefit=f"{b}", amount=1, period_from=day, period_until=day,
            source="local", funding_year=2022,
        )  # fmt: skip
        support_id = uuid5(NAMESPACE, f"support {self.commands}")
        grant(home, context, support, support_id=support_id)

    def withdraw(self, home, context, one, other, a, b):
        entries = [event for event in history(home) if type(event) in KIND_OF]
        if entries:
            entry = entries[(8 * a + b) % len(entries)]
            withdrawals.withdraw(home,
                replace(context, actor=CHAIRMAN), kind=KIND_OF[type(entry)],
                entry=entry.originator_version, reason="x",
            )  # fmt: skip

    def forget(self, home, context, one, other, a, b):
        erasure.forget(home, context, person_id=one, legal_basis="x")


COMMANDS = (
    "join", "leave", "leave", "change_head", "correct_member", "correct", "move", "split",
    "merge", "dissolve", "classify", "classify", "record_causes", "forget", "screen", "survey",
    "classify_by_survey", "agree_plan", "record_needs", "grant", "withdraw", "withdraw", "withdraw",
)  # fmt: skip
SURVEY = SurveyInput(form="B", area_type="urban", surveyor="khaosat", b1=150, b2=40)
steps = st.lists(
    st.tuples(
        st.sampled_from(COMMANDS),
        st.integers(0, 3),
        st.integers(0, 40),
        st.integers(0, 7),
        st.integers(0, 7),
    ),
    max_size=25,
)


@settings(max_examples=200, deadline=None)
@given(steps)
def test_households_make_sense_after_any_commands(commands):
    world = World()
    for command in commands:
        lengths = [len(history(home)) for home in world.households]
        try:
            world.run(*command)
        except Refusal:
            # A refused household is never saved: it is read again as it was.
            kept = zip(world.households, lengths, strict=True)
            world.households = [replay(home, length) for home, length in kept]
            continue
        for home in world.households:
            check_state(home)
            check_replay(home)
            check_as_of_every_day(home)
            check_what_counts(home)
    members = Counter(one for home in world.households for one in home.members)
    assert not members or max(members.values()) == 1


def history(home: Household) -> list:
    return list(home.pending_events)


def state(home: Household) -> tuple:
    """All that it remembers, and its events."""
    kept = {name: value for name, value in vars(home).items() if name != "_pending_events"}
    return repr(sorted(kept.items())), tuple(history(home))


def replay(home: Household, length: int) -> Household:
    """The household as the first events, stored and read back, make it."""
    again = None
    for event in history(home)[:length]:
        again = MAPPER.to_domain_event(MAPPER.to_stored_event(event)).mutate(again)
    assert again is not None
    again._pending_events = history(home)[:length]
    return again


def check_state(home: Household) -> None:
    open_stays = {
        one for one, stays in home.stays.items() if any(stay.until is None for stay in stays)
    }
    assert home.members.keys() == open_stays
    for stays in home.stays.values():
        for stay, following in pairwise(stays):
            assert stay.until is not None
            assert stay.since <= stay.until <= following.since
    if home.ended_on is not None:
        assert not home.members
        return
    assert home.head in home.members
    assert [one.person_id for one in home.members.values() if one.relation == "head"] == [home.head]
    assert all(id_ == one.person_id for id_, one in home.members.items())


def check_replay(home: Household) -> None:
    again = replay(home, len(history(home)))
    assert state(again) == state(home)
    assert again.version == len(history(home))


def counting(home: Household) -> list:
    """Its events without what was withdrawn, and without the withdrawals."""
    events_ = history(home)
    gone = {one.withdraws for one in events_ if isinstance(one, events.Withdrawal)}
    return [
        one
        for one in events_
        if one.originator_version not in gone and not isinstance(one, events.Withdrawal)
    ]


def check_what_counts(home: Household) -> None:
    """It remembers the entries that count, each once, and no others; a decision has its survey."""
    kept = {
        events.Screened: home.screenings,
        events.Surveyed: list(home.surveys.values()),
        events.Classified: home.decisions,
        events.LeftPoverty: home.exits,
        events.CausesRecorded: home.causes,
        events.NeedsRecorded: home.needs,
        events.PlanAgreed: home.plans,
        events.SupportGranted: list(home.supports.values()),
    }
    for kind, entries in kept.items():
        assert entries == [one for one in counting(home) if type(one) is kind]
    for decision in home.decisions:
        assert decision.survey_id is None or decision.survey_id in home.surveys
    for exit_ in home.exits:
        assert any(one.command_id == exit_.command_id for one in home.decisions)
    remembered = [one for one in counting(home) if type(one) is not events.PersonForgotten]
    assert home.last_on == max(one.effective_on for one in remembered)
    withdrawn = {one.withdraws for one in history(home) if isinstance(one, events.Withdrawal)}
    assert home.withdrawn.keys() == withdrawn


def check_as_of_every_day(home: Household) -> None:
    """An independent fold by day: members come once, leave once, and one of them is the head."""
    ordered = sorted(
        counting(home), key=lambda event: (event.effective_on, event.originator_version)
    )
    for day in sorted({event.effective_on for event in ordered}):
        members: set[UUID] = set()
        head, ended, class_ = None, False, ""
        for event in ordered:
            if event.effective_on > day or ended:
                break
            match event:
                case events.Registered():
                    members, head = {one.person_id for one in event.members}, event.head
                case events.MemberJoined():
                    assert event.member.person_id not in members
                    members.add(event.member.person_id)
                case events.MembersReceived():
                    members |= {one.person_id for one in event.members}
                case events.MemberLeft():
                    members.remove(event.person_id)
                case events.SplitOff():
                    members -= set(event.persons)
                case events.HeadChanged():
                    assert event.head in members
                    head = event.head
                case events.MergedInto() | events.Dissolved():
                    ended = True
                case events.Classified():
                    class_ = event.class_
        if not ended:
            assert head in members
            assert members == {
                one for one, stays in home.stays.items() if any(stay.covers(day) for stay in stays)
            }
            assert home.class_on(day) == class_
