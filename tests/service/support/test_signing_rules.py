"""Signing rules: their versions over the API and at the page, and steps that are kept apart."""

from typing import Any

from tests.service.conftest import CITY, HUE, HUONG_SO, Office
from tests.service.persons import Person
from tests.service.support.programmes_and_lines import post

VERSION: dict[str, Any] = {
    "effective_on": "2023-01-01",
    "document": {"number": "5/QĐ-UBND", "signed_on": "2022-12-30"},
    "area": CITY,
    "act": "case_approval",
    "tiers": [{"from_amount": 0, "signatures": 1}, {"from_amount": 50_000_000, "signatures": 2}],
    "apart": ["disburse"],
}


def versions(office: Office, area: str) -> list[dict[str, Any]]:
    answer = office.request("auditor", "GET", f"/api/v1/signing-rules?area={area}")
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.json["versions"]
    return found


def test_versions_stand_beside_each_other_and_none_overlaps(office: Office) -> None:
    post(office, "signing-rules/versions", VERSION)
    later = {**VERSION, "effective_on": "2023-06-01", "apart": []}
    post(office, "signing-rules/versions", later)
    shown = versions(office, CITY)
    assert [(one["since"], one["apart"]) for one in shown] == [
        ("2023-06-01", []), ("2023-01-01", ["disburse"]),
    ]  # fmt: skip
    assert shown[1]["document"] == "5/QĐ-UBND"
    for on in ("2023-06-01", "2023-03-01"):
        between = {**VERSION, "effective_on": on, "tiers": [{"from_amount": 0, "signatures": 3}]}
        path = "/api/v1/signing-rules/versions"
        answer = office.request("province_officer", "POST", path, between)
        assert (answer.status_code, answer.json["code"]) == (409, "signing_version_overlaps")
    assert len(versions(office, CITY)) == 2


def test_a_version_is_added_at_the_page_and_an_overlap_stands_beside_the_day(
    person: Any, with_passwords: Office
) -> None:
    officer: Person = person("province_officer")
    new = "/tham-quyen-ky/moi"
    typed = {
        "area": HUE, "act": "batch_approval", "signatures_0": "1", "amount_1": "100.000.000",
        "signatures_1": "2", "effective_on": "01/02/2023", "document.number": "7/QĐ-UBND",
    }  # fmt: skip
    done = officer.send(new, new, **typed)
    assert done.status_code == 303, done.text
    shown = officer.text(f"/tham-quyen-ky?area={HUE}")
    assert "từ 100.000.000 đồng: 2 người ký" in shown
    assert "7/QĐ-UBND" in shown
    assert "từ 100.000.000 đồng: 2 người ký" in officer.text(f"/tham-quyen-ky?area={HUONG_SO}")
    again = officer.send(new, new, **{**typed, "signatures_1": "3"})
    assert again.status_code == 422
    assert "Đã có quy định ký" in again.text
