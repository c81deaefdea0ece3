"""Programmes over the API: the published ones, and those of a province."""

from typing import Any

import pytest

from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.support.programmes_and_lines import PROGRAMME, load, post

PATH = f"programmes/{PROGRAMME['code']}"
BENEFIT: dict[str, Any] = {
    "effective_on": "2023-01-05",
    "document": {"number": "37/2025/NQ-HĐND"},
    "code": "monthly_cash",
    "node": "cash",
    "title": "Hỗ trợ thu nhập hằng tháng",
    "content": "income",
    "counted": "household",
    "period": "month",
    "classes": ["poor"],
    "source": "37/2025/NQ-HĐND",
}
RATE: dict[str, Any] = {
    "effective_on": "2023-01-05",
    "document": {"number": "37/2025/NQ-HĐND"},
    "benefit": "monthly_cash",
    "valid_from": "2023-01-01",
    "per": "month",
    "amount": 500_000,
    "source": "37/2025/NQ-HĐND",
}


@pytest.fixture(scope="module")
def loaded(office: Office) -> Office:
    load(office)
    return office


def read(office: Office, path: str, by: str = "case_worker", **headers: str) -> Any:
    answer = office.request(by, "GET", f"/api/v1/{path}", **headers)
    assert answer.status_code == 200, answer.json
    return answer.json


def test_both_versions_of_the_national_tree_are_read(loaded: Office) -> None:
    items = {one["code"]: one for one in read(loaded, "programmes")["items"]}
    assert {"2021-2025", "2026-2035", "policies"} <= set(items)
    kinds = {code: {one["kind"] for one in items[code]["nodes"]} for code in items}
    assert kinds["2021-2025"] == {"project", "sub_project"}
    assert kinds["2026-2035"] == {"component", "content"}
    of_2023 = [one["code"] for one in read(loaded, "programmes?on=2023-12-01")["items"]]
    assert "2026-2035" not in of_2023


def test_a_benefit_says_its_rate_or_that_it_is_not_known(loaded: Office) -> None:
    asked = "benefits?programme=policies&on="
    rates = {}
    for day in ("2023-05-01", "2025-02-01", "2026-08-01"):
        items = read(loaded, asked + day)["items"]
        rates[day] = {one["code"]: (one["rate_known"], one["rate"]) for one in items}
    assert rates["2023-05-01"]["electricity"][0] is False
    assert rates["2023-05-01"]["electricity"][1]["amount"] is None
    assert rates["2025-02-01"]["electricity"][1]["amount"] == 61_333
    assert rates["2026-08-01"]["health_insurance_poor"][1]["amount"] == 113_850
    english = read(loaded, asked + "2025-02-01", Accept_Language="en")["items"]
    assert "Electricity of poor households" in {one["title"] for one in english}


def test_a_province_defines_a_resolution_with_benefit_rate_and_end(loaded: Office) -> None:
    made = post(loaded, "programmes", PROGRAMME)
    assert (made["version"], made["status"]) == (1, "visible")
    post(loaded, f"{PATH}/benefits", BENEFIT, 1)
    post(loaded, f"{PATH}/rates", RATE, 2)
    shown = read(loaded, PATH)
    assert (shown["level"], shown["area"], shown["version"]) == ("local", HUE, 3)
    (benefit,) = shown["benefits"]
    assert (benefit["classes"], benefit["rate"]["amount"]) == (["poor"], 500_000)
    post(
        loaded,
        f"{PATH}/closing",
        {"effective_on": "2023-06-30", "document": {"number": "9/NQ"}, "reason": "Hết hiệu lực"},
        3,
    )
    assert read(loaded, PATH)["last_day"] == "2023-06-30"
    codes = {one["code"] for one in read(loaded, f"programmes?area={HUONG_SO}")["items"]}
    assert PROGRAMME["code"] in codes
    codes = {
        one["code"] for one in read(loaded, "programmes?area=18085", "far.case_worker")["items"]
    }
    assert PROGRAMME["code"] not in codes


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("programmes", {**PROGRAMME, "code": "Có dấu"}, 422, "programme_code_invalid"),
        ("programmes", {**PROGRAMME, "document": None}, 422, "support_document_missing"),
        ("programmes", {**PROGRAMME, "area": "42"}, 403, "outside_area"),
        ("programmes/policies/benefits", BENEFIT, 403, "outside_area"),
        ("programmes/nowhere/benefits", BENEFIT, 404, "not_found"),
    ],
)
def test_what_is_refused_is_refused_by_name(
    loaded: Office, path: str, body: Any, status: int, code: str
) -> None:
    answer = loaded.request("province_officer", "POST", f"/api/v1/{path}", body, version=1)
    assert (answer.status_code, answer.json["code"]) == (status, code)
