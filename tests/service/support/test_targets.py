"""Targets over the API: set, passed down, revised, with progress by real movements."""

from typing import Any

from tests.service.conftest import CITY, HUE, HUONG_SO, Office
from tests.service.support.programmes_and_lines import PAPER, listed, post

TARGET: dict[str, Any] = {
    "effective_on": "2023-01-05",
    "document": {"number": "108/KH-UBND"},
    "area": CITY,
    "measure": "poor_households_down",
    "year": 2023,
    "households": 331,
}


def shown(office: Office, by: str = "case_worker", **query: Any) -> dict[str, Any]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    answer = office.request(by, "GET", f"/api/v1/targets?{asked}")
    assert answer.status_code == 200, answer.json
    return {one["area"]: one for one in answer.json["items"]}


def test_a_target_goes_down_the_tree_and_its_progress_is_counted(office: Office) -> None:
    homes = [str(office.household()["household_id"]) for _ in range(3)]
    for home in homes:
        listed(office, home)
    target = post(office, "targets", TARGET)
    assert post(office, "targets", TARGET)["version"] == 1
    part = {**PAPER, "area": HUONG_SO, "households": 20}
    made = post(office, f"targets/{target['id']}/parts", part, 1)
    out = {
        "effective_on": "2023-06-15",
        "document": {"number": "20/QĐ-UBND", "signed_on": "2023-06-15", "signer": "Chủ tịch"},
        "class": "not_poor",
        "figures": {"area_type": "urban", "b1": 180, "b2": 10},
    }
    answer = office.request("chairman", "GET", f"/api/v1/households/{homes[0]}")
    version = int(answer.headers["ETag"].strip('"'))
    post(office, f"households/{homes[0]}/classifications", out, version, "chairman")
    ward = shown(office, year=2023)[HUONG_SO]
    assert (ward["target_id"], ward["households"]) == (made["created"], 20)
    assert ward["from_target"] == target["id"]
    assert ward["progress"] == {
        "on": "2023-12-20", "before": 3, "now": 2, "down": 1, "percent_before": None,
        "percent_now": None, "percent_points": None, "reached": False,
    }  # fmt: skip
    earlier = shown(office, year=2023, as_of="2023-06-14")[HUONG_SO]
    assert earlier["progress"]["down"] == 0
    above = shown(office, "province_officer", area=HUE, year=2023)
    assert set(above) == {CITY, HUONG_SO}
    assert above[CITY]["parts"] == {HUONG_SO: 20}
    revised = {**PAPER, "households": 25, "reason": "Điều chỉnh kế hoạch"}
    post(office, f"targets/{made['created']}/revisions", revised, 1)
    assert shown(office, year=2023)[HUONG_SO]["households"] == 25


def test_what_may_not_be_is_refused_by_name(office: Office) -> None:
    target = post(office, "targets", {**TARGET, "measure": "near_poor_households_down"})
    for path, body, status, code in (
        ("targets", {**TARGET, "measure": "near_poor_households_down", "households": 1}, 409,
         "target_exists"),
        ("targets", {**TARGET, "document": None}, 422, "support_document_missing"),
        ("targets", {**TARGET, "households": -1}, 422, "fields_refused"),
        ("targets", {**TARGET, "area": "42"}, 403, "outside_area"),
        (f"targets/{target['id']}/parts", {**PAPER, "area": "42", "households": 1}, 422,
         "target_outside_area"),
        (f"targets/{target['id']}/parts", {**PAPER, "area": CITY, "households": 1}, 422,
         "target_outside_area"),
    ):  # fmt: skip
        answer = office.request("province_officer", "POST", f"/api/v1/{path}", body, version=1)
        assert (answer.status_code, answer.json["code"]) == (status, code), path
