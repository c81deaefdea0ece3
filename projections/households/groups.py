"""Queries the households of listed classes on a day by unit and village, and by their groups.

What a row counts is given by unit and village as recorded; what counts under which unit of a day
is the lineage's to say.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from domain.eventstore.postgres import Connection, SqlRow
from projections.engine import sql
from projections.engine.tables import FOREVER

COUNTED = ("poor", "near_poor", "average")


class Group(NamedTuple):
    """Households of one village and class, with their persons.

    `none` are those that are in none of the three groups; a household may be in several.
    """

    area: str
    village: str
    class_: str
    households: int
    persons: int
    ethnic_minority: int
    ethnic_minority_persons: int
    no_labour_capacity: int
    no_labour_capacity_persons: int
    meritorious: int
    meritorious_persons: int
    none: int
    none_persons: int
    female_head: int


class EthnicGroup(NamedTuple):
    """Households of one village and class whose head is of an ethnic group, or its persons."""

    area: str
    village: str
    class_: str
    ethnicity: str
    number: int


class SurveyedGroup(NamedTuple):
    """Households of one village and class with the same codes of their latest record.

    `codes` is None where there is no record. `children` are members born in a year later than
    the one asked for; of `undated` the year is not known.
    """

    area: str
    village: str
    class_: str
    codes: list[str] | None
    households: int
    children: int
    undated: int


_KNOWN = """case when %(known_at)s::timestamptz is null then known_to = %(forever)s
                else known_from <= %(known_at)s and known_to > %(known_at)s end"""
_STANDING = f"""
  from read.status_spans where scope = 'national' and class = any(%(classes)s)
   and (%(units)s::text[] is null or area = any(%(units)s))
   and valid_from <= %(on)s and valid_to > %(on)s and {_KNOWN}
"""
_NONE = "not (ethnic_minority or no_labour_capacity or meritorious)"
_GROUPS = f"""
select area, village, class, count(*), sum(persons),
       count(*) filter (where ethnic_minority),
       coalesce(sum(persons) filter (where ethnic_minority), 0),
       count(*) filter (where no_labour_capacity),
       coalesce(sum(persons) filter (where no_labour_capacity), 0),
       count(*) filter (where meritorious),
       coalesce(sum(persons) filter (where meritorious), 0),
       count(*) filter (where {_NONE}), coalesce(sum(persons) filter (where {_NONE}), 0),
       count(*) filter (where female_head)
  {_STANDING} group by 1, 2, 3
"""
_HEADS = f"select area, village, class, ethnicity, count(*) {_STANDING} group by 1, 2, 3, 4"
_MEMBERS = f"""
select area, village, class, member, sum(households)::bigint from (
    select area, village, class, ethnicities, count(*) as households {_STANDING} group by 1, 2, 3, 4
) same cross join unnest(ethnicities) member group by 1, 2, 3, 4
"""
_LISTED = f"""
with listed as (
    select household_id, area, village, class,
           (select count(*) from unnest(birth_years) born where born > %(year)s) as children,
           (select count(*) from unnest(birth_years) born where born = 0) as undated
      {_STANDING}
)
select l.area, l.village, l.class, latest.codes, count(*), sum(l.children), sum(l.undated)
  from listed l left join (
        select distinct on (f.household_id) f.household_id, f.codes from read.findings f
         where f.kind = '{{kind}}' {{of}}
           and f.effective_on <= %(on)s and f.recorded_at <= %(known)s
           and not exists (
                 select from read.findings w
                  where w.household_id = f.household_id and w.kind = 'withdrawn'
                    and w.effective_on = f.effective_on and w.seq = f.seq
                    and w.recorded_at <= %(known)s)
         order by f.household_id desc, f.effective_on desc, f.seq desc) latest
       using (household_id)
 group by 1, 2, 3, 4
"""
_OF_LISTED = "and f.household_id = any(array(select household_id from listed))"


def groups(
    conn: Connection, units: Iterable[str] | None, *, on: date, known_at: datetime | None = None
) -> list[Group]:
    """The households of each village and class with the groups that they belong to."""
    asked = _asked(units, on, known_at)
    return [Group(*row[:3], *map(int, row[3:])) for row in _rows(conn, _GROUPS, asked)]


def ethnicities_of_heads(
    conn: Connection, units: Iterable[str] | None, *, on: date, known_at: datetime | None = None
) -> list[EthnicGroup]:
    """The households of each village and class by the ethnic group of their head."""
    rows = _rows(conn, _HEADS, _asked(units, on, known_at))
    return [EthnicGroup._make((*row[:4], int(row[4]))) for row in rows]


def ethnicities_of_members(
    conn: Connection, units: Iterable[str] | None, *, on: date, known_at: datetime | None = None
) -> list[EthnicGroup]:
    """The persons of each village and class by their own ethnic group."""
    rows = _rows(conn, _MEMBERS, _asked(units, on, known_at))
    return [EthnicGroup._make((*row[:4], int(row[4]))) for row in rows]


def surveyed_groups(
    conn: Connection,
    units: Iterable[str] | None,
    *,
    kind: str,
    born_after: int,
    on: date,
    known_at: datetime | None = None,
) -> list[SurveyedGroup]:
    """The households of each village and class by the codes of their latest record of a kind,
    "deprived" or "causes", with their children."""
    asked = _asked(units, on, known_at) | {"year": born_after}
    query = _LISTED.format(kind=kind, of="" if asked["units"] is None else _OF_LISTED)
    return [SurveyedGroup(*row[:4], *map(int, row[4:])) for row in _rows(conn, query, asked)]


def _rows(conn: Connection, query: str, asked: dict[str, object]) -> list[SqlRow]:
    return sql.execute_unprepared(conn, query, asked).fetchall()


def _asked(units: Iterable[str] | None, on: date, known_at: datetime | None) -> dict[str, object]:
    return {
        "units": None if units is None else sorted(units),
        "on": on,
        "known_at": known_at,
        "known": known_at or FOREVER,
        "forever": FOREVER,
        "classes": list(COUNTED),
    }
