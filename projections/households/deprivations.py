"""Queries the deprivations, causes and dated records of listed households.

What counts for a household on a day is its latest survey up to that day that says in which
indicators it is deprived (reports R4 and R6 of the provincial set count the same).
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from uuid import UUID

from msgspec import Struct

from domain.calendar import day_of
from domain.eventstore.postgres import Connection, SqlRow
from domain.households.codes import LISTED
from domain.standards import load_standards
from domain.standards.standard import NATIONAL, Standards
from projections.engine import sql
from projections.engine.freshness import stand_together
from projections.engine.tables import FOREVER

# Kinds of rows in `findings`.
DEPRIVED, CAUSES, WITHDRAWN = "deprived", "causes", "withdrawn"
# Codes of rows in `deprivation_counts` that are of no single indicator.
ALL, SURVEYED = "", "*"


class Deprivations(Struct, frozen=True):
    """One class: its households, those whose deprivations are known, and how many of them are
    deprived in each indicator (by code; an indicator in which none is deprived is left out)."""

    households: int
    surveyed: int
    by_indicator: dict[str, int]


# The households of a class as they stood, with the deprivations of the latest survey.
_LISTED = """
with listed as (
    select household_id, class from read.status_spans
     where scope = 'national' and class = any(%(classes)s)
       and (%(units)s::text[] is null or area = any(%(units)s))
       and valid_from <= %(on)s and valid_to > %(on)s
       and case when %(known_at)s::timestamptz is null then known_to = %(forever)s
                else known_from <= %(known_at)s and known_to > %(known_at)s end
)
"""


def _counting(finding: str) -> str:
    """Conditions: the finding was so on the day, known at the moment, and not withdrawn then."""
    return f"""
               and {finding}.effective_on <= %(on)s and {finding}.recorded_at <= %(known)s
               and not exists (
                     select from read.findings w
                      where w.household_id = {finding}.household_id and w.kind = 'withdrawn'
                        and w.effective_on = {finding}.effective_on and w.seq = {finding}.seq
                        and w.recorded_at <= %(known)s)"""


# The households of some units are looked up in the index, in its order; those of the country are
# most of what there is.
_OF_LISTED = "and {}.household_id = any(array(select household_id from listed))"
_LATEST = f"""
  select l.class, f.codes
    from listed l left join (
          select distinct on (f.household_id) f.household_id, f.codes from read.findings f
           where f.kind = 'deprived' {{of}} {_counting("f")}
           order by f.household_id desc, f.effective_on desc, f.seq desc) f using (household_id)
"""
_COUNTED = """
, surveyed as (
    select class, codes, count(*) as households from ({}) latest group by 1, 2
)
select class, '', sum(households)::bigint from surveyed group by 1
union all
select class, '*', sum(households)::bigint from surveyed where codes is not null group by 1
union all
select class, code, sum(households)::bigint from surveyed, unnest(codes) code group by 1, 2
"""
# What is known now is added up: the months before that of the day, and the days of its own.
_SUMS = """
select class, code, sum(households)::bigint from (
    select class, code, households from read.deprivation_counts
     where by_month and effective_on < date_trunc('month', %(on)s::date)::date
       and class = any(%(classes)s) and (%(units)s::text[] is null or area = any(%(units)s))
    union all
    select class, code, households from read.deprivation_counts
     where not by_month and class = any(%(classes)s)
       and effective_on between date_trunc('month', %(on)s::date)::date and %(on)s
       and (%(units)s::text[] is null or area = any(%(units)s))) s
 group by 1, 2
"""
# A finding holds on a day until a later one of its kind that was known takes its place.
_IN_FORCE = f"""
select f.household_id from read.findings f
 where f.kind = %(kind)s and (%(code)s::text is null or f.codes @> array[%(code)s])
   {_counting("f")}
   and not exists (
         select from read.findings later
          where later.household_id = f.household_id and later.kind = f.kind
            and (later.effective_on, later.seq) > (f.effective_on, f.seq)
            {_counting("later")})
"""
# Households that lived in the units for a day, as known at the moment: a list then looks at who
# lived there on its day. One that ended on the day it began lived nowhere (decision 0101).
_EVER = """
         select household_id from read.status_spans
          where scope = 'national' and (%(units)s::text[] is null or area = any(%(units)s))
            and case when %(known_at)s::timestamptz is null then known_to = %(forever)s
                     else known_from <= %(known_at)s and known_to > %(known_at)s end"""
_EVER_THERE = f" and household_id = any(array({_EVER}))"
_EVER_ANYWHERE = f" and household_id in ({_EVER})"
_CHANGED = """
select distinct household_id from read.recorded_days
 where recorded_on between %(since)s and %(until)s
