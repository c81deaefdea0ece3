"""The rule computes the class of a household from its survey figures, with the reasons.

`decide` is pure. Each basis (the income with the number of deprivations; the scores B1 and B2)
says which classes are still possible; what both leave over is the answer. One class left is the
class. `average` and `not_poor` left over is `not_listed`: neither poor nor near-poor, and the
ceiling between the two is not set or not read from a score. Anything less certain is refused by
name. `domain.standards.sql` compiles the same rule; a property test holds the two equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.households.events import Comparison
from domain.standards import reasons as say
from domain.standards.errors import (
    FigureOutOfRange,
    FiguresDisagree,
    MissingFigures,
    NegativeFigure,
    ThresholdNotSet,
    UnknownAreaType,
    UnknownIndicator,
)
from domain.standards.standard import CLASSES, LISTED, NOT_LISTED, Standard, Step


@dataclass(frozen=True, slots=True)
class SurveyFigures:
    """The figures that the rule reads: the area type and either basis, or both.

    `income` is integer VND per head and month, `deprived_count` a number of indicators, `b1` and
    `b2` points, `deprived` indicator codes (counted where no count is given).
    """

    area_type: str
    income: int | None = None
    deprived_count: int | None = None
    b1: int | None = None
    b2: int | None = None
    deprived: tuple[str, ...] | None = None

    def figures(self) -> dict[str, str | int | None]:
        """The figures that a classification keeps, without those that were not given."""
        count = self.deprived_count
        if count is None and self.deprived is not None:
            count = len(set(self.deprived))
        figures: dict[str, str | int | None] = {
            "area_type": self.area_type,
            "income": self.income,
            "deprived_count": count,
            "b1": self.b1,
            "b2": self.b2,
        }
        return {name: value for name, value in figures.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of the rule.

    `class_` is one of CLASSES or NOT_LISTED. `possible` are the classes that a decision may
    record without overriding the rule: the class itself, or, for NOT_LISTED, `average` and
    `not_poor`. `reasons` are codes with values, notes included; `domain.standards.reasons`
    renders them. `notes` are those among them that a person must be shown.
    """

    class_: str
    possible: tuple[str, ...]
    reasons: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...] = ()

    def admits(self, class_: str) -> bool:
        """Whether recording `class_` follows the rule; otherwise it is an override."""
        return class_ == self.class_ or class_ in self.possible


@dataclass(slots=True)
class _Weighed:
    """What one basis leaves possible, and how it got there."""

    possible: set[str] = field(default_factory=lambda: set(CLASSES))
    comparisons: list[Comparison] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unset: list[str] = field(default_factory=list)


def decide(standard: Standard, figures: SurveyFigures) -> Decision:
    """The class of a household by this standard, with reasons.

    Raises UnknownAreaType, UnknownIndicator, NegativeFigure, FigureOutOfRange, MissingFigures,
    ThresholdNotSet, FiguresDisagree; each carries the offending values.
    """
    if figures.area_type not in standard.area_types:
        raise UnknownAreaType(area_type=figures.area_type, known=sorted(standard.area_types))
    count = _deprived_count(standard, figures)
    _check_ranges(standard, figures, count)
    by_income = _weigh(standard, figures.area_type, _INCOME, figures.income, count)
    by_scores = _weigh(standard, figures.area_type, _SCORES, figures.b1, figures.b2)
    if figures.income is None and figures.b1 is None:
        needed = {"income": None, "deprived_count": count, "b1": None, "b2": figures.b2}
        raise MissingFigures(missing=[name for name, given in needed.items() if given is None])
    left = by_income.possible & by_scores.possible
    if not left:
        raise FiguresDisagree(
            by_income=_in_order(by_income.possible), by_scores=_in_order(by_scores.possible)
        )
    if len(left) > 1 and not left.isdisjoint(LISTED):
        missing = by_income.missing + by_scores.missing
        if missing:
            raise MissingFigures(missing=missing)
        raise ThresholdNotSet(
            standard=standard.id,
            area_type=figures.area_type,
            thresholds=by_income.unset + by_scores.unset,
        )
    notes = _notes(standard, figures, count, left, by_income, by_scores)
    return Decision(
        class_=next(iter(left)) if len(left) == 1 else NOT_LISTED,
        possible=_in_order(left),
        reasons=(*by_income.reasons, *by_scores.reasons, *notes),
        comparisons=(*by_income.comparisons, *by_scores.comparisons),
        notes=notes,
    )


@dataclass(frozen=True, slots=True)
class _Basis:
    figure: str
    deprivation: str


_INCOME = _Basis("income", "deprived_count")
_SCORES = _Basis("b1", "b2")


def _deprived_count(standard: Standard, figures: SurveyFigures) -> int | None:
    if figures.deprived is None:
        return figures.deprived_count
    if not standard.indicators:
        # Named by another standard's list: they cannot be counted by this one's.
        return figures.deprived_count
    unknown = sorted(set(figures.deprived) - standard.indicator_codes)
    if unknown:
        raise UnknownIndicator(standard=standard.id, indicators=unknown)
    count = len(set(figures.deprived))
    if figures.deprived_count not in (None, count):
        raise FiguresDisagree(deprived_count=figures.deprived_count, named=count)
    return count


