"""Random lists: no row vanishes, and no household is taken in part."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.imports.area_lookup import AreaLookup
from domain.imports.list_checks import CheckedList, check_list
from domain.imports.remarks import REFUSED, TEXTS
from domain.imports.xlsx.workbook import open_workbook
from tests.domain.imports.conftest import TODAY

HEADER = (
    "STT", "Chủ hộ", "Thành viên", "Quan hệ", "Năm sinh", "Giới tính", "Thôn", "Phân loại hộ",
    "Số quyết định", "Ngày quyết định", "Số nhân khẩu", "Ghi chú",
)  # fmt: skip
LETTERS = (
    "Anh", "Bích", "Chi", "Dung", "Giang", "Hà", "Khánh", "Lan", "Minh", "Nga", "Oanh", "Phúc",
)  # fmt: skip
GAPS: dict[str, tuple[Any, ...] | None] = {
    "blank": None,
    "header": HEADER,
    "numbering": tuple(range(1, 13)),
    "caption": ("Thôn Hạ",),
    "caption in the names": ("", "THÔN THƯỢNG"),
    "total": ("", "Tổng cộng: 3 hộ", "9 khẩu"),
    "subtotal": ("Cộng thôn 2", 4, 11),
    "signature": ("", "Người lập biểu", "", "", "", "", "TM. ỦY BAN NHÂN DÂN"),
    "signer": ("", "Nguyễn Văn Lập, cán bộ", "", "", "", "", "CHỦ TỊCH"),
    "day": ("", "", "", "", "", "", "Hương Sơ, ngày 5 tháng 12 năm 2022"),
    "remark": ("", "", "", "", "", "", "", "", "", "", "", "xem biểu sau"),
}
gaps = st.lists(st.sampled_from(sorted(GAPS)), max_size=2)
flaws = st.sampled_from(["", "", "", "", "no relation", "bad year", "no name", "struck", "hidden"])


@dataclass
class Written:
    """A list as it was written: its rows with their marks, and the names of each household."""

    rows: list[tuple[tuple[Any, ...] | None, str]] = field(default_factory=list)
    households: list[set[str]] = field(default_factory=list)


@st.composite
def lists(draw: Any) -> Written:
    written = Written()
    for index in range(draw(st.integers(1, 5))):
        written.rows += [(GAPS[gap], "") for gap in draw(gaps)]
        names: set[str] = set()
        size = draw(st.integers(1, 4))
        stated = size if draw(st.booleans()) else ""
        for member in range(size):
            if member:
                written.rows += [(GAPS[gap], "") for gap in draw(gaps)]
            flaw = draw(flaws)
            name = f"Hồ {LETTERS[index]} {LETTERS[member]}"
            names.add(name)
            written.rows.append(_person(index, member, name, stated, flaw))
        written.households.append(names)
    written.rows += [(GAPS[gap], "") for gap in draw(gaps)]
    return written


def _person(
    index: int, member: int, name: str, stated: object, flaw: str
) -> tuple[tuple[Any, ...], str]:
    shown = "" if flaw == "no name" else name
    year = "hôm qua" if flaw == "bad year" else 1950 + 10 * index + member
    relation = "" if flaw == "no relation" else "Con" if member else "Chủ hộ"
    mark = flaw if flaw in ("struck", "hidden") else ""
    if member:
        return ("", "", shown, relation, year, "Nam"), mark
    context = ("Thôn 1", "Hộ nghèo", "12/QĐ-UBND", "01/12/2022", stated)
    return (index + 1, shown, "", relation, year, "Nam", *context), mark


def as_workbook(written: Written) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page, struck = book.add_worksheet("DS"), book.add_format({"font_strikeout": True})
        page.write_row(0, 0, HEADER)
        for number, (cells, mark) in enumerate(written.rows, start=1):
            for column, cell in enumerate(cells or ()):
                if cell != "":
                    page.write(number, column, cell, struck if mark == "struck" else None)
            if mark == "hidden":
                page.set_row(number, None, None, {"hidden": True})
    return file.getvalue()


def accounts(reviewed: CheckedList) -> list[int]:
    """Every row of the review by its number, once for each place in which it is counted."""
    kept = reviewed.chunk(0, 1_000)
    ranges = [(one.row, one.last_row, one.row_count) for one in kept]
    ranges += [(one.first, one.last, one.rows) for one in reviewed.entries]
    alone = {one.row for one in reviewed.findings if one.code.startswith("row_")} - {
        one.row for one in reviewed.findings if one.code in ("row_hidden", "row_struck")
    }
    found = sorted(alone)
    for first, last, count in ranges:
        rows = [row for row in range(first, last + 1) if row not in alone]
        assert len(rows) >= count
        found += rows[:count] if len(rows) == count else []
        if len(rows) != count:  # blank rows inside
            found += [-1] * count
    return found


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(written=lists())
def test_each_row_has_its_place_and_each_household_is_whole(
    places: Callable[[str], AreaLookup], written: Written
) -> None:
    book = open_workbook(io.BytesIO(as_workbook(written)))
    reviewed = check_list(book, places("19804"), today=TODAY)
    filled = [
        number for number, (cells, _) in enumerate(written.rows, start=2)
        if cells is not None and any(cell != "" for cell in cells)
    ]  # fmt: skip
    assert reviewed.rows == len(filled)
    kept = reviewed.chunk(0, 1_000)
    counted = sum(one.row_count for one in kept) + sum(one.rows for one in reviewed.entries)
    assert counted + reviewed.left_out + reviewed.lost == reviewed.rows
    assert len(accounts(reviewed)) == len(filled)
    for household in kept:
        assert {one.name for one in household.members} in written.households
    refused = {one.row for one in reviewed.findings if TEXTS[one.code]["kind"] == REFUSED}
    recorded = {row for one in kept for row in one.rows()}
    assert not refused & recorded
    for entry in reviewed.entries:
        assert entry.first in {one.row for one in reviewed.findings}
