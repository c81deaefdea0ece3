"""Catching up: nudges that meet, workers that are killed, servers that go away."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from projections.catch_up import catch_up, projection_lock
from projections.engine import freshness, ledger
from projections.read_models import MODELS
from projections.rebuild import rebuild_job
from tests.conftest import Database
from tests.projections.dumps import dump, empty, parked
from tests.projections.random_histories import make_world, record, some_keyring

NAMES = [model.name for model in MODELS]


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Looks again and again, so that nothing sleeps longer than it must."""
    deadline = time.monotonic() + seconds
    moment = threading.Event()
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        moment.wait(0.02)


def head(database: Database) -> int:
    with database.pool.connection() as conn:
        ledger.extend(conn)
        return ledger.head(conn)


def stands(database: Database) -> int:
    with database.pool.connection() as conn:
        return freshness.position_of(conn, NAMES)


def same_as_from_the_start(database: Database, keyring: Any) -> bool:
    with database.pool.connection() as conn:
        assert parked(conn) == 0
        found = dump(conn)
        empty(conn)
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        return dump(conn) == found


def test_of_many_nudges_one_works_one_waits_and_what_all_came_for_is_done(
    database: Database,
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(1, 30, keyring.sealer())
    answers: list[int] = []
    nudges = [
        threading.Thread(target=lambda: answers.append(catch_up(database.pool, keyring)))
        for _ in range(6)
    ]
    with projection_lock(database.pool) as turn:
        assert turn is not None
        nudges[0].start()
        until(lambda: _waits(database))
        for nudge in nudges[1:]:
            nudge.start()
            nudge.join()
        assert answers == [0] * 5
        record(database, world.saves, world.sealer)
    nudges[0].join()
    assert answers[-1] == len(world.events)
    assert stands(database) == head(database) == len(world.events)


def _waits(database: Database) -> bool:
    with database.pool.connection() as conn:
        row = conn.execute("select count(*) from read.leases where name like 'waiting%'").fetchone()
    return bool(row and row[0])


def test_a_save_right_after_the_last_look_is_taken_by_the_next_nudge(database: Database) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(2, 12, keyring.sealer())
    record(database, [], world.sealer)
    for save in world.saves:
        record(database, [save])
        catch_up(database.pool, keyring)
        assert stands(database) == head(database)
    assert same_as_from_the_start(database, keyring)


def test_waiting_ends_when_the_read_models_are_there_and_when_the_time_is_up(
    database: Database,
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(3, 5, keyring.sealer())
    record(database, world.saves, world.sealer)
    last = len(world.events)
    assert not freshness.wait_until(database.pool, NAMES, last, timeout=0.05)
    nudge = threading.Thread(target=catch_up, args=(database.pool, keyring))
    nudge.start()
    assert freshness.wait_until(database.pool, NAMES, last, timeout=30)
    nudge.join()
    assert not freshness.wait_until(database.pool, ["no such model"], 1, timeout=0)


CATCHING_UP = """
import sys
from psycopg_pool import ConnectionPool
from projections.rebuild import rebuild_job
from projections.catch_up import catch_up
from tests.projections.random_histories import some_keyring
with ConnectionPool(sys.argv[2], min_size=1, max_size=4, open=True) as pool:
    print("ready", flush=True)
    if sys.argv[1] == "rebuild":
        rebuild_job.work(pool, some_keyring(pool), int(sys.argv[3]))
    while sys.argv[1] == "catch_up":
        catch_up(pool, some_keyring(pool), batch=3)
"""


@contextmanager
def process(url: str, what: str, *more: object) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that does this again and again, killed at the end as by kill -9."""
    started = subprocess.Popen(
        [sys.executable, "-c", CATCHING_UP, what, url, *map(str, more)],
        stdout=subprocess.PIPE,
        cwd=os.getcwd(),
    )
    assert started.stdout is not None
    assert started.stdout.readline() == b"ready\n"
    try:
        yield started
    finally:
        started.send_signal(signal.SIGKILL)
        started.wait()
        started.stdout.close()


def test_a_worker_killed_in_the_middle_of_its_batches_leaves_nothing_missed_or_doubled(
    database: Database,
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(4, 100, keyring.sealer())
    record(database, world.saves, world.sealer)
    last = head(database)
    seen = [0]
    for _ in range(5):
        with process(database.url, "catch_up"):
            before = seen[-1]
            until(lambda before=before: stands(database) > before or stands(database) == last)
        seen.append(stands(database))
    assert seen == sorted(seen)
    assert seen[-1] < last, "the last of them was killed in the middle as well"
    catch_up(database.pool, keyring)
    assert stands(database) == last
    assert same_as_from_the_start(database, keyring)


def test_a_rebuild_whose_workers_are_killed_goes_on_where_it_was(database: Database) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(5, 120, keyring.sealer())
    record(database, world.saves, world.sealer)
    catch_up(database.pool, keyring)
    rebuild = rebuild_job.request(database.pool, parts=64)

    def parts_done() -> int:
        with database.pool.connection() as conn:
            row = conn.execute(
                "select count(*) from read.rebuild_parts where rebuild = %s and done", [rebuild]
            ).fetchone()
        return row[0] if row else 0

    for _ in range(3):
        before = parts_done()
        with process(database.url, "rebuild", rebuild):
            until(lambda before=before: parts_done() > before or parts_done() == 64)
    with database.pool.connection() as conn:
        live = dump(conn)
    until(lambda: rebuild_job.work(database.pool, keyring, rebuild))
    with database.pool.connection() as conn:
        assert dump(conn) == live
        assert parked(conn) == 0


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_server_restarted_under_load_loses_and_doubles_nothing(
    durable_database: Database, how: str
) -> None:
    database = durable_database
    keyring = some_keyring(database.pool)
    world = make_world(6, 120, keyring.sealer())
    half = len(world.saves) // 2
    record(database, world.saves[:half], world.sealer)
    stop = threading.Event()

    def keep_catching_up() -> None:
        while not stop.is_set():
            try:
                catch_up(database.pool, keyring, batch=2)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                stop.wait(0.05)

    workers = [threading.Thread(target=keep_catching_up) for _ in range(2)]
    for worker in workers:
        worker.start()
    until(lambda: stands(database) > 0)
    database.server.stop(how)
    database.server.start()
    _record_again_and_again(database, world.saves[half:])
    last = len(world.events)
    until(lambda: _stands_if_it_can(database) == last)
    stop.set()
    for worker in workers:
        worker.join()
    assert same_as_from_the_start(database, keyring)


def _record_again_and_again(database: Database, saves: list[list[Any]]) -> None:
    """As a client would that meets the connections of a pool which the restart cut."""
    from eventsourcing.persistence import IntegrityError, PersistenceError

    for save in saves:
        while True:
            try:
                record(database, [save])
            except IntegrityError:
                break  # it was saved, and only the answer was lost
            except (PersistenceError, psycopg.Error):
                continue
            break


def _stands_if_it_can(database: Database) -> int:
    try:
        return stands(database)
    except psycopg.Error:
        return -1


FROZEN = """
import sys, threading
from psycopg_pool import ConnectionPool
from projections.catch_up import projection_lock

with (
    ConnectionPool(sys.argv[1], min_size=1, max_size=2, open=True) as pool,
    projection_lock(pool) as turn,
):
    print("has the turn" if turn else "waits", flush=True)
    threading.Event().wait()
"""


def test_a_process_that_froze_with_its_turn_is_passed_over(
    database: Database,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FROZEN, database.url], stdout=subprocess.PIPE, text=True
    ) as frozen:
        try:
            assert frozen.stdout is not None
            assert frozen.stdout.readline() == "has the turn\n"
            frozen.send_signal(signal.SIGSTOP)
            keyring = some_keyring(database.pool)
            more = make_world(5, 2, keyring.sealer())
            record(database, more.saves, more.sealer)
            began = time.monotonic()
            assert catch_up(database.pool, keyring) > 0
            assert time.monotonic() - began < 40
        finally:
            frozen.kill()
