"""The sheet of a score card, from Excel and CSV alike; each wrong cell is named. All invented."""

import csv
import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refusal
from domain.imports.errors import FileRefused
from domain.standards.errors import (
    ScoreCardColumns,
    ScoreCardMalformed,
    ScoreCardNoSheet,
    ScoreCardTooLarge,
)
from domain.standards.score_card import card_name, parse_card
from domain.standards.score_card_sheet import (
    COLUMNS,
    MOST_BYTES,
    read_sheet,
    refuse_what_cannot_score,
)
from projections.spreadsheets.score_card_template import score_card_template
from tests.standards import standards

STANDARDS = standards()
HEAD: list[list[object]] = [
    ["Phiên bản", "thu-1"],
    ["Chuẩn", "2022-2026"],
    ["Khu vực", "Thành thị"],
    ["Vùng", "Vùng đặt ra"],
    ["Mã tỉnh", "46"],
    ["Văn bản", "Bảng điểm đặt ra để kiểm thử"],
]
HEADER: list[object] = ["Mã mục", "Mục", "Mã trả lời", "Trả lời", "Điểm"]
ROWS: list[list[object]] = [
    ["motorbike", "Xe máy", "none", "Không", 0],
    ["", "", "one", "Một", 25],
    ["electricity", "Điện", "below_50", "Dưới 50 kWh", 100],
    ["electricity", "Điện", "above", "Từ 50 kWh", 140],
]
FIRST = len(HEAD) + 2  # the row of the first answer


def sheet(rows: list[list[object]] = ROWS, head: list[list[object]] = HEAD) -> list[list[object]]:
    return [*head, HEADER, *rows]


def as_csv(rows: list[list[object]], separator: str = ";") -> bytes:
    content = io.StringIO()
    csv.writer(content, delimiter=separator).writerows(rows)
    return content.getvalue().encode("utf-8-sig")


