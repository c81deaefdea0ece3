"""Compiles the rule to SQL: the same answer as `decide`, for millions of rows at once.

The expression reads integer columns and a text column, and gives the class as text: one of
CLASSES, NOT_LISTED, or "!" and the code of the refusal that `decide` raises. Classes are bits in
it, so that what two bases leave possible is one `&`.
"""

from dataclasses import dataclass

from domain.standards.errors import (
    FigureOutOfRange,
    FiguresDisagree,
    MissingFigures,
    NegativeFigure,
    ThresholdNotSet,
    UnknownAreaType,
)
from domain.standards.standard import CLASSES, LISTED, NOT_LISTED, Standard, Step

_BIT = {class_: 1 << index for index, class_ in enumerate(CLASSES)}
_ALL = sum(_BIT.values())
_UNLISTED = _ALL - sum(_BIT[class_] for class_ in LISTED)
_MISSING = _ALL + 1


@dataclass(frozen=True, slots=True)
class Columns:
    """The SQL expressions to read from: text, then integers that may be null."""

    area_type: str = "area_type"
    income: str = "income"
    deprived: str = "deprived"
    b1: str = "b1"
    b2: str = "b2"


def class_expression(standard: Standard, columns: Columns | None = None) -> str:
    """A scalar SQL expression for the class by this standard.

    Column expressions are inserted as they stand: they come from code, never from a user.
    """
    c = columns or Columns()
    rule = standard.rule
    by_income = _basis(standard, c, c.income, c.deprived, rule.deprived_at_least.value, True)
    by_scores = _basis(standard, c, c.b1, c.b2, rule.points_at_least.value, False)
    known = ", ".join(_quoted(area) for area in standard.area_types)
    single = " ".join(f"when {bit} then {_quoted(name)}" for name, bit in _BIT.items())
    return (
        f"case when {c.area_type} is null or {c.area_type} not in ({known})"
        f" then {_refusal(UnknownAreaType)}"
        f" when least({c.income}, {c.deprived}, {c.b1}, {c.b2}) < 0"
        f" then {_refusal(NegativeFigure)}"
        f"{_out_of_range(standard, c)}"
        f" when {c.income} is null and {c.b1} is null then {_refusal(MissingFigures)}"
        f" else case ({by_income}) & ({by_scores}) & {_ALL} {single}"
        f" when {_UNLISTED} then {_quoted(NOT_LISTED)}"
        f" when 0 then {_refusal(FiguresDisagree)}"
        f" else case when (({by_income}) | ({by_scores})) & {_MISSING} > 0"
        f" then {_refusal(MissingFigures)} else {_refusal(ThresholdNotSet)} end end end"
    )


def _basis(
    standard: Standard, c: Columns, value: str, deprivation: str, least: int | None, income: bool
) -> str:
    """The classes that one basis leaves possible, as bits; all of them where it was not given."""
    steps_by_area = standard.income_steps if income else standard.score_steps
    arms = []
    for area, steps in steps_by_area.items():
        below, inner = 0, ""
        for step in steps:
            if step.bound is None:
                below |= _BIT[step.deprived] | _BIT[step.otherwise]
                continue
            bits = _by_deprivation(step, deprivation, least, below)
            times = f"{value}::bigint * {step.times}" if step.times != 1 else value
            inner += f" when {times} <= {step.bound} then {bits}"
        rest = below | _BIT[standard.rule.above]
        inside = f"case{inner} else {rest} end" if inner else str(rest)
        arms.append(f"when {_quoted(area)} then {inside}")
    return f"case when {value} is null then {_ALL} else case {c.area_type} {' '.join(arms)} end end"


def _by_deprivation(step: Step, deprivation: str, least: int | None, below: int) -> str:
    either = _BIT[step.deprived] | _BIT[step.otherwise]
    if not step.tests_deprivation:
        return str(below | either)
    known = (
        str(below | either)
        if least is None
        else f"case when {deprivation} >= {least} then {below | _BIT[step.deprived]}"
        f" else {below | _BIT[step.otherwise]} end"
    )
    return f"(case when {deprivation} is null then {below | either | _MISSING} else {known} end)"


def _out_of_range(standard: Standard, c: Columns) -> str:
    at_most = standard.rule.indicator_count.value
    if at_most is None or not standard.indicators:
        return ""
    points = standard.rule.points_per_indicator.value
    over = f"{c.deprived} > {at_most}"
    if points is not None:
        over += f" or {c.b2} > {at_most * points}"
    return f" when {over} then {_refusal(FigureOutOfRange)}"


def _refusal(kind: type[Exception]) -> str:
    return _quoted("!" + str(getattr(kind, "code")))  # noqa: B009


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
