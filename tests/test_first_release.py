"""Data of the first release on the code of today: it migrates, and every figure stays."""

import base64
import dataclasses
import gzip
import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from projections.engine import ledger
from projections.rebuild.rebuild_job import renew
from service.access import authentication
from service.app import close_app, create_app
from service.config import Settings
from service.operations.backups import restore
from service.operations.migrate import pending
from tests.conftest import fresh_database
from tests.service.conftest import CatchUpNow, Office, StandingClock

FOLDER = Path(__file__).parent / "first_release"
THEN = json.loads(gzip.decompress((FOLDER / "answers.json.gz").read_bytes()))
# Words and cursors may change; what they stand beside may not.
WORDING = {"sentence", "next"}

# A household that has moved since is listed in its old commune as it was there; the first release
# showed its present village and number in that list, and sorted it by them.
MOVED_SINCE = "1e580e1c-63a7-41a7-93cb-5217c9eaca4a"

# What must never change, as text, by the name that the answers give it.
KEPT = {
    "events": "select concat_ws('|', position, originator_id, originator_version, topic,"
    " encode(sha256(state), 'hex'), extract(epoch from recorded_at))"
    " from store.events where position <= {newest} order by position",
    "ledger": "select concat_ws('|', seq, position, encode(leaf, 'hex'))"
    " from store.ledger where seq <= {events} order by seq",
    "commands": "select concat_ws('|', command_id, account, encode(digest, 'hex'), answer::text)"
    " from store.commands order by command_id",
    "persons": "select concat_ws('|', encode(key, 'hex'), holder, since, until)"
    " from store.claims where substr(key, 1, 1) in ('p', 'i', 'h') order by key",
    "subject_keys": "select concat_ws('|', subject, encode(wrapped, 'hex'), destroyed_at is null)"
    " from store.subject_keys order by subject",
}


@pytest.fixture(scope="module")
def upgraded(postgres: Any, _valkey_server: Any, tmp_path_factory: Any) -> Iterator[Office]:
    """The office of the first release on the code of today, with fresh tokens."""
    _valkey_server.start()
    databases = fresh_database(postgres)
    database = next(databases)
    keys = {
        name: base64.b64decode(value)
        for name, value in json.loads((FOLDER / "keys.json").read_text()).items()
    }
    settings = Settings(
        database_url=database.url,
        database_owner_url=database.owner_url,
        redis_url=_valkey_server.url,
        data=tmp_path_factory.mktemp("data"),
        session_key=secrets.token_bytes(32),
        instance=f"test-{secrets.token_hex(4)}",
        **keys,
    )
    report = restore(settings, FOLDER / "data.dump")
    assert report.ok, report.problems
    clock = StandingClock()
    clock.now = datetime.fromisoformat(THEN["now"])
    app = create_app(settings, clock=clock)
    services = app.extensions["socai"]
    nudge = CatchUpNow(services)
    app.extensions["socai"] = dataclasses.replace(services, nudge=nudge)
    office = Office(app, database, clock, nudge)
    with psycopg.connect(database.url) as conn:
        for name in {one["by"] for one in (*THEN["asked"], *THEN["repeats"])}:
            _, office.tokens[name] = authentication.issue_token(conn, name, label="", now=clock.now)
    nudge.catch_up()
    yield office
    services.nudge.close()
    close_app(app)
    databases.close()


def differences(then: Any, now: Any, where: str = "") -> Iterator[str]:
    """Where an answer of today does not say what the first release said; it may say more."""
    if isinstance(then, dict) and isinstance(now, dict):
        for name, value in then.items():
            if name in WORDING:
                continue
            if name not in now:
                yield f"{where}.{name} is missing"
            else:
                yield from differences(value, now[name], f"{where}.{name}")
    elif isinstance(then, list) and isinstance(now, list):
        if then and isinstance(then[0], dict) and "household_id" in then[0] and "head" in then[0]:
            # A list of households: which of two equal names comes first is no figure.
            listed = {one["household_id"]: one for one in now}
            then = [one for one in then if one["household_id"] != MOVED_SINCE or "=46" in where]
            missing = [one["household_id"] for one in then if one["household_id"] not in listed]
            if missing:
                yield f"{where}: without {missing}"
                return
            now = [listed[one["household_id"]] for one in then]
        if len(then) != len(now):
            yield f"{where}: {len(now)} instead of {len(then)}"
        for place, (one, other) in enumerate(zip(then, now, strict=False)):
            yield from differences(one, other, f"{where}.{place}")
    elif then != now:
        yield f"{where}: {now!r} instead of {then!r}"


