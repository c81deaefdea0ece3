"""The parts of a standard's file, with their types.

Every figure carries its certainty: "seen" was read on a page that quotes the text, "memory" was
not compared with the text yet, "draft" stands in a draft only, "unknown" was looked for and not
found, and has no value.
"""

from datetime import date
from typing import Literal

import msgspec

Certainty = Literal["seen", "memory", "draft", "unknown"]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of a standard's file; a field that is not read is a mistake and is refused."""


class Text(Part, frozen=True):
    """One text in both languages."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in `language`; anything but "en" reads Vietnamese."""
        return self.en if language == "en" else self.vi


class Figure(Part, frozen=True):
    """One figure of the standard; without a value exactly when its certainty is "unknown"."""

    certainty: Certainty
    value: int | None = None
    note: str = ""


class Source(Part, frozen=True):
    """A legal text: its number ("" where not found), its dates, and what it settles."""

    number: str
    title: Text
    what: Text
    certainty: Certainty
    signed_on: date | None = None
    in_force_on: date | None = None


class Line(Part, frozen=True):
    """One line by area type, as an income (VND per head and `per`) and as a score (points)."""

    title: Text
    source: str
    per: Literal["month", "year"]
    income: dict[str, Figure]
    score: dict[str, Figure] = {}
    score_source: str = ""


class Tier(Part, frozen=True):
    """The class of a household at or below `line`, and above every line before.

    Either one class whatever its deprivations (`class_`), or `deprived` where the deprivation
    test holds and `otherwise` where it does not.
    """

    line: str
    class_: str | None = msgspec.field(name="class", default=None)
    deprived: str | None = None
    otherwise: str | None = None


class Rule(Part, frozen=True):
    """The tiers from the lowest line up, the class above them all, and the deprivation test."""

    source: str
    tiers: tuple[Tier, ...]
    above: str
    deprived_at_least: Figure
    points_at_least: Figure
    points_per_indicator: Figure
    indicator_count: Figure
    score_source: str = ""


class AfterExit(Part, frozen=True):
    """The period for which a household that left counts as newly escaped, and that of a return."""

    newly_escaped_months: Figure
    re_poverty_look_back_months: Figure
    newly_escaped_source: str = ""


class Dimension(Part, frozen=True):
    """A dimension of poverty: health, education, ..."""

    code: str
    vi: str
    en: str


class Definition(Part, frozen=True):
    """When a household is deprived in an indicator; empty exactly when not found."""

    certainty: Certainty
    vi: str = ""
    en: str = ""
    note: str = ""


class Indicator(Part, frozen=True):
    """One indicator of deprivation."""

    code: str
    dimension: Dimension
    name: Text
    deprived_when: Definition
