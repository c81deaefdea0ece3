"""Every route that shows people leaves a line; made from the table of routes."""

from datetime import timedelta
from uuid import UUID

import pytest

from projections.imports.import_job import run
from service.access.identity_hits import ALLOWED, WINDOW
from tests.service.access.test_permissions import Case, bodies
from tests.service.bodies import REGISTER
from tests.service.conftest import AN_HOA, CITY, HUE, HUONG_SO, NOW, Office
from tests.service.expectations import API
from tests.service.expected import ANYBODY
from tests.service.households.expectations import H as HOUSEHOLD
from tests.service.readings import lines

H = "/api/v1/households"
READING = [route for route, one in API.items() if not one.reading.endswith("?")]
COMMANDS = [route for route in API if route.startswith(f"POST {HOUSEHOLD}")]


@pytest.fixture(scope="module")
def case(office: Office) -> Case:
    made = Case(office)
    run(office.services.application, UUID(made.ids["import_id"]), office.services.clock)
    return made


@pytest.mark.parametrize("route", READING)
def test_a_route_leaves_the_line_that_the_table_says(case: Case, route: str) -> None:
    expected = API[route].roles
    role = "" if expected == ANYBODY else expected.split()[-1]
    before = len(lines(case.office, role))
    answer = case.request(role, route)
    new = lines(case.office, role)[before:]
    if API[route].reading and answer.status_code < 400:
        assert [what for what, _, _ in new] == API[route].reading.split()
        assert {area for _, _, area in new} <= {HUONG_SO, HUE}
    else:
        assert new == []


@pytest.mark.parametrize("route", sorted(route for route in READING if API[route].reading))
def test_asking_for_the_head_alone_leaves_the_line_too(case: Case, route: str) -> None:
    method, path = route.split(" ")
    if method != "GET" or "errors" in path:
        return
    role = API[route].roles.split()[-1]
    before = len(lines(case.office, role))
    asked = {
        H: f"?area={HUE}",
        "/api/v1/certificates": "?household={household_id}",
        "/api/v1/eligible": f"?area={HUE}&benefit=policies/electricity",
        "/api/v1/targets/signs/households": (
            f"?area={HUE}&year=2023&sign=exits_before_the_cut_off"
        ),
        "/api/v1/coverage/households": (f"?area={HUE}&benefit=policies/electricity&what=eligible"),
    }
    path = (path + asked.get(path, "")).format(**case.ids)
    answer = case.office.request(role, "HEAD", path)
    assert answer.status_code == 200
    assert [what for what, _, _ in lines(case.office, role)[before:]] == API[route].reading.split()


def test_a_command_that_shows_the_household_leaves_a_line(case: Case) -> None:
    shown = 0
    for route in sorted(COMMANDS):
        office = case.office
        made = office.household()
        ids = {**case.ids, "household_id": made["household_id"], "person_id": made["persons"][1]}
        role = API[route].roles.split()[-1]
        body = bodies(office.household()["household_id"], made["persons"])[
            route.replace("{household_id}", "H")
        ]
        before = len(lines(office, role))
        answer = office.request(role, "POST", route[5:].format(**ids), body, version=1)
        new = lines(office, role)[before:]
        if answer.status_code == 201 and answer.json.get("household"):
            shown += 1
            assert [what for what, _, _ in new] == ["file"], route
        else:
            assert new == [], route
    assert shown >= 10


def test_the_line_stands_where_the_household_lives_now_whatever_day_is_asked(
    office: Office,
) -> None:
    said = office.household()
    one = f"{H}/{said['household_id']}"
    move = {"effective_on": "2023-04-01", "area": AN_HOA, "village": "Tổ 1"}
    assert office.request("case_worker", "POST", f"{one}/moves", move, version=1).status_code == 201
    then = office.request("auditor", "GET", f"{one}?as_of=2023-01-01")
    assert then.json["area"] == HUONG_SO
    assert lines(office, "auditor")[-1] == ("file", UUID(said["household_id"]), AN_HOA)


def test_a_list_says_how_it_was_filtered_and_how_many_it_showed(office: Office) -> None:
    office.household(village="Xóm Lọc")
    path = f"{H}?area={HUONG_SO}&village=Xóm Lọc&as_of=2023-01-01"
    assert len(office.request("chairman", "GET", path).json["items"]) == 1
    line = office.request("auditor", "GET", "/api/v1/read-log?account=chairman").json["items"][0]
    assert (line["what"], line["count"], line["household_id"]) == ("list", 1, None)
    assert line["filter"] == {"as_of": "2023-01-01", "village": "Xóm Lọc"}


def test_a_search_keeps_what_it_found_and_not_a_word_of_what_was_typed(office: Office) -> None:
    head = {"name": "Quách Thị Sầu Riêng", "relation": "head"}
    made = office.household(members=[head])["household_id"]
    for asked in (
        ("GET", f"{H}?q=sau rieng", None),
        ("POST", "/api/v1/searches", {"text": "Quách Sầu Riêng"}),
    ):
        assert office.request("surveyor", *asked).json["items"][0]["household_id"] == made
    path = f"/api/v1/read-log?household={made}&account=surveyor"
    found = office.request("auditor", "GET", path).json["items"]
    assert [line["what"] for line in found] == ["search", "search"]
    assert all(made in line["households"] for line in found)
    assert "rieng" not in str(found).casefold().replace("riêng", "rieng")


