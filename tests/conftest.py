"""Fixtures of all tests: real servers, and a fresh migrated database for each test."""

import os
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from psycopg_pool import ConnectionPool

from service.embedded import Postgres, Valkey
from service.operations.migrate import APP_ROLE, SEARCH_PATH, migrate

OWNER_ROLE = "socai_owner"
PASSWORD = "tests"
TEMPLATE = "migrated"
SERVERS = "TEST_SERVERS"


# For runs on a busy machine (`tool.mutmut`): slow is not wrong.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])


class FakeClock:
    """A clock that changes only when a test sets it. Calling it gives aware UTC time."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self.now = now.astimezone(UTC)

    def advance(self, **how_far: float) -> datetime:
        """Move on by the keyword arguments of `timedelta`; returns the new time."""
        self.now += timedelta(**how_far)
        return self.now


# The longest files, longest first: at the end of a run one processor would wait for another.
LONGEST = (
    "test_any_input.py", "test_every_page_in_chromium.py", "test_bootstrap_up.py",
    "test_trial_lists.py", "test_pages_in_chromium.py", "test_import_ends.py",
    "test_sign_in_in_chromium.py", "test_conformance.py", "test_architecture.py",
    "test_acceptance_figures.py", "test_any_form.py", "test_leases.py", "test_embedded.py",
    "test_code_blocks.py", "test_who_is_on_the_list.py", "test_csrf.py", "test_import_kills.py",
    "test_cli.py", "test_catch_up.py", "test_list_in_chromium.py", "test_overview_in_chromium.py",
    "test_query_plans.py", "test_same_rows.py", "test_areas.py", "test_writers_and_reader.py",
    "test_frozen_web.py",
    "test_withdrawal_in_chromium.py", "test_behind_a_pooler.py", "test_database_faults.py",
    "test_demo_rounds.py", "test_grant_kills.py", "test_generated_client.py", "test_demo.py",
    "test_first_release.py", "test_signing_kills.py", "test_certificate_kills.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files of LONGEST come first."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


@dataclass
class Database:
    """One database of a test. `url` logs in as the service, `owner_url` as the owner,
    `superuser_url` as the administrator of the server."""

    name: str
    url: str
    owner_url: str
    superuser_url: str
    tcp_url: str
    server: Postgres
    _pools: list[ConnectionPool] = field(default_factory=list)

    @property
    def pool(self) -> ConnectionPool:
        """A pool of the service's role; opened on first use, closed after the test."""
        if not self._pools:
            self._pools.append(self.new_pool())
        return self._pools[0]

    def new_pool(self, *, min_size: int = 1, max_size: int = 12, **kwargs: Any) -> ConnectionPool:
        """Another pool of the service's role; the caller closes it."""
        return ConnectionPool(
            self.url, min_size=min_size, max_size=max_size, open=True, timeout=10, **kwargs
        )

    def close(self) -> None:
        for pool in self._pools:
            pool.close()


_MEMORY = Path("/dev/shm")
_ROOM = 8 * 2**30


@contextmanager
def server_folder() -> Iterator[Path]:
    """A folder for a server of the tests: in memory where it has room, as every test makes some
    300 files of a database there and no server of the tests outlives them."""
    room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM
    with tempfile.TemporaryDirectory(prefix="socai-", dir=_MEMORY if room else None) as folder:
        yield Path(folder)


@contextmanager
def postgres_server(*, durable: bool) -> Iterator[Postgres]:
    """A running server with the roles of the service and a migrated template.

    Where the environment names a folder of servers that run (`tests/mutation.py`), one of them.
    """
    lent = os.environ.get(SERVERS)
    if lent:
        server = Postgres(Path(lent) / ("durable" if durable else "pg"), PASSWORD, durable=durable)
        server.start()
        yield server
        return
    with server_folder() as folder:
        server = Postgres(folder / "pg", PASSWORD, durable=durable)
        server.start()
        try:
            make_template(server)
            yield server
        finally:
            if kept := _administrators.pop(server.home, None):
                kept.close()
            server.stop("immediate")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server without fsync."""
    with postgres_server(durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def _durable_server() -> Iterator[Postgres]:
    with postgres_server(durable=True) as server:
        yield server


@pytest.fixture
def durable_postgres(_durable_server: Postgres) -> Postgres:
    """A server with fsync on, which tests may kill and restart; it runs when a test begins."""
    _durable_server.start()
    return _durable_server


@pytest.fixture
def database(postgres: Postgres) -> Iterator[Database]:
    """A fresh migrated database on the fast server, dropped afterwards."""
    yield from fresh_database(postgres)


@pytest.fixture
def durable_database(durable_postgres: Postgres) -> Iterator[Database]:
    """A fresh migrated database on the server with fsync."""
    yield from fresh_database(durable_postgres)


@pytest.fixture
def empty_database(postgres: Postgres) -> Iterator[Database]:
    """A fresh database of the owner role with nothing in it."""
    yield from fresh_database(postgres, template="template0")


def make_template(server: Postgres) -> None:
    """Roles, and one migrated database that every test's own is a copy of."""
    with psycopg.connect(server.url(), autocommit=True) as admin:
        # Passwords that cost little to prove: the tests connect ten thousand times.
        admin.execute("alter role current_user set scram_iterations = 1")
        admin.execute("set scram_iterations = 1")
        admin.execute(sql.SQL("alter role current_user password {}").format(PASSWORD))
    server.ensure_role(APP_ROLE, PASSWORD)
    server.ensure_role(OWNER_ROLE, PASSWORD, member_of=APP_ROLE)
    server.let_act_as(OWNER_ROLE, APP_ROLE)
    server.ensure_database(TEMPLATE, OWNER_ROLE)
    with psycopg.connect(server.url(TEMPLATE, OWNER_ROLE), autocommit=True) as owner:
        migrate(owner)
    # The first connection after a change writes down what it learns of the catalogue, and a copy
    # of the database has it.
    psycopg.connect(server.url(TEMPLATE)).close()


