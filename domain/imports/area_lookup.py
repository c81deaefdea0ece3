"""Finds the commune of a row by code or by name, on the day of the list."""

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from domain.areas.codes import COMMUNE, COUNTRY, DISTRICT, PROVINCE, REFORM
from domain.areas.directory import AreaDirectory
from domain.areas.errors import AreaUnknown, NotACommune
from domain.areas.unit import Unit
from domain.errors import Refusal


class AreaMissing(Refusal):
    """The row names no commune, and the area imported is not one."""

    code = "area_missing"


class AreaOutside(Refusal):
    """The commune does not lie in the area that is imported."""

    code = "area_outside"


class AreaParentDiffers(Refusal):
    """The commune lies in another district or province than the row says."""

    code = "area_parent_differs"


@dataclass(frozen=True, slots=True)
class AreaColumns:
    """The columns of a row that name its commune, as written; "" where they are empty."""

    province: str = ""
    district: str = ""
    district_code: str = ""
    commune: str = ""
    commune_code: str = ""


class AreaMatch(NamedTuple):
    """A commune: its unit id, and its area type on the day asked for."""

    unit: str
    area_type: str


class AreaLookup:
    """Looks communes up within the area of one import.

    One import can hold decisions from before and after a change of units. `area` is a unit id, and
    means its land: before its first day the units that went over into it whole, after its last the
    one that has all its land. Or it is an official code, and means the unit that has it on the day
    of the row.
    """

    def __init__(self, directory: AreaDirectory, area: str) -> None:
        self.directory = directory
        self.area = area

    def find(self, place: AreaColumns, on: datetime.date) -> AreaMatch:
        """The commune meant. Raises the refusals above and those of `domain.areas.errors`."""
        areas = self._areas(on)
        unit = self._commune(place, on, areas)
        above = self.directory.lineage.path(unit.id, on)
        if not any(area.id in (unit.id, *above) for area in areas):
            raise AreaOutside(area=unit.id, imported=areas[0].id)
        self._check_above(place, on, above)
        return AreaMatch(unit.id, unit.area_type_on(on))

    def _areas(self, on: datetime.date) -> tuple[Unit, ...]:
        """The units of a day that have the land of the area imported. Raises AreaNotValidOn."""
        if "@" not in self.area:
            return (self.directory.unit_on(self.area, on),)
        area, lineage = self.directory.unit(self.area), self.directory.lineage
        if area.stands_on(on):
            return (area,)
        if on >= area.valid_from:
            heir = lineage.place(area.id, on)
            found = [heir.node] if heir.exact else []
        else:
            whole = lineage.counted_units(area.id, area.valid_from)
            found = [one for one in lineage.on_land_of(area.id, on) if one in whole]
        return tuple(lineage.units[one] for one in found) or (
            self.directory.unit_on(area.id, on),  # refuses, and names the heirs
        )

    def _commune(self, place: AreaColumns, on: datetime.date, areas: tuple[Unit, ...]) -> Unit:
        area = areas[0]
        if place.commune_code:
            text = f"{place.commune_code} {place.commune}".strip()
            unit = self.directory.resolve(text, on)
        elif place.commune:
            unit = self._by_name(place, on, area)
        elif area.level == COMMUNE and len(areas) == 1:
            unit = area
        else:
            raise AreaMissing
        if self.directory.require(unit.id, on) != unit.id:
            raise NotACommune(area=unit.id)
        return unit

    def _by_name(self, place: AreaColumns, on: datetime.date, area: Unit) -> Unit:
        """Within the district the row names, else within the area imported."""
        if area.level == COMMUNE:
            return self.directory.resolve(place.commune, on, level=COMMUNE)
        under = area.id
        district = place.district_code or place.district
        if on < REFORM and district and area.level == PROVINCE:
            under = self.directory.resolve(district, on, level=DISTRICT, under=under).id
        return self.directory.resolve(place.commune, on, level=COMMUNE, under=under)

    def _check_above(self, place: AreaColumns, on: datetime.date, above: tuple[str, ...]) -> None:
        """District and province, where the row names them, are those of the commune.

        Lists of today may still name the district of old: since July 2025 there is none to check.
        """
        province = above[-1] if above else COUNTRY
        named = [(place.province, PROVINCE, COUNTRY)]
        if on < REFORM:
            named += [(text, DISTRICT, province) for text in (place.district_code, place.district)]
        for text, level, under in named:
            if not text:
                continue
            try:
                unit = self.directory.resolve(text, on, level=level, under=under)
            except AreaUnknown:
                raise AreaParentDiffers(level=level) from None
            if unit.id not in above:
                raise AreaParentDiffers(level=level)
