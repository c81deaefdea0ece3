"""Which sex a list says: by a column of words, or by the column in which the birth stands."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from domain.imports import values
from domain.imports.list_checks import CheckedList
from domain.imports.values import Unusable
from tests.lists import household, person, sheets

Read = Callable[..., CheckedList]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Nam", "male"),
        (" NAM ", "male"),
        ("nam", "male"),
        ("Nữ", "female"),
        ("NỮ", "female"),
        ("nu", "female"),
        ("Nu\u031b\u0303", "female"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_word_says_the_sex(cell: Any, said: str) -> None:
    assert values.sex(cell) == said


@pytest.mark.parametrize("cell", ["x", "1", 0, "nam/nữ", "trai"])
def test_another_word_says_none_and_is_refused(cell: Any) -> None:
    with pytest.raises(Unusable) as refused:
        values.sex(cell)
    assert refused.value.code == "sex_unknown"


def test_men_and_women_of_a_list_are_men_and_women_of_the_household(reviewed: Read) -> None:
    rows = household(
        person("Hồ Văn An", "", 1980, "Nam"),
        person("Lê Thị Bình", "Vợ", 1982, "Nữ"),
        person("Hồ Thị Cúc", "Con", 2010, ""),
    )
    (found,) = reviewed(rows).chunk(0, 10)
    assert [member.sex for member in found.members] == ["male", "female", ""]


def with_both_columns(sex: str, male: Any, female: Any) -> bytes:
    headings = ["Họ và tên", "Quan hệ", "Năm sinh", "", "Giới tính", "Mã xã", "Phân loại", "Số QĐ",
                "Ngày QĐ", "B1", "B2"]  # fmt: skip
    row = ["Hồ An", "Chủ hộ", male, female, sex, 19804, "HN", "1/QĐ", date(2022, 12, 1), 150, 40]
    return sheets({"DS": [headings, ["", "", "Nam", "Nữ"], row]})


@pytest.mark.parametrize(
    ("sex", "male", "female", "remarks"),
    [
        ("", 1980, "", []),
        ("Nữ", "", 1980, []),
        ("Nam", "", 1980, [("sex_differs", "sex")]),
        ("Nữ", 1980, "", [("sex_differs", "sex")]),
        ("", 1980, 1982, [("birth_twice", "birth_female")]),
    ],
)
def test_a_sex_that_is_not_that_of_the_column_of_birth_is_refused(
    reviewed: Read, sex: str, male: Any, female: Any, remarks: list[tuple[str, str]]
) -> None:
    result = reviewed(content=with_both_columns(sex, male, female))
    assert [(one.code, one.field) for one in result.findings if one.field] == remarks
    assert len(result.chunk(0, 10)) == (not remarks)