def test_a_list_of_the_unit_above_is_seen_by_whoever_oversees_a_unit_below(office: Office) -> None:
    office.account("ward.auditor", ("auditor", HUONG_SO))
    office.account("other.auditor", ("auditor", AN_HOA))
    office.household()
    assert office.request("province_officer", "GET", f"{H}?area={CITY}").status_code == 200
    for watcher in ("ward.auditor", "other.auditor", "auditor"):
        path = "/api/v1/read-log?account=province_officer"
        line = office.request(watcher, "GET", path).json["items"][0]
        assert (line["what"], line["area"]) == ("list", CITY), watcher
    assert office.request("far.auditor", "GET", path).json["items"] == []


def test_a_list_under_a_stated_reason_leaves_the_reason(office: Office) -> None:
    asked = {"area": "19804", "reason": "Đối chiếu danh sách của hộ chuyển đến"}
    assert office.request("far.chairman", "POST", "/api/v1/access-grants", asked).status_code == 201
    assert office.request("far.chairman", "GET", f"{H}?area=19804").status_code == 200
    body = {"text": "Bưởi", "area": "19804"}
    assert office.request("far.chairman", "POST", "/api/v1/searches", body).status_code == 200
    found = office.request("auditor", "GET", "/api/v1/read-log?account=far.chairman").json["items"]
    assert [(one["what"], one["reason"]) for one in found] == [
        ("search", asked["reason"]),
        ("list", asked["reason"]),
    ]


def test_a_repeat_after_the_household_moved_away_does_not_show_it(office: Office) -> None:
    body = {**REGISTER, "members": [{"name": "Lý Thị Mận", "relation": "head"}]}
    first = office.request("case_worker", "POST", H, body, key="moved-later")
    assert first.json["household"]["members"][0]["name"] == "Lý Thị Mận"
    one = f"{H}/{first.json['household_id']}"
    move = {"effective_on": "2023-04-01", "area": AN_HOA, "village": "Tổ 1"}
    moved = office.request("case_worker", "POST", f"{one}/moves", move, version=1)
    assert (moved.status_code, moved.json["status"]) == (201, "visible")
    assert moved.json["household"] is None
    again = office.request("case_worker", "POST", H, body, key="moved-later")
    assert (again.status_code, again.json["repeated"]) == (201, True)
    assert again.json["household"] is None


def test_a_repeat_shows_the_household_again_and_leaves_a_line(office: Office) -> None:
    first = office.request("case_worker", "POST", H, REGISTER, key="shown-again")
    before = len(lines(office, "case_worker"))
    again = office.request("case_worker", "POST", H, REGISTER, key="shown-again")
    assert again.json["household"] == first.json["household"]
    line = ("file", UUID(first.json["household_id"]), HUONG_SO)
    assert lines(office, "case_worker")[before:] == [line]


def number(at: int) -> str:
    return f"0461610{at:05d}"


def test_a_number_of_somebody_elsewhere_leaves_a_line_there_and_is_no_oracle(
    office: Office,
) -> None:
    office.account("guesser", ("case_worker", AN_HOA))
    heads = [{"name": "Ông Văn Me", "relation": "head", "id_number": number(1)}]
    made = office.household(members=heads)["household_id"]
    body = {**REGISTER, "area": AN_HOA, "members": heads}
    refused = office.request("guesser", "POST", H, body)
    assert refused.status_code == 409
    assert made not in refused.text
    assert lines(office, "guesser") == [("identity", UUID(made), HUONG_SO)]
    told = office.request("auditor", "GET", f"/api/v1/read-log?household={made}").json["items"]
    assert [(one["account"], one["what"]) for one in told] == [("guesser", "identity")]

    for _ in range(ALLOWED - 1):
        assert office.request("guesser", "POST", H, body).status_code == 409
    spent = office.request("guesser", "POST", H, body)
    assert (spent.status_code, spent.json["code"]) == (429, "too_many_identity_hits")
    assert int(spent.headers["Retry-After"]) > 0
    unknown = {**body, "members": [{**heads[0], "id_number": number(2)}]}
    assert office.request("guesser", "POST", H, unknown).status_code == 429
    without = {**body, "members": [{"name": "Ông Văn Me", "relation": "head"}]}
    assert office.request("guesser", "POST", H, without).status_code == 201
    office.clock.now = NOW + WINDOW + timedelta(seconds=1)
    assert office.request("guesser", "POST", H, body).status_code == 409


def test_a_number_within_reach_is_told_and_not_counted(office: Office) -> None:
    heads = [{"name": "Ông Văn Tài", "relation": "head", "id_number": number(3)}]
    made = office.household(members=heads)["household_id"]
    before = len(lines(office, "case_worker"))
    for _ in range(ALLOWED + 1):
        refused = office.request("case_worker", "POST", H, {**REGISTER, "members": heads})
        assert refused.json["values"]["household_id"] == made
    assert lines(office, "case_worker")[before:] == []
