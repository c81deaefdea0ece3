"""An official table as an Excel workbook: headings, rows, total, identities, and what it rests on.

The same table gives the same bytes: the workbook carries the moment that it is true for, and no
moment of its making.
"""

from datetime import UTC, datetime
from typing import Any

from flask import Response
from flask_babel import gettext

from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from projections.tables.table import PERCENT, Row, Table
from service.access.authorization import RequestContext
from service.http.headers import XLSX
from service.tables import presenter
from service.ui import navigation, render

# Workbooks carry a moment of making; a fixed one keeps equal tables equal to the byte.
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def response(context: RequestContext, table: Table) -> Response:
    """The workbook of a table as a file to be saved."""
    name = f"{table.name}-{table.to:%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(workbook(context, table), content_type=XLSX, headers=headers)


def workbook(context: RequestContext, table: Table) -> bytes:
    """The bytes of an .xlsx file."""
    with new_workbook() as (book, content):
        book.set_properties({"created": MADE})
        formats = Formats(book)
        percent = book.add_format({"num_format": "0.00"})
        sheet = book.add_worksheet(table.name)
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, len(table.columns) + 1, 14)
        lines = head(context, table)
        for at, line in enumerate(lines):
            write_cell(sheet, at, 0, line, formats)
        top = len(lines) + 1
        sheet.freeze_panes(top + 2, 1)
        measured = any(one.measure for one in table.totals)
        first = 2 if measured else 1
        sheet.write_string(top, 0, gettext("Đơn vị"), formats.head)
        if measured:
            sheet.write_string(top, 1, gettext("Phân tổ"), formats.head)
        for at, column in enumerate(table.columns, first):
            sheet.write_string(top, at, presenter.heading(column), formats.head)
        for at, column in enumerate(table.columns, first):
            sheet.write_string(top + 1, at, column.code, formats.head)
        place = top + 2
        for row in (*table.totals, *table.rows):
            _write_row(sheet, place, row, context, table, formats, percent, first)
            place += 1
        for line in tail(context, table):
            place += 1
            write_cell(sheet, place, 0, line, formats)
    return content.getvalue()


def _write_row(
    sheet: Any,
    place: int,
    row: Row,
    context: RequestContext,
    table: Table,
    formats: Formats,
    percent: Any,
    first: int,
) -> None:
    name = presenter.row_name(context, row, table.to)
    if row.depth == 0:
        name = gettext("Tổng cộng: %(name)s", name=name)
    write_cell(sheet, place, 0, "   " * max(0, row.depth - 1) + name, formats)
    if first == 2:
        write_cell(sheet, place, 1, presenter.measure(row.measure), formats)
    for at, column in enumerate(table.columns, first):
        cell = row.cells[column.code]
        if column.kind == PERCENT and isinstance(cell, str):
            sheet.write_number(place, at, float(cell), percent)
        elif cell is not None:
            write_cell(sheet, place, at, cell, formats)


def head(context: RequestContext, table: Table) -> list[str]:
    """What the table is, of which area and period, and what it rests on."""
    known = (
        gettext("Dữ liệu ghi đến hết ngày %(day)s", day=render.day_of_moment(table.known_at))
        if table.known_at
        else gettext("Theo toàn bộ dữ liệu đã ghi")
    )
    return [
        f"{table.name}. {presenter.title(table.name)}",
        navigation.area_name(context, table.area, table.to),
        gettext(
            "Từ hết ngày %(first)s đến hết ngày %(last)s",
            first=render.day(table.from_),
            last=render.day(table.to),
        ),
        known,
        gettext("Đến lần ghi số %(seq)s", seq=render.format_number(table.seq)),
    ]


def tail(context: RequestContext, table: Table) -> list[str]:
    """The notes, the reasons of empty cells, and the identities that were checked."""
    rows = (*table.totals, *table.rows)
    reasons = list(dict.fromkeys(code for row in rows for code in row.empty.values()))
    lines = ["", *(presenter.note_text(one) for one in presenter.notes(table))]
    lines += [gettext("Ô trống: %(why)s.", why=presenter.reason(code)) for code in reasons]
    for one in table.identities:
        said = gettext("khớp") if one.holds else gettext("lệch %(by)s", by=one.difference)
        of = presenter.measure(one.measure)
        lines.append(" ".join(filter(None, [f"{one.rule}:", of, said])))
    return lines
