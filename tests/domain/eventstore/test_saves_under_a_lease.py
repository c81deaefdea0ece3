"""A save under a lease is done while the lease is held, and ends before it is taken over."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from domain.eventstore.postgres import autocommitting
from domain.eventstore.recorder import PostgresRecorder
from domain.jobs.leases import Lease, Overtaken, take
from tests.domain.eventstore.saves import command, rows, stored


@pytest.fixture
def recorder(database: Any) -> PostgresRecorder:
    return PostgresRecorder(database.pool, wait_seconds=10)


@pytest.fixture
def conn(database: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url, autocommit=True) as conn:
        yield conn


@pytest.fixture
def lease(database: Any) -> Lease:
    with autocommitting(database.pool) as conn:
        taken = take(conn, "an import")
    assert taken is not None
    return taken


def run_out(conn: psycopg.Connection[Any]) -> None:
    conn.execute("update read.leases set until = now() - interval '1s'")


def test_a_save_under_a_lease_that_is_held_is_like_any_other(
    recorder: PostgresRecorder, lease: Lease
) -> None:
    assert recorder.insert_events(rows(count=2), lease=lease, commands=[command()]) == [1, 2]
    assert recorder.insert_events([], lease=lease, commands=[command()]) is None
    assert recorder.insert_events(rows(), lease=lease) == [3]


def test_nothing_is_saved_under_a_lease_that_another_took_over(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any], lease: Lease
) -> None:
    run_out(conn)
    assert take(conn, "an import") is not None
    for also in ({}, {"commands": [command()]}):
        with pytest.raises(Overtaken):
            recorder.insert_events(rows(), lease=lease, **also)
    with pytest.raises(Overtaken):
        recorder.insert_events([], lease=lease, commands=[command()])
    assert stored(conn) == 0
    assert conn.execute("select from store.commands").fetchone() is None


def test_a_lease_that_ran_out_is_not_taken_over_in_the_middle_of_a_save(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any], lease: Lease, database: Any
) -> None:
    """The save waits for a row that another transaction has; who asks for the lease waits too."""
    known = command()
    run_out(conn)
    with psycopg.connect(database.owner_url) as blocking:
        blocking.execute(
            "insert into store.commands (command_id, account, digest, answer, recorded_at)"
            " values (%s, 'other', '', '{}', now())",
            [known.command_id],
        )
        saving = threading.Thread(
            target=recorder.insert_events,
            args=[rows()],
            kwargs={"lease": lease, "commands": [known]},
        )
        saving.start()
        waits = "select from pg_stat_activity where wait_event_type = 'Lock'"
        while conn.execute(waits).fetchone() is None:
            threading.Event().wait(0.01)
        assert take(conn, "an import") is None
        blocking.rollback()
        saving.join()
    assert stored(conn) == 1
    assert take(conn, "an import") is not None
