"""A surveyor fills in form B on a phone: few taps, the class always in sight, nothing lost."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.service.conftest import Office
from tests.service.households.test_attachments import jpeg
from tests.service.households.test_survey_form import at, household, surveys
from tests.service.ui.browser import SIZES, Visitor

PHONE = (390, 844)
MOST_TAPS = 40
# What the surveyor taps for a mother with a girl of nine; the rest comes from the record.
TAPPED = {
    "answers.workless_members": "0", "answers.workers_without_contract": "1",
    "answers.allowance_members": "0", "answers.stunted_children": "0",
    "answers.underweight_children": "0", "answers.uninsured_members": "1",
    "answers.unschooled_6_11": "0", "answers.walls": "durable", "answers.pillars": "durable",
    "answers.roofing": "not_durable", "answers.drinking_water": "drilled_well",
    "answers.toilet": "none", "answers.uses_internet": "yes", "answers.shared_means": "yes",
    "answers.personal_means": "yes",
}  # fmt: skip
TYPED = {"answers.floor_area_m2": "40", "income": "1200000"}


@pytest.fixture(autouse=True)
def _a_larger_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, "phone", PHONE)


class Taps:
    """Counts what a thumb does: each tap, and each key of the keyboard."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def choose(self, name: str, value: str) -> None:
        self.page.check(f'input[name="{name}"][value="{value}"]')
        self.count += 1

    def type(self, name: str, text: str) -> None:
        self.page.fill(f'[name="{name}"]', text)
        self.count += 1 + len(text)


def fill_in(page: Page) -> Taps:
    taps = Taps(page)
    for name, value in TAPPED.items():
        taps.choose(name, value)
    for name, text in TYPED.items():
        taps.type(name, text)
    page.check("[name=confirmed]")
    taps.count += 1
    return taps


def saved(page: Page) -> None:
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "saved")


def in_sight(visitor: Visitor, part: str) -> bool:
    box = visitor.page.locator(part).bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= PHONE[1]


def test_a_household_is_surveyed_in_at_most_forty_taps(
    come: Any, with_passwords: Office, tmp_path: Any
) -> None:
    one = household(with_passwords)
    surveyor = come("surveyor", size="phone")
    page = surveyor.go(at(one))
    assert surveyor.troubles() == []
    assert in_sight(surveyor, "#preview")
    taps = fill_in(page)
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Phân loại dự kiến: Hộ nghèo")
    expect(preview).to_contain_text("Số chỉ số thiếu hụt: 3")
    expect(page.locator("#state-latrine")).to_have_text("Thiếu hụt")
    expect(page.locator("#state-telecom")).to_have_text("Không thiếu hụt")
    for part in ("#part-visit", "#part-latrine", "#part-income"):
        page.locator(part).scroll_into_view_if_needed()
        assert in_sight(surveyor, "#preview"), part
    saved(page)
    assert surveyor.troubles() == []
    page.click("button.main:not([name])")
    taps.count += 1
    page.wait_for_url("**/viec-can-lam#recorded")
    assert taps.count <= MOST_TAPS, taps.count
    (survey,) = surveys(with_passwords, one)
    assert survey["deprived"] == ["employment", "health_insurance", "latrine"]
    assert surveyor.complaints == []


def test_each_tap_is_as_large_as_a_thumb(come: Any, with_passwords: Office) -> None:
    page = come("surveyor", size="phone").go(at(household(with_passwords)))
    for label in page.locator("label.tap").all():
        box = label.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


def test_a_connection_that_is_cut_while_filling_in_loses_nothing(
    come: Any, with_passwords: Office
) -> None:
    one = household(with_passwords)
    surveyor = come("surveyor", size="phone")
    page = surveyor.go(at(one))
    for turn, (name, value) in enumerate(TAPPED.items()):
        page.context.set_offline(turn % 2 == 0)
        page.check(f'input[name="{name}"][value="{value}"]')
        if turn % 2 == 0:
            expect(page.locator("#draft-state")).to_have_attribute("data-state", "offline")
            assert "Mất kết nối" in page.locator("#draft-state").inner_text()
    page.context.set_offline(True)
    for name, text in TYPED.items():
        page.fill(f'[name="{name}"]', text)
    page.check("[name=confirmed]")
    page.click("button.main:not([name])")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "offline")
    assert page.url.endswith("phieu-b"), "nothing leaves the page without a connection"
    page.context.set_offline(False)
    saved(page)
    page.click("button.main:not([name])")
    page.wait_for_url("**/viec-can-lam#recorded")
    (survey,) = surveys(with_passwords, one)
    assert survey["income"] == 1_200_000
    assert survey["deprived"] == ["employment", "health_insurance", "latrine"]


