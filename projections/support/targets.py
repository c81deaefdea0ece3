"""Queries targets, and their progress by the counts of households."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.areas.lineage import Lineage
from domain.eventstore.postgres import Connection
from projections.areas.figures import area_figures


class TargetRow(Struct, frozen=True):
    """One target; `parts` are the numbers passed down, by unit."""

    target_id: UUID
    version: int
    area: str
    measure: str
    year: int
    households: int
    from_target: UUID | None
    parts: dict[str, int]


class Progress(Struct, frozen=True):
    """The households of the class at the end of the year before and on a day, and how many fewer
    they are: below zero where they are more."""

    on: date
    before: int
    now: int
    down: int


_decode = msgspec.json.Decoder(dict[str, int]).decode


def targets(
    conn: Connection, *, areas: Sequence[str] | None, year: int | None = None
) -> list[TargetRow]:
    """The targets of these units (None: the country), by year, measure and area."""
    rows = conn.execute(
        "select target_id, version, area, measure, year, households, from_target, parts::text"
        " from read.targets where (%(areas)s::text[] is null or area = any(%(areas)s))"
        " and (%(year)s::integer is null or year = %(year)s) order by year, measure, area",
        {"areas": None if areas is None else list(areas), "year": year},
    ).fetchall()
    found = []
    for row in rows:
        values = (*row[:-1], _decode(row[-1]))
        found.append(TargetRow(*values))
    return found


def progress(
    conn: Connection,
    lineage: Lineage,
    target: TargetRow,
    *,
    on: date,
    known_at: datetime | None = None,
) -> Progress:
    """The progress of a target on a day of its year, as known at a moment."""
    day = min(max(on, date(target.year, 1, 1)), date(target.year, 12, 31))
    counts = [
        area_figures(conn, lineage, target.area, on=at, known_at=known_at).counts
        for at in (date(target.year - 1, 12, 31), day)
    ]
    of_class = target.measure.removesuffix("_households_down")
    before, now = (getattr(one, of_class).households for one in counts)
    return Progress(day, before, now, before - now)
