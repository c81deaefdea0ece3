"""What the rule answers, at every line and where the figures do not suffice."""

import ast
import itertools
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.households.events import Comparison
from domain.standards import CLASSES, SurveyFigures, decide, load_standards
from domain.standards.errors import (
    FigureOutOfRange,
    FiguresDisagree,
    MissingFigures,
    NegativeFigure,
    ThresholdNotSet,
    UnknownAreaType,
    UnknownIndicator,
)
from domain.standards.load import parse
from domain.standards.reasons import parsed
from domain.standards.standard import Standard

STANDARDS = load_standards()
S2016, S2022, S2027 = (STANDARDS.get(i) for i in ("2016-2021", "2022-2026", "2027-2030"))
EVERY = tuple(STANDARDS)
RANK = {"poor": 0, "near_poor": 1, "average": 2, "not_listed": 2, "not_poor": 3}


def by_income(standard: Standard, area: str, income: int, deprived: int) -> str:
    return decide(standard, SurveyFigures(area, income=income, deprived_count=deprived)).class_


def by_scores(standard: Standard, area: str, b1: int, b2: int) -> str:
    return decide(standard, SurveyFigures(area, b1=b1, b2=b2)).class_


# (standard, area, line in VND, {deprivations: (class at the line, class one đồng above)})
INCOME_BOUNDARIES = [
    (S2016, "rural", 700_000, {2: ("poor", "near_poor"), 3: ("poor", "poor")}),
    (S2016, "urban", 900_000, {2: ("poor", "near_poor"), 3: ("poor", "poor")}),
    (S2016, "rural", 1_000_000, {2: ("near_poor", "average"), 3: ("poor", "average")}),
    (S2016, "urban", 1_300_000, {2: ("near_poor", "average"), 3: ("poor", "average")}),
    (S2016, "rural", 1_500_000, {0: ("average", "not_poor"), 10: ("average", "not_poor")}),
    (S2016, "urban", 1_950_000, {0: ("average", "not_poor"), 10: ("average", "not_poor")}),
    (S2022, "rural", 1_500_000, {2: ("near_poor", "average"), 3: ("poor", "average")}),
    (S2022, "urban", 2_000_000, {2: ("near_poor", "average"), 3: ("poor", "average")}),
    (S2022, "rural", 2_250_000, {0: ("average", "not_poor"), 12: ("average", "not_poor")}),
    (S2022, "urban", 3_000_000, {0: ("average", "not_poor"), 12: ("average", "not_poor")}),
    (S2027, "rural", 2_200_000, {2: ("near_poor", "not_listed"), 3: ("poor", "not_listed")}),
    (S2027, "urban", 2_800_000, {2: ("near_poor", "not_listed"), 3: ("poor", "not_listed")}),
]


@pytest.mark.parametrize(("standard", "area", "line", "expected"), INCOME_BOUNDARIES)
def test_an_income_at_the_line_is_inside_and_one_dong_more_is_not(
    standard: Standard, area: str, line: int, expected: dict[int, tuple[str, str]]
) -> None:
    for deprived, (inside, above) in expected.items():
        assert by_income(standard, area, line - 1, deprived) == inside
        assert by_income(standard, area, line, deprived) == inside
        assert by_income(standard, area, line + 1, deprived) == above


SCORE_BOUNDARIES = [
    (S2016, "rural", 120, {20: ("poor", "near_poor"), 30: ("poor", "poor")}),
    (S2016, "urban", 140, {20: ("poor", "near_poor"), 30: ("poor", "poor")}),
    (S2016, "rural", 150, {20: ("near_poor", "not_listed"), 30: ("poor", "not_listed")}),
    (S2016, "urban", 175, {20: ("near_poor", "not_listed"), 30: ("poor", "not_listed")}),
    (S2022, "rural", 140, {20: ("near_poor", "not_listed"), 30: ("poor", "not_listed")}),
    (S2022, "urban", 175, {20: ("near_poor", "not_listed"), 30: ("poor", "not_listed")}),
]


@pytest.mark.parametrize(("standard", "area", "line", "expected"), SCORE_BOUNDARIES)
def test_a_score_at_the_line_is_inside_and_one_point_more_is_not(
    standard: Standard, area: str, line: int, expected: dict[int, tuple[str, str]]
) -> None:
    for points, (inside, above) in expected.items():
        assert by_scores(standard, area, line - 1, points) == inside
        assert by_scores(standard, area, line, points) == inside
        assert by_scores(standard, area, line + 1, points) == above


