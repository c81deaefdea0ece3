"""An official table as an Excel workbook: headings, rows, total, identities, and what it rests on.

It is made of the table as the API answers it. The same table gives the same bytes: there is no
moment of making in it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Response
from flask_babel import gettext

from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from projections.tables.table import PERCENT, Table
from service.access.authorization import RequestContext
from service.http.headers import XLSX
from service.tables import presenter
from service.tables.schemas import TableSchema
from service.ui import render

# Workbooks carry a moment of making; a fixed one keeps equal tables equal to the byte.
MADE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)

Document = Mapping[str, Any]


def response(context: RequestContext, table: Table) -> Response:
    """The workbook of a table as a file to be saved."""
    content = workbook(TableSchema().dump(presenter.shown(context, table)))
    return Response(content, content_type=XLSX, headers=saved_as(table.name, f"{table.to}"))


def saved_as(name: str, last_day: str, ending: str = "xlsx") -> dict[str, str]:
    """The header by which a browser saves the file of a table."""
    return {"Content-Disposition": f'attachment; filename="{name}-{last_day}.{ending}"'}


def workbook(document: Document) -> bytes:
    """The bytes of an .xlsx file."""
    columns = document["columns"]
    with new_workbook() as (book, content):
        book.set_properties({"created": MADE})
        formats = Formats(book)
        percent = book.add_format({"num_format": "0.00"})
        sheet = book.add_worksheet(document["name"])
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, len(columns) + 1, 14)
        lines = head(document)
        for at, line in enumerate(lines):
            write_cell(sheet, at, 0, line, formats)
        top = len(lines) + 1
        sheet.freeze_panes(top + 2, 1)
        measured = any(one["measure"] for one in document["totals"])
        first = 2 if measured else 1
        sheet.write_string(top, 0, gettext("Đơn vị"), formats.head)
        if measured:
            sheet.write_string(top, 1, gettext("Phân tổ"), formats.head)
        for at, column in enumerate(columns, first):
            sheet.write_string(top, at, column["heading"], formats.head)
        for at, column in enumerate(columns, first):
            sheet.write_string(top + 1, at, column["code"], formats.head)
        place = top + 2
        for row in (*document["totals"], *document["rows"]):
            _write_name(sheet, place, row, formats, measured=measured)
            for at, column in enumerate(columns, first):
                cell = row["cells"][column["code"]]
                if column["kind"] == PERCENT and isinstance(cell, str):
                    sheet.write_number(place, at, float(cell), percent)
                elif cell is not None:
                    write_cell(sheet, place, at, cell, formats)
            place += 1
        for line in tail(document):
            place += 1
            write_cell(sheet, place, 0, line, formats)
    return content.getvalue()


def _write_name(sheet: Any, place: int, row: Document, formats: Formats, *, measured: bool) -> None:
    name = row["name"]
    if row["depth"] == 0:
        name = gettext("Tổng cộng: %(name)s", name=name)
    write_cell(sheet, place, 0, "   " * max(0, row["depth"] - 1) + name, formats)
    if measured:
        write_cell(sheet, place, 1, presenter.measure(row["measure"]), formats)


def head(document: Document) -> list[str]:
    """The title of the table, its area and period, and what it rests on."""
    known_at = document["known_at"]
    known = (
        gettext(
            "Dữ liệu ghi đến hết ngày %(day)s",
            day=render.day_of_moment(datetime.fromisoformat(known_at)),
        )
        if known_at
        else gettext("Theo toàn bộ dữ liệu đã ghi")
    )
    return [
        f"{document['name']}. {document['title']}",
        document["area_name"],
        gettext(
            "Từ hết ngày %(first)s đến hết ngày %(last)s",
            first=render.day(document["from"]),
            last=render.day(document["to"]),
        ),
        known,
        gettext("Đến lần ghi số %(seq)s", seq=render.format_number(document["seq"])),
    ]


def tail(document: Document) -> list[str]:
    """The notes, the reasons of empty cells, and the identities that were checked."""
    rows = (*document["totals"], *document["rows"])
    reasons = list(dict.fromkeys(code for row in rows for code in row["empty"].values()))
    lines = ["", *(one["text"] for one in document["notes"])]
    lines += [gettext("Ô trống: %(why)s.", why=presenter.reason(code)) for code in reasons]
    for one in document["identities"]:
        said = gettext("khớp") if one["holds"] else gettext("lệch %(by)s", by=one["difference"])
        of = presenter.measure(one["measure"])
        lines.append(" ".join(filter(None, [f"{one['rule']}:", of, said])))
    return lines
