"""Writes cells and headings of exported workbooks; text stays text.

A cell that begins with = + - @, a tab or a line break can become a formula when the file is saved
as CSV and opened again; such text gets an apostrophe in front, whatever it is.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST = 32_767  # characters in a cell


def safe_text(text: str) -> str:
    """The text as it may stand in a spreadsheet cell."""
    return ("'" + text if text.startswith(_DANGEROUS) else text)[:_LONGEST]


@contextmanager
def new_workbook() -> Iterator[tuple[xlsxwriter.Workbook, io.BytesIO]]:
    """A workbook that is written row by row into memory; no file is made."""
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        yield book, content


class Formats:
    """The few looks that our sheets use."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#E8EEF4"}
        )
        self.text = book.add_format({"num_format": "@"})
        self.date = book.add_format({"num_format": "dd/mm/yyyy"})
        self.struck = book.add_format({"num_format": "@", "font_strikeout": True})
        self.struck_date = book.add_format({"num_format": "dd/mm/yyyy", "font_strikeout": True})
        self.struck_number = book.add_format({"font_strikeout": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.bold = book.add_format({"bold": True, "valign": "top"})


def write_cell(
    page: Worksheet, row: int, column: int, cell: object, formats: Formats, *, struck: bool = False
) -> None:
    """Writes a value as what it is: text, number or date, never a formula."""
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        page.write_string(row, column, "x" if cell else "")
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats.struck_date if struck else formats.date)
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell, formats.struck_number if struck else None)
    else:
        look = formats.struck if struck else formats.text
        page.write_string(row, column, safe_text(str(cell)), look)