@pytest.mark.parametrize("standard", [S2016, S2022], ids=lambda s: s.id)
def test_the_deprivation_score_counts_from_thirty_on(standard: Standard) -> None:
    b1 = standard.score_steps["rural"][0].bound
    assert b1 is not None
    at = b1 + 1 if standard is S2016 else b1  # 2016-2021 asks for it between its two lines only
    assert [by_scores(standard, "rural", at, b2) for b2 in (29, 30, 31)] == [
        "near_poor",
        "poor",
        "poor",
    ]


def test_the_deprivation_count_counts_from_three_on() -> None:
    for standard, income in ((S2016, 700_001), (S2022, 1_500_000), (S2027, 2_200_000)):
        classes = [by_income(standard, "rural", income, count) for count in (2, 3, 4)]
        assert classes == ["near_poor", "poor", "poor"]


def test_very_low_income_alone_makes_nobody_poor_since_2022() -> None:
    assert by_income(S2022, "rural", 0, 2) == "near_poor"
    assert by_income(S2027, "rural", 0, 2) == "near_poor"
    assert by_income(S2016, "rural", 0, 0) == "poor"


def test_an_unset_ceiling_gives_not_listed_and_says_so() -> None:
    decision = decide(S2027, SurveyFigures("rural", income=2_200_001, deprived_count=6))
    assert decision.class_ == "not_listed"
    assert decision.possible == ("average", "not_poor")
    assert [parsed(note) for note in decision.notes] == [
        ("ceiling_not_set", {"line": "average_ceiling", "area": "rural"})
    ]
    assert decision.notes[0] in decision.reasons
    assert decision.admits("not_poor")
    assert decision.admits("not_listed")
    assert not decision.admits("poor")


def test_a_score_above_the_line_does_not_tell_average_from_not_poor() -> None:
    decision = decide(S2022, SurveyFigures("urban", b1=176, b2=120))
    assert (decision.class_, decision.possible) == ("not_listed", ("average", "not_poor"))


def test_the_income_settles_what_the_score_leaves_open() -> None:
    decision = decide(S2022, SurveyFigures("rural", income=1_800_000, b1=150, b2=0))
    assert decision.class_ == "average"
    assert ("figure_left_open", {"figure": "b1", "wanting": "average_ceiling"}) in [
        parsed(note) for note in decision.notes
    ]


def test_the_scores_settle_what_an_income_without_deprivations_leaves_open() -> None:
    decision = decide(S2022, SurveyFigures("rural", income=1_000_000, b1=140, b2=30))
    assert decision.class_ == "poor"
    assert ("figure_left_open", {"figure": "income", "wanting": "deprived_count"}) in [
        parsed(note) for note in decision.notes
    ]


def test_income_and_scores_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(FiguresDisagree) as refused:
        decide(S2022, SurveyFigures("rural", income=1_500_001, deprived_count=5, b1=140, b2=30))
    assert refused.value.values == {"by_income": ("average",), "by_scores": ("poor",)}


def test_income_and_scores_that_agree_give_both_comparisons() -> None:
    decision = decide(
        S2022, SurveyFigures("rural", income=1_500_000, deprived_count=3, b1=140, b2=30)
    )
    assert decision.class_ == "poor"
    assert decision.comparisons == (
        Comparison("income", 1_500_000, "<=", 1_500_000, "line", True),
        Comparison("deprived_count", 3, ">=", 3, "deprived_at_least", True),
        Comparison("b1", 140, "<=", 140, "line", True),
        Comparison("b2", 30, ">=", 30, "points_at_least", True),
    )
    assert decision.notes == ()


def test_a_count_and_a_score_of_deprivations_that_differ_are_noted() -> None:
    decision = decide(
        S2022, SurveyFigures("rural", income=1_500_000, deprived_count=3, b1=140, b2=40)
    )
    assert parsed(decision.notes[0]) == (
        "deprivation_figures_differ",
        {"deprived_count": "3", "b2": "40"},
    )


def test_a_threshold_known_from_memory_only_is_used_and_noted() -> None:
    decision = decide(S2016, SurveyFigures("rural", b1=130, b2=30))
    assert decision.class_ == "poor"
    assert {parsed(note)[0] for note in decision.notes} == {"unconfirmed_figure"}
    assert [parsed(note)[1]["bound"] for note in decision.notes] == ["120", "150", "30"]


@pytest.mark.parametrize(
    ("figures", "missing"),
    [
        (SurveyFigures("rural"), ["income", "deprived_count", "b1", "b2"]),
        (SurveyFigures("rural", deprived_count=4), ["income", "b1", "b2"]),
        (SurveyFigures("rural", b2=30), ["income", "deprived_count", "b1"]),
        (SurveyFigures("rural", income=1), ["deprived_count"]),
        (SurveyFigures("rural", b1=1), ["b2"]),
        (SurveyFigures("rural", income=1, b1=1), ["deprived_count", "b2"]),
    ],
)
def test_a_figure_that_the_rule_needs_and_that_is_missing_is_named(
    figures: SurveyFigures, missing: list[str]
) -> None:
    with pytest.raises(MissingFigures) as refused:
        decide(S2022, figures)
    assert refused.value.values == {"missing": missing}


