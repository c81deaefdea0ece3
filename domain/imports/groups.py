"""Groups the rows of a list by household.

A household begins with the row of its head and goes on until the next head. Where the list prints
its header again, the household goes on below it. Where an empty row or a caption stands inside a
household, the rows below belong to it if they say so themselves (by the head's name, or the
household's number) or if the head's row states more persons; otherwise the whole household is
refused, as half of it must not be recorded. What the rows say is read in `reading`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from domain.imports import values
from domain.imports.captions import HEADER, NUMBERING, Captions
from domain.imports.layout import Layout
from domain.imports.list_kinds import ANY_KIND, ListKind
from domain.imports.remarks import Remark
from domain.imports.values import Unusable
from domain.imports.xlsx.cells import Cell, Row

UNREADABLE = "\0"
"""The value of a formula, an error or an unknown relation: a cell that is filled, not readable."""

_PAGE = (HEADER, NUMBERING)
_BLANK = "blank"
_ELSEWHERE = ("elsewhere", "")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that belongs to no household; `code` is one of `findings` that says what it is."""

    number: int
    code: str


@dataclass(slots=True)
class Group:
    """The rows of one household, in order; `strays` are rows that belong to none."""

    rows: list[Row] = field(default_factory=list)
    findings: list[Remark] = field(default_factory=list)
    headless: bool = False


class Grouping:
    """Cuts the rows of a list with one layout into households."""

    def __init__(self, layout: Layout, kind: ListKind = ANY_KIND) -> None:
        self.at = layout.columns
        self.captions = Captions(layout, kind)

    def groups(self, rows: Iterable[Row]) -> Iterator[Group | LeftOut]:
        """The households of the rows from top to bottom, and the rows that belong to none."""
        group: Group | None = None
        previous, gap = 0, ""
        for row in rows:
            if previous and row.number > previous + 1:
                gap = gap or _BLANK
            previous = row.number
            code = self.captions.code_of(row)
            if code:
                yield LeftOut(row.number, code)
                gap = code if gap in ("", *_PAGE) else gap
                continue
            starts, problem = self._starts(row.cells, group)
            if group is not None and gap and not starts:
                problem = problem or self._across(row, group, gap)
                if problem == _ELSEWHERE:
                    yield group
                    group, problem = None, ("member_before_head", "relation")
            gap = ""
            if starts or group is None:
                if group is not None:
                    yield group
                group = Group(headless=not starts)
            if problem:
                group.findings.append(Remark(row.number, problem[0], problem[1]))
            group.rows.append(row)
        if group is not None:
            yield group

    def _across(self, row: Row, group: Group, gap: str) -> tuple[str, str] | None:
        """What is wrong with a member's row below a gap in a household; None where it is sure."""
        if gap in _PAGE:
            return None
        stated = self._stated(group)
        if stated is not None:
            return None if len(group.rows) < stated else _ELSEWHERE
        number = self._said(row.cells, "number")
        head = self._said(row.cells, "head")
        if number or (head and "member" in self.at):
            return None  # of this very household, as `_starts` has found
        return ("gap_in_household", "")

    def _stated(self, group: Group) -> int | None:
        """How many persons the head's row states."""
        try:
            return values.whole(self._cell(group.rows[0].cells, "size"))
        except Unusable:
            return None

    def _starts(
        self, cells: dict[str, Cell], group: Group | None
    ) -> tuple[bool, tuple[str, str] | None]:
        """Whether the row begins a household, and what is wrong with where it stands."""
        number, relation = self._said(cells, "number"), self._said(cells, "relation")
        head, member = self._said(cells, "head"), self._said(cells, "member")
        other_number = bool(
            group and number and number != self._said(group.rows[0].cells, "number")
        )
        is_head = relation == "head" or (
            relation in ("", UNREADABLE) and bool(head) and (not member or same(head, member))
        )
        if is_head:
            # A head without a class, named among the members, heads no household of its own.
            classless = "class" in self.at and self._cell(cells, "class") is None
            unlisted = classless and not (head and "member" in self.at)
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
        cells = group.rows[0].cells
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


def same(name: str, other: str) -> bool:
    """Whether two cells name the same person, whatever the case."""
    return name.casefold() == other.casefold()
