"""Queries whom a benefit reached: who qualifies on a day, who is served, who was served wrongly.

The rule is that of `domain.support.eligibility`, on the spans of households: the class at the end
of the year before, or the class on the day, or newly escaped; with the groups and the areas of the
benefit. A household is served by a support for the period of the day; by one that is given once,
by any support until the day. Whether it was served rightly is asked for the day of the support
itself, as the decision on a case asks. Everything is as known at a moment.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection
from domain.households.codes import LISTED
from domain.support.entitlement import period_of
from domain.support.programme import Benefit
from projections.engine import sql
from projections.engine.tables import FOREVER

MONTHS_AFTER = 36

MEASURES = {
    "eligible": "eligible",
    "served": "served",
    "covered": "eligible and served",
    "unserved": "eligible and not served",
    "outside": "served and not eligible",
    "leaked": "leaked",
    "granted": "granted",
    "left_poverty": "left_poverty",
    "left_near_poverty": "left_near_poverty",
    "timed": "household_id in (select household_id from timed)",
}
"""What is counted of households, each with its condition.

`outside` is served, and does not qualify on the day; `leaked` did not on the day of the support.
`granted` was granted the benefit at any time until the day; those who left did so within
MONTHS_AFTER months of it. `timed` has a case with a request and a delivery.
"""
GROUPS = {"female_head": "female_head", "ethnic_minority": "ethnic_minority"}
"""The groups of households that shares are asked of."""


class Question(Struct, frozen=True):
    """A benefit of a programme in some units on a day, as known at a moment (None: now).

    `units` None is the country. `kept_to` are the units that the benefit is kept to, None where it
    is kept to none.
    """

    programme: str
    benefit: Benefit
    units: Sequence[str] | None
    on: date
    known_at: datetime | None = None
    kept_to: Sequence[str] | None = None


class Group(NamedTuple):
    """Households of a place that are alike in all that is counted."""

    area: str
    village: str
    eligible: bool
    served: bool
    leaked: bool
    granted: bool
    left_poverty: bool
    left_near_poverty: bool
    female_head: bool
    ethnic_minority: bool
    households: int


class Delivered(NamedTuple):
    """Cases of a place that took as many days from the request to the delivery."""

    area: str
    village: str
    days: int
    cases: int


class CoveredHousehold(Struct, frozen=True):
    """A household behind a figure, as it was on the day."""

    household_id: UUID
    area: str
    village: str
    class_: str
    eligible: bool
    served: bool
    leaked: bool


_KNOWN_NOW = f"{{of}}.known_to = '{FOREVER.isoformat()}'"
_KNOWN_THEN = "{of}.known_from <= %(known_at)s and {of}.known_to > %(known_at)s"
_SPAN = "{of}.scope = 'national' and {known} and {of}.valid_from <= {day} and {of}.valid_to > {day}"
# Whether a household qualifies on {day}, of which {of} is the span.
_QUALIFIES = """
  (%(kept_to)s::text[] is null or {of}.area = any(%(kept_to)s))
  and (cardinality(%(groups)s::text[]) = 0
       or ('no_labour_capacity' = any(%(groups)s) and {of}.no_labour_capacity)
       or ('ethnic_minority' = any(%(groups)s) and {of}.ethnic_minority)
       or ('meritorious' = any(%(groups)s) and {of}.meritorious))
  and ({of}.class = any(%(classes)s)
       or exists (select from read.status_spans l
                   where l.household_id = {of}.household_id and l.class = any(%(classes)s)
                     and {listed})
       or (%(newly_escaped)s and {of}.class <> all(%(listed)s)
           and exists (select from read.coverage_exits e
                        where e.household_id = {of}.household_id and {known_exit}
                          and e.left_on <= {day} and e.newly_escaped_until >= {day})))"""
_HERE = """
with here as materialized (
  select n.household_id, n.area, n.village, n.class, n.female_head, n.ethnic_minority,
         {qualifies} as eligible
    from read.status_spans n
   where {span} and (%(units)s::text[] is null or n.area = any(%(units)s))
), granted as materialized (
  select g.household_id, g.support_id, g.granted_on,
         least(greatest(g.granted_on, %(first)s), %(last)s) as judged_on,
         case when %(once)s then true
              else g.period_from <= %(last)s and g.period_until >= %(first)s end as serves,
         g.granted_on <= %(on)s as until_now
    from read.coverage_grants g join here using (household_id)
   where g.programme = %(programme)s and g.benefit = %(benefit)s and {known_grant}
     and (g.granted_on <= %(on)s
          or not %(once)s and g.period_from <= %(last)s and g.period_until >= %(first)s)
), serving as (
  select g.household_id,
         bool_or(q.household_id is not null and not ({qualified})) as leaked
    from granted g
    left join read.status_spans q on q.household_id = g.household_id and {span_then}
   where g.serves
   group by g.household_id
), reached as (
  select g.household_id, coalesce(bool_or(e.class_before = 'poor'), false) as left_poverty,
         coalesce(bool_or(e.class_before = 'near_poor'), false) as left_near_poverty
    from granted g
    left join read.coverage_exits e
      on e.household_id = g.household_id and {known_exit} and e.left_on > g.granted_on
     and e.left_on <= least(%(on)s, (g.granted_on + %(after)s::interval)::date)
   where g.until_now
   group by g.household_id
), timed as (
  select g.household_id, s.delivered_on - s.requested_on as days
    from granted g join read.cases c on c.case_id = g.support_id and c.batch_id is null
   cross join lateral (
     select min(effective_on) filter (where what = 'requested') as requested_on,
            min(effective_on) filter (where what = 'delivered' and version > denied) as delivered_on
       from (
         select step.*,
                coalesce(max(version) filter (where what = 'receipt_denied') over (), 0) as denied
           from jsonb_to_recordset(c.steps)
             as step (what text, version integer, effective_on date, recorded_at timestamptz)
          where %(known_at)s::timestamptz is null or recorded_at <= %(known_at)s
       ) known
   ) s
   where g.serves and s.delivered_on >= s.requested_on
     and (s.delivered_on <= %(on)s or not %(once)s)
), judged as (
  select h.household_id, h.area, h.village, h.class, h.female_head, h.ethnic_minority, h.eligible,
         s.household_id is not null as served, coalesce(s.leaked, false) as leaked,
         r.household_id is not null as granted, coalesce(r.left_poverty, false) as left_poverty,
         coalesce(r.left_near_poverty, false) as left_near_poverty
    from here h left join serving s using (household_id) left join reached r using (household_id)
)
"""
_COUNTED = """
select area, village, eligible, served, leaked, granted, left_poverty, left_near_poverty,
       female_head, ethnic_minority, count(*)
  from judged where eligible or served or granted
 group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
