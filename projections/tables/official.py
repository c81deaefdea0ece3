"""Makes any of the official tables R1 to R15 that count households."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from domain.areas.lineage import Lineage
from domain.eventstore.postgres import Connection
from projections.households.counts import Note
from projections.tables import movements, results
from projections.tables.identities import sums_of_rows
from projections.tables.movement_tables import movement_table
from projections.tables.question import Question
from projections.tables.table import Column, Identity, Row, Table

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


def _total_of_rows(
    question: Question, name: str, codes: Sequence[str], total: Row, rows: Sequence[Row]
) -> Identity:
    direct = [one.cells for one in rows if one.depth == 1]
    return sums_of_rows(question, name, total.measure, codes, total.cells, direct)


TABLES: dict[str, Callable[[Question, str], Made]] = {
    "R1": _results,
    "R2": _movements,
    "R3": _movements,
}
