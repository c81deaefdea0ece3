"""How many listed households are deprived in each indicator, and which; and for which causes.

What counts for a household on a day is its latest survey up to that day that says in which
indicators it is deprived (reports R4 and R6 of the provincial set count the same).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from psycopg import Connection

from projections.read_model import FOREVER


class Deprivations(Struct, frozen=True):
    """One class: its households, those whose deprivations are known, and how many of them are
    deprived in each indicator (by code; an indicator that nobody lacks is left out)."""

    households: int
    surveyed: int
    by_indicator: dict[str, int]


# One row for each listed household, with the deprivations of its latest survey (null: unknown).
_LATEST = """
with listed as (
    select household_id, class from read.status_spans
     where scope = 'national' and class = any(%(classes)s)
       and (%(units)s::text[] is null or area = any(%(units)s))
       and valid_from <= %(on)s and valid_to > %(on)s
       and case when %(known_at)s::timestamptz is null then known_to = %(forever)s
                else known_from <= %(known_at)s and known_to > %(known_at)s end
), latest as (
    select l.household_id, l.class, s.deprived
      from listed l left join read.household_file f using (household_id)
      left join lateral (
            select x -> 'deprived' as deprived
              from jsonb_array_elements(f.state -> 'surveys') x
             where (x ->> 'on')::date <= %(on)s and x ? 'deprived'
               and (%(known_at)s::timestamptz is null or exists (
                     select from store.ledger g join store.events e using (position)
                      where g.seq = (x ->> 'seq')::bigint and e.recorded_at <= %(known_at)s))
             order by x ->> 'on' desc, (x ->> 'seq')::bigint desc limit 1) s on true
)
"""
_COUNTED = """
select class, null, count(*), count(deprived) from latest group by 1
union all
select class, code, count(*), 0 from latest, jsonb_array_elements_text(deprived) code
 group by 1, 2
"""
_WHICH = "select household_id from latest where deprived ? %(indicator)s"
_CAUSED = """
select household_id from read.household_file
 where state -> 'causes' -> 'codes' ? %(cause)s
"""
_CHANGED = """
select distinct t.household_id
  from store.events e join store.ledger l using (position)
  join read.timeline t on t.seq = l.seq
 where e.recorded_at >= %(since)s
"""


def deprivations(
    conn: Connection[Any],
    units: Iterable[str] | None,
    *,
    on: date,
    known_at: datetime | None = None,
    classes: Iterable[str] = ("poor", "near_poor"),
) -> dict[str, Deprivations]:
    """For each class, the deprivations of its households in these units (None: everywhere)."""
    wanted = list(classes)
    rows = conn.execute(_LATEST + _COUNTED, _asked(units, on, known_at, wanted)).fetchall()
    totals = {class_: (n, known) for class_, code, n, known in rows if code is None}
    return {
        class_: Deprivations(
            *totals.get(class_, (0, 0)),
            by_indicator={code: n for one, code, n, _ in rows if one == class_ and code},
        )
        for class_ in wanted
    }


def deprived_households(
    conn: Connection[Any],
    units: Iterable[str] | None,
    indicator: str,
    *,
    on: date,
    known_at: datetime | None = None,
    classes: Iterable[str] = ("poor", "near_poor"),
) -> list[UUID]:
    """The households that `deprivations` counts under one indicator."""
    asked = {**_asked(units, on, known_at, list(classes)), "indicator": indicator}
    return [household for (household,) in conn.execute(_LATEST + _WHICH, asked)]


def caused_households(conn: Connection[Any], cause: str) -> list[UUID]:
    """The households whose causes, as last recorded, have this code."""
    return [household for (household,) in conn.execute(_CAUSED, {"cause": cause})]


def changed_households(conn: Connection[Any], since: datetime) -> list[UUID]:
    """The households about which something was recorded since a moment."""
    return [household for (household,) in conn.execute(_CHANGED, {"since": since})]


def _asked(
    units: Iterable[str] | None, on: date, known_at: datetime | None, classes: list[str]
) -> dict[str, Any]:
    return {
        "units": None if units is None else sorted(units),
        "on": on,
        "known_at": known_at,
        "forever": FOREVER,
        "classes": classes,
    }
