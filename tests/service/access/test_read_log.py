"""Lists, searches, histories, the past; and that every reading leaves a line."""

from datetime import timedelta
from typing import Any

import pytest

from tests.service.bodies import DECISION, REGISTER, SURVEY
from tests.service.conftest import AN_HOA, HUE, HUONG_SO, NOW, Office

H = "/api/v1/households"


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "relation": "head", **more}


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [one["head"] for one in answer.json["items"]]


def poor(office: Office, **changed: Any) -> str:
    said = office.household(**changed)
    one = f"{H}/{said['household_id']}"
    surveyed = office.request("surveyor", "POST", f"{one}/surveys", SURVEY, version=1)
    body = {**DECISION, "survey_id": surveyed.json["created"]}
    decided = office.request("chairman", "POST", f"{one}/classifications", body, version=2)
    assert decided.status_code == 201, decided.json
    return one


def test_a_household_is_read_with_its_version_and_as_it_was_without_one(office: Office) -> None:
    one = poor(office)
    now = office.request("case_worker", "GET", one)
    assert now.headers["ETag"] == '"3"'
    assert now.json["class"] == "poor"
    assert now.json["standings"][0]["reasons"]
    then = office.request("case_worker", "GET", f"{one}?as_of=2022-10-01")
    assert "ETag" not in then.headers
    assert then.json["class"] == ""
    assert [survey["form"] for survey in then.json["surveys"]] == ["B/TT07-2021"]
    before = office.request("case_worker", "GET", f"{one}?as_of=2022-05-31")
    assert (before.status_code, before.json["code"]) == (404, "not_found")


def test_what_was_not_known_yet_is_not_shown(office: Office) -> None:
    one = f"{H}/{office.household()['household_id']}"
    office.clock.now = NOW + timedelta(days=2)
    late = {"effective_on": "2022-07-01", "causes": ["7"]}
    assert (
        office.request("case_worker", "POST", f"{one}/causes", late, version=1).status_code == 201
    )
    known = NOW.date() + timedelta(days=1)
    assert office.request("case_worker", "GET", f"{one}?known_at={known}").json["causes"] is None
    assert office.request("case_worker", "GET", one).json["causes"]["codes"] == ["7"]


def test_the_history_tells_each_event_in_the_language_asked_for(office: Office) -> None:
    one = poor(office)
    told = office.request("auditor", "GET", f"{one}/history").json
    assert [event["type"] for event in told["items"]] == [
        "household.registered",
        "household.surveyed",
        "household.classified",
    ]
    last = told["items"][-1]
    assert last["actor"] == {"account": "chairman", "role": "chairman", "area": HUONG_SO}
    assert last["document"]["number"] == "12/QĐ-UBND"
    assert last["effective_on"] == "2022-12-01"
    assert last["seq"] > told["items"][0]["seq"]
    english = office.request("auditor", "GET", f"{one}/history", Accept_Language="en").json
    assert english["items"][0]["sentence"] != told["items"][0]["sentence"]
    page = office.request("auditor", "GET", f"{one}/history?limit=2").json
    rest = office.request("auditor", "GET", f"{one}/history?after={page['next']}").json
    assert [*page["items"], *rest["items"]] == told["items"]
    assert rest["next"] is None


def test_the_list_is_searched_with_and_without_diacritics(office: Office) -> None:
    office.household(members=[person("Ngô Thị Quýt")])
    for q in ("Quýt", "quyt", "ngo quyt", "NGÔ THỊ"):
        assert "Ngô Thị Quýt" in names(office.request("case_worker", "GET", f"{H}?q={q}")), q
    assert names(office.request("case_worker", "GET", f"{H}?q=quỳt")) == []
    assert "Ngô Thị Quýt" in names(office.request("province_officer", "GET", f"{H}?q=quyt&area=46"))
    assert names(office.request("far.case_worker", "GET", f"{H}?q=quyt")) == []


def test_households_are_found_by_the_name_of_their_ward(office: Office) -> None:
    office.household(members=[person("Đặng Thị Me")])
    assert "Đặng Thị Me" in names(office.request("auditor", "GET", f"{H}?q=huong so&limit=200"))
    assert "Đặng Thị Me" not in names(office.request("auditor", "GET", f"{H}?q=an hoa&limit=200"))


def test_the_list_is_filtered_by_class_and_day(office: Office) -> None:
    poor(office, members=[person("Trần Thị Ổi")])
    assert "Trần Thị Ổi" in names(office.request("auditor", "GET", f"{H}?class=poor&q=oi"))
    assert names(office.request("auditor", "GET", f"{H}?class=near_poor&q=oi")) == []
    on = f"{H}?class=poor&q=oi&as_of=2022-11-30"
    assert names(office.request("auditor", "GET", on)) == []
    assert names(office.request("auditor", "GET", f"{H}?q=oi&as_of=2022-11-30")) == ["Trần Thị Ổi"]


