"""Remarks name what is wrong with single rows and households of a list.

A remark names the row, the column and a code; its values hold row numbers, counts and codes,
never what stands in the cells. The sentence is made when it is shown, in the reader's language.
"""

import tomllib
from importlib.resources import files
from typing import Any

import msgspec

REFUSED, DUPLICATE, DIFFERS, NOTE = "refused", "duplicate", "differs", "note"
LEFT_OUT = "left_out"
POSSIBLE = "possible"
KINDS = {
    REFUSED: "Không nhập được",
    POSSIBLE: "Có thể trùng với hộ đã có hồ sơ",
    DUPLICATE: "Trùng dòng",
    DIFFERS: "Khác với hồ sơ hiện có",
    NOTE: "Cần kiểm tra",
    LEFT_OUT: "Không phải dòng của hộ",
}

TEXTS: dict[str, dict[str, str]] = tomllib.loads(
    files("domain.imports").joinpath("remarks.toml").read_text("utf-8")
)
"""Code to {"kind", "vi", "en"}."""

FIELD_NAMES = {
    "head": "Chủ hộ", "member": "Thành viên", "relation": "Quan hệ với chủ hộ",
    "birth": "Ngày sinh", "birth_male": "Năm sinh (nam)", "birth_female": "Năm sinh (nữ)",
    "sex": "Giới tính", "id_number": "Số CCCD/CMND", "province": "Tỉnh", "district": "Huyện",
    "district_code": "Mã huyện", "commune": "Xã, phường, đặc khu", "commune_code": "Mã xã",
    "village": "Thôn, tổ dân phố",
    "address": "Địa chỉ", "ethnicity": "Dân tộc", "class": "Phân loại hộ",
    "exit": "Phân loại sau rà soát",
    "listing": "Tình trạng", "decision_number": "Số quyết định",
    "decision_date": "Ngày quyết định", "b1": "Điểm B1", "b2": "Điểm B2",
    "income": "Thu nhập bình quân (đồng/người/tháng)",
    "ethnic_minority": "Dân tộc thiểu số", "no_labour_capacity": "Không có khả năng lao động",
    "meritorious": "Có thành viên là người có công", "causes": "Nguyên nhân nghèo",
    "age": "Tuổi", "size": "Số nhân khẩu", "number": "Mã hộ",
}  # fmt: skip
"""Field to the heading that our own templates and sheets use."""


SHEET = 21
"""Bits of a row's key that hold its number; the sheet's place among those read stands above."""


def row_key(sheet: int, row: int) -> int:
    """One number for a row of the sheet at this place: in the first sheet the row's own number."""
    return sheet << SHEET | row


def sheet_and_row(key: int) -> tuple[int, int]:
    """The place of the sheet among those read, and the row's number in it."""
    return key >> SHEET, key & ((1 << SHEET) - 1)


_ROWS = {"vi": " (danh sách thứ {})", "en": " (list {})"}


class Remark(msgspec.Struct, frozen=True, array_like=True):
    """One remark on one row. `field` is "" where it is about the whole row or household.

    `row` is a key of `row_key`, as are the values `other` and `because`.
    """

    row: int
    code: str
    field: str = ""
    values: dict[str, Any] = {}

    @property
    def kind(self) -> str:
        """refused, possible, duplicate, differs or note."""
        return TEXTS[self.code]["kind"]

    def sentence(self, language: str = "vi") -> str:
        """The sentence for the person who made the list."""
        texts = TEXTS[self.code]
        values = dict(self.values)
        for name in ("other", "because"):
            if name not in values:
                continue
            sheet, row = sheet_and_row(values[name])
            elsewhere = sheet != self.row >> SHEET
            values[name] = (
                f"{row}{_ROWS.get(language, _ROWS['vi']).format(sheet + 1) if elsewhere else ''}"
            )
        return texts.get(language, texts["vi"]).format(**values)