def test_what_was_not_sent_when_the_page_was_closed_comes_back(
    come: Any, with_passwords: Office
) -> None:
    one = household(with_passwords)
    surveyor = come("surveyor", size="phone")
    page = surveyor.go(at(one))
    page.context.set_offline(True)
    page.check('input[name="answers.toilet"][value="none"]')
    page.fill("[name=income]", "777")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "offline")
    stored = page.evaluate("JSON.stringify(localStorage)")
    assert "socai.draft" in stored
    assert "toilet" not in stored, "sealed: the phone may be shared"
    again = page.context.new_page()
    page.close()
    again.context.set_offline(False)
    page = Visitor(again, surveyor.address).go(at(one))
    expect(page.locator("[name=income]")).to_have_value("777")
    assert page.is_checked('input[name="answers.toilet"][value="none"]')
    saved(page)
    page.reload()
    expect(page.locator("[name=income]")).to_have_value("777")
    assert page.evaluate("localStorage.length") == 0, "the page of the server has it now"


def test_another_account_of_the_phone_cannot_open_what_it_keeps(
    come: Any, with_passwords: Office
) -> None:
    one = household(with_passwords)
    surveyor, other = come("surveyor", size="phone"), come("case_worker", size="phone")
    page = surveyor.go(at(one))
    page.context.set_offline(True)
    page.fill("[name=income]", "777")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "offline")
    kept = page.evaluate("Object.entries(localStorage)")
    theirs = other.go(at(one))
    theirs.evaluate(
        "(kept) => kept.forEach(([name, text]) => localStorage.setItem(name, text))", kept
    )
    theirs.reload()
    theirs.check('input[name="answers.toilet"][value="none"]')
    saved(theirs)
    expect(theirs.locator("[name=income]")).to_have_value("")


def test_signing_out_leaves_nothing_on_the_phone(come: Any, with_passwords: Office) -> None:
    surveyor = come("surveyor", size="phone")
    page = surveyor.go(at(household(with_passwords)))
    page.evaluate("localStorage.setItem('socai.draft./somewhere', '[[1],[2],1]')")
    page.click(".top-who summary")
    page.click("form[data-sign-out] button")
    page.wait_for_url("**/dang-nhap*")
    assert page.evaluate("localStorage.length") == 0


def test_two_devices_are_told_of_each_other(come: Any, with_passwords: Office) -> None:
    one = household(with_passwords)
    phone, tablet = come("surveyor", size="phone"), come("surveyor")
    first, second = phone.go(at(one)), tablet.go(at(one))
    first.check('input[name="answers.toilet"][value="none"]')
    saved(first)
    second.fill("[name=income]", "5000000")
    expect(second.locator("#draft-conflict")).to_be_visible()
    second.click("button.main:not([name])")
    assert second.url.endswith("phieu-b")
    assert surveys(with_passwords, one) == []
    second.click("#draft-mine")
    saved(second)
    first.fill("[name=income]", "1")
    expect(first.locator("#draft-conflict")).to_be_visible()
    first.click("#draft-theirs")
    expect(first.locator("[name=income]")).to_have_value("5000000")


def test_without_a_script_steps_lead_from_indicator_to_indicator(
    come: Any, with_passwords: Office
) -> None:
    one = household(with_passwords)
    surveyor = come("surveyor", size="phone", scripts=False)
    page = surveyor.go(at(one))
    page.check('input[name="answers.workless_members"][value="1"]')
    page.click("#part-employment button[name=step]")
    assert page.url.endswith("#part-dependents")
    assert page.locator("#state-employment").inner_text() == "Thiếu hụt"
    for name, value in TAPPED.items():
        page.check(f'input[name="{name}"][value="{value}"]')
    for name, text in TYPED.items():
        page.fill(f'[name="{name}"]', text)
    page.check("[name=confirmed]")
    page.click("#part-income button[name=step]")
    assert "Phân loại dự kiến: Hộ nghèo" in page.locator("#preview").inner_text()
    page.click("button.main:not([name])")
    page.wait_for_url("**/viec-can-lam#recorded")
    assert len(surveys(with_passwords, one)) == 1


def test_a_photo_and_the_place_go_with_the_survey(come: Any, with_passwords: Office) -> None:
    one = household(with_passwords)
    surveyor = come("surveyor", size="phone")
    context = surveyor.page.context
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 16.46371, "longitude": 107.59087, "accuracy": 12})
    page = surveyor.go(at(one))
    wrong = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no photo"}
    page.set_input_files("#f-photo", wrong)
    expect(page.locator("#photo-error")).to_contain_text("JPEG hoặc PNG")
    page.set_input_files("#f-photo", {**wrong, "buffer": jpeg()})
    expect(page.locator("[name=attachments]")).to_have_count(1)
    page.click("#take-place")
    expect(page.locator("#place-state")).to_have_text("Đã ghi tọa độ.")
    fill_in(page)
    saved(page)
    assert surveyor.troubles() == []
    page.click("button.main:not([name])")
    page.wait_for_url("**/viec-can-lam#recorded")
    (survey,) = surveys(with_passwords, one)
    assert len(survey["attachments"]) == 1