"""


def deprivations(
    conn: Connection,
    units: Iterable[str] | None,
    *,
    on: date,
    known_at: datetime | None = None,
    classes: Iterable[str] = ("poor", "near_poor"),
) -> dict[str, Deprivations]:
    """For each class, the deprivations of its households in these units (None: everywhere)."""
    wanted = list(classes)
    parameters = _asked(units, on, known_at, wanted)
    summed = known_at is None and set(wanted) <= set(LISTED)
    if summed and stand_together(conn, ("deprivation_counts", "status_spans", "findings")):
        rows = sql.execute_unprepared(conn, _SUMS, parameters).fetchall()
    else:
        rows = _counted_by_household(conn, parameters)
    found = {(class_, code): int(n) for class_, code, n in rows if n}
    return {
        class_: Deprivations(
            found.get((class_, ALL), 0),
            found.get((class_, SURVEYED), 0),
            by_indicator={
                code: n
                for (one, code), n in found.items()
                if one == class_ and code not in (ALL, SURVEYED)
            },
        )
        for class_ in wanted
    }


def _counted_by_household(conn: Connection, parameters: Mapping[str, object]) -> list[SqlRow]:
    """Class, code and number, by the latest survey of each listed household."""
    latest = _LATEST.format(of="" if parameters["units"] is None else _OF_LISTED.format("f"))
    rows = sql.execute_unprepared(conn, _LISTED + _COUNTED.format(latest), parameters)
    return rows.fetchall()


def deprived_households(
    conn: Connection,
    units: Iterable[str] | None,
    indicator: str | None,
    *,
    on: date,
    known_at: datetime | None = None,
    classes: Iterable[str] = ("poor", "near_poor"),
) -> list[UUID]:
    """The households that `deprivations` counts under one indicator; without one, as surveyed."""
    parameters = _asked(units, on, known_at, list(classes)) | {"kind": DEPRIVED, "code": indicator}
    query = _LISTED + _IN_FORCE + _OF_LISTED.format("f")
    return [household for (household,) in sql.execute_unprepared(conn, query, parameters)]


def caused_households(
    conn: Connection,
    units: Iterable[str] | None,
    cause: str,
    *,
    on: date,
    known_at: datetime | None = None,
) -> list[UUID]:
    """The households that ever lived in these units (None: anywhere) whose causes on a day, as
    known at a moment, have this code."""
    parameters = _asked(units, on, known_at, []) | {"kind": CAUSES, "code": cause}
    query = _IN_FORCE + _ever(units)
    return [household for (household,) in sql.execute_unprepared(conn, query, parameters)]


def changed_households(
    conn: Connection,
    units: Iterable[str] | None,
    since: date,
    *,
    known_at: datetime | None = None,
) -> list[UUID]:
    """The households that ever lived in these units (None: anywhere), as known at the moment, about
    which something was recorded from a day in Việt Nam on, up to the day of `known_at`."""
    until = day_of(known_at) if known_at else date.max
    parameters = _asked(units, since, known_at, []) | {"since": since, "until": until}
    query = _CHANGED + _ever(units)
    return [household for (household,) in sql.execute_unprepared(conn, query, parameters)]


def _ever(units: Iterable[str] | None) -> str:
    return _EVER_ANYWHERE if units is None else _EVER_THERE


def _asked(
    units: Iterable[str] | None, on: date, known_at: datetime | None, classes: list[str]
) -> dict[str, object]:
    return {
        "units": None if units is None else sorted(units),
        "on": on,
        "known_at": known_at,
        "known": known_at or FOREVER,
        "forever": FOREVER,
        "classes": classes,
    }


_LATEST_OF = f"""
select distinct on (f.household_id) f.household_id, f.codes from read.findings f
 where f.kind = 'deprived' and f.household_id = any(%(ids)s) {_counting("f")}
 order by f.household_id desc, f.effective_on desc, f.seq desc
"""


def latest_codes(
    conn: Connection,
    households: Iterable[UUID],
    *,
    on: date,
    known_at: datetime | None = None,
) -> dict[UUID, list[str]]:
    """The deprivations that the latest survey of each of these households names."""
    parameters = {"ids": list(households), "on": on, "known": known_at or FOREVER}
    return dict(sql.execute_unprepared(conn, _LATEST_OF, parameters).fetchall())


def indicator_names(on: date, language: str) -> dict[str, str]:
    """The names of all indicators by code, those of the national standard of the day first."""
    own: dict[str, str] = {}
    others: dict[str, str] = {}
    for standard in _standards():
        if standard.scope == NATIONAL:
            named = {one.code: one.name.in_language(language) for one in standard.indicators}
            (own if standard.holds_on(on) else others).update(named)
    return {**own, **{code: name for code, name in others.items() if code not in own}}


@cache
def _standards() -> Standards:
    return load_standards()
