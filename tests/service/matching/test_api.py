"""Who comes close is shown at the routes of the API, to those who may see it, and passed with a
reason; of others only whom to ask."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.commands.command import Actor
from projections.imports import import_job, job_store
from tests.lists import household, person, workbook
from tests.service.conftest import AN_HOA, HUONG_SO, Office

H = "/api/v1/households"


@pytest.fixture(autouse=True)
def _alike(office: Office) -> None:
    office.alike = True


def entry(name: str, village: str = "Tổ dân phố 3", year: int = 1961, **head: Any) -> Any:
    return {
        "effective_on": "2022-06-01",
        "area": "19804",
        "village": village,
        "members": [
            {"name": name, "relation": "head", "sex": "female", "birth_year": year, **head}
        ],
    }


def register(office: Office, body: Any, by: str = "case_worker") -> Any:
    return office.request(by, "POST", H, body)


def pairs(office: Office, household: str) -> list[Any]:
    """The open pairs of a household, as the queue of its ward has them."""
    office.nudge.catch_up()
    answer = office.request("case_worker", "GET", "/api/v1/duplicates?limit=100")
    assert answer.status_code == 200, answer.json
    return [
        one
        for one in answer.json["items"]
        if household in {side["household_id"] for side in one["sides"]}
    ]


def test_a_household_that_comes_close_is_shown_before_anything_is_recorded(
    office: Office,
) -> None:
    first = register(office, entry("Hồ Thị Mơ")).json["household_id"]
    refused = register(office, entry("Hồ Thị  MƠ"))
    assert (refused.status_code, refused.json["code"]) == (409, "possible_match")
    matching = refused.json["matching"]
    (candidate,) = matching["candidates"]
    assert candidate["household_id"] == first
    assert (candidate["name"], candidate["birth_year"]) == ("Hồ Thị Mơ", 1961)
    assert candidate["village"] == "Tổ dân phố 3"
    assert set(candidate["evidence"]) == {"name", "birth", "village"}
    assert matching["elsewhere"] == []
    assert "Mơ" not in refused.json["detail"]
    log = office.request("auditor", "GET", f"/api/v1/read-log?household={first}").json["items"]
    assert [one["account"] for one in log] == ["case_worker"]


def test_registering_anyway_takes_a_reason_and_the_candidates_that_were_seen(
    office: Office,
) -> None:
    first = register(office, entry("Hồ Thị Lê")).json["household_id"]
    seen = [
        one["ref"] for one in register(office, entry("Hồ Thị Lê")).json["matching"]["candidates"]
    ]
    without = register(office, {**entry("Hồ Thị Lê"), "anyway": {"reason": " ", "seen": seen}})
    assert without.status_code == 422
    unseen = register(office, {**entry("Hồ Thị Lê"), "anyway": {"reason": "khác", "seen": []}})
    assert unseen.json["code"] == "possible_match"
    anyway = {"reason": "Hai bà trùng tên, trùng năm sinh", "seen": seen}
    done = register(office, {**entry("Hồ Thị Lê"), "anyway": anyway})
    assert done.status_code == 201
    history = office.request("auditor", "GET", f"{H}/{done.json['household_id']}/history").json
    assert [one["type"] for one in history["items"]] == [
        "household.registered",
        "household.matched",
    ]
    assert "Hai bà trùng tên" in history["items"][1]["sentence"]
    assert done.json["household_id"] != first
    (pair,) = pairs(office, first)
    assert {side["household_id"] for side in pair["sides"]} == {first, done.json["household_id"]}
    assert (pair["how"], pair["state"], pair["score"]) == ("matcher", "open", None)
    (couple,) = pair["couples"]
    assert set(couple["evidence"]) == {"name", "birth"}


def test_a_member_who_is_in_a_household_on_record_is_shown_and_passed_with_a_reason(
    office: Office,
) -> None:
    child = {"name": "Hồ Thị Bưởi", "relation": "child", "birth_date": "2014-09-07"}
    body = entry("Hồ Thị Chanh")
    body["members"].append(child)
    first = register(office, body).json
    other = entry("Phan Văn Khế", village="Tổ dân phố 7", year=1958, sex="male")
    other["members"].append({**child, "name": "HỒ THỊ BƯỞI"})
    refused = register(office, other)
    assert (refused.status_code, refused.json["code"]) == (409, "possible_match")
    (candidate,) = refused.json["matching"]["candidates"]
    assert candidate["household_id"] == first["household_id"]
    assert (candidate["name"], candidate["evidence"]) == ("Hồ Thị Bưởi", ["members"])
    done = register(office, {**other, "anyway": {"reason": "Hai cháu", "seen": [candidate["ref"]]}})
    assert done.status_code == 201
    (pair,) = pairs(office, first["household_id"])
    (couple,) = pair["couples"]
    both = {first["persons"][1], done.json["persons"][1]}
    assert {couple["first"], couple["second"]} == both


def test_a_household_of_another_ward_is_not_described(office: Office) -> None:
    office.account("anhoa", ("case_worker", AN_HOA))
    body = entry("Hồ Thị Đào", id_number="046161000777")
    first = register(office, body).json["household_id"]
    elsewhere = {**body, "area": AN_HOA}
    refused = register(office, elsewhere, by="anhoa")
    assert (refused.status_code, refused.json["code"]) == (409, "person_in_another_household")
    assert first not in refused.text
    assert "Đào" not in refused.text


def test_what_is_wrong_with_the_rest_is_said_before_anybody_is_looked_for(office: Office) -> None:
    body = entry("Hồ Thị Quýt", id_number="046161000778")
    register(office, body)
    later = {**body, "effective_on": "2031-01-01"}
    assert register(office, later).json["code"] == "effective_in_future"
    register(office, {**entry("Hồ Thị Cải"), "number": "K-77"})
    taken = register(office, {**body, "number": "k 77"})
    assert taken.json["code"] == "household_number_taken"


def test_a_child_as_head_is_confirmed(office: Office) -> None:
    body = entry("Hồ Thị Út", year=2012)
    refused = register(office, body)
    assert refused.json["matching"]["warnings"] == ["child_head"]
    done = register(office, {**body, "anyway": {"reason": "Mồ côi, tự nuôi em"}})
    assert done.status_code == 201


def test_a_child_who_comes_to_head_a_household_is_confirmed_at_every_door(office: Office) -> None:
    child = {"name": "Hồ Thị Búp", "relation": "child", "birth_date": "2012-05-01"}
    for at, (path, body) in enumerate((
        ("head", {"head": "{}", "reason": "agreement"}),
        ("members/{head}/departure", {"reason": "death", "new_head": "{}"}),
        ("split", {"persons": [{"person_id": "{}", "relation": "head"}], "village": "Tổ sáu"}),
    )):  # fmt: skip
        body["effective_on"] = "2022-07-01"
        made = office.household(village=f"Xóm {at}", members=[
            {"name": f"Hồ Văn Bút {'a' * at}", "relation": "head", "birth_year": 1961},
            {**child, "name": f"Hồ Thị Búp {'a' * at}"},
        ])  # fmt: skip
        one = f"{H}/{made['household_id']}/{path.format(head=made['persons'][0])}"
        sent = json.loads(json.dumps(body).replace("{}", made["persons"][1]))
        refused = office.request("case_worker", "POST", one, sent, version=1)
        assert refused.json["code"] == "possible_match", refused.json
        assert refused.json["matching"]["warnings"] == ["child_head"]
        sent["anyway"] = {"reason": "Mồ côi cha mẹ"}
        done = office.request("case_worker", "POST", one, sent, version=1)
        assert done.status_code == 201, done.json


def test_a_merger_that_brings_a_person_twice_is_confirmed(office: Office) -> None:
    head = {"name": "Hồ Thị Nụ", "relation": "head", "birth_date": "1961-03-04"}
    into = office.household(village="Xóm Nụ", members=[head])
    office.alike = False
    gone = office.household(village="Xóm Hoa", members=[{**head, "name": "HỒ THỊ NỤ"}])
    body = {
        "effective_on": "2022-07-01", "into": into["household_id"],
        "persons": [{"person_id": gone["persons"][0], "relation": "other"}],
    }  # fmt: skip
    path = f"{H}/{gone['household_id']}/merge"
    refused = office.request("case_worker", "POST", path, body, version=1)
    assert refused.json["matching"]["warnings"] == ["person_twice"]
    body["anyway"] = {"reason": "Hai bà trùng tên"}
    assert office.request("case_worker", "POST", path, body, version=1).status_code == 201


def test_joining_a_household_shows_who_has_the_name_and_birth(office: Office) -> None:
    first = register(office, entry("Hồ Thị Gấm", birth_date="1960-03-05", year=1960)).json
    other = register(office, entry("Lê Thị Nhung", year=1950)).json["household_id"]
    member = {"name": "Hồ Thị Gấm", "relation": "sibling", "sex": "female",
              "birth_date": "1960-03-05"}  # fmt: skip
    join = {"effective_on": "2022-07-01", "reason": "moved_in", "member": member}
    refused = office.request("case_worker", "POST", f"{H}/{other}/members", join, version=1)
    assert refused.json["code"] == "possible_match"
    (candidate,) = refused.json["matching"]["candidates"]
    assert candidate["household_id"] == first["household_id"]
    anyway = {**join, "anyway": {"reason": "Chị em họ", "seen": [candidate["ref"]]}}
    done = office.request("case_worker", "POST", f"{H}/{other}/members", anyway, version=1)
    assert (done.status_code, done.json["version"]) == (201, 3)


def test_a_number_of_another_sex_leaves_a_note_at_this_route_too(office: Office) -> None:
    done = register(office, entry("Hồ Thị Mận", id_number="046061000780"))
    assert "members/0/id_number_sex" in done.json["notes"]


# Rows of a list.


def import_of(office: Office, *households: Any) -> UUID:
    import_id = uuid4()
    services = office.services
    with services.pool.connection() as conn:
        actor = Actor("case_worker", "case_worker", HUONG_SO)
        job_store.request(
            conn, services.keyring, import_id=import_id, area=HUONG_SO,
            file=workbook(*households), actor=actor, requested_at=office.clock(),
        )  # fmt: skip
    import_job.run(services.application, import_id, office.clock)
    office.nudge.catch_up()
    return import_id


def test_a_row_that_waits_is_settled_through_the_api(office: Office) -> None:
    first = register(office, entry("Phan Thị Hoa", village="Tổ dân phố 8")).json["household_id"]
    listed = household(person("Phan Thị Hao", birth=1961, sex="Nữ"), village="Tổ dân phố 8")
    path = f"/api/v1/imports/{import_of(office, listed)}"
    assert office.request("case_worker", "GET", path).json["possible"] == 1
    (row,) = office.request("case_worker", "GET", f"{path}/matches").json["items"]
    assert (row["listed"]["name"], row["verdict"]) == ("Phan Thị Hao", None)
    assert [one["household_id"] for one in row["candidates"]] == [first]
    assert office.request("far.case_worker", "GET", f"{path}/matches").status_code == 404
    one = f"{path}/matches/{row['row']}"
    assert office.request("case_worker", "POST", one, {}).json["code"] == "anyway_without_reason"
    stranger = office.request("case_worker", "POST", one, {"same_as": str(uuid4())})
    assert stranger.json["code"] == "not_a_candidate"
    for _ in range(2):
        settled = office.request("case_worker", "POST", one, {"same_as": first})
        assert (settled.status_code, settled.json["outcome"]) == (200, "reclassified")
    otherwise = office.request("case_worker", "POST", one, {"reason": "khác"})
    assert (otherwise.status_code, otherwise.json["code"]) == (409, "settled_otherwise")
    assert office.request("case_worker", "GET", path).json["possible"] == 0
    assert office.request("case_worker", "GET", f"{H}/{first}").json["class"] == "poor"
    assert (
        office.request("case_worker", "POST", f"{path}/matches/999", {"reason": "x"}).status_code
        == 409
    )
