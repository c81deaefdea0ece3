"""Cells come out as what they are, whichever program wrote them, and formulas never run."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from domain.imports.xlsx.cells import Odd, as_date, as_number, column_letters, column_number
from domain.imports.xlsx.sheet import parsed_rows, plain_rows, read_rows
from domain.imports.xlsx.workbook import open_workbook
from projections.spreadsheets.workbook import Formats, new_workbook, write_cell
from tests.domain.imports.test_xlsx_workbook import rezipped
from tests.lists import sheets

EMPTY = sheets({"A": [["x"]]})
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_of(xml: str, **parts: bytes) -> list[tuple[int, dict[str, Any]]]:
    content = rezipped(EMPTY, replace={"xl/worksheets/sheet1.xml": xml.encode()}, add=parts)
    book = open_workbook(io.BytesIO(content))
    return [(row.number, row.cells) for row in read_rows(book, book.sheets[0])]


def in_sheet(rows: str, opening: str = f'<worksheet xmlns="{MAIN}">') -> str:
    return f'<?xml version="1.0"?>{opening}<sheetData>{rows}</sheetData></worksheet>'


def test_values_of_every_kind_come_out_as_what_they_are() -> None:
    book = open_workbook(
        io.BytesIO(sheets({"A": [["Hồ Văn An", 12, 1.5, date(1980, 5, 1), "", True, "=1+1"]]}))
    )
    ((number, cells, _),) = read_rows(book, book.sheets[0])
    assert number == 1
    assert cells == {
        "A": "Hồ Văn An", "B": 12, "C": 1.5, "D": date(1980, 5, 1), "F": True, "G": Odd.FORMULA,
    }  # fmt: skip


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1"><f>1+1</f><v>2</v></c>',
        '<c r="A1" t="str"><f>HYPERLINK("http://x")</f><v>Hồ Văn An</v></c>',
        '<c r="A1"><f t="shared" si="0"/><v>2</v></c>',
        '<c r="A1"><f>NOW()</f></c>',
    ],
)
def test_a_formula_is_a_formula_whatever_result_is_stored_beside_it(cell: str) -> None:
    assert sheet_of(in_sheet(f'<row r="1">{cell}</row>')) == [(1, {"A": Odd.FORMULA})]


def test_texts_are_read_from_runs_without_phonetic_hints() -> None:
    rich = "<r><t>Hồ </t></r><r><t>Văn An</t></r><rPh sb='0' eb='1'><t>ho</t></rPh>"
    rows = sheet_of(in_sheet(f'<row r="1"><c r="A1" t="inlineStr"><is>{rich}</is></c></row>'))
    assert rows == [(1, {"A": "Hồ Văn An"})]


def test_entities_and_character_data_are_read() -> None:
    cells = (
        '<c r="A1" t="str"><v>M&apos;N&#244;ng &amp; Kinh</v></c>'
        '<c r="B1" t="str"><v><![CDATA[Ê Đê]]></v></c>'
    )
    assert sheet_of(in_sheet(f'<row r="1">{cells}</row>')) == [
        (1, {"A": "M'Nông & Kinh", "B": "Ê Đê"})
    ]


def test_cells_and_rows_without_references_are_counted() -> None:
    cells = "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row><c><v>4</v></c></row>"
    assert sheet_of(in_sheet(cells)) == [(1, {"A": 1, "C": 3}), (2, {"A": 4})]


def test_a_sheet_with_prefixed_names_is_read() -> None:
    xml = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="3"><x:c r="B3"><x:v>7</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    assert sheet_of(xml) == [(3, {"B": 7})]


def test_attributes_of_extensions_do_not_disturb() -> None:
    opening = f'<worksheet xmlns="{MAIN}" xmlns:e="urn:e">'
    row = '<row r="1" e:h="15" spans="1:2"><c r="A1" e:x="1"><v>5</v></c></row>'
    assert sheet_of(in_sheet(row, opening)) == [(1, {"A": 5})]


def test_errors_of_excel_are_no_values() -> None:
    row = '<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>'
    assert sheet_of(in_sheet(row)) == [(1, {"A": Odd.ERROR})]


def test_twelve_digits_stay_twelve_digits() -> None:
    assert as_number("46080001234") == 46080001234
    assert as_number("4.6080001234E10") == 46080001234
    assert as_number("1.5") == 1.5


def test_a_number_larger_than_any_is_an_error_of_its_cell() -> None:
    for written in ("1e400", "9" * 400, "-" + "9" * 400, "NaN"):
        assert as_number(written) is Odd.ERROR
    assert as_number("9" * 300) == 10**300 - 1
    with new_workbook() as (book, content):
        write_cell(book.add_worksheet(), 0, 0, as_number("9" * 300), Formats(book))
    assert content.getvalue()


def test_days_are_counted_as_excel_counts_them() -> None:
    assert as_date(1, epoch_1904=False) == date(1900, 1, 1)
    assert as_date(59, epoch_1904=False) == date(1900, 2, 28)
    assert as_date(61, epoch_1904=False) == date(1900, 3, 1)
    assert as_date(44907.75, epoch_1904=False) == date(2022, 12, 12)
    assert as_date(43445, epoch_1904=True) == date(2022, 12, 12)
    assert as_date(60, epoch_1904=False) == 60
    assert as_date(-3, epoch_1904=False) == -3


def test_a_workbook_of_the_1904_epoch_is_read_as_such() -> None:
    with zipfile.ZipFile(io.BytesIO(sheets({"A": [[date(1980, 5, 1)]]}))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<workbookPr", b'<workbookPr date1904="1"'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    book = open_workbook(out)
    assert [row.cells for row in read_rows(book, book.sheets[0])] == [{"A": date(1984, 5, 2)}]


@given(st.integers(1, 16_384))
def test_columns_have_letters(number: int) -> None:
    assert column_number(column_letters(number)) == number


CELLS = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12),
    st.integers(-(10**12), 10**12),
    st.floats(-1e6, 1e6),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
    st.booleans(),
    st.just(""),
)
ROWS = st.lists(st.lists(CELLS, max_size=6), min_size=1, max_size=8)


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_the_short_way_and_the_parser_read_the_same(rows: list[list[object]]) -> None:
    rows = [[f"'{cell}" if str(cell).startswith("=") else cell for cell in row] for row in rows]
    book = open_workbook(io.BytesIO(sheets({"A": rows})))
    sheet = book.sheets[0]
    assert list(plain_rows(book, sheet)) == list(parsed_rows(book, sheet))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.lists(
            st.one_of(st.text("abcđêạ Nguyễn", min_size=1, max_size=9), st.integers(0, 10**9)),
            min_size=1,
            max_size=5,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_another_reader_finds_the_same_values(rows: list[list[Any]]) -> None:
    content = sheets({"A": rows})
    book = open_workbook(io.BytesIO(content))
    ours = {
        (number, column_number(letters)): cell
        for number, cells, _ in read_rows(book, book.sheets[0])
        for letters, cell in cells.items()
    }
    other = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    theirs = {
        (r, c): cell.strip() if isinstance(cell, str) else cell
        for r, row in enumerate(other.to_python(skip_empty_area=False), start=1)
        for c, cell in enumerate(row, start=1)
        if not (isinstance(cell, str) and not cell.strip())
    }
    assert ours == theirs
