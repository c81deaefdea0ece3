"""The empty list that is handed out is one that is taken in when it is filled."""

import io

from python_calamine import CalamineWorkbook

from domain.imports.findings import FIELD_NAMES
from domain.imports.layout import field_of
from domain.imports.reviewing import choose_sheet
from domain.imports.workbook import open_workbook
from projections.reports.list_template import COLUMNS, EXPLAINED, list_template
from projections.reports.spreadsheets import safe_text


def test_the_template_has_a_list_with_every_column_and_nothing_else() -> None:
    book = open_workbook(io.BytesIO(list_template()))
    sheet, layout = choose_sheet(book)
    assert sheet.name == "Danh sách"
    assert layout.missing == []
    assert list(layout.columns) == list(COLUMNS)
    assert layout.ignored == {}


def test_every_column_is_explained() -> None:
    assert set(EXPLAINED) == set(COLUMNS)
    explained = CalamineWorkbook.from_filelike(io.BytesIO(list_template())).get_sheet_by_index(1)
    assert [row[0] for row in explained.to_python()[1:]] == [FIELD_NAMES[one] for one in COLUMNS]


def test_every_heading_of_ours_is_understood() -> None:
    assert {name: field_of(heading) for name, heading in FIELD_NAMES.items()} == {
        name: name for name in FIELD_NAMES
    }


def test_text_that_could_become_a_formula_gets_an_apostrophe() -> None:
    for text in ("=1+1", "+84", "-5", "@x", "\tx", "\rx"):
        assert safe_text(text) == "'" + text
    assert safe_text("Hồ Văn An") == "Hồ Văn An"
    assert safe_text("") == ""
