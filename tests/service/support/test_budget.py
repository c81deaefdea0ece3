"""Budget lines over the API: the money of Ea Súp as its officers would enter it."""

from typing import Any

import pytest

from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.support.programmes_and_lines import (
    PAPER,
    balances,
    change,
    line,
    load,
    version_of,
)

MILLION = 1_000_000
EARLY, LATE = {"effective_on": "2022-12-31"}, {"effective_on": "2023-12-31"}
BASIS = "Nghị quyết 104/2023/QH15"
SAME_YEAR = {"spending_year": 2023, "legal_basis": BASIS}


@pytest.fixture
def loaded(office: Office) -> Office:
    load(office)
    return office


def test_carried_money_is_shown_apart_from_new_money_at_any_date_on_both_clocks(
    loaded: Office,
) -> None:
    before = loaded.clock.now
    of_2022 = line(loaded, area=HUE, allocation_year=2022, effective_on="2022-01-01")
    change(loaded, of_2022, "allocations", amount=1_760 * MILLION, effective_on="2022-03-01")
    of_2023 = line(loaded, area=HUE)
    change(loaded, of_2023, "allocations", amount=5_150 * MILLION, effective_on="2023-02-01")
    loaded.clock.now = before.replace(day=21)
    carried = change(
        loaded, of_2022, "carry-overs", amount=1_760 * MILLION, spending_year=2023,
        legal_basis=BASIS, effective_on="2023-01-31",
    )["created"]  # fmt: skip
    loaded.clock.now = before
    now = balances(loaded, year=2023, as_of="2023-12-20")
    assert now["new"]["allocated"] == now["new"]["available"] == 5_150 * MILLION
    assert now["carried"]["carried_in"] == now["carried"]["available"] == 1_760 * MILLION
    shown = {one["line"]: one for one in now["lines"]}
    assert (shown[carried]["allocation_year"], shown[carried]["carried"]) == (2022, True)
    earlier = balances(loaded, year=2023, as_of="2023-01-30")
    assert (earlier["carried"]["available"], earlier["new"]["available"]) == (0, 0)
    unknown = balances(loaded, year=2023, known_at="2023-12-20")
    assert unknown["carried"]["available"] == 0
    assert unknown["new"]["available"] == 5_150 * MILLION
    loaded.clock.now = before.replace(day=22)


def test_money_goes_down_is_committed_paid_and_recovered(loaded: Office) -> None:
    top = line(loaded, area=HUE, node="4")
    change(loaded, top, "allocations", amount=1_000)
    below = change(loaded, top, "transfers", amount=864, area=HUONG_SO, node="4.2")["created"]
    held = change(loaded, below, "commitments", amount=500, purpose="Đi làm việc ở nước ngoài")
    paid = change(loaded, below, "disbursements", amount=400, commitment=held["created"])
    change(loaded, below, "releases", amount=100, commitment=held["created"])
    change(loaded, below, "disbursements", amount=64)
    change(loaded, below, "recoveries", amount=4, disbursement=paid["created"], reason="Chi thừa")
    change(loaded, below, "adjustments", amount=-100, reason="Giảm")
    answer = loaded.request("case_worker", "GET", f"/api/v1/budget-lines/{below}").json
    totals = answer["totals"]
    assert (totals["received"], totals["spent"], totals["available"]) == (864, 460, 304)
    assert totals["incoming"] == (
        totals["passed_down"] + totals["carried_over"] + totals["open_commitments"]
        + totals["spent"] + totals["available"]
    )  # fmt: skip
    assert [one["what"] for one in answer["movements"]] == [
        "received", "committed", "disbursed", "released", "disbursed", "recovered", "adjusted",
    ]  # fmt: skip
    mine = loaded.request("case_worker", "GET", "/api/v1/budget-lines?year=2023").json["items"]
    assert [one["line"] for one in mine if one["node"] == "4.2"] == [below]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("disbursements", {"amount": 101}, 409, "money_missing"),
        ("disbursements", {**EARLY, "amount": 1}, 409, "money_not_of_that_year"),
        ("disbursements", {"amount": -1}, 422, "fields_refused"),
        ("disbursements", {"amount": 1.5}, 422, "fields_refused"),
        ("allocations", {"amount": 1, "document": None}, 422, "support_document_missing"),
        ("allocations", {**LATE, "amount": 1}, 422, "support_effective_in_future"),
        ("transfers", {"amount": 1, "area": "42"}, 422, "passed_outside_tree"),
        ("carry-overs", {**SAME_YEAR, "amount": 1}, 422, "carried_elsewhere"),
    ],
)  # fmt: skip
def test_what_may_not_be_is_refused_by_name_and_changes_nothing(
    loaded: Office, path: str, body: Any, status: int, code: str
) -> None:
    id_ = line(loaded, area=HUE, node="7.1")
    if version_of(loaded, id_) == 1:
        change(loaded, id_, "allocations", amount=100, effective_on="2023-01-02")
    answer = loaded.request(
        "province_officer", "POST", f"/api/v1/budget-lines/{id_}/{path}", {**PAPER, **body},
        version=2,
    )  # fmt: skip
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert version_of(loaded, id_) == 2


def test_a_change_of_a_line_that_has_moved_on_is_refused(loaded: Office) -> None:
    id_ = line(loaded, area=HUE, node="6.1")
    change(loaded, id_, "allocations", amount=100)
    answer = loaded.request(
        "province_officer", "POST", f"/api/v1/budget-lines/{id_}/allocations",
        {**PAPER, "amount": 1}, version=1,
    )  # fmt: skip
    assert (answer.status_code, answer.json["code"]) == (412, "stale_version")


def test_a_line_of_another_province_is_not_there(loaded: Office) -> None:
    id_ = line(loaded, area=HUONG_SO, node="6.2")
    answer = loaded.request("far.case_worker", "GET", f"/api/v1/budget-lines/{id_}")
    assert answer.status_code == 404
