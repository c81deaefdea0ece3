"""Reads the rows of one sheet as a stream: memory does not grow with the sheet.

A list of 450,000 rows takes about 20 MB here and 946 MB in a library that loads the sheet
(docs/decisions/0036). A cell with a formula is a cell with a formula: its stored result may be
stale or planted, so it is neither evaluated nor read.

There are two ways to the same rows. Rows of the plain shape that spreadsheet programs write are
taken apart by one expression; any other row, and any sheet that is not plain UTF-8 XML without
prefixes, goes to the XML parser. A property test holds the two equal.
"""

import codecs
import re
from collections.abc import Iterator

from domain.imports.errors import BrokenWorkbook, TooManyRows
from domain.imports.xlsx.archive import feed, local, new_parser
from domain.imports.xlsx.cells import (
    CELL_STRUCK,
    ROW_HIDDEN,
    ROWS,
    Cell,
    Cells,
    Odd,
    Row,
    column_letters,
    column_number,
)
from domain.imports.xlsx.workbook import SheetEntry, Workbook

_VALUE, _CELL, _ROW, _FORMULA, _PHONETIC, _STRIKE = range(1, 7)
_TAGS = {
    "v": _VALUE, "t": _VALUE, "c": _CELL, "row": _ROW, "f": _FORMULA, "rPh": _PHONETIC,
    "strike": _STRIKE,
}  # fmt: skip

