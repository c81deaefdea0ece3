"""What `/readyz` and `./socai status` say is wanting, each with the fault itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from projections.status import ledger_status
from service.access import authentication
from service.cli.status import _lines
from tests.service.bodies import REGISTER, SURVEY
from tests.service.conftest import Office

H = "/api/v1/households"


@contextmanager
def owner(office: Office, begin: str, end: str) -> Iterator[None]:
    """Something done to the database from outside, and undone."""
    with psycopg.connect(office.database.superuser_url, autocommit=True) as admin:
        admin.execute(begin.encode())
        try:
            yield
        finally:
            admin.execute(end.encode())


def ready(office: Office) -> dict[str, Any]:
    office.workers_beat()
    answer = office.request("", "GET", "/readyz")
    assert answer.status_code == 200, answer.json
    said: dict[str, Any] = answer.json
    return said


def status(office: Office) -> str:
    with psycopg.connect(office.database.url) as conn:
        now = ledger_status(conn)
    answer: dict[str, Any] = {"processes": [], "queues": {}}
    return "\n".join(_lines(answer, now))


def test_nothing_is_wanting_where_all_is_well(office: Office) -> None:
    office.household()
    said = ready(office)
    assert (said["status"], said["wants"], said["lag"]) == ("ok", [], 0)


def test_lag_is_told_and_is_no_fault(office: Office) -> None:
    office.nudge.awake = False
    office.request("case_worker", "POST", H, REGISTER)
    said = ready(office)
    assert (said["status"], said["lag"]) == ("ok", 1)
    office.nudge.awake = True
    office.nudge.catch_up()


def test_parked_is_told(office: Office) -> None:
    row = "insert into read.parked (model, originator_id, since_seq, reason)"
    columns = row.replace("since_seq", _seq_column(office))
    begin = f"{columns} values ('register', gen_random_uuid(), 1, 'test')"
    with owner(office, begin, "delete from read.parked where reason = 'test'"):
        said = ready(office)
    assert (said["status"], said["wants"], said["parked"]) == ("degraded", ["parked"], 1)


def _seq_column(office: Office) -> str:
    with psycopg.connect(office.database.url) as conn:
        row = conn.execute(
            "select column_name from information_schema.columns where table_schema = 'read'"
            " and table_name = 'parked' and data_type = 'bigint'"
        ).fetchone()
    assert row
    return str(row[0])


def test_what_holds_the_ledger_back_is_told(office: Office) -> None:
    with psycopg.connect(office.database.superuser_url) as writer:
        writer.execute("create table public.held_back ()")
        office.request("case_worker", "POST", H, REGISTER)
        said = ready(office)
        writer.rollback()
    assert (said["status"], said["wants"], said["held_back"]) == ("degraded", ["held_back"], 1)
    office.nudge.catch_up()


def test_a_ledger_shorter_than_what_read_models_have_seen_is_told(office: Office) -> None:
    with owner(
        office,
        "update read.positions set seq = seq + 7 where model = 'register'",
        "update read.positions set seq = seq - 7 where model = 'register'",
    ):
        said, lines = ready(office), status(office)
    assert said["wants"] == ["ledger_shorter_than_read_models"]
    assert "has seen 7 events that the ledger lost: ./socai rebuild" in lines


def test_rows_of_a_newer_version_are_not_outdated(office: Office) -> None:
    with owner(
        office,
        "update read.positions set version = version + 1 where model = 'timeline'",
        "update read.positions set version = version - 1 where model = 'timeline'",
    ):
        said, lines = ready(office), status(office)
    assert said["wants"] == ["newer_version"]
    assert "made by a newer version" in lines


def test_a_dump_that_is_not_sealed_is_no_system_to_write_to(office: Office) -> None:
    with psycopg.connect(office.database.superuser_url, autocommit=True) as admin:
        admin.execute("alter table store.events disable trigger all")
        admin.execute(
            "insert into store.events"
            " (tx, originator_id, originator_version, topic, state, recorded_at)"
            " values ('900000000'::xid8, gen_random_uuid(), 1, 'household.registered:1', '{}',"
            " '2022-01-01')"
        )
        admin.execute("alter table store.events enable trigger all")
        admin.execute("alter table store.events enable always trigger append_only")
        try:
            answer = office.request("", "GET", "/readyz")
            assert answer.status_code == 503
            assert "not sealed" in status(office)
            before = admin.execute("select count(*) from store.commands").fetchone()
            refused = office.request("case_worker", "POST", H, REGISTER, key="k-unsealed")
            assert refused.status_code == 503
            assert admin.execute("select count(*) from store.commands").fetchone() == before
        finally:
            admin.execute("alter table store.events disable trigger all")
            admin.execute("delete from store.events where tx = '900000000'::xid8")
            admin.execute("alter table store.events enable trigger all")
            admin.execute("alter table store.events enable always trigger append_only")
    done = office.request("case_worker", "POST", H, REGISTER, key="k-unsealed")
    assert (done.status_code, done.json["repeated"]) == (201, False)


def test_a_clock_that_was_set_back_moves_no_household_back_and_is_told(office: Office) -> None:
    ahead = datetime.now(tz=UTC) + timedelta(hours=1)
    office.clock.now = ahead
    with psycopg.connect(office.database.url) as conn:
        for name in ("case_worker", "surveyor", "auditor"):
            began = ahead - timedelta(days=1)
            _, office.tokens[name] = authentication.issue_token(conn, name, label="", now=began)
    one = f"{H}/{office.household()['household_id']}"
    assert ready(office)["wants"] == ["clock_set_back"]
    assert "ahead of the clock" in status(office)
    office.clock.now = ahead - timedelta(hours=2)
    surveyed = office.request("surveyor", "POST", f"{one}/surveys", SURVEY, version=1)
    assert surveyed.status_code == 201, surveyed.json
    items = office.request("auditor", "GET", f"{one}/history").json["items"]
    moments = [datetime.fromisoformat(item["recorded_at"]) for item in items]
    assert moments == sorted(moments)
    assert moments[-1] >= ahead
