"""Charts as SVG, measured here and drawn by `templates/ui/chart.html`.

Three forms are all that the pages need: lines through time, bars, and stacked bars.
docs/decisions/0042 says why no library draws them. Everything is in the units of the drawing; texts
and colours are the template's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

WIDTH, HEIGHT = 640.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 48.0, 112.0, 12.0, 28.0
BAR, GAP, LABELS, VALUES = 12.0, 8.0, 210.0, 130.0
STACK, TOTAL = 20.0, 48.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis with what stands there."""

    at: float
    value: int | date


@dataclass(frozen=True, slots=True)
class Line:
    """One class through time: its points as SVG has them, its last value, and where to name it."""

    class_: str
    points: str
    last: int
    name_at: float


@dataclass(frozen=True, slots=True)
class Lines:
    """A line chart. The vertical axis begins at nought."""

    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    bottom: float = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    part: int
    whole: int

    @property
    def permille(self) -> int | None:
        """In tenths of percent, rounded half up; None of nothing."""
        return (2000 * self.part + self.whole) // (2 * self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its class, length and height on the page, and what it is a share of."""

    class_: str
    y: float
    length: float
    share: Share


@dataclass(frozen=True, slots=True)
class BarGroup:
    """The bars of one label."""

    label: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars of shares."""

    groups: tuple[BarGroup, ...]
    height: float
    thickness: float = BAR
    left: float = LABELS
    width: float = WIDTH


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a stacked bar: what it counts, where it begins, and whether its number fits."""

    code: str
    x: float
    length: float
    number: int

    @property
    def fits(self) -> bool:
        """Whether its number can be written into it."""
        return self.length >= 9 * len(str(self.number)) + 4


@dataclass(frozen=True, slots=True)
class Stack:
    """One stacked bar with its label and its sum."""

    label: str
    y: float
    segments: tuple[Segment, ...]
    whole: int

    @property
    def end(self) -> float:
        """Where the bar ends."""
        return self.segments[-1].x + self.segments[-1].length if self.segments else LABELS


@dataclass(frozen=True, slots=True)
class Stacks:
    """Horizontal stacked bars on one scale."""

    stacks: tuple[Stack, ...]
    height: float
    thickness: float = STACK
    left: float = LABELS
    width: float = WIDTH


def lines(days: Sequence[date], series: Mapping[str, Sequence[int]]) -> Lines:
    """Lines over days that stand equally far apart."""
    most = max((value for values in series.values() for value in values), default=0)
    ticks = _round_ticks(most)
    top = ticks[-1] or 1

    def x(at: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * at / max(1, len(days) - 1)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    ends = _apart({class_: y(values[-1]) for class_, values in series.items()})
    return Lines(
        lines=tuple(
            Line(
                class_,
                " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in enumerate(values)),
                values[-1],
                ends[class_],
            )
            for class_, values in series.items()
        ),
        across=tuple(
            Tick(x(at), day) for at, day in enumerate(days) if (len(days) - 1 - at) % 6 == 0
        ),
        up=tuple(Tick(y(value), value) for value in ticks),
    )


def bars(labels: Sequence[str], shares: Mapping[str, Sequence[Share]]) -> Bars:
    """Bars of shares, one for each class under each label."""
    room = len(shares) * BAR + GAP
    longest = WIDTH - LABELS - VALUES
    groups = []
    for at, label in enumerate(labels):
        y = at * room + GAP / 2
        groups.append(
            BarGroup(
                label,
                y + len(shares) * BAR / 2,
                tuple(
                    Bar(
                        class_,
                        y + BAR * n,
                        longest * (values[at].permille or 0) / 1000,
                        values[at],
                    )
                    for n, (class_, values) in enumerate(shares.items())
                ),
            )
        )
    return Bars(tuple(groups), height=len(labels) * room + GAP)


def stacks(labels: Sequence[str], parts: Sequence[Mapping[str, int]]) -> Stacks:
    """Stacked bars, one for each label, of its numbers by code in their order."""
    most = max((sum(numbers.values()) for numbers in parts), default=0) or 1
    scale = (WIDTH - LABELS - TOTAL) / most
    found = []
    for at, (label, numbers) in enumerate(zip(labels, parts, strict=True)):
        x, segments = LABELS, []
        for code, number in numbers.items():
            if number:
                segments.append(Segment(code, x, number * scale, number))
                x += number * scale
        y = at * (STACK + GAP) + GAP / 2
        found.append(Stack(label, y, tuple(segments), sum(numbers.values())))
    return Stacks(tuple(found), height=len(labels) * (STACK + GAP) + GAP)


def _round_ticks(most: int) -> list[int]:
    """Nought and up to five round steps that reach at least `most`."""
    if most <= 0:
        return [0, 1]
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * 5 >= most:
                width = step * factor
                return list(range(0, -(-most // width) * width + 1, width))
        step *= 10


def _apart(ends: Mapping[str, float]) -> dict[str, float]:
    """The heights at which names stand beside the ends of lines, none upon another."""
    ordered = sorted(ends, key=lambda name: ends[name])
    placed = dict(ends)
    for upper, lower in pairwise(ordered):
        placed[lower] = max(placed[lower], placed[upper] + 30)
    return placed
