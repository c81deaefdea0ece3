"""Chooses the sheets of a workbook that hold lists, and reads their visible rows."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from domain.households.codes import FLAGS
from domain.imports.errors import NoList, SeveralLists, UnknownSheet
from domain.imports.layout import (
    FIELDS_OF_EVERY_LIST,
    HEADER_WITHIN,
    REQUIRED_FIELDS,
    Layout,
    find_layout,
    refuse_doubles,
)
from domain.imports.list_kinds import ListKind, kind_of
from domain.imports.remarks import Remark, row_key
from domain.imports.xlsx.cells import Cell, Row
from domain.imports.xlsx.frame import Frame, read_frame
from domain.imports.xlsx.sheet import read_rows
from domain.imports.xlsx.workbook import SheetEntry, Workbook


@dataclass(frozen=True, slots=True)
class ChosenList:
    """A sheet that holds a list: its kind, its columns, and the frame of its rows."""

    sheet: SheetEntry
    kind: ListKind
    layout: Layout
    frame: Frame

    def remarks(self, index: int) -> list[Remark]:
        """The remarks on the list as a whole, in the row of its header."""
        header = row_key(index, self.layout.last_row)
        return [
            Remark(header, "column_hidden", field)
            for field, letters in self.layout.columns.items()
            if self.frame.is_hidden(letters)
        ]


def choose_lists(workbook: Workbook, name: str = "") -> list[ChosenList]:
    """The lists of a workbook in the order in which they are recorded: exits come last.

    With a name only the sheet of that name. Raises UnknownSheet, NoList, SeveralLists (two lists
    of one kind: only the office knows which holds), ColumnTwice.
    """
    if name and not any(sheet.name == name for sheet in workbook.sheets):
        raise UnknownSheet(sheets=[sheet.name for sheet in workbook.sheets])
    candidates = [s for s in workbook.sheets if (s.name == name if name else s.visible)]
    found: list[tuple[SheetEntry, ListKind, Layout]] = []
    closest: list[str] = []
    for sheet in candidates:
        first = list(itertools.islice(read_rows(workbook, sheet), HEADER_WITHIN + 1))
        layout = find_layout(first)
        if layout is None:
            continue
        kind = _kind(sheet, first, layout)
        missing = layout.lacks(
            FIELDS_OF_EVERY_LIST if kind.only_class or kind.is_exit else REQUIRED_FIELDS
        )
        if not missing:
            found.append((sheet, kind, layout))
        elif not closest or len(missing) < len(closest):
            closest = missing
    for (_, one, _), (_, other, _) in itertools.combinations(found, 2):
        if one.overlaps(other):
            raise SeveralLists(sheets=[sheet.name for sheet, _, _ in found])
    if not found:
        raise NoList(
            sheets=[sheet.name for sheet in candidates],
            missing=closest or ["head", "class", "decision_number"],
        )
    found.sort(key=lambda one: one[1].order)
    for _, _, layout in found:
        refuse_doubles(layout)
    return [
        ChosenList(sheet, kind, layout, read_frame(workbook, sheet))
        for sheet, kind, layout in found
    ]


def _kind(sheet: SheetEntry, first: list[Row], layout: Layout) -> ListKind:
    above = (row for row in first if row.number <= layout.last_row)
    texts = [cell for row in above for cell in row.cells.values() if isinstance(cell, str)]
    captions = [text for text in texts if text not in layout.headings.values()]
    return kind_of(sheet.name, captions)


def list_rows(workbook: Workbook, chosen: ChosenList, index: int = 0) -> Iterator[Row]:
    """The rows below the header, each with what merged cells say of it, numbered by `row_key`.

    `index` is the place of the list among those chosen.
    """
    merged = _Merged(chosen)
    for row in read_rows(workbook, chosen.sheet):
        if row.number > chosen.layout.last_row:
            filled = merged.fill(row)
            yield replace_number(filled, index) if index else filled


def replace_number(row: Row, index: int) -> Row:
    """The row under the key of the list at this place."""
    return row._replace(number=row_key(index, row.number))


class _Merged:
    """Gives each row below the first one of a merged cell the value that it shows for them all."""

    def __init__(self, chosen: ChosenList) -> None:
        at = chosen.layout.columns
        self.frame = chosen.frame
        self.columns = [
            (field in FLAGS, letters) for field, letters in at.items()
            if letters in chosen.frame.starts
        ]  # fmt: skip
        self.heads = [at[field] for field in ("head", "class") if field in at]
        self.values: dict[str, tuple[int, Cell | None]] = {}

    def fill(self, row: Row) -> Row:
        if not self.columns:
            return row
        cells = row.cells
        # A tick is the household's in the head's row, and a person's in any other.
        is_head = any(letters in cells for letters in self.heads)
        added: dict[str, Cell] = {}
        for is_flag, letters in self.columns:
            top = self.frame.top(letters, row.number)
            if not top:
                continue
            if top == row.number:
                self.values[letters] = (top, cells.get(letters))
                continue
            found = self.values.get(letters, (0, None))
            value = found[1] if found[0] == top and letters not in cells else None
            if value is not None and (is_head or not is_flag):
                added[letters] = value
        return row._replace(cells={**cells, **added}) if added else row
