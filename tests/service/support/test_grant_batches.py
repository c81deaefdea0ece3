"""Batches of grants over the API: an electricity quarter for the households of a ward."""

from typing import Any

import pytest

from projections.support import grant_job
from tests.service.conftest import HUONG_SO, Office
from tests.service.support.programmes_and_lines import PAPER, change, line, listed, load, post

EACH = 165_000
QUARTER: dict[str, Any] = {
    "effective_on": "2023-03-01",
    "area": HUONG_SO,
    "programme": "policies",
    "benefit": "electricity",
    "period": "2023-01-01",
    "amount": EACH,
}


@pytest.fixture
def loaded(office: Office) -> Office:
    load(office)
    return office


def money(office: Office) -> str:
    pays = line(office, node="electricity", programme="policies")
    change(office, pays, "allocations", amount=10_000_000)
    return pays


def poor_home(office: Office) -> str:
    said = office.household()
    listed(office, said["household_id"])
    return str(said["household_id"])


def shown(office: Office, batch: str) -> Any:
    answer = office.request("auditor", "GET", f"/api/v1/grant-batches/{batch}")
    assert answer.status_code == 200, answer.json
    return answer.json


def done(office: Office, batch: str) -> Any:
    """The batch after the worker has worked on what was asked of it."""
    task, job = office.nudge.jobs[-1]
    assert (task, str(job)) == ("run_grant_batch", batch)
    assert grant_job.run(office.services.application, job, office.clock)
    office.nudge.catch_up()
    return shown(office, batch)


def test_a_quarter_is_paid_to_the_households_of_the_list_and_reconciled(loaded: Office) -> None:
    homes, pays = [poor_home(loaded) for _ in range(3)], money(loaded)
    drawn = post(loaded, "grant-batches", {**QUARTER, "line_id": pays}, by="case_worker")
    assert drawn["notes"] == ["rate_unknown"]
    batch = drawn["created"]
    assert shown(loaded, batch)["status"] == "drawn_up"
    post(
        loaded,
        f"grant-batches/{batch}/approvals",
        {**PAPER, "effective_on": "2023-03-02"},
        1,
        "chairman",
    )
    now = done(loaded, batch)
    assert (now["status"], now["granted"], now["refused"]) == ("finished", 3, [])
    assert now["committed"] == now["disbursed"] == 3 * EACH
    for home in homes:
        file = loaded.request("case_worker", "GET", f"/api/v1/households/{home}").json
        assert [one["amount"] for one in file["support"]] == [EACH]
    totals = loaded.request("auditor", "GET", f"/api/v1/budget-lines/{pays}").json["totals"]
    assert (totals["spent"], totals["open_commitments"]) == (3 * EACH, 0)
    listed_batches = loaded.request("case_worker", "GET", "/api/v1/grant-batches").json["items"]
    assert batch in {one["batch_id"] for one in listed_batches}
    elsewhere = loaded.request("far.case_worker", "GET", "/api/v1/grant-batches").json["items"]
    assert elsewhere == []


def test_refused_rows_are_listed_and_the_rest_is_unharmed(loaded: Office) -> None:
    good, pays = poor_home(loaded), money(loaded)
    other = loaded.household()["household_id"]
    unknown = "11111111-0000-4000-8000-00000000000f"
    rows = [{"household_id": one} for one in (good, other, unknown)]
    quarter = {**QUARTER, "period": "2023-04-01", "line_id": pays, "recipients": rows}
    batch = post(loaded, "grant-batches", quarter, by="case_worker")["created"]
    post(
        loaded,
        f"grant-batches/{batch}/approvals",
        {**PAPER, "effective_on": "2023-03-02"},
        1,
        "chairman",
    )
    now = done(loaded, batch)
    assert [(one["row"], one["code"]) for one in now["refused"]] == [
        (1, "does_not_qualify"),
        (2, "household_unknown"),
    ]
    assert (now["disbursed"], now["released"]) == (EACH, 2 * EACH)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"amount": None}, 422, "amount_needed"),
        ({"amount": -1}, 422, "fields_refused"),
        ({"recipients": []}, 422, "fields_refused"),
        ({"benefit": "nothing"}, 404, "benefit_unknown"),
        ({"area": "42"}, 403, "outside_area"),
    ],
)
def test_what_may_not_be_is_refused_by_name(
    loaded: Office, changed: Any, status: int, code: str
) -> None:
    poor_home(loaded)
    body = {**QUARTER, "line_id": money(loaded), **changed}
    answer = loaded.request("case_worker", "POST", "/api/v1/grant-batches", body)
    assert (answer.status_code, answer.json["code"]) == (status, code)
