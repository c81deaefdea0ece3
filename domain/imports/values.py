"""Parses single cells: each function returns a value or raises `Unusable` with a remark code.

Where a cell can be read in two ways it is refused: a date that Excel turned into a bare number,
an identity number that lost its zeros and fits no birth year, a cause list read as a decimal.
"""

import datetime
import re
from collections.abc import Callable
from functools import lru_cache

from domain.calendar import DayMissing, DayRefused, read_day
from domain.households.errors import (
    NameHasHiddenSigns,
    NameInOldEncoding,
    NameRefused,
    TextTooLong,
    TextUnreadable,
)
from domain.households.identity import implausible
from domain.households.old_encodings import LOST, encoding_of
from domain.households.person_name import person_name
from domain.households.person_name import village as village_name
from domain.imports.vocabulary import (
    CAUSES,
    CLASSES,
    EXITS,
    LISTINGS,
    RELATIONS,
    SEXES,
    TICKS,
    Vocabulary,
)
from domain.imports.xlsx.cells import EARLIEST_YEAR, LATEST_YEAR, Cell, Odd, PartOfDate
from domain.text import CODE, NAME, clean

OLDEST = 125
"""Years: no person on a list is older."""

_TICK_SIGNS = frozenset("✓☑✔")
_DOT_ZERO = re.compile(r"([0-9]+)[.,]0{1,2}")
_ODD = {Odd.FORMULA: "formula", Odd.ERROR: "cell_error"}
_DATE = re.compile(
    r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}"
)
_YEAR = re.compile(r"(?:0{0,2}\s*[/.-]\s*0{0,2}\s*[/.-]\s*)?((?:18|19|20)\d\d)")
_MONTH_YEAR = re.compile(r"\d{1,2}\s*[/.-]\s*((?:18|19|20)\d\d)")


class Unusable(Exception):
    """The value of a cell cannot be used; `code` is one of `findings`, `values` are its values."""

    def __init__(self, code: str, **values: str) -> None:
        self.code = code
        self.values = values
        super().__init__(code)


def text(cell: Cell | None, limit: int = NAME) -> str:
    """The cell's text in NFC with single blanks; numbers as they would be typed.

    A date is refused: it is what Excel made of 12-5 or 3/2, and cannot be turned back.
    """
    if cell is None:
        return ""
    if isinstance(cell, Odd):
        raise Unusable(_ODD[cell])
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, datetime.date | PartOfDate):
        raise Unusable("date_in_text")
    if isinstance(cell, str) and "\ufffd" in cell:
        raise Unusable("text_unreadable")
    try:
        return _clean(cell if isinstance(cell, str) else str(cell), limit)
    except TextTooLong as error:
        raise Unusable("text_too_long") from error
    except TextUnreadable as error:
        raise Unusable("text_unreadable") from error


def words(cell: Cell | None, limit: int = NAME) -> str:
    """Words of a language, as `text`; what looks like an encoding of old is refused by its name."""
    found = text(cell, limit)
    if isinstance(cell, str) and (seen := encoding_of(cell)):
        raise _in_encoding(seen)
    return found


def village(cell: Cell | None) -> str:
    """A village by the one rule for villages, "" for an empty cell."""
    found = words(cell)
    return _ruled(village_name, found) if found else ""


def _ruled(rule: Callable[[str, str], str], written: str) -> str:
    """What a rule of `person_name` makes of a text, its refusals as codes of `findings`."""
    try:
        return rule("cell", written)
    except NameInOldEncoding as refusal:
        raise _in_encoding(str(refusal.values["encoding"])) from refusal
    except NameHasHiddenSigns as refusal:
        raise Unusable("name_hidden_signs") from refusal
    except NameRefused as refusal:
        brackets = any(sign in written for sign in "()[]（）")
        raise Unusable("name_in_brackets" if brackets else "name_malformed") from refusal
    except TextTooLong as refusal:
        raise Unusable("text_too_long") from refusal
    except TextUnreadable as refusal:
        raise Unusable("text_unreadable") from refusal


