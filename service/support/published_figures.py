"""Published figures: what articles state, and where the system computes the same.

`published_figures.toml` holds what is stated, with its source, and the address and JSON pointer of
what the system computes. No computed figure stands in it.
"""

import tomllib
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from domain.errors import Refusal
from service.access.authorization import RequestContext
from service.http.addresses import AddressAnswer, at_pointer, read_address
from service.problems import RequestError

SCALES = {"million_dong": 10**6, "billion_dong": 10**9}


class Wording(msgspec.Struct, frozen=True):
    """A text in both languages."""

    vi: str
    en: str


class Source(msgspec.Struct, frozen=True):
    """An article: the place that it is about, where it was published, and the day of its figures
    as the demo takes them."""

    key: str
    place: str
    published: str
    as_of: date


class Section(msgspec.Struct, frozen=True):
    """A heading of an article: its figures are those whose keys begin with its own."""

    key: str
    title: Wording


class PublishedFigure(msgspec.Struct, frozen=True):
    """One figure. `get` and `pointer` are empty where it is not computed yet, and `why` says why.

    `quote` are the words of the article. `precision` is "over" or "about" where the article says
    no exact figure. `differs` says what differs where it does not follow from the others.
    """

    figure: str
    stated: str
    unit: str
    title: Wording
    quote: str
    precision: Literal["exact", "over", "about"] = "exact"
    get: str = ""
    pointer: str = ""
    why: Wording | None = None
    differs: Wording | None = None

    @property
    def source(self) -> Source:
        """The article."""
        return sources()[self.figure.partition(".")[0]]

    @property
    def section(self) -> Section:
        """The heading under which it stands."""
        return next(one for one in _content().section if self.figure.startswith(one.key))

    @property
    def scale(self) -> int:
        """How many of what is computed make one of what is stated."""
        return SCALES.get(self.unit, 1)


class _Content(msgspec.Struct, frozen=True):
    source: tuple[Source, ...]
    section: tuple[Section, ...]
    figure: tuple[PublishedFigure, ...]


@cache
def _content() -> _Content:
    text = (resources.files("service.support") / "published_figures.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Content)


def sources() -> dict[str, Source]:
    """The articles by their keys."""
    return {one.key: one for one in _content().source}


def figures() -> tuple[PublishedFigure, ...]:
    """All figures, in the order of the file."""
    return _content().figure


class Followed:
    """Follows figures to what is computed; each address is read once."""

    def __init__(self, context: RequestContext) -> None:
        self._context = context
        self._read: dict[str, AddressAnswer | None] = {}

    def answer(self, figure: PublishedFigure) -> AddressAnswer | None:
        """The answer at the address; None where the account may not read it or nothing is there."""
        if figure.get and figure.get not in self._read:
            try:
                self._read[figure.get] = read_address(self._context, figure.get)
            except (RequestError, Refusal):
                self._read[figure.get] = None
        return self._read.get(figure.get)

    def value(self, figure: PublishedFigure) -> Any:
        """The value at the pointer; None where there is none."""
        answer = self.answer(figure)
        return None if answer is None else at_pointer(answer.body, figure.pointer)


class Difference(msgspec.Struct, frozen=True):
    """How far a computed value is from the stated one: `by` in its unit, and in percent of it."""

    higher: bool
    by: Decimal
    percent: Decimal | None


def difference(figure: PublishedFigure, computed: Decimal) -> Difference | None:
    """The difference of a computed value, in the unit of the figure; None where there is none."""
    stated = Decimal(figure.stated)
    by = abs(computed - stated)
    if not by:
        return None
    percent = (100 * by / stated).quantize(Decimal("0.1"), ROUND_HALF_UP) if stated else None
    return Difference(computed > stated, by, percent)


def in_unit_of(figure: PublishedFigure, value: Any) -> Decimal | None:
    """A computed value in the unit of the stated one, rounded to as many decimals."""
    try:
        found = Decimal(str(value)) / figure.scale
    except InvalidOperation:
        return None
    return found.quantize(Decimal(figure.stated), rounding=ROUND_HALF_UP)
