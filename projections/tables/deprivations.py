"""R4 to R7: in which indicators the poor and the near-poor households of each unit are deprived.

The indicators are those of the national standard of the last day, in its order. The latest form B
up to that day that names deprivations counts; a household without one is counted in the total only.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from domain.standards import load_standards
from domain.standards.parts import Indicator
from domain.standards.standard import NATIONAL, Standards
from projections.households.counts import Note
from projections.households.groups import SurveyedGroup
from projections.tables.question import Question
from projections.tables.table import PERCENT, Cell, Column, Figures, percent
from projections.tables.units import Heading, Sums

TOTAL, DEPRIVATIONS = "total", "deprivations"
CLASS_OF = {"R4": "poor", "R5": "poor", "R6": "near_poor", "R7": "near_poor"}
SHARES = {"R5": "R4", "R7": "R6"}
_TOTALS = {
    "poor": Column(TOTAL, "Tổng số hộ nghèo", "Poor households", seen=True),
    "near_poor": Column(TOTAL, "Tổng số hộ cận nghèo", "Near-poor households", seen=True),
}


def indicators(on: date) -> tuple[Indicator, ...]:
    """The indicators of the national standard that is in force on a day."""
    for standard in _standards():
        if standard.scope == NATIONAL and standard.holds_on(on):
            return standard.indicators
    return ()


@cache
def _standards() -> Standards:
    return load_standards()


def columns(name: str, on: date) -> tuple[Column, ...]:
    """The columns of a table: the households, all deprivations, and each indicator."""
    shares = name in SHARES
    kind = PERCENT if shares else "count"
    named = tuple(
        Column(
            str(number),
            f"{number}. {one.name.vi}" + (" (%)" if shares else ""),
            f"{number}. {one.name.en}" + (" (%)" if shares else ""),
            kind,
            seen=True,
        )
        for number, one in enumerate(indicators(on), 1)
    )
    total = _TOTALS[CLASS_OF[name]]
    if shares:
        return (total, *named)
    return (total, Column(DEPRIVATIONS, "Tổng số thiếu hụt", "Deprivations", seen=True), *named)


def sums(question: Question, class_: str) -> Sums:
    """Households, deprivations, and households deprived in each indicator."""
    codes = {one.code: str(number) for number, one in enumerate(indicators(question.to), 1)}
    return Sums.of_villages(
        question.tree,
        (
            (one.area, one.village, _figures(one, codes))
            for one in question.surveyed
            if one.class_ == class_
        ),
    )


def _figures(group: SurveyedGroup, codes: Mapping[str, str]) -> Figures:
    known = [code for code in group.codes or () if code in codes]
    found = {TOTAL: group.households, DEPRIVATIONS: group.households * len(known)}
    return found | {codes[code]: group.households for code in set(known)}


def shares(heading: Heading, figures: Figures) -> tuple[Mapping[str, Cell], Mapping[str, str]]:
    """The cells of R5 and R7: shares of all households of the class."""
    cells: dict[str, Cell] = {TOTAL: figures.get(TOTAL, 0)}
    empty: dict[str, str] = {}
    for number in range(1, MOST_INDICATORS + 1):
        code = str(number)
        cells[code], why = percent(figures.get(code, 0), figures.get(TOTAL, 0))
        if why:
            empty[code] = why
    return cells, empty


MOST_INDICATORS = 20


def notes(question: Question, class_: str) -> list[Note]:
    """Notes of households without form B, and of deprivations of another standard's indicators."""
    known = {one.code for one in indicators(question.to)}
    mine = [one for one in question.surveyed if one.class_ == class_ and _inside(question, one)]
    without = sum(one.households for one in mine if one.codes is None)
    others = sum(one.households for one in mine for code in one.codes or () if code not in known)
    return list(_notes((("not_surveyed", without), ("other_indicators", others))))


def _inside(question: Question, group: SurveyedGroup) -> bool:
    return question.tree.node(group.area) is not None


def _notes(counted: Iterable[tuple[str, int]]) -> Iterable[Note]:
    for code, number in counted:
        if number:
            yield Note(code, {"households": number})