def test_the_list_is_in_vietnamese_order_and_paged(office: Office) -> None:
    village = {"village": "Thôn Thứ Tự"}
    for name in ("Lê Văn Ý", "Lê Văn Đa", "Lê Văn Dạ", "Lê Văn Ất"):
        office.household(**village, members=[person(name)])
    path = f"{H}?village=Thôn Thứ Tự&limit=3"
    first = office.request("case_worker", "GET", path)
    assert names(first) == ["Lê Văn Ất", "Lê Văn Dạ", "Lê Văn Đa"]
    second = office.request("case_worker", "GET", f"{path}&after={first.json['next']}")
    assert names(second) == ["Lê Văn Ý"]
    assert second.json["next"] is None


@pytest.mark.parametrize("q", ["046161001234", "046 161 001 234", "Bưởi 191234567"])
def test_an_identity_number_is_not_taken_from_an_address(office: Office, q: str) -> None:
    answer = office.request("case_worker", "GET", f"{H}?q={q}")
    assert (answer.status_code, answer.json["code"]) == (422, "identity_number_in_url")


def test_an_identity_number_is_found_by_a_search_which_leaves_a_line(office: Office) -> None:
    said = office.household(members=[person("Võ Thị Lựu", id_number="046161009876")])
    body = {"text": "046 161 009 876"}
    assert names(office.request("case_worker", "POST", "/api/v1/searches", body)) == ["Võ Thị Lựu"]
    assert names(office.request("far.case_worker", "POST", "/api/v1/searches", body)) == []
    log = office.request("auditor", "GET", f"/api/v1/read-log?household={said['household_id']}")
    (line,) = log.json["items"]
    assert (line["account"], line["what"]) == ("case_worker", "search")


def test_without_an_area_an_account_of_several_areas_must_say_which(office: Office) -> None:
    office.account("two", ("case_worker", HUONG_SO), ("case_worker", AN_HOA))
    answer = office.request("two", "GET", H)
    assert (answer.status_code, answer.json["code"]) == (422, "area_needed")
    assert answer.json["values"]["areas"] == sorted([HUONG_SO, AN_HOA])
    assert office.request("two", "GET", f"{H}?area=19774").status_code == 200
    assert office.request("two", "GET", f"{H}?area=46").status_code == 403


def test_a_surveyor_is_kept_to_the_villages_given(office: Office) -> None:
    office.account("kept", ("surveyor", HUONG_SO), villages=("Xóm Kín",))
    own = office.household(village="Xóm Kín", members=[person("Mai Thị Kín")])
    other = office.household(village="Xóm Hở", members=[person("Mai Thị Hở")])
    assert office.request("kept", "GET", f"{H}/{own['household_id']}").status_code == 200
    assert office.request("kept", "GET", f"{H}/{other['household_id']}").status_code == 404
    assert names(office.request("kept", "GET", H)) == ["Mai Thị Kín"]
    assert office.request("kept", "GET", f"{H}?village=Xóm Hở").status_code == 403
    elsewhere = {**REGISTER, "village": "Xóm Hở"}
    assert office.request("kept", "POST", H, elsewhere).status_code == 403
    one = f"{H}/{other['household_id']}/surveys"
    assert office.request("kept", "POST", one, SURVEY, version=1).status_code == 404


def test_a_reason_opens_a_commune_for_reading_for_three_hours(office: Office) -> None:
    one = f"{H}/{office.household()['household_id']}"
    assert office.request("far.case_worker", "GET", one).status_code == 404
    asked = {"area": "19804", "reason": "Đối chiếu hồ sơ của hộ chuyển đến"}
    opened = office.request("far.case_worker", "POST", "/api/v1/access-grants", asked)
    assert opened.status_code == 201
    assert office.request("far.case_worker", "GET", one).status_code == 200
    assert office.request("far.case_worker", "GET", f"{one}/history").status_code == 200
    causes = {"effective_on": "2022-07-01", "causes": ["7"]}
    refused = office.request("far.case_worker", "POST", f"{one}/causes", causes, version=1)
    assert refused.status_code == 404
    log = office.request("auditor", "GET", f"/api/v1/read-log?household={one[-36:]}").json["items"]
    assert {(line["what"], line["reason"]) for line in log} == {
        ("file", asked["reason"]),
        ("history", asked["reason"]),
    }
    listed = office.request("inspector", "GET", "/api/v1/access-grants").json["items"]
    assert asked["reason"] in [grant["reason"] for grant in listed]
    office.clock.now = NOW + timedelta(hours=3)
    assert office.request("far.case_worker", "GET", one).status_code == 404


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"area": "46"}, "not_a_commune"),
        ({"area": "99999"}, "area_unknown"),
        ({"reason": "vì"}, "fields_refused"),
    ],
)
def test_a_whole_province_or_no_reason_opens_nothing(
    office: Office, changed: dict[str, str], code: str
) -> None:
    asked = {"area": "19804", "reason": "Đối chiếu hồ sơ", **changed}
    answer = office.request("far.case_worker", "POST", "/api/v1/access-grants", asked)
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_the_read_log_of_another_place_is_not_shown(office: Office) -> None:
    said = office.household()
    office.request("case_worker", "GET", f"{H}/{said['household_id']}")
    path = f"/api/v1/read-log?household={said['household_id']}"
    assert len(office.request("auditor", "GET", path).json["items"]) == 1
    assert office.request("far.auditor", "GET", path).json["items"] == []
    assert office.request("far.auditor", "GET", f"{path}&area={HUE}").status_code == 403


