"""The page of a household, its forms and deciding again, walked in Chromium on desktop and phone,
with scripts and without."""

from typing import Any

import pytest

from projections.oversight.replay.replay_job import run
from tests.service.conftest import Office
from tests.service.households.poor_household import H, poor
from tests.service.ui.browser import everywhere, on_every_screen


@everywhere
def test_a_surveyor_sees_the_class_before_recording_and_the_event_after(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    household = poor(with_passwords)
    surveyor = come("surveyor", size=size, scripts=scripts)
    page = surveyor.go(f"/ho/{household}")
    page.click("summary:has-text('Rà soát, công nhận')")
    page.click("a[data-form=survey]")
    page.fill("[name=effective_on]", "15/10/2022")
    page.fill("[name=income]", "1.900.000")
    for indicator in ("employment", "latrine"):
        page.check(f"[name=deprived][value={indicator}]")
    if not scripts:
        page.click("button[name=preview]")
    said = page.locator("#preview .said-title")
    said.wait_for()
    page.wait_for_function(
        "document.querySelector('#preview').textContent.includes('Hộ cận nghèo')"
    ) if scripts else None
    assert "Phân loại dự kiến: Hộ cận nghèo" in said.inner_text()
    assert page.input_value("[name=income]") == "1.900.000"
    assert surveyor.fits()
    page.click("form.record button.main")
    page.wait_for_url("**/ho/*recorded=5-5*")
    fresh = page.locator(".event.fresh")
    assert fresh.count() == 1
    assert "1.900.000" in fresh.inner_text()
    assert surveyor.fits()
    assert surveyor.complaints == []


@everywhere
def test_a_refusal_is_read_beside_its_field_with_everything_kept(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    household = poor(with_passwords)
    worker = come("case_worker", size=size, scripts=scripts)
    page = worker.go(f"/ho/{household}/ghi/ho-tro")
    page.fill("[name=programme]", "BHYT-2023")
    page.fill("[name=benefit]", "thẻ bảo hiểm")
    page.click("form.record button.main")
    problem = page.locator("#e-amount")
    problem.wait_for()
    assert page.locator("[name=amount]").get_attribute("aria-invalid") == "true"
    assert page.input_value("[name=benefit]") == "thẻ bảo hiểm"
    page.fill("[name=amount]", "900.000")
    page.click("form.record button.main")
    page.wait_for_url("**recorded=5-5**")
    assert worker.complaints == []


@everywhere
def test_somebody_elses_change_is_shown_and_nothing_typed_is_lost(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    household = poor(with_passwords)
    worker = come("case_worker", size=size, scripts=scripts)
    page = worker.go(f"/ho/{household}/ghi/phuong-an")
    page.fill("[name=goal]", "Mua bò sinh sản")
    page.fill("[name=steps]", "Vay vốn\nHọc nghề")
    page.fill("[name=responsible]", "Chị Lan")
    needs = {"effective_on": "2023-07-01", "needs": ["housing"]}
    path = f"{H}/{household}/needs"
    assert with_passwords.request("case_worker", "POST", path, needs, version=4).status_code == 201
    page.click("form.record button.main")
    changed = page.locator("#refusal .event")
    changed.wait_for()
    assert "nhà ở" in changed.inner_text()
    assert page.input_value("[name=steps]") == "Vay vốn\nHọc nghề"
    assert worker.fits()
    page.click("form.record button.main")
    page.wait_for_url("**recorded=6-6**")


@pytest.mark.parametrize("scripts", [True, False])
def test_two_clicks_record_once(come: Any, with_passwords: Office, scripts: bool) -> None:
    household = poor(with_passwords)
    page = come("case_worker", scripts=scripts).go(f"/ho/{household}/ghi/nguyen-nhan")
    page.check("[name=causes][value='7']")
    page.dblclick("form.record button.main")
    page.locator(".event.fresh").wait_for()  # the second click may break off the first navigation
    assert "recorded=5-5" in page.url
    told = with_passwords.request("auditor", "GET", f"{H}/{household}/history").json
    assert len(told["items"]) == 5


@everywhere
def test_an_auditor_traces_the_history_to_one_event_and_back_to_the_past(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    household = poor(with_passwords)
    auditor = come("auditor", size=size, scripts=scripts)
    page = auditor.go(f"/ho/{household}")
    assert page.locator(".event").count() == 4
    assert auditor.fits()
    page.click("nav.kinds a:has-text('Rà soát, công nhận')")
    page.wait_for_url("**kind=standing**")
    assert page.locator(".event").count() == 2
    page.click("#e-3 a:has-text('Lần ghi số 3')")
    page.wait_for_url("**/su-kien/3")
    assert "Thu nhập bình quân là 1.200.000" in page.inner_text("main")
    assert auditor.fits()
    page.click("a:has-text('Xem hồ sơ tại thời điểm ghi')")
    page.wait_for_url("**as_of=**")
    assert "Hồ sơ tại ngày 01/12/2022" in page.inner_text("main")
    page.goto(f"{auditor.address}/ho/{household}/so-sanh?a_on=01/10/2022")
    assert "Hộ nghèo" in page.inner_text("tr.differs >> nth=0")
    assert auditor.fits()
    assert auditor.complaints == []


@everywhere
def test_an_inspector_watches_a_replay_until_it_is_done(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    poor(with_passwords)
    inspector = come("inspector", size=size, scripts=scripts)
    page = inspector.go("/quyet-dinh-lai")
    page.fill("[name=from]", "01/01/2022")
    page.fill("[name=to]", "31/12/2022")
    page.click("button.main:has-text('Bắt đầu đối chiếu')")
    page.wait_for_url("**/quyet-dinh-lai/*-*")
    assert "Đang chờ" in page.inner_text("main")
    assert inspector.fits()
    _, replay_id = with_passwords.nudge.jobs[-1]
    services = with_passwords.services
    assert run(services.pool, services.application.standards, replay_id, with_passwords.clock())
    page.locator("code.digest").wait_for()
    assert page.locator("[data-poll]").count() == 0
    assert inspector.fits()
    assert inspector.complaints == []


@on_every_screen
def test_a_form_is_filled_and_sent_by_keyboard_alone(
    come: Any, with_passwords: Office, size: str
) -> None:
    household = poor(with_passwords)
    worker = come("case_worker", size=size)
    page = worker.go(f"/ho/{household}")
    page.locator("summary:has-text('Hỗ trợ, kế hoạch')").focus()
    page.keyboard.press("Enter")
    page.locator("a[data-form=causes]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/nguyen-nhan")
    page.locator("[name=causes] >> nth=0").focus()
    page.keyboard.press("Space")
    page.locator("form.record button.main").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**recorded=5-5**")


def test_what_is_printed_has_the_timeline_and_no_controls(
    come: Any, with_passwords: Office
) -> None:
    page = come("auditor").go(f"/ho/{poor(with_passwords)}")
    page.emulate_media(media="print")
    assert page.locator(".timeline").is_visible()
    for control in (".kinds", ".moments", ".main-nav"):
        assert not page.locator(control).is_visible()
