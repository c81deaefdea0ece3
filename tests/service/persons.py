"""Clients of the pages: a browser without JavaScript that signs in and sends forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from service.access import authentication
from tests.service.ui import browser
from tests.service.ui.browser import CSRF, PASSWORD

if TYPE_CHECKING:
    from tests.service.conftest import Office

KEY = re.compile(r'name="_key" value="([^"]+)"')


@dataclass
class Person:
    """A client with cookies of its own."""

    office: "Office"
    client: FlaskClient
    account: str = ""

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={"Accept": "text/html", **headers})

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:400])
        return str(answer.text)

    def send(self, page: str, action: str, /, **values: Any) -> Any:
        """Loads a page and sends a form of it; `values` beside what the form carries."""
        shown = self.text(page)
        csrf, key = CSRF.search(shown), KEY.search(shown)
        given = {"csrf_token": csrf[1] if csrf else "", "_key": key[1] if key else "", **values}
        given = {name: value for name, value in given.items() if value is not None}
        return self.client.post(action, data=given, headers={"Accept": "text/html"})

    def search(self, **values: Any) -> Any:
        """Sends the search of the list and goes where a browser goes on."""
        answer = self.send("/ho", "/ho", **values)
        return self.get(answer.headers["Location"]) if answer.status_code == 303 else answer

    def sign_in(self, account: str, password: str = PASSWORD) -> Any:
        self.account = account
        return self.send("/dang-nhap", "/dang-nhap", account=account, password=password)


@pytest.fixture(scope="module")
def with_passwords(office: "Office") -> "Office":
    """The office, where every account has the same password."""
    hashed = authentication.password_hash(PASSWORD)
    with psycopg.connect(office.database.url) as conn:
        conn.execute("update office.accounts set password_hash = %s", [hashed])
    return office


@pytest.fixture
def person(with_passwords: "Office") -> Any:
    """person("case_worker") is signed in; person("") is signed out."""

    def come(account: str) -> Person:
        someone = Person(with_passwords, with_passwords.app.test_client())
        if account:
            assert someone.sign_in(account).status_code == 303
        return someone

    return come


@pytest.fixture(scope="session")
def running_chromium() -> Iterator[Browser]:
    """One Chromium for all files: it takes as long to start as a walk. What a visitor has in it is
    a context of their own."""
    with browser.launched() as launched:
        yield launched


@pytest.fixture(scope="module")
def window(with_passwords: "Office", running_chromium: Browser) -> Any:
    """A real browser before the application: (browser, address)."""
    with browser.served(with_passwords.app) as address:
        yield running_chromium, address


@pytest.fixture
def come(window: Any) -> Any:
    """come("case_worker", size="phone", scripts=False) is signed in at a window of their own."""
    yield from browser.visitors(*window)
