"""Contests: grievances of a round where it takes one in time, and the office's own otherwise."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.errors import Refusal
from domain.households.errors import TextMissing, UnknownCode
from domain.own_view.contests import AnswerContest, LodgeContest
from domain.own_view.errors import (
    ContestAnswered,
    ContestInRound,
    ContestUnknown,
    OwnViewUnknown,
    TooManyContests,
)
from domain.own_view.own_view import Contest
from tests.domain.own_view.conftest import GIVEN, Counter
from tests.given import CASE_WORKER, Life
from tests.histories import poor
from tests.reviews import MET, POSTED, POSTED_UNTIL, SURVEYED, Autumn

WRONG_CLASS = "Nhà tôi vẫn khó khăn, không có việc làm"


@pytest.fixture
def counter(life: Life) -> Counter:
    """A poor household with a code."""
    poor(life)
    made = Counter(life.application, life.id)
    made.give()
    return made


@pytest.fixture
def autumn(application: SocaiApplication) -> Autumn:
    """A commune with a review round."""
    return Autumn(application)


def contest(counter: Counter, id_: UUID | None) -> Contest:
    assert id_ is not None
    return counter.now().contest(id_)


def text_of(counter: Counter, sealed: Any) -> str:
    value = counter.application.keyring.reveal(sealed)
    assert value is not None
    return value["text"]


def test_a_contest_without_a_round_waits_for_the_office_and_is_answered(counter: Counter) -> None:
    lodged = counter.says(LodgeContest(counter.household, "class", WRONG_CLASS), "2023-03-02")
    assert lodged.notes == ()
    found = contest(counter, lodged.created)
    assert found.waits
    assert str(found.due_on) == "2023-03-16"  # ten working days
    assert text_of(counter, found.text) == WRONG_CLASS
    answer = AnswerContest(counter.household, found.contest_id, "kept", "Đúng theo Phiếu B")
    counter.run(answer, at_day(3), CASE_WORKER)
    now = contest(counter, lodged.created)
    assert (now.waits, now.outcome) == (False, "kept")
    assert text_of(counter, now.answer) == "Đúng theo Phiếu B"
    with pytest.raises(ContestAnswered):
        counter.run(answer, at_day(4), CASE_WORKER)


def at_day(days: int) -> Any:
    return GIVEN + timedelta(days=days)


def test_what_is_written_stands_in_no_event_in_clear(counter: Counter) -> None:
    counter.says(LodgeContest(counter.household, "other", WRONG_CLASS), "2023-03-02")
    for event in counter.application.events.get(counter.now().id):
        assert "khó khăn" not in repr(vars(event))
    assert "khó khăn" not in repr(LodgeContest(counter.household, "other", WRONG_CLASS))


@pytest.mark.parametrize(
    ("about", "text", "refusal"),
    [("class", " ", TextMissing), ("weather", "Mưa nhiều", UnknownCode)],
)
def test_a_contest_has_a_subject_and_words(
    counter: Counter, about: str, text: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        counter.says(LodgeContest(counter.household, about, text), "2023-03-02")
    assert counter.now().contests == {}


def test_a_household_without_a_code_contests_nothing_here(life: Life) -> None:
    poor(life)
    counter = Counter(life.application, life.id)
    with pytest.raises(OwnViewUnknown):
        counter.says(LodgeContest(life.id, "class", WRONG_CLASS), "2023-03-02")


def test_so_many_wait_that_no_further_one_is_taken(counter: Counter) -> None:
    for number in range(10):
        counter.says(LodgeContest(counter.household, "other", f"Việc {number}"), "2023-03-02")
    with pytest.raises(TooManyContests):
        counter.says(LodgeContest(counter.household, "other", "Việc nữa"), "2023-03-02")
    first = next(iter(counter.now().contests))
    counter.run(AnswerContest(counter.household, first, "changed", "Đã sửa"), at_day(2))
    counter.says(LodgeContest(counter.household, "other", "Việc nữa"), "2023-03-03")


def test_there_is_no_such_contest(counter: Counter) -> None:
    with pytest.raises(ContestUnknown):
        counter.run(AnswerContest(counter.household, uuid4(), "kept", "Không có"), at_day(2))


# With a review round.


def posted(autumn: Autumn) -> Counter:
    autumn.posted("poor")
    counter = Counter(autumn.application, autumn.ids[0])
    counter.give(datetime.combine(MET, time(1), tzinfo=UTC))
    return counter


def test_a_contest_of_a_posted_result_is_a_grievance_of_the_round(autumn: Autumn) -> None:
    counter = posted(autumn)
    lodged = counter.says(LodgeContest(counter.household, "class", WRONG_CLASS), POSTED)
    assert lodged.notes == ("grievance",)
    found = contest(counter, lodged.created)
    assert (found.round_id, found.due_on, found.waits) == (autumn.round_id, None, False)
    grievance = autumn.now().grievances[found.grievance_id or uuid4()]
    assert (grievance.household, grievance.is_open) == (counter.household, True)
    assert grievance.lodged_by == "household"
    assert autumn.events()[-1].command_id == counter_events(counter)[-1].command_id
    with pytest.raises(ContestInRound):
        counter.run(AnswerContest(counter.household, found.contest_id, "kept", "x"), at_day(1400))


def counter_events(counter: Counter) -> list[Any]:
    return list(counter.application.events.get(counter.now().id))


def test_after_the_last_day_of_the_posting_the_office_answers_itself(autumn: Autumn) -> None:
    counter = posted(autumn)
    late = POSTED_UNTIL + timedelta(days=3)
    before = len(autumn.events())
    lodged = counter.says(LodgeContest(counter.household, "class", WRONG_CLASS), late)
    assert lodged.notes == ()
    assert contest(counter, lodged.created).waits
    assert len(autumn.events()) == before


@pytest.mark.parametrize("about", ["members", "support"])
def test_what_is_not_about_the_class_is_no_grievance(autumn: Autumn, about: str) -> None:
    counter = posted(autumn)
    lodged = counter.says(LodgeContest(counter.household, about, "Thiếu một người con"), POSTED)
    assert contest(counter, lodged.created).waits


def test_before_the_posting_the_office_answers_itself(autumn: Autumn) -> None:
    autumn.met("poor")
    counter = Counter(autumn.application, autumn.ids[0])
    counter.give(datetime.combine(MET, time(1), tzinfo=UTC))
    lodged = counter.says(LodgeContest(counter.household, "class", WRONG_CLASS), MET)
    assert contest(counter, lodged.created).waits
    assert SURVEYED < MET
