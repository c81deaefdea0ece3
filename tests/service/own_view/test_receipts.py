"""What a household says of support, on its page and at the officers' ones."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.service.conftest import Office
from tests.service.own_view.household_phone import Phone, opened
from tests.service.support.programmes_and_lines import change, line, listed, load, post

DAY = {"effective_on": "2023-06-01"}


@pytest.fixture(scope="module")
def pays(office: Office) -> str:
    load(office)
    id_ = line(office, node="5", kind="development")
    change(office, id_, "allocations", amount=500_000_000)
    return id_


def step(office: Office, case: str, path: str, by: str = "case_worker", **body: Any) -> None:
    version = office.request(by, "GET", f"/api/v1/cases/{case}").headers["ETag"].strip('"')
    post(office, f"cases/{case}/{path}", {**DAY, **body}, int(version), by)


@pytest.fixture
def case(office: Office, pays: str) -> tuple[str, str]:
    """A household with a case that is paid and delivered."""
    office.services.redis.flushdb()
    household = str(office.household()["household_id"])
    listed(office, household)
    wanted = {"household_id": household, "programme": "2021-2025", "benefit": "housing_repair"}
    id_ = post(office, "cases", {"effective_on": "2023-03-01", **wanted}, by="case_worker")["id"]
    step(office, id_, "assessments", amount=20_000_000)
    paper = {"document": {"number": "9/QĐ-UBND"}}
    step(office, id_, "approvals", "chairman", line_id=pays, **paper)
    step(office, id_, "grants")
    step(office, id_, "disbursements", amount=20_000_000)
    step(office, id_, "deliveries")
    return household, str(id_)


def address(case: str, what: str) -> str:
    return f"/ho-cua-toi/ho-tro/{case}/{what}"


def test_the_household_confirms_what_it_received(office: Office, case: tuple[str, str]) -> None:
    household, id_ = case
    phone = opened(office, household)
    text = phone.shown()
    assert "Sửa chữa nhà ở" in text
    assert "20.000.000 đồng" in text
    assert "Đã nhận đủ" in text
    for _ in range(2):
        assert phone.presses(address(id_, "da-nhan"), _key=f"k-{id_}").status_code == 303
    text = phone.shown()
    assert "Xác nhận đã nhận" in text
    assert "Đã nhận đủ" not in text
    steps = office.request("auditor", "GET", f"/api/v1/cases/{id_}").json["steps"]
    assert [(one["what"], one["account"]) for one in steps][-1] == ("confirmed", "household:itself")


def test_the_household_says_that_nothing_came(office: Office, case: tuple[str, str]) -> None:
    household, id_ = case
    phone = opened(office, household)
    assert phone.says(address(id_, "chua-nhan"), text="Chưa ai đưa tôn").status_code == 303
    text = phone.shown()
    assert "Hộ báo chưa nhận" in text
    assert "Chưa ai đưa tôn" in text
    listed_ = office.request("case_worker", "GET", "/api/v1/contests?waiting=true").json["items"]
    mine = [one for one in listed_ if one["case_id"] == id_]
    assert [one["about"] for one in mine] == ["receipt"]
    steps = office.request("auditor", "GET", f"/api/v1/cases/{id_}").json["steps"]
    assert steps[-1]["what"] == "receipt_denied"


@pytest.mark.parametrize("what", ["da-nhan", "chua-nhan"])
def test_the_case_of_another_household_is_not_there(
    office: Office, case: tuple[str, str], what: str
) -> None:
    other = str(office.household()["household_id"])
    phone = opened(office, other)
    for id_ in (case[1], str(uuid4())):
        assert phone.presses(address(id_, what)).status_code == 404
    assert phone.person.get(address(case[1], "chua-nhan")).status_code == 404
    found = office.services.application.own_views.of_household(UUID(other))
    assert found.contests == {}


def test_the_page_of_a_denial_that_was_made_says_so(office: Office, case: tuple[str, str]) -> None:
    household, id_ = case
    phone: Phone = opened(office, household)
    phone.says(address(id_, "chua-nhan"), text="")
    assert "Việc này đã được báo" in phone.person.text(address(id_, "chua-nhan"))
