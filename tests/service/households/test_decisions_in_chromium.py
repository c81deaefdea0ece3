"""The chairman signs decisions and withdraws one with a paper; the history and deciding again say
so. Walked in Chromium on a phone, at an hour at which it is another day in Việt Nam."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from playwright.sync_api import Page

from projections.oversight.replay.replay_job import run
from tests.service.bodies import SURVEY
from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import H, poor
from tests.standards import standards

AT_NIGHT = datetime(2023, 12, 20, 19, 0, tzinfo=UTC)
"""Two in the morning of 21 December in Việt Nam."""


def sign(page: Page, **typed: str) -> None:
    """Fills in the form of a decision, and records it."""
    for name, value in typed.items():
        page.fill(f"[name='{name.replace('__', '.')}']", value)
    page.click("form.record button.main:not([name])")


def test_a_decision_is_signed_and_withdrawn_and_deciding_again_says_so(
    come: Any, with_passwords: Office
) -> None:
    office = with_passwords
    household = poor(office)
    better = {**SURVEY, "effective_on": "2023-11-20", "deprived": [], "income": 5_000_000}
    made = office.request("surveyor", "POST", f"{H}/{household}/surveys", better, version=4)
    assert made.status_code == 201, made.json
    office.clock.now = AT_NIGHT
    chairman = come("chairman", size="phone")
    page = chairman.go(f"/ho/{household}/ghi/thoat-ngheo")
    sign(page, document__number="400/QĐ-UBND", document__signed_on="01/12/2023",
         effective_on="01/12/2023")  # fmt: skip
    page.wait_for_url("**recorded=*")
    assert chairman.troubles() == [], "signed"
    page.locator(".event.fresh a:has-text('số')").last.click()
    page.wait_for_url("**/su-kien/*")
    page.click("a[data-withdraw]")
    page.wait_for_url("**/rut-lai/**")
    page.evaluate("document.querySelector('form.record').noValidate = true")
    page.click("button.main.grave")
    wrong = page.locator("#refusal")
    for label in ("Nội dung ghi nhầm", "Số, ký hiệu", "Ngày ký"):
        assert label in wrong.inner_text()
    assert wrong.evaluate("part => part === document.activeElement")
    sign(page, reason="Ghi nhầm số của quyết định khác", document__number="405/QĐ-UBND",
         document__signed_on="20/12/2023")  # fmt: skip
    page.wait_for_url("**recorded=*")
    assert "đã rút lại 21/12/2023" in page.locator(".timeline").inner_text()
    assert "405/QĐ-UBND" in page.locator(".timeline").inner_text()
    assert "Hộ nghèo" in page.locator(".standing").first.inner_text()
    assert chairman.troubles() == [], "withdrawn"

    inspector = come("inspector", size="phone")
    page = inspector.go(f"/quyet-dinh-lai?area={HUONG_SO}")
    page.fill("[name=from]", "01/12/2023")
    assert page.input_value("[name=area]") == HUONG_SO
    page.click("form.card button.main")
    page.wait_for_url("**/quyet-dinh-lai/*-*")
    replay = UUID(page.url.rpartition("/")[2])
    assert run(office.services.pool, standards(), replay, office.clock())
    page.reload()
    page.click("a:has-text('Đã rút lại (1)')")
    assert "Quyết định đã rút lại ở lần ghi thứ" in page.locator(".outcome").inner_text()
    assert "405/QĐ-UBND" in page.locator(".outcome").inner_text()
    assert inspector.troubles() == []
