"""Lists of accounts, acts, readings, opened communes and decisions decided again, page by page."""

import html
import re
from typing import Any

import pytest

from service.ui import paging
from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.households.poor_household import poor
from tests.service.persons import Person

NEXT = re.compile(r'href="([^"]+)" rel="next"')
PREVIOUS = re.compile(r'href="([^"]+)" rel="prev"')
ROW = re.compile(r"<tbody>.*?</tbody>", re.S)
REASON = "Hộ chuyển đến từ xã khác, cần đối chiếu hồ sơ cũ"
LISTS = [
    ("administrator", "/tai-khoan"),
    ("auditor", "/nhat-ky-quan-tri"),
    ("auditor", f"/nhat-ky-doc?area={HUONG_SO}"),
    ("auditor", f"/mo-dia-ban/da-mo?area={HUE}"),
    ("inspector", "/quyet-dinh-lai"),
]


@pytest.fixture(scope="module")
def busy(with_passwords: Office) -> Office:
    """Some of everything that is listed."""
    office = with_passwords
    for n in range(6):
        office.account(f"tai.khoan.{n}")
        poor(office, village=f"Tổ {n}")
        office.request("far.auditor", "POST", "/api/v1/access-grants",
                     {"area": "19804", "reason": f"{REASON} {n}"})  # fmt: skip
        office.request("inspector", "POST", "/api/v1/replays",
                     {"from": "2022-01-01", "to": f"2022-12-{n + 10}", "area": "46"})  # fmt: skip
        made = office.request("administrator", "POST", "/api/v1/accounts", {
            "account": f"moi.{n}", "name": "Người mới", "office": "UBND",
            "password": f"mat khau dai cua nguoi {n}", "reason": "theo công văn 12"})  # fmt: skip
        assert made.status_code == 201, made.json
        for _ in range(2):
            assert office.request("auditor", "GET", f"/api/v1/households?area={HUONG_SO}").json
    return office


@pytest.fixture
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)


def link(found: re.Match[str] | None) -> str:
    assert found
    return html.unescape(found[1])


def rows(page: str) -> str:
    found = ROW.search(page)
    assert found
    return found[0]


@pytest.mark.parametrize(("account", "address"), LISTS)
def test_a_list_goes_on_and_back_and_its_address_tells_nothing(
    busy: Office, person: Any, two_a_page: None, account: str, address: str
) -> None:
    reader: Person = person(account)
    pages = [reader.text(address)]
    for _ in range(2):
        on = link(NEXT.search(pages[-1]))
        assert "moi." not in on
        assert not re.search(r"before=|after=\d+(&|$)", on)
        pages.append(reader.text(on))
    assert "Dòng 5–6" in pages[2]
    seen = [rows(page) for page in pages]
    if "nhat-ky-doc" not in address:  # reading the log adds to the log, at its beginning
        assert len(set(seen)) == 3
    back = reader.text(link(PREVIOUS.search(pages[2])))
    assert rows(back) == seen[1]
    assert "Dòng 3–4" in back
    assert "Về trang đầu danh sách" in back
    assert PREVIOUS.search(back) is None


@pytest.mark.parametrize(("account", "address"), LISTS)
def test_a_place_of_another_account_or_made_up_is_no_place(
    busy: Office, person: Any, two_a_page: None, account: str, address: str
) -> None:
    reader: Person = person(account)
    on = link(NEXT.search(reader.text(address)))
    mark = "&" if "?" in address else "?"
    assert reader.get(f"{address}{mark}after=200").status_code == 400
    assert reader.get(on[:-4] + ("AAAA" if on[-4:] != "AAAA" else "BBBB")).status_code == 400
    assert reader.get(on).status_code == 200


def test_opened_communes_are_paged_by_the_api_as_other_lists_are(busy: Office) -> None:
    path = f"/api/v1/access-grants?area={HUE}&limit=3"
    first = busy.request("auditor", "GET", path).json
    second = busy.request("auditor", "GET", f"{path}&after={first['next']}").json
    assert len(first["items"]) == 3
    seen = {one["reason"] for one in (*first["items"], *second["items"])}
    assert seen == {f"{REASON} {n}" for n in range(6)}
    assert second["next"] is None
    unknown = busy.request("auditor", "GET", f"{path}&after=2022-01-01")
    assert (unknown.status_code, unknown.json["code"]) == (400, "cursor_unknown")
