"""Support cases over the API: from a request to a confirmed delivery, and what is refused."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.commands.command import Actor, CommandContext
from domain.support.case_commands import AssessCase
from tests.service.conftest import HUONG_SO, Office
from tests.service.support.programmes_and_lines import (
    PAPER,
    change,
    line,
    listed,
    load,
    photo_of,
    post,
)

HOUSING = {"programme": "2021-2025", "benefit": "housing_new"}


@pytest.fixture
def loaded(office: Office) -> Office:
    load(office)
    return office


def request(office: Office, **wanted: Any) -> tuple[str, str]:
    """A household that is listed as poor, and its case."""
    said = office.household()
    listed(office, said["household_id"])
    body = {"effective_on": "2023-03-01", "household_id": said["household_id"], **HOUSING, **wanted}
    return said["household_id"], post(office, "cases", body, by="case_worker")["id"]


def shown(office: Office, case: str) -> Any:
    answer = office.request("case_worker", "GET", f"/api/v1/cases/{case}")
    assert answer.status_code == 200, answer.json
    return answer.json


def step(office: Office, case: str, path: str, by: str = "case_worker", **body: Any) -> Any:
    """A step that is taken on the newest version."""
    sent = {"effective_on": "2023-04-01", **body}
    return post(office, f"cases/{case}/{path}", sent, shown(office, case)["version"], by)


def refused(office: Office, case: str, path: str, by: str = "case_worker", **body: Any) -> str:
    """The code of a refusal; nothing was recorded."""
    version = shown(office, case)["version"]
    sent = {"effective_on": "2023-04-01", **body}
    answer = office.request(by, "POST", f"/api/v1/cases/{case}/{path}", sent, version=version)
    assert answer.status_code in (404, 409, 422), answer.json
    assert shown(office, case)["version"] == version
    return str(answer.json["code"])


def test_a_case_goes_from_request_to_follow_up_and_stands_on_the_household(loaded: Office) -> None:
    pays = line(loaded, node="5")
    change(loaded, pays, "allocations", amount=100_000_000)
    household, case = request(loaded, note="Nhà dột nát")
    photo = photo_of(loaded, case)
    step(loaded, case, "assignments", account="canbo.huongso")
    step(loaded, case, "assessments")
    step(loaded, case, "approvals", "chairman", document=PAPER["document"], line_id=pays)
    step(loaded, case, "grants")
    paid = step(loaded, case, "disbursements", amount=40_000_000)
    step(loaded, case, "deliveries", attachments=[photo])
    step(loaded, case, "confirmations", means="fingerprint")
    step(loaded, case, "reconciliations")
    step(loaded, case, "closing")
    step(loaded, case, "follow-ups", outcome="helped")
    now = shown(loaded, case)
    assert (now["status"], now["amount"], now["disbursed"]) == ("closed", 40_000_000, 40_000_000)
    assert [one["what"] for one in now["steps"]] == [
        "requested", "assigned", "assessed", "approved", "granted", "disbursed", "delivered",
        "confirmed", "reconciled", "closed", "followed_up",
    ]  # fmt: skip
    file = loaded.request("case_worker", "GET", f"/api/v1/households/{household}").json
    (support,) = file["support"]
    assert (support["support_id"], support["amount"]) == (case, 40_000_000)
    money = loaded.request("case_worker", "GET", f"/api/v1/budget-lines/{pays}").json
    assert (money["totals"]["spent"], money["totals"]["available"]) == (40_000_000, 60_000_000)
    assert paid["created"] in {one["about"] for one in money["movements"]}


def test_cases_are_listed_by_area_status_and_household_a_page_at_a_time(loaded: Office) -> None:
    made = [request(loaded) for _ in range(3)]
    path = "/api/v1/cases?status=requested&benefit=2021-2025/housing_new"
    seen, after = [], ""
    while True:
        page = loaded.request("case_worker", "GET", f"{path}&limit=2{after}").json
        seen += [one["case_id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert {case for _, case in made} <= set(seen)
    assert len(seen) == len(set(seen))
    (only,) = loaded.request("case_worker", "GET", f"/api/v1/cases?household={made[0][0]}").json[
        "items"
    ]
    assert only["case_id"] == made[0][1]
    elsewhere = loaded.request("far.case_worker", "GET", "/api/v1/cases").json
    assert elsewhere["items"] == []


def test_what_may_not_be_is_refused_by_name_and_changes_nothing(loaded: Office) -> None:
    pays, small = line(loaded, node="5", kind="development"), line(loaded, node="5", source="local")
    change(loaded, pays, "allocations", amount=100_000_000)
    change(loaded, small, "allocations", amount=1_000)
    household, case = request(loaded)
    assert refused(loaded, case, "grants") == "case_step_refused"
    assert refused(loaded, case, "assessments", amount=1) == "amount_not_by_rate"
    step(loaded, case, "assessments")
    assert (
        refused(loaded, case, "approvals", "chairman", document=PAPER["document"], line_id=small)
        == "money_missing"
    )
    assert refused(loaded, case, "refusals", "chairman", reasons=[]) == "fields_refused"
    assert refused(loaded, case, "transfers", area=HUONG_SO.replace("19804", "19774")) == (
        "household_not_there"
    )
    again = {"effective_on": "2023-05-01", "household_id": household, **HOUSING}
    answer = loaded.request("case_worker", "POST", "/api/v1/cases", again)
    assert (answer.status_code, answer.json["code"]) == (409, "case_exists")
    assert answer.json["values"]["case_id"] == case
    other = {**again, "programme": "policies", "benefit": "health_insurance_near_poor"}
    answer = loaded.request("case_worker", "POST", "/api/v1/cases", other)
    assert answer.json["code"] == "beneficiary_mismatch"
    step(loaded, case, "refusals", "chairman", reasons=["no_money"])
    assert loaded.request("case_worker", "POST", "/api/v1/cases", again).status_code == 201


def test_a_province_sets_how_many_sign(loaded: Office) -> None:
    pays = line(loaded, node="5", source="mobilised")
    change(loaded, pays, "allocations", amount=100_000_000)
    rules = {
        "effective_on": "2023-01-01",
        "document": {"number": "1/QC-UBND"},
        "area": HUONG_SO,
        "tiers": [{"from_amount": 0, "signatures": 2}],
    }
    post(loaded, "signing-rules", rules)
    _, case = request(loaded)
    step(loaded, case, "assessments")
    done = step(loaded, case, "approvals", "chairman", document=PAPER["document"], line_id=pays)
    assert done["notes"] == ["signatures_missing"]
    assert (
        refused(loaded, case, "approvals", "chairman", document=PAPER["document"], line_id=pays)
        == "already_signed"
    )
    free = {**rules, "effective_on": "2023-03-20", "tiers": [{"from_amount": 0, "signatures": 1}]}
    post(loaded, "signing-rules", free)


def test_whoever_assessed_a_case_does_not_approve_it_with_another_role(loaded: Office) -> None:
    pays = line(loaded, node="5", source="local", kind="development")
    change(loaded, pays, "allocations", amount=100_000_000)
    _, case = request(loaded)
    # The account had the role of a case worker before it became chairman.
    actor = Actor("chairman", "case_worker", HUONG_SO)
    moment = datetime(2023, 3, 2, 3, tzinfo=UTC)
    assessed = CommandContext(date(2023, 3, 2), actor, uuid4(), moment)
    loaded.services.application.run(AssessCase(UUID(case)), assessed)
    loaded.nudge.catch_up()
    asked = {"document": PAPER["document"], "line_id": pays}
    assert refused(loaded, case, "approvals", "chairman", **asked) == "approver_took_part"
    answer = loaded.request(
        "case_worker", "POST", f"/api/v1/cases/{case}/approvals",
        {"effective_on": "2023-04-01", **asked}, version=2,
    )  # fmt: skip
    assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")
