"""The figures of coverage of an area: of the whole, and of each unit or village below it.

To accounts that may not see single households small counts are not shown, nor those from which they
could be worked out. What is not shown is settled from the province down, so that the table of a
commune shows nothing that the table of its province holds back. Days and benefits are settled each
by itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from domain.areas.codes import COUNTRY
from domain.areas.directory import AreaDirectory
from domain.eventstore.postgres import Connection
from domain.support.programme import Benefit
from projections.households.counts import rate_percent
from projections.support import coverage
from projections.support.coverage import Delivered, Group, Question
from projections.support.small_cells import Sum, held_back

COUNTED = (
    "eligible", "served", "covered", "unserved", "outside", "leaked", "granted", "left_poverty",
    "left_near_poverty", "timed",
)  # fmt: skip
"""The counts of a line, as `coverage.MEASURES` names them."""
OF_GROUPS = ("eligible", "covered", "unserved")
"""The counts that are also given of each group of `coverage.GROUPS`, as "eligible_female_head"."""


Smallest = Callable[[str], int]
"""The lowest count that is shown, by province; "" is the country."""


class Place(NamedTuple):
    """A line of the table: a unit, or a village of one.

    Both are "" for households that count in the area and in no unit below it.
    """

    unit: str
    village: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of an area, a unit or a village. A count is None where it is held back."""

    place: Place
    counts: Mapping[str, int | None]
    median_days: int | None
    most_days: int | None
    hidden: frozenset[str] = frozenset()

    def share(self, part: str, whole: str) -> str | None:
        """A count as percent of another one; None without both, or of nothing."""
        some, all_ = self.counts[part], self.counts[whole]
        return None if some is None or all_ is None else rate_percent(some, all_)


@dataclass(frozen=True, slots=True)
class CoverageTable:
    """The figures of an area and of the places below it."""

    area: str
    total: Line
    lines: Sequence[Line]

    @property
    def holds_back(self) -> bool:
        """Whether some figure is held back."""
        return any(line.hidden for line in (self.total, *self.lines))


@dataclass(slots=True)
class _Tally:
    """The counts of one place while they are added up."""

    counts: dict[str, int]
    delivered: list[Delivered] = field(default_factory=list)


def kept_to(directory: AreaDirectory, benefit: Benefit, on: date) -> list[str] | None:
    """The units that a benefit is kept to, with all below them; None where to none."""
    wanted = benefit.qualification.areas
    if not wanted:
        return None
    found: set[str] = set()
    for one in wanted:
        found.update(directory.units_in(directory.resolved(one, on), on) or ())
    return sorted(found)


def coverage_table(
    conn: Connection,
    directory: AreaDirectory,
    area: str,
    programme: str,
    benefit: Benefit,
    *,
    on: date,
    known_at: datetime | None,
    smallest: Smallest | None,
) -> CoverageTable:
    """The table of an area on a day; without `smallest` every count is shown.

    Raises AreaNotValidOn for a unit that is not in force on the day.
    """
    top = area if smallest is None else province(directory, area, on)
    question = Question(
        programme,
        benefit,
        directory.units_within(top, on),
        on,
        known_at,
        kept_to(directory, benefit, on),
    )
    groups, delivered = coverage.groups(conn, question), coverage.delivered(conn, question)
    return table_of(groups, delivered, directory, area, on=on, smallest=smallest)


def table_of(
    groups: Iterable[Group],
    delivered: Iterable[Delivered],
    directory: AreaDirectory,
    area: str,
    *,
    on: date,
    smallest: Smallest | None,
) -> CoverageTable:
    """The table of an area from what was counted in it; with `smallest`, in its whole province."""
    tree, tallies = _Tree(directory, on), _Tallies(groups, delivered)
    total, parts = tallies.of(tree.units(area)), tree.places(area, tallies)
    back: Mapping[Place | None, frozenset[str]] = {}
    if smallest is not None:
        back = _settled(tallies, tree, tree.from_province(area), smallest)
    return CoverageTable(
        area,
        _line(Place(area), total, back.get(None, frozenset())),
        [_line(place, tally, back.get(place, frozenset())) for place, tally in parts.items()],
    )


