"""The workbook of published figures: one row for each figure, stated beside computed."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from service.support.published_figures import Source
from service.ui import render

WIDTHS = (28, 28, 44, 14, 16, 16, 44, 60)


def workbook(groups: Sequence[tuple[Source, Sequence[dict[str, Any]]]]) -> bytes:
    """The bytes of an .xlsx file with the figures of these articles."""
    headings = (
        _("Nguồn"), _("Mục"), _("Chỉ tiêu công bố"), _("Đơn vị tính"), _("Đã công bố"),
        _("Hệ thống tính"), _("Ghi chú"), _("Bài báo viết"),
    )  # fmt: skip
    with new_workbook() as (book, content):
        formats, sheet = Formats(book), book.add_worksheet(_("Số liệu đã công bố"))
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, formats.head)
        rows = [(source, one) for source, shown in groups for one in shown]
        for at, (source, one) in enumerate(rows, 1):
            number = one["number"]
            cells = (
                f"{source.place}. {source.published}. {render.day(source.as_of)}",
                one["section"],
                one["title"],
                one["unit"],
                one["stated"] if one["figure"].precision != "exact" else _number(one),
                None if number is None else float(number),
                one["note"],
                one["figure"].quote,
            )
            for column, cell in enumerate(cells):
                write_cell(sheet, at, column, cell, formats)
    return content.getvalue()


def _number(one: dict[str, Any]) -> float:
    return float(one["figure"].stated)
