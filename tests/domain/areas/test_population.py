"""All who live in a unit on a day: what may be declared, and what is refused."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.areas.commands import NewUnit
from domain.areas.errors import AreaNotValidOn, AreaUnknown
from domain.errors import StaleVersion
from domain.population.errors import (
    DeclarationExists,
    DeclarationUnknown,
    DenominatorInvalid,
    EffectiveInFuture,
    FewerPersonsThanHouseholds,
    PartAboveWhole,
    RateAboveHundred,
    RateBaseUnknown,
    ReasonMissing,
)
from domain.population.population import Denominators, ListedCounts, Population
from tests.calls import Calls, areas_of
from tests.domain.areas.conftest import context

BEGIN, DAY = date(2020, 1, 1), date(2022, 12, 15)
WARD = "19804@2020-01-01"
FIGURES = Denominators(households=3_488, persons=13_100, source="báo cáo của phường")


@pytest.fixture
def areas(application: Any) -> Calls:
    commands = areas_of(application)
    commands.establish(context(BEGIN), NewUnit("46", "Tỉnh Thừa Thiên Huế"))
    commands.establish(context(BEGIN), NewUnit("19804", "Phường Hương Sơ", "46@2020-01-01"))
    return commands


def declared(areas: Calls, unit: str = WARD, on: date = DAY) -> Population | None:
    return areas._casework.population.load(unit, on)


def test_all_households_and_persons_of_a_ward_are_declared_by_code_or_unit(
    areas: Calls,
) -> None:
    done = areas.declare_population("19804", context(DAY, paper=""), figures=FIGURES)
    assert (done.unit, done.version) == (WARD, 1)
    known = declared(areas)
    assert known is not None
    assert known.figures == FIGURES


def test_the_same_figures_again_change_nothing_and_others_are_a_correction(
    areas: Calls,
) -> None:
    areas.declare_population(WARD, context(DAY), figures=FIGURES)
    assert areas.declare_population(WARD, context(DAY), figures=FIGURES).version == 1
    other = Denominators(households=3_490)
    with pytest.raises(DeclarationExists):
        areas.declare_population(WARD, context(DAY), figures=other)
    done = areas.correct_population(WARD, context(DAY), figures=other, reason="đếm lại")
    assert done.version == 2
    assert declared(areas).figures == other  # type: ignore[union-attr]
    again = areas.correct_population(WARD, context(DAY), figures=other, reason="đếm lại")
    assert again.version == 2


def test_a_correction_needs_something_to_correct_a_reason_and_the_last_version(
    areas: Calls,
) -> None:
    with pytest.raises(DeclarationUnknown):
        areas.correct_population(WARD, context(DAY), figures=FIGURES, reason="sai")
    areas.declare_population(WARD, context(DAY), figures=FIGURES)
    with pytest.raises(ReasonMissing):
        areas.correct_population(WARD, context(DAY), figures=Denominators(1, 1), reason=" ")
    with pytest.raises(StaleVersion):
        areas.correct_population(
            WARD, context(DAY), figures=Denominators(1, 1), reason="sai", expected_version=7
        )


@pytest.mark.parametrize(
    ("figures", "refusal"),
    [
        (Denominators(), DenominatorInvalid),
        (Denominators(households=0), DenominatorInvalid),
        (Denominators(households=-1), DenominatorInvalid),
        (Denominators(persons=0), DenominatorInvalid),
        (Denominators(households=True), DenominatorInvalid),
        (Denominators(households=10, persons=9), FewerPersonsThanHouseholds),
        (Denominators(10, 40, {"Kinh": 11}), PartAboveWhole),
        (Denominators(10, 40, {}, {"Kinh": 40, "Pa Kô": 1}), PartAboveWhole),
        (Denominators(10, 40, {"Kinh": -1}), DenominatorInvalid),
        (Denominators(10, 40, rate_bases={"poor": 0}), DenominatorInvalid),
        (Denominators(10, 40, rate_bases={"rich": 10}), RateBaseUnknown),
    ],
)
def test_figures_that_cannot_be_are_refused(
    areas: Calls, figures: Denominators, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        areas.declare_population(WARD, context(DAY), figures=figures)
    assert declared(areas) is None
    areas.declare_population(WARD, context(DAY), figures=FIGURES)
    with pytest.raises(refusal):
        areas.correct_population(WARD, context(DAY), figures=figures, reason="sai")


@pytest.mark.parametrize(
    "listed",
    [
        ListedCounts(households=3_489),
        ListedCounts(persons=13_101),
        ListedCounts(by_class={"poor": 124}),
    ],
)
def test_a_rate_above_a_hundred_is_refused_where_the_listed_are_known(
    areas: Calls, listed: ListedCounts
) -> None:
    figures = Denominators(3_488, 13_100, rate_bases={"poor": 123})
    with pytest.raises(RateAboveHundred):
        areas.declare_population(WARD, context(DAY), figures=figures, listed=listed)
    areas.declare_population(
        WARD,
        context(DAY),
        figures=figures,
        listed=ListedCounts(households=3_488, persons=13_100, by_class={"poor": 123}),
    )


def test_one_base_for_each_class_may_be_named(areas: Calls) -> None:
    """Thành phố Huế 2022: 2,083 are 1.61% and 2,764 are 2.15% of no common number."""
    figures = Denominators(households=129_000, rate_bases={"poor": 129_379, "near_poor": 128_558})
    areas.declare_population("46", context(DAY), figures=figures)
    assert round(2_083 / figures.rate_bases["poor"] * 100, 2) == 1.61
    assert round(2_764 / figures.rate_bases["near_poor"] * 100, 2) == 2.15


def test_a_unit_has_to_stand_and_the_day_to_have_come(areas: Calls) -> None:
    with pytest.raises(AreaUnknown):
        areas.declare_population("99999", context(DAY), figures=FIGURES)
    with pytest.raises(AreaNotValidOn):
        areas.declare_population(WARD, context(date(2019, 1, 1)), figures=FIGURES)
    tomorrow = context(date(2026, 6, 2))
    assert tomorrow.recorded_at == datetime(2026, 6, 1, 2, tzinfo=UTC)
    with pytest.raises(EffectiveInFuture):
        areas.declare_population(WARD, tomorrow, figures=FIGURES)


def test_each_day_has_a_declaration_of_its_own(areas: Calls) -> None:
    areas.declare_population(WARD, context(DAY), figures=FIGURES)
    later = Denominators(3_600, 13_400)
    areas.declare_population(WARD, context(date(2023, 12, 15)), figures=later)
    assert declared(areas).figures == FIGURES  # type: ignore[union-attr]
    assert declared(areas, on=date(2023, 12, 15)).figures == later  # type: ignore[union-attr]
