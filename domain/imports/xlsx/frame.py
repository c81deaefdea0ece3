"""Reads the frame of a sheet: merged cells and hidden columns.

Merged cells are listed below the rows, so a sheet is gone through once for them before its rows
are read. Only merges over several rows are kept, as two numbers each.
"""

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field

from domain.imports.errors import BrokenWorkbook
from domain.imports.xlsx.archive import feed, local, new_parser
from domain.imports.xlsx.cells import ROWS, column_number
from domain.imports.xlsx.sheet import is_plain
from domain.imports.xlsx.workbook import SheetEntry, Workbook

_TAG = re.compile(rb"<(mergeCell|col) ([^<>]*)>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


@dataclass(slots=True)
class Frame:
    """Hidden columns by number, and merges over several rows by the letters of their column."""

    hidden: list[tuple[int, int]] = field(default_factory=list)
    starts: dict[str, "array[int]"] = field(default_factory=dict)
    ends: dict[str, "array[int]"] = field(default_factory=dict)

    def is_hidden(self, letters: str) -> bool:
        """Whether the column of these letters is hidden."""
        number = column_number(letters)
        return any(first <= number <= last for first, last in self.hidden)

    def top(self, letters: str, row: int) -> int:
        """The first row of the merge that holds this cell; 0 where none does."""
        starts = self.starts.get(letters)
        if starts is None:
            return 0
        at = bisect_right(starts, row) - 1
        return starts[at] if at >= 0 and row <= self.ends[letters][at] else 0


def read_frame(workbook: Workbook, sheet: SheetEntry) -> Frame:
    """Reads the frame of a sheet. Raises BrokenWorkbook."""
    tags = _Tags()
    if is_plain(workbook, sheet):
        _scan(workbook, sheet, tags)
    else:
        _parse(workbook, sheet, tags)
    return tags.frame()


class _Tags:
    """Collects what the tags say."""

    def __init__(self) -> None:
        self.hidden: list[tuple[int, int]] = []
        self.merges: dict[str, list[tuple[int, int]]] = {}

    def take(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "col" and attributes.get("hidden") in ("1", "true"):
            try:
                self.hidden.append((int(attributes["min"]), int(attributes["max"])))
            except (KeyError, ValueError) as error:
                raise BrokenWorkbook(part="cols") from error
        elif tag == "mergeCell":
            match = _REFERENCE.fullmatch(attributes.get("ref", ""))
            if match is None:
                raise BrokenWorkbook(part="mergeCells")
            first, last = int(match[2]), int(match[4] or match[2])
            if not 1 <= first <= last <= ROWS:
                raise BrokenWorkbook(part="mergeCells")
            if first < last:
                self.merges.setdefault(match[1], []).append((first, last))

    def frame(self) -> Frame:
        frame = Frame(self.hidden)
        for letters, merges in self.merges.items():
            merges.sort()
            frame.starts[letters] = array("l", [first for first, _ in merges])
            frame.ends[letters] = array("l", [last for _, last in merges])
        return frame


def _scan(workbook: Workbook, sheet: SheetEntry, tags: _Tags) -> None:
    """The short way: the bytes are searched for the two tags that matter."""
    rest = b""
    for piece in workbook.chunks(sheet.part):
        text = rest + piece
        if b"<mergeCell " in text or b"<col " in text:
            for tag, attributes in _TAG.findall(text):
                values = _ATTRIBUTE.findall(attributes.decode("utf-8", "replace"))
                tags.take(tag.decode(), dict(values))
        rest = text[text.rfind(b"<") :] if b">" not in text[text.rfind(b"<") :] else b""
        rest = rest[:1000]


def _parse(workbook: Workbook, sheet: SheetEntry, tags: _Tags) -> None:
    parser = new_parser()

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = local(name)
        if tag in ("mergeCell", "col"):
            tags.take(tag, attributes)

    parser.StartElementHandler = start
    for piece in workbook.chunks(sheet.part):
        feed(parser, piece)
    feed(parser, b"", last=True)
