"""The lineage gives the households of every unit their place in the tree of any day.

A household's events are never rewritten by a merger. Instead every unit that was ever used has
one place in the tree of a day:

- itself, while it stands;
- where its one heir stands, and the heir's heir, if all its land went there: exact;
- else the nearest unit above all that its land surely went to, which is the province where not
  all heirs are known: its households are "to be placed" by people, and count there and above,
  but in no unit below.

So on every day each unit is counted once and only once. Pure functions over units; the answers
of a day hold until the next day on which any unit changes, and are kept that long.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import NamedTuple

from domain.areas.codes import COUNTRY
from domain.areas.errors import AreaNotValidOn, AreaUnknown
from domain.areas.unit import MERGED, Unit


class TreePosition(NamedTuple):
    """A node of a day's tree. `exact` is false where households are to be placed by people."""

    node: str
    exact: bool


@dataclass(frozen=True, slots=True)
class CountedUnits:
    """The units whose households count under one unit on one day, each in one of the two."""

    units: frozenset[str]
    to_be_placed: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Both together."""
        return self.units | self.to_be_placed


class Day:
    """The tree of one day, and the place in it of every unit that began on or before it."""

    def __init__(self, units: Mapping[str, Unit], day: date) -> None:
        self._units = units
        self._day = day
        self.parents = {
            unit.id: self._standing_above(unit) for unit in units.values() if unit.stands_on(day)
        }
        self._cut_loops()
        self.children: dict[str, list[str]] = {COUNTRY: []}
        for unit_id in sorted(self.parents):
            self.children.setdefault(self.parents[unit_id], []).append(unit_id)
        self.places: dict[str, TreePosition] = {
            unit_id: TreePosition(unit_id, True) for unit_id in self.parents
        }
        for unit in units.values():
            if unit.valid_from <= day:
                self._place(unit.id)
        self._number()

    def tree(self, unit: str) -> tuple[str, ...]:
        """The unit and all below it, each before its own."""
        first, last = self._spans[unit]
        return tuple(self._order[first:last])

    def counted(self, unit: str) -> CountedUnits:
        """All that counts under the unit."""
        span = self._spans[unit]
        return CountedUnits(_within(self._exact, span), _within(self._loose, span))

    def path(self, unit: str) -> tuple[str, ...]:
        """The units above it, the nearest first, the country left out."""
        above = []
        while (unit := self.parents[unit]) != COUNTRY:
            above.append(unit)
        return tuple(above)

    def _standing_above(self, unit: Unit) -> str:
        """The unit it belongs to that day; where that one has ended, its heir or what is above."""
        parent, seen = unit.parent_on(self._day), {unit.id}
        while parent != COUNTRY:
            above = self._units.get(parent)
            if above is None or parent in seen:
                return COUNTRY
            if above.stands_on(self._day):
                return parent
            seen.add(parent)
            parent = above.heirs[0] if above.ending == MERGED else above.last_parent
        return COUNTRY

    def _cut_loops(self) -> None:
        """Puts a unit that would be above itself directly below the country."""
        sound = {COUNTRY}
        for unit_id in self.parents:
            path, node = [], unit_id
            while node not in sound:
                path.append(node)
                sound.add(node)
                node = self.parents[node]
            if node in path:
                self.parents[node] = COUNTRY

    def _place(self, unit_id: str) -> TreePosition:
        known = self.places.get(unit_id)
        if known is not None:
            return known
        unit = self._units.get(unit_id)
        if unit is None or unit.valid_from > self._day:
            return _LOST
        self.places[unit_id] = _LOST  # what leads back to itself lies somewhere in the country
        heirs = [self._place(heir) for heir in unit.heirs]
        nodes = {place.node for place in heirs if place is not _LOST}
        sure = bool(heirs) and unit.complete and all(place is not _LOST for place in heirs)
        if not sure:
            province = self._province_of(unit)
            nodes.add(self._place(province).node if province != unit_id else COUNTRY)
        node = nodes.pop() if len(nodes) == 1 else self._lowest_above(nodes)
        exact = sure and all(place == (node, True) for place in heirs)
        self.places[unit_id] = TreePosition(node, exact)
        return self.places[unit_id]

    def _province_of(self, unit: Unit) -> str:
        """The topmost unit above it on its last day: land whose heir is not known lies in it.

        In the district it may lie no longer, as districts gave communes away the same day.
        """
        last_day = (unit.valid_to or date.max) - timedelta(days=1)
        seen = {unit.id}
        while (parent := unit.parent_on(last_day)) in self._units and parent not in seen:
            seen.add(parent)
            unit = self._units[parent]
        return unit.id

    def _lowest_above(self, nodes: Iterable[str]) -> str:
        """The lowest unit that holds all of the nodes."""
        paths = [(node, *self.path(node)) if node != COUNTRY else () for node in nodes]
        shared = set(paths[0]).intersection(*paths[1:])
        return next((node for node in paths[0] if node in shared), COUNTRY)

    def _number(self) -> None:
        """Numbers the tree so that all below a unit stand side by side."""
        self._order: list[str] = []
        self._spans: dict[str, tuple[int, int]] = {}
        at: dict[str, int] = {}
        waiting = [(COUNTRY, False)]
        while waiting:
            node, done = waiting.pop()
            if done:
                self._spans[node] = (at[node], len(self._order))
                continue
            at[node] = len(self._order)
            self._order.append(node)
            waiting.append((node, True))
            waiting.extend((child, False) for child in reversed(self.children.get(node, ())))
        self._exact: list[tuple[int, str]] = []
        self._loose: list[tuple[int, str]] = []
        for unit_id, place in self.places.items():
            (self._exact if place.exact else self._loose).append((at[place.node], unit_id))
        self._exact.sort()
        self._loose.sort()


_LOST = TreePosition(COUNTRY, False)
_DAYS_KEPT = 24  # some 8 MB each for the whole country
_number = itemgetter(0)


def _within(numbered: list[tuple[int, str]], span: tuple[int, int]) -> frozenset[str]:
    first = bisect_left(numbered, span[0], key=_number)
    last = bisect_left(numbered, span[1], key=_number)
    return frozenset(unit for _, unit in numbered[first:last])


class Lineage:
    """Every unit there ever was, and what became of it."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units: dict[str, Unit] = {unit.id: unit for unit in units}
        self._days = sorted({day for unit in self.units.values() for day in unit.days_of_change})
        self._kept: dict[int, Day] = {}
        self._predecessors: dict[str, list[str]] = {}
        for unit in self.units.values():
            for heir in unit.heirs:
                self._predecessors.setdefault(heir, []).append(unit.id)

    def day(self, on: date) -> Day:
        """The tree of a day. Calculated once for each stretch of days without a change."""
        stretch = bisect_right(self._days, on)
        found = self._kept.get(stretch)
        if found is None:
            found = Day(self.units, on)
            if len(self._kept) >= _DAYS_KEPT:
                self._kept.clear()
            self._kept[stretch] = found
        return found

    def stretch(self, on: date) -> int:
        """Two days with the same number have the same tree."""
        return bisect_right(self._days, on)

    def tree(self, unit: str, on: date) -> tuple[str, ...]:
        """The unit and all units below it that stand on a day; "" is the country.

        Raises AreaUnknown, or AreaNotValidOn where the unit does not stand that day.
        """
        return self._day_of(unit, on).tree(unit)

    def counted_units(self, unit: str, on: date) -> frozenset[str]:
        """The units whose households surely count under `unit` on a day.

        Those of its tree, and every earlier unit that went over into one of them with all its
        land, at once or step by step. Errors as in `tree`.
        """
        return self.counted(unit, on).units

    def to_be_placed(self, unit: str, on: date) -> frozenset[str]:
        """The earlier units whose land was divided, or is lost track of, inside `unit`.

        Their households count under `unit`, and below it only as far down as all parts of the
        land surely lie. Errors as in `tree`.
        """
        return self.counted(unit, on).to_be_placed

    def counted(self, unit: str, on: date) -> CountedUnits:
        """Both at once. Over the provinces of a day and the country itself, every unit that
        began by then comes up once."""
        return self._day_of(unit, on).counted(unit)

    def place(self, unit: str, on: date) -> TreePosition:
        """The place of a unit's households in the tree of a day: "on today's units".

        Raises AreaUnknown, or AreaNotValidOn before its first day.
        """
        found = self.day(on).places.get(unit)
        if found is None:
            raise self._not_valid(self._known(unit), on)
        return found

    def path(self, unit: str, on: date) -> tuple[str, ...]:
        """The units above it on a day, the nearest first. Errors as in `tree`."""
        return self._day_of(unit, on).path(unit)

    def children(self, unit: str, on: date) -> tuple[str, ...]:
        """The units directly below it on a day, by code. Errors as in `tree`."""
        return tuple(self._day_of(unit, on).children.get(unit, ()))

    def predecessors(self, unit: str) -> tuple[str, ...]:
        """The units whose land, or a part of it, went to this one when they ended."""
        return tuple(self._predecessors.get(unit, ()))

    def on_land_of(self, unit: str, on: date) -> tuple[str, ...]:
        """The units that stand on a day on the land of a unit, or on a part of that land.

        Itself while it stands; after its end its heirs and theirs, before its first day the units
        that it took over. Empty where no such unit is known. Raises AreaUnknown.
        """
        self._known(unit)
        found, seen, waiting = [], set(), [unit]
        while waiting:
            one = waiting.pop(0)
            known = self.units.get(one)
            if known is None or one in seen:
                continue
            seen.add(one)
            if known.stands_on(on):
                found.append(one)
            else:
                later = on >= known.valid_from
                waiting.extend(known.heirs if later else self.predecessors(one))
        return tuple(found)

    def related(self, unit: str) -> tuple[str, ...]:
        """The unit, all whose land went to it at any time, and all that its land went to.

        In no particular order but that the unit itself comes first; an unknown unit is alone.
        """
        found = {unit: None}
        for step in (self.predecessors, self._heirs):
            waiting = [unit]
            while waiting:
                for other in step(waiting.pop()):
                    if other not in found:
                        found[other] = None
                        waiting.append(other)
        return tuple(found)

    def covers(self, held: str, unit: str, on: date) -> bool:
        """Whether the office of the unit `held` answers for the land of another one on a day.

        A unit that went over whole into another one is covered with it, and an office of it covers
        that other one. Where land was divided, or a level abolished, an office keeps what it had:
        the units of its last day, and later units all of whose land comes from them.
        """
        if held not in self.units or unit not in self.units:
            return False
        there = self.day(on).places.get(held)
        if there is None:
            return False
        if there.exact:
            return self._below(there.node, unit, on)
        return self.had(held, unit)

    def last_day(self, unit: str, on: date) -> date:
        """The day asked, or the nearest day on which the unit stood. Raises AreaUnknown."""
        found = self._known(unit)
        if found.valid_to is not None and on >= found.valid_to:
            return found.valid_to - timedelta(days=1)
        return max(on, found.valid_from)

    def _below(self, node: str, unit: str, on: date) -> bool:
        place = self.day(on).places.get(unit)
        return (
            place is not None
            and place.node != COUNTRY
            and (place.node == node or node in self.path(place.node, on))
        )

    def had(self, held: str, unit: str) -> bool:
        """Whether all land of a unit was that of another one on the other's last day."""
        return self._comes_from(*self._last_land(held), unit)

    def land_of(self, held: str) -> list[str]:
        """Every unit all of whose land was that of another one on the other's last day, by id."""
        kept, last = self._last_land(held)
        return sorted(one for one in self.units if self._comes_from(kept, last, one))

    def _last_land(self, held: str) -> tuple[frozenset[str], date]:
        last = self.last_day(held, date.max)
        return self.counted(held, last).all, last

    def _comes_from(self, kept: frozenset[str], last: date, unit: str) -> bool:
        seen: set[str] = set()
        waiting = [unit]
        while waiting:
            one = waiting.pop()
            if one in kept or one in seen:
                continue
            seen.add(one)
            before = self.predecessors(one)
            # One that stood beside it on that day had land of its own, whatever it took over later.
            if not before or self.units[one].stands_on(last):
                return False
            waiting.extend(before)
        return True

    def _heirs(self, unit: str) -> tuple[str, ...]:
        known = self.units.get(unit)
        return tuple(known.heirs) if known else ()

    def _known(self, unit: str) -> Unit:
        if unit not in self.units:
            raise AreaUnknown(area=unit)
        return self.units[unit]

    def _day_of(self, unit: str, on: date) -> Day:
        if unit != COUNTRY and not self._known(unit).stands_on(on):
            raise self._not_valid(self._known(unit), on)
        return self.day(on)

    def _not_valid(self, unit: Unit, on: date) -> AreaNotValidOn:
        return not_valid(unit, on, self.units)


def not_valid(unit: Unit, on: date, units: Mapping[str, Unit]) -> AreaNotValidOn:
    """The refusal, with the days of the unit and the names of its heirs."""
    heirs = [f"{heir} {units[heir].name_on(on)}" if heir in units else heir for heir in unit.heirs]
    return AreaNotValidOn(
        area=unit.id,
        name=unit.name_on(on),
        on=on,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        successors=heirs,
    )
