"""The one query for lists of households: from filters to rows, within the area decided.

The API, the page, the print and the export ask through it. Each of them notes in the read log what
it shows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from psycopg import Connection

from domain.areas.errors import AreaNotValidOn
from domain.households import codes
from projections.areas import areas
from projections.households import deprivations, movements, register
from service.access.authorization import RequestContext
from service.problems import RequestError
from service.ui import navigation

# What `class` may ask for: a class, households of both lists, or those without a decision.
CLASSES = (*codes.CLASSES, "listed", "none")
SURVEYED = "surveyed"  # in place of an indicator: households that were asked about them
MEMBER_CHANGES = ("member_change_in", "member_change_out")
WAYS = (
    "opening", "closing", "unchanged",
    *dict.fromkeys((*movements.INCOMING, *movements.OUTGOING)), *MEMBER_CHANGES,
)  # fmt: skip
INDICATOR = r"^[a-z_]{1,40}$"

_IN_WARD = re.compile(r"([0-9]{2,5}@[0-9]{4}-[0-9]{2}-[0-9]{2})/(.+)")
_MOST_NAMED = 20


class IdentityNumberInUrl(RequestError):
    """An identity number must not stand in an address: use POST /api/v1/searches."""

    code = "identity_number_in_url"


@dataclass(frozen=True, slots=True)
class ListFilters:
    """The filters of a list of households; the defaults keep all that have not ended.

    `class_` is one of CLASSES and `flag` one of `codes.FLAGS`. `cause` is a code of causes of
    poverty; `indicator` a code of the standard, or SURVEYED. `movement` is one of WAYS, into or out
    of the class `of`, from `since` (the end of the year before) to the day. `changed` keeps
    households about which something was recorded since that day. `q` are words of names, villages
    or units, or a household number. `as_of` and `known_at` are the two clocks. `ward` is the
    former unit whose village is meant where two have one name.
    """

    class_: str | None = None
    flag: str | None = None
    newly_escaped: bool = False
    ended: bool = False
    cause: str | None = None
    indicator: str | None = None
    movement: str | None = None
    of: str = "poor"
    since: date | None = None
    changed: date | None = None
    q: str = ""
    as_of: date | None = None
    known_at: datetime | None = None
    ward: str | None = None

    @classmethod
    def of_query(cls, query: Mapping[str, Any], *, ward: str | None = None) -> Self:
        """The filters that the query of a request sets; others keep their default."""
        names = {field.name for field in fields(cls)} & query.keys()
        return cls(**{name: query[name] for name in names}, ward=ward)


@dataclass(frozen=True, slots=True)
class HouseholdList:
    """The households of an area that some filters keep, to be read page by page or counted."""

    context: RequestContext
    conn: Connection[Any]
    conditions: Mapping[str, Any]
    """The filters, as `register.households` takes them."""

    def page(
        self,
        *,
        limit: int,
        sort: str = "name",
        descending: bool = False,
        after: register.Place | None = None,
        before: register.Place | None = None,
    ) -> register.Page:
        """At most `limit` rows in order, after or before a place. Raises PlaceUnknown."""
        return register.households(
            self.conn,
            self.context.services.keyring,
            **self.conditions,
            sort=sort,
            descending=descending,
            after=after,
            before=before,
            limit=limit,
        )

    def rows(
        self, *, limit: int, sort: str = "name", descending: bool = False
    ) -> tuple[list[register.HouseholdRow], bool]:
        """The rows from the first on, `limit` of them at most; and whether there are more."""
        found: list[register.HouseholdRow] = []
        after: register.Place | None = None
        while True:
            page = self.page(
                limit=register.MOST_HOUSEHOLDS, sort=sort, descending=descending, after=after
            )
            found.extend(page.households)
            after = page.next
            if after is None or len(found) >= limit:
                return found[:limit], after is not None

    def count(self) -> tuple[int, bool]:
        """How many rows there are, as `register.count`."""
        return register.count(self.conn, **self.conditions)


def household_list(
    context: RequestContext, conn: Connection[Any], filters: ListFilters
) -> HouseholdList:
    """The list of the area and village decided, on the day and as known at the moment asked."""
    on = filters.as_of or context.today
    then = filters.as_of is not None or filters.known_at is not None
    class_ = filters.class_
    return HouseholdList(
        context,
        conn,
        {
            "units": units_of(context, on),
            "class_": {"none": "", "listed": None}.get(class_, class_) if class_ else None,
            "classes": codes.LISTED if class_ == "listed" else (),
            "village": context.place.village if context.place else None,
            **_ward(context, filters),
            "flags": [filters.flag] if filters.flag else [],
            "newly_escaped_on": on if filters.newly_escaped else None,
            "q": filters.q,
            "named_units": _named_units(context, conn, filters.q, on),
            "as_of": on if then else None,
            "known_at": (filters.known_at or context.services.clock()) if then else None,
            "ended": filters.ended,
            "only": _only(context, conn, filters, on),
        },
    )


def search(
    context: RequestContext,
    conn: Connection[Any],
    text: str,
    *,
    limit: int,
    after: register.Place | None = None,
) -> register.Page:
    """Households of the area that answer to a text, which may be an identity number."""
    return register.search(
        conn,
        context.services.keyring,
        text,
        units=units_of(context, context.today),
        named_units=_named_units(context, conn, text, context.today),
        village=context.place.village if context.place else None,
        after=after,
        limit=limit,
    )


def village_of(value: str | None) -> tuple[str | None, str | None]:
    """The unit and the village that a filter names: "UNIT/VILLAGE" where two have one name."""
    named = _IN_WARD.fullmatch(value or "")
    return (named[1], named[2]) if named else (None, value or None)


def units_of(context: RequestContext, on: date) -> list[str] | None:
    """The units whose households are listed; None is the country."""
    return context.services.areas().units_within(context.area, on)


def _ward(context: RequestContext, filters: ListFilters) -> dict[str, Any]:
    """The unit that the filter of a village names, and how that village is written elsewhere."""
    village = context.place.village if context.place else None
    if filters.ward is None or village is None:
        return {}
    elsewhere = navigation.village_in(context, village, filters.ward, context.today)
    return {"ward": filters.ward, "village_elsewhere": elsewhere}


def _named_units(context: RequestContext, conn: Connection[Any], q: str, on: date) -> list[str]:
    """Every unit whose households count in a unit of this name, past names too."""
    if not q.strip():
        return []
    directory = context.services.areas()
    named: set[str] = set()
    for area in areas.find(conn, on=on, q=q, limit=_MOST_NAMED):
        named.update(directory.units_within(area.unit, on) or ())
    return sorted(named)


def _only(
    context: RequestContext, conn: Connection[Any], filters: ListFilters, on: date
) -> list[UUID] | None:
    """The households that every further filter keeps; None where there is no such filter."""
    units, known_at = units_of(context, on), filters.known_at
    kept: list[list[UUID]] = []
    if filters.indicator:
        indicator = None if filters.indicator == SURVEYED else filters.indicator
        classes = [filters.class_] if filters.class_ in codes.LISTED else list(codes.LISTED)
        kept.append(
            deprivations.deprived_households(
                conn, units, indicator, on=on, known_at=known_at, classes=classes
            )
        )
    if filters.cause:
        kept.append(
            deprivations.caused_households(conn, units, filters.cause, on=on, known_at=known_at)
        )
    if filters.changed:
        kept.append(
            deprivations.changed_households(conn, units, filters.changed, known_at=known_at)
        )
    if filters.movement:
        kept.append(
            movements.moved_households(
                conn,
                _moving_units(context, on),
                filters.movement,
                class_=filters.of,
                from_=filters.since or date(on.year - 1, 12, 31),
                to=on,
                known_at=known_at,
            )
        )
    if not kept:
        return None
    return list(set(kept[0]).intersection(*kept[1:]))


def _moving_units(context: RequestContext, on: date) -> frozenset[str] | None:
    try:
        counted = context.services.areas().counted(context.area, on)
    except AreaNotValidOn:
        return frozenset(units_of(context, on) or ())
    return None if counted is None else counted.all