def test_deprivations_are_not_asked_for_where_the_rule_does_not_look_at_them() -> None:
    assert decide(S2022, SurveyFigures("rural", income=1_500_001)).class_ == "average"
    assert decide(S2016, SurveyFigures("rural", income=700_000)).class_ == "poor"


def test_named_deprivations_are_counted_once_each() -> None:
    named = ("employment", "latrine", "latrine", "telecom")
    figures = SurveyFigures("rural", income=1_500_000, deprived=named)
    assert decide(S2022, figures).class_ == "poor"
    assert figures.figures() == {"area_type": "rural", "income": 1_500_000, "deprived_count": 3}
    assert decide(S2022, SurveyFigures("rural", income=0, deprived=())).class_ == "near_poor"


def test_a_deprivation_of_another_standard_is_refused_by_name() -> None:
    with pytest.raises(UnknownIndicator) as refused:
        decide(S2016, SurveyFigures("rural", income=1, deprived=("employment", "telecom")))
    assert refused.value.values == {"standard": "2016-2021", "indicators": ["employment"]}


def test_a_count_that_contradicts_the_named_deprivations_is_refused() -> None:
    with pytest.raises(FiguresDisagree):
        decide(S2022, SurveyFigures("rural", income=1, deprived_count=2, deprived=("telecom",)))


@pytest.mark.parametrize("name", ["income", "deprived_count", "b1", "b2"])
def test_a_figure_below_zero_is_refused(name: str) -> None:
    given_ = {"income": 1, "deprived_count": 1, "b1": 1, "b2": 10, name: -1}
    with pytest.raises(NegativeFigure) as refused:
        decide(S2022, SurveyFigures("rural", **given_))  # type: ignore[arg-type]
    assert refused.value.values == {name: -1}


def test_more_deprivations_than_indicators_are_refused() -> None:
    assert by_income(S2022, "rural", 1, 12) == "poor"
    with pytest.raises(FigureOutOfRange):
        by_income(S2022, "rural", 1, 13)
    with pytest.raises(FigureOutOfRange):
        by_scores(S2022, "rural", 1, 121)
    with pytest.raises(FigureOutOfRange):
        by_income(S2016, "rural", 1, 11)
    # The city's list of indicators is not known: nothing to hold a count against.
    assert by_income(STANDARDS.get("hcmc-2021-2025"), "urban", 1, 11) == "poor"


@pytest.mark.parametrize("area", ["", "town", "RURAL"])
def test_an_area_type_that_the_standard_does_not_know_is_refused(area: str) -> None:
    with pytest.raises(UnknownAreaType) as refused:
        by_income(S2022, area, 1, 1)
    assert refused.value.values["area_type"] == area


def test_a_special_zone_has_no_line_and_none_is_guessed() -> None:
    with pytest.raises(ThresholdNotSet) as refused:
        by_income(S2022, "special_zone", 1_000_000, 3)
    assert refused.value.values == {
        "standard": "2022-2026",
        "area_type": "special_zone",
        "thresholds": ["line", "average_ceiling"],
    }


def test_scores_without_score_thresholds_are_refused() -> None:
    with pytest.raises(ThresholdNotSet):
        by_scores(S2027, "rural", 100, 30)
    decision = decide(
        S2027, SurveyFigures("rural", income=2_200_000, deprived_count=3, b1=100, b2=30)
    )
    assert decision.class_ == "poor"
    assert parsed(decision.notes[0])[0] == "figure_left_open"


def test_the_city_line_per_year_is_held_against_twelve_months() -> None:
    city = STANDARDS.get("hcmc-2021-2025")
    assert by_income(city, "urban", 3_000_000, 0) == "poor"
    assert by_income(city, "urban", 3_000_001, 0) == "near_poor"
    assert by_income(city, "urban", 3_833_333, 0) == "near_poor"
    assert by_income(city, "urban", 3_833_334, 0) == "not_listed"
    decision = decide(city, SurveyFigures("urban", income=3_833_333))
    assert decision.comparisons[-1] == Comparison(
        "income_per_year", 45_999_996, "<=", 46_000_000, "near_poor_line", True
    )
    assert ("open_question", {"question": "deprivation_rule_unknown"}) in [
        parsed(note) for note in decision.notes
    ]


