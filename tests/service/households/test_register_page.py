"""Registering a household at its page, without a script: what a browser sends."""

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.service.conftest import AN_HOA, HUONG_SO, Office
from tests.service.households.poor_household import H, filled
from tests.service.persons import Person

NEW = "/ho/moi"
HEAD = {
    "village": "Tổ dân phố 3",
    "effective_on": "1/6/2022",
    "members.0.name": "Hồ Thị Bưởi",
    "members.0.birth_year": "1961",
}
PAGE_OF = re.compile(r"/ho/([0-9a-f-]{36})\?recorded=1-1#e-1")


def send(someone: Person, form: dict[str, Any] | None = None, /, **typed: Any) -> Any:
    """Sends the form, freshly loaded unless one is given, with these fields typed over."""
    values = {**(form or filled(someone.text(NEW))), **typed}
    return someone.client.post(NEW, data=values, headers={"Accept": "text/html"})


def number() -> str:
    return f"0461{uuid4().int % 10**8:08}"


@pytest.fixture
def worker(person: Any) -> Person:
    someone: Person = person("case_worker")
    return someone


def test_a_household_enters_with_its_members_and_is_shown_with_the_event_marked(
    worker: Person, with_passwords: Office
) -> None:
    form = filled(worker.text(NEW))
    assert form["area"] == HUONG_SO
    more = send(worker, form, **HEAD, add="1")
    assert more.status_code == 200
    form = filled(more.text)
    assert form["members.0.name"] == "Hồ Thị Bưởi"
    assert form["members.1.relation"] == ""
    typed = {"members.1.name": "Hồ Văn Cam", "members.1.relation": "child",
             "members.1.birth_date": "2/5/1990", "address": "12 kiệt 3"}  # fmt: skip
    answer = send(worker, form, **typed)
    assert answer.status_code == 303, answer.text
    found = PAGE_OF.search(answer.headers["Location"])
    assert found
    page = worker.text(answer.headers["Location"].partition("#")[0])
    assert 'class="event fresh"' in page
    shown = with_passwords.request("auditor", "GET", f"{H}/{found[1]}").json
    assert shown["address"] == "12 kiệt 3"
    assert [(one["name"], one["relation"], one["residence"], one["meritorious"])
            for one in shown["members"]] == [
        ("Hồ Thị Bưởi", "head", "permanent", False),
        ("Hồ Văn Cam", "child", "permanent", False),
    ]  # fmt: skip


def test_rows_go_again_and_the_others_keep_what_was_typed(worker: Person) -> None:
    form = filled(send(worker, **HEAD, add="1").text)
    form = filled(send(worker, form, **{"members.1.name": "Hồ Văn Cam"}, add="1").text)
    form = filled(send(worker, form, **{"members.2.name": "Hồ Văn Dừa"}, drop="1").text)
    names = {name: value for name, value in form.items() if name.endswith(".name")}
    assert names == {"members.0.name": "Hồ Thị Bưởi", "members.1.name": "Hồ Văn Dừa",
                     "members.__n__.name": ""}  # fmt: skip


def test_a_row_left_empty_is_nobody(worker: Person) -> None:
    form = filled(send(worker, **HEAD, add="1").text)
    assert send(worker, form).status_code == 303


def test_what_is_wrong_stands_beside_its_field_and_everything_is_kept(worker: Person) -> None:
    form = filled(send(worker, add="1").text)
    typed = {"village": "", "effective_on": "31/02/2022", "members.0.birth_year": "1961",
             "members.1.name": "Hồ Văn Cam", "members.1.birth_date": "ngày nào"}  # fmt: skip
    answer = send(worker, form, **typed)
    assert answer.status_code == 422
    for name in ("village", "effective_on", "members.0.name", "members.1.relation",
                 "members.1.birth_date"):  # fmt: skip
        assert f'id="e-{name}"' in answer.text, name
    kept = filled(answer.text)
    assert kept["members.1.birth_date"] == "ngày nào"
    assert kept["members.1.meritorious"] == kept["members.__n__.meritorious"] == "no"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12/2022", "Chưa rõ ngày"),
        ("31/02/2022", "Không có ngày này"),
        ("xx", "Không đọc được ngày"),
    ],
)
def test_a_day_that_is_none_is_refused_with_its_own_reason(
    worker: Person, typed: str, said: str
) -> None:
    for field in ("effective_on", "members.0.birth_date"):
        answer = send(worker, **{**HEAD, "members.0.birth_year": "", field: typed})
        assert answer.status_code == 422
        error = re.search(rf'id="e-{field}"[^>]*>(.*?)</', answer.text, re.S)
        assert error
        assert said in error[1]