def _check_ranges(standard: Standard, figures: SurveyFigures, count: int | None) -> None:
    checked = {
        "income": figures.income,
        "deprived_count": count,
        "b1": figures.b1,
        "b2": figures.b2,
    }
    for name, value in checked.items():
        if value is not None and value < 0:
            raise NegativeFigure(**{name: value})
    at_most = standard.rule.indicator_count.value
    if at_most is None or not standard.indicators:
        return  # which indicators there are is not known, so a count cannot be held against them
    if count is not None and count > at_most:
        raise FigureOutOfRange(deprived_count=count, at_most=at_most)
    points = standard.rule.points_per_indicator.value
    if points is not None and figures.b2 is not None and figures.b2 > at_most * points:
        raise FigureOutOfRange(b2=figures.b2, at_most=at_most * points)


def _weigh(
    standard: Standard, area: str, basis: _Basis, value: int | None, deprivation: int | None
) -> _Weighed:
    weighed = _Weighed()
    if value is None:
        return weighed
    weighed.possible = set()
    steps = (standard.income_steps if basis is _INCOME else standard.score_steps)[area]
    for step in steps:
        if step.bound is None:
            weighed.possible |= {step.deprived, step.otherwise}
            weighed.unset.append(step.line)
        elif _within(weighed, area, basis, value, step):
            weighed.possible |= _by_deprivation(standard, weighed, basis, step, deprivation)
            return weighed
    weighed.possible.add(standard.rule.above)
    return weighed


def _within(weighed: _Weighed, area: str, basis: _Basis, value: int, step: Step) -> bool:
    """Compares the figure with one line: at the line is inside."""
    bound = step.bound or 0
    what = basis.figure if step.times == 1 else "income_per_year"
    value *= step.times
    holds = value <= bound
    weighed.comparisons.append(Comparison(what, value, "<=", bound, step.line, holds))
    code = say.AT_OR_BELOW if holds else say.ABOVE
    weighed.reasons.append(
        say.reason(code, figure=what, value=value, bound=bound, line=step.line, area=area)
    )
    if step.certainty != "seen":
        weighed.notes.append(
            say.reason(say.UNCONFIRMED, figure=what, bound=bound, line=step.line, area=area)
        )
    return holds


def _by_deprivation(
    standard: Standard, weighed: _Weighed, basis: _Basis, step: Step, deprivation: int | None
) -> set[str]:
    if not step.tests_deprivation:
        return {step.deprived}
    rule = standard.rule
    least = rule.deprived_at_least if basis is _INCOME else rule.points_at_least
    if deprivation is None:
        weighed.missing.append(basis.deprivation)
    if least.value is None:
        weighed.unset.append(basis.deprivation)
    if deprivation is None or least.value is None:
        return {step.deprived, step.otherwise}
    name = "deprived_at_least" if basis is _INCOME else "points_at_least"
    holds = deprivation >= least.value
    weighed.comparisons.append(
        Comparison(basis.deprivation, deprivation, ">=", least.value, name, holds)
    )
    code = say.DEPRIVED if holds else say.NOT_DEPRIVED
    weighed.reasons.append(
        say.reason(code, figure=basis.deprivation, value=deprivation, bound=least.value)
    )
    if least.certainty != "seen":
        weighed.notes.append(
            say.reason(say.UNCONFIRMED, figure=basis.deprivation, bound=least.value)
        )
    return {step.deprived if holds else step.otherwise}


def _notes(
    standard: Standard,
    figures: SurveyFigures,
    count: int | None,
    left: set[str],
    by_income: _Weighed,
    by_scores: _Weighed,
) -> tuple[str, ...]:
    notes = [*by_income.notes, *by_scores.notes]
    if len(left) > 1:
        for line in dict.fromkeys(by_income.unset + by_scores.unset):
            notes.append(say.reason(say.CEILING_NOT_SET, line=line, area=figures.area_type))
    for figure, given, weighed in (
        ("income", figures.income, by_income),
        ("b1", figures.b1, by_scores),
    ):
        if given is not None and len(weighed.possible) > len(left):
            wanting = ",".join(weighed.missing or weighed.unset)
            notes.append(say.reason(say.LEFT_OPEN, figure=figure, wanting=wanting))
    points = standard.rule.points_per_indicator.value
    if None not in (points, count, figures.b2) and figures.b2 != (count or 0) * (points or 0):
        notes.append(say.reason(say.DEPRIVATIONS_DIFFER, deprived_count=count, b2=figures.b2))
    if figures.deprived and not standard.indicators:
        notes.append(say.reason(say.INDICATORS_UNKNOWN))
    notes.extend(say.reason(say.OPEN_QUESTION, question=q) for q in standard.open_questions)
    return tuple(notes)


def _in_order(classes: Sequence[str] | set[str]) -> tuple[str, ...]:
    return tuple(class_ for class_ in CLASSES if class_ in classes)
