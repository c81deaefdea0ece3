"""Forms with an area and a date offer the commune of that date, whatever became of the unit."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from domain.areas.commands import NewUnit
from domain.commands.command import CommandContext, Document
from service.access import authentication
from tests.calls import areas_of
from tests.service.conftest import AN_HOA, CITY, HUONG_SO, SETTER, Office
from tests.service.households.poor_household import H, filled

REFORM = date(2025, 7, 1)
LATER = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HUONG_AN = "19803@2025-07-01"


@pytest.fixture(scope="module")
def merged(with_passwords: Office) -> Office:
    """Two wards went over into phường Hương An on 1 July 2025; it is March 2026."""
    office, areas = with_passwords, areas_of(with_passwords.services.application)
    context = CommandContext(REFORM, SETTER, uuid4(), LATER, Document("1675/NQ-UBTVQH15"))
    areas.merge(context, [HUONG_SO, AN_HOA], NewUnit("19803", "Phường Hương An", parent=CITY))
    areas.refresh()
    office.nudge.catch_up()
    with psycopg.connect(office.database.url) as conn:
        for name in ("case_worker", "auditor"):  # those of 2023 have ended
            _, office.tokens[name] = authentication.issue_token(conn, name, label="", now=LATER)
    return office


@pytest.fixture
def case_worker(merged: Office, person: Any) -> Any:
    merged.clock.now = LATER
    return person("case_worker")


def members(office: Office, household: str) -> list[str]:
    shown = office.request("case_worker", "GET", f"{H}/{household}").json
    return [one["person_id"] for one in shown["members"]]


def of(office: Office, household: str) -> Any:
    return office.request("auditor", "GET", f"{H}/{household}").json


def send(someone: Any, address: str, /, **typed: Any) -> Any:
    values = filled(someone.text(address), **typed)
    return someone.client.post(address, data=values, headers={"Accept": "text/html"})


def test_a_household_of_the_old_ward_is_split_as_the_form_proposes(
    merged: Office, case_worker: Any
) -> None:
    household = merged.household()["household_id"]
    child = members(merged, household)[1]
    page = case_worker.text(f"/ho/{household}/ghi/tach-ho")
    assert "Phường Hương An" in page
    answer = send(case_worker, f"/ho/{household}/ghi/tach-ho", effective_on="02/03/2026",
                  persons=[child], **{f"relation__{child}": "head"})  # fmt: skip
    assert answer.status_code == 303, answer.text
    listed = merged.request("case_worker", "GET", f"{H}?area={HUONG_AN}&limit=200").json["items"]
    assert any(
        of(merged, one["household_id"])["members"][0]["person_id"] == child for one in listed
    )


def test_a_household_of_the_old_ward_moves_and_keeps_its_number(
    merged: Office, case_worker: Any
) -> None:
    household = merged.household(number="0064")["household_id"]
    answer = send(case_worker, f"/ho/{household}/ghi/chuyen-di", village="Tổ dân phố 9")
    assert answer.status_code == 303, answer.text
    now = of(merged, household)
    assert (now["area"], now["number"], now["village"]) == (HUONG_AN, "0064", "Tổ dân phố 9")


def test_another_date_is_refused_with_the_commune_of_that_date_beside(
    merged: Office, case_worker: Any
) -> None:
    household = merged.household()["household_id"]
    address = f"/ho/{household}/ghi/chuyen-di"
    typed = {"effective_on": "01/03/2024", "village": "Tổ dân phố 9"}
    values = {**filled(case_worker.text(address)), **typed}
    refused = case_worker.client.post(address, data=values, headers={"Accept": "text/html"})
    assert refused.status_code == 422
    assert 'href="#f-area"' in refused.text
    again = {**filled(refused.text), **typed}
    assert again["area"] == HUONG_SO
    assert case_worker.client.post(address, data=again).status_code == 303
    assert of(merged, household)["area"] == HUONG_SO


def test_a_script_asks_for_the_communes_of_the_date_typed(merged: Office, case_worker: Any) -> None:
    household = merged.household()["household_id"]
    for address in (f"/ho/{household}/ghi/chuyen-di", f"/ho/{household}/ghi/tach-ho", "/ho/moi"):
        values = {**filled(case_worker.text(address)), "effective_on": "01/03/2024"}
        part = case_worker.client.post(address, data=values, headers={"X-Part": "by-day"})
        assert part.status_code == 200
        assert f'value="{HUONG_SO}" checked' in part.text, address
        assert HUONG_AN not in part.text, "a commune of another date is offered"


def test_a_household_is_registered_for_a_date_before_the_merger(
    merged: Office, case_worker: Any
) -> None:
    typed = {"effective_on": "01/03/2024", "village": "Tổ dân phố 1",
             "members.0.name": "Hồ Văn Sắn"}  # fmt: skip
    values = {**filled(case_worker.text("/ho/moi")), **typed}
    assert values["area"] == HUONG_AN
    refused = case_worker.client.post("/ho/moi", data=values, headers={"Accept": "text/html"})
    assert refused.status_code == 422
    values = {**filled(refused.text), **typed}
    assert values["area"] == HUONG_SO
    made = case_worker.client.post("/ho/moi", data=values, headers={"Accept": "text/html"})
    assert made.status_code == 303, made.text


def test_the_api_needs_no_area_inside_the_successor(merged: Office, case_worker: Any) -> None:
    household = merged.household(number="0099")["household_id"]
    child = members(merged, household)[1]
    split = {"effective_on": "2026-03-02", "village": "Tổ dân phố 3",
             "persons": [{"person_id": child, "relation": "head"}]}  # fmt: skip
    made = merged.request("case_worker", "POST", f"{H}/{household}/split", split, version=1)
    assert made.status_code == 201, made.json
    assert of(merged, made.json["created"])["area"] == HUONG_AN
    move = {"effective_on": "2026-03-02", "village": "Tổ dân phố 4"}
    moved = merged.request("case_worker", "POST", f"{H}/{household}/moves", move, version=2)
    assert moved.status_code == 201, moved.json
    assert (of(merged, household)["area"], of(merged, household)["number"]) == (HUONG_AN, "0099")


def test_a_split_does_not_reach_outside_the_account_s_area(
    merged: Office, case_worker: Any
) -> None:
    household = merged.household()["household_id"]
    child = members(merged, household)[1]
    split = {"effective_on": "2026-03-02", "village": "Thôn 1", "area": "18085",
             "persons": [{"person_id": child, "relation": "head"}]}  # fmt: skip
    answer = merged.request("case_worker", "POST", f"{H}/{household}/split", split, version=1)
    assert answer.status_code == 404
    assert of(merged, household)["version"] == 1
