"""Excel file of a replay: one row for each decision, below the request."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext

from projections.oversight.replay.runs import Replay
from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from service.access.authorization import RequestContext
from service.oversight.replay_households import About
from service.oversight.replay_presenter import KINDS, Shown
from service.ui import render

_WIDTHS = (18, 12, 24, 24, 24, 14, 24, 30, 70, 10)


def workbook(
    context: RequestContext,
    replay: Replay,
    area: str,
    rows: Sequence[Shown],
    homes: Mapping[int, About],
    *,
    more: bool,
) -> bytes:
    """The bytes of an .xlsx file; no cell of it can become a formula.

    Rows stand by commune and head in Vietnamese order. `more` says that the list was cut.
    """
    with new_workbook() as (book, content):
        formats = Formats(book)
        sheet = book.add_worksheet(gettext("Đối chiếu phân loại"))
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        lines = _head(context, replay, area, len(rows), more)
        top = len(lines) + 1
        for at, line in enumerate(lines):
            write_cell(sheet, at, 0, line, formats)
        headings = _headings()
        sheet.freeze_panes(top + 1, 3)
        sheet.autofilter(top, 0, top + len(rows), len(headings) - 1)
        for column, heading in enumerate(headings):
            sheet.write_string(top, column, heading, formats.head)
        ordered = sorted(rows, key=lambda one: (homes[one.seq].order, one.seq))
        for row, one in enumerate(ordered, top + 1):
            for column, cell in enumerate(_cells(one, homes[one.seq])):
                write_cell(sheet, row, column, cell, formats)
    return content.getvalue()


def _head(context: RequestContext, replay: Replay, area: str, count: int, more: bool) -> list[str]:
    lines = [
        area,
        gettext(
            "Quyết định có hiệu lực từ %(first)s đến %(last)s",
            first=render.day(replay.from_on),
            last=render.day(replay.to_on),
        ),
        gettext("Dữ liệu ghi đến lần ghi thứ %(seq)s", seq=render.format_number(replay.seq)),
        gettext("Mã kiểm chứng kết quả (SHA-256): %(digest)s", digest=replay.digest),
        gettext("%(n)s quyết định", n=render.format_number(count)),
        gettext(
            "Người xuất: %(account)s, lúc %(moment)s",
            account=context.account.account if context.account else "",
            moment=render.moment_in_sentence(context.services.clock()),
        ),
    ]
    if more:
        lines.append(
            gettext("Tệp chỉ gồm phần đầu danh sách. Hãy chọn địa bàn hoặc thời gian hẹp hơn.")
        )
    return lines


def _headings() -> list[str]:
    return [
        gettext("Kết quả đối chiếu"),
        gettext("Mã hộ"),
        gettext("Chủ hộ"),
        gettext("Thôn, tổ dân phố"),
        gettext("Xã, phường khi quyết định"),
        gettext("Ngày có hiệu lực"),
        gettext("Đã công nhận"),
        gettext("Chuẩn"),
        gettext("Nhận xét"),
        gettext("Số thứ tự lần ghi"),
    ]


def _cells(one: Shown, about: About) -> list[Any]:
    home = about.home
    return [
        str(KINDS[one.outcome]),
        home.number if home else "",
        home.head if home else gettext("nay ngoài địa bàn"),
        home.village if home else "",
        about.area,
        one.effective_on,
        one.recorded,
        one.standard,
        " ".join(one.said),
        one.seq,
    ]
