"""Queries units as they were on a day: by any name they ever had, in lists, by place."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from domain.areas.names import without_kind
from domain.eventstore.postgres import Connection
from projections.vietnamese import fold_diacritics, search_words

COUNTRY = ""


class Relative(Struct, frozen=True):
    """A unit that another one came from or went to; `extent` is whole or part of the land."""

    unit: str
    name: str
    extent: str


class Area(Struct, frozen=True):
    """One unit on a day; before its first day as it began, after its last as it ended.

    `valid_to` is the first day without it. `certain` is false where the first day is a
    convention. `area_type` is urban, rural or unknown, None above the communes. `found_by` is
    the name that a search met, where it is not the name on that day. `complete` is false where
    not all successors are known.
    """

    unit: str
    code: str
    name: str
    level: str
    kind: str
    area_type: str | None
    parent: str
    parent_name: str
    valid_from: date
    valid_to: date | None
    certain: bool
    complete: bool
    successors: tuple[Relative, ...] = ()
    predecessors: tuple[Relative, ...] = ()
    found_by: str | None = None


class Period(Struct, frozen=True):
    """The name, kind and parent of a unit from `since` up to the day before `until`."""

    since: date
    until: date | None
    name: str
    kind: str
    area_type: str | None
    parent: str


_SHOWN = """
select a.unit, a.code, s.name, a.level, s.kind, nullif(s.area_type, ''), s.parent,
       coalesce(p.name, ''), a.valid_from, a.valid_to, a.certain, a.complete
  from unnest(%(units)s::text[]) with ordinality as w (unit, n)
  join read.areas a using (unit)
  cross join lateral (
        select * from read.area_spans s where s.unit = a.unit
         order by (s.since <= %(on)s) desc,
                  case when s.since <= %(on)s then s.since end desc, s.since
         limit 1) s
  left join lateral (
        select name from read.area_spans p where p.unit = s.parent
         order by (p.since <= %(on)s) desc,
                  case when p.since <= %(on)s then p.since end desc, p.since
         limit 1) p on true
 order by w.n
"""

# What was met by name; then, step by step, the units that came after one that has ended.
_FOUND = """
with recursive met as (
    select s.unit, s.name, s.plain from read.area_spans s join read.areas a using (unit)
     where (%(words)s::text is null or s.words @@ %(words)s::tsquery)
       and (%(code)s::text is null or a.code like %(code)s || '%%')
       and a.valid_from <= %(on)s
), led_to as (
    select unit, name, plain from met
    union
    select h.heir, l.name, l.plain
      from led_to l join read.area_heirs h on h.unit = l.unit and h.since <= %(on)s
), standing as (
    select distinct on (l.unit) l.unit, l.name as found_by, l.plain = %(plain)s as exact,
           s.name, s.plain, a.level, a.code
      from led_to l
      join read.areas a using (unit)
      join read.area_spans s using (unit)
     where a.valid_from <= %(on)s and (a.valid_to is null or a.valid_to > %(on)s)
       and s.since <= %(on)s and (s.until is null or s.until > %(on)s)
       and (%(parent)s::text is null or s.parent = %(parent)s)
       and (%(level)s::text is null or a.level = %(level)s)
     order by l.unit, (l.plain = %(plain)s) desc, (l.name = s.name) desc, l.name
)
select unit, case when found_by <> name and %(words)s::text is not null then found_by end
  from standing
 order by exact desc, found_by <> name,
          array_position(array['province', 'district', 'commune'], level), plain, code, unit
 limit %(limit)s offset %(offset)s
