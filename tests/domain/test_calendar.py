"""One reading of days: what is taken, what is refused and why, and the civil day in Việt Nam."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    FIRST_DAY,
    LAST_DAY,
    VIETNAM,
    DayMissing,
    DayOutOfRange,
    DayRefused,
    DayUnreadable,
    NoSuchDay,
    day_of,
    end_of_day,
    read_day,
    shown,
)


@pytest.mark.parametrize(
    "written",
    [
        "1/2/2022", "01/02/2022", "1/02/2022", "1-2-2022", "1.2.2022", "01 - 02 - 2022",
        " 1/2/2022 ", "1 2 2022", "01022022", "2022-02-01", "2022/2/1", "2022-02-01T00:00:00",
        "2022-02-01 00:00", "ngày 01 tháng 02 năm 2022", "1 Tháng 2 Năm 2022",
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_and_programs_write_it(written: str) -> None:
    assert read_day(written) == date(2022, 2, 1)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("12/2022", DayMissing),
        ("12-2022", DayMissing),
        ("1.2022", DayMissing),
        ("2022", DayMissing),
        ("2022-12", DayMissing),
        ("2022-12-00", DayMissing),
        ("00/12/2022", DayMissing),
        ("0/0/1960", DayMissing),
        ("tháng 12/2022", DayMissing),
        ("T12/2022", DayMissing),
        ("tháng 12 năm 2022", DayMissing),
        ("năm 2022", DayMissing),
        ("30/02/2022", NoSuchDay),
        ("29/2/2023", NoSuchDay),
        ("31/11/2026", NoSuchDay),
        ("12/31/2022", NoSuchDay),
        ("32/1/2022", NoSuchDay),
        ("12/00/2022", NoSuchDay),
        ("2022-13-01", NoSuchDay),
        ("1/1/0202", DayOutOfRange),
        ("1/1/3022", DayOutOfRange),
        ("31/12/1899", DayOutOfRange),
        ("", DayUnreadable),
        ("1/12", DayUnreadable),
        ("1/12/22", DayUnreadable),
        ("1122022", DayUnreadable),
        ("hôm qua", DayUnreadable),
        ("44896", DayUnreadable),
        ("2022-02-01T10:00", DayUnreadable),
        ("1/2/2022 và 3/4/2022", DayUnreadable),
        ("\u0661/\u0662/\u0662\u0660\u0662\u0662", DayUnreadable),
        ("1" * 5000, DayUnreadable),
    ],
)
def test_what_is_no_day_is_refused_with_its_own_reason(written: str, why: type[DayRefused]) -> None:
    with pytest.raises(DayRefused) as refused:
        read_day(written)
    assert type(refused.value) is why
    assert refused.value.values == {}, "the text may be a birth date"


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_every_day_is_read_back_as_it_is_printed_and_as_programs_write_it(day: date) -> None:
    assert read_day(shown(day)) == read_day(day.isoformat()) == day
    assert read_day(f"{day.day}/{day.month}/{day.year}") == day
    assert read_day(f"{day:%d%m}{day.year}") == day


def test_a_day_is_printed_with_two_digits_for_day_and_month() -> None:
    assert shown(date(2022, 3, 1)) == "01/03/2022"


def test_the_day_in_viet_nam_begins_seven_hours_before_that_of_utc() -> None:
    assert day_of(datetime(2022, 12, 31, 16, 59, 59, 999999, tzinfo=UTC)) == date(2022, 12, 31)
    assert day_of(datetime(2022, 12, 31, 17, tzinfo=UTC)) == date(2023, 1, 1)
    assert day_of(datetime(2022, 12, 31, 23, tzinfo=timezone(timedelta(hours=9)))) == date(
        2022, 12, 31
    )


def test_a_moment_for_ever_has_the_last_day_there_is() -> None:
    assert day_of(datetime.max.replace(tzinfo=UTC)) == date.max


def test_the_end_of_a_day_is_the_last_moment_before_the_next() -> None:
    assert end_of_day(date(2022, 12, 31)) == datetime(2023, 1, 1, tzinfo=VIETNAM) - timedelta(
        microseconds=1
    )
    assert day_of(end_of_day(date(2022, 12, 31))) == date(2022, 12, 31)
