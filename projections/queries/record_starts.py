"""From which day on the record says who is poor in an area.

Before that day there are no figures: a nought would be a guess, and whoever stands on the first
list did not arise newly. The day is the first on which a household there had a class.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from psycopg import Connection

from domain.areas.lineage import Lineage
from projections.queries import planned
from projections.queries.counts import Note

_NOW = """
select area, min(effective_on) from read.counts
 where class <> '' and households > 0 and (%(units)s::text[] is null or area = any(%(units)s))
 group by 1
"""
_THEN = """
select area, min(valid_from) from read.status_spans
 where scope = 'national' and class <> ''
   and (%(units)s::text[] is null or area = any(%(units)s))
   and known_from <= %(known_at)s and known_to > %(known_at)s
 group by 1
"""


def record_starts(
    conn: Connection[Any], units: Iterable[str] | None, *, known_at: datetime | None = None
) -> dict[str, date]:
    """The first day with figures of each of these units (None: all), of those that have any."""
    asked = {"units": None if units is None else sorted(units), "known_at": known_at}
    return dict(planned.execute(conn, _NOW if known_at is None else _THEN, asked).fetchall())


def start_of(starts: Mapping[str, date], lineage: Lineage, unit: str, on: date) -> date | None:
    """The first day with figures of all that counts under a unit on a day; None: no figures.

    "" is the country. Raises AreaUnknown or AreaNotValidOn.
    """
    if not unit:
        return min(starts.values(), default=None)
    counted = lineage.counted(unit, on)
    units = counted.units | counted.to_be_placed
    return min((starts[one] for one in units if one in starts), default=None)


def counts_notes(start: date | None, on: date) -> tuple[Note, ...]:
    """What a reader of the figures of a day must know: not_in_record, or no_data_before (day)."""
    if start is None:
        return (Note("not_in_record"),)
    return (Note("no_data_before", {"day": start.isoformat()}),) if on < start else ()


def movement_notes(
    starts: Mapping[str, date], lineage: Lineage, unit: str, *, from_: date, to: date
) -> tuple[Note, ...]:
    """The same of movements between two days; and starts_later (units, day), where units below
    have figures only from a later day on: their households count as having come."""
    notes = counts_notes(start_of(starts, lineage, unit, to), from_)
    if notes:
        return notes
    below = (start_of(starts, lineage, child, to) for child in lineage.children(unit, to))
    later = sum(1 for start in below if start is not None and from_ < start <= to)
    return (Note("starts_later", {"units": later, "day": from_.isoformat()}),) if later else ()
