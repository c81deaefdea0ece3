"""Limits of the household's own view: times, tries and clocks that the office sets itself.

One TOML file in `limits/` is one version, with its first day. No legal text orders any of it.
"""

import tomllib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec

from domain.calendar import TimeLimit, due
from domain.own_view.errors import MalformedLimits
from domain.standards.parts import Text


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the office's limits."""

    id: str
    valid_from: date
    code_hours: int
    tries: int
    locked_minutes: int
    most_tries: int
    idle_minutes: int
    open_minutes: int
    answer_days: int
    most_contests: int
    origin: Text

    def valid_until(self, given_at: datetime) -> datetime:
        """The moment at which a code that is given now cannot be used any more."""
        return given_at + timedelta(hours=self.code_hours)

    def locked_until(self, wrong: Iterable[datetime]) -> datetime | None:
        """The moment until which wrong tries at these moments lock a code; None for no lock."""
        moments = list(wrong)
        if not moments or len(moments) % self.tries:
            return None
        return moments[-1] + timedelta(minutes=self.locked_minutes)

    def answer_due(self, lodged_on: date) -> date:
        """The last day on which a contest is answered in time."""
        return due(lodged_on, TimeLimit(self.answer_days, "working"))


class LimitVersions:
    """Every version of the limits, by its first day."""

    def __init__(self, versions: Iterable[Limits]) -> None:
        self._versions = sorted(versions, key=lambda version: version.valid_from, reverse=True)

    def on(self, day: date) -> Limits:
        """The version in force on a day; of a day before the first one, the first."""
        return next((one for one in self._versions if one.valid_from <= day), self._versions[-1])


@cache
def published_limits() -> LimitVersions:
    """The versions that come with the program."""
    return load_limits()


def load_limits(root: Traversable | None = None) -> LimitVersions:
    """All versions in a folder. Raises MalformedLimits(file, what)."""
    root = root or resources.files("domain.own_view") / "limits"
    files = [one for one in root.iterdir() if one.name.endswith(".toml")]
    versions = [_parse(one.read_text(encoding="utf-8"), one.name) for one in files]
    if not versions:
        raise MalformedLimits(file="", what="there is no version")
    return LimitVersions(versions)


def _parse(text: str, file: str) -> Limits:
    try:
        limits = msgspec.convert(tomllib.loads(text), Limits)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MalformedLimits(file=file, what=str(error)) from error
    whole = [value for value in msgspec.structs.astuple(limits) if isinstance(value, int)]
    if min(whole) < 1 or limits.most_tries < limits.tries:
        raise MalformedLimits(file=file, what="a limit is below one, or most_tries below tries")
    return limits
