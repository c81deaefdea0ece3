"""Filling in a form at a window: what is wrong takes the focus, and leaving asks first."""

from datetime import timedelta
from typing import Any

from service.access import authentication
from tests.service.conftest import NOW, Office
from tests.service.households.poor_household import poor
from tests.service.ui.browser import crosswise


@crosswise
def test_what_is_wrong_takes_the_focus_and_leads_to_the_input(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    household = poor(with_passwords)
    worker = come("case_worker", size=size, scripts=scripts)
    page = worker.go(f"/ho/{household}/ghi/them-nguoi")
    page.fill("[name='member.name']", "Hồ Văn Khế")
    page.fill("[name='member.birth_date']", "31/02/1990")
    page.click("button.main")
    page.locator("#refusal").wait_for()
    page.wait_for_function("document.activeElement.id === 'refusal'") if scripts else None
    link = page.locator("#refusal a", has_text="Ngày sinh “31/02/1990”")
    link.click()
    if scripts:
        assert page.evaluate("document.activeElement.name") == "member.birth_date"
        assert worker.troubles() == []
    assert page.url.endswith("#f-member.birth_date") or scripts
    assert page.input_value("[name='member.name']") == "Hồ Văn Khế"


def test_leaving_a_form_asks_once_something_was_typed_and_not_when_it_is_sent(
    come: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    worker = come("case_worker")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    worker.page.on("dialog", stay)
    page = worker.go(f"/ho/{household}/ghi/them-nguoi")
    page.click("a.button:has-text('Quay lại, không lưu')")
    page.wait_for_url(f"**/ho/{household}")
    assert asked == [], "nothing was typed"
    page = worker.go(f"/ho/{household}/ghi/them-nguoi")
    page.fill("[name='member.name']", "Hồ Văn Khế")
    page.click("a.button:has-text('Quay lại, không lưu')")
    page.wait_for_url(f"**/ho/{household}")
    assert asked == ["beforeunload"]
    page = worker.go(f"/ho/{household}/ghi/them-nguoi")
    page.fill("[name='member.name']", "Hồ Văn Khế")
    page.fill("[name='effective_on']", "31/02/2023")
    page.click("button.main")
    page.locator("#refusal").wait_for()
    assert asked == ["beforeunload"], "sending is not leaving"
    page.click("a.button:has-text('Quay lại, không lưu')")
    page.wait_for_url(f"**/ho/{household}")
    assert asked == ["beforeunload"] * 2, "a refused form is still to be sent"
    page.fill("#top-q", "Khế")
    page.click(".top-search button")
    page.locator("#found").wait_for()
    assert asked == ["beforeunload"] * 2, "a search is no form that records"


@crosswise
def test_a_form_waits_for_its_account_to_sign_in_again(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    household = poor(with_passwords)
    worker = come("case_worker", size=size, scripts=scripts)
    page = worker.go(f"/ho/{household}/ghi/them-nguoi")
    page.fill("[name='member.name']", "Hồ Văn Khế")
    with_passwords.clock.now = NOW + authentication.IDLE_FOR + timedelta(minutes=1)
    page.click("button.main")
    page.locator("text=để làm tiếp").wait_for()
    assert page.url.count("Kh") == 0
    worker.sign_in("case_worker")
    if not scripts:
        page.click("[data-at-once] button.main")
    page.locator("text=Chưa lưu: hãy kiểm tra rồi gửi lại").wait_for()
    assert page.input_value("[name='member.name']") == "Hồ Văn Khế"
    assert not scripts or worker.troubles() == []
    page.click("button.main")
    page.locator("a", has_text="Hồ Văn Khế").or_(page.locator("text=Hồ Văn Khế")).first.wait_for()
    page.wait_for_url("**/ho/*#e-*")