"""
_DELIVERED = """
select h.area, h.village, t.days, count(*) from timed t join here h using (household_id)
 group by 1, 2, 3 order by 3
"""
_BEHIND = """
select household_id, area, village, class, eligible, served, leaked from judged
 where ({measure}) and ({group}) and (%(village)s::text is null or village = %(village)s)
   and (%(after_id)s::uuid is null or household_id > %(after_id)s)
 order by household_id limit %(limit)s
"""


def groups(conn: Connection, asked: Question) -> list[Group]:
    """The households that qualify or were served, counted by place and by all that is asked."""
    rows = sql.execute_unprepared(conn, _query(asked, _COUNTED), _parameters(asked))
    return [Group(*row) for row in rows]


def delivered(conn: Connection, asked: Question) -> list[Delivered]:
    """The cases of the households served, by place and by days from request to delivery."""
    rows = sql.execute_unprepared(conn, _query(asked, _DELIVERED), _parameters(asked))
    return [Delivered(*row) for row in rows]


def households(
    conn: Connection,
    asked: Question,
    measure: str,
    *,
    group: str = "",
    village: str | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> list[CoveredHousehold]:
    """The households that a figure counts, by id; `group` is one of GROUPS, or "" for all."""
    behind = _BEHIND.format(measure=MEASURES[measure], group=GROUPS[group] if group else "true")
    more = {"village": village, "after_id": after, "limit": limit}
    rows = sql.execute_unprepared(conn, _query(asked, behind), {**_parameters(asked), **more})
    return [CoveredHousehold(*row) for row in rows]


def median(days: Iterable[Delivered], percent: int = 50) -> int | None:
    """The number of days within which so many percent of the cases were delivered; 50 is the
    median. None where there is no case."""
    ordered = sorted(days, key=lambda one: one.days)
    wanted = -(-sum(one.cases for one in ordered) * percent // 100)
    for one in ordered:
        wanted -= one.cases
        if wanted <= 0:
            return one.days
    return None


def _query(asked: Question, select: str) -> str:
    known = _KNOWN_NOW if asked.known_at is None else _KNOWN_THEN

    def span(of: str, day: str) -> str:
        return _SPAN.format(of=of, known=known.format(of=of), day=day)

    def qualifies(of: str, day: str, year_before: str) -> str:
        return _QUALIFIES.format(
            of=of, day=day, listed=span("l", year_before), known_exit=known.format(of="e")
        )

    then = "(date_trunc('year', g.judged_on::timestamp)::date - 1)"
    here = _HERE.format(
        qualifies=qualifies("n", "%(on)s", "%(year_before)s"),
        qualified=qualifies("q", "g.judged_on", then),
        span=span("n", "%(on)s"),
        span_then=span("q", "g.judged_on"),
        known_grant=known.format(of="g"),
        known_exit=known.format(of="e"),
    )
    return here + select


def _parameters(asked: Question) -> Mapping[str, object]:
    period = period_of(asked.benefit, asked.on)
    wanted = asked.benefit.qualification
    return {
        "on": asked.on,
        "year_before": date(asked.on.year - 1, 12, 31),
        "known_at": asked.known_at,
        "classes": list(wanted.classes),
        "groups": list(wanted.groups),
        "newly_escaped": wanted.newly_escaped,
        "listed": list(LISTED),
        "units": None if asked.units is None else list(asked.units),
        "kept_to": None if asked.kept_to is None else list(asked.kept_to),
        "programme": asked.programme,
        "benefit": asked.benefit.code,
        "once": period.once,
        "first": date.min if period.once else period.first,
        "last": date.max if period.once else period.last,
        "after": f"{MONTHS_AFTER} months",
    }