"""


def find(
    conn: Connection,
    *,
    on: date,
    q: str = "",
    parent: str | None = None,
    level: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Area]:
    """Units in force on a day, best match first.

    `q` is the beginning of an official code, or words of a name, with or without marks: a name
    of that day, an earlier name, or the name of a unit that has since gone over into this one,
    wholly or in part. `parent` is a unit id, "" for the provinces.
    """
    code = q.strip() if q.strip().isascii() and q.strip().isdigit() else None
    bare = without_kind(q)
    looked_for = search_words(bare) if code is None else []
    if q.strip() and code is None and not looked_for:
        return []
    parameters = {
        "words": " & ".join(f"'{word}':*" for word in looked_for) or None,
        "code": code,
        "plain": fold_diacritics(bare),
        "on": on,
        "parent": parent,
        "level": level,
        "limit": limit,
        "offset": offset,
    }
    found: dict[str, str | None] = dict(conn.execute(_FOUND.encode(), parameters).fetchall())
    return shown(conn, list(found), on, found_by=found)


def shown(
    conn: Connection,
    units: Sequence[str],
    on: date,
    found_by: dict[str, str | None] | None = None,
) -> list[Area]:
    """The units of these ids on a day, in the order given; unknown ones are left out."""
    rows = conn.execute(_SHOWN.encode(), {"units": list(units), "on": on}).fetchall()
    after, before = _relatives(conn, [row[0] for row in rows], on)
    return [
        Area(
            **dict(zip(Area.__struct_fields__, row, strict=False)),
            successors=tuple(after.get(row[0], ())),
            predecessors=tuple(before.get(row[0], ())),
            found_by=(found_by or {}).get(row[0]),
        )
        for row in rows
    ]


def area(conn: Connection, unit: str, on: date) -> Area | None:
    """One unit on a day, None if there is none of this id."""
    return next(iter(shown(conn, [unit], on)), None)


def children(conn: Connection, parent: str, on: date) -> list[Area]:
    """The units directly under one ("" for the provinces) on a day, by code."""
    rows = conn.execute(
        "select s.unit from read.area_spans s where s.parent = %(parent)s and s.since <= %(on)s"
        " and (s.until is null or s.until > %(on)s) order by s.unit",
        {"parent": parent, "on": on},
    ).fetchall()
    return shown(conn, [unit for (unit,) in rows], on)


def path(conn: Connection, unit: str, on: date) -> list[Area]:
    """The units above one on a day, the nearest first."""
    rows = conn.execute(
        "with recursive up as ("
        " select parent, 1 as n from read.area_spans where unit = %(unit)s"
        "  and since <= %(on)s and (until is null or until > %(on)s)"
        " union all"
        " select s.parent, up.n + 1 from up join read.area_spans s on s.unit = up.parent"
        "  and s.since <= %(on)s and (s.until is null or s.until > %(on)s) where up.n < 9)"
        " select parent from up where parent <> '' order by n",
        {"unit": unit, "on": on},
    ).fetchall()
    return shown(conn, [unit for (unit,) in rows], on)


def periods(conn: Connection, unit: str) -> list[Period]:
    """All that a unit was, by day."""
    rows = conn.execute(
        "select since, until, name, kind, nullif(area_type, ''), parent from read.area_spans"
        " where unit = %s order by since",
        [unit],
    ).fetchall()
    return [Period(*row) for row in rows]


def _relatives(
    conn: Connection, units: Sequence[str], on: date
) -> tuple[dict[str, list[Relative]], dict[str, list[Relative]]]:
    """What came after each of the units, and what was before it."""
    rows = conn.execute(
        """
        with links as (
            select true as is_after, unit as of, heir as relative, extent
              from read.area_heirs where unit = any(%(units)s)
            union all
            select false, heir, unit, extent from read.area_heirs where heir = any(%(units)s)
        )
        select l.is_after, l.of, l.relative, n.name, l.extent
          from links l
          left join lateral (
                select name from read.area_spans s where s.unit = l.relative
                 order by (s.since <= %(on)s) desc,
                          case when s.since <= %(on)s then s.since end desc, s.since
                 limit 1) n on true
         order by l.relative
        """,
        {"units": list(units), "on": on},
    ).fetchall()
    after: dict[str, list[Relative]] = {}
    before: dict[str, list[Relative]] = {}
    for is_after, of, relative, name, extent in rows:
        one = Relative(relative, name or "", extent)
        (after if is_after else before).setdefault(of, []).append(one)
    return after, before
