"""Searches by API and pages: requested once, within reach, refused without the libraries."""

from typing import Any
from uuid import UUID

import pytest

from projections.duplicates import linkage, search_job
from tests.service.conftest import HA_TINH, HUE, HUONG_SO, NOW, Office
from tests.service.persons import Person

S = "/api/v1/duplicate-searches"


def test_a_search_is_requested_once_and_a_worker_is_told(office: Office) -> None:
    body = {"area": HUONG_SO}
    first = office.request("case_worker", "POST", S, body, key="tim")
    again = office.request("case_worker", "POST", S, body, key="tim")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json["id"] == again.json["id"]
    assert (first.json["status"], first.json["progress"]) == ("waiting", 0.0)
    assert office.nudge.jobs[-1] == ("run_duplicate_search", UUID(first.json["id"]))
    listed = office.request("case_worker", "GET", f"{S}?area={HUONG_SO}").json["items"]
    assert first.json["id"] in {one["id"] for one in listed}
    assert office.request("case_worker", "POST", S, {"area": HUE}).status_code == 403
    assert office.request("far.case_worker", "GET", f"{S}/{first.json['id']}").status_code == 404


def test_an_account_that_is_kept_to_some_villages_searches_nothing(office: Office) -> None:
    office.account("thon", ("case_worker", HUONG_SO), villages=("Tổ dân phố 3",))
    assert office.request("thon", "POST", S, {"area": HUONG_SO}).status_code == 403


def test_the_whole_country_is_not_searched(office: Office) -> None:
    office.account("ca.nuoc", ("province_officer", ""))
    answer = office.request("ca.nuoc", "POST", S, {})
    assert (answer.status_code, answer.json["code"]) == (422, "area_needed")


def test_without_the_libraries_a_search_is_refused_and_the_verb_is_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linkage, "NEEDED", ("splink", "a_library_that_is_not_there"))
    answer = office.request("case_worker", "POST", S, {"area": HUONG_SO})
    assert (answer.status_code, answer.json["code"]) == (503, "duplicate_search_not_installed")
    assert "./socai duplicates" in answer.json["title"]
    assert office.request("case_worker", "GET", "/api/v1/duplicates").status_code == 200


def test_a_search_of_a_province_finds_across_communes_and_each_commune_sees_its_side(
    person: Any, with_passwords: Office
) -> None:
    office = with_passwords
    office.account("an.hoa", ("case_worker", "19774@2004-07-08"))
    member = {
        "name": "Tôn Nữ Diệu Huyền", "relation": "head", "sex": "female",
        "birth_date": "1957-10-23",
    }  # fmt: skip
    here = office.household(members=[member])["household_id"]
    there = office.request(
        "an.hoa", "POST", "/api/v1/households",
        {"effective_on": "2022-07-01", "area": "19774", "village": "Tổ dân phố 9",
         "members": [member]},
    )  # fmt: skip
    assert there.status_code == 201, there.json
    officer: Person = person("province_officer")
    page = "/trung-lap/ra-tim"
    started = officer.send(page, page, area=HUE)
    assert started.status_code == 303, started.text
    address = started.headers["Location"]
    assert "Đang chờ" in officer.text(address)
    search_job.run(office.services.application, UUID(address[-36:]), lambda: NOW)
    office.nudge.catch_up()
    assert "Hoàn thành" in officer.text(address)
    queue = office.request("province_officer", "GET", f"/api/v1/duplicates?area={HUE}").json
    sides = [{side["household_id"] for side in one["sides"]} for one in queue["items"]]
    assert {here, there.json["household_id"]} in sides
    mine = office.request("case_worker", "GET", "/api/v1/duplicates").json["items"]
    across = [one for one in mine if not one["within_reach"]]
    assert across
    assert all(one["sides"][1]["household_id"] is None for one in across)
    assert office.request("far.case_worker", "GET", "/api/v1/duplicates").json["items"] == []
    assert office.request(
        "far.province_officer", "GET", f"/api/v1/duplicates?area={HA_TINH}"
    ).json["items"] == []  # fmt: skip
