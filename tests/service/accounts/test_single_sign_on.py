"""Signing in through an OpenID Connect provider that really runs."""

import dataclasses
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.test import run_wsgi_app

from service.access import acts, sign_ons
from service.access.acts import By
from service.app import close_app, create_app
from tests.service.accounts.provider import application
from tests.service.conftest import Office
from tests.service.persons import Person


class Answers:
    """The provider, whose answer to a code a test may change on its way."""

    def __init__(self) -> None:
        self.inner = application()
        self.change: Callable[[dict[str, Any]], Any] | None = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        if self.change is None or not environ["PATH_INFO"].endswith("/token"):
            return self.inner(environ, start_response)
        body, status, headers = run_wsgi_app(self.inner, environ)
        changed = json.dumps(self.change(json.loads(b"".join(body)))).encode()
        headers["Content-Length"] = str(len(changed))
        start_response(status, list(headers))
        return [changed]


ANSWERS = Answers()


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider that vouches for whoever is told it."""
    server = make_server("127.0.0.1", 0, ANSWERS, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def joined(with_passwords: Office, provider: str) -> Iterator[Office]:
    """The office once more, with that provider in its settings."""
    client = requests.post(
        f"{provider}/oauth2/clients",
        json={
            "redirect_uris": ["http://localhost/dang-nhap/tro-lai"],
            "client_name": "socai",
        },
        timeout=10,
    ).json()
    settings = dataclasses.replace(
        with_passwords.services.settings,
        oidc_issuer=provider,
        oidc_client_id=client["client_id"],
        oidc_client_secret=client["client_secret"],
        oidc_claim="sub",
    )
    app = create_app(settings, clock=with_passwords.clock)
    yield dataclasses.replace(with_passwords, app=app)
    close_app(app)


def vouched_for(office: Office, who: str, wanted: str = "/tro-giup") -> tuple[Person, Any]:
    """Somebody comes back from the provider as `who`; the person and the last answer."""
    person = Person(office, office.app.test_client())
    assert "tài khoản công vụ" in person.text("/dang-nhap")
    led = person.get(f"/dang-nhap/noi-khac?next={wanted}")
    assert led.status_code == 302, led.text
    back = requests.post(
        led.headers["Location"], data={"sub": who}, allow_redirects=False, timeout=10
    ).headers["Location"]
    came = urlsplit(back)
    return person, person.get(f"{came.path}?{came.query}")


def test_whom_the_provider_vouches_for_is_signed_in_where_they_wanted_to_go(
    joined: Office,
) -> None:
    person, answer = vouched_for(joined, "auditor")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tro-giup")
    assert "auditor" in person.text("/tro-giup")


def test_somebody_without_an_account_here_stays_outside(joined: Office) -> None:
    person, answer = vouched_for(joined, "stranger")
    assert answer.headers["Location"] == "/dang-nhap"
    assert "chưa được cấp quyền trên hệ thống này" in person.text("/dang-nhap")
    assert person.get("/").headers["Location"].startswith("/dang-nhap")


def test_a_code_that_this_browser_did_not_ask_for_is_refused(joined: Office) -> None:
    asked = Person(joined, joined.app.test_client())
    led = asked.get("/dang-nhap/noi-khac")
    back = requests.post(
        led.headers["Location"], data={"sub": "auditor"}, allow_redirects=False, timeout=10
    ).headers["Location"]
    came = urlsplit(back)
    other = Person(joined, joined.app.test_client())
    answer = other.get(f"{came.path}?{came.query}")
    assert answer.status_code == 400
    assert "Đăng nhập công vụ không thành công" in answer.text
    assert other.get("/").headers["Location"].startswith("/dang-nhap")


@pytest.mark.parametrize(
    "change",
    [
        lambda said: {**said, "id_token": "not.a.token"},
        lambda said: {**said, "id_token": said["id_token"][:-8] + "AAAAAAAA"},
        lambda said: {**said, "id_token": ""},
        lambda said: {**said, "id_token": 7},
        lambda said: {**said, "id_token": said["id_token"].partition(".")[2]},
        lambda said: {"error": "invalid_grant"},
        lambda said: [],
        lambda said: {name: value for name, value in said.items() if name != "id_token"},
    ],
)
def test_what_is_no_token_is_answered_400_and_signs_nobody_in(
    joined: Office, change: Callable[[dict[str, Any]], Any]
) -> None:
    ANSWERS.change = change
    try:
        person, answer = vouched_for(joined, "auditor")
    finally:
        ANSWERS.change = None
    assert answer.status_code == 400, answer.text
    assert person.get("/").headers["Location"].startswith("/dang-nhap")


@pytest.mark.parametrize("who", ["AUDITOR", " auditor", "auditor ", "\uff41uditor", "\u212aiem"])
def test_a_name_that_is_not_the_very_same_is_another_name(joined: Office, who: str) -> None:
    _, answer = vouched_for(joined, who)
    assert answer.headers["Location"] == "/dang-nhap"


def test_an_account_belongs_to_the_person_who_came_first(joined: Office, provider: str) -> None:
    """A provider that gives the name of an account to another person opens nothing."""
    settings = dataclasses.replace(joined.services.settings, oidc_claim="preferred_username")
    app = create_app(settings, clock=joined.clock)
    office = dataclasses.replace(joined, app=app)
    for sub in ("person-1", "person-2"):
        claims = {"preferred_username": "inspector"}
        requests.put(f"{provider}/users/{sub}", json=claims, timeout=10)
    try:
        _, first = vouched_for(office, "person-1", "/")
        assert first.headers["Location"] == "/"
        _, other = vouched_for(office, "person-2", "/")
        assert other.headers["Location"] == "/dang-nhap"
        _, again = vouched_for(office, "person-1", "/")
        assert again.headers["Location"] == "/"
        with office.services.pool.connection() as conn:
            assert sign_ons.release(conn, "inspector", By("cli", joined.clock.now, "đổi người"))
        _, later = vouched_for(office, "person-2", "/")
        assert later.headers["Location"] == "/"
    finally:
        close_app(app)
    with joined.services.pool.connection() as conn:
        told = [one.act for one in acts.acts_in(conn, None, account="inspector", limit=9)]
    assert told[:3] == ["sign_on_pinned", "sign_on_released", "sign_on_pinned"]


@pytest.mark.parametrize(
    ("claims", "claim", "name"),
    [
        ({"sub": "an"}, "sub", "an"),
        ({"sub": "An"}, "sub", ""),
        ({"sub": 7}, "sub", ""),
        ({}, "sub", ""),
        ({"email": "an", "email_verified": True}, "email", "an"),
        ({"email": "an", "email_verified": "true"}, "email", ""),
        ({"email": "an", "email_verified": False}, "email", ""),
        ({"email": "an"}, "email", ""),
    ],
)
def test_an_account_is_named_letter_by_letter_and_by_verified_mail_alone(
    claims: dict[str, Any], claim: str, name: str
) -> None:
    assert sign_ons.named_account(claims, claim) == name


def test_without_a_provider_in_the_settings_nothing_is_offered(person: Any) -> None:
    assert "tài khoản công vụ" not in person("").text("/dang-nhap")
    answer = person("").get("/dang-nhap/noi-khac")
    assert answer.headers["Location"] == "/dang-nhap"
