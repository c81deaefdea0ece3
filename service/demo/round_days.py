"""Days of the demo's review rounds, worked out from the day of the load.

The steps are spaced in working days, so that each posting and each notice has the days that the
procedure gives it. A round is shown open only on a day on which the law lets it be open.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from domain.calendar import is_working_day, shown
from domain.reviews.errors import NoProcedureInForce, ProcedureNotLoaded, TrackNotInForce
from domain.reviews.procedure import Procedures, Track, Window

PERIODIC_TRACK, MONTHLY_TRACK = "periodic", "on_demand_entry"
FIRST_YEAR = 2025
"""The demo's communes of today stand since 1 July 2025."""
MONTHS_BACK = 3


@dataclass(frozen=True, slots=True)
class AutumnDays:
    """The days of a periodic round that goes on: `met` and `met_next` are two village meetings."""

    opened: date
    listed: date
    surveyed: tuple[date, ...]
    met: date
    met_next: date
    posted: date
    complained: date


@dataclass(frozen=True, slots=True)
class MonthDays:
    """The days of a monthly round whose households are ready to be signed."""

    opened: date
    listed: date
    surveyed: tuple[date, ...]
    met: date
    posted: date


@dataclass(frozen=True, slots=True)
class ReportedDays:
    """The days of a periodic round up to the report to the province."""

    opened: date
    listed: date
    surveyed: tuple[date, ...]
    met: date
    posted: date
    reported: date


@dataclass(frozen=True, slots=True)
class ClosedDays(ReportedDays):
    """The days of a periodic round that has ended."""

    answered: date
    signed: date
    closed: date


@dataclass(frozen=True, slots=True)
class RoundDays:
    """What the demo shows on a day; None is a round that the law does not let it show.

    `why_not_open` says in English why no periodic round is open, "" where one is.
    """

    autumn: AutumnDays | None
    month: MonthDays | None
    reported: ReportedDays | None
    closed: ClosedDays | None
    why_not_open: str = ""


def round_days(procedures: Procedures, today: date) -> RoundDays:
    """The rounds of a day."""
    autumn, why = _autumn(procedures, today)
    reported, track = None, _track(procedures, PERIODIC_TRACK, today)
    if autumn and track and track.window:
        first, _ = _window_of(track.window, today.year)
        days = _up_to_report(working_day(working_day(today, 0), -2))
        reported = days if days.opened >= first else None
    return RoundDays(autumn, _month(procedures, today), reported, _closed(procedures, today), why)


def _autumn(procedures: Procedures, today: date) -> tuple[AutumnDays | None, str]:
    track = _track(procedures, PERIODIC_TRACK, today)
    if track is None or track.window is None:
        return None, f"the procedure of {shown(today)} is not loaded"
    first, last = _window_of(track.window, today.year)
    if not first <= today <= last:
        return None, f"it is opened from {first:%d/%m} to {last:%d/%m} only"
    at = working_day(today, 0)
    opened = working_day(at, -10)
    if opened < first:
        return None, f"one that opens on {first:%d/%m} is not half surveyed yet"
    days = AutumnDays(
        opened=opened,
        listed=working_day(at, -8),
        surveyed=tuple(working_day(at, number) for number in (-7, -6, -5, -4)),
        met=working_day(at, -3),
        met_next=working_day(at, -2),
        posted=working_day(at, -2),
        complained=working_day(at, -1),
    )
    return days, ""


def _month(procedures: Procedures, today: date) -> MonthDays | None:
    """The newest monthly round whose posting has ended; none while the procedure is not loaded."""
    if _track(procedures, MONTHLY_TRACK, today) is None:
        return None
    for first in _fifteenths(today):
        opened = first if is_working_day(first) else working_day(first, 1)
        days = [working_day(opened, number) for number in range(9)]
        ended = days[8]
        if opened.month == first.month and ended < today and opened.year >= FIRST_YEAR:
            track = _track(procedures, MONTHLY_TRACK, opened)
            return None if track is None else MonthDays(opened, days[1], (days[2], days[3]),
                                                        days[4], days[5])  # fmt: skip
    return None


def _closed(procedures: Procedures, today: date) -> ClosedDays | None:
    """The newest periodic round that was closed a week ago or earlier."""
    for year in range(today.year, FIRST_YEAR - 1, -1):
        track = _track(procedures, PERIODIC_TRACK, date(year, 10, 1))
        if track is None or track.window is None:
            continue
        first, last = _window_of(track.window, year)
        closed = working_day(min(last, today - timedelta(days=7)), 0)
        days = _up_to_report(working_day(closed, -5))
        if days.opened >= first:
            return ClosedDays(
                **asdict(days),
                answered=working_day(closed, -3),
                signed=working_day(closed, -2),
                closed=closed,
            )
    return None


def _up_to_report(reported: date) -> ReportedDays:
    """The days of a round by the day of its report."""
    return ReportedDays(
        opened=working_day(reported, -13),
        listed=working_day(reported, -12),
        surveyed=tuple(working_day(reported, -number) for number in range(11, 5, -1)),
        met=working_day(reported, -5),
        posted=working_day(reported, -4),
        reported=reported,
    )


def working_day(day: date, number: int) -> date:
    """The working day so many after a day, or before it; with 0 the last one up to the day."""
    step = timedelta(days=1 if number > 0 else -1)
    while number <= 0 and not is_working_day(day):
        day += step
    for _ in range(abs(number)):
        day += step
        while not is_working_day(day):
            day += step
    return day


def _fifteenths(today: date) -> Iterator[date]:
    """The days on which monthly reviews began, the newest first."""
    month = today.year * 12 + today.month - 1
    for back in range(MONTHS_BACK):
        year, number = divmod(month - back, 12)
        yield date(year, number + 1, 15)


def _track(procedures: Procedures, code: str, on: date) -> Track | None:
    try:
        return procedures.on(on).track(code, on)
    except (NoProcedureInForce, ProcedureNotLoaded, TrackNotInForce):
        return None


def _window_of(window: Window, year: int) -> tuple[date, date]:
    first, last = window.first, window.last
    return date(year, first.month, first.day), date(year, last.month, last.day)
