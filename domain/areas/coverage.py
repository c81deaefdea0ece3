"""Coverage computes the land that the office of a unit answers for, and so whom a role covers."""

from datetime import date, timedelta

from domain.areas.codes import COUNTRY
from domain.areas.directory import AreaDirectory
from domain.areas.lineage import Lineage


def covers(directory: AreaDirectory, held: str, unit: str, on: date) -> bool:
    """Whether a role held in one unit reaches another one on a day; "" is the country.

    A unit that went over whole into another one is covered with it, and a role held in it covers
    that other one. Where land was divided, or a level abolished, a role keeps what it had: the
    units of its last day, and later units all of whose land comes from them.
    """
    if COUNTRY in (held, unit):
        return held == COUNTRY
    if held == unit:
        return True
    lineage = directory.lineage
    if held not in lineage.units or unit not in lineage.units:
        return False
    there = lineage.day(on).places.get(held)
    if there is None:
        return False
    if there.exact:
        return _below(lineage, there.node, unit, on)
    return _had(lineage, held, unit)


def last_day(lineage: Lineage, unit: str, on: date) -> date:
    """The day asked, or the nearest day on which the unit stood. Raises AreaUnknown."""
    found = lineage.units.get(unit)
    if found is None:
        lineage.tree(unit, on)  # refuses it by name
        return on
    if found.valid_to is not None and on >= found.valid_to:
        return found.valid_to - timedelta(days=1)
    return max(on, found.valid_from)


def _below(lineage: Lineage, node: str, unit: str, on: date) -> bool:
    place = lineage.day(on).places.get(unit)
    return (
        place is not None
        and place.node != COUNTRY
        and (place.node == node or node in lineage.path(place.node, on))
    )


def _had(lineage: Lineage, held: str, unit: str) -> bool:
    last = lineage.counted(held, last_day(lineage, held, date.max))
    kept = last.all
    seen: set[str] = set()
    waiting = [unit]
    while waiting:
        one = waiting.pop()
        if one in kept or one in seen:
            continue
        seen.add(one)
        before = lineage.predecessors(one)
        if not before:
            return False
        waiting.extend(before)
    return True
