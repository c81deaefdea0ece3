"""A decision recorded wrongly is withdrawn by the chairman, and seen so by all, in Chromium."""

from typing import Any

import pytest

from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import poor
from tests.service.ui.browser import everywhere


def poor_households(page: Any) -> str:
    """The figure of poor households that the overview shows."""
    card = page.locator(".figure, .card").filter(has_text="Hộ nghèo").first
    return str(card.inner_text())


@everywhere
def test_a_wrong_decision_is_withdrawn_and_gone_from_list_overview_and_file(
    come: Any, with_passwords: Office, size: str, scripts: bool, request: pytest.FixtureRequest
) -> None:
    village = f"Tổ dân phố {request.node.callspec.id}"
    household = poor(with_passwords, village=village)
    worker = come("case_worker", size=size, scripts=scripts)
    overview = f"/dia-ban/{HUONG_SO}"
    before = poor_households(worker.go(overview))

    chairman = come("chairman", size=size, scripts=scripts)
    page = chairman.go(f"/ho/{household}")
    page.click("#e-3 a:has-text('số 3')")
    page.click("a[data-withdraw]")
    assert "Công nhận" in page.locator("form.record .timeline").inner_text()
    assert chairman.fits()
    page.fill("[name=reason]", "Ghi nhầm sang hộ này")
    page.fill("[name='document.number']", "15/QĐ-UBND")
    page.fill("[name='document.signed_on']", "20/12/2022")
    page.click("button.main.grave")
    page.wait_for_url("**/ho/*recorded=5-5*")
    fresh = page.locator(".event.fresh")
    assert "Ghi nhầm sang hộ này" in fresh.inner_text()
    withdrawn = page.locator("#e-3")
    assert "đã rút lại" in withdrawn.inner_text()
    assert chairman.fits()
    withdrawn.locator("a:has-text('đã rút lại')").click()
    page.wait_for_url("**/su-kien/5")
    page.click("a:has-text('Xem lần ghi đã rút lại')")
    page.wait_for_url("**/su-kien/3")
    assert "không được tính nữa" in page.locator(".notice").inner_text()
    assert page.locator("a[data-withdraw]").count() == 0
    if scripts:
        assert chairman.troubles() == []

    assert poor_households(worker.go(overview)) != before
    listed = worker.go(f"/ho?area={HUONG_SO}&class=poor")
    assert listed.locator(f"a[href*='{household}']").count() == 0
    assert worker.complaints == []
