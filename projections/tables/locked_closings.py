"""Compares the opening of a movement table with the closing of the locked report of the period
before, and names the households that make the difference.

What stands is the locked report with its last correction. Its households are those that were known
at its ledger position; entries that came later for a day up to the opening make the difference.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from domain.oversight.events import ReportCorrected, ReportLocked
from projections.engine import ledger, sql
from projections.engine.tables import FOREVER
from projections.tables.identities import MOST_NAMED, figure
from projections.tables.movements import CLOSING, OPENING
from projections.tables.question import Question
from projections.tables.table import Difference, Figures, Identity

LOCKED = "locked"

_REPORT = """
select report_id, version from read.reports
 where area = %(area)s and table_name = %(table)s and last_day = %(last_day)s
   and (%(known_at)s::timestamptz is null or given_at <= %(known_at)s)
 order by first_day, version desc limit 1
"""
_STANDING = """
select household_id, persons from read.status_spans
 where scope = 'national' and class = %(class)s
   and (%(units)s::text[] is null or area = any(%(units)s))
   and valid_from <= %(on)s and valid_to > %(on)s
   and {known}
"""
_THEN = _STANDING.format(known="known_from <= %(then)s and known_to > %(then)s")
_NOW = _STANDING.format(
    known="case when %(known_at)s::timestamptz is null then known_to = %(forever)s"
    " else known_from <= %(known_at)s and known_to > %(known_at)s end"
)
_LATE = f"""
select household_id, (n.household_id is not null)::int - (t.household_id is not null)::int,
       coalesce(n.persons, 0) - coalesce(t.persons, 0)
  from ({_THEN}) t full outer join ({_NOW}) n using (household_id)
 where t.household_id is null or n.household_id is null or n.persons <> t.persons
 order by household_id limit %(limit)s
"""


class Closing(NamedTuple):
    """The closing of a report by measure, and the ledger position that it rests on."""

    figures: dict[str, int]
    seq: int


def opening_identities(
    question: Question, name: str, class_: str, measure: str, figures: Figures
) -> Iterator[Identity]:
    """The opening is the closing that was given out; none where no such report was."""
    closing = closing_given_out(question, name)
    if closing is None or measure not in closing.figures:
        return
    by = figure(figures, OPENING) - closing.figures[measure]
    named = tuple(late_households(question, class_, closing.seq)) if by else ()
    yield Identity(
        f"{name}.{OPENING}={LOCKED}({name}.{CLOSING})", question.area, measure, not by, by, named
    )


def closing_given_out(question: Question, name: str) -> Closing | None:
    """The closing of the report of the same table and area whose last day is the opening."""
    asked = {
        "area": question.area,
        "table": name,
        "last_day": question.from_,
        "known_at": question.known_at,
    }
    row = sql.execute_unprepared(question.conn, _REPORT, asked).fetchone()
    found = ledger.recorded(question.conn, row[0], row[1]) if row else None
    event = found.event if found else None
    if not isinstance(event, ReportLocked | ReportCorrected):
        return None
    document: dict[str, Any] = json.loads(event.figures)
    closing = {
        total["measure"]: total["cells"][CLOSING]
        for total in document["totals"]
        if isinstance(total["cells"].get(CLOSING), int)
    }
    return Closing(closing, event.seq)


def late_households(question: Question, class_: str, seq: int) -> Iterator[Difference]:
    """The households that stand otherwise on the first day than was known at a ledger position."""
    (entry,) = ledger.at(question.conn, [seq]) or (None,)
    if entry is None:
        return
    units = question.tree.units
    asked = {
        "class": class_,
        "units": None if units is None else sorted(units),
        "on": question.from_,
        "then": entry.recorded_at,
        "known_at": question.known_at,
        "forever": FOREVER,
        "limit": MOST_NAMED,
    }
    household: UUID
    for household, households, persons in sql.execute_unprepared(question.conn, _LATE, asked):
        yield Difference(household, households, persons)