def as_workbook(rows: list[list[object]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return content.getvalue()


def found(rows: list[list[object]]) -> list[tuple[str, str]]:
    """The remarks of a sheet, the same in both formats."""
    ways = [
        [(one.cell, one.code) for one in read_sheet(write(rows), STANDARDS).remarks]
        for write in (as_csv, as_workbook)
    ]
    assert ways[0] == ways[1]
    return ways[0]


def changed(row: int, column: int, value: object) -> list[list[object]]:
    rows = [list(one) for one in ROWS]
    rows[row][column] = value
    return sheet(rows)


def headed(label: str, value: object) -> list[list[object]]:
    head = [[name, value if name == label else said] for name, said in HEAD]
    return sheet(head=head)


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_a_sheet_makes_a_card(write: Any) -> None:
    read = read_sheet(write(sheet()), STANDARDS)
    assert read.remarks == []
    assert read.card is not None
    assert (read.card.version, read.card.area_type, read.card.areas) == ("thu-1", "urban", ("46",))
    assert [(one.code, [each.points for each in one.answers]) for one in read.card.items] == [
        ("motorbike", [0, 25]),
        ("electricity", [100, 140]),
    ]
    assert parse_card(read.content) == read.card
    refuse_what_cannot_score(read.card, STANDARDS)


def test_excel_and_csv_of_one_sheet_have_one_checksum() -> None:
    ways = [as_csv(sheet()), as_csv(sheet(), ","), as_csv(sheet(), "\t"), as_workbook(sheet())]
    names = set()
    for content in ways:
        read = read_sheet(content, STANDARDS)
        assert read.card is not None
        names.add(card_name(read.card, read.content))
    assert len(names) == 1


def test_columns_may_stand_in_any_order_and_a_title_above() -> None:
    turned = [[*reversed(row)] for row in [HEADER, *ROWS]]
    read = read_sheet(as_csv([["BẢNG ĐIỂM B1"], *HEAD, *turned]), STANDARDS)
    assert (read.remarks, read.card) == ([], read_sheet(as_csv(sheet()), STANDARDS).card)


@pytest.mark.parametrize(
    ("rows", "cell", "code"),
    [
        (changed(1, 4, "2,5"), f"E{FIRST + 1}", "points_not_whole"),
        (changed(1, 4, "hai"), f"E{FIRST + 1}", "points_not_whole"),
        (changed(1, 4, ""), f"E{FIRST + 1}", "value_missing"),
        (changed(1, 4, 99999), f"E{FIRST + 1}", "points_too_many"),
        (changed(1, 2, "none"), f"C{FIRST + 1}", "answer_twice"),
        (changed(1, 2, "Một"), f"C{FIRST + 1}", "code_invalid"),
        (changed(3, 3, ""), f"D{FIRST + 3}", "value_missing"),
        (sheet([*ROWS, ROWS[0]]), f"A{FIRST + 4}", "item_twice"),
        (headed("Chuẩn", "1999"), "B2", "standard_unknown"),
        (headed("Chuẩn", "2027-2030"), "B2", "standard_without_scores"),
        (headed("Khu vực", "trên trời"), "B3", "area_type_unknown"),
        (headed("Phiên bản", "số 1"), "B1", "version_invalid"),
        (headed("Mã tỉnh", "Huế"), "B5", "province_invalid"),
        (headed("Vùng", ""), "B4", "value_missing"),
        (sheet(head=HEAD[:-1]), "", "label_missing"),
        (sheet(head=[*HEAD, HEAD[0]]), "A7", "label_twice"),
        (sheet([]), "", "no_answers"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_cell(
    rows: list[list[object]], cell: str, code: str
) -> None:
    assert (cell, code) in found(rows)


def test_every_wrong_cell_is_named_at_once() -> None:
    rows = [list(one) for one in ROWS]
    rows[0][4], rows[2][2], rows[3][3] = "x", "Ba", ""
    cells = [cell for cell, _code in found(sheet(rows))]
    assert cells == [f"E{FIRST}", f"C{FIRST + 2}", f"D{FIRST + 3}"]


def test_a_formula_is_no_value() -> None:
    read = read_sheet(as_workbook(changed(1, 4, "=20+5")), STANDARDS)
    assert [(one.cell, one.code) for one in read.remarks] == [(f"E{FIRST + 1}", "cell_formula")]


def test_wrong_columns_are_refused_by_name() -> None:
    with pytest.raises(ScoreCardColumns) as refused:
        read_sheet(as_csv([*HEAD, HEADER[:-1], *ROWS]), STANDARDS)
    assert refused.value.values == {"missing": ["Điểm"]}
    with pytest.raises(ScoreCardColumns) as refused:
        read_sheet(as_csv([*HEAD, [*HEADER, "Điểm"], *ROWS]), STANDARDS)
    assert refused.value.values == {"twice": ["Điểm"]}


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", b"\xff\xd8\xff\xe0", b' \n"open'],
)
def test_what_is_no_spreadsheet_is_refused_by_name(content: bytes) -> None:
    with pytest.raises((ScoreCardNoSheet, ScoreCardColumns)):
        read_sheet(content, STANDARDS)


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(ScoreCardNoSheet):
        read_sheet(content.getvalue(), STANDARDS)


def test_a_file_that_is_too_large_is_refused_by_name() -> None:
    with pytest.raises(ScoreCardTooLarge) as refused:
        read_sheet(b"x" * (MOST_BYTES + 1), STANDARDS)
    assert refused.value.values == {"at_most": MOST_BYTES}
    many = [["item", "Mục", f"a{number}", "Trả lời", 1] for number in range(3000)]
    with pytest.raises(ScoreCardTooLarge):
        read_sheet(as_csv(sheet(many)), STANDARDS)


@given(st.binary(max_size=300))
def test_no_bytes_fail_otherwise_than_by_a_refusal(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04"):
        with pytest.raises(Refusal):
            read_sheet(start + content, STANDARDS)


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=8))
def test_no_cells_fail_otherwise_than_by_remarks(rows: list[list[str]]) -> None:
    try:
        read = read_sheet(as_csv(sheet([*map(list, rows)])), STANDARDS)
    except (ScoreCardNoSheet, ScoreCardColumns, FileRefused):
        return
    assert (read.card is None) == bool(read.remarks)


def test_the_template_is_a_sheet_without_answers() -> None:
    read = read_sheet(score_card_template(), STANDARDS)
    assert "no_answers" in {one.code for one in read.remarks}
    assert set(COLUMNS) >= {"item", "answer", "points"}


def test_a_card_of_another_standard_is_refused_by_the_domain_too() -> None:
    read = read_sheet(as_csv(sheet()), STANDARDS)
    assert read.card is not None
    other = parse_card(read.content.replace(b'"2022-2026"', b'"1999"'))
    with pytest.raises(ScoreCardMalformed):
        refuse_what_cannot_score(other, STANDARDS)
