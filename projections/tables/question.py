"""The question that a table answers: an area, a period, a moment; and the parts of tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from domain.areas.lineage import Lineage
from domain.eventstore.postgres import Connection
from projections.households import counts, groups, movements
from projections.households.groups import EthnicGroup, Group, SurveyedGroup
from projections.households.movements import VillageMove
from projections.population import population
from projections.population.population import Residents
from projections.tables.movements import moved
from projections.tables.table import (
    HOUSEHOLDS,
    Cell,
    Column,
    Figures,
    Row,
    filled,
)
from projections.tables.units import Heading, Sums, UnitTree

# Makes the cells of a row from its sums; the heading says what the row is of.
Cells = Callable[[Heading, Figures], tuple[Mapping[str, Cell], Mapping[str, str]]]


@dataclass
class Question:
    """An area, a unit id or "" for the country, between the ends of two days, as known at a moment.

    `villages` asks for the rows of villages below communes. What several tables need is read once.
    """

    conn: Connection
    lineage: Lineage
    area: str
    from_: date
    to: date
    known_at: datetime | None = None
    villages: bool = False
    _moved: dict[tuple[str, str], Sums] = field(default_factory=dict)
    _counts: dict[date, dict[tuple[str, str], tuple[int, int]]] = field(default_factory=dict)

    @cached_property
    def tree(self) -> UnitTree:
        """The units on the last day. Raises AreaUnknown or AreaNotValidOn."""
        return UnitTree(self.lineage, self.area, self.to, villages=self.villages)

    @cached_property
    def seq(self) -> int:
        """The ledger position that every read model of a table has reached."""
        row = self.conn.execute(
            "select min(seq) from read.positions where model = any(%s)", [list(MODELS)]
        ).fetchone()
        return int(row[0] or 0) if row else 0

    @cached_property
    def residents(self) -> dict[str, Residents]:
        """All who live in each unit on the last day."""
        return population.residents(
            self.conn, self.lineage, self.area, on=self.to, known_at=self.known_at
        )

    @cached_property
    def moves(self) -> list[VillageMove]:
        """The movements of the listed households; one for each unit where villages are no rows."""
        found = movements.moves_by_village(
            self.conn, self.tree.units, from_=self.from_, to=self.to, known_at=self.known_at
        )
        return found if self.villages else _without_villages(found)

    def moved(self, class_: str, measure: str) -> Sums:
        """The movements of a class by unit and village, of households or of persons."""
        key = class_, measure
        if key not in self._moved:
            self._moved[key] = moved(self.tree, self.moves, class_, measure)
        return self._moved[key]

    @cached_property
    def groups(self) -> list[Group]:
        """The households of the last day by village, class and group."""
        return groups.groups(self.conn, self.tree.units, on=self.to, known_at=self.known_at)

    @cached_property
    def surveyed(self) -> list[SurveyedGroup]:
        """The same by the deprivations of the latest form B, with their children."""
        return self._by_codes("deprived")

    @cached_property
    def caused(self) -> list[SurveyedGroup]:
        """The same by the causes that were recorded last."""
        return self._by_codes("causes")

    def _by_codes(self, kind: str) -> list[SurveyedGroup]:
        return groups.surveyed_groups(
            self.conn, self.tree.units, kind=kind, born_after=self.to.year - CHILD_AGE,
            on=self.to, known_at=self.known_at,
        )  # fmt: skip

    @cached_property
    def heads(self) -> list[EthnicGroup]:
        """The same by the ethnic group of the head."""
        return groups.ethnicities_of_heads(
            self.conn, self.tree.units, on=self.to, known_at=self.known_at
        )

    @cached_property
    def members(self) -> list[EthnicGroup]:
        """Their persons by their own ethnic group."""
        return groups.ethnicities_of_members(
            self.conn, self.tree.units, on=self.to, known_at=self.known_at
        )

    def counted(self, on: date, class_: str, measure: str) -> dict[str, int]:
        """Households or persons of a class by unit of the tree, from the sums by day."""
        if on not in self._counts:
            self._counts[on] = counts.by_unit(
                self.conn, self.tree.units, on=on, known_at=self.known_at
            )
        found: dict[str, int] = {}
        for (area, one), pair in self._counts[on].items():
            node = self.tree.node(area)
            if one == class_ and node is not None:
                found[node] = found.get(node, 0) + pair[0 if measure == HOUSEHOLDS else 1]
        return found

    def rows(
        self, sums: Sums, columns: Sequence[Column], cells: Cells, measure: str = ""
    ) -> tuple[list[Row], Row]:
        """The rows below the area, and the total."""
        total = Heading(self.area, "", self.tree.level(self.area), 0)
        found = [(total, sums.under(self.area)), *sums.rows()]
        rows = []
        for heading, figures in found:
            shown, empty = filled(columns, *cells(heading, figures))
            rows.append(Row(*heading, measure, shown, empty))
        return rows[1:], rows[0]


def _without_villages(moves: Iterable[VillageMove]) -> list[VillageMove]:
    sums: dict[tuple[object, ...], list[int]] = {}
    for one in moves:
        key = (one.area_before, None, one.before, one.area_after, None, *one[5:9])
        numbers = sums.setdefault(key, [0] * 5)
        for at, number in enumerate(one[9:]):
            numbers[at] += number
    return [VillageMove._make((*key, *numbers)) for key, numbers in sums.items()]


# A child is younger: the nutrition indicator of Nghị định 07/2021/NĐ-CP counts under 16. Of members
# the year of birth is kept, so a child is one who turns at most 16 after the year of the last day.
CHILD_AGE = 16
MODELS = ("status_spans", "counts", "findings", "denominators", "areas")


def plain(heading: Heading, figures: Figures) -> tuple[Mapping[str, Cell], Mapping[str, str]]:
    """The cells of a table that has nothing but counts."""
    return figures, {}
