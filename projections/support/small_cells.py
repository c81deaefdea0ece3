"""Chooses the counts of a table that are held back, so that no small count can be worked out.

A count is small where it is above nought and below a limit. All small counts are held back, and
further ones beside them, until no sum of the table gives one of them away: not by one subtraction,
and not by any combination of sums. What is given away is found by elimination, as in Gauss's
(method: Langsrud, Gaussian elimination secondary suppression). A nought is shown where another
count can be held back instead.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

Cell = TypeVar("Cell", bound=Hashable)
_PRIME = 2**61 - 1  # whole numbers in the place of fractions


class Sum(NamedTuple, Generic[Cell]):
    """A count that is the sum of others."""

    whole: Cell
    parts: tuple[Cell, ...]

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The sum and its parts."""
        return (self.whole, *self.parts)


def small(counts: Mapping[Cell, int], smallest: int) -> set[Cell]:
    """The cells whose count is above nought and below the limit."""
    return {cell for cell, count in counts.items() if 0 < count < smallest}


def held_back(
    counts: Mapping[Cell, int],
    sums: Sequence[Sum[Cell]],
    smallest: int,
    *,
    hidden: Collection[Cell] = (),
    settled: Collection[Cell] = (),
) -> frozenset[Cell]:
    """The cells that are not shown: the small ones, `hidden`, and those that protect them.

    `settled` cells were decided in another table: of them those in `hidden` are not shown, the
    others are.
    """
    chosen = _Choice(counts, sums, frozenset(settled))
    chosen.hide(small(counts, smallest) - chosen.settled)
    chosen.hide(hidden)
    chosen.pair_up()
    while True:
        given_away = worked_out(chosen.hidden, sums)
        more = {cell for one in given_away for cell in chosen.beside(one)}
        if not more:
            return frozenset(chosen.hidden)
        chosen.hide(more)
        chosen.pair_up()


class _Choice(Generic[Cell]):
    """The cells that are hidden so far, and the sums that have to be looked at again."""

    def __init__(
        self, counts: Mapping[Cell, int], sums: Sequence[Sum[Cell]], settled: frozenset[Cell]
    ) -> None:
        self.counts, self.sums, self.settled = counts, sums, settled
        self.hidden: set[Cell] = set()
        self.of: dict[Cell, list[int]] = defaultdict(list)
        for at, one in enumerate(sums):
            for cell in one.cells:
                self.of[cell].append(at)
        self.waiting: list[int] = []

    def hide(self, cells: Iterable[Cell]) -> None:
        """Hides cells; the sums that they are in have to be looked at."""
        for cell in sorted(set(cells) - self.hidden, key=repr):
            self.hidden.add(cell)
            self.waiting += self.of[cell]

    def pair_up(self) -> None:
        """Hides a second cell in each sum that has one alone."""
        while self.waiting:
            cells = self.sums[self.waiting.pop()].cells
            if sum(cell in self.hidden for cell in cells) == 1:
                self.hide(self._cheapest(cells))

    def beside(self, cell: Cell) -> list[Cell]:
        """The cell that is best hidden beside one that is given away; none where there is none."""
        return self._cheapest([one for at in self.of[cell] for one in self.sums[at].cells])

    def _cheapest(self, cells: Iterable[Cell]) -> list[Cell]:
        """First one that is not nought, in a line with hidden cells already, and of few."""
        free = {cell for cell in cells if cell not in self.hidden and cell not in self.settled}
        return sorted(free, key=lambda cell: (*self._cost(cell), repr(cell)))[:1]

    def _cost(self, cell: Cell) -> tuple[bool, int, int]:
        lines = [self.sums[at].cells for at in self.of[cell]]
        untouched = sum(self.hidden.isdisjoint(line) for line in lines)
        return self.counts[cell] == 0, untouched, self.counts[cell]


def worked_out(hidden: Collection[Cell], sums: Sequence[Sum[Cell]]) -> list[Cell]:
    """The hidden cells whose count follows from the sums and from the cells that are shown."""
    unknown = set(hidden)
    solved: dict[Cell, dict[Cell, int]] = {}  # the equation of each cell that was eliminated
    within: dict[Cell, set[Cell]] = defaultdict(set)  # the equations that hold a cell
    for one in sums:
        equation: dict[Cell, int] = {}
        for cell, factor in ((one.whole, 1), *((part, -1) for part in one.parts)):
            if cell in unknown:
                _add(equation, {cell: 1}, factor)
        for cell in [cell for cell in equation if cell in solved]:
            _add(equation, solved[cell], -equation[cell])
        if equation:
            _eliminate(equation, solved, within)
    return [cell for cell, equation in solved.items() if len(equation) == 1]


def _eliminate(
    equation: dict[Cell, int],
    solved: dict[Cell, dict[Cell, int]],
    within: dict[Cell, set[Cell]],
) -> None:
    """Solves an equation for its rarest cell, and puts that into all other equations."""
    pivot = min(equation, key=lambda cell: (len(within[cell]), repr(cell)))
    inverse = pow(equation[pivot], -1, _PRIME)
    equation = {cell: factor * inverse % _PRIME for cell, factor in equation.items()}
    for other in list(within[pivot]):
        before = solved[other]
        after = dict(before)
        _add(after, equation, -before[pivot])
        solved[other] = after
        for cell in before.keys() - after.keys():
            within[cell].discard(other)
        for cell in after.keys() - before.keys():
            within[cell].add(other)
    solved[pivot] = equation
    for cell in equation:
        within[cell].add(pivot)


def _add(equation: dict[Cell, int], other: Mapping[Cell, int], times: int) -> None:
    """Adds an equation so many times to the first one."""
    for cell, factor in other.items():
        total = (equation.get(cell, 0) + times * factor) % _PRIME
        if total:
            equation[cell] = total
        else:
            equation.pop(cell, None)
