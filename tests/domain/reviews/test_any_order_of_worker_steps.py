"""Steps of a round of low-income workers in random order: no illegal one is recorded, and every
legal way ends with an answer to each person who asked.

The rules stand here a second time, as plain conditions on what was done.
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
from domain.eventstore.personal import Personal
from domain.households.events import Flags, Member, Registered
from domain.households.household import Household
from domain.households.low_income import standing_on
from domain.households.surveys import SurveyInput, survey
from domain.reviews.brake import published_brakes
from domain.reviews.grievances import AnswerGrievance, LodgeGrievance
from domain.reviews.handler import RoundCommand, RoundServices
from domain.reviews.load import published
from domain.reviews.new_round import OpenRound
from domain.reviews.postings import PostResults
from domain.reviews.requests import ReceiveRequest, RefuseRequest
from domain.reviews.review_list import ListHouseholds
from domain.reviews.round import Round
from domain.reviews.round_end import CloseRound
from domain.reviews.worker_decisions import SignWorkers, worker_list
from domain.reviews.workers import DetermineWorkers, WorkersInput
from tests.domain.reviews.test_any_order_of_steps import (
    AN_HOUR,
    AREAS,
    STANDARDS,
    KeysOfNoStore,
)
from tests.given import HUONG_SO
from tests.reviews import CASE_WORKER, CHAIRMAN, SURVEYOR, VILLAGE

OPENED = date(2026, 10, 15)
WITHIN, ABOVE = 3_000_000, 3_000_001
PERSONS = 2


@dataclass
class Expected:
    """What the rules say of the household, by what was done to it."""

    open: dict[int, UUID] = field(default_factory=dict)
    recognised: set[int] = field(default_factory=set)
    outcomes: dict[int, bool] = field(default_factory=dict)
    listed: bool = False
    since: date = date.max
    survey: UUID | None = None
    surveyed_on: date = date.min
    income: int = 0
    used: set[UUID] = field(default_factory=set)
    determined: bool = False
    until: date | None = None
    grievance: UUID | None = None
    again: bool = False
    closed: bool = False

    @property
    def done(self) -> bool:
        return self.listed and self.determined and not self.open

    def may_be_determined(self, today: date) -> bool:
        waits = not self.determined or self.grievance is not None
        fresh = self.survey is not None and self.survey not in self.used
        return (
            self.listed and not self.done and waits and fresh
            and self.since <= self.surveyed_on <= today
        )  # fmt: skip

    def is_ready(self, today: date) -> bool:
        shown = self.until is not None and self.until < today
        return self.listed and self.determined and self.grievance is None and shown

    def may_be_signed(self, today: date) -> bool:
        return self.is_ready(today) and any(self.outcomes[one] for one in self.open)


class Review:
    """A round and its household in memory, with what the rules expect of them."""

    def __init__(self) -> None:
        self.today = OPENED
        self.moment = datetime.combine(OPENED, time(1), tzinfo=UTC)
        self.household, self.persons = new_household()
        self.expected = Expected()
        self.signed = 0
        self.rounds: dict[UUID, Round] = {}
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
        opened = OpenRound(HUONG_SO, "low_income", 2026, 10)
        self.round_id = self._take(opened, CASE_WORKER).about.id

    @property
    def id(self) -> UUID:
        return self.household.id

    def _load(self, ids: Iterable[UUID]) -> Mapping[UUID, Household]:
        return {one: self.household for one in ids if one == self.id}

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
        before = round_.version, self.household.version
        result, refused = None, None
        try:
            result = self._take(command, by, paper)
        except Refusal as refusal:
            refused = refusal
        if refused is None:
            assert legal, f"recorded: {command}"
            return result
        assert (round_.version, self.household.version) == before, "refused, and recorded"
        assert not legal, refused
        return None

    # ---- steps -----------------------------------------------------------------------------------

    def later(self, days: int) -> None:
        self.today += timedelta(days=days)

    def ask(self, at: int) -> None:
        one = self.expected
        legal = (
            not one.closed and not one.determined
            and at not in one.open and at not in one.recognised
        )  # fmt: skip
        command = ReceiveRequest(self.round_id, self.id, person_id=self.persons[at])
        if made := self.attempt(legal, command, CASE_WORKER):
            one.open[at] = made.created

    def put_on_list(self) -> None:
        one = self.expected
        legal = not one.closed and (one.listed or bool(one.open))
        command = ListHouseholds(self.round_id, "request", (self.id,))
        if self.attempt(legal, command, CASE_WORKER) and not one.listed:
            one.listed, one.since = True, self.today

    def survey(self, income: int) -> None:
        id_ = uuid4()
        form = SurveyInput("VIII", "urban", SURVEYOR.account, income=income, deprived=())
        survey(self.household, self.context(SURVEYOR), form, survey_id=id_)
        one = self.expected
        one.survey, one.surveyed_on, one.income = id_, self.today, income

    def determine(self) -> None:
        one = self.expected
        given = WorkersInput(self.id, one.survey or uuid4())
        legal = not one.closed and one.may_be_determined(self.today)
        if self.attempt(legal, DetermineWorkers(self.round_id, (given,)), CASE_WORKER):
            assert one.survey is not None
            one.used.add(one.survey)
            one.determined, one.again = True, one.grievance is not None
            one.outcomes |= dict.fromkeys(one.open, one.income <= WITHIN)

    def post(self) -> None:
        one = self.expected
        legal = (
            not one.closed and one.listed and one.determined and not one.done
            and one.grievance is None and one.until is None
        )  # fmt: skip
        command = PostResults(self.round_id, ("commune_office",), (self.id,))
        if self.attempt(legal, command, CASE_WORKER):
            one.until = due(self.today, TimeLimit(5, "working"))

    def complain(self) -> None:
        one = self.expected
        if one.grievance is not None:
            return
        command = LodgeGrievance(self.round_id, self.id, "household", "Ghi sai")
        done = self.attempt(one.until is not None, command, CASE_WORKER)
        if not done:
            return
        late = one.closed or one.done or one.until is None or self.today > one.until
        assert done.notes == (("late",) if late else ())
        if not late:
            one.grievance, one.since, one.again = done.created, self.today, False

    def reverify(self) -> None:
        one = self.expected
        legal = not one.closed and one.grievance is not None and one.again
        command = AnswerGrievance(self.round_id, one.grievance or uuid4())
        if self.attempt(legal, command, CASE_WORKER):
            one.grievance = None

    def sign(self) -> None:
        one = self.expected
        legal = not one.closed and one.may_be_signed(self.today)
        self.signed += 1
        paper = Document(f"{self.signed}/QĐ-UBND", self.today, "chutich")
        digest = worker_list(self.rounds[self.round_id], self.round_id).digest
        if self.attempt(legal, SignWorkers(self.round_id, digest), CHAIRMAN, paper):
            now = {at for at in one.open if one.outcomes[at]}
            one.recognised |= now
            one.open = {at: id_ for at, id_ in one.open.items() if at not in now}

    def refuse(self, at: int) -> None:
        one = self.expected
        nothing = one.is_ready(self.today) and not one.outcomes.get(at, True)
        legal = not one.closed and at in one.open and (not one.listed or nothing)
        command = RefuseRequest(self.round_id, one.open.get(at, uuid4()), ("other",))
        if self.attempt(legal, command, CASE_WORKER):
            del one.open[at]

    def close(self) -> None:
        one = self.expected
        legal = not one.closed and not one.open and (one.done or not one.listed)
        if self.attempt(legal, CloseRound(self.round_id), CHAIRMAN):
            one.closed = True

    # ---- the legal rest --------------------------------------------------------------------------

    def finish(self) -> None:
        """Takes the steps that are still missing, in their order, and answers each request."""
        one = self.expected
        if not one.listed and not one.open:
            self.ask(0)
        if not one.listed:
            self.put_on_list()
        if one.open and (not one.determined or (one.grievance is not None and not one.again)):
            self.survey(WITHIN)
            self.determine()
        if one.grievance is not None:
            self.reverify()
        if one.open and one.until is None:
            self.post()
        self.later(12)
        if any(one.outcomes[at] for at in one.open):
            self.sign()
        for at in list(one.open):
            self.refuse(at)
        self.close()


def new_household() -> tuple[Household, list[UUID]]:
    """A household of two persons in memory, of no recognised class."""
    persons, day = [uuid4() for _ in range(PERSONS)], date(2025, 3, 3)
    household = Household._create(
        Registered,
        id=uuid4(),
        timestamp=datetime.combine(day, time(3), tzinfo=UTC),
        effective_on=day,
        actor=CASE_WORKER,
        command_id=uuid4(),
        document=None,
        number="H1",
        area=HUONG_SO,
        village=VILLAGE,
        address=None,
        residence="permanent",
        head=persons[0],
        members=tuple(
            Member(one, "head" if at == 0 else "child", Personal(one, b"sealed"))
            for at, one in enumerate(persons)
        ),
        flags=Flags(),
        source="entry",
        split_from=None,
    )
    assert isinstance(household, Household)
    return household, persons


AT = st.integers(0, PERSONS - 1)
INCOMES = st.sampled_from([WITHIN, ABOVE])
PLAIN = ("put_on_list", "determine", "post", "complain", "reverify", "sign", "close")
STEPS = st.one_of(
    st.tuples(st.just("later"), st.integers(0, 7)),
    st.tuples(st.just("survey"), INCOMES),
    st.tuples(st.sampled_from(["ask", "refuse"]), AT),
    st.tuples(st.sampled_from(PLAIN)),
)


@st.composite
def walks(draw: Any) -> list[tuple[Any, ...]]:
    """The usual way with a grievance or without, some steps left out, others put in between."""
    usual: list[tuple[Any, ...]] = [
        ("ask", 0), ("ask", 1), ("put_on_list",), ("survey", draw(INCOMES)), ("determine",),
        ("post",),
    ]  # fmt: skip
    if draw(st.booleans()):
        usual += [("complain",), ("survey", draw(INCOMES)), ("determine",), ("reverify",)]
    usual += [("later", draw(st.integers(5, 9))), ("sign",), ("refuse", 0), ("refuse", 1)]
    walk: list[tuple[Any, ...]] = []
    for step in usual:
        if draw(st.integers(0, 9)) < 9:
            walk.append(step)
        if draw(st.integers(0, 9)) < 3:
            walk.append(draw(STEPS))
    return walk


@settings(max_examples=300, deadline=None)
@given(st.one_of(walks(), st.lists(STEPS, max_size=25)))
def test_no_illegal_order_is_recorded_and_every_legal_one_reaches_an_answer(
    steps: list[tuple[Any, ...]],
) -> None:
    review = Review()
    for name, *arguments in steps:
        getattr(review, name)(*arguments)
    if not review.expected.closed:
        review.finish()
    one = review.expected
    assert one.open == {}
    for at, person in enumerate(review.persons):
        recognised = standing_on(review.household, person, review.today) is not None
        assert recognised == (at in one.recognised)
    assert len(review.household.low_income) == len(one.recognised)
    assert review.rounds[review.round_id].closed_on is not None
