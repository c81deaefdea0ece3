"""A window is led to its refused form, which Back and a reload find as often as they ask."""

import io
from typing import Any

import pytest
from redis.exceptions import RedisError

from service.ui import refused_forms
from service.ui.page_routes import PAGE
from tests.service.conftest import Office
from tests.service.households.poor_household import H, filled, poor
from tests.service.persons import KEY, Person
from tests.service.readings import lines

WINDOW = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}
OLD_WINDOW = {"Accept": "text/html", "Upgrade-Insecure-Requests": "1"}
NAME = "Hồ Văn Khế"


@pytest.fixture
def household(with_passwords: Office) -> str:
    with_passwords.services.redis.flushdb()
    return poor(with_passwords)


def at(household: str) -> str:
    return f"/ho/{household}/ghi/them-nguoi"


def refused(someone: Person, address: str, **typed: Any) -> Any:
    """What a window is answered to a form with a day that is none."""
    wrong = {"effective_on": "31/02/2023", "member__name": NAME, **typed}
    values = filled(someone.text(address), **wrong)
    return someone.client.post(address, data=values, headers=WINDOW)


def persons(office: Office, household: str) -> list[str]:
    return [
        one["name"] for one in office.request("auditor", "GET", f"{H}/{household}").json["members"]
    ]


def test_a_window_finds_its_refused_form_as_often_as_it_asks(person: Any, household: str) -> None:
    someone = person("case_worker")
    answer = refused(someone, at(household))
    assert answer.status_code == 303
    where = answer.headers["Location"]
    assert where.startswith(f"{at(household)}?bieu-mau=")
    assert "Kh" not in where
    for _ in range(3):
        shown = someone.get(where)
        assert shown.status_code == 200
        assert shown.headers["Cache-Control"] == "no-store"
        assert 'id="refusal"' in shown.text
        assert "31/02/2023" in shown.text
        assert filled(shown.text)["member.name"] == NAME
    assert 'id="refusal"' not in someone.text(at(household)), "the page itself is empty"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (WINDOW, 303),
        (OLD_WINDOW, 303),
        ({"Accept": "text/html"}, 422),
        ({"Accept": "text/html", "Sec-Fetch-Mode": "cors", "Upgrade-Insecure-Requests": "1"}, 422),
    ],
)
def test_a_program_gets_the_refusal_at_once(
    person: Any, household: str, headers: dict[str, str], status: int
) -> None:
    someone = person("case_worker")
    values = filled(someone.text(at(household)), effective_on="31/02/2023", member__name=NAME)
    answer = someone.client.post(at(household), data=values, headers=headers)
    assert answer.status_code == status


def test_what_is_mended_is_recorded_once_and_is_kept_no_more(
    person: Any, with_passwords: Office, household: str
) -> None:
    someone = person("case_worker")
    where = refused(someone, at(household)).headers["Location"]
    mended = filled(someone.text(where), effective_on="01/03/2023")
    assert someone.client.post(where, data=mended, headers=WINDOW).status_code == 303
    assert persons(with_passwords, household).count(NAME) == 1
    back = someone.text(where)
    assert NAME not in filled(back).values(), "Back finds the empty form"
    assert filled(back)["_key"] != mended["_key"]
    someone.client.post(where, data=mended, headers=WINDOW)
    assert persons(with_passwords, household).count(NAME) == 1


def test_a_second_refusal_takes_the_place_of_the_first(person: Any, household: str) -> None:
    someone = person("case_worker")
    first = refused(someone, at(household)).headers["Location"]
    values = filled(someone.text(first), member__name="Hồ Văn Xoài")
    second = someone.client.post(first, data=values, headers=WINDOW).headers["Location"]
    assert second == first
    assert filled(someone.text(first))["member.name"] == "Hồ Văn Xoài"


def test_what_changed_meanwhile_is_found_again_too(
    person: Any, with_passwords: Office, household: str
) -> None:
    someone = person("case_worker")
    values = filled(someone.text(at(household)), member__name=NAME, effective_on="01/03/2023")
    other = {**filled(someone.text(at(household))), "member.name": "Hồ Văn Xoài",
             "effective_on": "02/03/2023"}  # fmt: skip
    assert someone.client.post(at(household), data=other, headers=WINDOW).status_code == 303
    where = someone.client.post(at(household), data=values, headers=WINDOW).headers["Location"]
    shown = someone.text(where)
    assert "bieu-mau=" in where
    assert "Xoài" in shown
    assert filled(shown)["member.name"] == NAME


@pytest.mark.parametrize("other", ["case_worker", "chairman", "far.case_worker"])
def test_another_session_finds_nothing_of_it(person: Any, household: str, other: str) -> None:
    where = refused(person("case_worker"), at(household)).headers["Location"]
    assert NAME not in person(other).get(where).text


def test_a_form_of_another_page_is_not_shown(
    person: Any, with_passwords: Office, household: str
) -> None:
    someone = person("case_worker")
    where = refused(someone, at(household)).headers["Location"]
    elsewhere = where.replace(household, poor(with_passwords))
    assert NAME not in someone.text(elsewhere)


