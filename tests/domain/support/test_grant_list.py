"""Lists of recipients in Excel: which rows are read, and what is wrong with the others."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given as examples
from hypothesis import strategies as st

from domain.imports.errors import ColumnTwice, FileRefused, TooManyRows
from domain.support import grant_list
from domain.support.grant_list import ListedRecipient, NoGrantList, recipients


def workbook(*rows: Sequence[Any], hidden: Sequence[int] = ()) -> io.BytesIO:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": True}) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write(at, column, cell)
        for at in hidden:
            page.set_row(at, None, None, {"hidden": True})
    content.seek(0)
    return content


def read(*rows: Sequence[Any], **more: Any) -> list[ListedRecipient]:
    return recipients(workbook(*rows, **more))


HEAD = ("STT", "Mã hộ", "Chủ hộ", "Số CCCD/CMND", "Số tiền (đồng)")


def test_the_header_stands_below_titles_and_totals_are_left_out() -> None:
    found = read(
        ("DANH SÁCH CHI TRẢ",),
        ("Quý I năm 2023",),
        HEAD,
        (1, 2, 3, 4, 5),
        (1, "TDP5-017", "Hồ Văn An", "046080001234", 165000),
        (2, "", "Trần Thị Én", "046145001234", "165.000 đồng"),
        ("", "", "", "", ""),
        ("Tổng cộng", "", "", "", 330000),
    )
    assert [(one.row, one.number, one.head, one.id_number, one.amount) for one in found] == [
        (5, "TDP5-017", "Hồ Văn An", "046080001234", 165_000),
        (6, "", "Trần Thị Én", "046145001234", 165_000),
    ]
    assert not any(one.fault for one in found)


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ((1, "", "", "", 165000), "grant_row_names_none", "number"),
        ((1, "", "Hồ Văn An", "", 165000), "grant_row_names_none", "number"),
        ((1, "", "", "046080001234", 165000), "grant_row_names_none", "number"),
        ((1, "A1", "", "", -5), "grant_row_amount_invalid", "amount"),
        ((1, "A1", "", "", 0), "grant_row_amount_invalid", "amount"),
        ((1, "A1", "", "", 1.5), "grant_row_amount_invalid", "amount"),
        ((1, "A1", "", "", "nhiều"), "grant_row_amount_invalid", "amount"),
        ((1, "A1", "", "", "=1+1"), "grant_row_amount_invalid", "amount"),
        ((1, "A1", "", "12345", 5), "grant_row_unreadable", "id_number"),
        ((1, "=A9", "", "", 5), "grant_row_unreadable", "number"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_by_itself(
    row: Sequence[Any], code: str, field: str
) -> None:
    found, good = read(HEAD, row, (2, "A2", "", "", 7))
    assert found.fault is not None
    assert (found.fault.code, found.fault.field) == (code, field)
    assert good.fault is None


def test_hidden_rows_are_refused_and_goods_are_counted() -> None:
    goods, hidden, both = read(
        ("Mã hộ", "Số lượng", "Số tiền"), ("A1", 2, ""), ("A2", "", ""), ("A3", 2, 5), hidden=[2]
    )
    assert (goods.quantity, goods.fault) == (2, None)
    assert hidden.fault is not None
    assert hidden.fault.code == "grant_row_not_shown"
    assert both.fault is not None
    assert both.fault.code == "grant_row_in_kind"


def test_a_file_without_the_columns_or_with_one_twice_is_refused_as_a_whole() -> None:
    with pytest.raises(NoGrantList):
        read(("Chủ hộ", "Số tiền"), ("Hồ Văn An", 5))
    with pytest.raises(ColumnTwice):
        read(("Mã hộ", "Số tiền", "Số tiền"), ("A1", 5, 5))
    with pytest.raises(FileRefused):
        recipients(io.BytesIO(b"Ma ho,So tien\nA1,5\n"))


def test_more_rows_than_a_batch_takes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grant_list, "MOST_RECIPIENTS", 3)
    with pytest.raises(TooManyRows):
        read(("Mã hộ",), *((f"A{number}",) for number in range(4)))


@examples(st.integers(1, 10**11), st.sampled_from(["{:d}", "{:,}", "{:,} đồng"]))
def test_an_amount_is_read_as_it_is_written(amount: int, written: str) -> None:
    (found,) = read(("Mã hộ", "Số tiền"), ("A1", written.format(amount).replace(",", ".")))
    assert found.amount == amount
