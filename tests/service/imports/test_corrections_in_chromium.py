"""Walked in Chromium: a list with ten kinds of error is corrected from its error sheet and sent
again until all of it is recorded; rows that may be households on record are settled."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from projections.imports import import_job
from tests.lists import household, sheets, workbook
from tests.lists import person as listed
from tests.service.bodies import REGISTER
from tests.service.conftest import Office
from tests.service.imports.test_pages_in_chromium import figure, import_after, upload
from tests.service.ui.browser import Visitor

DECIDED = date(2023, 12, 12)
# What is wrong with a household, by its number: a column, what it held, what it should.
WRONG: dict[str, tuple[str, object, object]] = {
    "L-A": ("Họ và tên chủ hộ", "", "Cao Văn Tên"),
    "L-B": ("Phân loại hộ", "Hộ gì", "Hộ nghèo"),
    "L-C": ("Ngày sinh", "31/02/1963", "28/02/1963"),
    "L-D": ("Giới tính", "Không", "Nữ"),
    "L-E": ("Số CCCD", "46061001", ""),
    "L-F": ("Ngày quyết định", "12/2023", "12/12/2023"),
    "L-G": ("Mã xã", "19999", "19804"),
    "L-H": ("Ngày quyết định", "01/01/2030", "12/12/2023"),
    "L-I": ("B1", "nhiều", 150),
    "L-J": ("Thôn/Tổ dân phố", "", "Tổ dân phố 3"),
}
HEADS = ("Cao Thị Ất", "Phan Văn Bính", "Đỗ Thị Đinh", "Ngô Văn Mậu", "Tạ Thị Kỷ",
         "Dương Văn Canh", "Mai Thị Tân", "Lý Văn Nhâm", "Đinh Thị Quý", "Hà Văn Tý")  # fmt: skip
REMARKS = ("Dòng trong tệp gốc", "Kết quả kiểm tra", "Cột", "Lý do và cách sửa", "Hộ")
AT_NIGHT = datetime(2023, 12, 20, 19, 0, tzinfo=UTC)
"""Two in the morning of 21 December in Việt Nam."""


def faulty() -> bytes:
    """Ten households, each wrong in another way, and one that is right."""
    rows = [household(listed("Hồ Thị Đúng", birth="1950", sex="Nữ"), number="L-0", decided=DECIDED)]
    for n, (number, (column, wrong, _right)) in enumerate(WRONG.items()):
        one = listed(HEADS[n], birth=f"{1951 + n}", **{column: wrong})
        rows.append(household(one, number=number, decided=DECIDED))
    return workbook(*rows)


def corrected(path: Path, *kept: str) -> tuple[bytes, list[Any]]:
    """An error sheet with every fault put right but those of `kept`; and its headings."""
    book = CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_index(0).to_python()
    head, number = rows[0], rows[0].index("Mã hộ")
    for row in rows[1:]:
        if row[number] in WRONG and row[number] not in kept:
            column, _wrong, right = WRONG[row[number]]
            row[head.index(column)] = right
    return sheets({book.sheet_names[0]: rows}), head


def work(office: Office, import_id: str, page: Page) -> None:
    """The job of an import is done, and its page loaded again."""
    import_job.run(office.services.application, UUID(import_id), office.clock)
    office.nudge.catch_up()
    page.reload()


def tried_and_recorded(worker: Visitor, office: Office, content: bytes) -> None:
    page = worker.page
    work(office, upload(worker, content), page)
    work(office, import_after(page, "button:has-text('Nhập chính thức')"), page)


def error_sheet(page: Page, path: Path) -> Path:
    with page.expect_download() as loading:
        page.click("a:has-text('Tải các dòng không nhập được')")
    loading.value.save_as(path)
    return path


def test_a_list_is_corrected_from_its_error_sheet_until_it_is_recorded(
    come: Any, with_passwords: Office, tmp_path: Path
) -> None:
    with_passwords.clock.now = AT_NIGHT
    worker = come("case_worker")
    page = worker.page
    tried_and_recorded(worker, with_passwords, faulty())
    assert (figure(page, "Hộ đã thêm mới"), figure(page, "Hộ không nhập được")) == ("1", "10")
    for number in WRONG:
        expect(page.locator(f"#rows ~ .scroll tbody tr:has-text('{number}')").first).to_be_visible()
    assert worker.troubles() == []
    content, head = corrected(error_sheet(page, tmp_path / "first.xlsx"), "L-D")
    assert [head.count(one) for one in REMARKS] == [1] * 5
    tried_and_recorded(worker, with_passwords, content)
    assert (figure(page, "Hộ đã thêm mới"), figure(page, "Hộ không nhập được")) == ("9", "1")
    content, head = corrected(error_sheet(page, tmp_path / "second.xlsx"))
    assert [head.count(one) for one in REMARKS] == [1] * 5, "remarks of the sheet before are kept"
    tried_and_recorded(worker, with_passwords, content)
    assert (figure(page, "Hộ đã thêm mới"), figure(page, "Hộ không nhập được")) == ("1", "0")
    page.click("a:has-text('Xem các hộ có thay đổi từ ngày nhập')")
    page.wait_for_url("**changed=2023-12-21*")
    expect(page.locator("#found tbody tr")).to_have_count(11)


@pytest.fixture
def two_on_record(with_passwords: Office) -> Office:
    """Households of Lò Thị Sáu and of Vi Văn Bảy, in the ward since 2022."""
    office = with_passwords
    office.alike = True  # the list meets both
    people = (("Lò Thị Sáu", "female", "1962-02-03"), ("Vi Văn Bảy", "male", "1964-05-06"))
    for name, sex, born in people:
        head = {"name": name, "sex": sex, "birth_date": born, "relation": "head"}
        body = {**REGISTER, "number": name, "members": [head]}
        assert office.request("case_worker", "POST", "/api/v1/households", body).status_code == 201
    return office


def test_rows_that_may_be_on_record_are_settled_on_the_phone_and_go_on(
    come: Any, two_on_record: Office
) -> None:
    office, worker = two_on_record, come("case_worker", size="phone")
    page = worker.page
    rows = [
        household(listed(name, birth=birth, sex=sex), village="Tổ dân phố 8", decided=DECIDED)
        for name, birth, sex in (("Lò Thị Sáu", "1962", "Nữ"), ("Vi Văn Bảy", "1964", "Nam"))
    ]
    work(office, upload(worker, workbook(*rows)), page)
    assert figure(page, "Có thể trùng với hộ đã có hồ sơ") == "2"
    assert worker.troubles() == []
    work(office, import_after(page, "button:has-text('Nhập chính thức')"), page)
    waiting = page.locator("#matches article")
    expect(waiting).to_have_count(2)
    assert worker.troubles() == []
    same = waiting.filter(has_text="Lò Thị Sáu")
    expect(same).to_contain_text("sinh 03/02/1962")
    same.locator("button:has-text('Đúng là hộ này')").click()
    page.locator(".notice:has-text('Đã thay đổi phân loại của hộ đã có hồ sơ')").wait_for()
    other = page.locator("#matches article").filter(has_text="Vi Văn Bảy")
    other.locator("textarea").fill("Hai hộ khác nhau, tổ đã xác minh")
    other.locator("button:has-text('Là hộ khác, lập hồ sơ hộ mới')").click()
    page.locator(".notice:has-text('Đã thêm hộ mới')").wait_for()
    assert (figure(page, "Hộ đã thêm mới"), figure(page, "Hộ đã thay đổi phân loại")) == ("1", "1")
    settled = page.locator("#matches article")
    expect(settled).to_have_count(2)
    expect(settled.nth(1)).to_contain_text("Hai hộ khác nhau, tổ đã xác minh")
    assert worker.troubles() == []
