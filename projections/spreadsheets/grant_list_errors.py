"""Makes the error sheet of a list of recipients: the rows that do not fit, each with the reason.

The original columns follow the reasons under their own headings, so that a corrected sheet can be
uploaded again as it is.
"""

from collections.abc import Callable
from uuid import UUID

from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection
from domain.imports.xlsx.cells import MARKS, Cell, Odd, PartOfDate, column_number
from domain.imports.xlsx.workbook import open_workbook
from domain.support.grant_list import LIMITS, find_sheet, rows_of
from projections.spreadsheets.workbook import Formats, new_workbook, safe_text, write_cell
from projections.support import grant_lists

OWN_COLUMNS = ("Dòng trong tệp gốc", "Cột", "Lý do và cách sửa")
FIELD_NAMES = {
    "number": "Mã hộ", "head": "Chủ hộ", "id_number": "Số CCCD/CMND", "amount": "Số tiền",
    "quantity": "Số lượng",
}  # fmt: skip


def error_sheet(
    conn: Connection, keyring: Keyring, list_id: UUID, say: Callable[[str], str]
) -> bytes:
    """The workbook with every row that does not fit; `say` gives the sentence of a code.

    Raises GrantListFileDestroyed, FileRefused.
    """
    refused = {one.row: one for one in grant_lists.rows(conn, list_id) if one.code}
    workbook = open_workbook(grant_lists.open_file(conn, keyring, list_id), LIMITS)
    found = find_sheet(workbook)
    letters = sorted(found.headings, key=column_number)
    while tuple(found.headings[one] for one in letters[: len(OWN_COLUMNS)]) == OWN_COLUMNS:
        del letters[: len(OWN_COLUMNS)]
    with new_workbook() as (book, content):
        formats, page = Formats(book), book.add_worksheet("Cần kiểm tra")
        page.set_column(0, 1, 14)
        page.set_column(2, 2, 60)
        page.set_column(3, len(OWN_COLUMNS) + len(letters), 18)
        page.freeze_panes(1, len(OWN_COLUMNS))
        headings = (*OWN_COLUMNS, *(found.headings[one] for one in letters))
        for column, heading in enumerate(headings):
            page.write_string(0, column, safe_text(heading), formats.head)
        at = 0
        for row in rows_of(workbook, found):
            fault = refused.get(row.number)
            if fault is None:
                continue
            at += 1
            cells: list[object] = [row.number, FIELD_NAMES.get(fault.field, ""), say(fault.code)]
            cells += [_shown(row.cells.get(one)) for one in letters]
            for column, cell in enumerate(cells):
                write_cell(page, at, column, cell, formats)
    return content.getvalue()


def _shown(cell: Cell | None) -> object:
    """A cell as it can be written, so that it reads again as what it was."""
    if isinstance(cell, Odd):
        return MARKS[cell]
    return (str(cell) or "?") if isinstance(cell, PartOfDate) else cell
