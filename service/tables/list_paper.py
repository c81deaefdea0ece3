"""The detailed lists R14 and R15 as PDF, village by village."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import Response
from flask_babel import gettext

from projections.tables.lists import COLUMNS, ListedMember
from service.access.authorization import RequestContext
from service.papers.pdf import printed
from service.tables import presenter
from service.tables.papers import PDF
from service.tables.request import Period
from service.tables.workbook import saved_as
from service.ui import navigation, render


def head_lines(context: RequestContext, period: Period, *, more: bool) -> list[str]:
    """What stands under the title of a list; `more` says that it is not the whole."""
    lines = [
        navigation.area_name(context, context.area, period.to),
        gettext("Tính đến ngày %(day)s", day=render.day(period.to)),
    ]
    if more:
        lines.append(
            gettext("Tệp chỉ gồm phần đầu danh sách. Hãy chọn địa bàn hoặc thời gian hẹp hơn.")
        )
    return lines


def pdf_response(
    context: RequestContext,
    name: str,
    members: Sequence[ListedMember],
    period: Period,
    *,
    more: bool,
) -> Response:
    """The PDF of a list as a file to be saved. Raises PaperNotPrinted."""
    shown = [presenter.member(context, one, period.to) for one in members]
    data = {
        "title": f"{name}. {presenter.title(name)}",
        "lines": head_lines(context, period, more=more),
        "columns": [{"code": one.code, "heading": presenter.heading(one)} for one in COLUMNS],
        "villages": [
            {"name": village, "rows": [_cells(one["cells"]) for one in rows]}
            for village, rows in groupby(shown, key=lambda one: one["village_name"])
        ],
        "notes": [one["text"] for one in presenter.list_head(context, name, period, 0)["notes"]],
    }
    content = printed("members", data, day=period.to)
    return Response(
        content, content_type=PDF, headers=saved_as(name, f"{period.to:%Y-%m-%d}", "pdf")
    )


def _cells(cells: dict[str, Any]) -> list[str]:
    return [_text(cells[column.code]) for column in COLUMNS]


def _text(value: object) -> str:
    """A cell as a list on paper has it: a tick as an x, an empty one empty."""
    if value is None or value is False:
        return ""
    return "x" if value is True else str(value)
