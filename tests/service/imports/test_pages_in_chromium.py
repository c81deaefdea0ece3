"""Importing a list walked in Chromium: tried first, watched while it is worked on, its refused rows
on the screen and as Excel, recorded, and followed to the households that it changed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from projections.imports import import_job
from tests.lists import household, workbook
from tests.lists import person as listed
from tests.service.conftest import NOW, Office
from tests.service.ui.browser import Visitor, crosswise

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Turnstile:
    """The clock of a job, asked for the time at every step: it lets the job go on step by step."""

    def __init__(self) -> None:
        self._steps = threading.Semaphore(0)

    def let(self, steps: int) -> None:
        self._steps.release(steps)

    def __call__(self) -> datetime:
        assert self._steps.acquire(timeout=60), "nobody let the job go on"
        return NOW


@contextmanager
def at_work(office: Office, import_id: str) -> Iterator[Turnstile]:
    """Somebody works on an import, one household a step; it is done when the block is left."""
    turnstile = Turnstile()
    work = threading.Thread(
        target=import_job.run,
        args=(office.services.application, UUID(import_id), turnstile),
        kwargs={"chunk": 1},
    )
    work.start()
    try:
        yield turnstile
    finally:
        turnstile.let(1000)
        work.join(timeout=60)
        office.nudge.catch_up()


def a_list(number: str) -> bytes:
    """Four households, and a fifth that nobody can record."""
    good = [
        household(listed(f"Cao Thị Mận {number}", birth=1950 + n, sex="Nữ"), number=f"{number}-{n}")
        for n in range(4)
    ]
    return workbook(*good, household(listed("", birth=1961), number=f"{number}-X", class_="Hộ gì"))


def upload(worker: Visitor, content: bytes) -> str:
    """Sends a list from the page of imports; returns the import."""
    page = worker.go("/nhap-danh-sach")
    file = {"name": "danh sách.xlsx", "mimeType": EXCEL, "buffer": content}
    page.set_input_files("[name=file]", file)
    return import_after(page, "button:has-text('Kiểm tra tệp')")


def import_after(page: Page, button: str) -> str:
    """The import whose page a button leads to."""
    before = page.url
    page.click(button)
    page.wait_for_url(lambda url: url != before)
    return page.url.rpartition("/")[2]


def watch(page: Page, state: str, percent: str, scripts: bool) -> None:
    """The page tells how far the job is: by itself with scripts, loaded again without."""
    told = page.locator(f"#progress:has(.badge:text-is('{state}')):has-text('{percent}')")
    if scripts:
        told.wait_for()
        return
    page.reload()
    while not told.count():
        page.reload()


def all_of_it(page: Page, scripts: bool) -> None:
    """The page of an import that is done, with its rows: by itself with scripts."""
    watch(page, "Hoàn thành", "", scripts)
    page.locator("#rows").wait_for()
    assert "Tiến độ hiển thị bên dưới" not in page.inner_text("main")


def figure(page: Page, name: str) -> str:
    return page.inner_text(f"#progress .card:has(dt:text-is('{name}')) .big")


@crosswise
def test_a_list_is_tried_watched_recorded_and_followed_to_its_households(
    come: Any, with_passwords: Office, tmp_path: Path, size: str, scripts: bool
) -> None:
    worker, number = come("case_worker", size=size, scripts=scripts), f"N{size}"
    page = worker.page
    tried = upload(worker, a_list(number))
    assert "Đang chờ" in page.inner_text("#progress")
    with at_work(with_passwords, tried) as job:
        job.let(3)  # it begins, and has two households in its hands
        watch(page, "Đang lưu", "55%", scripts)
        job.let(1)
        watch(page, "Đang lưu", "70%", scripts)
        assert not scripts or worker.troubles() == []
    all_of_it(page, scripts)
    assert (figure(page, "Hộ sẽ thêm mới"), figure(page, "Hộ không nhập được")) == ("4", "1")
    refused = page.locator("#rows ~ .scroll tbody tr")
    expect(refused).to_contain_text(["Phân loại hộ không có trong danh mục", "Thiếu họ tên"])
    with page.expect_download() as loading:
        page.click("a:has-text('Tải các dòng không nhập được')")
    loading.value.save_as(tmp_path / "refused.xlsx")
    sheet = CalamineWorkbook.from_path(str(tmp_path / "refused.xlsx")).get_sheet_by_index(0)
    cells = [str(cell) for row in sheet.to_python() for cell in row]
    assert f"{number}-X" in cells
    assert f"{number}-0" not in cells
    assert not scripts or worker.troubles() == []

    recording = import_after(page, "button:has-text('Nhập chính thức')")
    with at_work(with_passwords, recording) as job:
        job.let(3)
        watch(page, "Đang lưu", "55%", scripts)
    all_of_it(page, scripts)
    assert (figure(page, "Hộ đã thêm mới"), figure(page, "Hộ không nhập được")) == ("4", "1")
    page.click("a:has-text('Xem các hộ có thay đổi từ ngày nhập')")
    page.wait_for_url("**/ho?*changed=*")
    changed = page.locator(f"#found tbody th:has-text('Cao Thị Mận {number}')")
    expect(changed).to_have_count(4)
    assert worker.fits()


@crosswise
def test_a_file_that_is_no_list_is_refused_in_words(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    worker = come("case_worker", size=size, scripts=scripts)
    page = worker.page
    broken = upload(worker, f"not a workbook on a {size}".encode())
    with at_work(with_passwords, broken):
        pass
    watch(page, "Tệp không hợp lệ", "", scripts)
    told = page.inner_text("#progress .notice.bad")
    assert "Excel" in told
    assert not scripts or worker.troubles() == []
    page.click(".crumbs a:has-text('Nhập danh sách')")
    row = page.locator(f"tbody tr:has(a[href$='{broken}'])")
    expect(row).to_contain_text("Tệp không hợp lệ")
