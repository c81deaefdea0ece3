"""The identities that hold between figures of tables, and the households that break one.

Opening and closing are sums by day, movements are read off each household: where a row of a read
model is damaged the two disagree. The households of the unit are then folded from their entries,
and those of which the read model says something else are named.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from domain.eventstore.postgres import Connection
from projections.engine import ledger, sql
from projections.engine.tables import FOREVER
from projections.households.state import as_of, fold
from projections.tables.question import Question
from projections.tables.table import HOUSEHOLDS, Difference, Figures, Identity
from projections.tables.units import Sums

MOST_NAMED = 100
_AT_ONCE = 200

_RECORDED = """
select household_id from read.status_spans where area = any(%(units)s)
union
select household_id from read.register where area = any(%(units)s)
"""
_SPANS = """
select household_id, area, class, persons from read.status_spans
 where scope = 'national' and household_id = any(%(ids)s)
   and valid_from <= %(on)s and valid_to > %(on)s
   and case when %(known_at)s::timestamptz is null then known_to = %(forever)s
            else known_from <= %(known_at)s and known_to > %(known_at)s end
"""


def checked(
    question: Question,
    rule: str,
    measure: str,
    differences: Mapping[str, int],
    class_: str,
    days: Sequence[date],
) -> list[Identity]:
    """One identity for the area if it holds in every unit, else one for each where it fails."""
    failing = {unit: by for unit, by in differences.items() if by}
    if not failing:
        return [Identity(rule, question.area, measure, True)]
    return [
        Identity(rule, unit, measure, False, by, tuple(differing(question, unit, class_, days)))
        for unit, by in sorted(failing.items())
    ]


def equal(question: Question, rule: str, measure: str, left: int, right: int) -> Identity:
    """An identity of two figures of the whole area, whose households are named elsewhere."""
    return Identity(rule, question.area, measure, left == right, left - right)


def sums_of_rows(
    question: Question,
    name: str,
    measure: str,
    columns: Iterable[str],
    total: Mapping[str, object],
    rows: Iterable[Mapping[str, object]],
) -> Identity:
    """The total is the sum of the rows directly below it, in every column that can be added."""
    rows = list(rows)
    by = 0
    for code in columns:
        whole, parts = total.get(code), [row.get(code) for row in rows]
        if rows and isinstance(whole, int) and all(isinstance(one, int) for one in parts):
            by += abs(whole - sum(one for one in parts if isinstance(one, int)))
    return Identity(f"{name}.total=rows", question.area, measure, by == 0, by)


def by_node(sums: Sums, nodes: Iterable[str], check: Callable[[Figures], int]) -> dict[str, int]:
    """A difference for each unit that has figures of its own."""
    return {node: check(sums.own[node]) for node in nodes if node in sums.own}


def differing(question: Question, unit: str, class_: str, days: Sequence[date]) -> list[Difference]:
    """The households recorded in a unit of which the spans say otherwise than the entries do."""
    recorded = sorted(
        area
        for area in (question.tree.units or question.lineage.units)
        if question.tree.node(area) == unit
    )
    conn, known_at = question.conn, question.known_at
    found: list[Difference] = []
    for ids in _in_parts(conn, recorded):
        for on in days:
            found += _compared(conn, ids, set(recorded), class_, on, known_at)
        if len(found) >= MOST_NAMED:
            break
    return found[:MOST_NAMED]


def _in_parts(conn: Connection, units: list[str]) -> Iterator[list[UUID]]:
    rows = sql.execute_unprepared(conn, _RECORDED, {"units": units}).fetchall()
    ids = sorted(id_ for (id_,) in rows)
    for at in range(0, len(ids), _AT_ONCE):
        yield ids[at : at + _AT_ONCE]


def _compared(
    conn: Connection,
    ids: list[UUID],
    units: set[str],
    class_: str,
    on: date,
    known_at: datetime | None,
) -> list[Difference]:
    asked = {"ids": ids, "on": on, "known_at": known_at, "forever": FOREVER}
    said: dict[UUID, tuple[int, int]] = {}
    for id_, area, one, persons in sql.execute_unprepared(conn, _SPANS, asked):
        if one == class_ and area in units:
            households, before = said.get(id_, (0, 0))
            said[id_] = households + 1, before + persons
    found = []
    for id_, events in ledger.histories_of(conn, ids).items():
        readable = as_of([row for row in events if row.event is not None], on, known_at)
        state = fold(readable) if readable else None
        true = (0, 0)
        if state and not state.ended and state.national_class == class_ and state.area in units:
            true = 1, len(state.members)
        claimed = said.get(id_, (0, 0))
        if claimed != true:
            found.append(Difference(id_, claimed[0] - true[0], claimed[1] - true[1]))
    return found


def figure(figures: Mapping[str, int], code: str) -> int:
    """A figure; nought where there is none."""
    return figures.get(code, 0)


def measure_of(households: int, persons: int, measure: str) -> int:
    """The one of two numbers that a measure counts."""
    return households if measure == HOUSEHOLDS else persons
