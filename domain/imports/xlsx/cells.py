"""Values of the cells of a sheet, and the arithmetic of columns and days."""

import datetime
import math
import re
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from domain.imports.errors import BrokenWorkbook
from domain.imports.xlsx.workbook import Workbook

ROWS = 1_048_576
"""Rows that a sheet can have (ECMA-376 part 1, 18.3.1.73); a larger row number is damage."""

EARLIEST_YEAR, LATEST_YEAR = 1850, 2100
"""A bare number within these is a year; as a day it would lie between January and October 1905."""


class Odd(Enum):
    """Contents of a cell that are no value."""

    FORMULA = "formula"
    ERROR = "error"


MARKS = {Odd.FORMULA: "(công thức)", Odd.ERROR: "(lỗi)"}
"""How an error sheet shows such cells; read again they are no values either."""


@dataclass(frozen=True, slots=True)
class PartOfDate:
    """A date cell that shows less than a day: its year, and its month where that is shown.

    `year` is None where not even the year is shown (a cell of the form d-mmm, a time).
    `as_number` is true where the year was typed as a number into a cell that shows days: 1956 is
    then shown as 09/05/1905.
    """

    year: int | None
    month: int | None = None
    as_number: bool = False

    def __str__(self) -> str:
        if self.year is None:
            return ""
        return f"{self.month:02}/{self.year}" if self.month else str(self.year)


Cell = str | int | float | bool | datetime.date | Odd | PartOfDate

ROW_HIDDEN, CELL_STRUCK, CELL_INVISIBLE = "row_hidden", "cell_struck", "cell_invisible"
"""What the paper does not show as the cells say it: a code of `findings`."""


class Row(NamedTuple):
    """A row: its number as Excel shows it, and its filled cells by column letters.

    `marks` are (column letters, code) of what is hidden or struck through; the letters are ""
    where the whole row is meant.
    """

    number: int
    cells: dict[str, Cell]
    marks: tuple[tuple[str, str], ...] = ()


_MARKED: dict[str, Cell] = {text: odd for odd, text in MARKS.items()}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r", "'\n")
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr((plane << 16) + 0xFFFE)}{chr((plane << 16) + 0xFFFF)}" for plane in range(17))
    + "]"
)
_DAY = datetime.timedelta(days=1)
_TOO_LARGE = 10**300


class Cells:
    """Turns what the XML of one workbook says into values."""

    __slots__ = ("_dates", "_epoch_1904", "_strings", "_struck", "_styles", "_workbook", "odd")

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._styles = workbook.styles
        self._dates = workbook.styles.dates
        self._epoch_1904 = workbook.epoch_1904
        self._strings: list[str] | None = None
        self._struck: frozenset[int] = frozenset()
        self.odd = bool(self._styles.struck or self._styles.invisible)

    def value(self, kind: str, style: str, text: str) -> Cell:
        """The value of a cell without a formula; "" for an empty one.

        Raises BrokenWorkbook, or ValueError where the text is no value of its kind.
        """
        if kind == "s":
            return as_text(self._shared(text))
        if kind in ("n", ""):
            if not text:
                return ""
            number = as_number(text)
            if isinstance(number, Odd):
                return number
            shows = self._dates.get(style)
            if shows is not None:
                return as_date(number, shows, epoch_1904=self._epoch_1904)
            return number
        if kind in ("inlineStr", "str"):
            return as_text(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "d":
            return datetime.date.fromisoformat(text.strip()[:10])
        return Odd.ERROR

    def mark(self, kind: str, style: str, text: str) -> str:
        """The code of `findings` for a cell that is struck through or invisible, else "".

        Call it only where `odd` is true, after `value`.
        """
        if style in self._styles.struck or (kind == "s" and int(text) in self._struck):
            return CELL_STRUCK
        return CELL_INVISIBLE if style in self._styles.invisible else ""

    def _shared(self, text: str) -> str:
        if self._strings is None:
            self._strings = self._workbook.shared_strings
            self._struck = self._workbook.struck_strings
            self.odd = self.odd or bool(self._struck)
        index = int(text)
        if not 0 <= index < len(self._strings):
            raise BrokenWorkbook(shared_string=index)
        return self._strings[index]


def as_text(written: str) -> Cell:
    """A text without the blanks around it, fit to be stored.

    Signs that XML cannot hold stand as _x0007_. Those that neither JSON nor PostgreSQL can hold
    (NUL, halves of surrogate pairs, noncharacters) become U+FFFD, which no field takes. An
    apostrophe that guards against formulas is taken off again.
    """
    text = written.strip()
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()
    text = storable(text)
    if text.startswith(_GUARDED):
        text = text[1:].strip()
    return _MARKED.get(text, text)


def storable(text: str) -> str:
    """The text with U+FFFD for each sign that JSON, XML or PostgreSQL cannot hold."""
    return text if text.isascii() and text.isprintable() else _UNSTORABLE.sub("\ufffd", text)


def as_number(text: str) -> int | float | Odd:
    """A number as XML writes it; whole ones as int, so that 12 digits stay 12 digits.

    What is no number (NaN) or larger than any (1e400, or four hundred digits) is an error of the
    cell.
    """
    try:
        whole = int(text)
        return whole if abs(whole) < _TOO_LARGE else Odd.ERROR
    except ValueError:
        number = float(text)
        if not math.isfinite(number):
            return Odd.ERROR
        if number.is_integer() and abs(number) < 1e15:
            return int(number)
        return number


def as_date(serial: int | float, shows: str = "day", *, epoch_1904: bool) -> Cell:
    """The day of a serial number; the number itself where it is none.

    `shows` is what the cell's format shows: "day" (a whole date), "month" (month and year),
    "year", or "none" (no year). Excel counts 1900-02-29, a day that never was: before March 1900
    the count is one less.
    """
    if not 1 <= serial < 2_958_466:
        return serial
    day = int(serial)
    if day == serial and EARLIEST_YEAR <= day <= LATEST_YEAR:
        return PartOfDate(day, as_number=True)
    if epoch_1904:
        if day >= 2_957_000:
            return serial
        found = datetime.date(1904, 1, 1) + day * _DAY
    elif day == 60:
        return serial
    else:
        found = datetime.date(1899, 12, 31 if day < 60 else 30) + day * _DAY
    if shows == "day":
        return found
    if shows == "none":
        return PartOfDate(None)
    return PartOfDate(found.year, found.month if shows == "month" else None)


def column_letters(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A is 1, AA is 27; BrokenWorkbook for what is no column."""
    number = 0
    for letter in letters[:4]:
        if not "A" <= letter <= "Z":
            raise BrokenWorkbook(column=storable(letters[:10]))
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= 16_384:
        raise BrokenWorkbook(column=storable(letters[:10]))
    return number
