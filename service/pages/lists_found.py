"""Finding the households that a list shows, within the area decided, and nothing beyond it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.areas.refusals import AreaNotValidOn
from projections.queries import deprivations, movements, register
from projections.vietnamese import sort_key
from service import lists, territory
from service.access import Asked
from service.readlog import note_read

PAGE = 50
EXPORTED = 20_000
LISTED = ("poor", "near_poor")
SURVEYED = "surveyed"  # in place of an indicator: whoever was asked about them


@dataclass(frozen=True, slots=True)
class Found:
    """Some households, the names of their units, and what leads to those that follow."""

    households: tuple[register.Listed, ...]
    area_names: dict[str, str]
    next: UUID | None
    cut: bool = False


def found(asked: Asked, *, every: bool = False) -> Found:
    """The households that the query asks for: one page, or up to EXPORTED of them."""
    query, wiring = asked.query, asked.wiring
    on = query["as_of"] or asked.today
    with wiring.reading() as conn:
        if lists.holds_identity_number(query["q"]):
            return _by_identity(asked, conn, on)
        only = _only(asked, conn, on)
        rows: list[register.Listed] = []
        after = None if every else query["after"]
        while True:
            page = _page(asked, conn, on, only, after, register.MOST if every else PAGE)
            rows.extend(page.households)
            after = page.next
            if not every or after is None or len(rows) >= EXPORTED:
                break
    return Found(tuple(rows[:EXPORTED]), _names(asked, rows, on), after, every and bool(after))


def units_of(asked: Asked, on: date) -> list[str] | None:
    """The units whose households are listed; None is the country."""
    return territory.units_within(asked.wiring.areas(), asked.area, on)


def villages_of(asked: Asked) -> list[str]:
    """The villages of a commune to choose from; of nothing larger, and of those kept to only."""
    kept = [one for held in asked.roles if held.area == asked.area for one in held.villages]
    if kept:
        return sorted(kept, key=sort_key)
    units = units_of(asked, asked.today)
    if units is None or len(units) > 12:
        return []
    with asked.wiring.reading() as conn:
        return sorted(register.villages(conn, units), key=sort_key)


def _page(
    asked: Asked,
    conn: Connection[Any],
    on: date,
    only: list[UUID] | None,
    after: UUID | None,
    limit: int,
) -> register.Page:
    query, wiring = asked.query, asked.wiring
    then = query["as_of"] is not None or query["known_at"] is not None
    class_ = query["class_"]
    return register.households(
        conn,
        wiring.keyring,
        units=units_of(asked, on),
        class_={"none": "", "listed": None}.get(class_, class_) if class_ else None,
        classes=LISTED if class_ == "listed" else (),
        village=asked.place.village if asked.place else None,
        flags=[query["flag"]] if query["flag"] else [],
        newly_escaped_on=on if query["newly_escaped"] else None,
        q=query["q"],
        named_units=lists.named_units(asked, conn, query["q"], on),
        as_of=on if then else None,
        known_at=(query["known_at"] or wiring.clock()) if then else None,
        ended=query["ended"],
        only=only,
        after=after,
        limit=limit,
    )


def _only(asked: Asked, conn: Connection[Any], on: date) -> list[UUID] | None:
    """The households that every further filter keeps; None where there is no such filter."""
    query = asked.query
    units = units_of(asked, on)
    classes = [query["class_"]] if query["class_"] in LISTED else list(LISTED)
    kept: list[list[UUID]] = []
    if query["indicator"]:
        kept.append(
            deprivations.deprived_households(
                conn,
                units,
                None if query["indicator"] == SURVEYED else query["indicator"],
                on=on,
                known_at=query["known_at"],
                classes=classes,
            )
        )
    if query["cause"]:
        kept.append(
            deprivations.caused_households(
                conn, units, query["cause"], on=on, known_at=query["known_at"]
            )
        )
    if query["changed"]:
        kept.append(
            deprivations.changed_households(
                conn, units, query["changed"], known_at=query["known_at"]
            )
        )
    if query["movement"]:
        kept.append(
            movements.moved_households(
                conn,
                _moving_units(asked, on),
                query["movement"],
                class_=query["of"],
                from_=query["since"] or date(on.year - 1, 12, 31),
                to=on,
                known_at=query["known_at"],
            )
        )
    if not kept:
        return None
    return list(set(kept[0]).intersection(*kept[1:]))


def _moving_units(asked: Asked, on: date) -> frozenset[str] | None:
    try:
        counted = territory.counted(asked.wiring.areas(), asked.area, on)
    except AreaNotValidOn:
        return frozenset(units_of(asked, on) or ())
    return None if counted is None else counted.units | counted.to_be_placed


def _by_identity(asked: Asked, conn: Connection[Any], on: date) -> Found:
    """Who bears this identity number, or a household number that begins so.

    Each household found leaves a line in the read log.
    """
    page = register.search(
        conn, asked.wiring.keyring, asked.query["q"], units=units_of(asked, asked.today)
    )
    village = asked.place.village if asked.place else None
    kept = tuple(one for one in page.households if village in (None, one.village))
    for one in kept:
        note_read(asked, one.household_id, one.area, "search")
    return Found(kept, _names(asked, kept, on), None)


def _names(asked: Asked, rows: Any, on: date) -> dict[str, str]:
    directory = asked.wiring.areas()
    return {unit: territory.name_of(directory, unit, on) for unit in {row.area for row in rows}}
