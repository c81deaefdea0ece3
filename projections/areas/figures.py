"""The figures of an area: its counts with the denominators and the first day they rest on.

The API, the overview and the declaration of denominators ask the same two questions here.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from psycopg import Connection

from domain.areas.codes import COUNTRY
from domain.areas.lineage import CountedUnits, Lineage
from projections.areas import record_starts
from projections.areas.record_starts import Start
from projections.households import counts, movements
from projections.households.counts import Counts, Note
from projections.households.movements import Movements
from projections.population.population import Denominator, denominator


class AreaFigures(Struct, frozen=True):
    """The counts of an area on a day.

    `denominator` is what their rates are shares of. `start` is the first day with figures, None
    where there are none, and `starts` the same of each counted unit. `notes` are those of counts,
    denominator and start.
    """

    counts: Counts
    denominator: Denominator
    start: date | None
    starts: Mapping[str, Start]
    notes: tuple[Note, ...]


class AreaMovements(Struct, frozen=True):
    """The movements of an area between two days; `start` is the first day with figures."""

    movements: Movements
    start: date | None
    notes: tuple[Note, ...]


def area_figures(
    conn: Connection[Any],
    lineage: Lineage,
    unit: str,
    *,
    on: date,
    known_at: datetime | None = None,
) -> AreaFigures:
    """The figures of a unit id, or "" for the country, on a day, as known at a moment.

    Raises AreaUnknown or AreaNotValidOn for a unit that does not stand that day.
    """
    counted = _counted(lineage, unit, on)
    base = denominator(conn, lineage, unit, on=on, known_at=known_at)
    shown = counts.counts(conn, unit, counted, as_of=on, known_at=known_at, population=base)
    starts = record_starts.record_starts(conn, _all(counted), known_at=known_at)
    start = record_starts.start_of(starts, lineage, unit, on)
    notes = (*shown.notes, *base.notes, *record_starts.counts_notes(start, on))
    return AreaFigures(shown, base, start, starts, notes)


def area_movements(
    conn: Connection[Any],
    lineage: Lineage,
    unit: str,
    *,
    from_: date,
    to: date,
    known_at: datetime | None = None,
    starts: Mapping[str, Start] | None = None,
) -> AreaMovements:
    """The movements of listed households of a unit from the end of one day to that of another.

    `starts` are those of `area_figures` of the last day, where they are at hand. Raises as
    `area_figures` does for the last day.
    """
    units = _all(_counted(lineage, unit, to))
    moved = movements.movements(conn, unit, units, from_=from_, to=to, known_at=known_at)
    if starts is None:
        starts = record_starts.record_starts(conn, units, known_at=known_at)
    return AreaMovements(
        moved,
        record_starts.start_of(starts, lineage, unit, to),
        record_starts.movement_notes(starts, lineage, unit, from_=from_, to=to),
    )


def _counted(lineage: Lineage, unit: str, on: date) -> CountedUnits | None:
    return None if unit == COUNTRY else lineage.counted(unit, on)


def _all(counted: CountedUnits | None) -> frozenset[str] | None:
    return None if counted is None else counted.all
