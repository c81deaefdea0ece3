"""What comes of one decision when it is decided again."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.eventstore.mapper import registered_events
from domain.standards import SurveyFigures
from domain.standards.score_card import ImportedCard, ScoreCards
from projections.oversight.replay.decide_again import DecideAgain
from projections.oversight.replay.recorded_decisions import (
    DECODERS,
    DecisionRecord,
    ReplayOutcome,
    SurveyRecord,
)
from projections.oversight.replay.sentences import comparison, sentence
from tests.domain.standards.test_questions import WELL
from tests.domain.standards.test_score_card import CARD, NAME
from tests.projections.oversight.decisions import (
    ABOVE,
    NEAR_POOR,
    POOR,
    STANDARDS,
    House,
    state_of,
    without,
)

SURVEYED = SurveyFigures(
    "rural", income=1_400_000, deprived=("employment", "latrine", "telecom", "dependents")
)


class InFull(DecideAgain):
    """Looks at everything one by one, without the short cut for what is all the same."""

    def _plain(self, decided: DecisionRecord, survey: SurveyRecord | None) -> None:
        return None


def again(house: House) -> ReplayOutcome:
    """Decides the last decision of a house again, with its surveys as stored."""
    surveys: dict[UUID, SurveyRecord] = {}
    for event in house.events:
        if type(event).TOPIC == SurveyRecord.TOPIC:
            found = DECODERS[SurveyRecord.TOPIC].decode(state_of(event))
            surveys[found.survey_id] = found
    decided: DecisionRecord = DECODERS[DecisionRecord.TOPIC].decode(state_of(house.last()))
    named = surveys.get(decided.survey_id) if decided.survey_id else None
    outcome = DecideAgain(STANDARDS).outcome(7, house.id, decided, named)
    assert InFull(STANDARDS).outcome(7, house.id, decided, named) == outcome
    return outcome


def whats(outcome: ReplayOutcome, of: str) -> list[str]:
    """The codes of what was found; each must read as a sentence in both languages."""
    said = outcome.detail.get(of, [])
    for one in said:
        for language in ("vi", "en"):
            assert sentence(one, language).endswith("."), one
            assert "_" not in sentence(one, language), one
    return [found["what"] for found in said]


def test_the_small_structs_read_what_the_registered_events_store() -> None:
    """A new version of one of these events must be read here too."""
    topics = set(registered_events())
    assert set(DECODERS) <= topics
    newer = {t for t in topics for mine in DECODERS if t != mine and t.split(":")[0] == mine[:-2]}
    assert newer == set()


# ---- same ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("figures", [POOR, NEAR_POOR, ABOVE, SURVEYED])
def test_a_decision_as_the_rule_gives_it_is_the_same_both_ways(figures: SurveyFigures) -> None:
    house = House()
    outcome = again(house.decided(figures, survey=house.surveyed(figures)))
    assert outcome.outcome == "same"
    assert outcome.detail == {
        "scope": "national",
        "standard": "2022-2026",
        "by_figures": "same",
        "by_survey": "same",
    }
    assert (outcome.seq, outcome.effective_on) == (7, date(2022, 12, 15))


def test_a_decision_of_an_official_list_is_decided_again_from_its_figures_alone() -> None:
    outcome = again(House().decided(POOR))
    assert (outcome.outcome, outcome.detail["by_survey"]) == ("same", "none")


def test_neither_poor_nor_near_poor_without_a_ceiling_is_the_same() -> None:
    figures = SurveyFigures("rural", income=2_300_000, deprived_count=1)
    house = House().decided(figures, date(2027, 6, 1), standard_id="2027-2030")
    assert (house.last().class_, again(house).outcome) == ("not_listed", "same")


def test_a_class_that_the_open_answer_admits_is_no_override() -> None:
    house = House().decided(ABOVE, class_="not_poor")
    assert house.last().proposed == "not_listed"
    assert again(house).outcome == "same"


def test_a_local_decision_is_decided_again_by_the_local_standard() -> None:
    figures = SurveyFigures("urban", income=2_900_000)
    house = House().decided(figures, date(2023, 5, 1), standard_id="hcmc-2021-2025")
    outcome = again(house)
    assert (outcome.outcome, outcome.detail["scope"]) == ("same", "hcmc")


# ---- different ----------------------------------------------------------------------------------


def test_a_wrong_class_names_the_rule_that_gives_another() -> None:
    house = House().decided(NEAR_POOR, class_="poor", proposed="poor")
    outcome = again(house)
    assert outcome.outcome == "different"
    (difference,) = outcome.detail["differences"]
    assert (difference["what"], difference["by"]) == ("class", "figures")
    assert (difference["recorded"], difference["recomputed"]) == ("poor", "near_poor")
    assert difference["rule"] == [
        {"what": "b1", "value": 140, "relation": "<=", "bound": 140, "bound_name": "line",
         "holds": True},
        {"what": "b2", "value": 20, "relation": ">=", "bound": 30,
         "bound_name": "points_at_least", "holds": False},
    ]  # fmt: skip
    assert difference["reasons"] == list(house.last().reasons)
    assert sentence(difference) == (
        "Đã công nhận là hộ nghèo; tính lại theo số liệu của quyết định, kết quả là hộ cận nghèo."
    )


def test_a_figure_that_is_not_the_survey_s_is_named() -> None:
    house = House()
    survey = house.surveyed(replace(POOR, b1=150))
    outcome = again(house.decided(POOR, survey=survey))
    assert outcome.outcome == "different"
    assert (outcome.detail["by_figures"], outcome.detail["by_survey"]) == ("same", "different")
    assert outcome.detail["differences"][0] == {
        "by": "survey", "what": "figure", "figure": "b1", "recorded": 120, "recomputed": 150,
    }  # fmt: skip
    assert whats(outcome, "differences") == ["figure", "class"]
    assert sentence(outcome.detail["differences"][0]) == (
        "Điểm B1: quyết định ghi 120, Phiếu B ghi 150."
    )


def test_a_figure_that_changes_no_class_is_named_all_the_same() -> None:
    house = House()
    survey = house.surveyed(replace(POOR, b1=119))
    outcome = again(house.decided(POOR, survey=survey))
    assert (outcome.outcome, whats(outcome, "differences")) == ("different", ["figure"])


def test_a_bound_that_was_not_the_standard_s_is_named() -> None:
    house = House().decided(POOR)
    wrong = without(house.last(), "b1", bound=175)
    house.events.pop()
    outcome = again(house.decided(POOR, comparisons=wrong))
    (difference,) = outcome.detail["differences"]
    assert (difference["what"], difference["figure"]) == ("comparison", "b1")
    assert (difference["recorded"]["bound"], difference["recomputed"]["bound"]) == (175, 140)
    assert sentence(difference) == (
        "Điểm B1: khi công nhận đã so sánh 120 ≤ 175, theo chuẩn phải so sánh 120 ≤ 140."
    )


@pytest.mark.parametrize(
    ("value", "relation", "bound", "holds", "vi", "en"),
    [
        (160, "<=", 175, True, "160 ≤ 175", "160 ≤ 175"),
        (175, "<=", 175, True, "175 ≤ 175", "175 ≤ 175"),
        (190, "<=", 175, False, "190 > 175", "190 > 175"),
        (3, ">=", 3, True, "3 ≥ 3", "3 ≥ 3"),
        (2, ">=", 3, False, "2 < 3", "2 < 3"),
        (1_900_000, "<=", 1_500_000, False, "1.900.000 > 1.500.000", "1,900,000 > 1,500,000"),
        (190, "<=", 175, True, "190 > 175 (đã ghi là 190 ≤ 175)",
         "190 > 175 (recorded as 190 ≤ 175)"),
        (2, ">=", 3, True, "2 < 3 (đã ghi là 2 ≥ 3)", "2 < 3 (recorded as 2 ≥ 3)"),
        (160, "<=", 175, False, "160 ≤ 175 (đã ghi là 160 > 175)",
         "160 ≤ 175 (recorded as 160 > 175)"),
    ],
)  # fmt: skip
def test_a_comparison_is_said_as_it_is_and_never_a_false_one_as_true(
    value: int, relation: str, bound: int, holds: bool, vi: str, en: str
) -> None:
    one = {"value": value, "relation": relation, "bound": bound, "holds": holds}
    assert (comparison(one), comparison(one, "en")) == (vi, en)


def test_a_bound_that_the_figure_exceeds_is_said_so() -> None:
    house = House().decided(ABOVE)
    wrong = without(house.last(), "b1", bound=130)
    house.events.pop()
    outcome = again(house.decided(ABOVE, comparisons=wrong))
    said = [sentence(one) for one in outcome.detail["differences"]]
    assert any("141 > 1" in one for one in said), said
    assert not any("141 ≤" in one for one in said)


def test_a_day_is_written_as_people_write_it() -> None:
    (difference,) = again(House().decided(POOR, date(2021, 12, 31))).detail["differences"]
    assert difference["on"] == "2021-12-31"
    for language in ("vi", "en"):
        assert "31/12/2021." in sentence(difference, language)


def test_an_override_by_the_book_is_different_and_called_so() -> None:
    house = House().decided(NEAR_POOR, class_="poor", override_reason="Họp dân thống nhất")
    outcome = again(house)
    (difference,) = outcome.detail["differences"]
    assert (difference["what"], difference["paper"]) == ("overridden", "12/QĐ-UBND")
    assert "Họp dân" not in outcome.canonical().decode()


def test_an_override_without_a_reason_is_called_so() -> None:
    outcome = again(House().decided(NEAR_POOR, class_="poor", document=None))
    (difference,) = outcome.detail["differences"]
    assert (difference["what"], difference["paper"]) == ("override_without_reason", "")


def test_a_standard_that_was_not_in_force_is_a_difference() -> None:
    outcome = again(House().decided(POOR, date(2021, 12, 31)))
    assert whats(outcome, "differences") == ["standard_not_in_force"]


def test_a_standard_of_another_scope_is_a_difference() -> None:
    outcome = again(House().decided(POOR, scope="hcmc"))
    assert whats(outcome, "differences") == ["standard_not_in_force"]


def test_figures_that_contradict_each_other_are_a_difference() -> None:
    figures = {"area_type": "rural", "income": 1_600_000, "deprived_count": 4, "b1": 120, "b2": 40}
    outcome = again(House().decided(POOR, facts=figures))
    assert outcome.detail["differences"][0]["what"] == "figures_disagree"


def test_a_survey_with_a_deprivation_that_the_standard_does_not_know_is_a_difference() -> None:
    house = House()
    survey = house.surveyed(replace(SURVEYED, deprived=("a", "b", "c", "d")))
    outcome = again(house.decided(SURVEYED, survey=survey))
    assert whats(outcome, "differences") == ["unknown_indicator"]


# ---- not reproducible ---------------------------------------------------------------------------


def test_an_unknown_standard_is_missing() -> None:
    outcome = again(House().decided(POOR, standard="1993-1997"))
    assert outcome.outcome == "not_reproducible"
    assert outcome.detail["missing"] == [
        {"by": "figures", "what": "standard_unknown", "which": "1993-1997"}
    ]
    assert (outcome.detail["by_figures"], outcome.detail["by_survey"]) == (
        "not_reproducible",
        "none",
    )


def test_a_standard_of_another_digest_is_missing_and_both_are_named() -> None:
    house = House()
    survey = house.surveyed(POOR)
    outcome = again(house.decided(POOR, survey=survey, standard_digest="0" * 64))
    (missing,) = outcome.detail["missing"]
    assert missing["what"] == "standard_digest_differs"
    assert missing["recorded"] == "0" * 64
    assert missing["ours"] == STANDARDS.get("2022-2026").digest
    assert outcome.detail["by_survey"] == "not_reproducible"


def test_a_decision_without_figures_is_not_reproducible() -> None:
    assert whats(again(House().decided(None)), "missing") == ["figures_not_recorded"]


def test_a_class_carried_over_by_a_split_says_so() -> None:
    house = House().decided(None, reasons=(f"carried_over?household={uuid4()}",))
    assert whats(again(house), "missing") == ["carried_over"]


def test_figures_that_do_not_suffice_are_named() -> None:
    outcome = again(House().decided(POOR, facts={"area_type": "rural", "b1": 120}))
    assert outcome.detail["missing"] == [
        {"by": "figures", "what": "missing_figures", "values": {"missing": ["b2"]}}
    ]


def test_a_missing_area_type_is_not_guessed() -> None:
    outcome = again(House().decided(POOR, facts={"b1": 120, "b2": 40}))
    assert whats(outcome, "missing") == ["unknown_area_type"]


def test_a_special_zone_has_no_threshold_to_decide_by() -> None:
    outcome = again(House().decided(POOR, facts={"area_type": "special_zone", "b1": 1, "b2": 40}))
    assert whats(outcome, "missing") == ["threshold_not_set"]


def test_a_survey_that_is_not_there_is_missing() -> None:
    gone = uuid4()
    outcome = again(House().decided(POOR, survey=gone))
    assert (outcome.detail["by_figures"], outcome.detail["by_survey"]) == (
        "same",
        "not_reproducible",
    )
    assert outcome.detail["missing"] == [
        {"by": "survey", "what": "survey_missing", "survey_id": str(gone)}
    ]


def by_answers(answers: dict[str, Any], card: ScoreCards | None = None, **recorded: Any) -> Any:
    """Decides again on a survey that was filled in by answers."""
    figures = SurveyFigures("urban", b1=125, b2=30, deprived=("latrine", "telecom", "dependents"))
    house = House()
    survey = house.surveyed(figures)
    house.decided(figures, survey=survey)
    found = DECODERS[SurveyRecord.TOPIC].decode(state_of(house.events[1]))
    named = msgspec.structs.replace(found, answers=answers, **recorded)
    decided = DECODERS[DecisionRecord.TOPIC].decode(state_of(house.last()))
    return DecideAgain(STANDARDS, card).outcome(7, house.id, decided, named)


def test_deprivations_are_worked_out_again_from_the_answers() -> None:
    asked = STANDARDS.questions.of("2022-2026")
    assert asked is not None
    true = {**WELL, "toilet": "none", "uses_internet": False, "children_under_16": 3}
    assert by_answers({**true, "questions": asked.edition}).outcome == "same"
    outcome = by_answers({**true, "toilet": "septic", "questions": asked.edition})
    assert whats(outcome, "differences") == ["answers_contradict"]
    outcome = by_answers({**true, "questions": "2022-2026@" + "0" * 64})
    assert whats(outcome, "missing") == ["questions_unknown"]


def test_a_score_is_worked_out_again_by_the_card_that_gave_it() -> None:
    card = ScoreCards((ImportedCard(NAME, CARD, "tinh", datetime.now(UTC), "1"),))
    answers = {"b1.motorbike": "one", "b1.electricity": "below_50"}
    assert by_answers(answers, card, score_card=NAME).outcome == "same"
    outcome = by_answers({**answers, "b1.motorbike": "none"}, card, score_card=NAME)
    assert outcome.detail["differences"] == [
        {"by": "survey", "what": "figure", "figure": "b1", "recorded": 125, "recomputed": 100}
    ]
    assert whats(by_answers(answers, score_card=NAME), "missing") == ["score_card_unknown"]


def test_an_average_that_the_rule_is_said_to_have_given_without_a_ceiling_is_not_reproducible() -> (
    None
):
    figures = SurveyFigures("rural", income=2_300_000, deprived_count=1)
    house = House().decided(
        figures, date(2027, 6, 1), standard_id="2027-2030", class_="average", proposed="average"
    )
    assert whats(again(house), "missing") == ["ceiling_not_set"]


# ---- always -------------------------------------------------------------------------------------

figures = st.fixed_dictionaries(
    {"area_type": st.sampled_from(["rural", "urban", "special_zone", "x"])},
    optional={
        "income": st.integers(-1, 4_000_000),
        "deprived_count": st.integers(-1, 13),
        "b1": st.integers(-1, 200),
        "b2": st.integers(-1, 130),
    },
)


@given(
    recorded=figures,
    surveyed=st.none() | figures,
    class_=st.sampled_from(["poor", "near_poor", "average", "not_poor", "not_listed"]),
    proposed=st.sampled_from(["", "poor", "near_poor", "average", "not_poor", "not_listed"]),
    standard=st.sampled_from(["2016-2021", "2022-2026", "2027-2030", "1993-1997"]),
    reason=st.sampled_from(["", "có lý do"]),
)
def test_every_record_has_an_outcome_that_says_why(
    recorded: dict[str, Any],
    surveyed: dict[str, Any] | None,
    class_: str,
    proposed: str,
    standard: str,
    reason: str,
) -> None:
    house = House()
    survey = None
    if surveyed is not None:
        surveyed.pop("deprived_count", None)
        survey = house.surveyed(SurveyFigures(**surveyed))
    house.decided(
        POOR, survey=survey, facts=recorded, class_=class_, proposed=proposed, standard=standard,
        override_reason=reason,
    )  # fmt: skip
    outcome = again(house)
    assert (outcome.outcome == "different") == bool(outcome.detail.get("differences"))
    whats(outcome, "differences")
    whats(outcome, "missing")
    if outcome.outcome == "not_reproducible":
        assert outcome.detail["missing"]
    if outcome.outcome == "same":
        assert "missing" not in outcome.detail
    assert again(house).canonical() == outcome.canonical()
    assert msgspec.json.decode(outcome.canonical())["outcome"] == outcome.outcome
