"""The list of households walked in Chromium: searched while typing and without scripts, filtered,
paged, and taken along as Excel, which another program reads back."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.service.conftest import Office
from tests.service.households import two_wards
from tests.service.ui.browser import crosswise, everywhere

IN_THE_WARD = [
    "Lê Thị Ái", "Hồ Văn Ẩn", "Phan Văn Chuối", "Nguyễn Thị Dừa", "Nguyễn Văn Đào",
    "Đặng Thị Ổi", "Võ Thị Ớt", "Trần Quý",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _wards(with_passwords: Office) -> None:
    two_wards.fill(with_passwords)


def shown(page: Page) -> list[str]:
    """The heads of the households on the screen, once the page is whole."""
    page.locator(".foot").wait_for()
    return page.locator("#found tbody th").all_inner_texts()


def search(page: Page, typed: str, expected: list[str], scripts: bool) -> None:
    """Types into the search; with scripts that is all. Fails where others are found."""
    page.fill("#f-q", typed)
    if not scripts:
        page.click("#list-form button.main")
    expect(page.locator("#found tbody th")).to_have_text(expected)


@everywhere
def test_a_household_is_found_by_whatever_one_remembers_of_it(
    come: Any, size: str, scripts: bool
) -> None:
    worker = come("case_worker", size=size, scripts=scripts)
    page = worker.go("/ho")
    assert shown(page) == IN_THE_WARD
    search(page, "nguyen thi dua", ["Nguyễn Thị Dừa"], scripts)
    search(page, "Đặng Thị Ổi", ["Đặng Thị Ổi"], scripts)
    search(page, "HS-06", ["Trần Quý"], scripts)
    search(page, "tổ dân phố 2", ["Lê Thị Ái", "Nguyễn Văn Đào"], scripts)
    search(page, "046 061 001 234", ["Hồ Văn Ẩn"], scripts)
    assert "046061" not in page.url  # three digits may stand in any token
    assert not scripts or worker.troubles() == []
    page.fill("#f-q", "không có ai tên này")
    page.click("#list-form button.main")
    page.locator("#found .empty").wait_for()
    assert worker.fits()
    page.click("a:has-text('Xóa điều kiện lọc')")
    page.wait_for_url("**/ho")
    assert shown(page) == IN_THE_WARD


FILTERS = (
    ({"#f-class": "near_poor"}, ["Nguyễn Thị Dừa", "Nguyễn Văn Đào", "Trần Quý"]),
    ({"#f-flag": "no_labour_capacity"}, ["Đặng Thị Ổi"]),
    ({"#f-cause": "7"}, ["Hồ Văn Ẩn", "Đặng Thị Ổi"]),
    ({"#f-cause": "1", "#f-class": "near_poor"}, ["Trần Quý"]),
    ({"#f-indicator": "telecom"}, ["Nguyễn Thị Dừa", "Nguyễn Văn Đào", "Trần Quý"]),
    ({"#f-changed": "01/11/2023"}, ["Lê Thị Ái", "Võ Thị Ớt"]),
    ({"#f-village": "Tổ dân phố 10"}, ["Phan Văn Chuối", "Võ Thị Ớt", "Trần Quý"]),
    (
        {"#f-class": "poor", "#f-as_of": "31/12/2022"},
        ["Lê Thị Ái", "Hồ Văn Ẩn", "Đặng Thị Ổi"],
    ),
)


@crosswise
def test_filters_keep_whom_they_name(come: Any, size: str, scripts: bool) -> None:
    worker = come("case_worker", size=size, scripts=scripts)
    for chosen, expected in FILTERS:
        page = worker.go("/ho")
        page.click("#list-form details summary")
        for field, value in chosen.items():
            if page.locator(field).evaluate("field => field.tagName") == "SELECT":
                page.select_option(field, value)
            else:
                page.fill(field, value)
        if not scripts:
            page.click("#list-form button.main")
            page.wait_for_url("**/ho?*")
        expect(page.locator("#found tbody th"), str(chosen)).to_have_text(expected)
        assert worker.fits()
    assert worker.complaints == []


@crosswise
def test_pages_follow_one_another_and_excel_has_them_all(
    come: Any, monkeypatch: Any, tmp_path: Path, size: str, scripts: bool
) -> None:
    monkeypatch.setattr("service.households.list_results.PAGE", 3)
    worker = come("case_worker", size=size, scripts=scripts)
    page = worker.go("/ho")
    page.fill("#f-as_of", "20/12/2023")
    page.click("#list-form button.main")
    page.wait_for_url("**as_of=2023-12-20*")
    read = shown(page)
    while page.locator("a[rel=next]").count():
        page.click("a[rel=next]")
        page.locator(f"#found tbody tr:first-child:not(:has-text('{read[-3]}'))").wait_for()
        read += shown(page)
    assert read == IN_THE_WARD
    with page.expect_download() as loading:
        page.click("button:has-text('Tải Excel')")
    assert sheet(loading.value, tmp_path) == IN_THE_WARD
    assert worker.complaints == []


@crosswise
def test_excel_has_what_a_filter_or_a_search_left_on_the_screen(
    come: Any, tmp_path: Path, size: str, scripts: bool
) -> None:
    page = come("case_worker", size=size, scripts=scripts).go(
        "/ho?class=near_poor&indicator=telecom"
    )
    expected = shown(page)
    assert len(expected) == 3
    with page.expect_download() as loading:
        page.click("button:has-text('Tải Excel')")
    assert sheet(loading.value, tmp_path) == expected
    search(page, "nguyen", ["Nguyễn Thị Dừa", "Nguyễn Văn Đào"], scripts)
    with page.expect_download() as loading:
        page.click("button:has-text('Tải Excel')")
    assert sheet(loading.value, tmp_path) == ["Nguyễn Thị Dừa", "Nguyễn Văn Đào"]


def sheet(download: Any, folder: Path) -> list[str]:
    """The heads of the households in a workbook that the browser was given."""
    download.save_as(folder / download.suggested_filename)
    book = CalamineWorkbook.from_path(str(folder / download.suggested_filename))
    rows = book.get_sheet_by_index(0).to_python()
    top = next(at for at, cells in enumerate(rows) if "Chủ hộ" in cells)
    column = rows[top].index("Chủ hộ")
    return [str(cells[column]) for cells in rows[top + 1 :]]