def test_a_person_of_another_household_is_named_in_their_row(
    worker: Person, with_passwords: Office
) -> None:
    taken = number()
    with_passwords.household(
        members=[{"name": "Hồ Văn Ổi", "relation": "head", "id_number": taken}]
    )
    form = filled(send(worker, **HEAD, add="1").text)
    typed = {"members.1.name": "Hồ Văn Ổi", "members.1.relation": "child",
             "members.1.id_number": taken}  # fmt: skip
    answer = send(worker, form, **typed)
    assert answer.status_code == 409
    assert 'id="e-members.1.id_number"' in answer.text
    assert filled(answer.text)["members.1.id_number"] == taken
    assert send(worker, filled(answer.text), drop="1").status_code == 200


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"members.0.id_number": "12"}, "members.0.id_number"),
        ({"members.0.birth_year": "", "members.0.birth_date": "1/1/2023"}, "members.0.birth_date"),
        ({"members.0.relation": "child"}, "members.0.relation"),
        ({"effective_on": "01/01/2031"}, "effective_on"),
    ],
)
def test_a_refusal_finds_its_field(worker: Person, typed: dict[str, str], field: str) -> None:
    answer = send(worker, **{**HEAD, **typed})
    assert answer.status_code in (409, 422), answer.text
    assert f'id="e-{field}"' in answer.text


def test_the_same_number_twice_is_said_at_the_first_of_them(worker: Person) -> None:
    form = filled(send(worker, **HEAD, add="1").text)
    same = number()
    typed = {"members.0.id_number": same, "members.1.name": "Hồ Văn Cam",
             "members.1.relation": "child", "members.1.id_number": same}  # fmt: skip
    answer = send(worker, form, **typed)
    assert 'id="e-members.0.id_number"' in answer.text


def test_sending_it_twice_registers_one_household(worker: Person) -> None:
    form = filled(worker.text(NEW))
    first, again = send(worker, form, **HEAD), send(worker, form, **HEAD)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]


def test_a_household_that_is_not_shown_yet_is_said_to_be_recorded(
    worker: Person, with_passwords: Office
) -> None:
    form = filled(worker.text(NEW))
    with_passwords.nudge.awake = False
    answer = send(worker, form, **HEAD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ho")
    with_passwords.nudge.awake = True
    with_passwords.nudge.catch_up()
    assert "Đã lập hồ sơ." in worker.text("/ho")


def test_only_communes_within_reach_are_found_and_none_other_is_taken(worker: Person) -> None:
    found = send(worker, **{"area.q": "An Hòa", "find": "area"})
    assert found.status_code == 200
    assert AN_HOA not in found.text
    assert send(worker, **HEAD, area=AN_HOA).status_code == 403


def test_a_surveyor_of_some_villages_registers_in_those(
    person: Any, with_passwords: Office
) -> None:
    name = f"kept.{uuid4().hex[:8]}"
    with_passwords.account(name, ("surveyor", HUONG_SO), villages=("Tổ dân phố 7",))
    someone = _signed_in(person, with_passwords, name)
    assert filled(someone.text(NEW))["village"] == "Tổ dân phố 7"
    typed = {**HEAD, "village": "Tổ dân phố 3"}
    assert send(someone, **typed).status_code == 403
    assert send(someone, **{**typed, "village": "Tổ dân phố 7"}).status_code == 303


def _signed_in(person: Any, office: Office, name: str) -> Person:
    with office.services.pool.connection() as conn:
        conn.execute(
            "update office.accounts set password_hash = (select password_hash from office.accounts"
            " where account = 'surveyor') where account = %s",
            [name],
        )
    someone: Person = person(name)
    return someone


def test_the_list_leads_there_whoever_may(person: Any) -> None:
    assert NEW in person("surveyor").text("/ho")
    assert NEW not in person("auditor").text("/ho")


def test_an_input_sent_twice_is_refused_and_several_ticks_are_not(worker: Person) -> None:
    form = filled(worker.text(NEW))
    answer = worker.client.post(
        NEW, data={**form, **HEAD, "village": ["Tổ 1", "Tổ 2"]}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 400
    assert "village" in answer.text
    assert "Một mục được gửi hai lần" in answer.text


@pytest.mark.parametrize("name", ["members.²", "a.²", ".".join("a" * 900), "members." + "9" * 5000])
def test_an_input_with_an_odd_name_is_no_failure(worker: Person, name: str) -> None:
    form = filled(worker.text(NEW))
    answer = worker.client.post(
        NEW, data={**form, name: "1", "area": ""}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 422
    assert worker.client.get("/dang-nhap", query_string={name: "1"}).status_code < 500
    account = {"account": "nobody", "password": "x", name: "1"}
    assert worker.client.post("/dang-nhap", data=account).status_code < 500
