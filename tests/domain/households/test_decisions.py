"""A signed decision gives a household its class, and takes it off the list."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from domain.commands.command import Document
from domain.households import events
from domain.households.decisions import ClassInput, Figures
from domain.households.errors import (
    BeforeRegistration,
    ClassNotComputable,
    ClassNotGiven,
    DecisionWithoutPaper,
    EffectiveInFuture,
    FiguresTwice,
    ListingContradicts,
    NotAnExit,
    NotListed,
    SignedInFuture,
    SignerIsSurveyor,
    StandardNotInForce,
    SurveyLaterThanDecision,
    SurveyUnknown,
    UnknownCode,
)
from domain.households.movements import movement
from domain.standards.errors import (
    FigureOutOfRange,
    FiguresDisagree,
    NoStandardInForce,
    UnknownAreaType,
    UnknownStandard,
)
from tests import histories
from tests.given import CHAIRMAN, RURAL, SURVEYOR, Life, happened, paper
from tests.histories import (
    DECIDED,
    FORM_B,
    NEAR_POOR,
    NOT_LISTED,
    POOR,
    SURVEYED,
    decide,
    escaped,
    family,
    near_poor,
    poor,
    poor_again,
    surveyed,
)
from tests.standards import standards

RULE = standards().get("2022-2026")


def survey(life: Life, on: str | date = SURVEYED, form=FORM_B, **context: object) -> object:
    return life.do("survey", on, form, by=SURVEYOR, **context)


# Classifying.


def classify(life: Life, on: str | date = DECIDED, **decision: object) -> None:
    decide(life, on, **decision)


def test_a_decision_on_a_survey_stores_what_was_compared(given, life):
    given(surveyed).when(lambda life: classify(life, survey_id=life.notes["survey"])).then(
        happened(
            events.Classified,
            scope="national",
            class_="poor",
            class_before="",
            movement="newly_arising",
            proposed="poor",
            override_reason="",
            standard="2022-2026",
            standard_digest=RULE.digest,
            facts={"area_type": "urban", "b1": 150, "b2": 40},
            effective_on=DECIDED,
            document=Document("12/QĐ-UBND", DECIDED, "chutich"),
        )
    )
    classified = life.events()[-1]
    assert [(one.what, one.value, one.bound) for one in classified.comparisons] == [
        ("b1", 150, 175),
        ("b2", 40, 30),
    ]
    assert len(classified.reasons) >= 2


@pytest.mark.parametrize(
    ("figures", "class_"),
    [
        (Figures("urban", b1=175, b2=30), "poor"),
        (Figures("urban", b1=175, b2=20), "near_poor"),
        (Figures("urban", b1=176, b2=120), "not_listed"),
        (Figures("rural", b1=140, b2=30), "poor"),
        (Figures("rural", income=1_500_000, deprived_count=3), "poor"),
        (Figures("rural", income=700_000, deprived_count=2), "near_poor"),
        (Figures("urban", income=2_000_001, deprived_count=12), "average"),
        (Figures("urban", income=3_000_001, deprived_count=0), "not_poor"),
    ],
)
def test_bare_figures_give_the_class(given, figures, class_):
    given(family).when(lambda life: classify(life, figures=figures)).then(
        happened(events.Classified, class_=class_, proposed=class_, survey_id=None)
    )


def test_the_area_type_of_the_place_it_lives_in_is_taken_if_none_is_given(given, life):
    given(family).when(lambda life: classify(life, figures=Figures(b1=170, b2=40))).then(
        happened(
            events.Classified, class_="poor", facts={"area_type": "urban", "b1": 170, "b2": 40}
        )
    )
    life.do("move", "2023-03-01", area=RURAL, village="Thôn 1")
    given().when(lambda life: classify(life, on="2023-12-12", figures=Figures(b1=170, b2=40))).then(
        happened(events.Classified, class_="not_listed"), happened(events.LeftPoverty)
    )
    late = {"on": "2023-01-12", "figures": Figures(b1=170, b2=40)}
    given().when(lambda life: classify(life, **late)).then(UnknownAreaType, area_type="")


def test_a_list_that_only_names_the_class_is_taken_and_marked(given):
    given(family).when(lambda life: classify(life, class_="poor")).then(
        happened(
            events.Classified,
            class_="poor",
            proposed="",
            facts={},
            comparisons=(),
            reasons=("figures_not_recorded",),
        )
    )


def test_figures_that_do_not_suffice_are_kept_and_the_decision_marked(given):
    half = Figures("urban", b1=150)
    given(family).when(lambda life: classify(life, class_="poor", figures=half)).then(
        happened(
            events.Classified,
            proposed="",
            facts={"area_type": "urban", "b1": 150},
            reasons=("not_computable?why=missing_figures",),
        )
    )


@pytest.mark.parametrize(
    ("decision", "refusal"),
    [
        ({}, ClassNotComputable),
        ({"figures": Figures("urban", b1=150)}, ClassNotComputable),
        ({"figures": Figures("special_zone", b1=150, b2=40)}, ClassNotComputable),
        ({"class_": "rich"}, UnknownCode),
        ({"class_": "near_poor", "figures": POOR}, ClassNotGiven),
        ({"figures": Figures("town", b1=1, b2=1)}, UnknownAreaType),
        ({"figures": Figures("urban", b1=150, b2=130)}, FigureOutOfRange),
        ({"figures": Figures("urban", income=5_000_000, deprived_count=4, b1=150, b2=40)},
         FiguresDisagree),
        ({"survey_id": uuid4()}, SurveyUnknown),
        ({"class_": "poor", "standard": "2016-2021"}, StandardNotInForce),
        ({"class_": "poor", "standard": "1999"}, UnknownStandard),
        ({"class_": "poor", "scope": "46"}, NoStandardInForce),
        ({"class_": "poor", "listing": "perhaps"}, UnknownCode),
    ],
)  # fmt: skip
def test_a_decision_that_does_not_hold_is_refused(given, decision, refusal):
    given(family).when(lambda life: classify(life, **decision)).then(refusal)


def test_a_class_that_the_standard_does_not_give_needs_a_reason(given):
    given(family).when(lambda life: classify(life, class_="near_poor", figures=POOR)).then(
        ClassNotGiven, proposed="poor", decided="near_poor", standard="2022-2026"
    )
    given().when(
        lambda life: classify(
            life, class_="near_poor", figures=POOR, override_reason="Họp dân không thống nhất"
        )
    ).then(
        happened(
            events.Classified,
            class_="near_poor",
            proposed="poor",
            override_reason="Họp dân không thống nhất",
        )
    )


def test_a_reason_without_an_override_is_not_kept(given):
    given(family).when(lambda life: classify(life, figures=POOR, override_reason="vì thế")).then(
        happened(events.Classified, override_reason="")
    )


def test_neither_poor_nor_near_poor_may_be_recorded_as_average_without_a_reason(given):
    given(family).when(lambda life: classify(life, class_="average", figures=NOT_LISTED)).then(
        happened(events.Classified, class_="average", proposed="not_listed")
    )


@pytest.mark.parametrize(
    "document",
    [None, Document("", DECIDED), Document("12/QĐ-UBND", None), Document("   ", DECIDED)],
)
def test_a_decision_needs_its_number_and_date(given, document):
    given(family).when(
        lambda life: life.do("classify", DECIDED, ClassInput("poor"), document=document)
    ).then(DecisionWithoutPaper)


def test_a_decision_is_not_signed_in_the_future(given):
    given(family).when(
        lambda life: life.do(
            "classify", DECIDED, ClassInput("poor"), document=paper(signed_on="2022-12-13")
        )
    ).then(SignedInFuture)


def test_a_decision_does_not_take_effect_in_the_future_or_before_the_household(given):
    given(family).when(
        lambda life: life.do(
            "classify",
            "2023-01-01",
            ClassInput("poor"),
            recorded="2022-12-20",
            document=paper(),
        )
    ).then(EffectiveInFuture)
    given().when(lambda life: classify(life, on="2022-11-01", class_="poor")).then(
        BeforeRegistration
    )


def test_who_surveyed_does_not_sign(given, life):
    given(surveyed)
    decision = ClassInput(survey_id=life.notes["survey"])
    own = Document("12/QĐ-UBND", DECIDED, "khaosat")
    given().when(
        lambda life: life.do("classify", DECIDED, decision, by=CHAIRMAN, document=own)
    ).then(SignerIsSurveyor)
    unsigned = Document("12/QĐ-UBND", DECIDED)
    given().when(
        lambda life: life.do("classify", DECIDED, decision, by=SURVEYOR, document=unsigned)
    ).then(SignerIsSurveyor)
    given().when(
        lambda life: life.do("classify", DECIDED, decision, by=CHAIRMAN, document=unsigned)
    ).then(happened(events.Classified))


def test_a_decision_does_not_rest_on_a_later_survey_or_on_two_things(given, life):
    given(surveyed)
    found = life.notes["survey"]
    given().when(lambda life: classify(life, on="2022-11-19", survey_id=found)).then(
        SurveyLaterThanDecision
    )
    given().when(lambda life: classify(life, survey_id=found, figures=POOR)).then(FiguresTwice)


def test_the_same_decision_again_records_nothing(given):
    given(near_poor).when(lambda life: classify(life, figures=NEAR_POOR)).then_nothing()


def test_next_years_decision_for_the_same_class_is_recorded(given):
    given(near_poor).when(lambda life: classify(life, on="2023-12-12", figures=NEAR_POOR)).then(
        happened(events.Classified, class_before="near_poor", movement="unchanged")
    )


# Movements and leaving poverty.


def test_leaving_above_the_near_poor_line_starts_the_36_months(given):
    given(poor).when(lambda life: classify(life, on="2023-12-12", figures=NOT_LISTED)).then(
        happened(
            events.Classified, class_="not_listed", class_before="poor", movement="exit_above"
        ),
        happened(
            events.LeftPoverty,
            kind="above_near_poor",
            class_before="poor",
            newly_escaped_until=date(2026, 12, 12),
        ),
    )


def test_becoming_near_poor_leaves_poverty_without_being_newly_escaped(given):
    given(poor).when(lambda life: classify(life, on="2023-12-12", figures=NEAR_POOR)).then(
        happened(events.Classified, movement="poor_to_near_poor"),
        happened(events.LeftPoverty, kind="to_near_poor", newly_escaped_until=None),
    )


def test_near_poor_becoming_poor_leaves_nothing(given):
    given(near_poor).when(lambda life: classify(life, on="2023-12-12", figures=POOR)).then(
        happened(events.Classified, movement="near_poor_to_poor")
    )


def test_a_return_to_poverty_is_told_apart(given, life):
    given(poor_again)
    classified = [one for one in life.events() if isinstance(one, events.Classified)]
    assert [one.movement for one in classified] == ["newly_arising", "exit_above", "re_poverty"]


@pytest.mark.parametrize(
    ("before", "after", "listed_before", "listing", "expected"),
    [
        ("", "poor", False, "", "newly_arising"),
        ("", "near_poor", False, "new", "newly_arising"),
        ("", "poor", False, "old", "opening"),
        ("", "poor", False, "again", "re_poverty"),
        ("", "near_poor", False, "again", "re_near_poverty"),
        ("", "poor", False, "moved_in", "other_in"),
        ("not_poor", "poor", True, "", "re_poverty"),
        ("average", "near_poor", True, "", "re_near_poverty"),
        ("average", "poor", False, "", "newly_arising"),
        ("near_poor", "poor", True, "", "near_poor_to_poor"),
        ("poor", "near_poor", True, "", "poor_to_near_poor"),
        ("poor", "average", True, "", "exit_above"),
        ("near_poor", "not_listed", True, "", "exit_near_poverty"),
        ("poor", "poor", True, "", "unchanged"),
        ("", "average", False, "", "unchanged"),
        ("average", "not_poor", False, "", "unchanged"),
    ],
)
def test_the_movement_from_class_to_class(before, after, listed_before, listing, expected):
    assert movement(before, after, listed_before, listing) == expected


def test_a_list_may_say_what_was_before_this_record(given):
    given(family).when(lambda life: classify(life, class_="poor", listing="old")).then(
        happened(events.Classified, movement="opening")
    )


def test_a_list_does_not_contradict_the_households_own_history(given):
    given(escaped).when(
        lambda life: classify(life, on="2024-12-12", class_="poor", listing="new")
    ).then(ListingContradicts)


def test_an_exit_is_for_a_listed_household(given):
    def leave(life: Life, **decision: object) -> object:
        return life.do("exit", "2023-12-12", ClassInput(**decision), by=CHAIRMAN, document=paper())

    given(family).when(lambda life: leave(life, figures=NOT_LISTED)).then(NotListed)
    given(lambda life: decide(life, DECIDED, figures=NEAR_POOR)).when(
        lambda life: leave(life, figures=POOR)
    ).then(NotAnExit)
    given().when(lambda life: leave(life, figures=NEAR_POOR)).then(NotAnExit)
    given().when(lambda life: leave(life, class_="not_poor")).then(
        happened(events.Classified, movement="exit_near_poverty"), happened(events.LeftPoverty)
    )


def test_a_decision_learnt_late_finds_the_class_of_its_time(given, life):
    given(escaped)  # poor since 2022-12-12, out since 2023-12-12
    given().when(
        lambda life: life.do(
            "classify",
            "2023-06-15",
            ClassInput(figures=NEAR_POOR),
            recorded="2024-02-01",
            by=CHAIRMAN,
            document=paper("19/QĐ-UBND", "2023-06-15"),
        )
    ).then(
        happened(events.Classified, class_before="poor", movement="poor_to_near_poor"),
        happened(events.LeftPoverty, kind="to_near_poor"),
    )
    household = life.now()
    assert household.class_on(date(2023, 6, 14)) == "poor"
    assert household.class_on(date(2023, 6, 15)) == "near_poor"
    assert household.class_on(date(2023, 12, 12)) == "not_listed"


def test_a_decision_replaced_on_its_own_day_is_no_movement(given):
    given(poor).when(
        lambda life: classify(life, number="12a/QĐ-UBND", class_="near_poor", figures=NEAR_POOR)
    ).then(happened(events.Classified, class_before="", movement="newly_arising"))


# Standards beside each other.


def test_a_local_class_stands_beside_the_national_one(given, life):
    # Hồ Chí Minh City 2021-2025, income per year; here only to have a second scope.
    local = standards().get("hcmc-2021-2025")
    given(near_poor).when(
        lambda life: classify(
            life,
            on="2023-12-12",
            scope=local.scope,
            standard=local.id,
            class_="poor",
            figures=None,
        )
    ).then(happened(events.Classified, scope=local.scope, class_before=""))
    given().when(
        lambda life: classify(life, on="2024-12-12", scope=local.scope, class_="not_poor")
    ).then(happened(events.Classified, movement="exit_above"))
    assert life.now().class_on(date(2024, 12, 31)) == "near_poor"
    assert life.now().class_on(date(2024, 12, 31), local.scope) == "not_poor"


def test_a_standard_of_another_scope_is_refused(given):
    given(family).when(lambda life: classify(life, standard="hcmc-2021-2025", class_="poor")).then(
        StandardNotInForce, scope="national"
    )


def test_one_survey_can_be_classified_by_two_standards(given, life):
    """Late 2026: the closing class by the old line, the opening one by the new."""
    form = replace(FORM_B, b1=None, b2=None, income=2_100_000, deprived=())
    given(family)
    survey(life, on="2026-11-20", form=form)
    found = life.outcome.created
    given().when(lambda life: classify(life, on="2026-12-14", survey_id=found)).then(
        happened(events.Classified, standard="2022-2026", class_="average")
    )
    given().when(lambda life: classify(life, on="2027-01-01", survey_id=found)).then(
        happened(
            events.Classified,
            standard="2027-2030",
            class_="near_poor",
            movement="newly_arising",
        )
    )


def test_an_old_decision_is_judged_by_the_standard_of_its_day(given):
    early = replace(histories.FAMILY, area="19960")
    given(lambda life: life.register("2016-01-01", early))
    given().when(lambda life: classify(life, on="2016-01-03", figures=POOR)).then(
        happened(events.Classified, standard="2016-2021")
    )
