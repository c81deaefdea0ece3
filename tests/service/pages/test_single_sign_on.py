"""Signing in through an OpenID Connect provider that really runs."""

import dataclasses
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from werkzeug.serving import make_server

from service.app import close_app, create_app
from tests.service.conftest import Office
from tests.service.pages.conftest import Person
from tests.service.pages.provider import application


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider that vouches for whoever is told it."""
    server = make_server("127.0.0.1", 0, application(), threaded=True)
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
        with_passwords.wiring.settings,
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
    assert "chưa có tài khoản ở đây" in person.text("/dang-nhap")
    assert person.get("/").headers["Location"].startswith("/dang-nhap")


def test_a_code_that_this_browser_did_not_ask_for_is_refused(joined: Office) -> None:
    asked = Person(joined, joined.app.test_client())
    led = asked.get("/dang-nhap/noi-khac")
    back = requests.post(
        led.headers["Location"], data={"sub": "auditor"}, allow_redirects=False, timeout=10
    ).headers["Location"]
    came = urlsplit(back)
    other = Person(joined, joined.app.test_client())
    assert other.get(f"{came.path}?{came.query}").headers["Location"] == "/dang-nhap"
    assert other.get("/").headers["Location"].startswith("/dang-nhap")


def test_without_a_provider_in_the_settings_nothing_is_offered(person: Any) -> None:
    assert "tài khoản công vụ" not in person("").text("/dang-nhap")
    answer = person("").get("/dang-nhap/noi-khac")
    assert answer.headers["Location"] == "/dang-nhap"
