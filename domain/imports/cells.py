"""What the cells of a sheet hold, and the arithmetic of columns and days."""

import datetime
import re
from enum import Enum

from domain.imports.refusals import BrokenWorkbook
from domain.imports.workbook import Workbook


class Odd(Enum):
    """What a cell holds that is no value."""

    FORMULA = "formula"
    ERROR = "error"


MARKS = {Odd.FORMULA: "(công thức)", Odd.ERROR: "(lỗi)"}
"""How an error sheet shows such cells; read again they are no values either."""

Cell = str | int | float | bool | datetime.date | Odd
Row = tuple[int, dict[str, Cell]]
"""The row's number as Excel shows it, and its filled cells by column letters."""

_MARKED: dict[str, Cell] = {text: odd for odd, text in MARKS.items()}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_DAY = datetime.timedelta(days=1)


class Cells:
    """Turns what the XML of one workbook says into values."""

    __slots__ = ("_dates", "_epoch_1904", "_strings", "_workbook")

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._dates = workbook.date_styles
        self._epoch_1904 = workbook.epoch_1904
        self._strings: list[str] | None = None

    def value(self, kind: str, style: str, text: str) -> Cell:
        """The value of a cell without a formula; "" for an empty one.

        Raises BrokenWorkbook, or ValueError where the text is no value of its kind.
        """
        if kind == "s":
            if self._strings is None:
                self._strings = self._workbook.shared_strings
            index = int(text)
            if not 0 <= index < len(self._strings):
                raise BrokenWorkbook(shared_string=index)
            return as_text(self._strings[index])
        if kind in ("n", ""):
            if not text:
                return ""
            number = as_number(text)
            if style in self._dates:
                return as_date(number, epoch_1904=self._epoch_1904)
            return number
        if kind in ("inlineStr", "str"):
            return as_text(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "d":
            return datetime.date.fromisoformat(text.strip()[:10])
        return Odd.ERROR


def as_text(written: str) -> Cell:
    """A text without the blanks around it; signs that XML cannot hold stand as _x0007_."""
    text = written.strip()
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return _MARKED.get(text, text)


def as_number(text: str) -> int | float:
    """A number as XML writes it; whole ones as int, so that 12 digits stay 12 digits."""
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if number.is_integer() and abs(number) < 1e15:
            return int(number)
        return number


def as_date(serial: int | float, *, epoch_1904: bool) -> Cell:
    """The day a serial number stands for; the number itself where it stands for none.

    Excel counts 1900-02-29, a day that never was: before March 1900 the count is one less.
    """
    if not 1 <= serial < 2_958_466:
        return serial
    day = int(serial)
    if epoch_1904:
        return datetime.date(1904, 1, 1) + day * _DAY if day < 2_957_000 else serial
    if day == 60:
        return serial
    return datetime.date(1899, 12, 31 if day < 60 else 30) + day * _DAY


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
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise BrokenWorkbook(column=letters[:10])
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= 16_384:
        raise BrokenWorkbook(column=letters[:10])
    return number
