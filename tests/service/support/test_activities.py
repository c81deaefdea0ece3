"""Activities and livelihood models over the API: recorded, counted, corrected, refused."""

from typing import Any

from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.support.programmes_and_lines import PAPER, change, line, load, post

FAIR: dict[str, Any] = {
    "effective_on": "2023-02-01",
    "area": HUONG_SO,
    "kind": "job_fair",
    "year": 2023,
    "title": "Phiên giao dịch việc làm",
}
COWS: dict[str, Any] = {
    **PAPER,
    "area": HUONG_SO,
    "kind": "livelihood",
    "title": "Nuôi bò sinh sản",
    "programme": "2021-2025",
    "node": "2",
    "funding_year": 2023,
}


def shown(office: Office, path: str, **query: Any) -> Any:
    asked = "&".join(f"{name}={value}" for name, value in {"area": HUE, **query}.items())
    answer = office.request("province_officer", "GET", f"/api/v1/{path}?{asked}")
    assert answer.status_code == 200, answer.json
    return answer.json


def refused(office: Office, path: str, body: Any, version: int | None = None) -> tuple[int, str]:
    answer = office.request("province_officer", "POST", f"/api/v1/{path}", body, version=version)
    return answer.status_code, answer.json["code"]


def test_activities_are_counted_by_kind_area_and_year(office: Office) -> None:
    before = shown(office, "activities", year=2023, kind="job_fair,job_counselling")["totals"]
    fair = post(office, "activities", FAIR)["id"]
    held = {"effective_on": "2023-04-01", "sessions": 10, "persons": 858}
    post(office, f"activities/{fair}/holding", held, 1)
    advice = post(office, "activities", {**FAIR, "kind": "job_counselling"})["id"]
    post(office, f"activities/{advice}/holding", {**held, "sessions": 1, "persons": 118}, 1)
    post(office, "activities", {**FAIR, "kind": "legal_aid"})
    found = shown(office, "activities", year=2023, kind="job_fair,job_counselling")
    assert found["totals"]["held"] - before["held"] == 2
    assert found["totals"]["sessions"] - before["sessions"] == 11
    assert found["totals"]["persons"] - before["persons"] == 976
    assert {(one["kind"], one["area"], one["year"]) for one in found["groups"]} == {
        ("job_counselling", HUONG_SO, 2023), ("job_fair", HUONG_SO, 2023),
    }  # fmt: skip
    own = next(one for one in found["items"] if one["activity_id"] == fair)
    assert (own["persons"], own["turns"]) == (858, None)
    assert shown(office, "activities", year=2022)["totals"]["planned"] == 0
    planned = shown(office, "activities", kind="legal_aid")["totals"]
    assert (planned["planned"] > 0, planned["held"]) == (True, 0)


def test_an_average_is_worked_out_of_its_own_totals(office: Office) -> None:
    loans = post(office, "activities", {**FAIR, "kind": "job_credit"})["id"]
    assert shown(office, "activities", kind="job_credit")["totals"]["amount_per_turn"] is None
    held = {"effective_on": "2023-12-20", "turns": 3, "amount": 200}
    post(office, f"activities/{loans}/holding", held, 1)
    assert shown(office, "activities", kind="job_credit")["totals"]["amount_per_turn"] == 67


def test_figures_are_corrected_with_a_reason_and_not_overwritten(office: Office) -> None:
    fair = post(office, "activities", {**FAIR, "kind": "workshop"})["id"]
    path, held = f"activities/{fair}/holding", {"effective_on": "2023-04-01", "persons": 5}
    mend = {**PAPER, "persons": 4, "reason": "Đếm trùng"}
    assert refused(office, f"activities/{fair}/corrections", mend, 1) == (409, "activity_not_held")
    post(office, path, held, 1)
    assert post(office, path, held, 2)["version"] == 2
    assert refused(office, path, {**held, "persons": 6}, 2) == (409, "activity_held")
    post(office, f"activities/{fair}/corrections", mend, 2)
    assert shown(office, "activities", kind="workshop")["totals"]["persons"] == 4


def test_a_model_counts_by_the_year_of_its_money(office: Office) -> None:
    load(office)
    old = line(office, allocation_year=2022, effective_on="2022-01-05")
    post(office, f"budget-lines/{old}/allocations",
         {**PAPER, "effective_on": "2022-02-01", "amount": 1_000}, 1)  # fmt: skip
    carried = change(
        office, old, "carry-overs", effective_on="2022-12-30", amount=1_000, spending_year=2023,
        legal_basis="Nghị quyết",
    )["created"]  # fmt: skip
    of_2022 = post(office, "models", {**COWS, "funding_year": 2022, "line_id": carried})["id"]
    post(office, "models", COWS)
    assert shown(office, "models", year=2023, funding_year=2022)["totals"]["models"] == 1
    home = str(office.household()["household_id"])
    joined = {"effective_on": "2023-03-02", "household_id": home}
    post(office, f"models/{of_2022}/households", joined, 1, "case_worker")
    assert post(office, f"models/{of_2022}/households", joined, 2, "case_worker")["version"] == 2
    answer = office.request("case_worker", "GET", f"/api/v1/models/{of_2022}")
    assert answer.json["joined"] == [{"household_id": home, "joined_on": "2023-03-02"}]
    assert shown(office, "models", funding_year=2022)["totals"] == {"models": 1, "households": 1}
    wrong = {**COWS, "funding_year": 2023, "line_id": carried}
    assert refused(office, "models", wrong) == (422, "model_year_invalid")
    elsewhere = {**COWS, "funding_year": 2022, "line_id": carried, "node": "3.1"}
    assert refused(office, "models", elsewhere) == (409, "line_of_another_project")


def test_what_may_not_be_is_refused_by_name(office: Office) -> None:
    load(office)
    fair = post(office, "activities", {**FAIR, "kind": "extension_class"})["id"]
    model = post(office, "models", COWS)["id"]
    closing = {"effective_on": "2023-11-01", "ending": "finished"}
    post(office, f"models/{model}/closing", closing, 1)
    home = str(office.household()["household_id"])
    held = f"activities/{fair}/holding"
    for path, body, version, expected in (
        ("activities", {**FAIR, "kind": "feast"}, None, (422, "fields_refused")),
        ("activities", {**FAIR, "programme": "2021-2025", "node": "9"}, None,
         (404, "programme_node_unknown")),
        ("activities", {**FAIR, "area": "42"}, None, (403, "outside_area")),
        (held, {"effective_on": "2022-04-01", "persons": 5}, 1, (422, "activity_year_invalid")),
        (held, {"effective_on": "2023-04-01", "persons": 5, "turns": 4}, 1,
         (422, "activity_figures_invalid")),
        (held, {"effective_on": "2023-04-01", "persons": -1}, 1, (422, "fields_refused")),
        (held, {"effective_on": "2030-04-01"}, 1, (422, "support_effective_in_future")),
        ("models", {**COWS, "document": None}, None, (422, "support_document_missing")),
        ("models", {**COWS, "funding_year": 2024}, None, (422, "model_year_invalid")),
        (f"models/{model}/households", {"effective_on": "2023-12-01", "household_id": home}, 2,
         (409, "model_closed")),
    ):  # fmt: skip
        assert refused(office, path, body, version) == expected, (path, body)
