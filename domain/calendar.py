"""The civil calendar of Việt Nam: the day of a moment, days as people write them, working days.

Forms, the API, lists and the command line all read a written day here, so they take the same
texts and refuse the same ones. A month or a year alone is never made into a day.

Working days are those of offices: Monday to Friday without public holidays, their compensatory days
and the days off exchanged for a Saturday, which then is a working day. The library `holidays` knows
them. Days off of a year after LAST_YEAR_DECIDED are provisional: the yearly notice on them is not
there yet.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from typing import Literal

from holidays import country_holidays

from domain.errors import Refusal

VIETNAM = timezone(timedelta(hours=7), "ICT")
"""The time of Việt Nam: UTC+7, without summer time since 1975."""

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2199, 12, 31)

LAST_YEAR_DECIDED = 2026
"""The last year whose days off were compared with the yearly notice; tests hold its days."""

Unit = Literal["working", "calendar"]

_BETWEEN = r"\s*[/.\-]\s*"
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}([0-9]{{4}})")
_BLANKS = re.compile(r"([0-9]{1,2})\s+([0-9]{1,2})\s+([0-9]{4})")
_WORDS = re.compile(
    r"(?:ngày\s+)?([0-9]{1,2})\s+tháng\s+([0-9]{1,2})\s+năm\s+([0-9]{4})", re.IGNORECASE
)
_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
# Spreadsheets and programs write midnight behind a day.
_YEAR_FIRST = re.compile(
    rf"([0-9]{{4}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}})(?:[T ]0{{1,2}}:00(?::00)?)?"
)
# "12/2022", "tháng 12 năm 2022", "2022", "00/12/2022", "0/0/1960", "2022-12", "2022-12-00".
_NO_DAY = re.compile(
    rf"(?:tháng\s*|t)?(?:0{{1,2}}{_BETWEEN}){{0,2}}(?:[0-9]{{1,2}}{_BETWEEN})?[0-9]{{4}}"
    rf"|(?:tháng\s+[0-9]{{1,2}}\s+)?năm\s+[0-9]{{4}}"
    rf"|[0-9]{{4}}{_BETWEEN}[0-9]{{1,2}}(?:{_BETWEEN}0{{1,2}})?",
    re.IGNORECASE,
)
_SHAPES = (_DAY_FIRST, _BLANKS, _WORDS, _DIGITS)
_LONGEST = 40


class DayRefused(Refusal):
    """The text is not a day."""

    code = "day_unreadable"


class DayUnreadable(DayRefused):
    """The text cannot be read as a day: write it as 31/12/2022 (day/month/year)."""

    code = "day_unreadable"


class DayMissing(DayRefused):
    """The text names a month or a year only. Which day? Write it as 31/12/2022."""

    code = "day_missing"


class NoSuchDay(DayRefused):
    """The calendar has no such day: check the day and the month (day/month/year)."""

    code = "no_such_day"


class DayOutOfRange(DayRefused):
    """The day lies before 1900 or after 2199: check the year."""

    code = "day_out_of_range"


def read_day(text: str) -> date:
    """The day that a text states.

    Taken are d/m/yyyy and dd/mm/yyyy (also with "-", "." or blanks between), ddmmyyyy, "ngày 31
    tháng 12 năm 2022" and yyyy-mm-dd.

    Raises DayMissing for "12/2022" and "2022", NoSuchDay for 30/02/2022, DayOutOfRange for a year
    before 1900 or after 2199, DayUnreadable for everything else. No refusal holds the text, which
    may be a birth date.
    """
    written = text.strip()
    if len(written) > _LONGEST:
        raise DayUnreadable
    # First, as "00/12/2022" and "0/0/1960" have the shape of a day and name none.
    if _NO_DAY.fullmatch(written):
        raise DayMissing
    for shape in _SHAPES:
        if found := shape.fullmatch(written):
            day, month, year = map(int, found.groups())
            return _day(year, month, day)
    if found := _YEAR_FIRST.fullmatch(written):
        year, month, day = map(int, found.groups())
        return _day(year, month, day)
    raise DayUnreadable


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise DayOutOfRange
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise NoSuchDay
    return date(year, month, day)


def shown(day: date) -> str:
    """The day as it is printed everywhere: 31/12/2022."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def day_of(moment: datetime) -> date:
    """The civil day in Việt Nam of a moment with an offset; a moment for ever gives the last."""
    try:
        return moment.astimezone(VIETNAM).date()
    except OverflowError:
        return date.max


def end_of_day(day: date) -> datetime:
    """The last moment of a day in Việt Nam, to the microsecond."""
    return datetime.combine(day, time.max, VIETNAM)


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A number of days, at least one, in working or in calendar days."""

    days: int
    unit: Unit


def is_working_day(day: date) -> bool:
    """Whether offices work on that day."""
    off, saturdays = _days_off(day.year)
    return day in saturdays or (day.weekday() < calendar.SATURDAY and day not in off)


def is_provisional(day: date) -> bool:
    """Whether the days off of that year may still change, as the notice on them is not there."""
    return day.year > LAST_YEAR_DECIDED


def due(begins_on: date, limit: TimeLimit) -> date:
    """The last day of a time limit that begins on a day.

    The day on which it begins does not count (Civil Code 2015, article 147). A limit in calendar
    days that ends on a day off ends on the next working day (article 148).
    """
    if limit.unit == "working":
        day = begins_on
        for _ in range(limit.days):
            day = _working_day_from(day + timedelta(days=1))
        return day
    return _working_day_from(begins_on + timedelta(days=limit.days))


def _working_day_from(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


@cache
def _days_off(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """The public holidays of a year, and the Saturdays on which offices work."""
    # A Saturday may be exchanged for a day of the year beside it.
    known = country_holidays("VN", years=(year - 1, year, year + 1))
    return frozenset(known), frozenset(known.weekend_workdays)
