"""A list of households as Excel: as it was asked for, with the decisions in force and the members.

The first sheet has a row for each household, the second one for each member. Both can be filtered
as they stand, and say what they are a list of.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from domain.households import codes
from domain.standards import NATIONAL
from projections.households.sentences import code
from projections.households.state import HouseholdState, MemberState
from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from service.access.authorization import RequestContext
from service.ui import labels, render
from service.ui.i18n import in_language


def workbook(context: RequestContext, values: dict[str, Any]) -> bytes:
    """The bytes of an .xlsx file; no cell of it can become a formula."""
    lines = head_lines(context, values)
    shown = values["shown"]
    households = [_cells(one, values) for one in shown.households]
    members = [
        [one.number, one.head, one.village, shown.area_names[one.area], *person]
        for one in shown.households
        if (file := shown.files.get(one.household_id))
        for person in _members(file, shown, values["on"])
    ]
    with new_workbook() as (book, content):
        formats = Formats(book)
        _sheet(book, formats, gettext("Danh sách hộ"), lines, _headings(), households)
        _sheet(book, formats, gettext("Thành viên"), lines, _member_headings(), members)
    return content.getvalue()


def head_lines(context: RequestContext, values: dict[str, Any]) -> list[str]:
    """What the sheet is a list of: place, day, as known when, filters, how many, by whom."""
    query, shown = values["query"], values["shown"]
    filters = "; ".join(values["filters"])
    known = render.day_of_moment(query["known_at"] or context.services.clock())
    lines = [
        values["area_name"],
        gettext("Tính đến ngày %(day)s", day=render.day(values["on"])),
        gettext("Dữ liệu ghi đến hết ngày %(day)s", day=known),
        gettext("Điều kiện lọc: %(said)s", said=filters or gettext("Không lọc")),
        gettext("%(n)s hộ", n=render.format_number(len(shown.households))),
        gettext(
            "Người xuất: %(account)s, lúc %(moment)s",
            moment=render.moment_in_sentence(context.services.clock()),
            account=context.account.account if context.account else "",
        ),
    ]
    if shown.cut:
        lines.append(
            gettext("Tệp chỉ gồm phần đầu danh sách. Hãy thêm điều kiện lọc rồi xuất lại.")
        )
    return lines


def _sheet(
    book: Any,
    formats: Formats,
    name: str,
    lines: Sequence[str],
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 4, 24)
    sheet.set_column(5, len(headings) - 1, 14)
    for at, line in enumerate(lines):
        write_cell(sheet, at, 0, line, formats)
    top = len(lines) + 1
    sheet.freeze_panes(top + 1, 2)
    sheet.repeat_rows(top)
    for column, heading in enumerate(headings):
        sheet.write_string(top, column, heading, formats.head)
    for row, cells in enumerate(rows, top + 1):
        for column, cell in enumerate(cells):
            write_cell(sheet, row, column, cell, formats)
    sheet.autofilter(top, 0, top + max(1, len(rows)), len(headings) - 1)


def _headings() -> list[str]:
    return [
        gettext("Mã hộ"),
        gettext("Chủ hộ"),
        gettext("Thôn, tổ dân phố"),
        gettext("Xã, phường, đặc khu"),
        gettext("Phân loại"),
        gettext("Từ ngày"),
        gettext("Số quyết định"),
        gettext("Ngày quyết định"),
        gettext("Điểm B1"),
        gettext("Điểm B2"),
        gettext("Nhân khẩu"),
        *(str(text) for text in labels.FLAGS.values()),
        gettext("Mới thoát nghèo đến"),
        gettext("Ngày lập hồ sơ"),
    ]


def _cells(one: Any, values: dict[str, Any]) -> list[Any]:
    shown = values["shown"]
    file = shown.files.get(one.household_id)
    return [
        one.number,
        one.head,
        one.village,
        shown.area_names[one.area],
        str(labels.CLASSES.get(one.class_, one.class_)),
        *(_decision(file) if file else (None,) * 5),
        one.persons,
        *(render.yes_no(getattr(one, flag)) for flag in labels.FLAGS),
        one.newly_escaped_until,
        one.registered_on,
    ]


def _decision(file: HouseholdState) -> tuple[Any, ...]:
    """The national decision in force: since when, its paper, and the points it rests on."""
    standing = file.classes.get(NATIONAL)
    if standing is None:
        return (None,) * 5
    paper = standing.document
    b1, b2 = standing.facts.get("b1"), standing.facts.get("b2")
    survey = next((one for one in file.surveys if one.survey_id == standing.survey_id), None)
    if survey is not None:
        b1, b2 = survey.b1 if b1 is None else b1, survey.b2 if b2 is None else b2
    return (
        standing.since,
        paper.number if paper else None,
        paper.signed_on if paper else None,
        _points(b1),
        _points(b2),
    )


def _points(value: object) -> int | None:
    return int(str(value)) if value not in (None, "") else None


def _member_headings() -> list[str]:
    return [
        gettext("Mã hộ"),
        gettext("Chủ hộ"),
        gettext("Thôn, tổ dân phố"),
        gettext("Xã, phường, đặc khu"),
        gettext("Họ và tên"),
        gettext("Quan hệ với chủ hộ"),
        gettext("Giới tính"),
        gettext("Ngày sinh"),
        gettext("Năm sinh"),
        gettext("Tuổi"),
        gettext("Dân tộc"),
    ]


def _members(file: HouseholdState, shown: Any, on: date) -> Iterable[list[Any]]:
    language = in_language()
    ordered: list[MemberState] = sorted(file.members, key=lambda one: one.person_id != file.head)
    for one in ordered:
        born = shown.births.get(one.person_id)
        yield [
            shown.names.get(one.person_id, ""),
            code(codes.RELATIONS, one.relation, language),
            code(codes.SEXES, one.sex, language) if one.sex else None,
            born,
            one.birth_year,
            render.age(born, one.birth_year, on),
            one.ethnicity,
        ]
