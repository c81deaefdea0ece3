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
from projections.households import deprivations
from projections.households.state import as_of, fold
from projections.tables.question import Question
from projections.tables.table import HOUSEHOLDS, PERSONS, Column, Difference, Figures, Identity
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
    found: dict[UUID, Difference] = {}
    for ids in _in_parts(conn, recorded):
        for on in days:
            for one in _compared(conn, ids, set(recorded), class_, on, known_at):
                found[one.household_id] = one
        if len(found) >= MOST_NAMED:
            break
    return list(found.values())[:MOST_NAMED]


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


def as_in_results(
    question: Question, name: str, sums: Sums, columns: Mapping[str, str], measure: str
) -> Iterator[Identity]:
    """The households, or persons, of a class are those that the sums by day count (R1)."""
    for class_, code in columns.items():
        said = question.counted(question.to, class_, measure)
        differences = {
            node: figure(sums.own.get(node, {}), code) - said.get(node, 0)
            for node in question.tree.nodes
        }
        rule = f"{name}.{code}=R1.{RESULTS[class_, measure]}"
        yield from checked(question, rule, measure, differences, class_, (question.to,))


def adds_up(question: Question, name: str, sums: Sums, code: str, parts: Sequence[str]) -> Identity:
    """A column is the sum of others, in every unit."""
    by = sum(
        abs(figure(one, code) - sum(figure(one, part) for part in parts))
        for one in sums.own.values()
    )
    total = sums.under(question.area)
    whole = figure(total, code) - sum(figure(total, part) for part in parts)
    return Identity(
        f"{name}.{code}=" + "+".join(parts), question.area, "", not by and not whole, whole or by
    )


def at_most(
    question: Question, name: str, sums: Sums, columns: Sequence[Column], measure: str
) -> list[Identity]:
    """A part of a class ("poor.1") is at most the class ("poor"), in every unit."""
    above = sum(
        max(0, figure(one, column.code) - figure(one, column.code.partition(".")[0]))
        for column in columns
        for one in sums.own.values()
    )
    return [Identity(f"{name}.parts<=total", question.area, measure, not above, above)]


def deprivation_identities(
    question: Question, name: str, class_: str, sums: Sums
) -> Iterator[Identity]:
    """All deprivations are the sum of those of the indicators; the households are those of R1."""
    codes = {code for one in sums.own.values() for code in one} - {"total", "deprivations"}
    differences = {
        node: figure(one, "deprivations") - sum(figure(one, code) for code in codes)
        for node, one in sums.own.items()
    }
    rule = f"{name}.deprivations=sum(indicators)"
    failing = {node: by for node, by in differences.items() if by}
    if not failing:
        yield Identity(rule, question.area, "", True)
    for node, by in sorted(failing.items()):
        yield Identity(rule, node, "", False, by, tuple(differing_codes(question, node)))
    yield from as_in_results(question, name, sums, {class_: "total"}, HOUSEHOLDS)


def differing_codes(question: Question, unit: str) -> Iterator[Difference]:
    """The households recorded in a unit whose deprivations in the read model are not those of
    their latest form B."""
    conn, on, known_at = question.conn, question.to, question.known_at
    recorded = sorted(
        area
        for area in (question.tree.units or question.lineage.units)
        if question.tree.node(area) == unit
    )
    for ids in _in_parts(conn, recorded):
        said = deprivations.latest_codes(conn, ids, on=on, known_at=known_at)
        for id_, events in ledger.histories_of(conn, ids).items():
            readable = as_of([row for row in events if row.event is not None], on, known_at)
            surveys = fold(readable).surveys if readable else []
            named = [one.deprived for one in surveys if one.deprived is not None]
            true = named[-1] if named else ()
            if sorted(said.get(id_, ())) != sorted(true):
                yield Difference(id_, 0, 0, len(said.get(id_, ())) - len(true))


RESULTS = {
    ("poor", HOUSEHOLDS): "3", ("near_poor", HOUSEHOLDS): "5", ("average", HOUSEHOLDS): "7",
    ("poor", PERSONS): "9", ("near_poor", PERSONS): "11", ("average", PERSONS): "13",
}  # fmt: skip


def figure(figures: Mapping[str, int], code: str) -> int:
    """A figure; nought where there is none."""
    return figures.get(code, 0)
