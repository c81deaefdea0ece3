"""Queries the figures of an area by the units below it, and as a time series."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from domain.areas.lineage import Lineage
from domain.eventstore.postgres import Connection
from domain.households.codes import LISTED
from projections.engine import sql
from projections.households import count_changes
from projections.households.counts import by_unit, rate_percent
from projections.population import population


class UnitFigures(Struct, frozen=True):
    """One unit below an area. `all_households` is its denominator, None where it has none;
    `rates` are of each class in percent with two decimals, None without a denominator."""

    unit: str
    all_households: int | None
    households: dict[str, int]
    persons: dict[str, int]
    rates: dict[str, str | None]


class DatedFigures(Struct, frozen=True):
    """The households and persons of each listed class at the end of a day."""

    on: date
    households: dict[str, int]
    persons: dict[str, int]


_STEPS = """
select effective_on, class, sum(households), sum(persons) from {} c
 where effective_on <= %(until)s and (%(units)s::text[] is null or area = any(%(units)s))
   and class = any(%(listed)s)
 group by 1, 2 order by 1
"""


def breakdown(
    conn: Connection,
    lineage: Lineage,
    unit: str,
    *,
    on: date,
    known_at: datetime | None = None,
) -> list[UnitFigures]:
    """The units directly below `unit` ("" is the country) on a day, by code.

    Raises AreaUnknown or AreaNotValidOn for a unit that does not stand that day.
    """
    children = lineage.children(unit, on)
    if not children:
        return []
    units = _units(lineage, unit, on)
    found = by_unit(conn, units, on=on, known_at=known_at, classes=LISTED)
    bases = population.of_units(conn, lineage, children, on=on, known_at=known_at)
    return [_part(lineage, child, on, found, bases.get(child)) for child in children]


def time_series(
    conn: Connection,
    lineage: Lineage,
    unit: str,
    days: Sequence[date],
    *,
    on: date,
    known_at: datetime | None = None,
) -> list[DatedFigures]:
    """The listed households at the end of each of `days`, in the units that count under `unit`
    on the day `on`, so that a change of the map is no change of the figures."""
    parameters = {"units": _units(lineage, unit, on), "until": max(days), **_known(known_at)}
    query = _STEPS.format(count_changes.changes(conn, known_at))
    steps = sql.execute_unprepared(conn, query, parameters).fetchall()
    sums: dict[str, list[tuple[int, int]]] = {class_: [(0, 0)] for class_ in LISTED}
    at: dict[str, list[date]] = {class_: [] for class_ in LISTED}
    for day, class_, households, persons in steps:
        before = sums[class_][-1]
        at[class_].append(day)
        sums[class_].append((before[0] + int(households), before[1] + int(persons)))

    def standing(class_: str, day: date) -> tuple[int, int]:
        return sums[class_][bisect_right(at[class_], day)]

    return [
        DatedFigures(
            day,
            {class_: standing(class_, day)[0] for class_ in LISTED},
            {class_: standing(class_, day)[1] for class_ in LISTED},
        )
        for day in days
    ]


def _units(lineage: Lineage, unit: str, on: date) -> list[str] | None:
    if not unit:
        return None
    counted = lineage.counted(unit, on)
    return sorted(counted.all)


def _known(known_at: datetime | None) -> dict[str, object]:
    return {**count_changes.known(known_at), "listed": list(LISTED)}


def _part(
    lineage: Lineage,
    child: str,
    on: date,
    counts: Mapping[tuple[str, str], tuple[int, int]],
    base: population.Base | None,
) -> UnitFigures:
    counted = lineage.counted(child, on)
    sums = {class_: [0, 0] for class_ in LISTED}
    for unit in counted.all:
        for class_ in LISTED:
            households, persons = counts.get((unit, class_), (0, 0))
            sums[class_][0] += households
            sums[class_][1] += persons
    rate_base = {
        class_: base.rate_bases.get(class_, base.households) if base else None for class_ in LISTED
    }
    return UnitFigures(
        unit=child,
        all_households=base.households if base else None,
        households={class_: pair[0] for class_, pair in sums.items()},
        persons={class_: pair[1] for class_, pair in sums.items()},
        rates={class_: rate_percent(sums[class_][0], rate_base[class_]) for class_ in LISTED},
    )
