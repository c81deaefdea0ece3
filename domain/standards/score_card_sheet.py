"""The sheet of a score card, in Excel or as CSV, is read cell by cell into a card.

Above the header stands what the card is for, a label in column A and its value in B; below it each
row is one answer with its points. What cannot be read is a remark that names its cell; only a
sheet without remarks makes a card. Its content is JSON: the same sheet gives the same checksum,
in whichever of the two formats it was saved.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from domain.errors import Refusal
from domain.households.codes import AREA_TYPES
from domain.imports.errors import NotAWorkbook
from domain.imports.layout import fold
from domain.imports.xlsx.archive import OLE_HEADER, Limits
from domain.imports.xlsx.cells import Cell, Odd, Row, column_letters
from domain.imports.xlsx.sheet import read_rows
from domain.imports.xlsx.workbook import open_workbook
from domain.standards.errors import (
    ScoreCardColumns,
    ScoreCardMalformed,
    ScoreCardNoSheet,
    ScoreCardTooLarge,
    UnknownStandard,
)
from domain.standards.parts import Text
from domain.standards.score_card import (
    CODE,
    MOST_POINTS,
    VERSION,
    ScoreCard,
    ScoredAnswer,
    ScoreItem,
)
from domain.standards.standard import Standards
from domain.text import clean

MOST_BYTES = 1024 * 1024
MOST_KEPT = 100_000
MOST_ROWS = 2_000
LONGEST = 300
LIMITS = Limits(file_bytes=MOST_BYTES, unpacked_bytes=20 * MOST_BYTES, rows=10 * MOST_ROWS)

LABELS = {
    "version": "Phiên bản",
    "standard": "Chuẩn",
    "area_type": "Khu vực",
    "region": "Vùng",
    "areas": "Mã tỉnh",
    "source": "Văn bản",
    "source_en": "Văn bản (tiếng Anh)",
}
"""What stands above the header, by its label in column A."""
COLUMNS = {
    "item": "Mã mục",
    "item_text": "Mục",
    "item_text_en": "Mục (tiếng Anh)",
    "answer": "Mã trả lời",
    "answer_text": "Trả lời",
    "answer_text_en": "Trả lời (tiếng Anh)",
    "points": "Điểm",
}
"""The columns below it, by their headings; they may stand in any order."""
_OPTIONAL = {"areas", "source_en", "item_text_en", "answer_text_en"}
_LABEL = {fold(text): name for name, text in LABELS.items()}
_COLUMN = {fold(text): name for name, text in COLUMNS.items()}
_AREA_TYPE = {fold(text): code for code, text in AREA_TYPES.items()} | {
    fold(code): code for code in AREA_TYPES
}
_WHOLE = re.compile(r"-?[0-9]{1,6}")
_PROVINCE = re.compile(r"[0-9]{2}")


@dataclass(frozen=True, slots=True)
class CellRemark:
    """A remark on a cell ("B2") or on the sheet (""); `about` is a label or a heading of it."""

    cell: str
    code: str
    about: str = ""


@dataclass(slots=True)
class SheetRead:
    """The card of a sheet with its content, or the remarks that keep it out."""

    remarks: list[CellRemark]
    card: ScoreCard | None = None
    content: bytes = b""


def read_sheet(content: bytes, standards: Standards) -> SheetRead:
    """The card of a sheet, or its remarks.

    Raises ScoreCardTooLarge, ScoreCardNoSheet, ScoreCardColumns, and FileRefused for a workbook
    that cannot be opened.
    """
    if len(content) > MOST_BYTES:
        raise ScoreCardTooLarge(at_most=MOST_BYTES)
    rows = list(_rows(content))
    if len(rows) > MOST_ROWS:
        raise ScoreCardTooLarge(rows=MOST_ROWS)
    at, columns = _header(rows)
    sheet = _Sheet(columns)
    sheet.head(rows[:at])
    for row in rows[at + 1 :]:
        sheet.row(row)
    if not sheet.items:
        sheet.remark("", "no_answers")
    card = None if sheet.remarks else sheet.card()
    if card is not None:
        for what, code in wrong(card, standards):
            sheet.remark(sheet.cells[what], code)
    if card is None or sheet.remarks:
        return SheetRead(sheet.remarks)
    kept = canonical(card)
    if len(kept) > MOST_KEPT:
        raise ScoreCardTooLarge(at_most=MOST_KEPT)
    return SheetRead([], card, kept)


def canonical(card: ScoreCard) -> bytes:
    """The content of a card as it is kept: JSON, always the same for the same card."""
    return msgspec.json.encode(card, order="deterministic")


def wrong(card: ScoreCard, standards: Standards) -> list[tuple[str, str]]:
    """The fields that keep a card from scoring, each with the code of its remark."""
    try:
        standard = standards.get(card.standard)
    except UnknownStandard:
        return [("standard", "standard_unknown")]
    steps = standard.score_steps
    if not any(step.bound is not None for found in steps.values() for step in found):
        return [("standard", "standard_without_scores")]
    if not any(step.bound is not None for step in steps.get(card.area_type, ())):
        return [("area_type", "area_type_elsewhere")]
    return []


def _rows(content: bytes) -> Iterator[Row]:
    """The filled rows of the first visible sheet of a workbook, or of a CSV file."""
    if content.startswith((b"PK\x03\x04", OLE_HEADER)):
        try:
            workbook = open_workbook(io.BytesIO(content), LIMITS)
        except NotAWorkbook:
            raise ScoreCardNoSheet from None
        visible = (one for one in workbook.sheets if one.visible)
        yield from read_rows(workbook, next(visible, workbook.sheets[0]))
        return
    try:
        text = content.decode("utf-8-sig")
        yield from _csv_rows(text)
    except (UnicodeDecodeError, csv.Error):
        raise ScoreCardNoSheet from None


def _csv_rows(text: str) -> Iterator[Row]:
    if not text.strip() or "\0" in text:
        raise ScoreCardNoSheet
    first = text.lstrip().splitlines()[0]
    separator = max(";,\t", key=first.count)
    lines = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    for number, values in enumerate(lines, start=1):
        cells: dict[str, Cell] = {
            column_letters(at): value.strip()
            for at, value in enumerate(values, start=1)
            if value.strip()
        }
        if cells:
            yield Row(number, cells)


def _header(rows: list[Row]) -> tuple[int, Mapping[str, str]]:
    """The place of the header among the rows, and its columns by their letters.

    Raises ScoreCardColumns, naming what the row that comes closest lacks or has twice.
    """
    needed = {name for name in COLUMNS if name not in _OPTIONAL}
    lacks = needed
    for at, row in enumerate(rows):
        columns = {
            letters: _COLUMN[fold(str(cell))]
            for letters, cell in row.cells.items()
            if fold(str(cell)) in _COLUMN
        }
        found = list(columns.values())
        if needed <= set(found):
            if twice := [name for name in COLUMNS if found.count(name) > 1]:
                raise ScoreCardColumns(twice=[COLUMNS[name] for name in twice])
            return at, columns
        lacks = min(lacks, needed - set(found), key=len)
    raise ScoreCardColumns(missing=[text for name, text in COLUMNS.items() if name in lacks])


@dataclass(slots=True)
class _Item:
    """An item as its rows say it."""

    text: Text
    answers: dict[str, ScoredAnswer] = field(default_factory=dict)


class _Sheet:
    """Collects the values of a sheet, and what is wrong with its cells."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self.remarks: list[CellRemark] = []
        self.said: dict[str, str] = {}
        self.cells: dict[str, str] = {}
        self.items: dict[str, _Item] = {}
        self._letters = {name: letters for letters, name in columns.items()}
        self._code, self._closed = "", set[str]()

    def remark(self, cell: str, code: str, about: str = "") -> None:
        """Notes a remark on a cell."""
        self.remarks.append(CellRemark(cell, code, about))

    def head(self, rows: Iterable[Row]) -> None:
        """Reads what the card is for."""
        for row in rows:
            name = _LABEL.get(fold(str(row.cells.get("A", ""))))
            if name is None:
                continue  # a title, a remark
            if name in self.cells:
                self.remark(f"A{row.number}", "label_twice", LABELS[name])
            self.cells[name] = f"B{row.number}"
            self.said[name] = self._text(row, "B", LABELS[name], needed=name not in _OPTIONAL)
        for name, label in LABELS.items():
            if name not in self.cells and name not in _OPTIONAL:
                self.remark("", "label_missing", label)
        self._check_head()

    def _check_head(self) -> None:
        version, given = self.said.get("version", ""), self.said.get("area_type", "")
        if version and not VERSION.fullmatch(version):
            self.remark(self.cells["version"], "version_invalid")
        if given and fold(given) not in _AREA_TYPE:
            self.remark(self.cells["area_type"], "area_type_unknown")
        if not all(_PROVINCE.fullmatch(code) for code in self.areas):
            self.remark(self.cells["areas"], "province_invalid")

    @property
    def areas(self) -> tuple[str, ...]:
        """The codes of the provinces."""
        return tuple(dict.fromkeys(re.findall(r"[^\s;,]+", self.said.get("areas", ""))))

    def row(self, row: Row) -> None:
        """Reads one answer. An item that is not written again is that of the row above."""
        if not set(row.cells) & set(self._letters.values()):
            return  # a remark beside the table
        code = self._item(row)
        answer = self._coded(row, "answer")
        text = self._both(row, "answer_text")
        points = self._points(row)
        item = self.items.get(code)
        if item is None or not answer or text is None or points is None:
            return
        if answer in item.answers:
            self.remark(self._at(row, "answer"), "answer_twice")
            return
        item.answers[answer] = ScoredAnswer(answer, text, points)

    def _item(self, row: Row) -> str:
        if self._code and self._letters["item"] not in row.cells:
            return self._code
        code = self._coded(row, "item")
        if not code:
            return ""
        if code != self._code:
            self._closed.add(self._code)
        self._code = code
        if code in self._closed:
            self.remark(self._at(row, "item"), "item_twice")
        elif code not in self.items:
            text = self._both(row, "item_text")
            self.items[code] = _Item(text or Text("", ""))
        return code

    def _both(self, row: Row, name: str) -> Text | None:
        """A text in both languages; the Vietnamese for both where no other is given."""
        vi = self._text(row, self._letters[name], COLUMNS[name], needed=True)
        other = self._letters.get(f"{name}_en")
        en = self._text(row, other, COLUMNS[f"{name}_en"]) if other else ""
        return Text(vi, en or vi) if vi else None

    def _coded(self, row: Row, name: str) -> str:
        code = self._text(row, self._letters[name], COLUMNS[name], needed=True)
        if code and not CODE.fullmatch(code):
            self.remark(self._at(row, name), "code_invalid")
            return ""
        return code

    def _points(self, row: Row) -> int | None:
        cell = row.cells.get(self._letters["points"])
        text = self._text(row, self._letters["points"], COLUMNS["points"], needed=True)
        if not text:
            return None
        if isinstance(cell, bool) or not _WHOLE.fullmatch(text):
            self.remark(self._at(row, "points"), "points_not_whole")
            return None
        if abs(int(text)) > MOST_POINTS:
            self.remark(self._at(row, "points"), "points_too_many")
            return None
        return int(text)

    def _text(self, row: Row, letters: str, about: str, *, needed: bool = False) -> str:
        cell, at = row.cells.get(letters, ""), f"{letters}{row.number}"
        if isinstance(cell, Odd):
            self.remark(at, "cell_formula" if cell is Odd.FORMULA else "cell_error", about)
            return ""
        try:
            text = clean(about, str(cell), LONGEST)
        except Refusal:
            self.remark(at, "text_unreadable", about)
            return ""
        if needed and not text:
            self.remark(at, "value_missing", about)
        return text

    def _at(self, row: Row, name: str) -> str:
        return f"{self._letters[name]}{row.number}"

    def card(self) -> ScoreCard:
        """The card; only of a sheet without remarks."""
        said = self.said
        return ScoreCard(
            version=said["version"],
            standard=said["standard"],
            area_type=_AREA_TYPE[fold(said["area_type"])],
            region=said["region"],
            source=Text(said["source"], said.get("source_en") or said["source"]),
            items=tuple(
                ScoreItem(code, one.text, tuple(one.answers.values()))
                for code, one in self.items.items()
            ),
            areas=self.areas,
        )


def refuse_what_cannot_score(card: ScoreCard, standards: Standards) -> None:
    """Raises ScoreCardMalformed for a card of no standard that has scores, or of an area type that
    its standard does not know."""
    found: list[tuple[str, str]] = wrong(card, standards)
    if found:
        raise ScoreCardMalformed(what=": ".join(found[0]))
