"""The error sheet of an import: the rows that were not recorded as they stand, each with why.

The original columns follow the remarks under their own headings, so that a corrected sheet can be
imported again as it is; what is recorded by then is not recorded twice.
"""

import itertools
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.eventstore.personal import Keyring
from domain.imports.cells import MARKS, Cell, Odd, column_number
from domain.imports.findings import FIELD_NAMES, KINDS, Finding
from domain.imports.layout import Layout
from domain.imports.reviewing import choose_sheet, list_rows
from domain.imports.workbook import open_workbook
from projections.queries.imports import ImportExpired
from projections.reports.spreadsheets import Formats, new_workbook, safe_text, write_cell
from projections.sealed_files import FileDestroyed, open_file

MOST_ROWS = 100_000
OWN_COLUMNS = ("Dòng gốc", "Xử lý", "Cột", "Lý do")


def error_sheet(conn: Connection[Any], keyring: Keyring, import_id: UUID) -> bytes:
    """The workbook with every row that has a remark, in the order of the list.

    It reads the stored file again, so that no refused row is kept apart from it. Raises
    ImportExpired, and a FileRefused where the file as a whole was refused.
    """
    sheet = conn.execute("select sheet from office.imports where id = %s", [import_id]).fetchone()
    try:
        _, file = open_file(conn, keyring, import_id)
    except FileDestroyed:
        raise ImportExpired(import_id=import_id) from None
    workbook = open_workbook(file)
    chosen, layout = choose_sheet(workbook, sheet[0] if sheet else "")
    rows = list_rows(workbook, chosen, layout)
    remarks = _remarks(conn, import_id)
    return _write(layout, _joined(rows, remarks))


def _joined(
    rows: Iterator[tuple[int, dict[str, Cell]]], remarks: Iterator[tuple[int, list[Finding]]]
) -> Iterator[tuple[list[Finding], dict[str, Cell]]]:
    """The rows that have remarks; both sides come in the order of the rows."""
    for row, findings in remarks:
        for number, cells in rows:
            if number == row:
                yield findings, cells
                break


def _remarks(conn: Connection[Any], import_id: UUID) -> Iterator[tuple[int, list[Finding]]]:
    rows = conn.execute(
        "select row_number, code, field, details from office.import_rows"
        " where import_id = %s order by row_number, code, field limit %s",
        [import_id, 4 * MOST_ROWS],
    )
    findings = (Finding(*row) for row in rows)
    for row, same in itertools.groupby(findings, key=lambda one: one.row):
        yield row, list(same)


def _write(layout: Layout, rows: Iterator[tuple[list[Finding], dict[str, Cell]]]) -> bytes:
    letters = sorted(layout.headings, key=column_number)
    with new_workbook() as (book, content):
        formats = Formats(book)
        page = book.add_worksheet("Cần xem lại")
        page.set_column(0, 0, 9)
        page.set_column(1, 2, 20)
        page.set_column(3, 3, 60)
        page.set_column(4, len(OWN_COLUMNS) + len(letters), 16)
        page.freeze_panes(1, len(OWN_COLUMNS))
        headings = [*OWN_COLUMNS, *(layout.headings[one] for one in letters)]
        for column, heading in enumerate(headings):
            page.write_string(0, column, safe_text(heading), formats.head)
        for number, (findings, cells) in enumerate(itertools.islice(rows, MOST_ROWS), start=1):
            own = (
                findings[0].row,
                _lines(KINDS[one.kind] for one in findings),
                _lines(FIELD_NAMES.get(one.field, "") for one in findings),
                _lines(one.sentence() for one in findings),
            )
            found = (cells.get(one) for one in letters)
            for column, cell in enumerate((*own, *found)):
                shown = MARKS[cell] if isinstance(cell, Odd) else cell
                write_cell(page, number, column, shown, formats)
    return content.getvalue()


def _lines(texts: Iterator[str]) -> str:
    return "; ".join(dict.fromkeys(text for text in texts if text))
