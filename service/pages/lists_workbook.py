"""A list of households as Excel: as it was on the screen, and how it was asked for."""

from typing import Any

from flask_babel import gettext

from projections.reports.spreadsheets import Formats, new_workbook, write_cell
from service.access import Asked
from service.pages import showing, words


def workbook(asked: Asked, values: dict[str, Any]) -> bytes:
    """The bytes of an .xlsx file; no cell of it can become a formula."""
    with new_workbook() as (book, content):
        formats = Formats(book)
        sheet = book.add_worksheet(gettext("Danh sách hộ"))
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 4, 24)
        lines = _head(asked, values)
        for at, line in enumerate(lines):
            write_cell(sheet, at, 0, line, formats)
        top = len(lines) + 1
        sheet.freeze_panes(top + 1, 2)
        for column, heading in enumerate(_headings()):
            sheet.write_string(top, column, heading, formats.head)
        for row, one in enumerate(values["shown"].households, top + 1):
            for column, cell in enumerate(_cells(one, values)):
                write_cell(sheet, row, column, cell, formats)
    return content.getvalue()


def _head(asked: Asked, values: dict[str, Any]) -> list[str]:
    query, shown = values["query"], values["shown"]
    lines = [
        values["area_name"],
        gettext("Tính đến ngày %(day)s", day=showing.day(values["on"])),
        gettext("%(n)s hộ", n=showing.figure(len(shown.households))),
        gettext(
            "Xuất lúc %(moment)s bởi %(account)s",
            moment=showing.moment(asked.wiring.clock()),
            account=asked.account.account if asked.account else "",
        ),
    ]
    if query["known_at"]:
        known = showing.day_of_moment(query["known_at"])
        lines.append(gettext("Theo những gì đã biết đến hết ngày %(day)s", day=known))
    if shown.cut:
        lines.append(gettext("Danh sách dài hơn: chỉ có phần đầu. Hãy lọc hẹp hơn."))
    return lines


def _headings() -> list[str]:
    return [
        gettext("Số hộ"),
        gettext("Chủ hộ"),
        gettext("Thôn, tổ"),
        gettext("Xã, phường"),
        gettext("Loại"),
        gettext("Nhân khẩu"),
        *(str(text) for text in words.FLAGS.values()),
        gettext("Mới thoát nghèo đến"),
        gettext("Đăng ký ngày"),
    ]


def _cells(one: Any, values: dict[str, Any]) -> list[Any]:
    return [
        one.number,
        one.head,
        one.village,
        values["shown"].area_names[one.area],
        str(words.CLASSES.get(one.class_, one.class_)),
        one.persons,
        *(showing.yes_no(getattr(one, flag)) for flag in words.FLAGS),
        one.newly_escaped_until,
        one.registered_on,
    ]
