"""The last day of a round by its procedure, and whether days off may still move it."""

from dataclasses import dataclass
from datetime import date

from domain.calendar import due, is_provisional
from domain.errors import Refusal
from domain.reviews.load import published
from domain.reviews.procedure import Track
from domain.reviews.steps import CONSULTATION, MEETING, track_code, version_of
from projections.reviews.rounds import RoundRow


@dataclass(frozen=True, slots=True)
class LastDay:
    """A last day; `provisional` where the notice on the days off of its year is not there yet."""

    day: date
    provisional: bool


def last_day(day: date | None) -> LastDay | None:
    """A recorded last day, with the mark."""
    return None if day is None else LastDay(day, is_provisional(day))


def track_of(row: RoundRow, kind: str = "") -> Track | None:
    """The track of a round in its procedure; None where the version has none."""
    try:
        return version_of(published(), row.procedure).track(
            track_code(row.track, kind), row.opened_on
        )
    except Refusal:
        return None


def round_ends(row: RoundRow) -> LastDay | None:
    """The last day of a round: of the window of the year, or of the time limit of the whole.

    Where texts disagree on the unit, the later day. None where the procedure says nothing.
    """
    track = track_of(row)
    if track is None:
        return None
    if track.window is not None:
        return last_day(date(row.year, track.window.last.month, track.window.last.day))
    whole = next((one for one in track.limits if one.code == "whole"), None)
    days = [due(row.opened_on, one) for one in whole.readings] if whole else []
    return last_day(max(days, default=None))


def is_consulted(row: RoundRow) -> bool:
    """Whether the level above is asked before the decision."""
    track = track_of(row)
    return track is not None and any(step.code == CONSULTATION for step in track.steps)


def has_meeting(row: RoundRow, kind: str = "") -> bool:
    """Whether villages meet on this track."""
    track = track_of(row, kind)
    return track is not None and any(step.code == MEETING for step in track.steps)
