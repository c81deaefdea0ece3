"""The coverage of a benefit as Excel: the figures of an area and of each place below it."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from domain.support.entitlement import period_of
from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from projections.support.coverage import GROUPS
from service.access.authorization import RequestContext
from service.support import words
from service.support.coverage_api import CoverageRequest
from service.support.coverage_figures import CoverageTable, Line
from service.ui import navigation, render

COUNTS = ("eligible", "covered", "unserved", "served", "leaked")


def workbook(
    context: RequestContext, asked: CoverageRequest, table: CoverageTable, shown: dict[str, Any]
) -> bytes:
    """The bytes of an .xlsx file; `shown` is what the page shows of the table."""
    with new_workbook() as (book, content):
        formats, sheet = Formats(book), book.add_worksheet(_("Độ bao phủ"))
        sheet.set_column(0, 0, 36)
        headings = _headings()
        sheet.set_column(1, len(headings) - 1, 16)
        head = _head(context, asked, shown["notes"])
        for at, text in enumerate(head):
            write_cell(sheet, at, 0, text, formats)
        top = len(head) + 1
        sheet.freeze_panes(top + 1, 1)
        for column, heading in enumerate(headings):
            sheet.write_string(top, column, heading, formats.head)
        rows = [(shown["total"].name, table.total)]
        rows += [(one.name, one.line) for one in shown["lines"]]
        for row, (name, line) in enumerate(rows, top + 1):
            for column, cell in enumerate((name, *_cells(line))):
                write_cell(sheet, row, column, cell, formats)
    return content.getvalue()


def _head(context: RequestContext, asked: CoverageRequest, notes: Iterable[Any]) -> list[str]:
    period = period_of(asked.benefit, asked.on)
    known = render.day_of_moment(asked.known_at or context.services.clock())
    area = navigation.area_name(context, asked.area, asked.on)
    lines = [
        _("Độ bao phủ chính sách: %(area)s", area=area),
        words.benefit_title(asked.benefit),
        words.period(period.first, period.last),
        _("Tính đến ngày %(day)s", day=render.day(asked.on)),
        _("Dữ liệu ghi đến hết ngày %(day)s", day=known),
        _(
            "Người xuất: %(account)s, lúc %(moment)s",
            moment=render.moment_in_sentence(context.services.clock()),
            account=context.account.account if context.account else "",
        ),
    ]
    if asked.smallest is not None:
        lines.append(words.held_back(asked.smallest))
    return [*lines, *(str(note) for note in notes), str(words.NO_PROOF)]


def _headings() -> list[str]:
    groups = [
        _("%(what)s: %(group)s", what=words.COVERED[name], group=words.GROUPS[group])
        for group in GROUPS
        for name in ("eligible", "covered")
    ]
    return [
        _("Địa bàn"), *(str(words.COVERED[name]) for name in COUNTS),
        _("Tỷ lệ bao phủ"), _("Tỷ lệ bỏ sót"), _("Tỷ lệ sai đối tượng"),
        str(words.COVERED["timed"]), _("Số ngày trung vị"), _("Số ngày của 9/10 hồ sơ"), *groups,
        *(str(words.COVERED[name]) for name in ("granted", "left_poverty", "left_near_poverty")),
    ]  # fmt: skip


def _cells(line: Line) -> list[Any]:
    def count(name: str) -> Any:
        return str(words.HELD_BACK) if name in line.hidden else line.counts[name]

    def share(part: str, whole: str) -> float | None:
        percent = line.share(part, whole)
        return float(percent) if percent is not None else None

    return [
        *(count(name) for name in COUNTS),
        share("covered", "eligible"), share("unserved", "eligible"), share("leaked", "served"),
        count("timed"), line.median_days, line.most_days,
        *(count(f"{name}_{group}") for group in GROUPS for name in ("eligible", "covered")),
        *(count(name) for name in ("granted", "left_poverty", "left_near_poverty")),
    ]  # fmt: skip
