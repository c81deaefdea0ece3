"""Targets that are rates, and targets of households left: set, passed down, revised, refused."""

from datetime import date

import pytest

from domain.errors import Refusal
from domain.population.population import Denominators, Population
from domain.support.errors import (
    TargetExists,
    TargetInvalid,
    TargetOfAnotherKind,
    TargetOutsideArea,
    TargetWithoutDenominator,
)
from domain.support.officer import CountOfficers
from domain.support.target import (
    DeclaredDay,
    PassRateTargetDown,
    PassTargetDown,
    RateTargetPassedDown,
    RateTargetRevised,
    RateTargetSet,
    ReviseRateTarget,
    ReviseTarget,
    SetRateTarget,
    SetTarget,
    Target,
    TargetSet,
)
from tests.domain.support.conftest import PROVINCE, SupportOffice, context
from tests.given import HUONG_SO, RURAL

DAY = date(2022, 12, 31)


def declared(office: SupportOffice, *units: str) -> tuple[DeclaredDay, ...]:
    """The residents of these units are declared; the days of the declarations."""
    for unit in units:
        found = Population.declare(context(DAY), unit=unit, figures=Denominators(households=1_000))
        office.application.save(found)
    return tuple(DeclaredDay(unit, DAY) for unit in units)


def test_a_rate_is_set_passed_down_and_revised_in_hundredths_of_a_point(
    office: SupportOffice,
) -> None:
    of_province, of_ward = declared(office, PROVINCE, HUONG_SO)
    command = SetRateTarget(PROVINCE, "poor_rate_down", 2023, 32, (of_province,))
    target = office.do(command, "2023-01-05").aggregate_id
    again = office.do(command, "2023-01-05")
    assert (again.aggregate_id, again.version) == (target, 1)
    part = PassRateTargetDown(target, HUONG_SO, 40, (of_ward,))
    below = office.do(part, "2023-02-01").created
    assert below is not None
    office.do(ReviseRateTarget(target, 35, "Điều chỉnh"), "2023-03-01")
    assert [type(one) for one in office.events(target)] == [
        RateTargetSet, RateTargetPassedDown, RateTargetRevised,
    ]  # fmt: skip
    [made] = office.events(below)
    assert (made.area, made.hundredths, made.from_target) == (HUONG_SO, 40, target)


def test_a_part_that_is_revised_is_another_part_of_the_target_above(
    office: SupportOffice,
) -> None:
    of_province = SetTarget(PROVINCE, "poor_households_down", 2023, 331)
    target = office.do(of_province, "2023-01-05").aggregate_id
    below = office.do(PassTargetDown(target, HUONG_SO, 20), "2023-02-01").created
    assert below is not None
    office.do(ReviseTarget(below, 25, "Điều chỉnh"), "2023-03-01")
    found = office.application.support.find(Target, target)
    assert found is not None
    assert (found.number, found.parts) == (331, {HUONG_SO: 25})
    office.do(ReviseTarget(below, 25, "Như trước"), "2023-03-02")
    assert len(office.events(target)) == 3


def test_a_rate_rests_on_declarations_of_the_area_or_of_each_unit_below(
    office: SupportOffice,
) -> None:
    command = SetRateTarget(PROVINCE, "poor_rate_down", 2023, 32)
    with pytest.raises(TargetWithoutDenominator):
        office.do(command, "2023-01-05")
    days = declared(office, HUONG_SO, RURAL)
    with pytest.raises(TargetWithoutDenominator):
        office.do(SetRateTarget(PROVINCE, "poor_rate_down", 2023, 32, days[:1]), "2023-01-05")
    made_up = (*days[:1], DeclaredDay(RURAL, date(2020, 1, 1)))
    with pytest.raises(TargetWithoutDenominator):
        office.do(SetRateTarget(PROVINCE, "poor_rate_down", 2023, 32, made_up), "2023-01-05")
    office.do(SetRateTarget(PROVINCE, "poor_rate_down", 2023, 32, days), "2023-01-05")


def test_a_rate_of_officers_rests_on_their_number(office: SupportOffice) -> None:
    command = SetRateTarget(HUONG_SO, "officers_trained", 2023, 3000)
    with pytest.raises(TargetWithoutDenominator):
        office.do(command, "2023-01-05")
    office.do(CountOfficers(HUONG_SO, 10), "2023-01-01")
    assert office.do(command, "2023-01-05").version == 1


def test_households_left_are_a_target_and_may_be_none(office: SupportOffice) -> None:
    target = office.do(SetTarget(PROVINCE, "poor_households_left", 2024, 0), "2023-01-05")
    [made] = office.events(target.aggregate_id)
    assert (type(made), made.households) == (TargetSet, 0)


def test_what_may_not_be_is_refused_by_name(office: SupportOffice) -> None:
    office.do(CountOfficers(HUONG_SO, 10), "2023-01-01")
    rate = office.do(SetRateTarget(HUONG_SO, "officers_trained", 2023, 3000), "2023-01-05")
    number = office.do(SetTarget(PROVINCE, "poor_households_down", 2023, 331), "2023-01-05")
    refused: list[tuple[object, type[Refusal]]] = [
        (SetTarget(HUONG_SO, "officers_trained", 2023, 30), TargetOfAnotherKind),
        (SetRateTarget(HUONG_SO, "poor_households_down", 2023, 30), TargetOfAnotherKind),
        (ReviseTarget(rate.aggregate_id, 5, "Điều chỉnh"), TargetOfAnotherKind),
        (ReviseRateTarget(number.aggregate_id, 5, "Điều chỉnh"), TargetOfAnotherKind),
        (PassTargetDown(rate.aggregate_id, HUONG_SO, 5), TargetOfAnotherKind),
        (PassRateTargetDown(rate.aggregate_id, HUONG_SO, 5), TargetOutsideArea),
        (SetRateTarget(HUONG_SO, "officers_trained", 2024, 10_001), TargetInvalid),
        (SetRateTarget(HUONG_SO, "officers_trained", 2024, -1), TargetInvalid),
        (SetRateTarget(HUONG_SO, "officers_trained", 2023, 2900), TargetExists),
    ]
    for command, refusal in refused:
        with pytest.raises(refusal):
            office.do(command, "2023-02-01")  # type: ignore[arg-type]
    assert len(office.events(rate.aggregate_id)) == 1
