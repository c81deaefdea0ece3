"""R2 and R3: how the poor and the near-poor households of each unit came and went in a period.

A household moves once, by where it stood at the end of the first day and at the end of the last.
Its movement is that of the commune: who moves from one commune of a province to another is an other
decrease in the first and an other increase in the second, as on paper, and the total is the sum.
Persons that a household of both days has more or fewer are other increase and other decrease.
"""

from collections.abc import Iterable

from domain.households.codes import LISTED
from projections.households.movements import VillageMove
from projections.tables.table import HOUSEHOLDS, PERSONS, Column, Figures
from projections.tables.units import Sums, UnitTree, Village

OPENING, CLOSING = "1", "9"
OUT, IN = ("2", "3", "4"), ("5", "6", "7", "8")
OTHER_OUT, OTHER_IN = "4", "8"
TABLES = {"R2": "poor", "R3": "near_poor"}
# Columns of the two tables that are the same households: what leaves one list for the other.
CROSSING = {"R2": {"2": "5"}, "R3": {"3": "5"}}
_TO_OTHER_LIST = {"poor": "2", "near_poor": "3"}
_OFF_THE_LISTS = {"poor": "3", "near_poor": "2"}
_FROM_OTHER_LIST, _AGAIN, _NEW = "5", "6", "7"

COLUMNS: dict[str, tuple[Column, ...]] = {
    "R2": (
        Column("1", "Tổng số hộ nghèo đầu kỳ", "Poor at the start", seen=True),
        Column("2", "Trở thành hộ cận nghèo", "Became near-poor", seen=True),
        Column("3", "Vượt chuẩn cận nghèo", "Above the near-poor line", seen=True),
        Column("4", "Số hộ khác giảm", "Other decrease", seen=True),
        Column.of_term("5", "movement", "near_poor_to_poor"),
        Column.of_term("6", "movement", "re_poverty"),
        Column.of_term("7", "movement", "newly_arising"),
        Column.of_term("8", "movement", "other_in"),
        Column("9", "Tổng số hộ nghèo cuối kỳ", "Poor at the end", seen=True),
    ),
    "R3": (
        Column("1", "Tổng số hộ cận nghèo đầu kỳ", "Near-poor at the start", seen=True),
        Column("2", "Vượt chuẩn cận nghèo", "Above the near-poor line", seen=True),
        Column("3", "Trở thành hộ nghèo", "Became poor", seen=True),
        Column("4", "Số hộ khác giảm", "Other decrease", seen=True),
        Column("5", "Số hộ nghèo trở thành hộ cận nghèo", "Poor became near-poor", seen=True),
        Column.of_term("6", "movement", "re_near_poverty"),
        Column.of_term("7", "movement", "newly_arising"),
        Column.of_term("8", "movement", "other_in"),
        Column("9", "Tổng số hộ cận nghèo cuối kỳ", "Near-poor at the end", seen=True),
    ),
}


def moved(tree: UnitTree, moves: Iterable[VillageMove], class_: str, measure: str) -> Sums:
    """The columns 2 to 8 of each unit and village, of households or of persons."""
    sums = Sums(tree)
    for move in moves:
        before, after = tree.node(move.area_before), tree.node(move.area_after)
        for node in {one for one in (before, after) if one is not None}:
            first = move.before if before == node else None
            last = move.after if after == node else None
            if first == last == class_:
                _stay(sums, node, move, measure)
            elif last == class_:
                column = _how_it_came(class_, move, first)
                figures = _came(move, column, measure)
                sums.add(node, figures)
                sums.add_village(node, _last_village(move), figures)
            elif first == class_:
                figures = {_how_it_went(class_, last): _went(move, measure)}
                sums.add(node, figures)
                sums.add_village(node, _first_village(move), figures)
    return sums


def balance(figures: Figures) -> int:
    """The closing that follows from opening and movements, less the closing that is counted."""
    ins = sum(figures.get(one, 0) for one in IN)
    outs = sum(figures.get(one, 0) for one in OUT)
    return figures.get(OPENING, 0) - outs + ins - figures.get(CLOSING, 0)


def village_ends(tree: UnitTree, moves: Iterable[VillageMove], class_: str, measure: str) -> Sums:
    """The columns 1 and 9 of each village."""
    sums = Sums(tree)
    for move in moves:
        for column, unit, class_then, village, persons in (
            (OPENING, move.area_before, move.before, _first_village, move.persons_before),
            (CLOSING, move.area_after, move.after, _last_village, move.persons_after),
        ):
            node = tree.node(unit)
            if node is not None and class_then == class_:
                number = move.households if measure == HOUSEHOLDS else persons
                sums.add_village(node, village(move), {column: number})
    return sums


def _stay(sums: Sums, node: str, move: VillageMove, measure: str) -> None:
    """A household in the class on both days: its persons change, or its village."""
    change = _change(move) if measure == PERSONS else {}
    sums.add(node, change)
    first, last = _first_village(move), _last_village(move)
    if first == last:
        sums.add_village(node, last, change)
        return
    gone, come = (
        (move.households, move.households)
        if measure == HOUSEHOLDS
        else (move.persons_before, move.persons_after)
    )
    sums.add_village(node, first, {OTHER_OUT: gone})
    sums.add_village(node, last, {OTHER_IN: come})


def _came(move: VillageMove, column: str, measure: str) -> Figures:
    """Persons who change lists are those of the first day in both tables; the rest is change."""
    if measure == HOUSEHOLDS:
        return {column: move.households}
    if column == _FROM_OTHER_LIST:
        return {column: move.persons_before, **_change(move)}
    return {column: move.persons_after}


def _went(move: VillageMove, measure: str) -> int:
    return move.households if measure == HOUSEHOLDS else move.persons_before


def _change(move: VillageMove) -> Figures:
    return {OTHER_OUT: move.fewer, OTHER_IN: move.more}


def _how_it_came(class_: str, move: VillageMove, first: str | None) -> str:
    if first in LISTED:
        return _FROM_OTHER_LIST
    if first is None and (move.before in LISTED or (move.before is None and move.from_split)):
        return OTHER_IN
    again = move.was_poor if class_ == "poor" else move.was_listed
    return _AGAIN if again else _NEW


def _how_it_went(class_: str, last: str | None) -> str:
    if last in LISTED:
        return _TO_OTHER_LIST[class_]
    return OTHER_OUT if last is None else _OFF_THE_LISTS[class_]


def _first_village(move: VillageMove) -> Village:
    return Village(move.area_before or "", move.village_before or "")


def _last_village(move: VillageMove) -> Village:
    return Village(move.area_after or "", move.village_after or "")
