"""The pages of official tables on a desk and on a phone: a wide table scrolls inside its box."""

from typing import Any

import pytest

from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.households.poor_household import poor
from tests.service.ui.browser import on_every_screen

PERIOD = "from=31/12/2021&to=20/12/2023"


@pytest.fixture(scope="module", autouse=True)
def _counted(with_passwords: Office) -> None:
    poor(with_passwords, village="Tổ dân phố 1")


@on_every_screen
def test_a_wide_table_scrolls_in_its_box_and_the_page_does_not(come: Any, size: str) -> None:
    auditor = come("auditor", size=size, scripts=True)
    for name in ("R2", "R9", "R12", "R15"):
        page = auditor.go(f"/bieu-bao-cao/{name}?area={HUE}&{PERIOD}")
        page.locator(".foot").wait_for()
        assert auditor.troubles() == []
        box = page.locator(".scroll:has(table.official)").first
        wide = box.evaluate("one => one.scrollWidth > one.clientWidth")
        assert wide or size == "desk"


@on_every_screen
def test_the_chairman_locks_a_report(come: Any, size: str) -> None:
    chairman = come("chairman", size=size, scripts=True)
    table = "R1" if size == "desk" else "R8"
    page = chairman.go(f"/bieu-bao-cao/{table}?area={HUONG_SO}&{PERIOD}")
    page.click("button:has-text('Chốt báo cáo')")
    page.wait_for_url("**/bao-cao-da-chot/*")
    page.locator("text=Mã kiểm chứng").wait_for()
    assert chairman.troubles() == []
