"""What the list page, the print and the export show: rows, names, members and what they are of."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext
from psycopg import Connection

from domain.households.identity import holds_id_number
from domain.households.number import fold_number
from projections.households import file, register
from projections.households.sentences import ERASED
from projections.households.state import HouseholdState
from projections.vietnamese import lexemes, place_key, search_words, words
from service.access.authorization import RequestContext
from service.access.read_log import note_listed
from service.households import list_query
from service.households.list_query import HouseholdList
from service.http import cursors
from service.ui import navigation

PAGE = 50
EXPORTED = 20_000
PLACES = "household pages"
_AT_ONCE = 500
_MOST_UNITS = 40


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """Some households, the names of their units, and what leads on and back.

    `start` counts the households before them; `total` all of the list, `more` whether there are
    more than that. `matched` names the members that a search found, where the head is none of them.
    `files` are the households in full, where a list is taken along whole.
    """

    households: tuple[register.HouseholdRow, ...]
    area_names: dict[str, str]
    next: str | None = None
    previous: str | None = None
    cut: bool = False
    start: int = 0
    total: int = 0
    more: bool = False
    matched: dict[UUID, str] = field(default_factory=dict)
    files: dict[UUID, HouseholdState] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    births: dict[UUID, date] = field(default_factory=dict)

    @property
    def page(self) -> int:
        """Which page it is, from 1."""
        return self.start // PAGE + 1

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def find_households(
    context: RequestContext, *, every: bool = False, printed: bool = False
) -> HouseholdPage:
    """The households that the query asks for: one page, or up to EXPORTED of them.

    `printed` notes that they are all shown for paper.
    """
    query, services = context.query, context.services
    on = query["as_of"] or context.today
    with services.reading() as conn:
        if holds_id_number(query["q"]):
            return _by_identity(context, conn, on, every=every, printed=printed)
        ward, _ = list_query.village_of(query["village"])
        filters = list_query.ListFilters.of_query(query, ward=ward)
        listed = list_query.household_list(context, conn, filters)
        if every:
            return _all(listed, on, printed=printed)
        return _one_page(listed, on)


def _one_page(listed: HouseholdList, on: date) -> HouseholdPage:
    context, query = listed.context, listed.context.query
    place = query["before"] or query["after"]
    start, *at = place or (0,)
    page = listed.page(
        **_order(query),
        after=tuple(at) if query["after"] and not query["before"] else None,
        before=tuple(at) if query["before"] else None,
        limit=PAGE,
    )
    rows = _number_first(page.households, query)
    start = max(0, start - len(rows)) if query["before"] else start
    total, more = listed.count()
    note_listed(context, rows, words=query["q"])
    return HouseholdPage(
        rows,
        _names(context, rows, on),
        next=_place(start + len(rows), page.next),
        previous=_place(start, page.previous),
        start=start,
        total=max(total, start + len(rows)),
        more=more,
        matched=matched_members(context, listed.conn, rows),
    )


def _all(listed: HouseholdList, on: date, *, printed: bool) -> HouseholdPage:
    """The whole list with its members, for a sheet or for paper."""
    context = listed.context
    rows, cut = listed.rows(limit=EXPORTED, **_order(context.query))
    note_listed(context, rows, words=context.query["q"], export=True, printed=printed)
    files, names, births = members_of(context, listed.conn, [one.household_id for one in rows])
    return HouseholdPage(
        tuple(rows), _names(context, rows, on), cut=cut, total=len(rows),
        files=files, names=names, births=births,
    )  # fmt: skip


def members_of(
    context: RequestContext, conn: Connection[Any], ids: Sequence[UUID]
) -> tuple[dict[UUID, HouseholdState], dict[UUID, str], dict[UUID, date]]:
    """Households as the query's clocks have them, and their members' names and birth dates."""
    query = context.query
    files: dict[UUID, HouseholdState] = {}
    for at in range(0, len(ids), _AT_ONCE):
        part = ids[at : at + _AT_ONCE]
        files |= file.households_in(
            conn, part, as_of=query["as_of"] or context.today, known_at=query["known_at"]
        )
    sealed = {one.person_id: one.private for file in files.values() for one in file.members}
    revealed = context.services.keyring.reveal_many(sealed.values(), conn)
    names: dict[UUID, str] = {}
    births: dict[UUID, date] = {}
    for person, private in sealed.items():
        value = revealed[private.subject, private.sealed]
        names[person] = ERASED if value is None else value.get("name", "")
        if value and value.get("birth_date"):
            births[person] = date.fromisoformat(value["birth_date"])
    return files, names, births


def matched_members(
    context: RequestContext, conn: Connection[Any], rows: Sequence[register.HouseholdRow]
) -> dict[UUID, str]:
    """The members, other than the head, whose names have most of the words searched for."""
    wanted = search_words(context.query["q"])
    if not wanted or not rows:
        return {}
    files, names, _ = members_of(context, conn, [one.household_id for one in rows])
    members = {}
    for id_, household_file in files.items():
        if _hits(names.get(household_file.head, ""), wanted) == len(wanted):
            continue
        ids = [one.person_id for one in household_file.members]
        hits = {one: _hits(names[one], wanted) for one in ids if one != household_file.head}
        most = max(hits.values(), default=0)
        if most:
            members[id_] = ", ".join(names[one] for one, hit in hits.items() if hit == most)
    return members


def _hits(name: str, wanted: Sequence[str]) -> int:
    known = {lexeme for word in words(name) for lexeme in lexemes(word)}
    return sum(any(one.startswith(word) for one in known) for word in wanted)


def _order(query: dict[str, Any]) -> dict[str, Any]:
    return {"sort": query["sort"], "descending": query["down"]}


def _number_first(
    rows: tuple[register.HouseholdRow, ...], query: dict[str, Any]
) -> tuple[register.HouseholdRow, ...]:
    """The rows of a page, the one whose very number was searched for first; others begin so."""
    wanted = fold_number(query["q"])
    if query["sort"] != "name" or not wanted:
        return rows
    return tuple(sorted(rows, key=lambda one: fold_number(one.number) != wanted))


def _place(start: int, place: register.Place | None) -> str | None:
    return cursors.sealed(PLACES, None if place is None else (start, *place))


def villages_of(context: RequestContext) -> list[tuple[str, str]]:
    """The villages of a commune to choose from, each as (value, label); none for larger areas, and
    the role's own where it is kept to some. Villages of one name in different former units are told
    apart."""
    kept = [one for held in context.roles if held.area == context.area for one in held.villages]
    if kept:
        return [(one, one) for one in sorted(kept, key=place_key)]
    units = list_query.units_of(context, context.today)
    if units is None or len(units) > _MOST_UNITS:
        return []
    with context.services.reading() as conn:
        known = register.villages(conn, units)
    in_units = Counter(village for village, _ in known)
    shared = [(village, unit) for village, unit in known if village and in_units[village] > 1]
    told_apart = navigation.villages_in(context, shared, context.today)
    by_ward = {label: f"{unit}/{village}" for (village, unit), label in told_apart.items()}
    labels = {**{village: village for village, _ in known if village}, **by_ward}
    shown = [(value, label) for label, value in labels.items() if in_units[label] < 2]
    chosen = context.query["village"]
    if in_units[chosen] > 1:  # asked for by its name alone, as an address of before a merger does
        shown.append((chosen, gettext("%(village)s (mọi nơi)", village=chosen)))
    return sorted(shown, key=lambda one: place_key(one[1]))


def _by_identity(
    context: RequestContext, conn: Connection[Any], on: date, *, every: bool, printed: bool
) -> HouseholdPage:
    """Households with a member of this identity number, or of a number that begins so."""
    page = list_query.search(context, conn, context.query["q"], limit=register.MOST_HOUSEHOLDS)
    kept = _number_first(page.households, context.query)
    note_listed(context, kept, words=context.query["q"], export=every, printed=printed)
    files, names, births = members_of(context, conn, [one.household_id for one in kept])
    return HouseholdPage(
        kept, _names(context, kept, on), total=len(kept), files=files, names=names, births=births
    )


def _names(context: RequestContext, rows: Any, on: date) -> dict[str, str]:
    units = {row.area for row in rows}
    return {unit: navigation.recorded_name(context, unit, on) for unit in units}
