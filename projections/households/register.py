"""Queries the list of households of some units, filtered, searched, in Vietnamese name order.

A page is found by the sort values that the page before ended with (its place), which stay whatever
happens to the household that was there. Callers seal places, as they hold the letters of names.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, Required, TypedDict, Unpack
from uuid import UUID

from msgspec import Struct

from domain.calendar import day_of
from domain.errors import Refusal
from domain.eventstore.personal import Keyring, Personal
from domain.eventstore.postgres import Connection, SqlRow
from domain.households.codes import FLAGS
from domain.households.identity import digits_of, is_id_number
from domain.households.number import number_prefix
from projections.engine import ledger, sql
from projections.engine.tables import FOREVER
from projections.households.sentences import ERASED
from projections.households.state import as_of as events_as_of
from projections.households.state import fold
from projections.vietnamese import search_words

_KEYS = "/*keys*/"  # where the values that a list is sorted by are put
MOST_HOUSEHOLDS = 200
_MOST_WORDS = 10
_INSTANT = timedelta(microseconds=1)


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


_NAME, _LAST_NAME = "r.name_key", "~"
_NAMES = ((_NAME, "text"), ("r.household_id", "uuid"))
# By what a list can be sorted: columns in order, with the types of their values in a place.
SORTS: dict[str, tuple[tuple[str, str], ...]] = {
    "name": ((_NAME, "text"),),
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


_COLUMNS = """select r.household_id, r.number, {area}, r.village, {class_}, {persons},
       {no_labour_capacity}, {ethnic_minority}, {meritorious}, r.newly_escaped_until,
       r.registered_on, r.ended, r.head_subject, r.head_sealed, r.area/*keys*/
