"""Queries the population of an area on a day: as declared, or added up from the units below."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from msgspec import Struct

from domain.areas.codes import COUNTRY
from domain.areas.lineage import Lineage
from domain.eventstore.postgres import Connection
from projections.engine.tables import FOREVER
from projections.households.counts import Note


class Denominator(Struct, frozen=True):
    """The households and persons in force for an area on a day; None where nothing is known.

    `declared_on` is the day of its own declaration, None where the figures are sums over the
    units below. `rate_bases` ({class: households}) are those of its own declaration.

    Notes: denominator_declared_on (day), where it is of another day; denominator_from_below
    (units), where it is a sum; denominator_missing_below (missing, units), where it would be a
    sum but some unit has none; denominator_differs (of, declared, below), where the units below
    do not add up to what is declared.
    """

    households: int | None
    persons: int | None
    rate_bases: dict[str, int]
    declared_on: date | None
    source: str
    notes: tuple[Note, ...]


class _Declared(NamedTuple):
    day: date
    households: int | None
    persons: int | None
    rate_bases: dict[str, int]
    source: str
    by_ethnicity: dict[str, dict[str, int]]


_DECLARED = """
select distinct on (unit) unit, day, households, persons, rate_bases, source, by_ethnicity
  from read.denominators
 where unit = any(%(units)s::text[]) and day <= %(on)s
   and case when %(known_at)s::timestamptz is null then known_to = %(forever)s
            else known_from <= %(known_at)s and known_to > %(known_at)s end
 order by unit, day desc
"""
_MEASURES = ("households", "persons")


def denominator(
    conn: Connection,
    lineage: Lineage,
    unit: str,
    *,
    on: date,
    known_at: datetime | None = None,
) -> Denominator:
    """The denominator of a unit id, or "" for the country, on a day, as known at a moment.

    Raises AreaUnknown or AreaNotValidOn for a unit that does not stand that day.
    """
    tree = lineage.tree(unit, on)
    declared = _declared(conn, tree, on, known_at)
    below = {
        measure: _sum(lineage, lineage.children(unit, on), measure, declared, on)
        for measure in _MEASURES
    }
    own = declared.get(unit)
    figures = {m: getattr(own, m) if own else None for m in _MEASURES}
    chosen = {m: figures[m] if figures[m] is not None else below[m] for m in _MEASURES}
    return Denominator(
        households=chosen["households"],
        persons=chosen["persons"],
        rate_bases=own.rate_bases if own else {},
        declared_on=own.day if own else None,
        source=own.source if own else "",
        notes=tuple(_notes(lineage, unit, on, declared, figures, below)),
    )


class Base(NamedTuple):
    """The households in force for a unit, and other bases of its published rates."""

    households: int | None
    rate_bases: dict[str, int]


def of_units(
    conn: Connection,
    lineage: Lineage,
    units: Iterable[str],
    *,
    on: date,
    known_at: datetime | None = None,
) -> dict[str, Base]:
    """The denominators of these units, with one query. Errors as in `denominator`."""
    wanted = list(units)
    trees = {one for unit in wanted for one in lineage.tree(unit, on)}
    declared = _declared(conn, trees, on, known_at)
    found = {}
    for unit in wanted:
        own = declared.get(unit)
        households = _sum(lineage, [unit], "households", declared, on)
        found[unit] = Base(households, own.rate_bases if own else {})
    return found


class Residents(Struct, frozen=True):
    """All who live in a unit, and by ethnic group where the declaration says it of all of them.

    None where it is not declared: for the unit, or for each of the units below it.
    """

    households: int | None
    persons: int | None
    households_by_ethnicity: dict[str, int] | None
    persons_by_ethnicity: dict[str, int] | None


def residents(
    conn: Connection,
    lineage: Lineage,
    unit: str,
    *,
    on: date,
    known_at: datetime | None = None,
) -> dict[str, Residents]:
    """The residents of a unit and of every unit below it. Errors as in `denominator`."""
    tree = lineage.tree(unit, on)
    declared = _declared(conn, tree, on, known_at)
    found: dict[str, Residents] = {}
    for one in reversed(tree):
        below = [found[child] for child in lineage.children(one, on)]
        own = declared.get(one)
        figures: dict[str, int | None] = {}
        groups: dict[str, dict[str, int] | None] = {}
        for measure in _MEASURES:
            mine = getattr(own, measure) if own else None
            theirs = [getattr(child, measure) for child in below]
            figures[measure] = mine if mine is not None else _total(theirs)
            said = own.by_ethnicity[measure] if own else {}
            if mine is not None:
                groups[measure] = said if sum(said.values()) == mine else None
            else:
                groups[measure] = _groups([getattr(c, f"{measure}_by_ethnicity") for c in below])
        found[one] = Residents(
            households=figures["households"],
            persons=figures["persons"],
            households_by_ethnicity=groups["households"],
            persons_by_ethnicity=groups["persons"],
        )
    return found


def _total(parts: list[int | None]) -> int | None:
    known = [one for one in parts if one is not None]
    return sum(known) if parts and len(known) == len(parts) else None


def _groups(parts: list[dict[str, int] | None]) -> dict[str, int] | None:
    known = [one for one in parts if one is not None]
    if not parts or len(known) != len(parts):
        return None
    sums: dict[str, int] = {}
    for part in known:
        for group, number in part.items():
            sums[group] = sums.get(group, 0) + number
    return sums


def _declared(
    conn: Connection, units: Iterable[str], on: date, known_at: datetime | None
) -> dict[str, _Declared]:
    parameters = {"units": list(units), "on": on, "known_at": known_at, "forever": FOREVER}
    return {row[0]: _Declared(*row[1:]) for row in conn.execute(_DECLARED.encode(), parameters)}


def _sum(
    lineage: Lineage,
    units: Iterable[str],
    measure: str,
    declared: dict[str, _Declared],
    on: date,
) -> int | None:
    """The sum over units, each by its own figure or by those below it; None if one has none."""
    total: int | None = None
    for unit in units:
        figure = getattr(declared.get(unit), measure, None)
        if figure is None:
            figure = _sum(lineage, lineage.children(unit, on), measure, declared, on)
        if figure is None:
            return None
        total = (total or 0) + figure
    return total


def _notes(
    lineage: Lineage,
    unit: str,
    on: date,
    declared: dict[str, _Declared],
    own: dict[str, int | None],
    below: dict[str, int | None],
) -> Iterable[Note]:
    children = lineage.children(unit, on)
    if unit in declared and declared[unit].day != on:
        yield Note("denominator_declared_on", {"day": declared[unit].day.isoformat()})
    for measure in _MEASURES:
        mine, theirs = own[measure], below[measure]
        if mine is not None and theirs is not None and mine != theirs:
            yield Note("denominator_differs", {"of": measure, "declared": mine, "below": theirs})
    if own["households"] is None and below["households"] is not None:
        yield Note("denominator_from_below", {"units": len(children)})
    missing = [one for one in children if _sum(lineage, [one], "households", declared, on) is None]
    if own["households"] is None and children and missing and unit != COUNTRY:
        yield Note("denominator_missing_below", {"missing": len(missing), "units": len(children)})
