"""Steps of a round in random order: no illegal one is recorded, and every legal way ends in the
decision.

The rules stand here a second time, as plain conditions on what was done, and are compared with what
the commands take and refuse.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import TimeLimit, due
from domain.commands.command import Actor, CommandContext, Document
from domain.errors import Refusal
from domain.eventstore.personal import Keyring, Personal
from domain.households.decisions import ClassInput, Figures, classify
from domain.households.events import Flags, Member, Registered
from domain.households.household import Household
from domain.households.surveys import SurveyInput, survey
from domain.reviews.brake import published_brakes
from domain.reviews.consultations import AnswerConsultation, SendConsultation
from domain.reviews.decision_list import decision_list
from domain.reviews.decisions import SignDecision
from domain.reviews.grievances import AnswerGrievance, LodgeGrievance
from domain.reviews.handed_lists import HandOverList, list_now
from domain.reviews.handler import RoundCommand, RoundServices
from domain.reviews.load import published
from domain.reviews.meetings import HoldMeeting, ResultInput
from domain.reviews.new_round import OpenRound
from domain.reviews.postings import PostResults
from domain.reviews.review_list import ListHouseholds
from domain.reviews.round import Round
from domain.reviews.round_end import CloseRound
from tests.given import HUONG_SO, a_few_areas
from tests.reviews import CASE_WORKER, CHAIRMAN, OPENED, POOR, PROVINCE, SURVEYOR, VILLAGE
from tests.standards import standards

STANDARDS, AREAS = standards(), a_few_areas()
HOUSEHOLDS = 2
AN_HOUR = timedelta(minutes=1)


class KeysOfNoStore(Keyring):
    """A keyring that finds no key in a store, so that each is a new one."""

    def _ciphers(self, subjects: Iterable[UUID], conn: Any = None) -> dict[UUID, Any]:
        return {}


@dataclass
class Expected:
    """What the rules say of one household, by what was done to it."""

    listed: bool = False
    since: date = date.max
    survey: UUID | None = None
    surveyed_on: date = date.min
    used: set[UUID] = field(default_factory=set)
    voted: bool = False
    sent_back: bool = False
    until: date | None = None
    grievance: UUID | None = None
    voted_again: bool = False
    to_be_reposted: bool = False
    decided: bool = False

    def may_be_met(self, today: date) -> bool:
        waits = not self.voted or self.sent_back or self.grievance is not None
        fresh = self.survey is not None and self.survey not in self.used
        return (
            self.listed and not self.decided and waits and fresh
            and self.since <= self.surveyed_on <= today
        )  # fmt: skip

    @property
    def settled(self) -> bool:
        return self.voted and not self.sent_back and self.grievance is None

    def may_be_posted(self) -> bool:
        return self.listed and not self.decided and self.settled and self.until is None

    def may_be_reposted(self) -> bool:
        return self.settled and self.to_be_reposted and not self.decided

    def is_ready(self, today: date) -> bool:
        shown = self.until is not None and self.until < today
        return self.settled and shown and not self.to_be_reposted


class Review:
    """A round and its households in memory, with what the rules expect of them."""

    def __init__(self) -> None:
        self.today = OPENED
        self.moment = datetime.combine(OPENED, time(1), tzinfo=UTC)
        self.households = {one.id: one for one in (new_household(at) for at in range(HOUSEHOLDS))}
        self.ids = sorted(self.households)
        self.expected = {one: Expected() for one in self.ids}
        self.rounds: dict[UUID, Round] = {}
        self.reported = self.answered = self.closed = False
        self.services = RoundServices(
            STANDARDS,
            AREAS,
            published(),
            published_brakes(),
            KeysOfNoStore(None, b"m" * 32, b"i" * 32),  # type: ignore[arg-type]
            None,  # type: ignore[arg-type]
            self.rounds.__getitem__,
            self.rounds.__contains__,
            self._load,
            lambda _: frozenset(),
        )
        opened = OpenRound(HUONG_SO, "periodic", 2026)
        self.round_id = self._take(opened, CASE_WORKER).about.id

    def _load(self, ids: Iterable[UUID]) -> Mapping[UUID, Household]:
        return {one: self.households[one] for one in ids if one in self.households}

    def context(self, by: Actor, paper: Document | None = None) -> CommandContext:
        self.moment = max(self.moment + AN_HOUR, datetime.combine(self.today, time(1), tzinfo=UTC))
        return CommandContext(self.today, by, uuid4(), self.moment, paper)

    def _take(self, command: RoundCommand, by: Actor, paper: Document | None = None) -> Any:
        result = command.result(self.services, self.context(by, paper), None)
        for one in result.aggregates:
            if isinstance(one, Round):
                self.rounds[one.id] = one
        return result

    def attempt(
        self, legal: bool, command: RoundCommand, by: Actor, paper: Document | None = None
    ) -> Any:
        """Takes a command; a refusal records nothing, and comes exactly where the rules say."""
        round_ = self.rounds[self.round_id]
        before = round_.version, {one: each.version for one, each in self.households.items()}
        result, refused = None, None
        try:
            result = self._take(command, by, paper)
        except Refusal as refusal:
            refused = refusal
        if refused is None:
            assert legal, f"recorded: {command}"
            return result
        after = round_.version, {one: each.version for one, each in self.households.items()}
        assert after == before, "refused, and recorded all the same"
        assert not legal, refused
        return None

    # ---- steps -----------------------------------------------------------------------------------

    def later(self, days: int) -> None:
        self.today += timedelta(days=days)

    def put_on_list(self, at: int) -> None:
        one = self.expected[self.ids[at]]
        command = ListHouseholds(self.round_id, "current_list", (self.ids[at],))
        if self.attempt(not self.closed and not self.reported, command, CASE_WORKER):
            if not one.listed:
                one.since = self.today
            one.listed = True

    def survey(self, at: int) -> None:
        id_ = uuid4()
        form = SurveyInput("B", "urban", SURVEYOR.account, b1=POOR[0], b2=POOR[1])
        survey(self.households[self.ids[at]], self.context(SURVEYOR), form, survey_id=id_)
        one = self.expected[self.ids[at]]
        one.survey, one.surveyed_on = id_, self.today

    def meet(self, at: int, votes: int) -> None:
        one = self.expected[self.ids[at]]
        result = ResultInput(self.ids[at], one.survey or uuid4(), votes)
        command = HoldMeeting(self.round_id, VILLAGE, 10, "village_head", (result,))
        if self.attempt(not self.closed and one.may_be_met(self.today), command, CASE_WORKER):
            assert one.survey is not None
            one.used.add(one.survey)
            one.voted, one.sent_back = True, votes < 5
            one.voted_again = one.grievance is not None
            if one.sent_back:
                one.since = self.today

    def post(self, at: int) -> None:
        one = self.expected[self.ids[at]]
        command = PostResults(self.round_id, ("village_house", "commune_office"), (self.ids[at],))
        if self.attempt(not self.closed and one.may_be_posted(), command, CASE_WORKER):
            one.until = due(self.today, TimeLimit(3, "working"))

    def repost(self, at: int) -> None:
        one = self.expected[self.ids[at]]
        command = PostResults(self.round_id, ("village_house",), (self.ids[at],), again=True)
        if self.attempt(not self.closed and one.may_be_reposted(), command, CASE_WORKER):
            one.until = due(self.today, TimeLimit(3, "working"))
            one.to_be_reposted = False

    def complain(self, at: int) -> None:
        one = self.expected[self.ids[at]]
        if one.grievance is not None:
            return
        command = LodgeGrievance(self.round_id, self.ids[at], "household", "Ghi sai")
        done = self.attempt(one.until is not None, command, CASE_WORKER)
        if done and not (one.decided or self.closed) and one.until and self.today <= one.until:
            one.grievance, one.since, one.voted_again = done.created, self.today, False
            assert done.notes == ()
        elif done:
            assert done.notes == ("late",)

    def reverify(self, at: int) -> None:
        one = self.expected[self.ids[at]]
        legal = one.grievance is not None and one.voted_again and not one.sent_back
        command = AnswerGrievance(self.round_id, one.grievance or uuid4())
        if self.attempt(legal and not self.closed, command, CASE_WORKER):
            one.grievance, one.to_be_reposted = None, True

    def report(self) -> None:
        listed = [one for one in self.expected.values() if one.listed]
        ready = all(one.is_ready(self.today) for one in listed)
        legal = bool(listed) and ready and not self.reported and not self.closed
        if self.attempt(legal, SendConsultation(self.round_id), CASE_WORKER):
            self.reported = True

    def answer(self) -> None:
        legal = self.reported and not self.answered and not self.closed
        if self.attempt(legal, AnswerConsultation(self.round_id, "agrees"), PROVINCE):
            self.answered = True

    def sign(self) -> None:
        waiting = [one for one in self.expected.values() if one.listed and not one.decided]
        ready = all(one.is_ready(self.today) for one in waiting)
        legal = bool(waiting) and ready and self.answered and not self.closed
        paper = Document(f"{self.today:%d%m}/QĐ-UBND", self.today, "chutich")
        command = SignDecision(self.round_id, "result", "recognition", self._digest())
        if self.attempt(legal, command, CHAIRMAN, paper):
            for one in waiting:
                one.decided = True

    def hand_over(self) -> None:
        listed = [one for one in self.expected.values() if one.listed]
        legal = bool(listed) and all(one.decided for one in listed)
        now = list_now(self.rounds[self.round_id], self.services, "insurance", self.today, self.ids)
        command = HandOverList(self.round_id, "insurance", "post", now.digest, tuple(self.ids))
        if self.attempt(legal, command, CASE_WORKER):
            assert len(now.households) == len(self.ids)

    def close(self) -> None:
        legal = not self.closed and all(one.decided for one in self.expected.values() if one.listed)
        if self.attempt(legal, CloseRound(self.round_id), CHAIRMAN):
            self.closed = True

    def _digest(self) -> str:
        return decision_list(
            self.rounds[self.round_id], self.round_id, self.services, self.households,
            list_code="result", kind="recognition", on=self.today,
        ).digest  # fmt: skip

    # ---- the legal rest --------------------------------------------------------------------------

    def finish(self) -> None:
        """Takes the steps that are still missing, in their order, and signs."""
        if not any(one.listed for one in self.expected.values()):
            self.put_on_list(0)
        for at, id_ in enumerate(self.ids):
            one = self.expected[id_]
            if not one.listed or one.decided:
                continue
            if not one.settled and not (one.grievance and one.voted_again and not one.sent_back):
                self.survey(at)
                self.meet(at, 9)
            if one.grievance:
                self.reverify(at)
            if one.to_be_reposted:
                self.repost(at)
            if one.until is None:
                self.post(at)
        self.later(10)
        if not self.reported:
            self.report()
        if not self.answered:
            self.answer()
        if not all(one.decided for one in self.expected.values() if one.listed):
            self.sign()
        self.hand_over()
        self.close()


def new_household(at: int) -> Household:
    """A poor household in memory, as last year's decision left it."""
    head, day = uuid4(), date(2025, 3, 3)

    def context(on: date, paper: Document | None = None) -> CommandContext:
        moment = datetime.combine(on, time(3), tzinfo=UTC)
        return CommandContext(on, CHAIRMAN, uuid4(), moment, paper)

    made = context(day)
    household = Household._create(
        Registered,
        id=uuid4(),
        timestamp=made.recorded_at,
        effective_on=day,
        actor=made.actor,
        command_id=made.command_id,
        document=None,
        number=f"H{at}",
        area=HUONG_SO,
        village=VILLAGE,
        address=None,
        residence="permanent",
        head=head,
        members=(Member(head, "head", Personal(head, b"sealed")),),
        flags=Flags(),
        source="entry",
        split_from=None,
    )
    assert isinstance(household, Household)
    signed = date(2025, 12, 20)
    figures = Figures("urban", b1=POOR[0], b2=POOR[1])
    classify(
        household,
        context(signed, Document("9/QĐ-UBND", signed, "chutich")),
        ClassInput("poor", figures=figures),
        STANDARDS.get("2022-2026"),
    )
    return household