def kept(conn: psycopg.Connection[Any], table: str) -> dict[str, Any]:
    """How many rows of a kept table there are, and the digest of them all."""
    newest = conn.execute("select max(position) from store.ledger").fetchone()
    statement = KEPT[table].format(newest=newest[0] if newest else 0, events=THEN["events"])
    rows = conn.execute(statement).fetchall()  # type: ignore[call-overload]
    text = "\n".join(row[0] for row in rows)
    return {"rows": len(rows), "sha256": hashlib.sha256(text.encode()).hexdigest()}


def test_the_shape_is_that_of_today(upgraded: Office) -> None:
    with psycopg.connect(upgraded.database.url) as conn:
        assert pending(conn) == []
        behind = conn.execute("select model from read.positions where seq <> %s", [THEN["events"]])
        assert behind.fetchall() == []
    assert renew(upgraded.services.pool) is None, "a read model is of another version"


@pytest.mark.parametrize("table", KEPT)
def test_what_was_recorded_is_there_byte_for_byte(upgraded: Office, table: str) -> None:
    with psycopg.connect(upgraded.database.url) as conn:
        assert kept(conn, table) == THEN["tables"][table]


def test_every_event_of_it_can_be_read_and_verified(upgraded: Office) -> None:
    with psycopg.connect(upgraded.database.url, autocommit=True) as conn:
        report = ledger.verify(conn)
        assert (report.problems, report.pending) == ((), 0)
        assert report.events == THEN["events"]
        unreadable = [one.unreadable for one in ledger.read(conn, 0, 10_000) if one.unreadable]
        parked = conn.execute("select model, reason from read.parked").fetchall()
    assert unreadable == []
    assert parked == []


def test_the_read_log_of_that_time_is_still_there(upgraded: Office) -> None:
    with psycopg.connect(upgraded.database.url) as conn:
        found = conn.execute(
            "select count(*) from office.read_log where read_at < %s", [THEN["now"]]
        ).fetchone()
    assert found == (THEN["tables"]["read_log"]["rows"],)


@pytest.mark.parametrize("kind", ["counts", "movements", "areas", "households", "others"])
def test_every_figure_stays(upgraded: Office, kind: str) -> None:
    def kind_of(path: str) -> str:
        name = path.removeprefix("/api/v1/").split("/")[0].split("?")[0]
        return name if name in ("counts", "movements", "areas", "households") else "others"

    wanted = [one for one in THEN["asked"] if kind_of(one["path"]) == kind]
    assert wanted
    found = {}
    for one in wanted:
        answer = upgraded.request(one["by"], "GET", one["path"])
        assert answer.status_code == 200, (one["path"], answer.json)
        if wrong := list(differences(one["answer"], answer.json, one["path"]))[:5]:
            found[one["path"]] = wrong
    assert found == {}


@pytest.mark.parametrize("repeat", THEN["repeats"], ids=lambda one: one["key"])
def test_a_command_of_that_time_that_comes_again_is_known(
    upgraded: Office, repeat: dict[str, Any]
) -> None:
    answer = upgraded.request(
        repeat["by"],
        "POST",
        repeat["path"],
        repeat["body"],
        key=repeat["key"],
        version=repeat.get("version"),
    )
    assert answer.status_code in (201, 202), answer.json
    assert answer.json["repeated"] is True
    assert answer.json["household_id"] == repeat["household_id"]
