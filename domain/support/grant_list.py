"""Reads a list of recipients of a benefit from an Excel file, as an office keeps it.

A row names a household by its number, or a person by name and identity number, and the amount
where the rate does not give it, or the quantity of goods. What a row says of the household is
compared with the record when the list is checked; here only its cells are looked at. A row that
cannot be read is refused by itself, with a code and the field it is about.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from domain.imports import values
from domain.imports.errors import ColumnTwice, FileRefused, TooManyRows
from domain.imports.layout import HEADER_WITHIN, field_of, fold
from domain.imports.values import Unusable
from domain.imports.xlsx.archive import Limits
from domain.imports.xlsx.cells import Cell, Odd, Row, column_number
from domain.imports.xlsx.sheet import read_rows
from domain.imports.xlsx.workbook import SheetEntry, Workbook, open_workbook
from domain.support.grant_batch import MOST_RECIPIENTS
from domain.support.grant_list_errors import (
    GrantRowAmountInvalid,
    GrantRowInKind,
    GrantRowNamesNone,
    GrantRowNotShown,
    GrantRowUnreadable,
)

LIMITS = Limits(file_bytes=10 * 2**20, unpacked_bytes=200 * 2**20, rows=MOST_RECIPIENTS + 100)
OF_MONEY = {
    "amount": (
        "so tien", "so tien ho tro", "muc ho tro", "so tien dong", "thanh tien",
        "so tien duoc huong", "tien ho tro", "so tien chi tra",
    ),
    "quantity": ("so luong", "so luong hien vat", "khoi luong"),
}  # fmt: skip
_MONEY = {heading: field for field, headings in OF_MONEY.items() for heading in headings}
MOST_LIKE_A_RECIPIENT = 2
"""Cells of a row that may be a recipient though they read 1, 2: its place and its number."""
_NAMING = ("number", "head", "id_number")
_READ = (*_NAMING, "amount", "quantity")
Value = TypeVar("Value")


class NoGrantList(FileRefused):
    """No sheet has a column with the household number, or with name and identity number."""

    code = "grant_list_not_found"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a row: the code of a refusal, and the field it is about."""

    code: str
    field: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ListedRecipient:
    """One row of a list. `row` is its number as Excel shows it."""

    row: int
    number: str = ""
    head: str = ""
    id_number: str = ""
    amount: int | None = None
    quantity: int | None = None
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class GrantSheet:
    """The sheet that holds the list: the last row of its header, columns by field, headings."""

    sheet: SheetEntry
    header: int
    columns: dict[str, str]
    headings: dict[str, str]


def find_sheet(workbook: Workbook) -> GrantSheet:
    """The first visible sheet with a list. Raises NoGrantList, ColumnTwice."""
    for sheet in workbook.sheets:
        if not sheet.visible:
            continue
        for row in itertools.islice(read_rows(workbook, sheet), HEADER_WITHIN):
            headings = {
                letters: " ".join(str(cell).split())
                for letters, cell in row.cells.items()
                if not isinstance(cell, Odd)
            }
            columns = _columns(headings)
            if "number" in columns or {"head", "id_number"} <= columns.keys():
                return GrantSheet(sheet, row.number, columns, headings)
    raise NoGrantList(sheets=[one.name for one in workbook.sheets])


def rows_of(workbook: Workbook, found: GrantSheet) -> Iterator[Row]:
    """The rows below the header that say something in a column that is read."""
    for row in read_rows(workbook, found.sheet):
        if row.number <= found.header or _is_numbering(row, found) or _is_total(row, found):
            continue
        if any(row.cells.get(letters) not in (None, "") for letters in found.columns.values()):
            yield row


def recipients(file: BinaryIO) -> list[ListedRecipient]:
    """The rows of a file. Raises a FileRefused that says what is wrong with the file."""
    workbook = open_workbook(file, LIMITS)
    found = find_sheet(workbook)
    listed = [_recipient(row, found.columns) for row in rows_of(workbook, found)]
    if len(listed) > MOST_RECIPIENTS:
        raise TooManyRows(limit=MOST_RECIPIENTS)
    return listed


def _columns(headings: dict[str, str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for letters in sorted(headings, key=column_number):
        heading = headings[letters]
        field = _MONEY.get(fold(heading)) or _MONEY.get(fold(heading.partition("(")[0]), "")
        field = field or field_of(heading)
        field = "head" if field == "member" else field
        if field not in _READ:
            continue
        if columns.setdefault(field, letters) != letters:
            raise ColumnTwice(field=field, columns=[columns[field], letters])
    return columns


def _is_numbering(row: Row, found: GrantSheet) -> bool:
    """Whether the row right below the header numbers its columns: 1, 2, 3 or (1), (2), (3).

    Elsewhere figures alone are a household: its place in the list, its number, its amount.
    """
    numbers = [str(cell).strip("() ") for cell in row.cells.values()]
    return (
        row.number == found.header + 1
        and len(numbers) > MOST_LIKE_A_RECIPIENT
        and numbers == [str(at) for at in range(1, len(numbers) + 1)]
    )


def _is_total(row: Row, found: GrantSheet) -> bool:
    """Whether a row names no household and adds up what stands above it."""
    named = any(row.cells.get(found.columns.get(one, "")) for one in ("number", "id_number"))
    texts = [fold(cell) for cell in row.cells.values() if isinstance(cell, str)]
    return not named and any(text.startswith(("tong", "cong")) for text in texts)


def _recipient(row: Row, columns: dict[str, str]) -> ListedRecipient:
    faults: list[Fault] = []

    def read(field: str, parse: Callable[[Cell | None], Value], code: str) -> Value | None:
        try:
            return parse(row.cells.get(columns.get(field, "")))
        except Unusable:
            faults.append(Fault(code, field))
            return None

    if row.marks:
        faults.append(Fault(GrantRowNotShown.code))
    number = read("number", values.number, GrantRowUnreadable.code) or ""
    head = read("head", values.name, GrantRowUnreadable.code) or ""
    id_number = read("id_number", _identity, GrantRowUnreadable.code) or ""
    amount = read("amount", _money, GrantRowAmountInvalid.code)
    quantity = read("quantity", values.whole, GrantRowAmountInvalid.code)
    if amount == 0:
        faults.append(Fault(GrantRowAmountInvalid.code, "amount"))
    if amount and quantity:
        faults.append(Fault(GrantRowInKind.code, "quantity"))
    if not number and not (head and id_number):
        faults.append(Fault(GrantRowNamesNone.code, "number" if "number" in columns else "head"))
    return ListedRecipient(
        row.number,
        number,
        head,
        id_number,
        amount,
        quantity or None,
        faults[0] if faults else None,
    )


def _identity(cell: Cell | None) -> str:
    return values.id_number(cell, "", None)


def _money(cell: Cell | None) -> int | None:
    """Whole đồng; "165.000 đồng" is such an amount, a figure with a fraction is none."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, float):
        raise Unusable("number_malformed")
    return values.grouped(cell)
