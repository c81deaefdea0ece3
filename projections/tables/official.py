"""Makes any of the official tables R1 to R15 that count households."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from domain.areas.lineage import Lineage
from domain.eventstore.postgres import Connection
from domain.households.codes import LISTED
from projections.households.counts import Note
from projections.tables import causes, deprivations, groups, movements, results, summary
from projections.tables.identities import (
    adds_up,
    as_in_results,
    at_most,
    deprivation_identities,
    sums_of_rows,
)
from projections.tables.movement_tables import movement_table
from projections.tables.question import Question, plain
from projections.tables.table import COUNT, HOUSEHOLDS, PERSONS, Column, Identity, Row, Table
from projections.tables.units import Sums

Made = tuple[Sequence[Column], list[Row], list[Row], list[Identity], list[Note]]


def official_table(
    conn: Connection,
    lineage: Lineage,
    name: str,
    area: str,
    *,
    from_: date,
    to: date,
    known_at: datetime | None = None,
    villages: bool = False,
) -> Table:
    """The table of this name ("R1") of a unit id, or "" for the country.

    Raises AreaUnknown or AreaNotValidOn for a unit that does not stand on the last day.
    """
    question = Question(conn, lineage, area, from_, to, known_at, villages)
    return table_of(question, name)


def table_of(question: Question, name: str) -> Table:
    """The table of this name for a question, which several tables may share."""
    columns, rows, totals, identities, notes = TABLES[name](question, name)
    return Table(
        name=name,
        area=question.area,
        from_=question.from_,
        to=question.to,
        known_at=question.known_at,
        seq=question.seq,
        columns=tuple(columns),
        rows=tuple(rows),
        totals=tuple(totals),
        identities=tuple(identities),
        notes=tuple(notes),
    )


def _results(question: Question, name: str) -> Made:
    sums = results.sums(question)
    rows, total = question.rows(sums, results.COLUMNS, results.cells(question))
    codes = [one.code for one in results.COLUMNS]
    identities = [_total_of_rows(question, name, codes, total, rows)]
    return results.COLUMNS, rows, [total], identities, []


def _movements(question: Question, name: str) -> Made:
    rows, totals, identities = movement_table(question, name)
    return movements.COLUMNS[name], rows, totals, identities, [Note("moves_between_communes")]


def _deprivations(question: Question, name: str) -> Made:
    class_ = deprivations.CLASS_OF[name]
    columns = deprivations.columns(name, question.to)
    sums = deprivations.sums(question, class_)
    cells = deprivations.shares if name in deprivations.SHARES else plain
    rows, total = question.rows(sums, columns, cells)
    base = deprivations.SHARES.get(name, name)
    identities = list(deprivation_identities(question, base, class_, sums))
    addable = [one.code for one in columns if one.kind == COUNT]
    identities.append(_total_of_rows(question, name, addable, total, rows))
    return columns, rows, [total], identities, deprivations.notes(question, class_)


def _targets(question: Question, name: str) -> Made:
    rows: list[list[Row]] = []
    totals: list[Row] = []
    identities: list[Identity] = []
    for measure in (HOUSEHOLDS, PERSONS):
        sums = groups.targets(question, measure)
        some, total = question.rows(sums, groups.TARGETS, plain, measure)
        rows.append(some)
        totals.append(total)
        identities += as_in_results(question, name, sums, {c: c for c in LISTED}, measure)
        identities += at_most(question, name, sums, groups.TARGETS, measure)
        codes = [one.code for one in groups.TARGETS]
        identities.append(_total_of_rows(question, name, codes, total, some))
    both = [row for pair in zip(*rows, strict=True) for row in pair]
    return groups.TARGETS, both, totals, identities, [Note("groups_overlap")]


def _ethnic(question: Question, name: str) -> Made:
    found = groups.EthnicGroups(question)
    columns = found.columns()
    sums = groups.ethnic_sums(question, found)
    made = _counted(question, name, columns, sums, [Note("ethnicity_of_head")])
    identities = made[3]
    for class_ in LISTED:
        parts = [f"{class_}.{one}" for one in (groups.KINH, "minority", "unknown")]
        identities.append(adds_up(question, name, sums, class_, parts))
        named = [f"{class_}.{one}" for one in (*found.named, "other")]
        identities.append(adds_up(question, name, sums, f"{class_}.minority", named))
    identities += as_in_results(question, name, sums, {c: c for c in LISTED}, HOUSEHOLDS)
    return made


def _causes(question: Question, name: str) -> Made:
    sums = causes.sums(question)
    made = _counted(question, name, causes.COLUMNS, sums, causes.notes(question))
    identities = made[3]
    identities += as_in_results(question, name, sums, {c: c for c in LISTED}, HOUSEHOLDS)
    identities += at_most(question, name, sums, causes.COLUMNS, "")
    return made


def _children(question: Question, name: str) -> Made:
    sums = groups.child_sums(question)
    made = _counted(question, name, groups.CHILDREN, sums, groups.child_notes(question))
    made[3].extend(at_most(question, name, sums, groups.CHILDREN, ""))
    return made


def _summary(question: Question, name: str) -> Made:
    class_ = summary.CLASS_OF[name]
    columns = summary.columns(class_)
    sums = summary.sums(question, class_)
    rows, total = question.rows(sums, columns, summary.cells(question))
    identities = [
        adds_up(question, name, sums, "9", ("10", "11", "unknown")),
        adds_up(question, name, sums, "16", ("17", "18", "unknown_persons")),
        *as_in_results(question, name, sums, {class_: "9"}, HOUSEHOLDS),
        *as_in_results(question, name, sums, {class_: "16"}, PERSONS),
    ]
    addable = [one.code for one in columns if one.kind == COUNT]
    identities.append(_total_of_rows(question, name, addable, total, rows))
    return columns, rows, [total], identities, [Note("ethnicity_of_head")]


def _counted(
    question: Question, name: str, columns: Sequence[Column], sums: Sums, notes: list[Note]
) -> Made:
    rows, total = question.rows(sums, columns, plain)
    codes = [one.code for one in columns]
    return columns, rows, [total], [_total_of_rows(question, name, codes, total, rows)], notes


def _total_of_rows(
    question: Question, name: str, codes: Sequence[str], total: Row, rows: Sequence[Row]
) -> Identity:
    direct = [one.cells for one in rows if one.depth == 1]
    return sums_of_rows(question, name, total.measure, codes, total.cells, direct)


TABLES: dict[str, Callable[[Question, str], Made]] = {
    "R1": _results,
    "R2": _movements,
    "R3": _movements,
    **dict.fromkeys(("R4", "R5", "R6", "R7"), _deprivations),
    "R8": _targets,
    "R9": _ethnic,
    "R10": _causes,
    "R11": _children,
    "R12": _summary,
    "R13": _summary,
}