def _in_encoding(encoding: str) -> Unusable:
    if encoding == LOST:
        return Unusable("letters_lost")
    return Unusable("legacy_encoding", encoding=encoding)


def number(cell: Cell | None) -> str:
    """The number of a household; ".0" that another program put behind whole numbers goes."""
    return whole_text(text(cell))


def whole_text(written: str) -> str:
    """The text without the ".0" of a whole number that some program wrote as a decimal."""
    match = _DOT_ZERO.fullmatch(written)
    return match[1] if match else written


def name(cell: Cell | None) -> str:
    """A person's name by the one rule for names, "" for an empty cell."""
    return _ruled(person_name, str(cell)) if words(cell) else ""


def code(cell: Cell | None, digits: int) -> str:
    """A unit's code of fixed length; as a number it lost zeros that can only have been zeros."""
    found = whole_text(text(cell, CODE))
    return found.zfill(digits) if found.isascii() and found.isdigit() else found


def relation(cell: Cell | None) -> str:
    """A code of `codes.RELATIONS`, "" for an empty cell."""
    return _one_of(RELATIONS, cell, "relation_unknown")


def sex(cell: Cell | None) -> str:
    """ "male", "female" or ""."""
    return _one_of(SEXES, cell, "sex_unknown")


def _one_of(words: Vocabulary[str], cell: Cell | None, code: str) -> str:
    """The meaning of the words of a cell, "" for a cell without any; else refused by the code."""
    written = text(cell)
    if not any(sign.isalnum() for sign in written):
        return ""
    found = words.find(written)
    if found is None:
        raise Unusable(code)
    return found


def birth(cell: Cell | None) -> tuple[datetime.date | None, int | None]:
    """The birth date and year: (date, year), (None, year) or (None, None).

    Month and year alone give the year: half a date is not made into a whole one. So does a cell
    that shows no more, whatever day Excel keeps behind it.
    """
    if cell is None:
        return None, None
    if isinstance(cell, PartOfDate):
        if cell.year is None:
            raise Unusable("birth_malformed")
        return None, cell.year
    if isinstance(cell, datetime.date):
        return cell, cell.year
    if isinstance(cell, int) and not isinstance(cell, bool):
        if EARLIEST_YEAR <= cell <= LATEST_YEAR:
            return None, cell
        raise Unusable("birth_malformed")
    found = whole_text(text(cell))
    if not found:
        return None, None
    if match := _YEAR.fullmatch(found) or _MONTH_YEAR.fullmatch(found):
        return None, int(match[1])
    try:
        day = read_day(found)
    except DayRefused as refusal:
        raise Unusable("birth_malformed") from refusal
    return day, day.year


def date(cell: Cell | None) -> datetime.date | None:
    """The day of a decision; None for an empty cell."""
    if isinstance(cell, datetime.date):
        return cell
    if isinstance(cell, PartOfDate):
        raise Unusable("decision_day_missing")
    found = text(cell)
    if not found:
        return None
    try:
        return read_day(found)
    except DayMissing as refusal:
        raise Unusable("decision_day_missing") from refusal
    except DayRefused as refusal:
        raise Unusable("decision_date_malformed") from refusal


def decision(cell: Cell | None) -> tuple[str, datetime.date | None]:
    """The number of a decision, and its date where the cell holds both."""
    found = whole_text(text(cell))
    if match := _DATE.search(found):
        number = re.sub(r"(?i)[,;]?\s*(ngày|ngay)?\s*$", "", found[: match.start()]).strip()
        if number:
            return number, date(match[0])
    return found, None


