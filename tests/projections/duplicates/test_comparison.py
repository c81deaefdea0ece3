"""Evidence of couples: swapped birth dates, and identity numbers that tell two persons apart."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.matching.evidence import Described, DescribedHousehold
from projections.duplicates.comparison import codes_of_couple, evidence_of, is_swapped
from projections.duplicates.people import known_day, swapped

ONE, OTHER = (UUID(int=number) for number in (1, 2))
DAY = date(1961, 4, 9)


def person(
    id_: UUID, born: date | None = DAY, number: str = "", year: int | None = None
) -> Described:
    return Described("Hồ Thị Bưởi", born, born.year if born else year, "female", number, person=id_)


def home(one: Described) -> DescribedHousehold:
    return DescribedHousehold("19804@2004-07-08", "Tổ 3", "", (one,))


def test_day_and_month_in_each_others_place_are_named() -> None:
    codes = codes_of_couple(person(ONE), person(OTHER, date(1961, 9, 4)))
    assert "birth_swapped" in codes
    assert "not:birth" not in codes


@given(st.dates(date(1930, 1, 1), date(2020, 12, 31)))
def test_swapping_is_the_same_from_both_sides(born: date) -> None:
    written = swapped(born)
    if written is None:
        assert born.day > 12 or born.day == born.month
        return
    other = date.fromisoformat(written)
    assert is_swapped(person(ONE, born), person(OTHER, other))
    assert is_swapped(person(OTHER, other), person(ONE, born))


@pytest.mark.parametrize(
    ("one", "other", "proposed"),
    [
        (person(ONE), person(OTHER), True),
        (person(ONE, number="046161001234"), person(OTHER, number="046161009876"), True),
        (person(ONE, number="046161001234"), person(OTHER, number="046161001243"), True),
        (
            person(ONE, None, "046161001234", 1961),
            person(OTHER, None, "046161009876", 1961),
            False,
        ),
        (person(ONE, number="046161001234"), person(OTHER, number="260614321"), True),
    ],
    ids=["no numbers", "whole birth", "a slip", "the year alone", "of another length"],
)
def test_two_numbers_tell_persons_apart_unless_name_and_whole_birth_agree(
    one: Described, other: Described, proposed: bool
) -> None:
    found = evidence_of(home(one), home(other), [(ONE, OTHER)])
    assert (found is not None) == proposed


def test_a_first_of_january_is_no_known_day() -> None:
    assert known_day("1961-01-01") is None
    assert known_day("1961-01-02") == date(1961, 1, 2)
