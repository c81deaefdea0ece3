"""Members are recognised as low-income workers by signed decisions, and that is withdrawn."""

from datetime import date
from typing import Any

import pytest

from domain.households import events
from domain.households.errors import (
    DecisionRestsOnSurvey,
    DecisionWithoutPaper,
    OutOfOrder,
    PersonAlreadyLeft,
    PersonNotMemberThen,
    PersonUnknown,
    SignerIsSurveyor,
    TextMissing,
    UnknownCode,
)
from domain.households.low_income import NOT_RECOGNISED, RECOGNISED, judge, standing_on, standings
from domain.households.low_income_errors import (
    IncomeAboveCeiling,
    StatusNotThen,
    WorkerNotRecognised,
    WorkerOfListedHousehold,
    WorkerRecognisedAlready,
)
from domain.households.person import NewMember
from domain.households.surveys import SurveyInput
from domain.standards.decide import SurveyFigures
from domain.standards.reasons import sentences
from tests.given import CHAIRMAN, SURVEYOR, Life, command_id, happened, paper
from tests.histories import family, poor
from tests.standards import standards

STANDARD = standards().get("2022-2026")
CEILING = 3_000_000  # of urban areas, Nghị định 30/2025/NĐ-CP
SURVEYED, DECIDED = "2026-09-16", "2026-09-25"


def survey(life: Life, income: int | None = CEILING, on: str = SURVEYED) -> None:
    """The family, with the actual income of twelve months, or with scores alone."""
    by_scores = {"b1": 200, "b2": 10} if income is None else {"income": income, "deprived": ()}
    form = SurveyInput("Phụ lục VIII", "urban", SURVEYOR.account, **by_scores)  # type: ignore[arg-type]
    life.notes["survey"] = life.do("survey", on, form, by=SURVEYOR).created


def surveyed(life: Life) -> None:
    family(life)
    survey(life)


def recognise(life: Life, who: str = "bình", on: str = DECIDED, **given: Any) -> Any:
    asked: dict[str, Any] = {
        "person_id": life.persons[who],
        "survey_id": life.notes.get("survey"),
        "by": CHAIRMAN,
        "document": paper("41/QĐ-UBND", on),
    }
    return life.do("recognise_low_income_worker", on, **{**asked, **given})


def withdraw(life: Life, who: str = "bình", on: str = "2026-11-20", **given: Any) -> Any:
    asked: dict[str, Any] = {
        "person_id": life.persons[who],
        "reasons": ("income_above",),
        "by": CHAIRMAN,
        "document": paper("52/QĐ-UBND", on),
    }
    return life.do("withdraw_low_income_recognition", on, **{**asked, **given})


def recognised(life: Life) -> None:
    """Bình is recognised, on an income at the ceiling."""
    surveyed(life)
    recognise(life)


def test_a_member_is_recognised_by_the_ceiling_and_at_it_is_inside(given):
    life = (
        given(surveyed)
        .when(recognise)
        .then(
            happened(
                events.LowIncomeWorkerRecognised,
                standard="2022-2026",
                standard_digest=STANDARD.digest,
                round_id=None,
                proposed="recognised",
                override_reason="",
                comparisons=(
                    events.Comparison(
                        "income", CEILING, "<=", CEILING, "low_income_worker", holds=True
                    ),
                ),
            )
        )
    )
    event = life.events()[-1]
    assert (event.person_id, event.survey_id) == (life["bình"], life.notes["survey"])
    assert event.document.number == "41/QĐ-UBND"
    assert standing_on(life.now(), life["bình"], date(2026, 9, 25)) is not None
    assert standing_on(life.now(), life["bình"], date(2026, 9, 24)) is None
    assert standing_on(life.now(), life["an"], date(2026, 9, 25)) is None


def test_an_income_above_the_ceiling_needs_a_reason(given):
    def above(life: Life) -> None:
        family(life)
        survey(life, CEILING + 1)

    given(above).when(recognise).then(
        IncomeAboveCeiling, standard="2022-2026", income=CEILING + 1, ceiling=CEILING
    )


def test_a_reason_lets_a_decision_stand_above_the_ceiling(given):
    def above(life: Life) -> None:
        family(life)
        survey(life, CEILING + 1)

    given(above).when(lambda life: recognise(life, override_reason="Mất việc từ tháng 8")).then(
        happened(
            events.LowIncomeWorkerRecognised,
            proposed="not_recognised",
            override_reason="Mất việc từ tháng 8",
        )
    )


def test_a_score_is_no_income_so_the_standard_cannot_say(given):
    def scored(life: Life) -> None:
        family(life)
        survey(life, None)

    life = given(scored).when(recognise).then(happened(events.LowIncomeWorkerRecognised))
    event = life.events()[-1]
    assert (event.proposed, event.comparisons) == ("", ())
    assert event.reasons == ("not_computable?why=missing_figures",)


def test_a_ceiling_that_is_not_on_record_is_said_and_never_invented():
    figures = SurveyFigures("special_zone", income=1)
    judged = judge(STANDARD, figures, "")
    assert (judged.outcome, judged.ceiling) == ("", None)
    assert sentences(STANDARD, judged.reasons, "vi") == (
        "Chưa có mức trần của người lao động có thu nhập thấp cho đặc khu trong chuẩn này.",
    )
    next_one = standards().get("2027-2030")
    assert judge(next_one, SurveyFigures("urban", income=1), "").outcome == ""


