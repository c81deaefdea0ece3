"""The household's own page in Chromium: from the slip to a contest, on a phone, without scripts."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.service.conftest import Office
from tests.service.households.poor_household import certified, poor
from tests.service.own_view.household_phone import certificate_code
from tests.service.support.programmes_and_lines import load


def keep(page: Any, name: str) -> None:
    """Keeps a picture where one is asked for."""
    if folder := os.environ.get("PICTURES_FOLDER"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_household_opens_its_page_contests_and_reads_the_answer(
    come: Any, with_passwords: Office, scripts: bool
) -> None:
    office = with_passwords
    office.services.redis.flushdb()
    load(office)
    household = poor(office)
    certified(office, household)
    officer = come("case_worker", scripts=scripts)
    page = officer.go(f"/ho/{household}/ma-mot-lan")
    keep(page, f"code-{scripts}".lower())
    page.click("form.record button.main")
    code = page.locator(".slip-code").inner_text()
    keep(page, f"given-{scripts}".lower())
    with officer.page.context.expect_page() as opened:
        page.get_by_role("button", name="In giấy báo (PDF)").click()
    assert opened.value.context is officer.page.context
    opened.value.close()
    if scripts:
        assert officer.troubles() == []

    phone = come("", size="phone", scripts=scripts)
    page = phone.go(f"/ho-cua-toi?ma={certificate_code(office, household)}")
    page.fill("[name=code]", "0000 0000")
    page.click("form.card button.main")
    page.get_by_text("Chưa mở được").first.wait_for()
    keep(page, f"refused-phone-{scripts}".lower())
    assert phone.fits()
    page.fill("[name=code]", code)
    page.click("form.card button.main")
    page.get_by_role("heading", name="Diện của hộ và lý do").wait_for()
    assert phone.fits()
    keep(page, f"own-phone-{scripts}".lower())
    if scripts:
        assert phone.troubles() == []
    page.get_by_role("link", name="Gửi ý kiến").last.click()
    page.get_by_label("Kết quả phân loại hộ").check()
    page.get_by_label("Nội dung", exact=True).fill("Nhà vẫn dột, chưa có việc làm.")
    keep(page, f"contest-phone-{scripts}".lower())
    if scripts:
        assert phone.troubles() == []
    page.get_by_role("button", name="Gửi ý kiến").click()
    page.get_by_text("Chờ trả lời, hạn").wait_for()

    page = officer.go("/y-kien-cua-ho")
    keep(page, f"contests-{scripts}".lower())
    page.locator(f'a[href^="/y-kien-cua-ho/{household}/"]').first.click()
    page.get_by_label("Giữ nguyên, có giải thích").check()
    page.get_by_label("Câu trả lời cho hộ").fill("Kết quả đúng theo Phiếu B.")
    keep(page, f"answer-{scripts}".lower())
    page.click("form.record button.main")
    page.get_by_text("Đã trả lời.").wait_for()
    if scripts:
        assert officer.troubles() == []

    page = phone.go("/ho-cua-toi")
    page.get_by_text("Kết quả đúng theo Phiếu B.").wait_for()
    page.go_back()
    page.go_forward()
    keep(page, f"answered-phone-{scripts}".lower())
    page.get_by_role("button", name="Đóng trang").click()
    page.get_by_text("Đã đóng trang.").wait_for()
    assert phone.fits()
