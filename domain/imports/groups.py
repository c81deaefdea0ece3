"""Which rows of a list belong to one household.

A household begins with the row of its head and goes on until the next head or an empty row.
What the rows say is read in `reading`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from domain.imports import values
from domain.imports.cells import Cell, Row
from domain.imports.findings import Finding
from domain.imports.layout import Layout
from domain.imports.values import Unusable

ABOUT = ("head", "member", "relation", "birth", "id_number", "class", "decision_number", "b1", "b2")
"""A row without any of these is a caption or a total, not a person."""

UNREADABLE = "\0"
"""What a formula, an error or an unknown relation says: something, but nobody knows what."""


@dataclass(slots=True)
class Group:
    """The rows of one household, in order; `strays` are rows that belong to none."""

    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    headless: bool = False


class Grouping:
    """Cuts the rows of a list with one layout into households."""

    def __init__(self, layout: Layout) -> None:
        self.at = layout.columns
        self.about = [self.at[name] for name in ABOUT if name in self.at]

    def groups(self, rows: Iterable[Row]) -> Iterator[Group]:
        """Cuts the rows into households; an empty row ends one as well as a new head does."""
        group: Group | None = None
        previous = 0
        for row in rows:
            number, cells = row
            if group is not None and number > previous + 1:
                yield group
                group = None
            previous = number
            if not any(letters in cells for letters in self.about):
                continue
            starts, problem = self._starts(cells, group)
            if starts or group is None:
                if group is not None:
                    yield group
                group = Group(headless=not starts)
            if problem:
                group.findings.append(Finding(number, problem[0], problem[1]))
            group.rows.append(row)
        if group is not None:
            yield group

    def _starts(
        self, cells: dict[str, Cell], group: Group | None
    ) -> tuple[bool, tuple[str, str] | None]:
        """Whether the row begins a household, and what is wrong with where it stands."""
        number, relation = self._said(cells, "number"), self._said(cells, "relation")
        head, member = self._said(cells, "head"), self._said(cells, "member")
        other_number = bool(group and number and number != self._said(group.rows[0][1], "number"))
        is_head = relation == "head" or (
            relation in ("", UNREADABLE) and bool(head) and (not member or same(head, member))
        )
        if is_head:
            # A head without a class, named among the members, heads no household of its own.
            unlisted = self._cell(cells, "class") is None and not (head and "member" in self.at)
            repeats = group is not None and not group.headless and not other_number and unlisted
            return (False, ("two_heads", "relation")) if repeats else (True, None)
        if group is None:
            return False, ("member_before_head", "relation")
        if other_number:
            return True, ("no_head", "relation")
        if head and member and not group.headless and not same(head, self._head_name(group)):
            return True, ("no_head", "head")
        return False, None

    def _head_name(self, group: Group) -> str:
        cells = group.rows[0][1]
        return self._said(cells, "head") or self._said(cells, "member")

    def _said(self, cells: dict[str, Cell], name: str) -> str:
        """A cell's text, the code of a relation, or UNREADABLE: `reading` says what is wrong."""
        cell = self._cell(cells, name)
        try:
            return values.relation(cell) if name == "relation" else values.text(cell)
        except Unusable:
            return UNREADABLE

    def _cell(self, cells: dict[str, Cell], name: str) -> Cell | None:
        letters = self.at.get(name)
        return cells.get(letters) if letters else None


def same(one: str, other: str) -> bool:
    """Whether two cells name the same person, whatever the case."""
    return one.casefold() == other.casefold()
