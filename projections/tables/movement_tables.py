"""Makes R2 and R3 with their identities, from movements and from the sums by day."""

from collections.abc import Iterator

from projections.tables import movements, results
from projections.tables.identities import by_node, checked, equal, figure, sums_of_rows
from projections.tables.locked_closings import opening_identities
from projections.tables.movements import CLOSING, COLUMNS, OPENING, TABLES, balance
from projections.tables.question import Question, plain
from projections.tables.table import HOUSEHOLDS, PERSONS, Identity, Row
from projections.tables.units import Sums

MEASURES = (HOUSEHOLDS, PERSONS)
# The column of the other table that counts the same households; the column of R1.
_SAME = {"R2": (("2", "R3", "5"), ("5", "R3", "3")), "R3": (("5", "R2", "2"), ("3", "R2", "5"))}


def movement_sums(question: Question, name: str, measure: str) -> Sums:
    """All columns of R2 or R3 for one measure."""
    class_, tree, moves = TABLES[name], question.tree, question.moves
    sums = question.moved(class_, measure).copy()
    for code, on in ((OPENING, question.from_), (CLOSING, question.to)):
        for node, number in question.counted(on, class_, measure).items():
            sums.add(node, {code: number})
    ends = movements.village_ends(tree, moves, class_, measure)
    for node, villages in ends.villages.items():
        for village, figures in villages.items():
            sums.add_village(node, village, figures)
    return sums


def movement_table(question: Question, name: str) -> tuple[list[Row], list[Row], list[Identity]]:
    """Rows, totals and identities: two rows for each unit, households and persons."""
    parts = []
    identities: list[Identity] = []
    totals: list[Row] = []
    for measure in MEASURES:
        sums = movement_sums(question, name, measure)
        rows, total = question.rows(sums, COLUMNS[name], plain, measure)
        parts.append(rows)
        totals.append(total)
        identities += _identities(question, name, measure, sums)
        whole = sums.under(question.area)
        identities += opening_identities(question, name, TABLES[name], measure, whole)
        direct = [one.cells for one in rows if one.depth == 1]
        identities.append(
            sums_of_rows(question, name, measure, _addable(question), total.cells, direct)
        )
    both = [row for pair in zip(*parts, strict=True) for row in pair] if parts[0] else []
    return both, totals, identities


def _addable(question: Question) -> tuple[str, ...]:
    """Who moves between villages of a commune is in the columns 4 and 8 of its villages only."""
    every = tuple(str(code) for code in range(1, 10))
    return (
        tuple(one for one in every if one not in ("4", "8")) if question.tree.is_commune else every
    )


def _identities(question: Question, name: str, measure: str, sums: Sums) -> Iterator[Identity]:
    class_, days = TABLES[name], (question.from_, question.to)
    nodes = question.tree.nodes
    yield from checked(
        question, f"{name}.9={_FORMULA}", measure, by_node(sums, nodes, balance), class_, days
    )
    counted = results.sums(question)
    place = 0 if measure == HOUSEHOLDS else 1
    code = results.OF_CLASS[class_][place]
    differences = {
        node: figure(sums.own.get(node, {}), CLOSING) - figure(counted.own.get(node, {}), code)
        for node in nodes
    }
    yield from checked(
        question, f"{name}.9=R1.{code}", measure, differences, class_, (question.to,)
    )
    for mine, other, theirs in _SAME[name]:
        across = question.moved(TABLES[other], measure)
        area = question.area
        yield equal(
            question, f"{name}.{mine}={other}.{theirs}", measure,
            figure(sums.under(area), mine), figure(across.under(area), theirs),
        )  # fmt: skip


_FORMULA = "1-2-3-4+5+6+7+8"