def fresh_database(server: Postgres, template: str = TEMPLATE) -> Iterator[Database]:
    """Copy the template under a new name; drop the copy when the test is over."""
    name = "t" + secrets.token_hex(6)
    as_administrator(
        server,
        sql.SQL("create database {} owner {} template {} strategy {}").format(
            sql.Identifier(name),
            sql.Identifier(OWNER_ROLE),
            sql.Identifier(template),
            sql.Identifier("file_copy" if not server.durable else "wal_log"),
        ),
    )
    as_administrator(
        server,
        sql.SQL("alter database {} set search_path = {}").format(
            sql.Identifier(name), sql.SQL(SEARCH_PATH)
        ),
    )
    database = Database(
        name=name,
        url=server.url(name, APP_ROLE),
        owner_url=server.url(name, OWNER_ROLE),
        superuser_url=server.url(name),
        tcp_url=server.tcp_url(name, APP_ROLE),
        server=server,
    )
    try:
        yield database
    finally:
        database.close()
        server.start()  # a test may have killed it
        wait_for_last_session(server, name)
        as_administrator(
            server, sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
        )


_administrators: dict[Path, psycopg.Connection] = {}


def as_administrator(
    server: Postgres, statement: sql.Composed | sql.SQL, values: Sequence[object] = ()
) -> psycopg.Cursor:
    """Run a statement through one connection, which is kept: every test makes a database."""
    kept = _administrators.get(server.home)
    if kept is not None:
        try:
            return kept.execute(statement, values or None)
        except psycopg.OperationalError:  # a test killed the server, or stopped it
            kept.close()
    made = psycopg.connect(server.url(), autocommit=True)
    _administrators[server.home] = made
    return made.execute(statement, values or None)


def wait_for_last_session(server: Postgres, database: str) -> None:
    """Wait until the sessions that were closed are gone, or for a moment where one is left open.

    PostgreSQL looks for them itself when it drops a database, but then only every 100 ms.
    """
    asked = sql.SQL("select 1 from pg_stat_activity where datname = %s")
    deadline = time.monotonic() + 0.05
    while as_administrator(server, asked, [database]).fetchone() and time.monotonic() < deadline:
        threading.Event().wait(0.001)


def furnished_template(server: Postgres, furnish: Callable[[Database], None]) -> Iterator[str]:
    """The name of a migrated database that is filled once, for `fresh_database` to copy."""
    databases = fresh_database(server)
    database = next(databases)
    furnish(database)
    database.close()
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute(f"alter database {database.name} allow_connections false")
    yield database.name
    databases.close()


@pytest.fixture(scope="session")
def _valkey_server() -> Iterator[Valkey]:
    with server_folder() as folder:
        server = Valkey(folder / "valkey")
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def valkey(_valkey_server: Valkey) -> Valkey:
    """A running Valkey with nothing in it; `.url` is what Dramatiq and redis-py take."""
    _valkey_server.start()
    _valkey_server.wipe()
    return _valkey_server


@pytest.fixture
def clock() -> FakeClock:
    """2022-12-15 09:00 in Vietnam; `clock()`, `clock.set(...)`, `clock.advance(days=1)`."""
    return FakeClock(datetime(2022, 12, 15, 2, 0, tzinfo=UTC))


@pytest.fixture
def keyring(database: Database) -> Any:
    """The keyring of the test's database, under master and index keys of its own."""
    from domain.eventstore.personal import Keyring

    return Keyring(database.pool, secrets.token_bytes(32), secrets.token_bytes(32))


@pytest.fixture
def application(database: Database, keyring: Any, clock: Callable[[], datetime]) -> Any:
    """The write side on the test's database, with the standing clock."""
    from domain.application import SocaiApplication
    from tests.standards import standards

    return SocaiApplication(database.pool, keyring, standards(), clock=clock)
