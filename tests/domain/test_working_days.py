"""Working days of offices, and the last day of a time limit, in years that are known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    FIRST_DAY,
    LAST_DAY,
    LAST_YEAR_DECIDED,
    TimeLimit,
    due,
    is_provisional,
    is_working_day,
)

DAYS = st.dates(FIRST_DAY, LAST_DAY - timedelta(days=60))
LENGTHS = st.integers(1, 15)


def off_between(first: date, last: date) -> list[date]:
    """The weekdays from one day to another on which offices do not work."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5 and not is_working_day(day)]


def days(month: int, *of_month: int, year: int) -> list[date]:
    return [date(year, month, day) for day in of_month]


def test_tet_of_2025_is_from_monday_to_friday() -> None:
    assert off_between(date(2025, 1, 20), date(2025, 2, 7)) == days(
        1, 27, 28, 29, 30, 31, year=2025
    )


def test_tet_of_2026_is_from_monday_to_friday() -> None:
    assert off_between(date(2026, 2, 9), date(2026, 2, 27)) == days(
        2, 16, 17, 18, 19, 20, year=2026
    )


def test_national_day_of_2025_takes_the_day_before_along() -> None:
    assert off_between(date(2025, 8, 25), date(2025, 9, 5)) == days(9, 1, 2, year=2025)


def test_the_end_of_april_2026_has_a_compensatory_day_for_a_sunday() -> None:
    assert off_between(date(2026, 4, 20), date(2026, 5, 8)) == [
        date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1),
    ]  # fmt: skip


def test_culture_day_is_a_public_holiday_since_2026() -> None:
    assert is_working_day(date(2025, 11, 24))
    assert not is_working_day(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("off", "saturday"),
    [
        (date(2024, 4, 29), date(2024, 5, 4)),
        (date(2025, 5, 2), date(2025, 4, 26)),
        (date(2026, 8, 31), date(2026, 8, 22)),
        (date(2018, 12, 31), date(2019, 1, 5)),
        (date(2015, 1, 2), date(2014, 12, 27)),
    ],
)
def test_a_day_off_is_exchanged_for_a_working_saturday(off: date, saturday: date) -> None:
    assert saturday.weekday() == 5
    assert not is_working_day(off)
    assert is_working_day(saturday)


@pytest.mark.parametrize(
    ("begins", "limit", "last"),
    [
        (date(2025, 9, 8), TimeLimit(3, "working"), date(2025, 9, 11)),
        (date(2025, 9, 12), TimeLimit(3, "working"), date(2025, 9, 17)),
        (date(2025, 8, 28), TimeLimit(3, "working"), date(2025, 9, 4)),
        (date(2025, 1, 23), TimeLimit(7, "working"), date(2025, 2, 10)),
        (date(2025, 4, 25), TimeLimit(1, "working"), date(2025, 4, 26)),
        (date(2026, 11, 20), TimeLimit(5, "working"), date(2026, 11, 30)),
        (date(2026, 12, 30), TimeLimit(3, "working"), date(2027, 1, 5)),
        (date(2025, 9, 13), TimeLimit(1, "working"), date(2025, 9, 15)),
        (date(2025, 9, 15), TimeLimit(15, "calendar"), date(2025, 9, 30)),
        (date(2026, 2, 1), TimeLimit(15, "calendar"), date(2026, 2, 23)),
        (date(2025, 11, 15), TimeLimit(15, "calendar"), date(2025, 12, 1)),
    ],
)
def test_a_time_limit_leaves_its_first_day_out_and_ends_on_a_working_day(
    begins: date, limit: TimeLimit, last: date
) -> None:
    assert due(begins, limit) == last


@given(begins=DAYS, length=LENGTHS)
def test_working_days_between_are_as_many_as_the_limit_has(begins: date, length: int) -> None:
    last = due(begins, TimeLimit(length, "working"))
    after = (begins + timedelta(days=n + 1) for n in range((last - begins).days))
    assert sum(map(is_working_day, after)) == length
    assert is_working_day(last)


@given(begins=DAYS, length=LENGTHS)
def test_a_limit_in_calendar_days_never_ends_later_than_in_working_days(
    begins: date, length: int
) -> None:
    by_calendar = due(begins, TimeLimit(length, "calendar"))
    assert begins + timedelta(days=length) <= by_calendar
    assert by_calendar <= due(begins, TimeLimit(length, "working"))


@given(
    day=DAYS,
    later=st.integers(0, 40),
    length=LENGTHS,
    unit=st.sampled_from(["working", "calendar"]),
)
def test_a_limit_that_begins_later_ends_no_earlier(
    day: date, later: int, length: int, unit: str
) -> None:
    limit = TimeLimit(length, unit)  # type: ignore[arg-type]
    assert due(day, limit) <= due(day + timedelta(days=later), limit)


def test_a_year_without_its_notice_is_provisional() -> None:
    assert not is_provisional(date(LAST_YEAR_DECIDED, 12, 31))
    assert is_provisional(date(LAST_YEAR_DECIDED + 1, 1, 1))
