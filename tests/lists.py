"""Household lists as communes send them, written as workbooks for tests. All names are made up."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

HEADINGS = (
    "STT", "Mã hộ", "Họ và tên chủ hộ", "Họ và tên thành viên", "Quan hệ với chủ hộ",
    "Ngày sinh", "Giới tính", "Số CCCD", "Tỉnh/Thành phố", "Quận/Huyện", "Mã huyện",
    "Xã/Phường", "Mã xã", "Thôn/Tổ dân phố", "Dân tộc", "Phân loại hộ", "Số quyết định",
    "Ngày quyết định", "B1", "B2", "DTTS", "Không có khả năng lao động", "Người có công",
    "Nguyên nhân", "Tuổi", "Số nhân khẩu",
)  # fmt: skip
HUONG_SO = {
    "province": "Tỉnh Thừa Thiên Huế", "district": "Thành phố Huế", "district_code": "474",
    "commune": "Phường Hương Sơ", "commune_code": "19804",
}  # fmt: skip


def person(
    name: str,
    relation: str = "Con",
    birth: object = "1999",
    sex: str = "Nam",
    id_number: object = "",
    ethnicity: str = "Kinh",
    **other: object,
) -> dict[str, object]:
    """One person of a list; `other` are further cells by heading."""
    return {
        "name": name, "relation": relation, "birth": birth, "sex": sex, "id_number": id_number,
        "ethnicity": ethnicity, "other": other,
    }  # fmt: skip


def household(
    *members: dict[str, object],
    number: object = "",
    village: str = "Tổ dân phố 1",
    class_: str = "Hộ nghèo",
    decision: object = "125/QĐ-UBND",
    decided: object = date(2022, 12, 12),
    b1: object = 150,
    b2: object = 40,
    size: object = None,
    place: dict[str, str] | None = None,
    **other: object,
) -> list[list[object]]:
    """The rows of one household; the first member is the head. `other` are cells of its row."""
    rows = []
    where = HUONG_SO if place is None else place
    for index, one in enumerate(members):
        head = index == 0
        cells: dict[str, object] = {
            "Họ và tên chủ hộ" if head else "Họ và tên thành viên": one["name"],
            "Quan hệ với chủ hộ": "Chủ hộ" if head else one["relation"],
            "Ngày sinh": one["birth"],
            "Giới tính": one["sex"],
            "Số CCCD": one["id_number"],
            "Dân tộc": one["ethnicity"],
        }
        if head:
            cells |= {
                "Mã hộ": number,
                "Tỉnh/Thành phố": where.get("province", ""),
                "Quận/Huyện": where.get("district", ""),
                "Mã huyện": where.get("district_code", ""),
                "Xã/Phường": where.get("commune", ""),
                "Mã xã": where.get("commune_code", ""),
                "Thôn/Tổ dân phố": village,
                "Phân loại hộ": class_,
                "Số quyết định": decision,
                "Ngày quyết định": decided,
                "B1": b1,
                "B2": b2,
                "Số nhân khẩu": len(members) if size is None else size,
                **other,
            }
        cells |= one["other"]  # type: ignore[operator]
        rows.append([cells.get(heading, "") for heading in HEADINGS])
    return rows


def workbook(
    *households: Sequence[Sequence[object]],
    headings: Sequence[str] = HEADINGS,
    above: Sequence[Sequence[object]] = (("UBND PHƯỜNG HƯƠNG SƠ",), ("DANH SÁCH HỘ NGHÈO",)),
    sheet: str = "Danh sách",
) -> bytes:
    """A workbook with captions, a header row and the rows of the households one below the other."""
    rows = [*above, headings, *(row for one in households for row in one)]
    return sheets({sheet: rows})


def sheets(content: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook with these sheets: rows of cells. "=..." becomes a formula, dates are dates."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        as_date = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in content.items():
            page = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    _write(page, number, column, cell, as_date)
    return file.getvalue()


def _write(page: Any, row: int, column: int, cell: object, as_date: Any) -> None:
    if isinstance(cell, date):
        page.write_datetime(row, column, cell, as_date)
    elif isinstance(cell, str) and cell.startswith("="):
        page.write_formula(row, column, cell, None, "5")
    elif isinstance(cell, str):
        page.write_string(row, column, cell) if cell else None
    elif cell is not None:
        page.write(row, column, cell)
