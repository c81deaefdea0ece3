"""A standard holds the lines, the rule and the indicators of one legal text, with dates.

One TOML file is one standard. Every figure carries its certainty, and a figure that was not found
has no value: a rule that needs it says so. Money is integer VND per head, per month or per year as
the line says; scores are points. Legal texts are named in each file under `sources`.
"""

import calendar
import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Literal, NamedTuple

import msgspec

from domain.standards.errors import NoStandardInForce, UnknownStandard
from domain.standards.parts import (
    AfterExit,
    Certainty,
    Figure,
    Indicator,
    Line,
    Part,
    Rule,
    Source,
    Text,
)
from domain.standards.questions import QuestionSet, QuestionSets

CLASSES = ("poor", "near_poor", "average", "not_poor")
LISTED = ("poor", "near_poor")
NOT_LISTED = "not_listed"
NATIONAL = "national"

MONTHS_OF = {"month": 1, "year": 12}


class Step(NamedTuple):
    """One tier read for one area type: the bound (None where not set) and what it gives.

    `times` turns a monthly income into the line's own period. `deprived` and `otherwise` are the
    same class where the tier does not look at deprivation.
    """

    line: str
    bound: int | None
    times: int
    certainty: Certainty
    deprived: str
    otherwise: str

    @property
    def tests_deprivation(self) -> bool:
        """Whether this tier needs to know the household's deprivations."""
        return self.deprived != self.otherwise


