"""Registering a household, walked in Chromium on desktop and phone, with scripts and without."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.service.conftest import Office
from tests.service.households.poor_household import H

everywhere = pytest.mark.parametrize(
    ("size", "scripts"), [(size, way) for size in ("desk", "phone") for way in (True, False)]
)


@everywhere
def test_a_household_is_registered_with_members_that_come_and_go(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    taken = f"04616100{size == 'desk':d}{scripts:d}77"
    with_passwords.household(
        members=[{"name": "Hồ Văn Ổi", "relation": "head", "id_number": taken}]
    )
    worker = come("case_worker", size=size, scripts=scripts)
    page = worker.go("/ho")
    page.click("main a:has-text('Lập hồ sơ hộ mới')")
    page.fill("[name=effective_on]", "1/6/2022")
    page.fill("[name=village]", "Tổ dân phố 3")
    page.fill("[name='members.0.name']", "Hồ Thị Bưởi")
    for _ in range(2):
        page.click("button[name=add]")
    page.fill("[name='members.1.name']", "Hồ Văn Cam")
    page.fill("[name='members.2.name']", "Hồ Văn Ổi")
    page.fill("[name='members.2.id_number']", taken)
    page.select_option("[name='members.2.relation']", "child")
    page.click("[data-row='1'] button[name=drop]")
    assert page.locator("legend:visible:has-text('Thành viên thứ')").all_inner_texts() == [
        "Thành viên thứ 1",
        "Thành viên thứ 2",
    ]
    assert worker.fits()
    page.click("button:has-text('Lập hồ sơ hộ')")
    page.locator("[id='e-members.1.id_number']").wait_for()
    assert page.input_value("[name='members.1.name']") == "Hồ Văn Ổi"
    assert page.input_value("[name=village]") == "Tổ dân phố 3"
    grave = ("serious", "critical")
    if scripts:
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in grave] == []
    assert worker.fits()
    page.fill("[name='members.1.id_number']", "")
    page.dblclick("button:has-text('Lập hồ sơ hộ')")
    page.locator(".event.fresh").wait_for()  # the second click may break off the first navigation
    assert "recorded=1-1" in page.url
    assert page.locator(".event.fresh").count() == 1
    household = page.url.partition("/ho/")[2][:36]
    shown = with_passwords.request("auditor", "GET", f"{H}/{household}").json
    assert [one["name"] for one in shown["members"]] == ["Hồ Thị Bưởi", "Hồ Văn Ổi"]
    assert worker.complaints == []