@pytest.mark.parametrize(
    ("income", "class_", "outcome"),
    [
        (CEILING, "", RECOGNISED),
        (CEILING, "average", RECOGNISED),
        (CEILING + 1, "not_poor", NOT_RECOGNISED),
        (0, "poor", NOT_RECOGNISED),
        (0, "near_poor", NOT_RECOGNISED),
    ],
)
def test_who_qualifies_follows_from_income_and_class(income, class_, outcome):
    assert judge(STANDARD, SurveyFigures("urban", income=income), class_).outcome == outcome


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"document": None}, DecisionWithoutPaper),
        ({"person_id": command_id("a stranger")}, PersonUnknown),
        ({"on": "2025-01-10", "survey_id": None}, StatusNotThen),
        ({"by": SURVEYOR}, SignerIsSurveyor),
    ],
)
def test_a_recognition_that_cannot_be_is_refused_by_name(given, asked, refusal):
    given(surveyed).when(lambda life: recognise(life, **asked)).then(refusal)


def test_a_member_of_a_poor_household_is_refused(given):
    given(poor).when(lambda life: recognise(life, survey_id=None)).then(
        WorkerOfListedHousehold, class_="poor"
    )


def test_a_person_is_recognised_once_at_a_time(given):
    given(recognised).when(lambda life: recognise(life, on="2026-10-01")).then(
        WorkerRecognisedAlready, since=date(2026, 9, 25)
    )


def test_another_member_of_the_household_may_be_recognised_too(given):
    given(recognised).when(lambda life: recognise(life, "an")).then(
        happened(events.LowIncomeWorkerRecognised)
    )


def test_a_person_who_left_cannot_be_recognised(given):
    def left(life: Life) -> None:
        surveyed(life)
        life.do("leave_member", "2026-09-20", person_id=life["bình"], reason="moved_out")

    given(left).when(recognise).then(PersonAlreadyLeft)


def test_a_person_who_was_no_member_on_the_day_cannot_be_recognised(given):
    def came_later(life: Life) -> None:
        surveyed(life)
        life.do("leave_member", "2026-09-17", person_id=life["bình"], reason="moved_out")
        again = NewMember("Lê Thị Bình", "spouse", birth_year=1982, person_id=life["bình"])
        life.do("join_member", "2026-10-20", member=again, reason="returned")

    given(came_later).when(lambda life: recognise(life, recorded="2026-10-21")).then(
        PersonNotMemberThen
    )


def test_a_withdrawal_ends_the_status_on_its_day_and_it_may_be_given_again(given):
    life = (
        given(recognised)
        .when(withdraw)
        .then(happened(events.LowIncomeRecognitionWithdrawn, reasons=("income_above",)))
    )
    (standing,) = standings(life.now())[life["bình"]]
    assert (standing.until, standing.ended_by) == (date(2026, 11, 20), "withdrawn")
    assert standing.reasons == ("income_above",)
    recognise(life, on="2026-12-01")
    assert [one.until for one in standings(life.now())[life["bình"]]] == [date(2026, 11, 20), None]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"who": "an"}, WorkerNotRecognised),
        ({"document": None}, DecisionWithoutPaper),
        ({"reasons": ()}, TextMissing),
        ({"reasons": ("tired",)}, UnknownCode),
        ({"on": "2026-09-20"}, WorkerNotRecognised),
    ],
)
def test_a_withdrawal_that_cannot_be_is_refused_by_name(given, asked, refusal):
    def attempt(life: Life) -> Any:
        return withdraw(life, **{"recorded": "2026-11-21", **asked})

    given(recognised).when(attempt).then(refusal)


def ended(life: Life) -> None:
    """Bình was recognised, and the recognition was withdrawn on 20 November."""
    recognised(life)
    withdraw(life)


def test_a_late_recognition_within_an_earlier_one_is_refused(given):
    given(ended).when(lambda life: recognise(life, on="2026-11-10", recorded="2026-11-21")).then(
        WorkerRecognisedAlready
    )


def test_a_late_recognition_before_an_earlier_one_is_out_of_order(given):
    given(ended).when(lambda life: recognise(life, on="2026-09-20", recorded="2026-11-21")).then(
        OutOfOrder
    )


def test_the_status_ends_with_the_membership(given):
    life = given(recognised).life
    life.do("leave_member", "2026-10-10", person_id=life["bình"], reason="moved_out")
    (standing,) = standings(life.now())[life["bình"]]
    assert (standing.until, standing.ended_by) == (date(2026, 10, 10), "left")
    with pytest.raises(WorkerNotRecognised):
        withdraw(life)


def take_survey_back(life: Life) -> Any:
    found = [one for one in life.events() if isinstance(one, events.Surveyed)]
    entry = found[-1].originator_version
    return life.do(
        "withdraw", "2026-11-21", kind="survey", entry=entry, reason="Nhập nhầm", by=SURVEYOR
    )


def test_a_survey_that_a_recognition_rests_on_is_not_withdrawn(given):
    given(recognised).when(take_survey_back).then(DecisionRestsOnSurvey)


def test_a_survey_may_be_withdrawn_once_the_recognition_is(given):
    life = given(ended).when(take_survey_back).then(happened(events.SurveyWithdrawn))
    assert life.now().surveys == {}


def test_a_repeat_of_the_same_command_is_answered_and_records_nothing(given):
    life = given(surveyed).life
    first = recognise(life, command_id=command_id("recognise"))
    again = recognise(life, command_id=command_id("recognise"))
    assert (first.repeated, again.repeated) == (False, True)
    assert len(life.now().low_income) == 1
