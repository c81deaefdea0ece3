"""An official table: columns, rows of units, totals, and the identities that hold between figures.

A cell is a whole number, a percentage with two decimals, a text, or empty; an empty cell has its
reason, so that no reader takes it for a nought.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from domain.terms import label
from projections.households.counts import Note, rate_percent

Cell = int | str | None

# Reasons of empty cells.
NO_DENOMINATOR = "no_denominator"
ABOVE_HUNDRED = "above_hundred"
NOT_KEPT_BY_VILLAGE = "not_kept_by_village"
LOCAL_GROUPS_UNKNOWN = "local_groups_unknown"
ETHNICITIES_INCOMPLETE = "ethnicities_incomplete"
NOTHING_TO_DIVIDE = "nothing_to_divide"
REASONS = (
    NO_DENOMINATOR, ABOVE_HUNDRED, NOT_KEPT_BY_VILLAGE, LOCAL_GROUPS_UNKNOWN,
    ETHNICITIES_INCOMPLETE, NOTHING_TO_DIVIDE,
)  # fmt: skip

COUNT, PERCENT = "count", "percent"
HOUSEHOLDS, PERSONS = "households", "persons"
VILLAGE, UNPLACED = "village", "to_be_placed"


class Column(Struct, frozen=True):
    """A column: its code, its heading in both languages, and the kind of its cells.

    `seen` says that the heading was read in a set of forms that a province uses. `en` is "" where
    the heading is a label of a code list.
    """

    code: str
    vi: str
    en: str
    kind: str = COUNT
    seen: bool = False

    @classmethod
    def of_term(cls, code: str, kind: str, term: str) -> "Column":
        """A column that is headed by a legal term."""
        return cls(code, label(kind, term), label(kind, term, "en"), seen=True)


class Row(Struct, frozen=True):
    """The figures of one unit or village.

    `unit` is the unit that the row is of or that its village is recorded in. `level` is that of
    the unit, "village", or "to_be_placed" for the households of divided units that are in no
    unit below. `depth` is the distance from the total. `measure` is "households" or "persons",
    "" where the columns say it.
    """

    unit: str
    village: str
    level: str
    depth: int
    measure: str
    cells: dict[str, Cell]
    empty: dict[str, str]


class Difference(Struct, frozen=True):
    """A household that makes a part of a difference: what the read model says of it less what
    its entries say."""

    household_id: UUID
    households: int
    persons: int
    deprivations: int = 0


class Identity(Struct, frozen=True):
    """An equation between figures of tables, checked for one unit.

    `difference` is the left side less the right side. `households` are those that make it;
    none, where the sums by day differ from the households that they are made of.
    """

    rule: str
    unit: str
    measure: str
    holds: bool
    difference: int = 0
    households: tuple[Difference, ...] = ()


class Table(Struct, frozen=True):
    """One official table of an area and a period, as known at a moment, up to a ledger position.

    `notes` are for its reader: those of denominators, and of what the columns mean.
    """

    name: str
    area: str
    from_: date
    to: date
    known_at: datetime | None
    seq: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    identities: tuple[Identity, ...]
    notes: tuple[Note, ...]

    @property
    def balances(self) -> bool:
        """Whether every identity holds."""
        return all(one.holds for one in self.identities)


Figures = dict[str, int]
"""Whole numbers by the code of their column."""

Derive = Callable[[Figures], tuple[dict[str, Cell], dict[str, str]]]
"""Makes the cells of a row, and the reasons of empty ones, from its sums."""


def plus(sums: Figures, more: Mapping[str, int]) -> None:
    """Adds figures to sums."""
    for code, number in more.items():
        sums[code] = sums.get(code, 0) + number


def added(parts: Iterable[Mapping[str, int]]) -> Figures:
    """The sum of several figures."""
    sums: Figures = {}
    for part in parts:
        plus(sums, part)
    return sums


def percent(part: int, whole: int | None) -> tuple[Cell, str]:
    """A share in percent with two decimals, or why there is none."""
    if whole is None:
        return None, NO_DENOMINATOR
    if whole == 0:
        return None, NOTHING_TO_DIVIDE
    if part > whole:
        return None, ABOVE_HUNDRED
    return rate_percent(part, whole), ""


def filled(
    columns: Sequence[Column], cells: Mapping[str, Cell], empty: Mapping[str, str]
) -> tuple[dict[str, Cell], dict[str, str]]:
    """The cells in the order of the columns; a count that is not there is nought."""
    shown = {
        one.code: None
        if one.code in empty
        else cells.get(one.code, 0 if one.kind == COUNT else None)
        for one in columns
    }
    return shown, {code: why for code, why in empty.items() if code in shown}
