"""The overview of an area as Excel: classes, movements, units below, course and deprivations."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from service.access.authorization import RequestContext
from service.areas.figures import OverviewFigures
from service.ui import labels, render

Row = Sequence[Any]


def workbook(context: RequestContext, values: dict[str, Any]) -> bytes:
    """The bytes of an .xlsx file; `values` are those that the page shows."""
    lines = _head(context, values)
    with new_workbook() as (book, content):
        formats = Formats(book)
        for name, headings, rows in _sheets(values):
            sheet = book.add_worksheet(name)
            sheet.set_column(0, 0, 36)
            sheet.set_column(1, max(1, len(headings) - 1), 16)
            for at, line in enumerate(lines):
                write_cell(sheet, at, 0, line, formats)
            top = len(lines) + 1
            sheet.freeze_panes(top + 1, 1)
            for column, heading in enumerate(headings):
                sheet.write_string(top, column, heading, formats.head)
            for row, cells in enumerate(rows, top + 1):
                for column, cell in enumerate(cells):
                    write_cell(sheet, row, column, cell, formats)
    return content.getvalue()


def _head(context: RequestContext, values: dict[str, Any]) -> list[str]:
    known = render.day_of_moment(values["known_at"] or context.services.clock())
    figures: OverviewFigures = values["figures"]
    since = render.day(values["since"])
    lines = [
        values["title"],
        gettext("Tính đến ngày %(day)s", day=render.day(values["on"])),
        gettext("Dữ liệu ghi đến hết ngày %(day)s", day=known),
        gettext("So với ngày %(day)s", day=since),
        gettext(
            "Người xuất: %(account)s, lúc %(moment)s",
            moment=render.moment_in_sentence(context.services.clock()),
            account=context.account.account if context.account else "",
        ),
    ]
    if values["no_figures"]:
        day = render.day(figures.start)
        lines.append(
            gettext("Chưa có số liệu trước ngày %(day)s", day=day)
            if figures.start
            else gettext("Chưa có trong hồ sơ")
        )
    return [*lines, *(str(note) for note in values["movement_notes"])]


def _sheets(values: dict[str, Any]) -> Iterable[tuple[str, list[str], list[Row]]]:
    figures: OverviewFigures = values["figures"]
    if not values["no_figures"]:
        yield gettext("Theo phân loại"), _class_headings(), list(_classes(figures))
        yield gettext("Diễn biến"), _movement_headings(), list(_movements(figures))
        yield gettext("24 tháng gần nhất"), _course_headings(), list(_course(values["points"]))
        if values["indicators"]:
            yield gettext("Thiếu hụt"), _deprived_headings(), list(_deprived(figures, values))
    yield gettext("Đơn vị trực thuộc"), _part_headings(), list(_parts(values))


def _class_headings() -> list[str]:
    return [
        gettext("Phân loại"), gettext("Hộ"), gettext("Tỷ lệ hộ"), gettext("Nhân khẩu"),
        gettext("Tỷ lệ nhân khẩu"), *(str(text) for text in labels.FLAGS.values()),
    ]  # fmt: skip


def _classes(figures: OverviewFigures) -> Iterable[Row]:
    counted = figures.counts
    for class_, one in (
        ("poor", counted.poor), ("near_poor", counted.near_poor), ("average", counted.average),
        ("not_poor", counted.not_poor), ("not_listed", counted.not_listed),
        ("", counted.unclassified),
    ):  # fmt: skip
        yield [
            str(labels.CLASSES[class_]), one.households, _rate(one.rate_percent), one.persons,
            _rate(one.persons_rate_percent), *(getattr(one, flag) for flag in labels.FLAGS),
        ]  # fmt: skip
    yield [gettext("Tổng số hộ dân cư"), counted.all.households, None, counted.all.persons]


def _movement_headings() -> list[str]:
    return [gettext("Diễn biến"), gettext("Phân loại"), gettext("Hộ"), gettext("Nhân khẩu")]


def _movements(figures: OverviewFigures) -> Iterable[Row]:
    for moved in (figures.movements.poor, figures.movements.near_poor):
        of = str(labels.CLASSES[moved.class_])
        yield [_way("opening", moved.class_), of, *_both(moved.opening)]
        for way, some in moved.came.items():
            yield ["+ " + _way(way, moved.class_), of, *_both(some)]
        yield ["+ " + _way("member_change_in", moved.class_), of, None, moved.member_change_in]
        for way, some in moved.went.items():
            yield ["− " + _way(way, moved.class_), of, *_both(some)]
        yield ["− " + _way("member_change_out", moved.class_), of, None, moved.member_change_out]
        yield [_way("closing", moved.class_), of, *_both(moved.closing)]


def _way(way: str, class_: str) -> str:
    return str(labels.movement(way, class_))


def _both(some: Any) -> tuple[int, int]:
    return some.households, some.persons


def _course_headings() -> list[str]:
    poor, near = str(labels.CLASSES["poor"]), str(labels.CLASSES["near_poor"])
    persons = gettext("Nhân khẩu")
    return [gettext("Ngày"), poor, f"{persons}: {poor}", near, f"{persons}: {near}"]


def _course(points: Iterable[Any]) -> Iterable[Row]:
    for point in points:
        figures = [
            number
            for class_ in ("poor", "near_poor")
            for number in (point.households[class_], point.persons[class_])
        ]
        yield [point.on, *figures]


def _deprived_headings() -> list[str]:
    return [gettext("Chỉ số"), str(labels.CLASSES["poor"]), str(labels.CLASSES["near_poor"])]


def _deprived(figures: OverviewFigures, values: dict[str, Any]) -> Iterable[Row]:
    of = [figures.deprivations[class_] for class_ in ("poor", "near_poor")]
    yield [gettext("Hộ có Phiếu B"), *(one.surveyed for one in of)]
    for indicator, name in values["indicators"]:
        yield [name, *(one.by_indicator.get(indicator, 0) if one.surveyed else None for one in of)]


def _part_headings() -> list[str]:
    return [
        gettext("Đơn vị"), gettext("Hộ dân cư"), str(labels.CLASSES["poor"]),
        gettext("Tỷ lệ hộ nghèo"), str(labels.CLASSES["near_poor"]), gettext("Tỷ lệ hộ cận nghèo"),
        gettext("Lưu ý"),
    ]  # fmt: skip


def _parts(values: dict[str, Any]) -> Iterable[Row]:
    figures: OverviewFigures = values["figures"]
    for part in values["parts"]:
        start: date | None = figures.part_starts[part.unit]
        known = start is not None and values["on"] >= start
        cells: list[Any] = [None] * 4
        if known:
            cells = [
                part.households["poor"], _rate(part.rates["poor"]),
                part.households["near_poor"], _rate(part.rates["near_poor"]),
            ]  # fmt: skip
        note = None if known else gettext("Chưa có trong hồ sơ")
        if start is not None and not known:
            note = gettext("Chưa có số liệu trước ngày %(day)s", day=render.day(start))
        yield [values["name_of"](part.unit), part.all_households, *cells, note]


def _rate(text: str | None) -> float | None:
    return float(text) if text is not None else None
