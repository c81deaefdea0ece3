"""Queries the list of households of some units, filtered, searched, in Vietnamese name order.

A page is found by the sort values that the page before ended with (its place), which stay whatever
happens to the household that was there. Callers seal places, as they hold the letters of names.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Unpack
from uuid import UUID

from msgspec import Struct

from domain.errors import Refusal
from domain.eventstore.personal import Keyring, Personal
from domain.eventstore.postgres import Connection, SqlRow
from domain.households.codes import FLAGS, LISTED
from domain.households.identity import digits_of, is_id_number
from projections.engine import ledger, sql
from projections.engine.freshness import stand_together
from projections.households.register_query import (
    LAST_NAME,
    NAME,
    NAMES,
    Filters,
    PastDay,
    Query,
    first_rows,
    query_of,
    query_of_number,
    still_there,
)
from projections.households.sentences import ERASED
from projections.households.state import as_of as events_as_of
from projections.households.state import fold

MOST_HOUSEHOLDS = 200


class HouseholdRow(Struct, frozen=True):
    """One household of the list. `head` is the head's name, "[đã xoá]" once forgotten, "" for a
    household that has ended. Class, area, persons and flags are those of the day asked for."""

    household_id: UUID
    number: str
    area: str
    village: str
    class_: str
    persons: int
    no_labour_capacity: bool | None
    ethnic_minority: bool | None
    meritorious: bool | None
    newly_escaped_until: date | None
    registered_on: date
    ended: bool
    head: str

    @property
    def flags(self) -> tuple[str, ...]:
        """Those of FLAGS that are true of it."""
        return tuple(flag for flag in FLAGS if getattr(self, flag))


class PlaceUnknown(Refusal):
    """This is no place in a list that is sorted so: begin with the first page."""

    code = "place_unknown"


Place = tuple[str | int, ...]
"""Sort values of a row and its household's id, as texts and whole numbers."""


class Page(Struct, frozen=True):
    """Some households in order. `next` and `previous` are the places to ask on and back from,
    None where nothing lies beyond."""

    households: tuple[HouseholdRow, ...]
    next: Place | None
    previous: Place | None = None


# By what a list can be sorted: columns in order, with the types of their values in a place.
SORTS: dict[str, tuple[tuple[str, str], ...]] = {
    "name": ((NAME, "text"),),
    "number": (("r.number_key", "text"), ("r.name_key", "text")),
    "village": (("r.village_key", "text"), ("{source}.area", "text"), ("r.name_key", "text")),
    "class": (
        (
            "coalesce(array_position(array['poor', 'near_poor', 'average', 'not_poor',"
            " 'not_listed'], {source}.class), 9)",
            "int",
        ),
        ("r.name_key", "text"),
    ),
    "persons": (("{source}.persons", "int"), ("r.name_key", "text")),
    "since": (("(r.registered_on - date '1900-01-01')", "int"), ("r.name_key", "text")),
}


_LAST = {"text": "'~'", "int": "1000000"}
_OF_WHOLE_CLASSES = frozenset({"units", "class_", "classes"})
"""Filters that leave the class of a unit whole or out, so that its length is stored."""
_EMPTY_IS_UNASKED = frozenset(
    {"classes", "flags", "q", "named_units", "ended", "village_elsewhere"}
)
_LENGTH = """
select coalesce(sum(households), 0) from read.list_lengths
 where (%(units)s::text[] is null or area = any(%(units)s))
   and (%(class)s::text is null or class = %(class)s)
   and (%(classes)s::text[] is null or class = any(%(classes)s))
"""
_COUNTED = 100_000
"""A longer list is said to be longer: counting it all would take as long as reading it."""


