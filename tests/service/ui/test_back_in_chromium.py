"""Back in a real browser: from a link it finds the refused form, from a success an empty one."""

from typing import Any

import pytest

from tests.service.conftest import Office
from tests.service.households.poor_household import H, poor
from tests.service.own_view.household_phone import given, paper_of
from tests.service.ui.browser import Visitor, crosswise, everywhere

NAME, WRONG, RIGHT = "Hồ Văn Khế", "31/02/2023", "01/03/2023"


@pytest.fixture
def household(with_passwords: Office) -> str:
    with_passwords.services.redis.flushdb()
    return poor(with_passwords)


def refused(come: Any, household: str, account: str = "case_worker", **window: Any) -> Visitor:
    """A visitor whose form about a new member has just been refused for its day."""
    visitor: Visitor = come(account, **window)
    visitor.page.on("dialog", lambda dialog: dialog.accept())
    page = visitor.go(f"/ho/{household}/ghi/them-nguoi")
    page.fill("[name='member.name']", NAME)
    page.fill("[name='effective_on']", WRONG)
    page.click("button.main")
    page.locator("#refusal").wait_for()
    return visitor


def shows_the_refusal(page: Any) -> None:
    page.locator("#refusal a", has_text=WRONG).wait_for()
    assert page.input_value("[name='member.name']") == NAME
    assert page.input_value("[name='effective_on']") == WRONG


def named(office: Office, household: str) -> int:
    members = office.request("auditor", "GET", f"{H}/{household}").json["members"]
    return sum(one["name"] == NAME for one in members)


@everywhere
def test_back_from_a_link_and_a_reload_find_the_refused_form(
    come: Any, household: str, size: str, scripts: bool
) -> None:
    visitor = refused(come, household, size=size, scripts=scripts)
    page = visitor.page
    page.goto(f"{visitor.address}/tro-giup")
    page.go_back()
    shows_the_refusal(page)
    page.reload()
    shows_the_refusal(page)
    page.goto(f"{visitor.address}/tro-giup")
    page.goto(f"{visitor.address}/ho")
    page.go_back()
    page.go_back()
    shows_the_refusal(page)
    assert not scripts or visitor.troubles() == []


def test_back_from_the_refusal_finds_what_was_typed(come: Any, household: str) -> None:
    page = refused(come, household, size="phone").page
    page.go_back()
    shows_the_refusal(page)


@crosswise
def test_back_from_a_success_records_nothing_again(
    come: Any, with_passwords: Office, household: str, size: str, scripts: bool
) -> None:
    page = refused(come, household, size=size, scripts=scripts).page
    page.fill("[name='effective_on']", RIGHT)
    page.click("button.main")
    page.wait_for_url("**/ho/*#e-*")
    assert named(with_passwords, household) == 1
    page.go_back()
    page.locator("[name='member.name']").wait_for()
    assert page.locator("#refusal").count() == 0
    assert page.input_value("[name='member.name']") == ""
    page.go_forward()
    page.wait_for_url("**/ho/*#e-*")
    assert named(with_passwords, household) == 1


def test_the_phone_of_a_surveyor_keeps_the_empty_form_and_finds_the_refused_one(
    come: Any, with_passwords: Office, household: str
) -> None:
    surveyor = come("surveyor", size="phone")
    surveyor.page.on("dialog", lambda dialog: dialog.accept())
    page = surveyor.go(f"/ho/{household}/ghi/phieu-b")
    page.locator("#kept-note").wait_for()
    page.fill("[name=income]", "777")
    page.locator("#draft-state[data-state=saved]").wait_for()
    page.click("button.main:not([name])")
    page.locator("#refusal").wait_for()
    page.locator("#kept-note").wait_for()
    page.goto(f"{surveyor.address}/tro-giup")
    page.go_back()
    page.locator("#refusal").wait_for()
    assert page.input_value("[name=income]") == "777"
    page.fill("[name=income]", "778")
    page.locator("#draft-state[data-state=saved]").wait_for()
    page.goto(f"{surveyor.address}/tro-giup")
    page.go_back()
    assert page.input_value("[name=income]") == "778", "the draft is newer than what was refused"
    page.context.set_offline(True)
    page.goto(f"{surveyor.address}/ho/{household}/ghi/phieu-b")
    assert page.evaluate("'kept' in document.documentElement.dataset")


@crosswise
def test_a_household_finds_what_it_wrote(
    come: Any, with_passwords: Office, household: str, size: str, scripts: bool
) -> None:
    """At its own page, without an account; the subject was not chosen."""
    phone = come("", size=size, scripts=scripts)
    page = phone.go("/ho-cua-toi")
    page.fill("[name=paper]", paper_of(with_passwords, household))
    page.fill("[name=code]", given(with_passwords, household))
    page.click("form.card button.main")
    page.goto(f"{phone.address}/ho-cua-toi/khong-dong-y")
    page.get_by_label("Nội dung", exact=True).fill("Nhà vẫn dột.")
    page.get_by_role("button", name="Gửi ý kiến").click()
    page.locator("#refusal").wait_for()
    page.goto(f"{phone.address}/ho-cua-toi")
    page.go_back()
    page.locator("#refusal").wait_for()
    assert page.get_by_label("Nội dung", exact=True).input_value() == "Nhà vẫn dột."