"""
_STATE = ("area", "class", "persons", *FLAGS)  # that a row has now, or had on a past day
_COLUMNS_OF = {
    source: _COLUMNS.format(
        **{"class_" if name == "class" else name: f"{source}.{name}" for name in _STATE}
    )
    for source in ("r", "s")
}
_NOW = "(%(ended)s or not r.ended)"
_THEN = """s.scope = 'national' and s.valid_from <= %(on)s and s.valid_to > %(on)s
   and s.known_from <= %(known_at)s and s.known_to > %(known_at)s"""
_TABLES = {
    "r": "read.register r",
    "s": "read.status_spans s join read.register r using (household_id)",
}
# The households of few units are looked up one by one.
_FEW_THEN = """read.status_spans s cross join lateral (
      select * from read.register r where r.household_id = s.household_id offset 0) r"""
_IN_UNITS = " and {source}.area = any(%(units)s)"
# What the register says of a household is its present: of one that lives elsewhere now, the units
# of a past day learn none of it, not even by what finds it or where it stands in the order.
_IN_WARD = (
    " and (r.village = %(village)s and {source}.area = %(ward)s or r.village = %(elsewhere)s)"
)
_STILL_HERE = " and (%(units)s::text[] is null or r.area = any(%(units)s))"
_FOUND = (
    " and (((r.words @@ %(words)s::tsquery or r.number_key like %(number)s)"
    + _STILL_HERE
    + ") or {source}.area = any(%(named)s))"
)
_LAST = {"text": "'~'", "int": "1000000"}
_WALKED = 3_000
"""So many households in the order of names are looked through for those that words find."""
_COUNTED = 100_000
"""A longer list is said to be longer: counting it all would take as long as reading it."""


class Filters(TypedDict, total=False):
    """Filters of a list; `households` says what each does."""

    units: Required[Iterable[str] | None]
    class_: str | None
    classes: Sequence[str]
    village: str | None
    flags: Sequence[str]
    newly_escaped_on: date | None
    q: str
    named_units: Iterable[str]
    as_of: date | None
    known_at: datetime | None
    ended: bool
    only: Sequence[UUID] | None
    ward: str | None
    village_elsewhere: str


class _PastDay(NamedTuple):
    """A list of these units as of a day that is past, or as it was known at a moment."""

    units: frozenset[str]
    on: date
    known_at: datetime


class _Query(NamedTuple):
    """The conditions for rows, that for its units apart, their values, and the table that a row's
    state is from. `words`: rows are found by words or numbers, so that few may be."""

    conditions: str
    within: str
    parameters: dict[str, object]
    source: str
    past: _PastDay | None = None
    words: bool = False

    def rows(self, *, of: str = "", beyond: str = "") -> str:
        """The query for the rows in no order; `of` takes the place of the tables."""
        tables = of or f" from {self.tables}"
        return f"{_COLUMNS_OF[self.source]}{tables} where {self.where}{beyond}"

    @property
    def tables(self) -> str:
        """The tables that rows are from."""
        few = self.source == "s" and sql.few(self.parameters["units"])
        return _FEW_THEN if few else _TABLES[self.source]

    @property
    def where(self) -> str:
        """All conditions."""
        return self.conditions + self.within


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
        conn, keyring, _query(**filters),
        sort=sort, descending=descending, after=after, before=before, limit=limit,
    )  # fmt: skip


def count(conn: Connection, **filters: Unpack[Filters]) -> tuple[int, bool]:
    """The number of households that `households` would list with the same filters; and whether
    there are more than the number given, which is _COUNTED at most."""
    query = _query(**filters)
    rows = f"select from {query.tables} where {query.where} limit {_COUNTED + 1}"
    row = sql.execute_unprepared(
        conn, f"select count(*) from ({rows}) as listed", query.parameters
    ).fetchone()
    found = row[0] if row else 0
    return min(found, _COUNTED), found > _COUNTED


def _query(
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
    ward: str | None = None,
    village_elsewhere: str = "",
) -> _Query:
    """The query for the households that these filters leave."""
    then = as_of is not None or known_at is not None
    source = "s" if then else "r"
    on, known = as_of or day_of(known_at or FOREVER), known_at or FOREVER - _INSTANT
    within = None if units is None else sorted(set(units))
    parameters: dict[str, object] = {
        "units": within,
        "class": class_,
        "village": village,
        "escaped": newly_escaped_on,
        "on": on,
        "known_at": known,
        "ended": ended,
    }
    query = _THEN if then else _NOW
    if class_ is not None:
        query += f" and {source}.class = %(class)s"
    if classes:
        query += f" and {source}.class = any(%(classes)s)"
        parameters["classes"] = list(classes)
    if village is not None and ward is not None:
        query += _IN_WARD.format(source=source) + _STILL_HERE
        parameters |= {"ward": ward, "elsewhere": village_elsewhere}
    elif village is not None:
        query += " and r.village = %(village)s" + _STILL_HERE
    if newly_escaped_on is not None:
        query += " and r.newly_escaped_until >= %(escaped)s" + _STILL_HERE
    for flag in FLAGS:
        if flag in flags:
            query += f" and {source}.{flag}"
    if q.strip():
        query += _FOUND.format(source=source)
        parameters |= {
            "words": _tsquery(q),
            "number": f"{number_prefix(q) or '~'}%",
            "named": sorted(named_units),
        }
    if only is not None:
        query += " and r.household_id = any(%(only)s)"
        parameters["only"] = list(only)
    past = _PastDay(frozenset(within), on, known) if then and within is not None else None
    inside = "" if within is None else _IN_UNITS.format(source=source)
    return _Query(query, inside, parameters, source, past, bool(q.strip()))


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
    query = _NOW + " and (r.id_indexes @> array[%(index)s] or r.number_key like %(number)s)"
    if village is not None:
        query += " and r.village = %(village)s"
    parameters: dict[str, object] = {
        "ended": False,
        "village": village,
        "index": keyring.blind_index(digits_of(text)),
        "number": f"{number_prefix(text) or '~'}%",
        "units": None if units is None else sorted(set(units)),
    }
    inside = "" if units is None else _IN_UNITS.format(source="r")
    found = _Query(query, inside, parameters, "r", words=True)
    return _ordered(conn, keyring, found, after=after, limit=limit)


def villages(conn: Connection, units: Iterable[str]) -> list[tuple[str, str]]:
    """The villages of these units in which a household lives, each with the unit it is recorded
    in, numbers by their size."""
    query = (
        "select village, area from read.register where area = any(%(units)s) and not ended"
        " group by village_key, village, area order by village_key, village, area"
    )
    return sql.execute_unprepared(conn, query, {"units": sorted(set(units))}).fetchall()


def _tsquery(q: str) -> str:
    """Every word by its beginning. Words hold letters and digits only, so nothing is quoted."""
    return " & ".join(f"'{word}':*" for word in search_words(q)[:_MOST_WORDS])


def _ordered(
    conn: Connection,
    keyring: Keyring,
    query: _Query,
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
    if past and sort == "name" and not falls and not sql.few(query.parameters["units"]):
        names = (
            "" if place is None else _beyond(_NAMES, place, order, query.parameters, falls=False)
        )
        found = _still_there(conn, query, names)
    if len(found) <= limit or found[-1][-1] == _LAST_NAME:
        found = _rows(conn, query, [one for one, _ in columns], beyond, falls=falls)
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


def _rows(
    conn: Connection, query: _Query, columns: Sequence[str], beyond: str, *, falls: bool
) -> list[SqlRow]:
    """The first rows of a query beyond a place, in the order of some columns.

    Of few units each gives its own first rows, so that no unit is sorted whole. Rows that words
    find are looked for among the next names, which is enough where many are found; where few are,
    all that are found are sorted. PostgreSQL left to choose walks through every name for a word
    that is nowhere.
    """

    way = " desc" if falls else ""
    by = f" order by {', '.join(f'{one}{way}' for one in columns)} limit "
    keys = "".join(f", {one}" for one in columns[:-1])

    def asked(text: str) -> list[SqlRow]:
        text = text.replace(_KEYS, keys, 1) + by + "%(limit)s"
        return sql.execute_unprepared(conn, text, query.parameters).fetchall()

    in_order = columns[0] == _NAME and query.source == "r"
    if in_order and sql.few(query.parameters["units"]):
        each = f"r.area = u.unit and {query.conditions}{beyond}{by}%(limit)s"
        first = f"select * from read.register r where {each}"
        units = "unnest(%(units)s::text[]) u (unit)"
        return asked(f"{_COLUMNS_OF['r']} from {units} cross join lateral ({first}) r")
    if not query.words or query.source != "r":
        return asked(query.rows(beyond=beyond))
    if in_order:
        walked = f"select * from read.register r where true{beyond}{by}{_WALKED}"
        rows = asked(query.rows(of=f" from ({walked}) r"))
        if len(rows) == query.parameters["limit"]:
            return rows
    found = f"select * from read.register r where {query.where}{beyond} offset 0"
    return asked(f"{_COLUMNS_OF['r']} from ({found}) r")


def _still_there(conn: Connection, query: _Query, beyond: str) -> list[SqlRow]:
    """The first rows of a past day, by name, of the next households that live in the units now.

    Who lives elsewhere by now comes after all of them, so these are the page where they fill it.
    """
    by = f" order by {', '.join(one for one, _ in _NAMES)} limit "
    walked = f"select * from read.register r where true{beyond}{by}{_WALKED}"
    state = "select * from read.status_spans s where s.household_id = r.household_id offset 0"
    tables = f" from ({walked}) r cross join lateral ({state}) s"
    text = query.rows(of=tables, beyond=f" and r.area = any(%(units)s){by}%(limit)s")
    text = text.replace(_KEYS, f", {_NAME}", 1)
    return sql.execute_unprepared(conn, text, query.parameters).fetchall()


def _masked(column: str, type_: str) -> str:
    """A column to sort a past day by: who lives elsewhere now stands last by what is present."""
    there = column.format(source="s")
    if "r." not in there:
        return there
    return f"(case when r.area = any(%(units)s) then {there} else {_LAST[type_]} end)"


def _as_they_were(conn: Connection, rows: Sequence[SqlRow], past: _PastDay) -> list[SqlRow]:
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