def households(
    conn: Connection,
    keyring: Keyring,
    *,
    sort: str = "name",
    descending: bool = False,
    after: Place | None = None,
    before: Place | None = None,
    limit: int = 50,
    **filters: Unpack[Filters],
) -> Page:
    """At most `limit` (of 200) households of these units, None being all, by head's name.

    `class_` "" asks for households without a decision; `classes` for any of several. `flags` are
    those that must be set. `q` finds the beginnings of words of members' names and of the village,
    with or without diacritics, all of them; or the beginning of the household number; or, with
    `named_units`, the households that live in one of the units that the words are a name of.

    With `as_of` or `known_at`, area, class, persons and flags are as of that day as known then,
    and only households that existed then are listed; names are always searched as they are now.
    Of a household that lives outside `units` by now, everything is as of that day, and neither a
    name nor a number nor a village finds it: the units where it lived see only what was so then.
    `known_at` alone asks for the day in Việt Nam of that moment. With `only`, no household but
    these; with `ward`, only those recorded in that very unit, which may be a former one, and those
    whose village is written as `village_elsewhere` under the unit that took it over.

    `sort` is one of SORTS; `after` or `before` a place of the same sort. Raises PlaceUnknown.
    """
    return _ordered(
        conn, keyring, query_of(**filters),
        sort=sort, descending=descending, after=after, before=before, limit=limit,
    )  # fmt: skip


def count(conn: Connection, **filters: Unpack[Filters]) -> tuple[int, bool]:
    """The number of households that `households` would list with the same filters; and whether
    there are more than the number given, which is _COUNTED at most."""
    query = query_of(**filters)
    asked = {name for name, value in filters.items() if value or _is_asked(name, value)}
    if asked <= _OF_WHOLE_CLASSES and stand_together(conn, ("list_lengths", "register")):
        counting = _LENGTH
    else:
        rows = f"select from {query.tables} where {query.where} limit {_COUNTED + 1}"
        counting = f"select count(*) from ({rows}) as listed"
    parameters = {"classes": None, **query.parameters}
    row = sql.execute_unprepared(conn, counting, parameters).fetchone()
    found = int(row[0]) if row else 0
    return min(found, _COUNTED), found > _COUNTED


def _is_asked(name: str, value: object) -> bool:
    """Whether a filter that is empty leaves out households: the village "" does."""
    return value is not None and name not in _EMPTY_IS_UNASKED