def id_number(cell: Cell | None, sex: str, birth_year: int | None) -> str:
    """The digits of an identity number, "" for an empty cell.

    Every 12-digit number begins with a zero (province codes go to 096), so Excel shortens those
    typed as numbers to 11 or 10 digits. They are restored where the restored number states the
    very province, sex and birth year of the row; otherwise digits may as well be missing. The
    ".0" that other programs put behind whole numbers is no digit of them.
    """
    if isinstance(cell, float):
        raise Unusable("id_malformed")
    found = re.sub(r"[\s.\-]", "", whole_text(text(cell).lstrip("'")))
    if not found:
        return ""
    if not (found.isascii() and found.isdigit()):
        raise Unusable("id_malformed")
    if len(found) in (9, 12):
        return found
    if len(found) in (10, 11):
        restored = found.zfill(12)
        if birth_year is not None and not implausible(restored, sex, birth_year):
            return restored
        raise Unusable("id_zeros_lost")
    raise Unusable("id_zeros_lost" if len(found) == 8 else "id_malformed")


def whole(cell: Cell | None) -> int | None:
    """A whole number, 0 or more; None for an empty cell."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        found = cell
    else:
        written = whole_text(text(cell))
        if not written:
            return None
        if not (written.isascii() and written.isdigit() and len(written) <= 12):
            raise Unusable("number_malformed")
        found = int(written)
    if not 0 <= found < 10**12:
        raise Unusable("number_malformed")
    return found


def grouped(cell: Cell | None) -> int | None:
    """A whole number. Text may group its digits with dots, commas or blanks, and end in đồng."""
    if isinstance(cell, str):
        plain = re.sub(r"(?<=\d)[.,\s](?=\d{3}(\D|$))", "", text(cell))
        cell = re.sub(r"\s*(đồng|đ|vnđ|vnd)$", "", plain, flags=re.IGNORECASE)
    return whole(cell)


def income(cell: Cell | None, factor: int) -> int | None:
    """VND per head and month. Text may group its digits with dots, commas or blanks."""
    if isinstance(cell, float):
        raise Unusable("number_malformed")
    found = grouped(cell)
    if found is None:
        return None
    found *= factor
    if 0 < found < 10_000:
        raise Unusable("income_unit")
    return found


def flag(cell: Cell | None) -> bool:
    """Whether the cell is ticked."""
    found = text(cell)
    if not found.strip("-–"):
        return False
    if found in _TICK_SIGNS:
        return True
    ticked = TICKS.find(found)
    if ticked is None:
        raise Unusable("flag_malformed")
    return ticked


def causes(cell: Cell | None) -> tuple[str, ...]:
    """Codes of `codes.CAUSES` in order, each once; given as codes or in words."""
    if isinstance(cell, float):
        raise Unusable("cause_unknown")
    written = text(cell, 2000)
    if not written:
        return ()
    if (whole := CAUSES.find(written)) is not None:
        return (whole,)
    found = set()
    for piece in re.split(r"[;,/+\n]", written):
        if not piece.strip():
            continue
        known = CAUSES.find(re.sub(r"^\s*[1-8]\s*[.:)-]\s*(?=\D)", "", piece))
        if known is None:
            raise Unusable("cause_unknown")
        found.add(known)
    return tuple(sorted(found))


def class_(cell: Cell | None) -> str:
    """A code of `codes.CLASSES`, "" for an empty cell."""
    return _one_of(CLASSES, cell, "class_unknown")


def exit_class(cell: Cell | None) -> str:
    """The class after an exit, a code of `codes.CLASSES`; "" if not given."""
    found = EXITS.find(text(cell))
    return found if found is not None else _one_of(CLASSES, cell, "exit_class_unknown")


def listing(cell: Cell | None) -> str:
    """A code of `codes.LISTINGS`."""
    return _one_of(LISTINGS, cell, "listing_unknown")


@lru_cache(maxsize=16_384)
def _clean(written: str, limit: int) -> str:
    """Lists say the same village, class and decision thousands of times."""
    return clean("cell", written, limit)
