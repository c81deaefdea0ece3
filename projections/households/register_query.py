"""Writes the queries for the list of households: conditions, and forms for few and many units."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, Required, TypedDict
from uuid import UUID

from domain.calendar import day_of
from domain.eventstore.postgres import Connection, SqlRow
from domain.households.codes import FLAGS
from domain.households.number import number_prefix
from projections.engine import sql
from projections.engine.tables import FOREVER
from projections.vietnamese import search_words

NAME, LAST_NAME = "r.name_key", "~"
VILLAGE = "r.village_key"
NAMES = ((NAME, "text"), ("r.household_id", "uuid"))
_KEYS = "/*keys*/"  # where the values that a list is sorted by are put
_MOST_WORDS = 10
_INSTANT = timedelta(microseconds=1)
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
# Both of one household in one row: what the register says, and its state on the past day.
_OF_BOTH = "r.*, " + ", ".join(f"s.{name} as then_{name}" for name in _STATE)
_COLUMNS_OF["b"] = _COLUMNS.format(
    **{"class_" if name == "class" else name: f"r.then_{name}" for name in _STATE}
)
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
_WALKED = 3_000
"""So many households in the order of names are looked through for those that words find."""


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


class PastDay(NamedTuple):
    """A list of these units as of a day that is past, or as it was known at a moment."""

    units: frozenset[str]
    on: date
    known_at: datetime


class Query(NamedTuple):
    """The conditions for rows, that for its units apart, their values, and the table that a row's
    state is from. `words`: rows are found by words or numbers, so that few may be."""

    conditions: str
    within: str
    parameters: dict[str, object]
    source: str
    past: PastDay | None = None
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


def query_of(
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
) -> Query:
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
    past = PastDay(frozenset(within), on, known) if then and within is not None else None
    inside = "" if within is None else _IN_UNITS.format(source=source)
    return Query(query, inside, parameters, source, past, bool(q.strip()))


def query_of_number(
    index: bytes, text: str, *, units: Iterable[str] | None, village: str | None
) -> Query:
    """The query for households with a member of this blind index of an identity number, and for
    those whose own number begins so."""
    query = _NOW + " and (r.id_indexes @> array[%(index)s] or r.number_key like %(number)s)"
    if village is not None:
        query += " and r.village = %(village)s"
    parameters: dict[str, object] = {
        "ended": False,
        "village": village,
        "index": index,
        "number": f"{number_prefix(text) or '~'}%",
        "units": None if units is None else sorted(set(units)),
    }
    inside = "" if units is None else _IN_UNITS.format(source="r")
    return Query(query, inside, parameters, "r", words=True)


def _tsquery(q: str) -> str:
    """Every word by its beginning. Words hold letters and digits only, so nothing is quoted."""
    return " & ".join(f"'{word}':*" for word in search_words(q)[:_MOST_WORDS])


def first_rows(
    conn: Connection, query: Query, columns: Sequence[str], beyond: str, *, falls: bool
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

    in_order = columns[0] == NAME and query.source == "r"
    if in_order and sql.few(query.parameters["units"]):
        each = f"r.area = u.unit and {query.conditions}{beyond}{by}%(limit)s"
        first = f"select * from read.register r where {each}"
        units = "unnest(%(units)s::text[]) u (unit)"
        return asked(f"{_COLUMNS_OF['r']} from {units} cross join lateral ({first}) r")
    if columns[0] == VILLAGE and query.source == "r" and query.within and not query.words:
        return asked(_of_each_unit(query, columns, beyond, by))
    if not query.words or query.source != "r":
        return asked(query.rows(beyond=beyond))
    if in_order:
        walked = f"select * from read.register r where true{beyond}{by}{_WALKED}"
        rows = asked(query.rows(of=f" from ({walked}) r"))
        if len(rows) == query.parameters["limit"]:
            return rows
    found = f"select * from read.register r where {query.where}{beyond} offset 0"
    return asked(f"{_COLUMNS_OF['r']} from ({found}) r")


def _of_each_unit(query: Query, columns: Sequence[str], beyond: str, by: str) -> str:
    """The query for the first rows in an order that an index has for each unit.

    Each unit gives its own first ones out of the index alone; only the rows of the page are read.
    """
    keys = ", ".join(columns)
    own = f"r.area = u.unit and {query.conditions}{beyond}"
    each = f"select {keys} from read.register r where {own}{by}%(limit)s"
    units = "unnest(%(units)s::text[]) u (unit)"
    first = f"select r.household_id from {units} cross join lateral ({each}) r{by}%(limit)s"
    return f"{_COLUMNS_OF['r']} from ({first}) f join read.register r using (household_id)"


def still_there(conn: Connection, query: Query, beyond: str) -> list[SqlRow]:
    """The first rows of a past day, by name, of the next households that live in the units now.

    Who lives elsewhere by now comes after all of them, so these are the page where they fill it.
    Of few units each is walked by its own names until it has a page; of many, all names are.
    """
    by = f" order by {', '.join(one for one, _ in NAMES)} limit "
    state = "select * from read.status_spans s where s.household_id = r.household_id offset 0"
    if sql.few(query.parameters["units"]):
        lived = "s.area = any(%(units)s)"
        first = (
            f"select {_OF_BOTH} from read.register r cross join lateral ({state}) s"
            f" where r.area = u.unit and {query.conditions} and {lived}{beyond}{by}%(limit)s"
        )
        text = (
            f"{_COLUMNS_OF['b']} from unnest(%(units)s::text[]) u (unit)"
            f" cross join lateral ({first}) r{by}%(limit)s"
        )
    else:
        walked = f"select * from read.register r where true{beyond}{by}{_WALKED}"
        tables = f" from ({walked}) r cross join lateral ({state}) s"
        text = query.rows(of=tables, beyond=f" and r.area = any(%(units)s){by}%(limit)s")
    text = text.replace(_KEYS, f", {NAME}", 1)
    return sql.execute_unprepared(conn, text, query.parameters).fetchall()
