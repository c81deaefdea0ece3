"""The list of households of some units: filtered, searched and in Vietnamese name order.

Pages are found by the last household of the page before, so that no name is ever in a URL.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from msgspec import Struct
from psycopg import Connection

from domain.calendar import day_of
from domain.facts import Personal
from domain.households.number import number_prefix
from projections.queries import planned
from projections.read_model import FOREVER
from projections.sentences import ERASED
from projections.vietnamese import search_words

if TYPE_CHECKING:
    from domain.eventstore.personal import Keyring

MOST = 200
_MOST_WORDS = 10
_INSTANT = timedelta(microseconds=1)
_IDENTITY_NUMBER = re.compile(r"\d{9}(?:\d{3})?")
_SEPARATORS = str.maketrans("", "", " .-\u00a0")
FLAGS = ("no_labour_capacity", "ethnic_minority", "meritorious")


class Listed(Struct, frozen=True):
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


class Page(Struct, frozen=True):
    """Some households; `next` is what to give as `after` for those that follow, None at the end."""

    households: tuple[Listed, ...]
    next: UUID | None


_COLUMNS = """
       r.household_id, r.number, {area}, r.village, {class_}, {persons},
       {no_labour_capacity}, {ethnic_minority}, {meritorious}, r.newly_escaped_until,
       r.registered_on, r.ended, r.head_subject, r.head_sealed
"""
_NOW = (
    "select"
    + _COLUMNS.format(
        area="r.area",
        class_="r.class",
        persons="r.persons",
        **{flag: f"r.{flag}" for flag in FLAGS},
    )
    + " from read.register r where (%(ended)s or not r.ended)"
)
_THEN = (
    "select"
    + _COLUMNS.format(
        area="s.area",
        class_="s.class",
        persons="s.persons",
        **{flag: f"s.{flag}" for flag in FLAGS},
    )
    + """ from read.status_spans s join read.register r using (household_id)
 where s.scope = 'national' and s.valid_from <= %(on)s and s.valid_to > %(on)s
   and s.known_from <= %(known_at)s and s.known_to > %(known_at)s"""
)
_IN_UNITS = " and {source}.area = any(%(units)s)"
_FOUND = """ and (r.words @@ %(words)s::tsquery or r.number_key like %(number)s
                  or {source}.area = any(%(named)s))"""
_AFTER = """ and (r.name_key, r.household_id) > (
       select a.name_key, a.household_id from read.register a where a.household_id = %(after)s)"""
_ORDER = " order by r.name_key, r.household_id limit %(limit)s"


def households(
    conn: Connection[Any],
    keyring: "Keyring",
    *,
    units: Iterable[str] | None,
    class_: str | None = None,
    classes: Sequence[str] = (),
    village: str | None = None,
    flags: Sequence[str] = (),
    newly_escaped_on: date | None = None,
    q: str = "",
    named_units: Iterable[str] = (),
    as_of: date | None = None,
    known_at: datetime | None = None,
    ended: bool = False,
    only: Sequence[UUID] | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> Page:
    """At most `limit` (of 200) households of these units, None being all, by head's name.

    `class_` "" asks for households without a decision; `classes` for any of several. `flags` are
    those that must be set. `q` finds the beginnings of words of members' names and of the village,
    with or without diacritics, all of them; or the beginning of the household number; or, with
    `named_units`, whoever lives in one of the units that the words are a name of.

    With `as_of` or `known_at`, area, class, persons and flags are as of that day as known then,
    and only households that existed then are listed; names are always searched as they are now.
    `known_at` alone asks for the day in Việt Nam of that moment. With `only`, no household but
    these.
    """
    limit = max(1, min(limit, MOST))
    then = as_of is not None or known_at is not None
    source = "s" if then else "r"
    asked: dict[str, Any] = {
        "units": None if units is None else sorted(units),
        "class": class_,
        "village": village,
        "escaped": newly_escaped_on,
        "on": as_of or day_of(known_at or FOREVER),
        "known_at": known_at or FOREVER - _INSTANT,
        "ended": ended,
        "after": after,
        "limit": limit + 1,
    }
    query = _THEN if then else _NOW
    if units is not None:
        query += _IN_UNITS.format(source=source)
    if class_ is not None:
        query += f" and {source}.class = %(class)s"
    if classes:
        query += f" and {source}.class = any(%(classes)s)"
        asked["classes"] = list(classes)
    if village is not None:
        query += " and r.village = %(village)s"
    if newly_escaped_on is not None:
        query += " and r.newly_escaped_until >= %(escaped)s"
    for flag in FLAGS:
        if flag in flags:
            query += f" and {source}.{flag}"
    if q.strip():
        query += _FOUND.format(source=source)
        asked |= {
            "words": _tsquery(q),
            "number": f"{number_prefix(q) or '~'}%",
            "named": sorted(named_units),
        }
    if only is not None:
        query += " and r.household_id = any(%(only)s)"
        asked["only"] = list(only)
    if after is not None:
        query += _AFTER
    rows = planned.execute(conn, query + _ORDER, asked).fetchall()
    return _page(conn, keyring, rows, limit)


def search(
    conn: Connection[Any],
    keyring: "Keyring",
    text: str,
    *,
    units: Iterable[str] | None,
    named_units: Iterable[str] = (),
    after: UUID | None = None,
    limit: int = 50,
) -> Page:
    """As `households`; a text of 9 or 12 digits is looked for as identity number and as the
    beginning of a household number, as 19804-0064 is either."""
    digits = text.translate(_SEPARATORS)
    if not _IDENTITY_NUMBER.fullmatch(digits):
        return households(
            conn,
            keyring,
            units=units,
            q=text,
            named_units=named_units,
            after=after,
            limit=limit,
        )
    query = _NOW + " and (r.id_indexes @> array[%(index)s] or r.number_key like %(number)s)"
    if units is not None:
        query += _IN_UNITS.format(source="r")
    asked = {
        "ended": False,
        "index": keyring.blind_index(digits),
        "number": f"{number_prefix(text) or '~'}%",
        "units": None if units is None else sorted(units),
        "limit": MOST + 1,
    }
    rows = planned.execute(conn, query + _ORDER, asked).fetchall()
    return _page(conn, keyring, rows, MOST)


def villages(conn: Connection[Any], units: Iterable[str]) -> list[str]:
    """The villages of these units in which a household lives, in no particular order."""
    query = "select distinct village from read.register where area = any(%(units)s) and not ended"
    rows = planned.execute(conn, query, {"units": sorted(units)}).fetchall()
    return [village for (village,) in rows]


def _tsquery(q: str) -> str:
    """Every word by its beginning. Words hold letters and digits only, so nothing is quoted."""
    return " & ".join(f"'{word}':*" for word in search_words(q)[:_MOST_WORDS])


def _page(
    conn: Connection[Any], keyring: "Keyring", rows: Sequence[tuple[Any, ...]], limit: int
) -> Page:
    more, rows = len(rows) > limit, rows[:limit]
    heads = {row[0]: Personal(row[-2], row[-1]) for row in rows if row[-2] is not None}
    revealed = keyring.reveal_many(heads.values(), conn)
    listed = []
    for row in rows:
        head = heads.get(row[0])
        value = revealed[head.subject, head.sealed] if head else {}
        name = ERASED if value is None else value.get("name", "")
        listed.append(Listed(*(*row[:-2], name)))
    return Page(tuple(listed), rows[-1][0] if more else None)
