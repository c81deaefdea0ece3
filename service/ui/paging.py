"""Pages of a list that is read forward only: what leads on and back, sealed like every place.

A cursor holds how many rows stand before the page, and the places at which the pages before it
ended, the latest last. So a way back needs no query that reads the list the other way round.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from service.http import cursors

PAGE = 50
_TRAIL = 12  # pages that a way back knows; beyond them there is the beginning

Came = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list. `start` counts those before them, `total` all, None if not counted;
    `more`, whether there are more than that."""

    rows: Sequence[Any]
    start: int
    next: str | None
    previous: str | None
    total: int | None = None
    more: bool = False

    @property
    def last(self) -> int:
        """The number of the last row, from 1."""
        return self.start + len(self.rows)


def place_of(came: Came | None) -> Any:
    """The place that the page begins after; None for the first page."""
    return came[1][-1] if came else None


def page(
    list_: str,
    found: Sequence[Any],
    came: Came | None,
    place: Callable[[Any], Sequence[Any]],
    *,
    count: tuple[int, bool] | None = None,
) -> Page:
    """A page of `found`, which is PAGE rows and one more where there is more.

    `came` is the opened cursor of the address, `place` the sort values of a row, `count` how many
    rows there are and whether there are more than that.
    """
    start, trail = (came[0], list(came[1])) if came else (0, [])
    rows = found[:PAGE]
    ended = [*trail, list(place(rows[-1]))][-_TRAIL:] if len(found) > PAGE else None
    total, more = count if count else (None, False)
    return Page(
        rows,
        start,
        next=cursors.sealed(list_, [start + PAGE, ended] if ended else None),
        previous=cursors.sealed(list_, [start - PAGE, trail[:-1]] if len(trail) > 1 else None),
        total=None if total is None else max(total, start + len(rows)),
        more=more,
    )
