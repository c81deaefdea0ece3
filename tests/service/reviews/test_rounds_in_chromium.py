"""The pages of review rounds as they are shown, on a desk and on a phone."""

import os
from pathlib import Path
from typing import Any

import psycopg
import pytest

from service.access import authentication
from tests.reviews import SIGNED, Autumn
from tests.service.conftest import AN_HOA, THACH_LINH, Office
from tests.service.reviews.villages import MIDDLE, SIX, in_the_middle, on_day, ready_to_sign
from tests.service.ui import browser


def keep(page: Any, name: str) -> None:
    """Keeps a picture where one is asked for."""
    if folder := os.environ.get("PICTURES_FOLDER"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture(scope="module")
def autumn(with_passwords: Office) -> Autumn:
    return in_the_middle(with_passwords)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_list_that_the_brake_stops_is_signed_by_two_accounts(
    come: Any, with_passwords: Office, scripts: bool
) -> None:
    office, area = with_passwords, AN_HOA if scripts else THACH_LINH
    chairman, second = f"chairman.{scripts}".lower(), f"second.{scripts}".lower()
    for name in (chairman, second):
        office.account(name, ("chairman", area))
    hashed = authentication.password_hash(browser.PASSWORD)
    with psycopg.connect(office.database.url) as conn:
        conn.execute("update office.accounts set password_hash = %s", [hashed])
    ready = ready_to_sign(office, area)
    on_day(office, SIGNED)
    where = f"/ra-soat/{ready.round_id}/ky"

    first = come(chairman, scripts=scripts, size="desk")
    page = first.go(where)
    page.click("text=Chuyển danh sách để ký lần hai")
    page.wait_for_selector("text=Đã chuyển để ký lần hai")
    keep(page, f"list-to-sign-{scripts}".lower())

    other = come(second, scripts=scripts, size="phone")
    page = other.go(where)
    page.fill("[name=reason]", "Đã đối chiếu từng hộ")
    page.locator("form:has([name=reason]) [name=present]").fill(browser.PASSWORD)
    page.click("text=Ký lần hai >> nth=-1")
    page.wait_for_selector("text=Đã ký lần hai")

    page = first.go(where)
    form = page.locator("form:has([name=signed_on])")
    form.locator("[name='number.recognition']").fill("11/QĐ-UBND")
    form.locator("[name='number.exit']").fill("12/QĐ-UBND")
    form.locator("[name=present]").fill(browser.PASSWORD)
    form.locator("button.main").click()
    page.wait_for_selector("text=Đã ký:")
    assert [one.kind for one in ready.now().decisions] == ["recognition", "exit"]
    if scripts:
        assert first.troubles() == []


@pytest.mark.parametrize("size", list(browser.SIZES))
def test_pages_of_a_round_are_read_without_barriers(
    come: Any, with_passwords: Office, autumn: Autumn, size: str
) -> None:
    on_day(with_passwords, MIDDLE)
    where = f"/ra-soat/{autumn.round_id}"
    officer = come("case_worker", size=size)
    for name, path in {
        "worklist": "/viec-can-lam",
        "rounds": "/ra-soat",
        "open": "/ra-soat/mo",
        "round": where,
        "households": f"{where}/ho",
        "steps": f"{where}/ho/{autumn.ids[0]}",
        "villages": f"{where}/hop-dan",
        "meeting": f"{where}/hop-dan?village={SIX}",
        "posting": f"{where}/ghi/niem-yet",
        "grievance": f"{where}/ghi/khieu-nai",
        "to_sign": f"{where}/ky",
    }.items():
        page = officer.go(path)
        keep(page, f"{name}-{size}")
        assert page.locator("h1").count() == 1, path
        assert officer.troubles() == [], path
    surveyor = come("surveyor", size=size)
    keep(surveyor.go("/"), f"surveyor-{size}")
    assert surveyor.troubles() == []
