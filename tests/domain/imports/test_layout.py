"""Columns are found by their headings, as communes write them."""

import pytest

from domain.imports.errors import ColumnTwice
from domain.imports.layout import HEADINGS, find_layout, fold, is_numbering, refuse_doubles
from domain.imports.xlsx.cells import Row


def rows(*texts: tuple[object, ...]) -> list[Row]:
    return [
        Row(number, {chr(65 + i): cell for i, cell in enumerate(row) if cell != ""})  # type: ignore[misc]
        for number, row in enumerate(texts, start=1)
    ]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Họ và tên chủ hộ", "head"),
        ("HỌ TÊN CHỦ HỘ", "head"),
        ("Chủ hộ", "head"),
        ("ho va ten thanh vien", "member"),
        ("Quan hệ với chủ hộ", "relation"),
        ("Ngày, tháng, năm sinh", "birth"),
        ("Số CCCD/CMND", "id_number"),
        ("Mã xã", "commune_code"),
        ("Phường/xã", "commune"),
        ("Thôn/Tổ dân phố", "village"),
        ("Điểm B1 (thu nhập)", "b1"),
        ("Số QĐ", "decision_number"),
        ("Ngày QĐ", "decision_date"),
        ("Không có khả năng lao động", "no_labour_capacity"),
        ("Có thành viên là người có công với cách mạng", "meritorious"),
        ("Dân tộc thiểu số", "ethnic_minority"),
        ("Dân tộc", "ethnicity"),
        ("Nguyên nhân nghèo", "causes"),
        ("Số nhân khẩu", "size"),
    ],
)
def test_headings_are_known_in_their_usual_spellings(heading: str, field: str) -> None:
    found = find_layout(rows(("Phân loại hộ", "Giới tính", heading)))
    assert found is not None
    assert found.columns[field] == "C"


def test_no_heading_means_two_things() -> None:
    every = [heading for headings in HEADINGS.values() for heading in headings]
    assert len(every) == len(set(every))
    assert all(fold(heading) == heading for heading in every)


def test_the_header_is_found_below_captions() -> None:
    found = find_layout(
        rows(
            ("UBND PHƯỜNG HƯƠNG SƠ", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            ("DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2022",),
            ("STT", "Chủ hộ", "Quan hệ", "Phân loại", "Số quyết định"),
            (1, "Hồ Văn An", "Chủ hộ", "Hộ nghèo", "12/QĐ"),
        )
    )
    assert found is not None
    assert found.last_row == 3
    assert found.missing == []
    assert found.ignored == {"A": "STT"}


def test_a_header_in_two_rows_reads_both() -> None:
    found = find_layout(
        rows(
            ("Họ và tên", "Quan hệ với chủ hộ", "Năm sinh", "", "Phân loại", "Quyết định", ""),
            ("", "", "Nam", "Nữ", "", "Số", "Ngày"),
        )
    )
    assert found is not None
    assert found.last_row == 2
    assert found.columns == {
        "member": "A", "relation": "B", "birth_male": "C", "birth_female": "D", "class": "E",
        "decision_number": "F", "decision_date": "G",
    }  # fmt: skip


def test_the_first_household_is_not_taken_for_a_second_header_row() -> None:
    found = find_layout(
        rows(
            ("Chủ hộ", "Thành viên", "Quan hệ", "Dân tộc", "Xã", "Phân loại", "Số QĐ"),
            ("Hồ Văn An", "", "Chủ hộ", "Tà Ôi", "Phú Sơn", "Hộ nghèo", "12/QĐ-UBND"),
        )
    )
    assert found is not None
    assert found.last_row == 1


def test_two_columns_of_one_meaning_are_refused() -> None:
    found = find_layout(rows(("Chủ hộ", "Phân loại", "Số QĐ", "Họ tên chủ hộ")))
    assert found is not None
    with pytest.raises(ColumnTwice) as refused:
        refuse_doubles(found)
    assert refused.value.values == {"field": "head", "columns": ["A", "D"]}


def test_what_is_missing_is_named() -> None:
    found = find_layout(rows(("Họ tên", "Giới tính", "Phân loại")))
    assert found is not None
    assert found.missing == ["decision_number"]


def test_a_sheet_without_known_headings_has_no_layout() -> None:
    assert find_layout(rows(("a", "b"), (1, 2))) is None
    assert find_layout([]) is None


def test_incomes_in_thousands_are_noticed_in_the_heading() -> None:
    found = find_layout(rows(("Chủ hộ", "Phân loại", "Số QĐ", "Thu nhập (nghìn đồng)")))
    assert found is not None
    assert found.income_factor == 1000


@pytest.mark.parametrize("cells", [(1, 2, 3), ("(1)", "(2)", "(3)"), ("A", "B", "1")])
def test_a_row_that_numbers_the_columns_is_no_household(cells: tuple[object, ...]) -> None:
    assert is_numbering(rows(cells)[0])


def test_a_household_is_no_numbering() -> None:
    assert not is_numbering(rows((1, "Hồ Văn An", "Chủ hộ"))[0])
    assert not is_numbering(rows((1,))[0])
