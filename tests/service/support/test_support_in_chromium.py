"""Support as it is shown: from who qualifies to a confirmed case, on a phone."""

import os
from pathlib import Path
from typing import Any

import pytest

from projections.support import grant_job
from tests.service.conftest import HUONG_SO, Office
from tests.service.support.programmes_and_lines import change, line, list_of, listed, load, png
from tests.service.ui import browser

BENEFIT = "2021-2025/housing_repair"
DAY = "01/06/2023"


def keep(page: Any, name: str) -> None:
    """Keeps a picture where one is asked for."""
    if folder := os.environ.get("PICTURES_FOLDER"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def with_money(office: Office, **key: Any) -> str:
    id_ = line(office, **key)
    change(office, id_, "allocations", amount=500_000_000)
    return id_


@pytest.mark.parametrize("scripts", [True, False])
def test_a_case_goes_from_who_qualifies_to_the_timeline_on_a_phone(
    come: Any, with_passwords: Office, scripts: bool
) -> None:
    office = with_passwords
    load(office)
    household = str(office.household()["household_id"])
    listed(office, household)
    pays = with_money(office, node="5", kind="development")
    officer = come("case_worker", scripts=scripts, size="phone")
    chairman = come("chairman", scripts=scripts, size="phone")

    page = officer.go(f"/doi-tuong-huong?area={HUONG_SO}&on={DAY}&benefit={BENEFIT}")
    keep(page, f"qualifies-phone-{scripts}".lower())
    page.click(f'a[href^="/ho/{household}/de-nghi-ho-tro"]')
    page.fill("[name=period]", DAY)
    page.fill("[name=effective_on]", DAY)
    keep(page, f"request-phone-{scripts}".lower())
    page.click("form.card button.main")
    page.wait_for_selector("text=Đã lập hồ sơ hỗ trợ")
    case = page.url.split("/ho-so-ho-tro/")[1]

    def step(who: Any, path: str, **typed: str) -> Any:
        page = who.go(f"/ho-so-ho-tro/{case}/ghi/{path}")
        page.fill("[name=effective_on]", DAY)
        for name, value in typed.items():
            page.fill(f"[name='{name.replace('__', '.')}']", value)
        if page.locator("[name=line_id]").count():
            page.select_option("[name=line_id]", pays)
        if page.locator("[type=radio]").count():
            page.locator("[type=radio]").first.check()
        if path == "ban-giao":
            photo = {"name": "nha.png", "mimeType": "image/png", "buffer": png()}
            page.set_input_files("[name=files]", files=[photo])
        keep(page, f"{path}-phone-{scripts}".lower())
        page.click("form.card button.main")
        page.wait_for_selector("text=Đã lưu")
        return page

    step(officer, "tham-dinh", amount="20.000.000")
    step(chairman, "phe-duyet", document__number="9/QĐ-UBND", present=browser.PASSWORD)
    step(officer, "quyet-dinh")
    step(officer, "chi-tra", amount="20.000.000")
    step(officer, "ban-giao")
    page = step(officer, "xac-nhan")
    keep(page, f"case-phone-{scripts}".lower())
    assert page.locator("text=Hộ xác nhận đã nhận").count()
    assert page.locator(f'a[href^="/ho-so-ho-tro/{case}/tep/"]').count() == 1
    page = officer.go(f"/ho/{household}")
    keep(page, f"household-phone-{scripts}".lower())
    assert page.locator(f'a[href="/ho-so-ho-tro/{case}"]').count() == 1
    assert page.locator("#support-title").count() == 1
    assert page.locator("text=20.000.000 đồng").count() >= 2
    assert page.locator("text=Phê duyệt hỗ trợ Sửa chữa nhà ở").count() == 1
    if scripts:
        assert officer.troubles() == []
        assert chairman.troubles() == []


@browser.on_every_screen
def test_pages_of_support_are_read_without_barriers(
    come: Any, with_passwords: Office, size: str
) -> None:
    office = with_passwords
    load(office)
    homes = [str(office.household()["household_id"]) for _ in range(3)]
    for one in homes:
        listed(office, one)
    with_money(office, node="5", kind="development")
    pays = with_money(office, programme="policies", node="electricity", source="local")
    for one in homes[:2]:
        wanted = {"household_id": one, "programme": "2021-2025", "benefit": "housing_repair"}
        body = {"effective_on": "2023-03-01", **wanted}
        case = office.request("case_worker", "POST", "/api/v1/cases", body).json["id"]
    batch = {
        "effective_on": "2023-03-01", "area": HUONG_SO, "programme": "policies",
        "benefit": "electricity", "period": "2023-01-01", "line_id": pays, "amount": 165_000,
        "recipients": [{"household_id": one} for one in homes],
    }  # fmt: skip
    drawn = office.request("case_worker", "POST", "/api/v1/grant-batches", batch).json["created"]
    checked = list_of(office, pays, [("không có hộ này", 165_000)])
    for path, body in (
        ("needs", {"effective_on": "2022-12-20", "needs": ["housing", "other"]}),
        ("plan", {"effective_on": "2023-01-10", "goal": "Thoát nghèo", "steps": ["Sửa mái nhà"],
                  "responsible": "Hội Phụ nữ"}),
    ):  # fmt: skip
        file = office.request("case_worker", "GET", f"/api/v1/households/{homes[0]}")
        version = file.headers["ETag"].strip('"')
        at = f"/api/v1/households/{homes[0]}/{path}"
        assert office.request("case_worker", "POST", at, body, version=version).status_code == 201
    paper = {"effective_on": "2023-03-02", "document": {"number": "12/QĐ-UBND"}}
    at = f"/api/v1/grant-batches/{drawn}/approvals"
    assert office.request("chairman", "POST", at, paper, version=1).status_code == 201
    assert grant_job.run(office.services.application, office.nudge.jobs[-1][1], office.clock)
    office.nudge.catch_up()
    officer = come("case_worker", size=size)
    for name, path in {
        "board": "/ho-so-ho-tro",
        "granted": "/ho-so-ho-tro?status=granted",
        "case": f"/ho-so-ho-tro/{case}",
        "note": f"/ho-so-ho-tro/{case}/ghi/ghi-chu",
        "plan": f"/ho/{homes[0]}/de-nghi-ho-tro/ke-hoach",
        "household": f"/ho/{homes[0]}",
        "lists": "/dot-chi-tra/danh-sach",
        "list": f"/dot-chi-tra/danh-sach/{checked}",
        "qualifies": f"/doi-tuong-huong?benefit=policies/electricity&on={DAY}&every=yes",
        "batches": "/dot-chi-tra",
        "batch": f"/dot-chi-tra/{drawn}",
        "lines": "/nguon-von",
        "line": f"/nguon-von/{pays}",
        "programmes": "/chuong-trinh?programme=policies&year=2023",
        "targets": "/chi-tieu",
    }.items():
        page = officer.go(path)
        keep(page, f"{name}-{size}")
        assert page.locator("h1").count() == 1, path
        assert officer.troubles() == [], path
    province = come("province_officer", size=size)
    page = province.go(f"/nguon-von/{pays}/ghi/tra-lai")
    keep(page, f"release-{size}")
    assert province.troubles() == []


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_coverage_leads_from_its_chart_and_table_to_the_households(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    office = with_passwords
    load(office)
    for village in ("Tổ 1", "Tổ Ưu Điềm"):
        listed(office, str(office.household(village=village)["household_id"]))
    officer = come("case_worker", scripts=scripts, size=size)
    page = officer.go(f"/ho-tro/do-bao-phu?area={HUONG_SO}&on={DAY}&benefit=policies/electricity")
    keep(page, f"coverage-{size}-{scripts}".lower())
    assert page.locator("figure svg").get_by_text("Tổ Ưu Điềm").count()
    assert officer.fits()
    page.click("dl.cards a >> nth=0")
    page.wait_for_url("**/do-bao-phu/ho?**")
    page.locator(".foot").wait_for()
    keep(page, f"coverage-households-{size}-{scripts}".lower())
    assert page.locator("tbody tr").count() >= 2
    assert officer.fits()
    assert officer.complaints == []
