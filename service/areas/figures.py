"""All figures of one area for its overview, kept for as long as the ledger stays as it is."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from domain.areas.codes import COUNTRY
from projections import status
from projections.areas import breakdown, record_starts
from projections.areas.figures import area_figures, area_movements
from projections.households import counts, deprivations, movements
from projections.households.counts import Note
from projections.population.population import Denominator
from service.access.authorization import RequestContext

MONTHS = 24
KEPT = 256


@dataclass(frozen=True, slots=True)
class OverviewFigures:
    """What the overview of one area shows.

    `start` is the first day with figures, None where there are none; `part_starts` the same of
    each unit below. Movements are those from `compared_from` on: the day asked for, or the first
    with figures.
    """

    counts: counts.Counts
    population: Denominator
    movements: movements.Movements
    parts: list[breakdown.UnitFigures]
    course: list[breakdown.DatedFigures]
    deprivations: dict[str, deprivations.Deprivations]
    start: date | None
    part_starts: dict[str, date | None]
    compared_from: date
    movement_notes: tuple[Note, ...]


_kept: OrderedDict[tuple[Any, ...], OverviewFigures] = OrderedDict()
_lock = Lock()


def overview_figures(
    context: RequestContext, unit: str, *, on: date, since: date, known_at: datetime | None
) -> OverviewFigures:
    """The figures of a unit that is in force on the day `on`; movements are those since `since`."""
    services = context.services
    with services.reading() as conn:
        models = status.ledger_status(conn).models
    key = (services.settings.instance, services.settings.database_url, models, unit, on, since,
           known_at)  # fmt: skip
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _read_figures(context, unit, on, since, known_at)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _read_figures(
    context: RequestContext, unit: str, on: date, since: date, known_at: datetime | None
) -> OverviewFigures:
    lineage = context.services.areas().lineage
    with context.services.reading() as conn:
        figures = area_figures(conn, lineage, unit, on=on, known_at=known_at)
        start, starts = figures.start, figures.starts
        since = min(max(since, start), on) if start else since
        moved = area_movements(
            conn, lineage, unit, from_=since, to=on, known_at=known_at, starts=starts
        )
        units = None if unit == COUNTRY else lineage.counted(unit, on).all
        return OverviewFigures(
            counts=figures.counts,
            population=figures.denominator,
            movements=moved.movements,
            parts=breakdown.breakdown(conn, lineage, unit, on=on, known_at=known_at),
            course=breakdown.time_series(
                conn, lineage, unit, month_ends(on, MONTHS), on=on, known_at=known_at
            ),
            deprivations=deprivations.deprivations(conn, units, on=on, known_at=known_at),
            start=start,
            part_starts={
                child: record_starts.start_of(starts, lineage, child, on)
                for child in lineage.children(unit, on)
            },
            compared_from=since,
            movement_notes=moved.notes,
        )


def month_ends(on: date, months: int) -> list[date]:
    """The last days of so many months before the day, and the day itself, in order."""
    days = [on]
    first = on.replace(day=1)
    for _ in range(months):
        last = first - timedelta(days=1)
        days.append(last)
        first = last.replace(day=1)
    return days[::-1]
