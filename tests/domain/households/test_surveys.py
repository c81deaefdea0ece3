"""A household is screened and surveyed."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from domain.households import events
from domain.households.errors import (
    AmountInvalid,
    HouseholdEnded,
    SurveyBeforeHousehold,
    SurveyIdTaken,
    SurveyInFuture,
    SurveyWithoutFigures,
    TextMissing,
    TextUnreadable,
    UnknownCode,
)
from domain.households.surveys import MOST_INCOME, MOST_POINTS
from domain.standards.errors import (
    AnswersContradict,
    AnswersIncomplete,
    QuestionsUnknown,
    ScoreCardElsewhere,
    ScoreCardUnknown,
)
from tests import histories
from tests.domain.standards.test_questions import WELL
from tests.domain.standards.test_score_card import INVENTED, NAME, keep
from tests.given import SURVEYOR, Life, happened
from tests.histories import FORM_B, SURVEYED, family
from tests.standards import standards

QUESTIONS = standards().questions.of("2022-2026")

# Screening.


def screen(life: Life, on: str = "2022-11-18", **asked: object) -> object:
    asked = {"form": "A:2022", "answers": {"signs": ["tv"]}, "outcome": "survey", **asked}
    return life.do("screen", on, by=SURVEYOR, **asked)


def test_a_household_is_screened(given):
    given(family).when(screen).then(happened(events.Screened, form="A:2022", outcome="survey"))


def test_the_same_screening_again_records_nothing(given):
    given(family, screen).when(screen).then_nothing()


def test_a_screening_ends_in_a_survey_or_not(given):
    given(family).when(lambda life: screen(life, outcome="maybe")).then(UnknownCode)


def test_a_screening_outside_the_life_of_the_household_is_refused(given):
    given(family).when(lambda life: screen(life, on="2022-11-14")).then(SurveyBeforeHousehold)


def test_a_screening_found_after_the_household_ended_is_taken_for_its_time(given):
    given(histories.dissolved).when(
        lambda life: life.do(
            "screen", "2022-11-18", recorded="2023-08-01", by=SURVEYOR, form="A:2022",
            answers={}, outcome="not_poor",
        )
    ).then(happened(events.Screened))  # fmt: skip
    given().when(lambda life: screen(life, on="2023-05-01")).then(HouseholdEnded)


# Surveying.


@pytest.mark.parametrize(
    "figures",
    [
        {"deprived": ()},
        {"income": 0},
        {"b1": 0},
        {"b2": 0},
        {"income": 0, "b1": 0},
        {"deprived": (), "b2": 0},
    ],
)
def test_half_of_the_figures_is_no_survey(given, figures):
    form = replace(FORM_B, **{"b1": None, "b2": None, **figures})
    given(family).when(lambda life: survey(life, form=form)).then(SurveyWithoutFigures)


@pytest.mark.parametrize(
    "figures",
    [
        {"b1": 0, "b2": 0},
        {"b1": MOST_POINTS, "b2": MOST_POINTS},
        {"income": 0, "deprived": ()},
        {"income": MOST_INCOME, "deprived": ()},
    ],
)
def test_figures_on_the_edge_of_what_can_be_are_taken(given, figures):
    given(family).when(lambda life: survey(life, form=replace(FORM_B, **figures))).then(
        happened(events.Surveyed, **figures)
    )


@pytest.mark.parametrize(
    "figures",
    [{"b1": MOST_POINTS + 1}, {"b2": -1}, {"income": MOST_INCOME + 1, "deprived": ()}],
)
def test_figures_beyond_the_edge_are_refused(given, figures):
    given(family).when(lambda life: survey(life, form=replace(FORM_B, **figures))).then(
        AmountInvalid
    )


def survey(life: Life, on: str | date = SURVEYED, form=FORM_B, **context: object) -> object:
    return life.do("survey", on, form, by=SURVEYOR, **context)


def test_a_survey_keeps_the_form_and_the_scores(given, life):
    given(family).when(survey).then(
        happened(
            events.Surveyed,
            b1=150,
            b2=40,
            income=None,
            deprived=None,
            answers={"household_size": 4, "roof": "tôn"},
            surveyor="khaosat",
            effective_on=SURVEYED,
        )
    )
    assert life.outcome.created in life.now().surveys


def test_a_survey_may_have_income_and_deprivations(given):
    form = replace(FORM_B, b1=None, b2=None, income=1_900_000, deprived=("water", "housing"))
    given(family).when(lambda life: survey(life, form=form)).then(
        happened(events.Surveyed, income=1_900_000, deprived=("housing", "water"), b1=None)
    )


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        (replace(FORM_B, b1=None), SurveyWithoutFigures),
        (replace(FORM_B, b1=None, b2=None, income=1), SurveyWithoutFigures),
        (replace(FORM_B, b1=-1), AmountInvalid),
        (replace(FORM_B, form=" "), TextMissing),
        (replace(FORM_B, surveyor=""), TextMissing),
        (replace(FORM_B, area_type="town"), UnknownCode),
        (replace(FORM_B, attachments=("abc",)), TextUnreadable),
        (replace(FORM_B, answers={"roof": "t\x00n"}), TextUnreadable),
        (replace(FORM_B, answers={str(n): n for n in range(1001)}), AmountInvalid),
    ],
)
def test_a_form_that_says_nothing_or_nonsense_is_refused(given, form, refusal):
    given(family).when(lambda life: survey(life, form=form)).then(refusal)


def test_a_survey_before_the_household_is_refused(given):
    given(family).when(lambda life: survey(life, on="2022-11-14")).then(
        SurveyBeforeHousehold, registered_on=date(2022, 11, 15)
    )


def test_a_survey_in_the_future_is_refused(given):
    given(family).when(lambda life: survey(life, on="2022-11-21", recorded="2022-11-20")).then(
        SurveyInFuture
    )


def test_the_same_survey_again_records_nothing_and_another_cannot_have_its_id(given):
    form = replace(FORM_B, survey_id=uuid4())
    given(family).when(lambda life: survey(life, form=form)).then(happened(events.Surveyed))
    given().when(lambda life: survey(life, form=form)).then_nothing()
    given().when(lambda life: survey(life, form=replace(form, b1=170))).then(SurveyIdTaken)


def test_a_survey_found_after_the_household_ended_is_taken_for_its_time(given):
    given(histories.dissolved).when(lambda life: survey(life, recorded="2023-08-01")).then(
        happened(events.Surveyed)
    )
    given().when(lambda life: survey(life, on="2023-05-01")).then(HouseholdEnded)


# Answers instead of deprivations.

BY_ANSWERS = replace(
    FORM_B, score_card="", b1=None, b2=None, income=1_200_000, answers={**WELL, "toilet": "none"}
)


def test_deprivations_follow_from_the_answers(given):
    given(family).when(lambda life: survey(life, form=BY_ANSWERS)).then(
        happened(
            events.Surveyed,
            deprived=("latrine",),
            answers={**BY_ANSWERS.answers, "questions": QUESTIONS.edition},
        )
    )


def test_the_same_answers_with_their_deprivations_are_the_same_survey(given):
    entered = replace(
        BY_ANSWERS,
        deprived=("latrine",),
        answers={**BY_ANSWERS.answers, "questions": QUESTIONS.edition},
        survey_id=uuid4(),
    )
    given(family, lambda life: survey(life, form=replace(BY_ANSWERS, survey_id=entered.survey_id)))
    given().when(lambda life: survey(life, form=entered)).then_nothing()


def test_deprivations_against_the_answers_are_refused(given):
    form = replace(BY_ANSWERS, deprived=("telecom",))
    given(family).when(lambda life: survey(life, form=form)).then(AnswersContradict)


def test_answers_that_leave_an_indicator_open_need_the_deprivations(given):
    some = {"toilet": "none"}
    form = replace(BY_ANSWERS, answers=some)
    given(family).when(lambda life: survey(life, form=form)).then(AnswersIncomplete)
    entered = replace(form, deprived=("latrine", "telecom"))
    given().when(lambda life: survey(life, form=entered)).then(
        happened(events.Surveyed, deprived=("latrine", "telecom"))
    )


def test_answers_to_other_questions_are_kept_as_they_are(given):
    form = replace(BY_ANSWERS, answers={"household_size": 4}, deprived=())
    given(family).when(lambda life: survey(life, form=form)).then(
        happened(events.Surveyed, answers={"household_size": 4})
    )


def test_answers_to_questions_that_are_not_there_are_refused(given):
    form = replace(BY_ANSWERS, answers={**WELL, "questions": "2022-2026@0"})
    given(family).when(lambda life: survey(life, form=form)).then(QuestionsUnknown)


# Scored by a card, which is invented.

SCORED = {**WELL, "toilet": "none", "b1.motorbike": "one", "b1.electricity": "below_50"}
BY_CARD = replace(BY_ANSWERS, score_card=NAME, income=None, answers=SCORED)


@pytest.fixture
def card(database):
    keep(database, INVENTED)


@pytest.mark.usefixtures("card")
def test_the_scores_follow_from_the_answers(given):
    given(family).when(lambda life: survey(life, form=BY_CARD)).then(
        happened(events.Surveyed, b1=125, b2=10, score_card=NAME, deprived=("latrine",))
    )


@pytest.mark.usefixtures("card")
def test_a_score_against_the_answers_is_refused(given):
    form = replace(BY_CARD, b1=140)
    given(family).when(lambda life: survey(life, form=form)).then(AnswersContradict)


@pytest.mark.usefixtures("card")
def test_an_item_without_an_answer_is_refused(given):
    form = replace(BY_CARD, answers={**SCORED, "b1.motorbike": "two"})
    given(family).when(lambda life: survey(life, form=form)).then(AnswersIncomplete)


@pytest.mark.usefixtures("card")
def test_a_card_of_another_area_type_is_refused(given):
    form = replace(BY_CARD, area_type="rural")
    given(family).when(lambda life: survey(life, form=form)).then(ScoreCardElsewhere)


def test_a_card_that_was_not_imported_is_refused(given):
    given(family).when(lambda life: survey(life, form=BY_CARD)).then(ScoreCardUnknown)
