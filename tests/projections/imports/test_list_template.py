"""The empty list that is handed out is one that is taken in when it is filled."""

import io

from python_calamine import CalamineWorkbook

from domain.imports.layout import field_of
from domain.imports.remarks import FIELD_NAMES
from domain.imports.sheet_choice import choose_lists
from domain.imports.xlsx.workbook import open_workbook
from projections.spreadsheets.household_list_template import (
    COLUMNS,
    EXIT_COLUMNS,
    EXPLANATIONS,
    list_template,
)
from projections.spreadsheets.workbook import safe_text


def test_the_template_has_a_list_with_every_column_and_one_for_each_kind_of_exit() -> None:
    book = open_workbook(io.BytesIO(list_template()))
    listed, poor, near_poor = choose_lists(book)
    assert listed.sheet.name == "Danh sách"
    assert listed.layout.missing == []
    assert list(listed.layout.columns) == list(COLUMNS)
    assert (poor.kind.is_exit, poor.kind.only_class) == (True, "poor")
    assert (near_poor.kind.is_exit, near_poor.kind.only_class) == (True, "near_poor")
    for one in (poor, near_poor):
        assert list(one.layout.columns) == list(EXIT_COLUMNS)
    assert [one.layout.ignored for one in (listed, poor, near_poor)] == [{}, {}, {}]


def test_every_column_is_explained() -> None:
    assert set(EXPLANATIONS) == {*COLUMNS, *EXIT_COLUMNS}
    explained = CalamineWorkbook.from_filelike(io.BytesIO(list_template())).get_sheet_by_index(1)
    headings = [FIELD_NAMES[one] for one in (*COLUMNS, "exit")]
    assert [row[0] for row in explained.to_python()[1:]] == headings


def test_every_heading_of_ours_is_understood() -> None:
    assert {name: field_of(heading) for name, heading in FIELD_NAMES.items()} == {
        name: name for name in FIELD_NAMES
    }


def test_text_that_could_become_a_formula_gets_an_apostrophe() -> None:
    for text in ("=1+1", "+84", "-5", "@x", "\tx", "\rx"):
        assert safe_text(text) == "'" + text
    assert safe_text("Hồ Văn An") == "Hồ Văn An"
    assert safe_text("") == ""
