"""Fixtures of the service: the application on real servers, units, and an account of every role."""

import dataclasses
import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import argon2
import psycopg
import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from domain.areas.commands import NewUnit
from domain.commands.command import Actor, CommandContext, Document
from projections import heartbeats
from projections.catch_up import catch_up
from service import services
from service.access import accounts, authentication
from service.access.permissions import ROLES
from service.app import close_app, create_app
from service.capabilities import permissions
from service.config import Settings
from service.papers import pdf
from tests.calls import areas_of
from tests.conftest import Database, fresh_database, furnished_template
from tests.service.bodies import REGISTER
from tests.service.persons import (  # noqa: F401 (fixtures)
    come,
    person,
    running_chromium,
    window,
    with_passwords,
)
from tests.service.ui.browser import chromium
from tests.standards import standards

# Walks in Chromium need one. `.ci/run` installs it and insists; elsewhere they are left out where
# there is none, and the last lines of the run say so.
LEFT_OUT = not chromium() and "CI" not in os.environ
collect_ignore_glob = ["*_in_chromium.py"] if LEFT_OUT else []


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if LEFT_OUT:
        terminalreporter.write_line(
            "Left out: the walks in Chromium. Install chromium, or name one in CHROMIUM."
        )


NOW = datetime(2023, 12, 20, 2, 0, tzinfo=UTC)
FIRST_DAY = date(2004, 7, 8)
HUE, CITY, HUONG_SO, AN_HOA, HA_TINH, THACH_LINH = (
    f"{code}@{FIRST_DAY}" for code in ("46", "474", "19804", "19774", "42", "18085")
)
UNITS = (
    NewUnit("46", "Tỉnh Thừa Thiên Huế"),
    NewUnit("474", "Thành phố Huế", parent=HUE),
    NewUnit("19804", "Phường Hương Sơ", parent=CITY),
    NewUnit("19774", "Phường An Hòa", parent=CITY),
    NewUnit("42", "Tỉnh Hà Tĩnh"),
    NewUnit("18085", "Phường Thạch Linh", parent=HA_TINH),
)
SETTER = Actor("setter", "administrator")


class CatchUpNow:
    """Replaces the workers: brings the read models up to date at each nudge."""

    def __init__(self, wiring: Any) -> None:
        self._wiring = wiring
        self.awake = True
        self.jobs: list[tuple[str, UUID]] = []

    def catch_up(self) -> bool:
        if self.awake:
            catch_up(self._wiring.pool, self._wiring.keyring)
        return self.awake

    def job(self, task: str, job_id: UUID) -> bool:
        self.jobs.append((task, job_id))
        return True

    def resume_jobs(self) -> bool:
        return True

    def close(self) -> None:
        pass


class StandingClock:
    """A clock that changes only when a test sets it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Office:
    """The application with what a test needs to call its routes."""

    app: Flask
    database: Any
    clock: StandingClock
    nudge: CatchUpNow
    tokens: dict[str, str] = field(default_factory=dict)
    alike: bool = False
    """Whether households of earlier requests may come close to those of later ones. The tests of
    a file share a ward and a few names, and most are not about who is who."""

    @property
    def services(self) -> Any:
        return self.app.extensions["socai"]

    def workers_beat(self) -> None:
        """As if a process of each kind had just said that it lives; `CatchUpNow` does the work."""
        with psycopg.connect(self.database.url, autocommit=True) as conn:
            heartbeats.beat(conn, host="test", pid=1, born=0.0, does=heartbeats.KINDS)

    def account(self, name: str, *roles: tuple[str, str], villages: tuple[str, ...] = ()) -> str:
        """Makes an account with roles (role, area), held since 2022; returns its token."""
        with psycopg.connect(self.database.url) as conn:
            accounts.create_account(conn, account=name, name=name, created_by="test", now=NOW)
            for role, area in roles:
                accounts.grant_role(
                    conn, account=name, role=role, area=area, villages=villages,
                    valid_from=date(2022, 1, 1), granted_by="test", now=NOW,
                )  # fmt: skip
            _, self.tokens[name] = authentication.issue_token(conn, name, label="", now=NOW)
        return self.tokens[name]

    def request(
        self,
        account: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        version: int | str | None = None,
        **headers: str,
    ) -> Any:
        """One request of an account; `version` goes into If-Match."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if account:
            given["Authorization"] = f"Bearer {self.tokens[account]}"
        if key is not None:
            given["Idempotency-Key"] = key
        if version is not None:
            given["If-Match"] = f'"{version}"'
        client: FlaskClient = self.app.test_client()
        return client.open(path, method=method, json=body, headers=given)

    def household(self, **changed: Any) -> dict[str, Any]:
        """Registers a household in Hương Sơ; returns the answer."""
        answer = self.request("case_worker", "POST", "/api/v1/households", {**REGISTER, **changed})
        assert answer.status_code == 201, answer.json
        said: dict[str, Any] = answer.json
        return said


INSIDE = {
    "surveyor": HUONG_SO,
    "case_worker": HUONG_SO,
    "chairman": HUONG_SO,
    "province_officer": HUE,
    "auditor": HUE,
    "inspector": HUE,
    "administrator": "",
}


