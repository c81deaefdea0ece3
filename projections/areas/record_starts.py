"""Finds the first day for which the record has figures of an area.

Before that day there are no figures: a nought would be a guess, and the households of the
first list did not arise newly. The day is the first on which at least a tenth as many households
had a class as on the day with the most. So one early decision, of a household that came from
elsewhere or under a mistyped year, does not make years without a list into years without poverty.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from domain.areas.lineage import Lineage
from domain.eventstore.postgres import Connection
from projections.engine import sql
from projections.households import count_changes
from projections.households.counts import Note

PART = 10
"""A start has at least one household in PART of those of the day with the most."""

_CHANGES = """
select area, effective_on as day, sum(households) as change from {} c
 where class <> '' and (%(units)s::text[] is null or area = any(%(units)s))
 group by 1, 2
"""
_STARTS = """
with changes as ({changes}),
held as (
  select area, day, sum(change) over (partition by area order by day) as households from changes
),
most as (select area, max(households) as households from held group by area)
select area, min(held.day), most.households::bigint
  from held join most using (area)
 where held.households > 0 and held.households * %(part)s >= most.households
 group by area, most.households
"""


class Start(NamedTuple):
    """The first day with figures of a unit, and how many households had a class there at most."""

    day: date
    households: int


def record_starts(
    conn: Connection, units: Iterable[str] | None, *, known_at: datetime | None = None
) -> dict[str, Start]:
    """The start of each of these units (None: all), of those that have figures."""
    parameters = {
        "units": None if units is None else sorted(units),
        "part": PART,
        **count_changes.known(known_at),
    }
    changes = _CHANGES.format(count_changes.changes(conn, known_at))
    query = _STARTS.format(changes=changes)
    rows = sql.execute_unprepared(conn, query, parameters).fetchall()
    return {area: Start(day, households) for area, day, households in rows}


def start_of(starts: Mapping[str, Start], lineage: Lineage, unit: str, on: date) -> date | None:
    """The first day with figures of all that counts under a unit on a day; None: no figures.

    Of several units it is the first by which such have started as hold a tenth of their
    households together. "" is the country. Raises AreaUnknown or AreaNotValidOn.
    """
    if not unit:
        return _together(starts.values())
    counted = lineage.counted(unit, on)
    return _together(starts[one] for one in counted.all if one in starts)


def _together(starts: Iterable[Start]) -> date | None:
    found = sorted(starts)
    all_, begun = sum(one.households for one in found), 0
    for one in found:
        begun += one.households
        if begun * PART >= all_:
            return one.day
    return None


def counts_notes(start: date | None, on: date) -> tuple[Note, ...]:
    """Notes for the reader of the figures of a day: not_in_record, or no_data_before (day)."""
    if start is None:
        return (Note("not_in_record"),)
    return (Note("no_data_before", {"day": start.isoformat()}),) if on < start else ()


def movement_notes(
    starts: Mapping[str, Start], lineage: Lineage, unit: str, *, from_: date, to: date
) -> tuple[Note, ...]:
    """The same of movements between two days; and starts_later (units, day), where units below
    have figures only from a later day on: their households count as having come."""
    notes = counts_notes(start_of(starts, lineage, unit, to), from_)
    if notes:
        return notes
    below = (start_of(starts, lineage, child, to) for child in lineage.children(unit, to))
    later = sum(1 for start in below if start is not None and from_ < start <= to)
    return (Note("starts_later", {"units": later, "day": from_.isoformat()}),) if later else ()
