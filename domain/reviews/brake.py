"""The brake holds the office's own limits for decisions that take households off the list.

One TOML file in `brakes/` is one version, with its first day. No legal text orders any of it.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec

from domain.households.codes import FLAGS
from domain.households.household import Household
from domain.reviews.errors import MalformedBrake
from domain.standards.parts import Text


class UnknownMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mark that the office wants protected and the record does not know."""

    code: str
    vi: str
    en: str


class Brake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the office's limits.

    `share_percent` of the commune's list may leave it by one signature; `marks` are flags of a
    household; `notice_days` are working days.
    """

    id: str
    valid_from: date
    share_percent: int
    notice_days: int
    second_signers: tuple[str, ...]
    marks: tuple[str, ...]
    origin: Text
    not_recorded: tuple[UnknownMark, ...] = ()

    def protects(self, household: Household) -> bool:
        """Whether the household has a protected mark, as far as the record knows."""
        return any(getattr(household.flags, mark) is True for mark in self.marks)

    def stops(self, removed: int, listed: int, marked: int) -> bool:
        """Whether a decision needs a second signature."""
        return marked > 0 or removed * 100 > self.share_percent * listed


class Brakes:
    """Every version of the limits, by its first day."""

    def __init__(self, versions: Iterable[Brake]) -> None:
        self._versions = sorted(versions, key=lambda version: version.valid_from, reverse=True)

    def on(self, day: date) -> Brake:
        """The version in force on a day; of a day before the first one, the first."""
        return next((one for one in self._versions if one.valid_from <= day), self._versions[-1])


@cache
def published_brakes() -> Brakes:
    """The versions that come with the program."""
    return load_brakes()


def load_brakes(root: Traversable | None = None) -> Brakes:
    """All versions in a folder. Raises MalformedBrake(file, what)."""
    root = root or resources.files("domain.reviews") / "brakes"
    files = [one for one in root.iterdir() if one.name.endswith(".toml")]
    versions = [_parse(one.read_text(encoding="utf-8"), one.name) for one in files]
    if not versions:
        raise MalformedBrake(file="", what="there is no version")
    return Brakes(versions)


def _parse(text: str, file: str) -> Brake:
    try:
        brake = msgspec.convert(tomllib.loads(text), Brake)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise MalformedBrake(file=file, what=str(error)) from error
    if not 0 <= brake.share_percent <= 100:
        raise MalformedBrake(file=file, what="share_percent is not between 0 and 100")
    if brake.notice_days < 1 or not brake.second_signers:
        raise MalformedBrake(file=file, what="notice_days or second_signers are missing")
    unknown = sorted(set(brake.marks) - set(FLAGS))
    if unknown:
        raise MalformedBrake(file=file, what=f"the record has no mark {unknown[0]!r}")
    return brake