def test_signing_out_ends_it(person: Any, household: str) -> None:
    someone = person("case_worker")
    where = refused(someone, at(household)).headers["Location"]
    someone.send("/tro-giup", "/dang-xuat")
    assert someone.get(where).status_code == 303
    someone.sign_in("case_worker")
    assert NAME not in someone.text(where)


def test_each_look_at_it_is_in_the_read_log(
    person: Any, with_passwords: Office, household: str
) -> None:
    someone, account = person("surveyor"), "surveyor"
    address = f"/ho/{household}/ghi/phieu-b"
    values = {**filled(someone.text(address)), "effective_on": "31/02/2023"}
    where = someone.client.post(address, data=values, headers=WINDOW).headers["Location"]
    before = len(lines(with_passwords, account))
    someone.text(address)
    plain = len(lines(with_passwords, account)) - before
    assert plain > 0
    someone.text(where)
    assert len(lines(with_passwords, account)) - before == 2 * plain


def test_what_is_kept_is_sealed_bounded_and_ends(
    person: Any, with_passwords: Office, household: str
) -> None:
    someone, redis = person("case_worker"), with_passwords.services.redis
    where = [
        refused(someone, at(household)).headers["Location"]
        for _ in range(refused_forms.MOST_AT_ONCE + 3)
    ]
    kept = [one for one in redis.keys("*:refused:*") if redis.type(one) == b"string"]
    assert len(kept) == refused_forms.MOST_AT_ONCE
    for one in kept:
        assert b"Kh" not in redis.get(one) or "Khế".encode() not in redis.get(one)
        assert 0 < redis.ttl(one) <= refused_forms.KEPT_FOR
    assert NAME not in filled(someone.text(where[0])).values(), "the oldest went"
    assert NAME in filled(someone.text(where[-1])).values()


def test_without_the_place_to_keep_it_the_form_is_answered_at_once(
    person: Any, with_passwords: Office, household: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = person("case_worker")
    values = filled(someone.text(at(household)), effective_on="31/02/2023", member__name=NAME)

    def broken(*_args: Any, **_kwargs: Any) -> Any:
        raise RedisError

    monkeypatch.setattr(with_passwords.services.redis, "pipeline", broken)
    answer = someone.client.post(at(household), data=values, headers=WINDOW)
    assert answer.status_code == 422
    assert filled(answer.text)["member.name"] == NAME


def test_a_row_that_is_added_without_a_script_is_found_again(person: Any, household: str) -> None:
    someone = person("case_worker")
    values = {**filled(someone.text("/ho/moi")), "members.0.name": NAME, "add": "1"}
    where = someone.client.post("/ho/moi", data=values, headers=WINDOW).headers["Location"]
    shown = filled(someone.text(where))
    assert shown["members.0.name"] == NAME
    assert "members.1.name" in shown


def test_a_form_that_another_page_shows_is_found_on_that_page(person: Any) -> None:
    someone = person("administrator")
    page = someone.text("/tai-khoan/case_worker")
    key = KEY.search(page)
    assert key
    token = page[page.index('name="csrf_token" value="') + 25 :].split('"')[0]
    values = {"csrf_token": token, "_key": key[1], "role": "no_role", "area": "", "reason": "Xoài"}
    answer = someone.client.post("/tai-khoan/case_worker/vai-tro", data=values, headers=WINDOW)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/tai-khoan/case_worker?bieu-mau={key[1]}"
    assert 'id="refusal"' in someone.text(answer.headers["Location"])


def test_the_page_says_that_a_file_is_to_be_chosen_again(person: Any) -> None:
    someone = person("case_worker")
    page = someone.text("/nhap-danh-sach")
    key, token = KEY.search(page), page[page.index('name="csrf_token" value="') + 25 :]
    assert key
    values = {
        "csrf_token": token.split('"')[0],
        "_key": key[1],
        "effective_on": "31/02/2023",
        "file": (io.BytesIO(b"no list"), "danh-sach.xlsx"),
    }
    answer = someone.client.post("/nhap-danh-sach", data=values, headers=WINDOW)
    assert answer.status_code == 303, answer.text
    assert "Hãy chọn lại tệp" in someone.text(answer.headers["Location"])


def test_every_form_that_comes_back_has_a_page_where_it_is_found(office: Office) -> None:
    missing = set()
    for rule in office.app.url_map.iter_rules():
        view = office.app.view_functions[rule.endpoint]
        if "POST" not in (rule.methods or ()) or not getattr(view, PAGE, False):
            continue
        declared = view.declared
        if not declared.comes_back:
            continue
        values = {name: _any(rule, name) for name in rule.arguments}
        with office.app.test_request_context(rule.build(values)[1], method="POST"):
            if refused_forms.place_of_form(declared.shown_by) is None:
                missing.add(rule.endpoint)
    assert missing == set()


def _any(rule: Any, name: str) -> Any:
    samples = {
        "UUIDConverter": "0c1d1d0e-3f6b-5d0a-8a51-6c5f0e2b9a47",
        "IntegerConverter": 1,
        "EntryConverter": 1,
        "TableConverter": "R1",
    }
    return samples.get(type(rule._converters[name]).__name__, "474")