def province(directory: AreaDirectory, area: str, on: date) -> str:
    """The province of a unit on a day; "" of the country."""
    return _Tree(directory, on).from_province(area)[0]


class _Tree:
    """The units below units on a day."""

    def __init__(self, directory: AreaDirectory, on: date) -> None:
        self.directory, self.on = directory, on

    def units(self, area: str) -> list[str] | None:
        """The units whose households count in an area; None is the country."""
        return self.directory.units_within(area, self.on)

    def from_province(self, area: str) -> list[str]:
        """The area after the units above it, its province first."""
        if area == COUNTRY:
            return [area]
        return [*reversed(self.directory.lineage.path(area, self.on)), area]

    def places(self, area: str, tallies: "_Tallies") -> dict[Place, _Tally]:
        """The units below an area, or its villages, that hold all of its households."""
        below = self.directory.lineage.children(area, self.on)
        if not below:
            return tallies.villages(self.units(area))
        found = {Place(unit): tallies.of(self.units(unit)) for unit in below}
        placed = {one for unit in below for one in self.units(unit) or ()}
        units = self.units(area)
        rest = tallies.of(None if units is None else set(units) - placed, but=placed)
        return found | ({Place(""): rest} if any(rest.counts.values()) else {})


class _Tallies:
    """The counts by recorded unit and village, added up for any units."""

    def __init__(self, groups: Iterable[Group], delivered: Iterable[Delivered]) -> None:
        self._groups: dict[str, list[Group]] = defaultdict(list)
        self._delivered: dict[str, list[Delivered]] = defaultdict(list)
        for group in groups:
            self._groups[group.area].append(group)
        for some in delivered:
            self._delivered[some.area].append(some)

    def of(self, units: Iterable[str] | None, but: Iterable[str] = ()) -> _Tally:
        """The counts of these units; None is all units but those of `but`."""
        if units is None:
            units = (self._groups.keys() | self._delivered.keys()) - set(but)
        tally = _Tally(_nothing())
        for unit in units:
            for group in self._groups.get(unit, ()):
                _add(tally.counts, group)
            for some in self._delivered.get(unit, ()):
                tally.delivered.append(some)
                tally.counts["timed"] += some.cases
        return tally

    def villages(self, units: Iterable[str] | None) -> dict[Place, _Tally]:
        """The counts of each village of these units."""
        found: dict[Place, _Tally] = {}
        for unit in units if units is not None else self._groups:
            for group in self._groups.get(unit, ()):
                place = Place(unit, group.village)
                tally = found.setdefault(place, _Tally(_nothing()))
                _add(tally.counts, group)
            for some in self._delivered.get(unit, ()):
                tally = found.setdefault(Place(unit, some.village), _Tally(_nothing()))
                tally.delivered.append(some)
                tally.counts["timed"] += some.cases
        return found


def _nothing() -> dict[str, int]:
    of_groups = [f"{name}_{group}" for name in OF_GROUPS for group in coverage.GROUPS]
    return dict.fromkeys((*COUNTED, *of_groups), 0)


def _add(counts: dict[str, int], group: Group) -> None:
    number = group.households
    for name, holds in (
        ("eligible", group.eligible),
        ("served", group.served),
        ("covered", group.eligible and group.served),
        ("unserved", group.eligible and not group.served),
        ("outside", group.served and not group.eligible),
        ("leaked", group.leaked),
        ("granted", group.granted),
        ("left_poverty", group.left_poverty),
        ("left_near_poverty", group.left_near_poverty),
    ):
        if not holds:
            continue
        counts[name] += number
        if name in OF_GROUPS:
            for one in coverage.GROUPS:
                counts[f"{name}_{one}"] += number * getattr(group, one)


def _line(place: Place, tally: _Tally, hidden: frozenset[str]) -> Line:
    shown: dict[str, int | None] = {
        name: None if name in hidden else number for name, number in tally.counts.items()
    }
    timed = "timed" not in hidden
    return Line(
        place,
        shown,
        coverage.median(tally.delivered) if timed else None,
        coverage.median(tally.delivered, 90) if timed else None,
        hidden & shown.keys(),
    )


