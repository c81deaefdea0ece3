"""Coverage of a role: the units whose land belongs to the unit of the role, also after mergers.

Units are looked up in the directory of all present and former units, which is in memory; a former
unit counts as the one that took over all its land.
"""

from datetime import date

from domain.areas.codes import COUNTRY
from domain.areas.coverage import covers, last_day
from domain.areas.directory import AreaDirectory
from domain.areas.lineage import CountedUnits

__all__ = ["above", "counted", "covers", "in_force", "name_of", "resolved", "units_within"]


def units_within(directory: AreaDirectory, unit: str, on: date) -> list[str] | None:
    """Every unit whose households are counted under this one on a day; None is the country.

    A unit that has ended gives those of its last day.
    """
    if unit == COUNTRY:
        return None
    found = directory.lineage.counted(unit, last_day(directory.lineage, unit, on))
    return sorted(found.all)


def above(directory: AreaDirectory, unit: str, on: date) -> list[str]:
    """The units above one on a day, the country last; of one that has ended, on its last day."""
    if unit == COUNTRY:
        return []
    return [*directory.lineage.path(unit, last_day(directory.lineage, unit, on)), COUNTRY]


def counted(directory: AreaDirectory, unit: str, on: date) -> CountedUnits | None:
    """The units that figures of an area are made of on a day; None is the country.

    Raises AreaNotValidOn for a unit that is not in force that day.
    """
    return None if unit == COUNTRY else directory.lineage.counted(unit, on)


def name_of(directory: AreaDirectory, unit: str, on: date) -> str:
    """Returns the full name of a unit on a day; the id of an unknown unit."""
    found = directory.lineage.units.get(unit)
    return found.name_on(on) if found else unit


def in_force(directory: AreaDirectory, unit_or_code: str, on: date) -> str:
    """The unit id that a role which begins on a day can name: of a unit in force on it, or the
    whole country. Raises AreaUnknown, and AreaNotValidOn with the successors.
    """
    return COUNTRY if unit_or_code == COUNTRY else directory.unit_on(unit_or_code, on).id


def resolved(directory: AreaDirectory, unit_or_code: str, on: date) -> str:
    """Resolves an id or a bare code to a unit id. An id need not be in force that day.

    Raises AreaUnknown, and AreaNotValidOn for a code that no unit has on the day.
    """
    if "@" in unit_or_code:
        return directory.unit(unit_or_code).id
    return directory.unit_on(unit_or_code, on).id
