"""The commune that a household left sees only what was so while it lived there; and no answer tells
whether something outside exists."""

import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.service.bodies import REGISTER
from tests.service.conftest import AN_HOA, HUONG_SO, NOW, Office

H = "/api/v1/households"
LIST = f"{H}?area={HUONG_SO}&as_of=2023-02-01"


def said(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.json
    return answer.json


@pytest.fixture(scope="module", autouse=True)
def _case_worker_of_an_hoa(office: Office) -> None:
    office.account("anhoa.cb", ("case_worker", AN_HOA))


@pytest.fixture(scope="module")
def gone(office: Office) -> dict[str, Any]:
    """A household that moved to An Hòa, where it got another head, village and number."""
    members = [
        {"name": "Đoàn Thị Mơ", "relation": "head"},
        {"name": "Đoàn Văn Sấu", "relation": "child", "birth_year": 1990},
    ]
    made = office.household(village="Xóm Cũ", number="CU-1", members=members)
    at = f"{H}/{made['household_id']}"
    move = {"effective_on": "2023-04-01", "area": AN_HOA, "village": "Xóm Mới"}
    said(office.request("case_worker", "POST", f"{at}/moves", move, version=1))
    head = {"effective_on": "2023-05-01", "head": made["persons"][1], "reason": "agreement"}
    said(office.request("anhoa.cb", "POST", f"{at}/head", head, version=2))
    return {**made, "at": at}


def test_a_list_of_a_past_day_shows_the_household_as_it_was(office: Office, gone: Any) -> None:
    (one,) = [
        one
        for one in said(office.request("case_worker", "GET", f"{LIST}&limit=200"))["items"]
        if one["household_id"] == gone["household_id"]
    ]
    assert (one["head"], one["village"], one["number"]) == ("Đoàn Thị Mơ", "Xóm Cũ", "CU-1")
    assert one["area"] == HUONG_SO


@pytest.mark.parametrize("asked", ["q=sấu", "q=mơ", "q=cu-1", "q=xóm mới", "village=Xóm Mới"])
def test_no_search_of_the_old_commune_finds_it(office: Office, gone: Any, asked: str) -> None:
    for path in (f"{H}?{asked}", f"{LIST}&{asked}"):
        found = said(office.request("case_worker", "GET", path))["items"]
        assert gone["household_id"] not in [one["household_id"] for one in found], path
    body = {"text": asked.partition("=")[2]}
    found = said(office.request("case_worker", "POST", "/api/v1/searches", body))["items"]
    assert gone["household_id"] not in [one["household_id"] for one in found]


def test_where_it_stands_in_a_list_tells_nothing_of_its_head(office: Office, gone: Any) -> None:
    for name in ("An Văn An", "Vũ Văn Vũ"):
        office.household(members=[{"name": name, "relation": "head"}])
    rows = said(office.request("case_worker", "GET", f"{LIST}&limit=200"))["items"]
    assert rows[-1]["household_id"] == gone["household_id"]
    after: str | None = None
    paged: list[str] = []
    while True:
        page = said(
            office.request(
                "case_worker", "GET", f"{LIST}&limit=2" + (f"&after={after}" if after else "")
            )
        )
        paged += [one["household_id"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert paged == [one["household_id"] for one in rows]


def test_who_oversees_both_communes_sees_it_as_it_is(office: Office, gone: Any) -> None:
    path = f"{H}?area=474&as_of=2023-12-01&q=sấu"
    (one,) = said(office.request("auditor", "GET", path))["items"]
    assert (one["head"], one["village"]) == ("Đoàn Văn Sấu", "Xóm Mới")


@pytest.mark.parametrize("way", ["", "?as_of=2023-02-01", "/history"])
def test_its_file_is_that_of_the_new_commune(office: Office, gone: Any, way: str) -> None:
    refused = office.request("case_worker", "GET", gone["at"] + way)
    assert (refused.status_code, refused.json["code"]) == (404, "not_found")
    assert office.request("anhoa.cb", "GET", gone["at"] + way).status_code == 200


def test_the_other_part_of_a_split_does_not_tell_what_became_of_it(office: Office) -> None:
    members = [
        {"name": "Bạch Thị Cội", "relation": "head"},
        {"name": "Bạch Văn Nhánh", "relation": "child"},
    ]
    made = office.household(members=members)
    at = f"{H}/{made['household_id']}"
    going = [{"person_id": made["persons"][1], "relation": "head"}]
    body = {"effective_on": "2023-01-10", "village": "Tổ dân phố 4", "persons": going}
    branch = said(office.request("case_worker", "POST", f"{at}/split", body, version=1))["created"]
    move = {"effective_on": "2023-04-01", "area": AN_HOA, "village": "Xóm Mới"}
    out = f"{H}/{branch}"
    said(office.request("case_worker", "POST", f"{out}/moves", move, version=1))
    name = {
        "effective_on": "2023-05-01",
        "reason": "papers",
        "correction": {"name": "Bạch Văn Bí Mật"},
    }
    person = made["persons"][1]
    path = f"{out}/members/{person}/corrections"
    said(office.request("anhoa.cb", "POST", path, name, version=2))
    told = office.request("case_worker", "GET", f"{at}/history")
    assert told.status_code == 200
    assert "Bạch Văn Nhánh" in told.text
    assert "Bí Mật" not in told.text


class Statements:
    """Counts what is asked of the database."""

    def __init__(self, monkeypatch: Any) -> None:
        self.asked: list[str] = []
        for kind in (psycopg.Connection, psycopg.Cursor):
            self._count(monkeypatch, kind)

    def _count(self, monkeypatch: Any, kind: Any) -> None:
        really = kind.execute

        def execute(this: Any, query: Any, *more: Any, **named: Any) -> Any:
            # A pool that looks whether a connection still answers sends nothing at all.
            if kind is psycopg.Cursor and query:
                self.asked.append(re.sub(r"\s+", " ", str(query))[:60])
            return really(this, query, *more, **named)

        monkeypatch.setattr(kind, "execute", execute)


@pytest.mark.parametrize(
    ("who", "method", "way", "body"),
    [
        ("far.case_worker", "GET", "", None),
        ("far.case_worker", "GET", "/history", None),
        ("far.case_worker", "POST", "/causes", {"effective_on": "2023-01-01", "causes": ["7"]}),
        ("far.chairman", "GET", "", None),
    ],
)
def test_what_is_outside_costs_as_much_as_what_is_not(
    office: Office, monkeypatch: Any, who: str, method: str, way: str, body: Any
) -> None:
    made = office.household()["household_id"]
    counted = Statements(monkeypatch)
    costs = []
    for household_id in (made, str(uuid4())):
        tries = []
        for _ in range(3):  # one may prepare something, or look after a connection that was idle
            counted.asked.clear()
            answer = office.request(who, method, f"{H}/{household_id}{way}", body, version=1)
            assert (answer.status_code, answer.json["code"]) == (404, "not_found")
            tries.append(list(counted.asked))
        costs.append(min(tries, key=len))
    assert costs[0] == costs[1]
    assert costs[0]


def test_a_person_of_another_place_and_one_that_does_not_exist_are_refused_alike(
    office: Office,
) -> None:
    known = office.household()["persons"][0]
    answers = []
    for person in (known, str(uuid4())):
        members = [{"name": "Hồ Thị Bưởi", "relation": "head", "person_id": person}]
        body = {**REGISTER, "area": AN_HOA, "members": members}
        answer = office.request("anhoa.cb", "POST", H, body)
        answers.append((answer.status_code, {**answer.json, "request_id": ""}))
    assert answers[0] == answers[1]
    assert office.clock.now == NOW
