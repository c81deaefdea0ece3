"""Which land a role covers, whatever became of the unit it is held in.

Units are looked up in the directory of all units there ever were; an old unit stands for the one
that took over all its land. Nothing here asks the database: the directory is kept at hand.
"""

from datetime import date, timedelta

from domain.areas.codes import COUNTRY
from domain.areas.directory import AreaDirectory
from domain.areas.lineage import Counted, Lineage


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


def units_within(directory: AreaDirectory, unit: str, on: date) -> list[str] | None:
    """Every unit whose households are counted under this one on a day; None is the country.

    A unit that has ended gives those of its last day.
    """
    if unit == COUNTRY:
        return None
    found = directory.lineage.counted(unit, _last_day(directory.lineage, unit, on))
    return sorted(found.units | found.to_be_placed)


def above(directory: AreaDirectory, unit: str, on: date) -> list[str]:
    """The units above one on a day, the country last; of one that has ended, on its last day."""
    if unit == COUNTRY:
        return []
    return [*directory.lineage.path(unit, _last_day(directory.lineage, unit, on)), COUNTRY]


def counted(directory: AreaDirectory, unit: str, on: date) -> Counted | None:
    """The units that figures of an area are made of on a day; None is the country.

    Raises AreaNotValidOn where the unit does not stand that day: its figures would be guesses.
    """
    return None if unit == COUNTRY else directory.lineage.counted(unit, on)


def name_of(directory: AreaDirectory, unit: str, on: date) -> str:
    """The full name of a unit on a day; its id where nobody knows the unit."""
    found = directory.lineage.units.get(unit)
    return found.name_on(on) if found else unit


def resolved(directory: AreaDirectory, unit_or_code: str, on: date) -> str:
    """The unit id that an id or a bare code stands for. An id need not be in force that day.

    Raises AreaUnknown, and AreaNotValidOn for a code that nobody bears on the day.
    """
    if "@" in unit_or_code:
        return directory.unit(unit_or_code).id
    return directory.unit_on(unit_or_code, on).id


def _below(lineage: Lineage, node: str, unit: str, on: date) -> bool:
    place = lineage.day(on).places.get(unit)
    return (
        place is not None
        and place.node != COUNTRY
        and (place.node == node or node in lineage.path(place.node, on))
    )


def _had(lineage: Lineage, held: str, unit: str) -> bool:
    last = lineage.counted(held, _last_day(lineage, held, date.max))
    kept = last.units | last.to_be_placed
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


def _last_day(lineage: Lineage, unit: str, on: date) -> date:
    """The day asked, or the nearest day on which the unit stood. Raises AreaUnknown."""
    found = lineage.units.get(unit)
    if found is None:
        lineage.tree(unit, on)  # refuses it by name
        return on
    if found.valid_to is not None and on >= found.valid_to:
        return found.valid_to - timedelta(days=1)
    return max(on, found.valid_from)
