"""Queries targets, the parts passed down, and their progress by movements and training records."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.areas.codes import COUNTRY
from domain.areas.lineage import Lineage
from domain.eventstore.postgres import Connection, SqlRow
from domain.support.codes import RATE_MEASURES
from projections.areas import record_starts
from projections.areas.figures import area_figures
from projections.households import counts, movements
from projections.households.counts import ClassCount
from projections.population.population import denominator, of_units
from projections.support.officers import training_shares

OFFICERS = "officers_trained"


class TargetRow(Struct, frozen=True):
    """One target: a number of households, or hundredths of a percentage point.

    `parts` are the numbers passed down, by unit, in the unit of the measure.
    """

    target_id: UUID
    version: int
    area: str
    measure: str
    year: int
    households: int | None
    hundredths: int | None
    from_target: UUID | None
    parts: dict[str, int]

    @property
    def is_rate(self) -> bool:
        """Whether the target is a rate."""
        return self.measure in RATE_MEASURES

    @property
    def number(self) -> int:
        """The number in the unit of the measure."""
        return (self.hundredths if self.is_rate else self.households) or 0


class Progress(Struct, frozen=True):
    """The progress of a target on a day.

    `before` and `now` are households of the class at the end of the year before and on the day,
    `down` how many fewer they are: below zero where they are more. Of a rate, `percent_before` and
    `percent_now` are the rates of these days and `percent_points` how much lower the second one is.
    Of officers, `now` were trained in the year, which is `percent_points` of all. `reached` is None
    where the rate has no denominator.
    """

    on: date
    before: int
    now: int
    down: int
    percent_before: str | None
    percent_now: str | None
    percent_points: str | None
    reached: bool | None


class Month(Struct, frozen=True):
    """One month of a target: how its households came and went, from the last day of the month
    before to its own last day, or to the day of the question.

    `entered` and `left` are by kind of movement. Of officers, those trained until then.
    """

    month: str
    until: date
    opening: int
    entered: dict[str, int]
    left: dict[str, int]
    entries: int
    exits: int
    net: int
    closing: int
    percent: str | None


class Allocated(Struct, frozen=True):
    """The parts of a target against it.

    `number` is their sum, in households or hundredths of a point. A rate is weighted: how far the
    rate of the whole area falls where each unit reaches its part and the others do not change.
    None where a denominator is missing.
    """

    parts: int
    number: int | None
    difference: int | None


_decode = msgspec.json.Decoder(dict[str, int]).decode
_COLUMNS = (
    "target_id, version, area, measure, year, households, hundredths, from_target, parts::text"
)


def targets(
    conn: Connection, *, areas: Sequence[str] | None, year: int | None = None
) -> list[TargetRow]:
    """The targets of these units (None: the country), by year, measure and area."""
    rows = conn.execute(
        f"select {_COLUMNS} from read.targets"
        " where (%(areas)s::text[] is null or area = any(%(areas)s))"
        " and (%(year)s::integer is null or year = %(year)s)"
        " order by year, measure, area".encode(),
        {"areas": None if areas is None else list(areas), "year": year},
    )
    return [_row(row) for row in rows]


def target(conn: Connection, target_id: UUID) -> TargetRow | None:
    """One target; None where there is none."""
    row = conn.execute(
        f"select {_COLUMNS} from read.targets where target_id = %s".encode(), [target_id]
    ).fetchone()
    return None if row is None else _row(row)


def _row(row: SqlRow) -> TargetRow:
    values = (*row[:-1], _decode(row[-1]))
    return TargetRow(*values)


def day_of(one: TargetRow, on: date) -> date:
    """A day of the year of a target: the one asked about, or the first or last day of the year."""
    return min(max(on, date(one.year, 1, 1)), date(one.year, 12, 31))


def progress(
    conn: Connection,
    lineage: Lineage,
    target: TargetRow,
    *,
    on: date,
    known_at: datetime | None = None,
) -> Progress:
    """The progress of a target on a day of its year, as known at a moment."""
    day = day_of(target, on)
    if target.measure == OFFICERS:
        return _of_officers(conn, lineage, target, day, known_at)
    first, last = (
        _class_count(conn, lineage, target, at, known_at)
        for at in (_begin(conn, lineage, target, day, known_at), day)
    )
    down = first.households - last.households
    points = _points(first.rate_percent, last.rate_percent)
    if target.is_rate:
        reached = None if points is None else points >= target.number
    elif target.measure.endswith("_left"):
        reached = last.households <= target.number
    else:
        reached = down >= target.number
    return Progress(
        on=day,
        before=first.households,
        now=last.households,
        down=down,
        percent_before=first.rate_percent,
        percent_now=last.rate_percent,
        percent_points=None if points is None else percent(points),
        reached=reached,
    )


def _of_officers(
    conn: Connection, lineage: Lineage, target: TargetRow, day: date, known_at: datetime | None
) -> Progress:
    share = training_shares(
        conn, lineage, [target.area], year=target.year, on=day, known_at=known_at
    )[0]
    reached = None
    if share.officers is not None:
        reached = share.trained * 10_000 >= target.number * share.officers
    return Progress(
        on=day,
        before=0,
        now=share.trained,
        down=0,
        percent_before=None,
        percent_now=share.percent,
        percent_points=share.percent,
        reached=reached,
    )


def months(
    conn: Connection,
    lineage: Lineage,
    target: TargetRow,
    *,
    on: date,
    known_at: datetime | None = None,
) -> list[Month]:
    """The months of the year of a target up to a day, by real movements."""
    if target.measure == OFFICERS:
        return list(_months_of_officers(conn, lineage, target, on, known_at))
    return list(_months_of_class(conn, lineage, target, on, known_at))


def _months_of_class(
    conn: Connection, lineage: Lineage, target: TargetRow, on: date, known_at: datetime | None
) -> Iterator[Month]:
    for before, until in _ends(target.year, on):
        units = lineage.counted(target.area, lineage.last_day(target.area, until)).all
        found = movements.movements(
            conn, target.area, units, from_=before, to=until, known_at=known_at
        )
        moved = getattr(found, _class(target))
        entered = {way: one.households for way, one in moved.came.items()}
        left = {way: one.households for way, one in moved.went.items()}
        rate = None
        if target.is_rate:
            rate = _class_count(conn, lineage, target, until, known_at).rate_percent
        yield Month(
            month=f"{until:%Y-%m}",
            until=until,
            opening=moved.opening.households,
            entered=entered,
            left=left,
            entries=sum(entered.values()),
            exits=sum(left.values()),
            net=moved.closing.households - moved.opening.households,
            closing=moved.closing.households,
            percent=rate,
        )


def _months_of_officers(
    conn: Connection, lineage: Lineage, target: TargetRow, on: date, known_at: datetime | None
) -> Iterator[Month]:
    trained = 0
    for _before, until in _ends(target.year, on):
        share = training_shares(
            conn, lineage, [target.area], year=target.year, on=until, known_at=known_at
        )[0]
        yield Month(
            month=f"{until:%Y-%m}",
            until=until,
            opening=trained,
            entered={"trained": share.trained - trained},
            left={},
            entries=share.trained - trained,
            exits=0,
            net=share.trained - trained,
            closing=share.trained,
            percent=share.percent,
        )
        trained = share.trained


def _ends(year: int, on: date) -> Iterator[tuple[date, date]]:
    """The last day of the month before and the last day of each month, none after `on`."""
    for month in range(1, 13):
        first = date(year, month, 1)
        if first > on:
            return
        last = date(year, month, monthrange(year, month)[1])
        yield first - timedelta(days=1), min(last, on)


def allocated(conn: Connection, lineage: Lineage, target: TargetRow, *, on: date) -> Allocated:
    """The parts passed down, against the target; a rate is weighted on a day of its year."""
    parts = target.parts
    if not target.is_rate:
        number: int | None = sum(parts.values())
    else:
        number = _weighted(conn, lineage, target, day_of(target, on))
    difference = None if number is None else number - target.number
    return Allocated(len(parts), number, difference)


def _weighted(conn: Connection, lineage: Lineage, target: TargetRow, on: date) -> int | None:
    bases = _bases(conn, lineage, target, on)
    whole = bases.get(target.area)
    parts = [(bases.get(area), number) for area, number in target.parts.items()]
    if not whole or any(base is None for base, _ in parts):
        return None
    weighted = sum((base or 0) * number for base, number in parts)
    return (2 * weighted + whole) // (2 * whole)


def _bases(
    conn: Connection, lineage: Lineage, target: TargetRow, on: date
) -> dict[str, int | None]:
    units = [target.area, *target.parts]
    standing = [one for one in units if lineage.last_day(one, on) == on]
    if target.measure == OFFICERS:
        shares = training_shares(conn, lineage, standing, year=target.year, on=on)
        return {one.area: one.officers for one in shares}
    found = of_units(conn, lineage, standing, on=on)
    of_class = _class(target)
    return {unit: base.rate_bases.get(of_class, base.households) for unit, base in found.items()}


def declared_days(
    conn: Connection, lineage: Lineage, unit: str, on: date
) -> list[tuple[str, date]]:
    """The declarations of residents that a rate of a unit rests on: its own, or those below it."""
    own = denominator(conn, lineage, unit, on=on)
    if own.declared_on is not None:
        return [(unit, own.declared_on)]
    below = lineage.children(unit, on) if unit != COUNTRY else ()
    return [found for one in below for found in declared_days(conn, lineage, one, on)]


def percent(hundredths: int) -> str:
    """Hundredths of a point as a decimal: 32 is "0.32", -5 is "-0.05"."""
    sign = "-" if hundredths < 0 else ""
    whole, part = divmod(abs(hundredths), 100)
    return f"{sign}{whole}.{part:02}"


def hundredths(percent: str) -> int:
    """A decimal with at most two places as hundredths: "0.3" is 30."""
    whole, _point, part = percent.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)


def _points(before: str | None, now: str | None) -> int | None:
    if before is None or now is None:
        return None
    return hundredths(before) - hundredths(now)


def _class(target: TargetRow) -> str:
    return "near_poor" if target.measure.startswith("near_poor") else "poor"


def _begin(
    conn: Connection, lineage: Lineage, target: TargetRow, day: date, known_at: datetime | None
) -> date:
    """The day from which progress counts: the end of the year before, or, where the record of the
    unit starts within the year, the day on which it starts."""
    eve, standing = date(target.year - 1, 12, 31), lineage.last_day(target.area, day)
    units = lineage.counted(target.area, standing).all
    starts = record_starts.record_starts(conn, units, known_at=known_at)
    start = record_starts.start_of(starts, lineage, target.area, standing)
    return start if start is not None and eve < start <= day else eve


def _class_count(
    conn: Connection, lineage: Lineage, target: TargetRow, on: date, known_at: datetime | None
) -> ClassCount:
    """The class on a day; without a rate before the unit stood, when others had its land."""
    standing = lineage.last_day(target.area, on)
    if standing == on:
        found = area_figures(conn, lineage, target.area, on=on, known_at=known_at).counts
    else:
        counted = lineage.counted(target.area, standing)
        found = counts.counts(conn, target.area, counted, as_of=on, known_at=known_at)
    count: ClassCount = getattr(found, _class(target))
    return count
