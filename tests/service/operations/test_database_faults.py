"""Whatever becomes of the database, a route answers 503 and when to come again, and never 500."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from service.access import accounts, authentication
from service.app import close_app, create_app
from service.config import Settings
from tests.service.bodies import REGISTER
from tests.service.conftest import NOW, Office

H = "/api/v1/households"

# What PostgreSQL says when it cannot: a full disk, no memory, too many connections, a shutdown, a
# deadlock and a serialization that fail every time, a lock and a statement that take too long, a
# broken disk, a server that only reads, a damaged page.
STATES = (
    "53100", "53200", "53300", "53400", "57P01", "57P02", "57P03", "40001", "40P01", "55P03",
    "57014", "58030", "25006", "XX000", "XX001",
)  # fmt: skip


def refused(answer: Any) -> None:
    """It is 503, as a problem or as a page, and says when to come again."""
    assert answer.status_code == 503, (answer.status_code, answer.text[:300])
    assert int(answer.headers["Retry-After"]) > 0


@contextmanager
def failing(office: Office, table: str, state: str) -> Iterator[None]:
    """Every write to a table fails with a SQLSTATE, as the server would say it."""
    with psycopg.connect(office.database.superuser_url, autocommit=True) as admin:
        admin.execute(
            sql.SQL(
                "create function public.fail() returns trigger language plpgsql as $$ begin"
                " raise exception 'it cannot' using errcode = {}; end $$"
            ).format(state)
        )
        admin.execute(
            f"create trigger fails before insert or update on {table}"
            " for each statement execute function public.fail()"
        )
        try:
            yield
        finally:
            admin.execute(f"drop trigger fails on {table}; drop function public.fail()")


def end_connections(office: Office) -> None:
    with psycopg.connect(office.database.superuser_url, autocommit=True) as admin:
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and usename = 'socai_app'"
        )


def recover(office: Office) -> None:
    """Connections that were ended are thrown away."""
    for pool in (office.services.pool, office.services.single):
        pool.wait(timeout=30)
        pool.check()


def events(office: Office) -> int:
    with psycopg.connect(office.database.url) as conn:
        row = conn.execute("select count(*) from store.events").fetchone()
        return int(row[0]) if row else -1


@pytest.mark.parametrize("state", STATES)
def test_a_command_that_the_database_cannot_save_may_come_again(office: Office, state: str) -> None:
    before, key = events(office), f"k-{state}"
    with failing(office, "store.events", state):
        refused(office.request("case_worker", "POST", H, REGISTER, key=key))
    assert events(office) == before
    again = office.request("case_worker", "POST", H, REGISTER, key=key)
    assert (again.status_code, again.json["repeated"]) == (201, False)


@pytest.mark.parametrize("state", ["53100", "25006", "40001", "57P01"])
def test_what_stands_outside_the_ledger_fails_the_same_way(office: Office, state: str) -> None:
    household_id = office.household()["household_id"]
    grant = {"area": "19774", "reason": "Đối chiếu hồ sơ chuyển đến"}
    with failing(office, "office.commands", state):
        refused(office.request("case_worker", "POST", "/api/v1/access-grants", grant))
    with failing(office, "office.read_log", state):
        refused(office.request("case_worker", "GET", f"{H}/{household_id}"))


def test_a_connection_that_is_ended_in_between_costs_one_request(office: Office) -> None:
    assert office.request("case_worker", "GET", "/api/v1/me").status_code == 200
    end_connections(office)
    codes = [office.request("case_worker", "GET", "/api/v1/me").status_code for _ in range(6)]
    assert set(codes) <= {200, 503}
    assert codes[-1] == 200
    recover(office)


def test_what_is_recorded_is_answered_though_the_database_goes_away_after_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = events(office)
    monkeypatch.setattr(office.nudge, "catch_up", lambda: end_connections(office) is None)
    answer = office.request("case_worker", "POST", H, REGISTER, key="k-recorded")
    assert (answer.status_code, answer.json["status"]) == (202, "still_updating")
    recover(office)
    assert events(office) == before + 1


def test_a_server_that_only_reads_refuses_writes_and_serves_reads(office: Office) -> None:
    name = sql.Identifier(office.database.name)
    with psycopg.connect(office.database.superuser_url, autocommit=True) as admin:
        only_reads = "alter role socai_app in database {} set default_transaction_read_only = {}"
        admin.execute(sql.SQL(only_reads).format(name, sql.SQL("on")))
        try:
            end_connections(office)
            recover(office)
            assert office.request("case_worker", "GET", "/api/v1/me").status_code == 200
            refused(office.request("case_worker", "POST", H, REGISTER))
        finally:
            admin.execute(sql.SQL(only_reads).format(name, sql.SQL("off")))
            end_connections(office)
            recover(office)
    assert office.request("case_worker", "POST", H, REGISTER).status_code == 201


def test_too_many_connections_are_a_fault_that_passes(office: Office) -> None:
    name = sql.Identifier(office.database.name)
    limit = "alter database {} connection limit {}"
    with psycopg.connect(office.database.superuser_url, autocommit=True) as admin:
        admin.execute(sql.SQL(limit).format(name, sql.SQL("0")))
        try:
            end_connections(office)
            for path in ("/api/v1/me", "/readyz"):
                refused(office.request("case_worker", "GET", path))
        finally:
            admin.execute(sql.SQL(limit).format(name, sql.SQL("-1")))
    recover(office)
    assert office.request("case_worker", "GET", "/api/v1/me").status_code == 200


def test_a_database_of_another_shape_is_a_fault_of_the_database(office: Office) -> None:
    with psycopg.connect(office.database.superuser_url, autocommit=True) as admin:
        admin.execute("alter table read.register rename to register_of_another_version")
        try:
            refused(office.request("case_worker", "GET", f"{H}?area=19804"))
        finally:
            admin.execute("alter table read.register_of_another_version rename to register")


def test_a_server_that_is_gone_is_said_at_every_kind_of_door(
    durable_database: Any, durable_postgres: Any, valkey: Any
) -> None:
    settings = Settings(
        database_url=durable_database.url,
        database_owner_url=durable_database.owner_url,
        redis_url=valkey.url,
        data=Path("unused"),
        master_key=secrets.token_bytes(32),
        index_key=secrets.token_bytes(32),
        session_key=secrets.token_bytes(32),
        instance=f"test-{secrets.token_hex(4)}",
    )
    with psycopg.connect(durable_database.url) as conn:
        accounts.create_account(conn, account="ai.do", name="Ai đó", created_by="test", now=NOW)
        _, token = authentication.issue_token(conn, "ai.do", label="", now=NOW)
    app = create_app(settings, clock=lambda: NOW)
    try:
        client = app.test_client()
        signed = {"Authorization": f"Bearer {token}"}
        assert client.get("/api/v1/me", headers=signed).status_code == 200
        shown = client.get("/dang-nhap", headers={"Accept": "text/html"})
        csrf = shown.text.split('name="csrf_token" value="')[1].split('"')[0]
        durable_postgres.stop("immediate")
        refused(client.get("/api/v1/me", headers=signed))
        refused(client.get("/readyz"))
        form = {"csrf_token": csrf, "account": "ai.do", "password": "mật khẩu nào đó"}
        page = client.post("/dang-nhap", data=form, headers={"Accept": "text/html"})
        refused(page)
        assert page.content_type.startswith("text/html")
        assert client.get("/healthz").status_code == 200
        durable_postgres.start()
        app.extensions["socai"].pool.wait(timeout=60)
        app.extensions["socai"].single.wait(timeout=60)
        answers = [client.get("/api/v1/me", headers=signed).status_code for _ in range(6)]
        assert answers[-1] == 200
    finally:
        close_app(app)
