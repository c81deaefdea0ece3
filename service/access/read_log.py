"""Read log: which account saw which household or persons.

A line is written before the answer leaves, and never changed.

A line about one household has the area where the household lives now, for questions about any day.
A line about several has their number and the filters, without the text searched for; a search keeps
the ids of the households found. docs/decisions/0080 says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from domain.commands.command import Actor
from service.access.authorization import RequestContext

What = Literal["file", "history", "identity", "search"]
Several = Literal["search", "list", "export", "import", "replay", "log"]

# The filters whose values are codes, days or marks. A text that was typed is never kept.
FILTERS = (
    "class_", "flag", "newly_escaped", "ended", "cause", "indicator", "movement", "since",
    "changed", "as_of", "known_at", "kind", "outcome",
)  # fmt: skip
NOTED_EVERY = timedelta(minutes=15)
MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Read:
    """A line of the log: one household, or `count` households listed by `filter`.

    `households` are the ids that a search found.
    """

    id: int
    read_at: datetime
    account: str
    role: str
    role_area: str
    household_id: UUID | None
    area: str
    what: str
    reason: str | None
    count: int | None
    filter: dict[str, Any]
    households: list[UUID]


def note_read(context: RequestContext, household_id: UUID, area: str, *what: What) -> None:
    """Writes a line for one household. An error stops the request: no reading without a line.

    The line has the area where the household lives now, or `area` where the read models do not
    have the household yet.
    """
    with context.services.reading() as conn:
        conn.execute(
            _INSERT + " select %(now)s, %(account)s, %(role)s, %(role_area)s, %(household)s,"
            " coalesce((select r.area from read.register r where r.household_id = %(household)s),"
            " %(area)s), what, %(grant)s, %(request)s, null, '{}', '{}'"
            " from unnest(%(what)s::text[]) with ordinality as read (what, place) order by place",
            {**_who(context), "household": household_id, "area": area, "what": list(what)},
        )


def note_own_view(context: RequestContext, household_id: UUID, actor: Actor) -> None:
    """Writes a line for a household that looks at its own view. No account has part in it."""
    with context.services.reading() as conn:
        conn.execute(
            _INSERT + " values (%(now)s, %(account)s, %(role)s, %(area)s, %(household)s, %(area)s,"
            " 'own_view', null, %(request)s, null, '{}', '{}')",
            {
                "now": context.services.clock(),
                "account": actor.account,
                "role": actor.role,
                "area": actor.area,
                "household": household_id,
                "request": context.request_id,
            },
        )


def note_read_lately(context: RequestContext, household_id: UUID, area: str) -> None:
    """Writes a line as `note_read`, unless the account has one of the last minutes.

    For a form that loads the same household repeatedly while it is filled in.
    """
    with context.services.reading() as conn:
        known = conn.execute(
            "select 1 from office.read_log where account = %s and household_id = %s"
            " and what = 'file' and read_at > %s limit 1",
            (context.actor.account, household_id, context.services.clock() - NOTED_EVERY),
        ).fetchone()
    if known is None:
        note_read(context, household_id, area, "file")


def note_several(
    context: RequestContext,
    what: Several,
    count: int,
    *,
    found: Iterable[UUID] = (),
    **more: object,
) -> None:
    """Writes a line for a number of households of an area.

    The filters of the request are kept (FILTERS) with `more`; `found` are ids of households.
    """
    filters = {**_filters(context), **{name.rstrip("_"): said for name, said in more.items()}}
    village = context.place.village if context.place else None
    if village and count:  # one that households live in: not just any words
        filters["village"] = village
    with context.services.reading() as conn:
        conn.execute(
            _INSERT + " values (%(now)s, %(account)s, %(role)s, %(role_area)s, null, %(area)s,"
            " %(what)s, %(grant)s, %(request)s, %(count)s, %(filter)s, %(found)s)",
            {
                **_who(context),
                "area": context.area,
                "what": what,
                "count": count,
                "filter": Jsonb(filters),
                "found": list(found),
            },
        )


def note_listed(
    context: RequestContext,
    households: Iterable[Any],
    *,
    words: str = "",
    export: bool = False,
    printed: bool = False,
) -> None:
    """Writes a line for a page of a list, a search or an export; `households` have a
    `household_id`.

    A list that was `printed` is an export that says so.

    Of `words`, the text searched for, only its presence is kept.
    """
    shown = [one.household_id for one in households]
    searched = bool(words.strip())
    what: Several = "export" if export else "search" if searched else "list"
    more = {"words": True} if searched else {}
    more |= {"printed": True} if printed else {}
    found = shown if searched and not export else ()
    note_several(context, what, len(shown), found=found, **more)


def reads(
    conn: Connection[Any],
    *,
    areas: list[str] | None,
    above: Iterable[str] = (),
    household_id: UUID | None = None,
    account: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int,
) -> list[Read]:
    """Returns the lines of these area units (None: all), newest first, `before` an id.

    Of the units `above` them only the lines of lists, which may have shown households of these.
    Those after `since`, up to and with `until`.
    """
    rows = conn.execute(
        "select l.id, l.read_at, l.account, l.role, l.role_area, l.household_id, l.area, l.what,"
        " g.reason, l.count, l.filter, l.households"
        " from office.read_log l left join office.access_grants g on g.id = l.grant_id"
        f" where {_ASKED} order by l.id desc limit %(limit)s",
        {
            "areas": areas,
            "above": list(above),
            "household": household_id,
            "account": account,
            "since": since,
            "until": until,
            "before": before,
            "limit": limit,
        },
    ).fetchall()
    return [Read(*row) for row in rows]


def count_reads(
    conn: Connection[Any],
    *,
    areas: list[str] | None,
    above: Iterable[str] = (),
    account: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[int, bool]:
    """Counts the lines that `reads` has, up to MOST_COUNTED; the second value: whether there are
    more.
    """
    row = conn.execute(
        f"select count(*) from (select 1 from office.read_log l where {_ASKED}"
        " limit %(limit)s) as counted",
        {
            "areas": areas,
            "above": list(above),
            "household": None,
            "account": account,
            "since": since,
            "until": until,
            "before": None,
            "limit": MOST_COUNTED + 1,
        },
    ).fetchone()
    found = int(row[0]) if row else 0
    return min(found, MOST_COUNTED), found > MOST_COUNTED


_ASKED = """
     (%(areas)s::text[] is null or l.area = any(%(areas)s)
      or (l.household_id is null and l.area = any(%(above)s)))
 and (%(household)s::uuid is null or l.household_id = %(household)s
      or (l.household_id is null and l.households @> array[%(household)s::uuid]))
 and (%(account)s::text is null or l.account = %(account)s)
 and (%(since)s::timestamptz is null or l.read_at > %(since)s)
 and (%(until)s::timestamptz is null or l.read_at <= %(until)s)
 and (%(before)s::bigint is null or l.id < %(before)s)
"""
_INSERT = (
    "insert into office.read_log (read_at, account, role, role_area, household_id, area, what,"
    " grant_id, request_id, count, filter, households)"
)


def _who(context: RequestContext) -> dict[str, Any]:
    actor = context.actor
    return {
        "now": context.services.clock(),
        "account": actor.account,
        "role": actor.role,
        "role_area": actor.area,
        "grant": context.grant_id,
        "request": context.request_id,
    }


def _filters(context: RequestContext) -> dict[str, Any]:
    """Returns the filters of a request as JSON; of a page after the first only that it was one."""
    given: Mapping[str, Any] = {**(context.query or {}), **(context.body or {})}
    kept = {name.rstrip("_"): _plain(given[name]) for name in FILTERS if given.get(name)}
    if "movement" in kept and given.get("of"):
        kept["of"] = given["of"]
    if given.get("after"):
        kept["further"] = True
    return kept


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value
