"""Signing in, staying signed in, and out."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from service.access import accounts, authentication
from tests.service.conftest import NOW, Office
from tests.service.persons import CSRF, PASSWORD


def test_whoever_is_not_signed_in_is_led_to_the_form_and_then_where_they_wanted(
    person: Any,
) -> None:
    nobody = person("")
    answer = nobody.get("/?x=1")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/dang-nhap")
    led = nobody.send(
        "/dang-nhap", "/dang-nhap", account="auditor", password=PASSWORD, next="/tro-giup"
    )
    assert (led.status_code, led.headers["Location"]) == (303, "/tro-giup")
    assert "auditor" in nobody.text("/tro-giup")


@pytest.mark.parametrize("bad", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_never_leads_to_another_place(person: Any, bad: str) -> None:
    led = person("").send(
        "/dang-nhap", "/dang-nhap", account="auditor", password=PASSWORD, next=bad
    )
    assert led.headers["Location"] == "/"


def test_a_wrong_password_says_so_in_the_language_chosen(person: Any) -> None:
    nobody = person("")
    answer = nobody.sign_in("auditor", "wrong")
    assert answer.status_code == 401
    assert "Sai tên đăng nhập hoặc mật khẩu" in answer.text
    assert "wrong" not in answer.text
    nobody.send("/dang-nhap", "/ngon-ngu", language="en", next="/dang-nhap")
    assert "Wrong account or password" in nobody.sign_in("auditor", "wrong").text


def test_after_five_wrong_passwords_even_the_right_one_waits(
    person: Any, with_passwords: Office
) -> None:
    with_passwords.account("guessed")
    guesser = person("")
    for _ in range(5):
        assert guesser.sign_in("guessed", "no").status_code == 401
    answer = guesser.sign_in("guessed")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_a_form_without_its_token_is_refused(person: Any) -> None:
    nobody = person("")
    page = nobody.text("/dang-nhap")
    assert CSRF.search(page)
    for token in (None, "", "forged"):
        given = {"account": "auditor", "password": PASSWORD, "csrf_token": token}
        given = {name: value for name, value in given.items() if value is not None}
        answer = nobody.client.post("/dang-nhap", data=given, headers={"Accept": "text/html"})
        assert answer.status_code == 400
        assert "Biểu mẫu đã hết hạn" in answer.text


def test_signing_in_changes_the_cookie_and_the_token(person: Any) -> None:
    someone = person("")
    before = CSRF.search(someone.text("/dang-nhap"))
    cookie = someone.client.get_cookie("socai")
    someone.sign_in("auditor")
    after = CSRF.search(someone.text("/tro-giup"))
    assert before
    assert after
    assert before[1] != after[1]
    assert someone.client.get_cookie("socai").value != cookie.value
    first = someone.client.get_cookie("socai").value
    someone.send("/tro-giup", "/dang-nhap", account="auditor", password=PASSWORD)
    assert someone.client.get_cookie("socai").value != first
    someone.client.set_cookie("socai", first)
    assert someone.get("/").headers["Location"].startswith("/dang-nhap")


def test_the_cookie_is_for_the_server_alone(person: Any) -> None:
    answer = person("").sign_in("auditor")
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("socai=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_session_ends_by_itself(person: Any, with_passwords: Office) -> None:
    idle = person("auditor")
    with_passwords.clock.now = NOW + authentication.IDLE_FOR + timedelta(seconds=1)
    assert idle.get("/tro-giup").status_code == 200
    assert idle.get("/").headers["Location"].startswith("/dang-nhap")
    with_passwords.clock.now = NOW
    busy = person("auditor")
    step = timedelta(hours=1, minutes=50)
    moment = NOW
    while moment + step < NOW + authentication.LASTS:
        moment += step
        with_passwords.clock.now = moment
        assert not busy.get("/").headers["Location"].startswith("/dang-nhap")
    with_passwords.clock.now = NOW + authentication.LASTS
    assert busy.get("/").headers["Location"].startswith("/dang-nhap")


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(person: Any) -> None:
    someone = person("auditor")
    kept = someone.client.get_cookie("socai").value
    assert someone.send("/tro-giup", "/dang-xuat").status_code == 303
    someone.client.set_cookie("socai", kept)
    assert someone.get("/").headers["Location"].startswith("/dang-nhap")


def test_another_password_or_a_disabled_account_ends_every_session(
    person: Any, with_passwords: Office
) -> None:
    first, second = "p" * 12, "q" * 12
    with psycopg.connect(with_passwords.database.url, autocommit=True) as conn:
        accounts.create_account(
            conn, account="leaving", name="L", password=first, created_by="t", now=NOW
        )
        someone = person("")
        assert someone.sign_in("leaving", first).status_code == 303
        assert not someone.get("/").headers["Location"].startswith("/dang-nhap")
        accounts.set_password(conn, "leaving", second)
        assert someone.get("/").headers["Location"].startswith("/dang-nhap")
        assert someone.sign_in("leaving", second).status_code == 303
        accounts.disable_account(conn, "leaving", now=NOW)
        assert someone.get("/").headers["Location"].startswith("/dang-nhap")


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(person: Any) -> None:
    answer = person("").get("/dang-nhap")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "<style" not in answer.text
    assert " style=" not in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text


def test_programs_still_get_problems_and_people_get_pages(person: Any) -> None:
    nobody = person("")
    assert nobody.client.get("/nowhere").content_type == "application/problem+json"
    page = nobody.get("/nowhere")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert nobody.get("/api/v1/nowhere").content_type == "application/problem+json"
