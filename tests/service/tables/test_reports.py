"""Locked reports: given out again to the byte, corrected beside, never in their place."""

import hashlib
import json
from typing import Any

import pytest

from service.http.headers import XLSX
from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.households.poor_household import poor

YEAR = {"from": "2021-12-31", "to": "2023-12-20"}
REPORTS = "/api/v1/reports"
FORMS = ("application/json", "application/pdf", XLSX)


@pytest.fixture(scope="module")
def counted(office: Office) -> Office:
    """Two poor households of phường Hương Sơ."""
    for village in ("Tổ dân phố 1", "Tổ dân phố 2"):
        poor(office, village=village)
    return office


def lock(office: Office, table: str, account: str = "chairman", area: str = HUONG_SO) -> Any:
    return office.request(account, "POST", REPORTS, {"table": table, "area": area, **YEAR})


def given(office: Office, report_id: str, **asked: Any) -> Any:
    version = asked.pop("version", 1)
    return office.request("auditor", "GET", f"{REPORTS}/{report_id}?version={version}", **asked)


def test_a_locked_report_is_given_out_again_to_the_byte(counted: Office) -> None:
    made = lock(counted, "R2")
    assert made.status_code == 201, made.json
    id_ = made.json["report_id"]
    before = {form: given(counted, id_, Accept=form).data for form in FORMS}
    poor(counted, village="Tổ dân phố 3")
    assert {form: given(counted, id_, Accept=form).data for form in before} == before
    report = json.loads(before["application/json"])
    text = before["application/json"].decode().partition(',"table":')[2][:-1]
    assert report["digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert report["seq"] > 0
    assert report["table"]["totals"][0]["cells"]["9"] == 2


def test_later_figures_stand_beside_the_locked_ones(counted: Office) -> None:
    id_ = lock(counted, "R1").json["report_id"]
    locked = given(counted, id_).data
    unchanged = counted.request("chairman", "POST", f"{REPORTS}/{id_}/corrections", {"reason": "x"})
    assert (unchanged.status_code, unchanged.json["code"]) == (409, "report_unchanged")
    poor(counted, village="Tổ dân phố 4")
    changes = counted.request("auditor", "GET", f"{REPORTS}/{id_}/changes").json["items"]
    now = {(one["row"], one["column"]): (one["before"], one["now"]) for one in changes}
    before, after = now["Phường Hương Sơ", "Tổng số hộ nghèo"]
    assert after == before + 1
    assert now["Tổ dân phố 4", "Tổng số hộ nghèo"] == (None, 1)
    corrected = counted.request(
        "chairman", "POST", f"{REPORTS}/{id_}/corrections", {"reason": "Quyết định ghi muộn"}
    )
    assert (corrected.status_code, corrected.json["version"]) == (201, 2)
    assert given(counted, id_).data == locked
    second = given(counted, id_, version=2).json
    assert second["reason"] == "Quyết định ghi muộn"
    assert second["table"]["totals"][0]["cells"]["3"] == after
    assert counted.request("auditor", "GET", f"{REPORTS}/{id_}/changes").json["items"] == []
    listed = counted.request("auditor", "GET", f"{REPORTS}?area={HUE}&table=R1").json["items"]
    assert [one["version"] for one in listed if one["report_id"] == id_] == [1, 2]


def test_the_same_report_is_locked_once(counted: Office) -> None:
    first = lock(counted, "R8").json
    again = lock(counted, "R8")
    assert (again.status_code, again.json["report_id"]) == (201, first["report_id"])
    poor(counted, village="Tổ dân phố 5")
    other = lock(counted, "R8")
    assert (other.status_code, other.json["code"]) == (409, "report_locked_before")


def test_a_repeat_with_its_key_answers_as_the_first_did(counted: Office) -> None:
    body = {"table": "R10", "area": HUONG_SO, **YEAR}
    first = counted.request("chairman", "POST", REPORTS, body, key="lock-1").json
    poor(counted, village="Tổ dân phố 6")
    again = counted.request("chairman", "POST", REPORTS, body, key="lock-1").json
    assert again["repeated"]
    assert again["report_id"] == first["report_id"]


def test_a_table_that_does_not_balance_is_not_locked(counted: Office) -> None:
    damaged = poor(counted, village="Tổ dân phố 7")
    change = "update read.status_spans set persons = persons {} 2 where household_id = %s"
    with counted.services.pool.connection() as conn:
        conn.execute(change.format("+").encode(), [damaged])
    refused = lock(counted, "R3")
    with counted.services.pool.connection() as conn:
        conn.execute(change.format("-").encode(), [damaged])
    assert refused.status_code == 201  # no near-poor household is damaged
    with counted.services.pool.connection() as conn:
        conn.execute(change.format("+").encode(), [damaged])
    refused = lock(counted, "R12")
    with counted.services.pool.connection() as conn:
        conn.execute(change.format("-").encode(), [damaged])
    assert (refused.status_code, refused.json["code"]) == (409, "report_does_not_balance")
    assert "R12.16=R1.9" in refused.json["values"]["rules"]


def test_an_office_locks_its_own_reports_and_none_below(counted: Office) -> None:
    refused = lock(counted, "R4", "province_officer")
    assert (refused.status_code, refused.json["code"]) == (422, "report_of_other_office")
    assert lock(counted, "R4", "province_officer", HUE).status_code == 201


def test_a_file_that_is_lost_is_made_again_and_a_damaged_one_is_not_given_out(
    counted: Office,
) -> None:
    id_ = lock(counted, "R6").json["report_id"]
    before = given(counted, id_, Accept=XLSX).data
    digest = hashlib.sha256(before).hexdigest()
    import psycopg

    with psycopg.connect(counted.database.superuser_url) as conn:
        conn.execute("update office.report_files set content = 'x' where digest = %s", [digest])
    assert given(counted, id_, Accept=XLSX).data == before
    with psycopg.connect(counted.database.superuser_url) as conn:
        conn.execute("delete from office.report_files where digest = %s", [digest])
    assert given(counted, id_, Accept=XLSX).data == before
    assert given(counted, id_, version=9).status_code == 404
