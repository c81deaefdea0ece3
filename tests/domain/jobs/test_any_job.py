"""A kind of job that only the tests know: attempts, errors, leases, and parts for each worker."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.eventstore.postgres import autocommitting
from domain.jobs import parts
from domain.jobs.parts import claim, claim_in_transaction
from domain.jobs.table import JobTable
from tests.conftest import Database

NOW = datetime(2023, 1, 1, tzinfo=UTC)
FIRST, SECOND = UUID(int=1), UUID(int=2)
CHORES = JobTable[UUID](
    "chore",
    "office.chores",
    finished="status = 'done'",
    left_over="leftover",
    began="status = 'running'",
    most_attempts=2,
)


class ToldToEnd(BaseException):
    """A worker is told to end."""


@pytest.fixture
def chores(database: Database) -> Database:
    """A table with two jobs, the second of them asked for first."""
    with psycopg.connect(database.superuser_url) as conn:
        conn.execute(
            "create table office.chores (id uuid primary key, requested_at timestamptz,"
            " started_at timestamptz, status text default 'waiting', error text default '',"
            " attempts smallint default 0, leftover boolean default false)"
        )
        conn.execute("grant all on office.chores to socai_app")
        conn.execute(
            "insert into office.chores (id, requested_at) values (%s, '2023-01-02'),"
            " (%s, '2023-01-01')",
            [FIRST, SECOND],
        )
    return database


@contextmanager
def reading(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with database.pool.connection() as conn:
        yield conn


def begin(database: Database) -> tuple[Any, ...] | None:
    with reading(database) as conn:
        return CHORES.begin(conn, FIRST, NOW, "attempts, error, status, started_at")


def test_the_oldest_job_is_offered_first_until_nothing_of_it_is_left(chores: Database) -> None:
    with reading(chores) as conn:
        assert CHORES.unfinished(conn) == [SECOND, FIRST]
        conn.execute("update office.chores set status = 'done' where id = %s", [SECOND])
        assert CHORES.unfinished(conn) == [FIRST]
        conn.execute("update office.chores set leftover = true where id = %s", [SECOND])
        assert CHORES.unfinished(conn) == [SECOND, FIRST]


def test_an_attempt_counts_when_it_begins_and_clears_the_error_of_the_one_before(
    chores: Database,
) -> None:
    assert begin(chores) == (1, "", "running", NOW)
    with pytest.raises(OSError, match="secret"), CHORES.attempt(chores.pool, FIRST):
        raise OSError("secret")
    with reading(chores) as conn:
        row = conn.execute("select error from office.chores where id = %s", [FIRST]).fetchone()
        assert row == ("OSError",)
    assert begin(chores) == (2, "", "running", NOW)
    assert not CHORES.is_given_up(2)
    assert CHORES.is_given_up(3)


def test_an_attempt_of_a_worker_that_was_told_to_end_does_not_count(chores: Database) -> None:
    begin(chores)
    with pytest.raises(ToldToEnd), CHORES.attempt(chores.pool, FIRST, told_to_end=ToldToEnd):
        raise ToldToEnd
    assert begin(chores) == (1, "", "running", NOW)


def test_a_finished_job_does_not_begin_again_and_an_unknown_one_is_refused(
    chores: Database,
) -> None:
    with reading(chores) as conn:
        conn.execute("update office.chores set status = 'done' where id = %s", [FIRST])
    assert begin(chores) is None
    with reading(chores) as conn, pytest.raises(LookupError, match="no chore"):
        CHORES.begin(conn, UUID(int=3), NOW, "id")


def test_one_worker_has_a_job_alone(chores: Database) -> None:
    with CHORES.alone(chores.pool, FIRST) as first:
        assert first is not None
        with CHORES.alone(chores.pool, FIRST) as again, CHORES.alone(chores.pool, SECOND) as other:
            assert again is None
            assert other is not None
    with CHORES.alone(chores.pool, FIRST) as free:
        assert free is not None


def test_each_part_is_claimed_once_and_only_while_it_is_open(chores: Database) -> None:
    job, open_parts = CHORES.name_of(FIRST), {0, 1, 2}
    with autocommitting(chores.pool) as conn:
        claimed = [claim(conn, job, lambda: open_parts) for _ in range(4)]
        assert sorted(one[0] for one in claimed if one is not None) == [0, 1, 2]
        assert claimed[3] is None
        for one in claimed:
            if one is not None:
                one[1].give_back(conn)
        answers = iter([{1}, set[int]()])  # another worker finishes it between two looks
        assert claim(conn, job, lambda: next(answers)) is None
        again = claim(conn, job, lambda: {1})
        assert again is not None


def test_a_part_that_a_transaction_has_is_free_when_it_ends(chores: Database) -> None:
    with reading(chores) as one, reading(chores) as other:
        with one.transaction():
            assert claim_in_transaction(one, FIRST, 7)
            with other.transaction():
                assert not claim_in_transaction(other, FIRST, 7)
                assert claim_in_transaction(other, FIRST, 8)
        with other.transaction():
            assert claim_in_transaction(other, FIRST, 7)


@pytest.mark.parametrize("froze", ["between two statements", "while it sent a statement"])
def test_a_part_of_a_worker_that_froze_is_free_after_a_while(
    chores: Database, monkeypatch: pytest.MonkeyPatch, froze: str
) -> None:
    monkeypatch.setattr(parts, "FROZEN_SECONDS", 1)
    monkeypatch.setattr(parts, "LONGEST_SECONDS", 2)
    with psycopg.connect(chores.url) as frozen, reading(chores) as other:
        assert claim_in_transaction(frozen, FIRST, 7)
        # Servers before PostgreSQL 17 have no time limit for whole transactions.
        if froze == "while it sent a statement" and frozen.info.server_version >= 170_000:
            # A whole message, and one that is announced as longer than what comes.
            query = b"\0select 1\0\0\0"
            begun = b"P" + (len(query) + 4).to_bytes(4, "big") + query + b"B\0\0\x40\0"
            os.write(frozen.pgconn.socket, begun)
        deadline = time.monotonic() + 20
        while True:
            with other.transaction():
                if claim_in_transaction(other, FIRST, 7):
                    break
            assert time.monotonic() < deadline, "the part of a frozen worker is still taken"
            threading.Event().wait(0.05)
        with pytest.raises(psycopg.Error):
            frozen.execute("select 1")
