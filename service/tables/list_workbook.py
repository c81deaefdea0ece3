"""The detailed lists R14 and R15 as Excel workbooks."""

from collections.abc import Sequence

from flask import Response
from flask_babel import gettext

from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from projections.tables.lists import COLUMNS, ListedMember
from service.access.authorization import RequestContext
from service.http.headers import XLSX
from service.tables import presenter
from service.tables.list_paper import head_lines
from service.tables.request import Period
from service.tables.workbook import MADE


def workbook_response(
    context: RequestContext,
    name: str,
    members: Sequence[ListedMember],
    period: Period,
    *,
    more: bool,
) -> Response:
    """The workbook of a list as a file to be saved; `more` says that it is not the whole."""
    with new_workbook() as (book, content):
        book.set_properties({"created": MADE})
        formats = Formats(book)
        sheet = book.add_worksheet(name)
        sheet.set_column(0, len(COLUMNS), 14)
        title = f"{name}. {presenter.title(name)}"
        lines = [title, *head_lines(context, period, more=more)]
        for at, line in enumerate(lines):
            write_cell(sheet, at, 0, line, formats)
        top = len(lines) + 1
        sheet.freeze_panes(top + 1, 3)
        sheet.write_string(top, 0, gettext("Thôn"), formats.head)
        for at, column in enumerate(COLUMNS, 1):
            sheet.write_string(top, at, presenter.heading(column), formats.head)
        for row, member in enumerate(members, top + 1):
            shown = presenter.member(context, member, period.to)
            write_cell(sheet, row, 0, shown["village_name"], formats)
            for at, column in enumerate(COLUMNS, 1):
                write_cell(sheet, row, at, shown["cells"][column.code], formats)
    filename = f"{name}-{period.to:%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(content.getvalue(), content_type=XLSX, headers=headers)