class Standard(Part, frozen=True, dict=True):
    """One standard of one scope ("national", or the scope of a province) and its validity.

    `valid_until` is the last day. Without `valid_from` no date chooses it. `base` names the
    national standards that a local one stands beside, `areas` the province codes it holds for.
    """

    id: str
    scope: str
    title: Text
    area_types: tuple[str, ...]
    sources: tuple[Source, ...]
    lines: dict[str, Line]
    rule: Rule
    after_exit: AfterExit
    indicators: tuple[Indicator, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    base: tuple[str, ...] = ()
    indicators_from: str = ""
    areas: tuple[str, ...] = ()
    open_questions: tuple[str, ...] = ()

    def holds_on(self, on: date) -> bool:
        """Whether the standard is in force on that day."""
        if self.valid_from is None or on < self.valid_from:
            return False
        return self.valid_until is None or on <= self.valid_until

    def source(self, number: str) -> Source:
        """The legal text with this number; the file was checked to have it."""
        return next(source for source in self.sources if source.number == number)

    def newly_escaped_until(self, left_on: date) -> date | None:
        """The last day on which a household that left the list on `left_on` is newly escaped.

        Counted in calendar months to the same day of the last month, or that month's end (Civil
        Code 2015, articles 147 and 148). None where the standard does not say how long.
        """
        months = self.after_exit.newly_escaped_months.value
        return None if months is None else _months_after(left_on, months)

    def re_poverty_since(self, listed_on: date) -> date | None:
        """The day since which an earlier listing makes one on `listed_on` a return; None for any
        day."""
        months = self.after_exit.re_poverty_look_back_months.value
        return None if months is None else _months_after(listed_on, -months)

    @cached_property
    def indicator_codes(self) -> frozenset[str]:
        """The codes of its indicators; empty where the list was not found."""
        return frozenset(indicator.code for indicator in self.indicators)

    @cached_property
    def income_steps(self) -> MappingProxyType[str, tuple[Step, ...]]:
        """Area type -> the tiers with their income lines."""
        return MappingProxyType({area: self._steps("income", area) for area in self.area_types})

    @cached_property
    def score_steps(self) -> MappingProxyType[str, tuple[Step, ...]]:
        """Area type -> the tiers with their score lines."""
        return MappingProxyType({area: self._steps("score", area) for area in self.area_types})

    @cached_property
    def digest(self) -> str:
        """SHA-256 hex of what decides: lines, rule, area types and indicator codes.

        Titles, translations, sources and validity are left out: a text corrected, or a line
        continued for a year by a later decree, leaves every decision taken by it reproducible.
        """
        return hashlib.sha256(self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """The bytes that the digest is taken of: JSON with sorted keys and no spaces, in UTF-8."""

        def values(figures: dict[str, Figure]) -> dict[str, int | None]:
            return {area: figure.value for area, figure in figures.items()}

        rule = self.rule
        content = {
            "id": self.id,
            "scope": self.scope,
            "area_types": sorted(self.area_types),
            "lines": {
                tier.line: {
                    "per": self.lines[tier.line].per,
                    "income": values(self.lines[tier.line].income),
                    "score": values(self.lines[tier.line].score),
                }
                for tier in rule.tiers
            },
            "tiers": [
                [tier.line, tier.class_ or tier.deprived, tier.class_ or tier.otherwise]
                for tier in rule.tiers
            ],
            "above": rule.above,
            "deprived_at_least": rule.deprived_at_least.value,
            "points_at_least": rule.points_at_least.value,
            "points_per_indicator": rule.points_per_indicator.value,
            "indicator_count": rule.indicator_count.value,
            "indicators": sorted(self.indicator_codes),
        }
        return msgspec.json.encode(content, order="deterministic")

    def _steps(self, kind: Literal["income", "score"], area: str) -> tuple[Step, ...]:
        steps = []
        for tier in self.rule.tiers:
            line = self.lines[tier.line]
            figure = (line.income if kind == "income" else line.score)[area]
            times = MONTHS_OF[line.per] if kind == "income" else 1
            deprived, otherwise = tier.class_ or tier.deprived, tier.class_ or tier.otherwise
            steps.append(
                Step(
                    tier.line, figure.value, times, figure.certainty, str(deprived), str(otherwise)
                )
            )
        return tuple(steps)


class Standards:
    """Every standard there is, by id, by scope and date, and by digest where it was replaced.

    `earlier` are editions that stood in a file before it was changed; they decide nothing new,
    and keep what they decided reproducible.
    """

    def __init__(
        self,
        current: Iterable[Standard],
        earlier: Iterable[Standard] = (),
        questions: QuestionSets | None = None,
    ) -> None:
        self.questions = questions or QuestionSets(())
        self._by_id = {standard.id: standard for standard in current}
        self._editions = {(s.id, s.digest): s for s in (*earlier, *self._by_id.values())}

    def __iter__(self) -> Iterator[Standard]:
        return iter(self._by_id.values())

    def get(self, standard_id: str) -> Standard:
        """The standard as it stands now. Raises UnknownStandard."""
        try:
            return self._by_id[standard_id]
        except KeyError:
            raise UnknownStandard(standard=standard_id) from None

    def edition(self, standard_id: str, digest: str) -> Standard:
        """The very edition that a decision was taken by. Raises UnknownStandard."""
        try:
            return self._editions[standard_id, digest]
        except KeyError:
            raise UnknownStandard(standard=standard_id, digest=digest) from None

    def in_force(self, on: date, scope: str = NATIONAL) -> Standard:
        """The standard of the scope on that day. Raises NoStandardInForce."""
        for standard in self._by_id.values():
            if standard.scope == scope and standard.holds_on(on):
                return standard
        raise NoStandardInForce(on=on.isoformat(), scope=scope)

    def next_after(self, on: date, until: date, scope: str = NATIONAL) -> Standard | None:
        """The first standard of the scope that begins after a day, up to another one."""
        coming = [
            (one.valid_from, one.id)
            for one in self._by_id.values()
            if one.scope == scope and one.valid_from is not None and on < one.valid_from <= until
        ]
        return self._by_id[min(coming)[1]] if coming else None

    def questions_of(self, standard: Standard) -> QuestionSet | None:
        """The questions of form B for a standard; those of the national one whose indicators it
        has. None where there is no file."""
        return self.questions.of(standard.indicators_from or standard.id)

    def local_scopes(self, area_code: str, on: date | None = None) -> tuple[str, ...]:
        """The scopes of the local standards that hold for a province code, on a day if given."""
        found = {
            standard.scope
            for standard in self._by_id.values()
            if area_code in standard.areas and (on is None or standard.holds_on(on))
        }
        return tuple(sorted(found))


def _months_after(day: date, months: int) -> date:
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))