def test_a_household_that_moved_away_is_read_where_it_lives_now(office: Office) -> None:
    said = office.household()
    one = f"{H}/{said['household_id']}"
    move = {"effective_on": "2023-04-01", "area": AN_HOA, "village": "Tổ 1"}
    assert office.request("case_worker", "POST", f"{one}/moves", move, version=1).status_code == 201
    assert office.request("case_worker", "GET", one).status_code == 404
    assert office.request("province_officer", "GET", one).json["area"] == AN_HOA


def test_units_are_searched_by_anybody_signed_in(office: Office) -> None:
    found = office.request("administrator", "GET", "/api/v1/areas?q=huong so")
    assert [unit["unit"] for unit in found.json["items"]] == [HUONG_SO]
    under = office.request("surveyor", "GET", "/api/v1/areas?parent=474")
    assert {unit["code"] for unit in under.json["items"]} == {"19804", "19774"}
    one = office.request("surveyor", "GET", "/api/v1/areas/19804")
    assert [unit["code"] for unit in one.json["path"]] == ["474", "46"]
    assert office.request("surveyor", "GET", "/api/v1/areas/00000").status_code == 404


def test_counts_and_movements_add_up_with_their_denominator(office: Office) -> None:
    area = "/api/v1/areas/19774"
    people = {"effective_on": "2022-12-31", "households": 3488, "persons": 12940}
    declared = office.request("province_officer", "POST", f"{area}/population", people)
    assert declared.status_code == 201, declared.json
    again = office.request("province_officer", "POST", f"{area}/population", people, key="k-people")
    assert again.status_code == 201
    office.account("anhoa.cb", ("case_worker", AN_HOA))
    office.account("anhoa.ct", ("chairman", AN_HOA))
    said = office.request("anhoa.cb", "POST", H, {**REGISTER, "area": AN_HOA}).json
    body = {**DECISION, "class": "poor", "document": {**DECISION["document"], "number": "1"}}
    one = f"{H}/{said['household_id']}/classifications"
    decided = office.request("anhoa.ct", "POST", one, body, version=1)
    assert decided.status_code == 201, decided.json
    counted = office.request("auditor", "GET", "/api/v1/counts?area=19774&as_of=2022-12-31").json
    assert counted["all"] == {"households": 3488, "persons": 12940}
    assert (counted["poor"]["households"], counted["poor"]["persons"]) == (1, 2)
    assert counted["poor"]["rate_percent"] == "0.03"
    before = office.request("auditor", "GET", "/api/v1/counts?area=19774&as_of=2022-11-30").json
    assert before["poor"]["households"] == 0
    moved = office.request(
        "auditor", "GET", "/api/v1/movements?area=19774&from=2022-11-30&to=2022-12-31"
    ).json
    assert moved["poor"]["came"]["newly_arising"] == {"households": 1, "persons": 2}
    assert moved["poor"]["closing"] == {"households": 1, "persons": 2}
    assert moved["poor"]["balances"]


def test_a_denominator_below_what_is_listed_is_refused(office: Office) -> None:
    poor(office)
    poor(office, members=[person("Phan Thị Chuối")])
    people = {"effective_on": "2022-12-30", "households": 1, "persons": 1}
    answer = office.request("province_officer", "POST", "/api/v1/areas/19804/population", people)
    assert (answer.status_code, answer.json["code"]) == (409, "rate_above_hundred")


def test_where_a_person_is_already_is_told_only_inside_the_area(office: Office) -> None:
    number = {"id_number": "046161005555"}
    first = office.household(members=[person("Tạ Thị Dừa", **number)])
    body = {**REGISTER, "members": [person("Tạ Thị Dừa", **number)]}
    inside = office.request("case_worker", "POST", H, body)
    assert (inside.status_code, inside.json["code"]) == (409, "person_in_another_household")
    assert inside.json["values"]["household_id"] == first["household_id"]
    outside = office.request("far.case_worker", "POST", H, {**body, "area": "18085"})
    assert (outside.status_code, outside.json["code"]) == (409, "person_in_another_household")
    assert outside.json["values"] == {"member": 0}


def test_a_bare_code_is_read_as_of_the_day_that_is_asked_about(office: Office) -> None:
    paths = (
        "/api/v1/counts?area=19804&as_of=2010-01-01",
        "/api/v1/movements?area=19804&from=2009-12-31&to=2010-12-31",
        f"{H}?area=19804&as_of=2010-01-01",
    )
    for path in paths:
        assert office.request("auditor", "GET", path).json["area"] == HUONG_SO
    too_early = office.request("auditor", "GET", "/api/v1/counts?area=19804&as_of=2004-07-07")
    assert (too_early.status_code, too_early.json["code"]) == (422, "area_not_valid_on")
