"""A form sent after the session had ended comes back filled in, to its own account only."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from service.access import authentication
from service.ui import kept_forms
from tests.service.conftest import NOW, Office
from tests.service.households.poor_household import H, filled, poor
from tests.service.persons import CSRF, Person

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
TOO_LATE = NOW + authentication.IDLE_FOR + timedelta(minutes=1)
NAME = "Hồ Văn <Nhãn> & con"


def expired(office: Office, someone: Person, address: str, **typed: Any) -> Any:
    """What is answered to a form that was shown in time and sent too late."""
    values = filled(someone.text(address), **typed)
    office.clock.now = TOO_LATE
    return someone.client.post(address, data=values, headers={"Accept": "text/html"})


def opened(someone: Person, answer: Any) -> Any:
    """Signs in where the answer leads, and opens the form that is given back."""
    where = answer.headers["Location"]
    shown = someone.text(where)
    assert "còn nguyên" in shown
    gate = shown[shown.index('class="card"') :]
    target = html.unescape(re.search(r'name="next" value="([^"]+)"', gate)[1])  # type: ignore[index]
    assert someone.sign_in(someone.account).status_code == 303
    return again(someone, someone.text(target))


def again(someone: Person, page: str) -> Any:
    """Sends the page that leads back to a form, as its button does."""
    action = re.search(r'action="(/[^"]+)" class="card" data-at-once', page)
    assert action, page
    form = page[page.index("data-at-once") :]
    data: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(form):
        data.setdefault(name, []).append(html.unescape(value))
    return someone.client.post(action[1], data=data, headers={"Accept": "text/html"})


def persons(office: Office, household: str) -> list[str]:
    return [
        one["name"] for one in office.request("auditor", "GET", f"{H}/{household}").json["members"]
    ]


def test_a_form_about_a_household_comes_back_and_is_recorded_once(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    someone = person("case_worker")
    address = f"/ho/{household}/ghi/them-nguoi"
    answer = expired(with_passwords, someone, address, member__name=NAME.replace("<", "")
                     .replace(">", "").replace("& ", ""), effective_on="01/03/2023")  # fmt: skip
    assert answer.status_code == 303
    assert "Nhãn" not in answer.headers["Location"]
    shown = opened(someone, answer)
    assert shown.status_code == 200
    assert "còn nguyên" in shown.text
    assert len(persons(with_passwords, household)) == 2, "nothing is recorded by looking"
    values = filled(shown.text)
    assert values["member.name"] == "Hồ Văn Nhãn con"
    assert values["effective_on"] == "01/03/2023"
    sent = someone.client.post(address, data=values, headers={"Accept": "text/html"})
    assert sent.status_code == 303, sent.text
    assert "Hồ Văn Nhãn con" in persons(with_passwords, household)


def test_a_registration_comes_back_with_every_row(person: Any, with_passwords: Office) -> None:
    someone = person("case_worker")
    rows = {"village": "Tổ dân phố 7", "members.0.name": NAME, "members.1.name": "Lê Thị Bòng",
            "members.1.relation": "spouse", "address": "12 kiệt 3\nhẻm 4"}  # fmt: skip
    values = {**filled(someone.text("/ho/moi")), **rows}
    with_passwords.clock.now = TOO_LATE
    answer = someone.client.post("/ho/moi", data=values, headers={"Accept": "text/html"})
    shown = filled(opened(someone, answer).text)
    assert {name: shown[name] for name in rows} == rows


def test_the_form_of_a_page_that_checks_its_own_inputs_comes_back_too(
    person: Any, with_passwords: Office
) -> None:
    someone = person("administrator")
    page = someone.text("/tai-khoan")
    token, who = CSRF.search(page), re.search(r'name="_who" value="([^"]+)"', page)
    assert token
    assert who
    values = {
        "csrf_token": token[1],
        "_who": who[1],
        "account": "can.bo.moi",
        "name": "Nguyễn Xoài",
    }
    with_passwords.clock.now = TOO_LATE
    answer = someone.client.post("/tai-khoan", data=values, headers={"Accept": "text/html"})
    shown = opened(someone, answer)
    assert shown.status_code == 200
    assert 'value="can.bo.moi"' in shown.text
    assert someone.get("/tai-khoan/can.bo.moi").status_code == 404, "no account was made"


def test_nobody_else_gets_it(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords)
    someone, other = person("case_worker"), person("far.case_worker")
    answer = expired(
        with_passwords, someone, f"/ho/{household}/ghi/them-nguoi", member__name="Hồ Văn Khế"
    )
    target = re.search(r"/lam-tiep/[\w-]+", html.unescape(answer.headers["Location"]).replace(
        "%2F", "/"))  # fmt: skip
    assert target
    with_passwords.clock.now = NOW
    refused = other.get(target[0])
    assert refused.status_code == 400
    assert "Khế" not in refused.text


def test_what_is_kept_is_sealed_and_ends(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords)
    someone, redis = person("case_worker"), with_passwords.services.redis
    before = set(redis.keys("*:kept:*"))
    expired(with_passwords, someone, f"/ho/{household}/ghi/them-nguoi", member__name="Khế Rừng")
    (key,) = [one for one in set(redis.keys("*:kept:*")) - before if redis.type(one) == b"string"
              and len(redis.get(one)) > 50]  # fmt: skip
    assert "Khế".encode() not in redis.get(key)
    assert b"\\u1ebf" not in redis.get(key)
    assert 0 < redis.ttl(key) <= kept_forms.KEPT_FOR


def test_passwords_are_not_kept(person: Any, with_passwords: Office) -> None:
    someone = person("case_worker")
    page = someone.text("/tai-khoan/cua-toi")
    token, who = CSRF.search(page), re.search(r'name="_who" value="([^"]+)"', page)
    assert token
    assert who
    values = {
        "csrf_token": token[1],
        "_who": who[1],
        "present": "one secret",
        "password": "another",
    }
    with_passwords.clock.now = TOO_LATE
    answer = someone.client.post(
        "/tai-khoan/cua-toi/mat-khau", data=values, headers={"Accept": "text/html"}
    )
    where = answer.headers["Location"]
    assert someone.sign_in("case_worker").status_code == 303
    back = someone.text(html.unescape(where).replace("/dang-nhap?next=", ""))
    assert "one secret" not in back
    assert "another" not in back


@pytest.mark.parametrize("who", ["", "case_worker", "ImNhc2Ui.aaaa.bbbb"])
def test_a_form_that_does_not_prove_whose_it_is_is_not_kept(
    person: Any, with_passwords: Office, who: str
) -> None:
    household = poor(with_passwords)
    someone = person("case_worker")
    answer = expired(with_passwords, someone, f"/ho/{household}/ghi/them-nguoi", _who=who)
    assert answer.status_code == 401


def test_a_form_of_another_session_of_the_same_account_comes_back(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    someone = person("case_worker")
    address = f"/ho/{household}/ghi/them-nguoi"
    values = filled(someone.text(address), member__name="Hồ Văn Khế")
    someone.send("/tro-giup", "/dang-xuat")
    someone.sign_in("case_worker")
    answer = someone.client.post(address, data=values, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    shown = again(someone, answer.text)
    assert filled(shown.text)["member.name"] == "Hồ Văn Khế"
    # In the hands of another account the same form is expired, and shows nothing.
    other = person("chairman")
    refused = other.client.post(address, data=values, headers={"Accept": "text/html"})
    assert refused.status_code == 400
    assert "Khế" not in refused.text