_LONGEST_ROW = 16 * 1024**2
_PLAIN_START = re.compile(r"(?:\ufeff)?(?:<\?xml [^<>]*\?>\s*)?<worksheet[ >]")
_ENCODING = re.compile(r'encoding=["\'](?!utf-8["\'])', re.IGNORECASE)
_PLAIN_ROW = re.compile(r'<row r="(\d{1,7})"([^<>]*)>')
_HIDDEN = re.compile(r'\shidden="(?:1|true)"')
_PLAIN_CELL = re.compile(
    r'<c r="([A-Z]{1,3})\d{1,7}"(?: s="(\d{1,5})")?(?: t="([a-zA-Z]{1,9})")?'
    r'(?:/>|>(?:<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)


def read_rows(workbook: Workbook, sheet: SheetEntry) -> Iterator[Row]:
    """The filled rows of a sheet from top to bottom. Raises BrokenWorkbook, TooManyRows."""
    rows = (
        plain_rows(workbook, sheet) if is_plain(workbook, sheet) else parsed_rows(workbook, sheet)
    )
    previous = 0
    for filled, row in enumerate(rows, start=1):
        if filled > workbook.limits.rows:
            raise TooManyRows(limit=workbook.limits.rows)
        if not previous < row.number <= ROWS:
            raise BrokenWorkbook(row="out of order")
        previous = row.number
        yield row


def is_plain(workbook: Workbook, sheet: SheetEntry) -> bool:
    """Whether a sheet is UTF-8 XML without prefixes, as spreadsheet programs write it."""
    start = next(workbook.chunks(sheet.part), b"").decode("utf-8", errors="replace")
    prolog = start.partition("<sheetData>")[0]
    return bool(
        _PLAIN_START.match(start) and prolog != start
        and "<!" not in prolog and not _ENCODING.search(prolog[:200])
    )  # fmt: skip


def plain_rows(workbook: Workbook, sheet: SheetEntry) -> Iterator[Row]:
    """The rows of a sheet of plain UTF-8 XML, row by row."""
    decode = codecs.getincrementaldecoder("utf-8")().decode
    cells = Cells(workbook)
    rest, prolog, number = "", "", 0
    try:
        for piece in workbook.chunks(sheet.part):
            *complete, rest = (rest + decode(piece)).split("</row>")
            if len(rest) > _LONGEST_ROW:
                raise BrokenWorkbook(row="without an end")
            for xml in complete:
                if not prolog:
                    prolog, _, xml = xml.partition("<sheetData>")
                row = _plain_row(xml, cells) or _parsed_row(workbook, prolog, xml, number)
                number = row.number
                if row.cells:
                    yield row
        decode(b"", final=True)
    except (ValueError, OverflowError) as error:
        raise BrokenWorkbook(error=type(error).__name__) from error
    if not rest.rstrip().endswith("</worksheet>"):
        raise BrokenWorkbook(row="without an end")


def _plain_row(xml: str, cells: Cells) -> Row | None:
    """The row that ends this piece of XML; None where anything in it is out of the ordinary."""
    start = _PLAIN_ROW.search(xml, xml.rfind("<row"))
    if start is None or "&" in xml or "<!" in xml:
        return None
    found = _PLAIN_CELL.findall(xml, start.end())
    if len(found) != xml.count("<c", start.end()):
        return None
    row: dict[str, Cell] = {}
    marks = [("", ROW_HIDDEN)] if _is_hidden(start[2]) else []
    for letters, style, kind, value, inline in found:
        cell = cells.value(kind, style or "0", value or inline)
        if cell == "":
            continue
        if letters in row:
            raise BrokenWorkbook(cell="twice")
        row[letters] = cell
        if cells.odd and (code := cells.mark(kind, style or "0", value)):
            marks.append((letters, code))
    return Row(int(start[1]), row, tuple(marks))


def _is_hidden(attributes: str) -> bool:
    """Whether the attributes of a row hide it, by hand, by a filter, or by a height of nothing."""
    return ("hidden=" in attributes and bool(_HIDDEN.search(attributes))) or ' ht="0"' in attributes


def _parsed_row(workbook: Workbook, prolog: str, xml: str, previous: int) -> Row:
    """The row that ends this piece, by the parser; rows without a number count on."""
    reader = _Reader(workbook)
    reader.number = previous
    feed(reader.parser, f"{prolog}<sheetData>{xml}</row></sheetData>".encode())
    return reader.rows[-1] if reader.rows else Row(reader.number, {})


def parsed_rows(workbook: Workbook, sheet: SheetEntry) -> Iterator[Row]:
    """The rows of any sheet, by the XML parser."""
    reader = _Reader(workbook)
    for piece in workbook.chunks(sheet.part):
        feed(reader.parser, piece)
        yield from reader.rows
        reader.rows.clear()
    feed(reader.parser, b"", last=True)


class _Reader:
    """Turns the events of the XML parser into rows; a class only to keep their state together."""

    def __init__(self, workbook: Workbook) -> None:
        self.cells = Cells(workbook)
        self.rows: list[Row] = []
        self.parser = new_parser()
        self.tags: dict[str, int] = {}
        self.number = 0
        self.column = 0
        self.row: dict[str, Cell] = {}
        self.marks: list[tuple[str, str]] = []
        self.struck = False
        self.reference = self.kind = self.style = ""
        self.text: list[str] = []
        self.formula = False
        self.phonetic = 0
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = self.tags.get(name)
        if tag is None:
            tag = self.tags[name] = _TAGS.get(local(name), 0)
        if tag == _VALUE:
            if not self.phonetic:
                self.parser.CharacterDataHandler = self.text.append
        elif tag == _CELL:
            self.column += 1
            self.reference = attributes.get("r", "")
            self.kind = attributes.get("t", "n")
            self.style = attributes.get("s", "0")
            self.formula = self.struck = False
        elif tag == _ROW:
            number = attributes.get("r", "")
            self.number = int(number) if number else self.number + 1
            self.column = 0
            self.row = {}
            hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") == "0"
            self.marks = [("", ROW_HIDDEN)] if hidden else []
        elif tag == _FORMULA:
            self.formula = True
        elif tag == _PHONETIC:
            self.phonetic += 1
        elif tag == _STRIKE and attributes.get("val", "1") not in ("0", "false"):
            self.struck = True

    def end(self, name: str) -> None:
        tag = self.tags[name]
        if tag == _VALUE:
            self.parser.CharacterDataHandler = None
        elif tag == _CELL:
            self.cell(self.letters(), "".join(self.text))
            self.text.clear()
        elif tag == _ROW:
            if self.row:
                self.rows.append(Row(self.number, self.row, tuple(self.marks)))
        elif tag == _PHONETIC:
            self.phonetic -= 1

    def cell(self, letters: str, text: str) -> None:
        value: Cell = Odd.FORMULA
        if not self.formula:
            value = self.cells.value(self.kind, self.style, text) if text else ""
        if value == "":
            return
        if letters in self.row:
            raise BrokenWorkbook(cell="twice")
        self.row[letters] = value
        kind = "" if self.formula else self.kind
        code = self.cells.mark(kind, self.style, text) if self.cells.odd else ""
        if code or self.struck:
            self.marks.append((letters, code or CELL_STRUCK))

    def letters(self) -> str:
        """The column of the cell at hand; files may leave the reference out."""
        if not self.reference:
            return column_letters(self.column)
        letters = self.reference.rstrip("0123456789")
        self.column = column_number(letters)
        return letters
