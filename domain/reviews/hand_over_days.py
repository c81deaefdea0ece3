"""The day by which a list is handed over, by province and year, with the text that orders it.

It is data with its source. Where no text is known there is no day.
"""

import tomllib
from datetime import date
from functools import cache
from importlib import resources

import msgspec

from domain.areas.codes import COUNTRY
from domain.areas.directory import AreaDirectory
from domain.reviews.procedure import Certainty
from domain.standards.parts import Text


class HandOverDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day of every year from `first_year` on, for a list of the communes of one province."""

    handed_list: str
    province: str
    tracks: tuple[str, ...]
    month: int
    day: int
    first_year: int
    source: str
    signed_on: date
    certainty: Certainty
    what: Text

    def of(self, year: int) -> date:
        """The day in a year."""
        return date(year, self.month, self.day)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    days: tuple[HandOverDay, ...]


@cache
def published_days() -> tuple[HandOverDay, ...]:
    """The days that come with the program."""
    file = resources.files("domain.reviews") / "hand_over_days.toml"
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _File).days


def hand_over_day(
    directory: AreaDirectory, area: str, handed_list: str, track: str, year: int
) -> HandOverDay | None:
    """The day that holds for a list of a commune in a year; None where none is known."""
    offices = directory.offices_over(area, date(year, 12, 31))
    codes = {directory.unit(one).code for one in offices if one != COUNTRY}
    for one in published_days():
        if (
            one.handed_list == handed_list
            and one.province in codes
            and track in one.tracks
            and one.first_year <= year
        ):
            return one
    return None