@pytest.fixture(scope="session", autouse=True)
def _passwords_cost_little() -> Iterator[None]:
    """Argon2 as it is, but for its cost: the tests sign in a thousand times.
    `accounts/test_accounts.py` looks at the cost that the product has."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(authentication, "_hasher", cheap)
        patch.setattr(authentication, "_NOBODYS_HASH", cheap.hash(secrets.token_hex(16)))
        yield


@pytest.fixture(scope="session", autouse=True)
def _standards_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "load_standards", standards)
        yield


class PrintedBefore:
    """In place of `subprocess` in the module that prints: a paper of the same template and data is
    the same bytes (tests/service/papers), and is set once."""

    CalledProcessError, TimeoutExpired = subprocess.CalledProcessError, subprocess.TimeoutExpired

    def __init__(self) -> None:
        self._known: dict[bytes, Any] = {}

    def run(self, command: list[str], *, input: bytes, **how: Any) -> Any:
        if input not in self._known:
            if len(self._known) > 200:
                self._known.clear()
            self._known[input] = subprocess.run(command, input=input, **how)
        return self._known[input]


@pytest.fixture(scope="session")
def _papers_of_before() -> PrintedBefore:
    return PrintedBefore()


@pytest.fixture(autouse=True)
def _papers_are_set_once(
    request: Any, monkeypatch: pytest.MonkeyPatch, _papers_of_before: PrintedBefore
) -> None:
    if request.path.parent.name != "papers":
        monkeypatch.setattr(pdf, "subprocess", _papers_of_before)


@dataclass(frozen=True)
class Furnished:
    """A database with units and accounts that every office begins as a copy of."""

    template: str
    keys: dict[str, bytes]
    tokens: dict[str, str]


@pytest.fixture(scope="session")
def furnished(postgres: Any, _valkey_server: Any) -> Iterator[Furnished]:
    """Units and accounts, made once for all files.

    Accounts: each role by its name inside Hương Sơ (Huế for those above), and "far.ROLE" in
    Hà Tĩnh.
    """
    keys = {name: secrets.token_bytes(32) for name in ("master_key", "index_key", "session_key")}
    tokens: dict[str, str] = {}

    def furnish(database: Database) -> None:
        with _open(database, _valkey_server, keys) as office:
            _furnish(office)
            tokens.update(office.tokens)

    for template in furnished_template(postgres, furnish):
        yield Furnished(template, keys, tokens)


@pytest.fixture(scope="module")
def office(postgres: Any, _valkey_server: Any, furnished: Furnished) -> Iterator[Office]:
    """One office for all tests of a file; each test makes the households it needs."""
    databases = fresh_database(postgres, furnished.template)
    database = next(databases)
    with (
        _open(database, _valkey_server, furnished.keys) as office,
        psycopg.connect(database.owner_url, autocommit=True) as owner,
    ):
        office.tokens.update(furnished.tokens)
        office.app.extensions[KEPT_APART] = office, owner
        yield office
    databases.close()


@contextmanager
def _open(database: Any, queue: Any, keys: dict[str, bytes]) -> Iterator[Office]:
    """The application on a database, without workers."""
    queue.start()
    clock = StandingClock()
    settings = Settings(
        database_url=database.url,
        database_owner_url=database.owner_url,
        redis_url=queue.url,
        data=Path("unused"),
        instance=f"test-{secrets.token_hex(4)}",
        **keys,
    )
    app = _app(settings)
    made = services.make_services(settings, clock, permissions())
    nudge = CatchUpNow(made)
    app.extensions["socai"] = dataclasses.replace(made, nudge=nudge)
    yield Office(app, database, clock, nudge)
    app.extensions.pop(KEPT_APART, None)
    made.nudge.close()
    close_app(app)


_APPS: dict[bytes, Flask] = {}
KEPT_APART = "tests-kept-apart"


def _app(settings: Settings) -> Flask:
    """The routes and pages for a session key, made once: to make them takes as long as a hundred
    requests. What a file of tests has of its own are the services: connections, clock, counters.
    """
    if settings.session_key not in _APPS:
        app = create_app(settings)
        close_app(app)
        app.before_request(lambda: _before_request(app))
        _APPS[settings.session_key] = app
    return _APPS[settings.session_key]


@pytest.fixture(autouse=True)
def _as_before(request: Any) -> Iterator[None]:
    yield
    if "office" in request.fixturenames:
        office = request.getfixturevalue("office")
        office.clock.now = NOW
        office.nudge.awake = True
        office.alike = False


def _before_request(app: Flask) -> None:
    if KEPT_APART in app.extensions:
        _keep_apart(*app.extensions[KEPT_APART])


def _keep_apart(office: Office, owner: psycopg.Connection) -> None:
    """Before a command: no household made by another test comes close to what it makes."""
    if request.method == "POST" and not office.alike:
        owner.execute("delete from store.match_keys")
        owner.execute("delete from store.claims where key >= 'w' and key < 'x'")


def _furnish(office: Office) -> None:
    areas = areas_of(office.services.application)
    for unit in UNITS:
        context = CommandContext(FIRST_DAY, SETTER, uuid4(), NOW, Document("124/2004/QĐ-TTg"))
        areas.establish(context, unit)
    areas.refresh()
    office.nudge.catch_up()
    for role in ROLES:
        office.account(role, (role, INSIDE[role]))
        far = "" if role == "administrator" else THACH_LINH if INSIDE[role] == HUONG_SO else HA_TINH
        office.account(f"far.{role}", (role, far))
    office.account("nobody")
