"""Queries the households that seem to qualify for a benefit, and whether they are served.

The answer is a list to work from. It gives no right: a case is decided on the household's own
events (`domain.support.eligibility`), of which this repeats the rule. A benefit that is kept to
areas is asked about in the units of those areas alone.

A household is served by what would be refused as a double grant, by whatever words it was granted
(`domain.households.double_grants`), but that a benefit of persons is asked about by household.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection
from domain.households.codes import LISTED
from domain.matching.names import fold_name
from domain.support.benefit_names import Wording
from domain.support.entitlement import period_of
from domain.support.programme import Benefit
from projections.engine import sql
from projections.engine.tables import FOREVER
from projections.support import programmes


class Eligible(Struct, frozen=True):
    """A household that seems to qualify: `by` the list of the year before, a decision since, or as
    newly escaped, then until `escaped_until`.

    `served` counts its grants of the benefit in the period of the day, with a case or without,
    `open` the cases that are not granted yet.
    """

    household_id: UUID
    area: str
    class_: str
    by: str
    persons: int
    escaped_until: date | None
    served: int
    open: int


# Of a benefit that counts persons, the grants and cases of the persons of the household.
_BY_CODE = "(g.programme = %(programme)s and g.benefit = %(benefit)s)"
_BY_WORDS = f"""({_BY_CODE}
  or g.words = any(%(words)s::text[])
     and (g.programme, g.benefit) not in
         (select * from unnest(%(codes_in)s::text[], %(codes)s::text[]))
     and (g.programme, g.words) not in
         (select * from unnest(%(titles_in)s::text[], %(titles)s::text[])))"""
_GRANTED = (
    "g.household_id = f.household_id and {named} and (%(for_good)s"
    " or (g.period_from <= %(period_until)s and g.period_until >= %(period_from)s))"
)
_UNDER_WAY = (
    "c.household_id = f.household_id and c.programme = %(programme)s and c.benefit = %(benefit)s"
    " and (%(once)s or c.period_from = %(period_from)s)"
    " and c.status in ('requested', 'assessed', 'approved')"
)
_UNSERVED = (
    "where not exists (select 1 from read.grants g where {granted})"
    " and not exists (select 1 from read.cases c where {under_way})"
)
# At a moment of knowledge a household has one span of a scope on a day.
_KNOWN_NOW = f"{{of}}.known_to = '{FOREVER.isoformat()}'"
_KNOWN_THEN = "{of}.known_from <= %(known_at)s and {of}.known_to > %(known_at)s"
_ELIGIBLE = """
with found as (
  select n.household_id, n.area, n.persons,
         case when l.class = any(%(classes)s) and n.class <> all(%(classes)s)
              then l.class else n.class end as class,
         case when l.class = any(%(classes)s) then 'list'
              when n.class = any(%(classes)s) then 'decision'
              else 'newly_escaped' end as by,
         case when l.class = any(%(classes)s) or n.class = any(%(classes)s)
              then null else x.until end as until
    from read.status_spans n
    left join lateral (
      select s.class from read.status_spans s
       where s.household_id = n.household_id and s.scope = 'national' and {known_before}
         and s.valid_from <= %(year_before)s and s.valid_to > %(year_before)s
    ) l on true
    left join lateral (
      select max(e.newly_escaped_until) as until from read.coverage_exits e
       where %(newly_escaped)s and n.class <> all(%(listed)s)
         and e.household_id = n.household_id and {known_exit}
         and e.left_on <= %(on)s and e.newly_escaped_until >= %(on)s
    ) x on true
   where n.scope = 'national' and {known} and n.valid_from <= %(on)s and n.valid_to > %(on)s
     and (%(units)s::text[] is null or n.area = any(%(units)s))
     and (%(after)s::uuid is null or n.household_id > %(after)s)
     and (n.class = any(%(classes)s) or coalesce(l.class, '') = any(%(classes)s)
          or x.until is not null)
     and (cardinality(%(groups)s::text[]) = 0
          or ('no_labour_capacity' = any(%(groups)s) and n.no_labour_capacity)
          or ('ethnic_minority' = any(%(groups)s) and n.ethnic_minority)
          or ('meritorious' = any(%(groups)s) and n.meritorious))
)
select f.household_id, f.area, f.class, f.by, f.persons, f.until,
       (select count(*) from read.grants g where {granted}),
       (select count(*) from read.cases c where {under_way})
  from (select * from found f {which} order by household_id limit %(limit)s) f
 order by f.household_id
"""


def eligible(
    conn: Connection,
    benefit: Benefit,
    *,
    programme: str,
    areas: Sequence[str] | None,
    on: date,
    known_at: datetime | None = None,
    unserved: bool = False,
    after: UUID | None = None,
    limit: int = 200,
) -> list[Eligible]:
    """The households of these units (None: the country) that seem to qualify on a day, by id.

    With `unserved` those alone without a grant or an open case for the period of the day.
    """
    period = period_of(benefit, on)
    known = _KNOWN_NOW if known_at is None else _KNOWN_THEN
    wording = _wording(conn, programme, benefit, once=period.once)
    granted = _GRANTED.format(named=_BY_WORDS if _has_words(conn) else _BY_CODE)
    query = _ELIGIBLE.format(
        known=known.format(of="n"),
        known_before=known.format(of="s"),
        known_exit=known.format(of="e"),
        granted=granted,
        under_way=_UNDER_WAY,
        which=_UNSERVED.format(granted=granted, under_way=_UNDER_WAY) if unserved else "",
    )
    rows = sql.execute_unprepared(
        conn,
        query,
        {
            "on": on,
            "year_before": date(on.year - 1, 12, 31),
            "known_at": known_at,
            "classes": list(benefit.qualification.classes),
            "newly_escaped": benefit.qualification.newly_escaped,
            "listed": list(LISTED),
            "groups": list(benefit.qualification.groups),
            "units": None if areas is None else list(areas),
            "programme": programme,
            "benefit": benefit.code,
            "once": period.once,
            "for_good": wording.once,
            "words": sorted(wording.words),
            **_pairs("codes", wording.codes),
            **_pairs("titles", wording.titles),
            "period_from": period.first,
            "period_until": period.last,
            "after": after,
            "limit": limit,
        },
    )
    return [Eligible(*row) for row in rows]


def _wording(conn: Connection, programme: str, benefit: Benefit, *, once: bool) -> Wording:
    """What grants of the benefit are called; its code alone where the programme is not known."""
    found = programmes.benefit_names(conn).wording(programme, benefit.code)
    return found or Wording(once, frozenset({fold_name(benefit.code)}))


def _pairs(name: str, pairs: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    """Two columns of parameters: `name` and the programmes that these are in."""
    known = sorted(pairs)
    return {f"{name}_in": [of for of, _ in known], name: [one for _, one in known]}


def _has_words(conn: Connection) -> bool:
    """Whether the rows have words; those of an older version serve until they are made again."""
    row = conn.execute("select version from read.positions where model = 'grants'").fetchone()
    return row is not None and row[0] >= 3
