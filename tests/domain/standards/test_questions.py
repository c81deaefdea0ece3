"""The questions of form B decide each indicator: deprived, not deprived, or left open."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.standards import load_standards
from domain.standards.errors import (
    AnswerInvalid,
    AnswersContradict,
    MalformedStandard,
    QuestionsUnknown,
)
from domain.standards.questions import DEPRIVED, NOT_DEPRIVED, NOT_KNOWN, Question, QuestionSet
from tests.standards import standards

STANDARDS = standards()
ASKED = STANDARDS.questions.of("2022-2026")
EARLIER = STANDARDS.questions.of("2016-2021")
assert ASKED is not None
assert EARLIER is not None
EDITIONS = {
    "2022-2026": "9c6b2c41435e701e449e3851ec9b39ee632d946926619c9e20466a44175ac167",
    "2016-2021": "644d94594c75687ec44d58cd68d19a1ae365d5efb8900cf3ed5406754c69588e",
}
# A household that is deprived in nothing; each test changes what it is about.
WELL = {
    "workless_members": 0, "workers_without_contract": 0, "members": 4, "children_under_16": 1,
    "allowance_members": 0, "stunted_children": 0, "underweight_children": 0,
    "uninsured_members": 0, "unschooled_16_17": 0, "unschooled_18_30": 0, "unschooled_3_5": 0,
    "unschooled_6_11": 0, "unschooled_12_15": 0, "walls": "durable", "pillars": "durable",
    "roofing": "durable", "floor_area_m2": 40, "drinking_water": "piped", "toilet": "septic",
    "uses_internet": True, "shared_means": True, "personal_means": True,
}  # fmt: skip
CASES = [
    ("employment", {"workless_members": 1}, DEPRIVED),
    ("employment", {"workers_without_contract": 2, "workless_members": None}, DEPRIVED),
    ("employment", {"workless_members": None}, NOT_KNOWN),
    ("dependents", {"children_under_16": 2}, NOT_DEPRIVED),
    ("dependents", {"children_under_16": 2, "allowance_members": 1}, DEPRIVED),
    ("dependents", {"allowance_members": None}, NOT_KNOWN),
    ("nutrition", {"underweight_children": 1}, DEPRIVED),
    ("nutrition", {"stunted_children": None, "underweight_children": 0}, NOT_KNOWN),
    ("health_insurance", {"uninsured_members": 1}, DEPRIVED),
    ("adult_education", {"unschooled_18_30": 1}, DEPRIVED),
    ("child_attendance", {"unschooled_12_15": 1}, DEPRIVED),
    ("housing_quality", {"walls": "not_durable"}, NOT_DEPRIVED),
    ("housing_quality", {"walls": "not_durable", "roofing": "not_durable"}, DEPRIVED),
    ("housing_quality", {"walls": "not_durable", "roofing": None}, NOT_KNOWN),
    ("housing_quality", {"roofing": None}, NOT_DEPRIVED),
    ("floor_area", {"floor_area_m2": 32}, NOT_DEPRIVED),
    ("floor_area", {"floor_area_m2": 31}, DEPRIVED),
    ("floor_area", {"members": None}, NOT_KNOWN),
    ("water_source", {"drinking_water": "other"}, DEPRIVED),
    ("water_source", {"drinking_water": "rain"}, NOT_DEPRIVED),
    ("latrine", {"toilet": "none"}, DEPRIVED),
    ("telecom", {"uses_internet": False}, DEPRIVED),
    ("telecom", {"uses_internet": None}, NOT_KNOWN),
    ("information_means", {"shared_means": False}, NOT_DEPRIVED),
    ("information_means", {"shared_means": False, "personal_means": False}, DEPRIVED),
    ("information_means", {"shared_means": False, "personal_means": None}, NOT_KNOWN),
]


def answers_of(questions: QuestionSet) -> st.SearchStrategy[dict[str, object]]:
    def one(question: Question) -> st.SearchStrategy[object]:
        if question.kind == "yes_no":
            return st.booleans()
        if question.kind == "choice":
            return st.sampled_from([choice.code for choice in question.choices])
        least = 1 if question.code == "members" else 0
        return st.integers(least, min(question.most, 9))

    return st.fixed_dictionaries({}, optional={q.code: one(q) for q in questions.questions}).filter(
        lambda given: (
            "members" not in given
            or given.get("children_under_16", 0) + given.get("allowance_members", 0)
            <= given["members"]
        )
    )


def test_every_indicator_of_a_standard_has_its_test() -> None:
    for name in EDITIONS:
        found = STANDARDS.questions.of(name)
        assert found is not None
        assert {one.indicator for one in found.tests} == STANDARDS.get(name).indicator_codes
        read = {code for one in found.tests for code in one.reads}
        assert read == set(found.by_code), "each question is read by a test"


def test_nothing_is_asked_by_a_standard_whose_definitions_are_not_known() -> None:
    coming = STANDARDS.questions.of("2027-2030")
    assert coming is not None
    assert coming.questions == ()
    assert "351/2025" in coming.missing.vi


def test_a_household_that_has_all_is_deprived_in_nothing() -> None:
    assert ASKED.deprivations(WELL, None) == ((), ())


@pytest.mark.parametrize(("indicator", "changed", "expected"), CASES)
def test_answers_decide_an_indicator(
    indicator: str, changed: dict[str, object], expected: str
) -> None:
    answers = {name: value for name, value in {**WELL, **changed}.items() if value is not None}
    assert ASKED.states(answers)[indicator] == expected


def test_no_answers_leave_everything_open() -> None:
    assert set(ASKED.states({}).values()) == {NOT_KNOWN}
    deprived, left_open = ASKED.deprivations({"household_size": 4}, None)
    assert deprived is None
    assert set(left_open) == STANDARDS.get("2022-2026").indicator_codes


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("walls", "gold"),
        ("workless_members", -1),
        ("workless_members", True),
        ("workless_members", 10),
        ("uses_internet", "yes"),
        ("members", 0),
        ("allowance_members", 4),
    ],
)
def test_an_answer_that_cannot_be_is_named(question: str, answer: object) -> None:
    with pytest.raises(AnswerInvalid) as refused:
        ASKED.states({**WELL, question: answer})
    assert refused.value.values == {"question": question}


def test_deprivations_that_the_answers_contradict_are_named() -> None:
    with pytest.raises(AnswersContradict) as refused:
        ASKED.deprivations({**WELL, "toilet": "none"}, ["telecom"])
    assert refused.value.values == {"indicators": ["latrine", "telecom"]}


@given(answers_of(ASKED), answers_of(ASKED))
def test_a_further_answer_never_turns_a_decided_indicator(
    first: dict[str, object], more: dict[str, object]
) -> None:
    """More answers settle what was open; what was decided stays as it is."""
    both = {**more, **first}
    if both.get("children_under_16", 0) + both.get("allowance_members", 0) > both.get(
        "members", 60
    ):
        return
    before, after = ASKED.states(first), ASKED.states(both)
    assert all(after[name] == state for name, state in before.items() if state != NOT_KNOWN)


@given(answers_of(ASKED))
def test_deprivations_worked_out_are_those_entered(answers: dict[str, object]) -> None:
    found, left_open = ASKED.deprivations(answers, None)
    if found is not None:
        assert left_open == ()
        assert ASKED.deprivations(answers, found) == (found, ())


@pytest.mark.parametrize("name", list(EDITIONS))
def test_an_edition_is_named_by_what_decides(name: str) -> None:
    found = STANDARDS.questions.of(name)
    assert found is not None
    assert found.edition == f"{name}@{EDITIONS[name]}"
    assert STANDARDS.questions.edition(found.edition) is found
    with pytest.raises(QuestionsUnknown):
        STANDARDS.questions.edition(f"{name}@{'0' * 64}")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('of = ["uses_internet"]', 'of = ["uses_pigeons"]', "not there"),
        ('indicator = "telecom"', 'indicator = "pigeons"', "no indicator"),
        ('meets = ["other"]', 'meets = ["wine"]', "choices"),
        ('code = "pillars"', 'code = "walls"', "repeat"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    room = Path(__file__).parents[3] / "domain" / "standards"
    for folder in ("national", "form_b"):
        (tmp_path / folder).mkdir()
        for file in (room / folder).glob("*.toml"):
            (tmp_path / folder / file.name).write_text(file.read_text(encoding="utf-8"))
    wrong = tmp_path / "form_b" / "2022-2026.toml"
    text = wrong.read_text(encoding="utf-8")
    assert text.count(before) == 1
    wrong.write_text(text.replace(before, after))
    with pytest.raises(MalformedStandard) as refused:
        load_standards(tmp_path)
    assert said in refused.value.values["what"]
