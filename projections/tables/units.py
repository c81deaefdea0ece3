"""The rows of a table: a unit, the units below it on the last day, and their villages.

Every household counts in one place: the village that it is recorded in, under the unit that its
commune belongs to on the last day of the period, however often the map changed since.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from domain.areas.codes import COMMUNE, COUNTRY, level_of, parse_unit
from domain.areas.lineage import Lineage
from projections.tables.table import UNPLACED, VILLAGE, Figures, added, plus


class Village(NamedTuple):
    """A village, with the unit that its households are recorded in."""

    area: str
    name: str


class Place(NamedTuple):
    """A place of the table: a unit of the last day, and a village whose households count there."""

    node: str
    village: Village


class Heading(NamedTuple):
    """The unit or village of a row, its level, and its distance from the total."""

    unit: str
    village: str
    level: str
    depth: int


class UnitTree:
    """The units of a table on its last day, and the place of every household recorded there."""

    def __init__(self, lineage: Lineage, area: str, on: date, *, villages: bool = True) -> None:
        self._day, self.area, self.villages = lineage.day(on), area, villages
        self.nodes = lineage.tree(area, on)
        self.units = None if area == COUNTRY else sorted(lineage.counted(area, on).all)
        self._inside = None if self.units is None else frozenset(self.units)

    def node(self, recorded_in: str | None) -> str | None:
        """The unit of the table in which households of this unit count; None elsewhere."""
        if recorded_in is None or (self._inside is not None and recorded_in not in self._inside):
            return None
        place = self._day.places.get(recorded_in)
        return place.node if place is not None else COUNTRY

    def children(self, node: str) -> tuple[str, ...]:
        """The units directly below a unit of the table."""
        return tuple(self._day.children.get(node, ()))

    def below(self, node: str) -> tuple[str, ...]:
        """The unit itself and all units of the table below it."""
        return self._day.tree(node)

    def level(self, node: str) -> str:
        """The level of a unit."""
        return level_of(parse_unit(node)[0]) if node != COUNTRY else "country"

    @property
    def is_commune(self) -> bool:
        """Whether the table is of one commune, whose villages are its rows."""
        return self.area != COUNTRY and self.level(self.area) == COMMUNE


class Sums:
    """Figures by place, added up to units: exclusive of each other, so that a sum is a sum."""

    def __init__(self, tree: UnitTree) -> None:
        self._tree = tree
        self.own: dict[str, Figures] = {}
        self.villages: dict[str, dict[Village, Figures]] = {}

    @classmethod
    def of_villages(cls, tree: UnitTree, figures: Iterable[tuple[str, str, Figures]]) -> "Sums":
        """Sums of figures by unit and village as recorded."""
        sums = cls(tree)
        for area, village, some in figures:
            node = tree.node(area)
            if node is not None:
                sums.add(node, some)
                sums.add_village(node, Village(area, village), some)
        return sums

    def copy(self) -> "Sums":
        """Sums of their own with the same figures."""
        other = Sums(self._tree)
        other.own = {node: dict(figures) for node, figures in self.own.items()}
        other.villages = {
            node: {village: dict(figures) for village, figures in below.items()}
            for node, below in self.villages.items()
        }
        return other

    def add(self, node: str, figures: Mapping[str, int]) -> None:
        """Adds figures to a unit."""
        plus(self.own.setdefault(node, {}), figures)

    def add_village(self, node: str, village: Village, figures: Mapping[str, int]) -> None:
        """Adds figures to a village of a unit, where villages are rows."""
        if self._tree.villages:
            plus(self.villages.setdefault(node, {}).setdefault(village, {}), figures)

    def under(self, node: str) -> Figures:
        """The figures of a unit with all units below it."""
        return added(self.own[one] for one in self._tree.below(node) if one in self.own)

    def rows(self) -> list[tuple[Heading, Figures]]:
        """The rows below the total, each before those below it."""
        found: list[tuple[Heading, Figures]] = []
        self._add_rows(found, self._tree.area, 1)
        return found

    def _add_rows(self, found: list[tuple[Heading, Figures]], node: str, depth: int) -> None:
        children = self._tree.children(node)
        if not children:
            found += self._village_rows(node, depth)
            return
        for child in children:
            found.append((Heading(child, "", self._tree.level(child), depth), self.under(child)))
            self._add_rows(found, child, depth + 1)
        loose = self.own.get(node, {})
        if any(loose.values()):
            found.append((Heading(node, "", UNPLACED, depth), loose))

    def _village_rows(self, node: str, depth: int) -> list[tuple[Heading, Figures]]:
        return [
            (Heading(village.area, village.name, VILLAGE, depth), figures)
            for village, figures in sorted(self.villages.get(node, {}).items())
            if any(figures.values())
        ]
