"""Who is let in by a name and password, and by a token."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from service.access import accounts, authentication
from service.access.acts import By
from service.access.errors import PasswordOver, TooManyFailures, WrongPassword
from service.access.throttle import PER_NAME_AND_ADDRESS
from service.problems import NoSuchThing
from tests.service.conftest import NOW, Office

RIGHT, WRONG = "mot hai ba bon nam", "nam bon ba hai mot"


@pytest.fixture
def services(office: Office) -> Iterator[Any]:
    with office.app.app_context():
        yield office.app.extensions["socai"]


@pytest.fixture
def conn(office: Office) -> Iterator[Any]:
    with psycopg.connect(office.database.url, autocommit=True) as conn:
        yield conn


def come(services: Any, name: str, password: str, address: str = "10.0.0.1") -> str:
    request: Any = SimpleNamespace(remote_addr=address)
    return authentication.check_sign_in(services, request, name, password).account


@pytest.fixture
def person(conn: Any) -> str:
    name = f"an.{uuid4().hex[:8]}"
    accounts.create_account(conn, account=name, name="An", password=RIGHT, created_by="t", now=NOW)
    return name


def test_a_name_and_its_password_are_let_in_however_the_name_is_typed(
    services: Any, person: str
) -> None:
    assert come(services, f" {person.upper()}\t", RIGHT) == person
    for name, password in ((person, WRONG), (person, ""), ("", RIGHT), ("nobody", RIGHT)):
        with pytest.raises(WrongPassword):
            come(services, name, password)


def test_a_name_that_is_locked_is_not_let_in_by_the_right_password_either(
    services: Any, person: str
) -> None:
    for _ in range(PER_NAME_AND_ADDRESS):
        with pytest.raises(WrongPassword):
            come(services, person, WRONG)
    for password in (WRONG, RIGHT):
        with pytest.raises(TooManyFailures):
            come(services, person, password)
    assert come(services, person, RIGHT, "10.0.0.2") == person


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("an", "an"),
        (" An.B-c_9\t", "an.b-c_9"),
        ("a", ""),
        ("a" * 63, "a" * 63),
        ("a" * 64, ""),
        (".an", ""),
        ("a n", ""),
        ("ấn", ""),
        ("\u212an", ""),  # the sign of kelvin is small "k"
        ("an\u00a0", ""),
    ],
)
def test_no_other_letter_is_taken_for_one_of_a_name(typed: str, name: str) -> None:
    assert authentication.account_name(typed) == name


def test_a_token_is_its_accounts_until_it_ends_or_is_revoked(conn: Any, person: str) -> None:
    hour = timedelta(hours=1)
    token, secret = authentication.issue_token(conn, person, label="x", now=NOW, lifetime=hour)

    def held(after: timedelta) -> str | None:
        found = authentication.account_of_token(conn, secret, now=NOW + after)
        return found.account if found else None

    assert held(hour - timedelta(microseconds=1)) == person
    assert held(hour) is None
    for account, token_id in (("case_worker", token.id), (person, uuid4())):
        with pytest.raises(NoSuchThing):
            authentication.revoke_token(conn, account, token_id, now=NOW)
    assert held(timedelta(0)) == person
    for _ in range(2):
        authentication.revoke_token(conn, person, token.id, now=NOW)
        assert held(timedelta(0)) is None
    (listed,) = authentication.tokens_of(conn, person)
    assert (listed.id, listed.revoked_at) == (token.id, NOW)


def test_no_token_is_made_for_an_account_that_does_not_work(conn: Any) -> None:
    with pytest.raises(NoSuchThing):
        authentication.issue_token(conn, "nobody.at.all", label="x", now=NOW)


def test_a_password_for_once_ends_on_the_dot(services: Any, conn: Any, person: str) -> None:
    given = NOW - accounts.ONCE_FOR
    accounts.set_password(
        conn, person, RIGHT, by=By("quantri", given + timedelta(seconds=1), "quên"), once=True
    )
    assert come(services, person, RIGHT) == person
    accounts.set_password(conn, person, RIGHT, by=By("quantri", given, "quên"), once=True)
    with pytest.raises(PasswordOver):
        come(services, person, RIGHT)


def test_an_account_that_is_disabled_is_not_let_in(services: Any, conn: Any, person: str) -> None:
    accounts.disable_account(conn, person, now=NOW, by=By("quantri", NOW, "nghỉ việc"))
    with pytest.raises(WrongPassword):
        come(services, person, RIGHT)