def search(
    conn: Connection,
    keyring: Keyring,
    text: str,
    *,
    units: Iterable[str] | None,
    named_units: Iterable[str] = (),
    village: str | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> Page:
    """As `households`; a text of 9 or 12 digits is looked for as identity number and as the
    beginning of a household number, as 19804-0064 is either."""
    if not is_id_number(text):
        return households(
            conn,
            keyring,
            units=units,
            q=text,
            named_units=named_units,
            village=village,
            after=after,
            limit=limit,
        )
    index = keyring.blind_index(digits_of(text))
    found = query_of_number(index, text, units=units, village=village)
    return _ordered(conn, keyring, found, after=after, limit=limit)


def villages(conn: Connection, units: Iterable[str]) -> list[tuple[str, str]]:
    """The villages of these units in which a household lives, each with the unit it is recorded
    in, numbers by their size."""
    query = (
        "select village, area from read.register where area = any(%(units)s) and not ended"
        " group by village_key, village, area order by village_key, village, area"
    )
    return sql.execute_unprepared(conn, query, {"units": sorted(set(units))}).fetchall()


def _ordered(
    conn: Connection,
    keyring: Keyring,
    query: Query,
    *,
    sort: str = "name",
    descending: bool = False,
    after: Place | None = None,
    before: Place | None = None,
    limit: int = 50,
) -> Page:
    """The rows of a query from a place on, or the last of those before one."""
    limit = max(1, min(limit, MOST_HOUSEHOLDS))
    back = before is not None
    order = f"{sort} {'down' if descending else 'up'}"
    past = query.past
    columns = [
        (_masked(one, type_) if past else one.format(source=query.source), type_)
        for one, type_ in SORTS[sort]
    ]
    columns.append(("r.household_id", "uuid"))
    falls = descending != back
    place = before if back else after
    beyond = "" if place is None else _beyond(columns, place, order, query.parameters, falls=falls)
    query.parameters["limit"] = limit + 1
    found: list[SqlRow] = []
    if past and sort == "name" and not falls:
        names = "" if place is None else _beyond(NAMES, place, order, query.parameters, falls=False)
        found = still_there(conn, query, names)
    if len(found) <= limit or found[-1][-1] == LAST_NAME:
        found = first_rows(conn, query, [one for one, _ in columns], beyond, falls=falls)
    more, rows = len(found) > limit, found[:limit]
    if back:
        rows.reverse()
    keys = len(columns) - 1
    ends = [(order, *row[-keys:], str(row[0])) for row in (rows[0], rows[-1])] if rows else []
    first, last = ends or (None, None)
    shown: Sequence[SqlRow] = [row[:-keys] for row in rows]
    if past:
        shown = _as_they_were(conn, shown, past)
    return Page(
        _listed(conn, keyring, shown),
        next=last if more or back else None,
        previous=first if (more if back else place is not None) else None,
    )


def _masked(column: str, type_: str) -> str:
    """A column to sort a past day by: who lives elsewhere now stands last by what is present."""
    there = column.format(source="s")
    if "r." not in there:
        return there
    return f"(case when r.area = any(%(units)s) then {there} else {_LAST[type_]} end)"


def _as_they_were(conn: Connection, rows: Sequence[SqlRow], past: PastDay) -> list[SqlRow]:
    """The rows; number, village, head and dates of who lives elsewhere now as they were then."""
    gone = [row[0] for row in rows if row[-1] not in past.units]
    histories = ledger.histories_of(conn, gone) if gone else {}
    shown = []
    for row in rows:
        events = [one for one in histories.get(row[0], ()) if one.event is not None]
        if not events:
            shown.append(row)
            continue
        state = fold(events_as_of(events, past.on, past.known_at))
        head = next((one.private for one in state.members if one.person_id == state.head), None)
        personal = (head.subject, head.sealed) if head else (None, None)
        shown.append(
            (
                row[0], state.number, row[2], state.village, *row[4:9], state.newly_escaped_until,
                state.registered_on, False, *personal, row[-1],
            )
        )  # fmt: skip
    return shown


def _beyond(
    columns: Sequence[tuple[str, str]],
    place: Place,
    order: str,
    parameters: dict[str, object],
    *,
    falls: bool,
) -> str:
    """The condition for rows beyond a place; its values are added to those asked with."""
    if len(place) != len(columns) + 1 or place[0] != order:
        raise PlaceUnknown
    names = [f"place_{at}" for at in range(len(columns))]
    parameters |= dict(zip(names, place[1:], strict=True))
    row = ", ".join(one for one, _ in columns)
    values = ", ".join(f"%({n})s::{type_}" for n, (_, type_) in zip(names, columns, strict=True))
    return f" and ({row}) {'<' if falls else '>'} ({values})"


def _listed(conn: Connection, keyring: Keyring, rows: Sequence[SqlRow]) -> tuple[HouseholdRow, ...]:
    heads = {row[0]: Personal(row[-3], row[-2]) for row in rows if row[-3] is not None}
    revealed = keyring.reveal_many(heads.values(), conn)
    listed = []
    for row in rows:
        head = heads.get(row[0])
        value = revealed[head.subject, head.sealed] if head else {}
        name = ERASED if value is None else value.get("name", "")
        listed.append(HouseholdRow(*(*row[:-3], name)))
    return tuple(listed)


def listed_households(conn: Connection, units: Sequence[str]) -> tuple[UUID, ...]:
    """The households of these units that are poor or near-poor and have not ended, by id."""
    rows = conn.execute(
        "select household_id from read.register where area = any(%s) and not ended"
        " and class = any(%s) order by household_id",
        [list(units), list(LISTED)],
    ).fetchall()
    return tuple(row[0] for row in rows)