# What is held back.

_REST = "rest of "
_Cell = tuple[Place | None, str]  # None is the whole area


def _with_rests(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts, with what a reader gets by taking one from another."""
    found = dict(counts)
    for part, whole in _RESTS:
        found[_REST + part] = counts[whole] - counts[part]
    return found


_RESTS = [
    ("leaked", "served"),
    ("left_poverty", "granted"),
    ("left_near_poverty", "granted"),
    *((f"{name}_{group}", name) for name in OF_GROUPS for group in coverage.GROUPS),
]
_SUMS = [
    ("eligible", ("covered", "unserved")),
    ("served", ("covered", "outside")),
    *((whole, (part, _REST + part)) for part, whole in _RESTS),
    *(
        (f"{rest}eligible_{group}", (f"{rest}covered_{group}", f"{rest}unserved_{group}"))
        for group in coverage.GROUPS
        for rest in ("", _REST)
    ),
]


def _of_line(counts: Mapping[str, int], smallest: int) -> frozenset[str]:
    """What a province does not show of itself, whatever other provinces show."""
    return held_back(_with_rests(counts), [Sum(*one) for one in _SUMS], smallest)


def _settled(
    tallies: _Tallies, tree: _Tree, path: Sequence[str], smallest: Smallest
) -> Mapping[Place | None, frozenset[str]]:
    """What is held back of the last area of a path (None) and of the places below it.

    What an area does not show of itself is settled in the table of the area above it.
    """
    if path[0] == COUNTRY:
        return _of_country(tallies, tree, smallest)
    least = smallest(path[0])
    hidden = _of_line(tallies.of(tree.units(path[0])).counts, least)
    for above, below in pairwise(path):
        hidden = _of_table(tallies, tree, above, hidden, least)[Place(below)]
    return _of_table(tallies, tree, path[-1], hidden, least)


def _of_country(
    tallies: _Tallies, tree: _Tree, smallest: Smallest
) -> Mapping[Place | None, frozenset[str]]:
    """The table of the country: provinces settle themselves, and its sums are held back."""
    table = _Cells(tallies, tree, COUNTRY)
    gone = {
        (place, name)
        for place, counts in table.below.items()
        for name in _of_line(counts, smallest(place.unit))
    }
    settled = [cell for cell in table.counts if cell[0] is not None]
    return table.by_place(
        held_back(table.counts, table.sums, smallest(COUNTRY), hidden=gone, settled=settled)
    )


def _of_table(
    tallies: _Tallies, tree: _Tree, area: str, hidden: frozenset[str], smallest: int
) -> Mapping[Place | None, frozenset[str]]:
    """The table of an area of which `hidden` is not shown, as settled above it."""
    table = _Cells(tallies, tree, area)
    gone = [(None, name) for name in hidden]
    settled = [(None, name) for name in table.total]
    return table.by_place(
        held_back(table.counts, table.sums, smallest, hidden=gone, settled=settled)
    )


class _Cells:
    """The cells of the table of an area with their sums; of the place None, the whole area."""

    def __init__(self, tallies: _Tallies, tree: _Tree, area: str) -> None:
        self.total = _with_rests(tallies.of(tree.units(area)).counts)
        self.below = {
            place: _with_rests(tally.counts) for place, tally in tree.places(area, tallies).items()
        }
        self.counts: dict[_Cell, int] = {(None, name): n for name, n in self.total.items()}
        for place, counts in self.below.items():
            self.counts |= {(place, name): number for name, number in counts.items()}
        self.sums: list[Sum[_Cell]] = [
            Sum((place, whole), tuple((place, part) for part in parts))
            for place in (None, *self.below)
            for whole, parts in _SUMS
        ]
        self.sums += [
            Sum((None, name), tuple((place, name) for place in self.below)) for name in self.total
        ]

    def by_place(self, cells: Iterable[_Cell]) -> Mapping[Place | None, frozenset[str]]:
        """The names of cells by their places."""
        found: dict[Place | None, set[str]] = {place: set() for place in (None, *self.below)}
        for place, name in cells:
            found[place].add(name)
        return {place: frozenset(names) for place, names in found.items()}