def test_a_household_can_be_poor_locally_and_not_nationally() -> None:
    local = STANDARDS.get("bacninh")
    assert by_income(local, "rural", 1_750_000, 3) == "poor"
    assert by_income(local, "rural", 1_750_001, 3) == "not_listed"
    assert by_income(S2022, "rural", 1_750_000, 3) == "average"
    figures = SurveyFigures("urban", income=2_250_000, deprived=("employment", "telecom"))
    assert decide(local, figures).class_ == "near_poor"


def test_the_two_tier_draft_of_2025_can_be_expressed_though_it_was_not_adopted(
    draft_two_tier: str,
) -> None:
    draft = parse(draft_two_tier, file="draft.toml")
    assert by_income(draft, "rural", 1_900_000, 0) == "poor"
    assert by_income(draft, "rural", 1_900_001, 2) == "near_poor"
    assert by_income(draft, "rural", 1_900_001, 3) == "poor"
    assert by_income(draft, "urban", 2_500_000, 0) == "poor"


# ---- properties ---------------------------------------------------------------------------------

standards = st.sampled_from(EVERY)
areas = st.sampled_from(["rural", "urban"])
incomes = st.integers(0, 4_000_000) | st.sampled_from(
    sorted(
        {
            step.bound // step.times + off
            for standard in EVERY
            for steps in standard.income_steps.values()
            for step in steps
            if step.bound is not None
            for off in (-1, 0, 1)
        }
    )
)
counts = st.integers(0, 10)


@given(standards, areas, incomes, incomes, counts)
def test_more_income_never_makes_a_household_poorer(
    standard: Standard, area: str, one: int, other: int, count: int
) -> None:
    low, high = sorted((one, other))
    assert (
        RANK[by_income(standard, area, low, count)] <= RANK[by_income(standard, area, high, count)]
    )


@given(standards, areas, incomes, counts, counts)
def test_more_deprivation_never_makes_a_household_less_poor(
    standard: Standard, area: str, income: int, one: int, other: int
) -> None:
    low, high = sorted((one, other))
    assert (
        RANK[by_income(standard, area, income, low)]
        >= RANK[by_income(standard, area, income, high)]
    )


@given(st.sampled_from([S2016, S2022]), areas, st.integers(0, 250), st.integers(0, 10))
def test_scores_are_monotone_too(standard: Standard, area: str, b1: int, indicators: int) -> None:
    b2 = indicators * 10
    here = RANK[by_scores(standard, area, b1, b2)]
    assert here <= RANK[by_scores(standard, area, b1 + 1, b2)]
    if indicators < 10:
        assert here >= RANK[by_scores(standard, area, b1, b2 + 10)]


@given(areas, incomes, counts)
def test_urban_lines_are_never_below_rural_ones(area: str, income: int, count: int) -> None:
    for standard in EVERY:
        rural = RANK[by_income(standard, "rural", income, count)]
        assert RANK[by_income(standard, "urban", income, count)] <= rural


figures = st.none() | st.integers(-2, 14)


@given(
    standards,
    st.sampled_from(["rural", "urban", "special_zone", "moon"]),
    st.none() | incomes | st.just(-1),
    figures,
    st.none() | st.integers(-1, 200),
    st.none() | st.integers(-1, 130),
)
def test_every_question_is_answered_or_refused_by_name(
    standard: Standard,
    area: str,
    income: int | None,
    count: int | None,
    b1: int | None,
    b2: int | None,
) -> None:
    figures = SurveyFigures(area, income, count, b1, b2)
    try:
        decision = decide(standard, figures)
    except Refusal as refusal:
        assert refusal.code != "refused"  # noqa: PT017
        assert refusal.values  # noqa: PT017
        return
    assert decision == decide(standard, figures)
    assert decision.class_ in (*CLASSES, "not_listed")
    assert decision.reasons
    assert set(decision.notes) <= set(decision.reasons)
    assert (decision.class_ == "not_listed") == (decision.possible == ("average", "not_poor"))
    for c in decision.comparisons:
        holds = c.value <= c.bound if c.relation == "<=" else c.value >= c.bound
        assert holds == c.holds


def test_no_figure_of_the_law_stands_in_the_code() -> None:
    """Lines, scores and thresholds of every file are absent from the modules of the room."""
    rules = [standard.rule for standard in EVERY]
    legal = {
        step.bound
        for standard in EVERY
        for area in standard.area_types
        for step in itertools.chain(standard.income_steps[area], standard.score_steps[area])
    } | {f.value for rule in rules for f in (rule.deprived_at_least, rule.points_at_least)}
    legal.discard(None)
    for item in resources.files("domain.standards").iterdir():
        if item.name.endswith(".py"):
            tree = ast.parse(item.read_text(encoding="utf-8"))
            numbers = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
            assert not {n for n in numbers if type(n) is int} & legal, item.name
