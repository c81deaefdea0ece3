"""Queries officers, their trainings, and the share of officers who were trained."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from domain.areas.lineage import Lineage
from domain.eventstore.personal import Keyring, Personal
from domain.eventstore.postgres import Connection
from projections.engine.tables import FOREVER
from projections.households.counts import rate_percent
from projections.households.sentences import ERASED


class OfficerRow(Struct, frozen=True):
    """One officer as of now. `name` is that of a named person, "" where the account stands alone;
    `forgotten` says that it was erased.

    `trainings` are the days on which the officer was trained, `last_trained_on` the latest.
    """

    officer_id: UUID
    version: int
    area: str
    account: str
    name: str
    entered_on: date
    left_on: date | None
    trainings: int
    last_trained_on: date | None
    forgotten: bool = False


class TrainingRow(Struct, frozen=True):
    """One training of one officer."""

    activity_id: UUID
    title: str
    trained_on: date


class TrainingShare(Struct, frozen=True):
    """The trained officers of a unit: in a year, and ever among those who still work there.

    `officers` is the number that the shares are of, None where it is not declared for the unit or
    for each unit below it. `percent` has two decimals, rounded half up.
    """

    area: str
    year: int
    officers: int | None
    declared_on: date | None
    trained: int
    percent: str | None
    trained_ever: int
    percent_ever: str | None


_KNOWN = """case when %(known_at)s::timestamptz is null then t.known_to = %(forever)s
                 else t.known_from <= %(known_at)s and t.known_to > %(known_at)s end"""
_LIST = """
select o.officer_id, o.version, o.area, o.account, o.subject, o.sealed, o.entered_on, o.left_on,
       count(t.trained_on), max(t.trained_on)
  from read.officers o
  left join read.officer_trainings t on t.officer_id = o.officer_id and t.known_to = %(forever)s
 where (%(areas)s::text[] is null or o.area = any(%(areas)s))
   and (%(after)s::uuid is null or o.officer_id > %(after)s)
   and (%(only)s::uuid is null or o.officer_id = %(only)s)
   and (not %(working)s or o.left_on is null)
 group by o.officer_id order by o.officer_id limit %(limit)s
"""
_TRAINED = f"""
select t.area, t.officer_id, t.trained_on,
       o.left_on is null or o.left_on >= %(on)s
       or (%(known_at)s::timestamptz is not null and o.left_known_from > %(known_at)s)
  from read.officer_trainings t join read.officers o using (officer_id)
 where (%(areas)s::text[] is null or t.area = any(%(areas)s))
   and t.trained_on <= %(on)s and {_KNOWN}
"""
_COUNTED = """
select distinct on (area) area, officers, valid_from from read.officer_counts
 where (%(areas)s::text[] is null or area = any(%(areas)s)) and valid_from <= %(on)s
   and (%(known_at)s::timestamptz is null or known_from <= %(known_at)s)
 order by area, valid_from desc, version desc
"""


def officers(
    conn: Connection,
    keyring: Keyring,
    *,
    areas: Sequence[str] | None,
    working: bool = False,
    after: UUID | None = None,
    limit: int = 50,
    only: UUID | None = None,
) -> list[OfficerRow]:
    """A page of officers in the order of their ids; `working` leaves out those who have left."""
    rows = conn.execute(
        _LIST.encode(),
        {
            "areas": None if areas is None else list(areas),
            "working": working,
            "after": after,
            "only": only,
            "limit": limit,
            "forever": FOREVER,
        },
    ).fetchall()
    sealed = {row[0]: Personal(row[4], row[5]) for row in rows if row[4] is not None}
    revealed = keyring.reveal_many(sealed.values(), conn)
    found = []
    for row in rows:
        private = sealed.get(row[0])
        values = revealed[private.subject, private.sealed] if private else {}
        name = ERASED if values is None else values.get("name", "")
        values_of_row = (*row[:4], name, *row[6:], values is None)
        found.append(OfficerRow(*values_of_row))
    return found


def trainings(conn: Connection, officer_id: UUID) -> list[TrainingRow]:
    """The trainings of an officer, the latest first."""
    rows = conn.execute(
        "select t.activity_id, coalesce(a.title, ''), t.trained_on from read.officer_trainings t"
        " left join read.activities a using (activity_id)"
        " where t.officer_id = %s and t.known_to = %s order by t.trained_on desc, t.version desc",
        [officer_id, FOREVER],
    )
    return [TrainingRow(*row) for row in rows]


def trained_by(conn: Connection, activity_id: UUID) -> set[UUID]:
    """The officers who took part in a training."""
    rows = conn.execute(
        "select officer_id from read.officer_trainings where activity_id = %s and known_to = %s",
        [activity_id, FOREVER],
    )
    return {id_ for (id_,) in rows}


def training_shares(
    conn: Connection,
    lineage: Lineage,
    areas: Iterable[str],
    *,
    year: int,
    on: date,
    known_at: datetime | None = None,
) -> list[TrainingShare]:
    """The trained officers of each unit in a year up to a day, as known at a moment."""
    wanted = list(areas)
    day = min(on, date(year, 12, 31))
    trees = {one: frozenset(lineage.counted(one, day).all) for one in wanted}
    units = sorted(
        {unit for tree in trees.values() for unit in tree} | _below(lineage, wanted, day)
    )
    asked = {"areas": units, "on": day, "known_at": known_at, "forever": FOREVER}
    trained = conn.execute(_TRAINED.encode(), asked).fetchall()
    counted = {row[0]: (row[1], row[2]) for row in conn.execute(_COUNTED.encode(), asked)}
    found = []
    for area in wanted:
        own = [row for row in trained if row[0] in trees[area]]
        of_year = len({row[1] for row in own if row[2] >= date(year, 1, 1)})
        ever = len({row[1] for row in own if row[3]})
        number = _number(lineage, area, day, counted)
        found.append(
            TrainingShare(
                area=area,
                year=year,
                officers=number,
                declared_on=counted[area][1] if area in counted else None,
                trained=of_year,
                percent=rate_percent(of_year, number),
                trained_ever=ever,
                percent_ever=rate_percent(ever, number),
            )
        )
    return found


def _below(lineage: Lineage, areas: Iterable[str], on: date) -> set[str]:
    trees = (lineage.tree(area, lineage.last_day(area, on)) for area in areas)
    return {unit for tree in trees for unit in tree}


def _number(
    lineage: Lineage, unit: str, on: date, counted: dict[str, tuple[int, date]]
) -> int | None:
    """The officers of a unit: its own number, or the sum of those below where each has one."""
    if unit in counted:
        return counted[unit][0]
    below = [
        _number(lineage, one, on, counted)
        for one in lineage.children(unit, lineage.last_day(unit, on))
    ]
    known = [one for one in below if one is not None]
    return sum(known) if below and len(known) == len(below) else None