AT = st.integers(0, HOUSEHOLDS - 1)
STEPS = st.one_of(
    st.tuples(st.just("later"), st.integers(0, 5)),
    st.tuples(st.just("meet"), AT, st.sampled_from([4, 5, 9])),
    *(
        st.tuples(st.just(step), AT)
        for step in ("put_on_list", "survey", "post", "repost", "complain", "reverify")
    ),
    *(st.tuples(st.just(step)) for step in ("report", "answer", "sign", "hand_over", "close")),
)
VOTES = st.sampled_from([4, 5, 9])
DAYS = st.integers(0, 5)


@st.composite
def walks(draw: Any) -> list[tuple[Any, ...]]:
    """The usual way with a grievance or without, some steps left out, others put in between."""
    complained = draw(st.booleans())
    usual: list[tuple[Any, ...]] = [
        ("put_on_list", 0), ("put_on_list", 1), ("survey", 0), ("survey", 1),
        ("meet", 0, draw(VOTES)), ("meet", 1, 9), ("post", 0), ("post", 1),
    ]  # fmt: skip
    if complained:
        usual += [
            ("complain", 0), ("later", draw(st.integers(0, 1))), ("survey", 0),
            ("meet", 0, draw(VOTES)), ("reverify", 0), ("repost", 0),
        ]  # fmt: skip
    usual += [("later", draw(DAYS)), ("report",), ("answer",), ("sign",), ("hand_over",)]
    walk: list[tuple[Any, ...]] = []
    for step in usual:
        if draw(st.integers(0, 9)) < 9:
            walk.append(step)
        if draw(st.integers(0, 9)) < 4:
            walk.append(draw(STEPS))
    return walk


@settings(max_examples=400, deadline=None)
@given(st.one_of(walks(), st.lists(STEPS, max_size=25)))
def test_no_illegal_order_is_recorded_and_every_legal_one_reaches_the_decision(
    steps: list[tuple[Any, ...]],
) -> None:
    review = Review()
    for name, *arguments in steps:
        getattr(review, name)(*arguments)
    if review.closed:
        return
    review.finish()
    listed = [one for one in review.ids if review.expected[one].listed]
    assert listed
    for one in listed:
        assert review.households[one].class_on(review.today) == "poor"
        decided = [each for each in review.households[one].decisions if each.survey_id]
        assert len(decided) == 1
    assert review.rounds[review.round_id].closed_on == review.today
