"""Leases: one has the turn; who is killed or frozen is passed over; a pooler may stand between."""

import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from domain.eventstore.postgres import autocommitting
from domain.jobs.leases import Overtaken, held, take
from domain.jobs.parts import lease_name
from projections.catch_up import catch_up, unpark
from projections.engine import parking
from projections.engine.apply import in_schema
from projections.engine.read_model import SequentialProjection
from projections.households.register_model import Register
from projections.read_models import MODELS
from projections.rebuild import rebuild_job
from tests.conftest import Database
from tests.pooler import Pooler, pooler
from tests.projections.dumps import dump, parked
from tests.projections.engine.test_catch_up import (
    head,
    process,
    same_as_from_the_start,
    stands,
    until,
)
from tests.projections.random_histories import make_world, record, some_keyring


@pytest.fixture
def pooled(database: Database) -> Iterator[Pooler]:
    """A transaction pooler before the test's database."""
    with (
        tempfile.TemporaryDirectory(prefix="socai-") as folder,
        pooler(database.url, Path(folder)) as made,
    ):
        yield made


def run_out(database: Database, name: str) -> None:
    """As if the holder had said nothing for long."""
    with database.pool.connection() as conn:
        conn.execute("update read.leases set until = now() - interval '1s' where name = %s", [name])


def test_one_has_a_lease_until_it_gives_it_back(database: Database) -> None:
    with autocommitting(database.pool) as one, autocommitting(database.pool) as other:
        with held(database.pool, one, "a work") as lease:
            assert lease is not None
            assert take(other, "a work") is None
            assert take(other, "another work") is not None
        assert take(other, "a work") is not None


def test_of_many_who_ask_at_once_one_gets_it(database: Database) -> None:
    start, got = threading.Barrier(8), []

    def ask() -> None:
        with autocommitting(database.pool) as conn:
            start.wait()
            got.append(take(conn, "a work"))

    for again in range(2):
        askers = [threading.Thread(target=ask) for _ in range(8)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        assert sum(lease is not None for lease in got) == again + 1
        run_out(database, "a work")


def test_one_whose_lease_ran_out_and_was_taken_over_writes_nothing(database: Database) -> None:
    with autocommitting(database.pool) as one, autocommitting(database.pool) as other:
        late = take(one, "a work")
        assert late is not None
        run_out(database, "a work")
        with in_schema(one, "read", late):
            assert take(other, "a work") is None, "a transaction that has begun may end"
        assert take(other, "a work") is not None
        with pytest.raises(Overtaken), in_schema(one, "read", late):
            pass
        assert not late.renew(one)
        late.give_back(one)
        assert take(other, "a work") is None, "it gave back nothing of the other's"


def test_a_transaction_of_a_holder_that_froze_ends_although_no_other_asks_for_the_lease(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.jobs.leases.ENDED_SECONDS", 1)
    with psycopg.connect(database.superuser_url, autocommit=True) as admin:

        def sessions() -> int:
            return len(
                admin.execute(
                    "select from pg_stat_activity where state = 'idle in transaction'"
                    " and datname = %s",
                    [database.name],
                ).fetchall()
            )

        with psycopg.connect(database.url, autocommit=True) as frozen:
            lease = take(frozen, "a work")
            assert lease is not None
            frozen.execute("begin")
            lease.hold(frozen)
            assert sessions() == 1
            until(lambda: sessions() == 0, seconds=20)
            with pytest.raises(psycopg.Error):
                frozen.execute("commit")


def test_a_lease_from_before_a_clock_was_set_back_does_not_last(database: Database) -> None:
    with autocommitting(database.pool) as conn:
        assert take(conn, "a work") is not None
        conn.execute("update read.leases set until = until + interval '1 hour'")
        assert take(conn, "a work") is not None


def test_a_lease_lasts_while_its_work_has_every_connection_of_the_pool(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.jobs.leases.RENEW_SECONDS", 0.1)
    with psycopg.connect(database.url, autocommit=True) as apart:

        def lasts_until() -> Any:
            return apart.execute("select until from read.leases where name = 'a work'").fetchone()

        with (
            ConnectionPool(database.url, min_size=2, max_size=2, open=True, timeout=30) as pool,
            autocommitting(pool) as conn,
            pool.connection(),
            held(pool, conn, "a work"),
        ):
            first = lasts_until()
            until(lambda: lasts_until() > first, seconds=4)


IN_THE_MIDDLE = """
import sys, threading
from psycopg_pool import ConnectionPool
from projections.catch_up import projection_lock
from projections.engine.apply import in_schema

with (
    ConnectionPool(sys.argv[1], min_size=1, max_size=2, open=True) as pool,
    projection_lock(pool) as turn,
    in_schema(turn.conn, "read", turn.lease),
):
    print("in a transaction", flush=True)
    threading.Event().wait()
"""


@contextmanager
def frozen_in_the_middle(url: str) -> Iterator[None]:
    with subprocess.Popen(
        [sys.executable, "-c", IN_THE_MIDDLE, url], stdout=subprocess.PIPE, text=True
    ) as frozen:
        try:
            assert frozen.stdout is not None
            assert frozen.stdout.readline() == "in a transaction\n"
            frozen.send_signal(signal.SIGSTOP)
            yield
        finally:
            frozen.kill()


@pytest.mark.parametrize("through", ["a pooler", "no pooler"])
def test_a_process_that_froze_in_the_middle_of_a_transaction_is_passed_over(
    database: Database, pooled: Pooler, through: str
) -> None:
    keyring = some_keyring(database.pool)
    with frozen_in_the_middle(pooled.url if through == "a pooler" else database.url):
        world = make_world(21, 2, keyring.sealer())
        record(database, world.saves, world.sealer)
        assert catch_up(database.pool, keyring) == len(world.events)


def test_a_worker_that_froze_and_wakes_up_after_it_was_passed_over_doubles_nothing(
    database: Database,
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(22, 150, keyring.sealer())
    record(database, world.saves, world.sealer)
    last = head(database)
    with process(database.url, "catch_up") as frozen:
        until(lambda: stands(database) > 0)
        frozen.send_signal(signal.SIGSTOP)
        until(lambda: catch_up(database.pool, keyring) > 0 or stands(database) == last)
        frozen.send_signal(signal.SIGCONT)
        more = make_world(23, 20, keyring.sealer())
        record(database, [], more.sealer)
        for save in more.saves:
            record(database, [save])
            catch_up(database.pool, keyring, batch=2)
        until(lambda: stands(database) == last + len(more.events))
    until(lambda: same_as_from_the_start(database, keyring))


def _worked_at(database: Database, keyring: Any, rebuild: Any) -> bool:
    """One try of a worker. It ends with an error where it waited too long for one that froze."""
    with suppress(psycopg.OperationalError, psycopg.InternalError):
        return rebuild_job.work(database.pool, keyring, rebuild)
    return False


def test_a_rebuild_whose_worker_froze_is_taken_over(database: Database) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(24, 150, keyring.sealer())
    record(database, world.saves, world.sealer)
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        live = dump(conn)
    rebuild = rebuild_job.request(database.pool)
    with process(database.url, "rebuild", rebuild) as frozen:
        until(lambda: _parts_done(database, rebuild) > 0)
        frozen.send_signal(signal.SIGSTOP)
        until(lambda: _worked_at(database, keyring, rebuild), seconds=200)
        frozen.send_signal(signal.SIGCONT)
        frozen.wait()
    with database.pool.connection() as conn:
        assert dump(conn) == live


READING = """
import sys, threading
from psycopg_pool import ConnectionPool
from projections.rebuild import load, rebuild_job
from tests.projections.random_histories import some_keyring

def wait(*_):
    print("reading", flush=True)
    threading.Event().wait()

load.FROZEN_SECONDS = 2
load._write_step = wait
with ConnectionPool(sys.argv[1], min_size=1, max_size=4, open=True) as pool:
    rebuild_job.work(pool, some_keyring(pool), int(sys.argv[2]))
"""


def test_indexing_does_not_wait_for_a_worker_that_froze_while_it_read(database: Database) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(28, 30, keyring.sealer())
    record(database, world.saves, world.sealer)
    catch_up(database.pool, keyring)
    rebuild = rebuild_job.request(database.pool, parts=1)
    command = [sys.executable, "-c", READING, database.url, str(rebuild)]
    patient = database.new_pool(kwargs={"options": "-c statement_timeout=20s"})
    with patient as pool, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as frozen:
        try:
            assert frozen.stdout is not None
            assert frozen.stdout.readline() == "reading\n"
            frozen.send_signal(signal.SIGSTOP)
            until(lambda: rebuild_job.work(pool, keyring, rebuild))
        finally:
            frozen.kill()


def test_one_who_froze_before_the_swap_and_wakes_up_leaves_nothing_to_the_next_rebuild(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(27, 30, keyring.sealer())
    record(database, world.saves, world.sealer)
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        live = dump(conn)
    rebuild, index, next_one = rebuild_job.request(database.pool), rebuild_job.index_tables, []

    def as_if_frozen(*arguments: Any) -> None:
        index(*arguments)
        monkeypatch.setattr(rebuild_job, "index_tables", index)
        run_out(database, lease_name(f"rebuild {rebuild}", "finishing"))
        assert rebuild_job.work(database.pool, keyring, rebuild)
        next_one.append(rebuild_job.request(database.pool))

    monkeypatch.setattr(rebuild_job, "index_tables", as_if_frozen)
    assert rebuild_job.work(database.pool, keyring, rebuild) is False
    with database.pool.connection() as conn:
        placed = {name for (name,) in conn.execute("select model from building.positions")}
    assert placed <= {model.name for model in MODELS if isinstance(model, SequentialProjection)}
    assert rebuild_job.work(database.pool, keyring, next_one[0])
    with database.pool.connection() as conn:
        failures = conn.execute("select failure from read.rebuilds where failure <> ''")
        assert failures.fetchall() == []
        assert dump(conn) == live


def _parts_done(database: Database, rebuild: int) -> int:
    with database.pool.connection() as conn:
        row = conn.execute(
            "select count(*) from read.rebuild_parts where rebuild = %s and done", [rebuild]
        ).fetchone()
    return row[0] if row else 0


def test_behind_a_transaction_pooler_session_state_is_lost(pooled: Pooler) -> None:
    """That the pooler of these tests is one."""
    with psycopg.connect(pooled.url, autocommit=True) as conn:
        conn.execute("select pg_advisory_lock(1)")
        pids = {conn.execute("select pg_backend_pid()").fetchone() for _ in range(20)}
        assert len(pids) > 1
        unlocked = [conn.execute("select pg_advisory_unlock(1)").fetchone() for _ in range(2)]
        assert (False,) in unlocked
        with conn.transaction():
            pids = {conn.execute("select pg_backend_pid()").fetchone() for _ in range(20)}
        assert len(pids) == 1


def test_a_long_answer_gets_through_the_pooler_before_the_question_ends(pooled: Pooler) -> None:
    """The server keeps the rest of a row back until the Sync, which comes behind the question."""
    with psycopg.connect(pooled.url, autocommit=True) as opened:
        conn = opened.pgconn
        conn.nonblocking = 1
        conn.enter_pipeline_mode()
        conn.send_query_params(b"select repeat('x', 100) from generate_series(1, 5000)", None)
        conn.flush()
        until(lambda: bool(select.select([conn.socket], [], [], 0)[0]), seconds=10)
        conn.pipeline_sync()
        conn.flush()

        def answered() -> bool:
            conn.consume_input()
            return not conn.is_busy()

        until(answered, seconds=10)
        rows = conn.get_result()
        assert rows is not None
        assert rows.ntuples == 5000
        opened.close()  # as it is, in the middle of a pipeline


def test_two_catch_up_and_one_rebuilds_behind_a_transaction_pooler(
    database: Database, pooled: Pooler
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(25, 120, keyring.sealer())
    half = len(world.saves) // 2
    record(database, world.saves[:half], world.sealer)
    with process(pooled.url, "catch_up"), process(pooled.url, "catch_up"):
        for save in world.saves[half:]:
            record(database, [save])
        with _pool(pooled.url) as pool:
            rebuild = rebuild_job.request(pool)
            until(lambda: rebuild_job.work(pool, keyring, rebuild))
        until(lambda: stands(database) == len(world.events))
    until(lambda: _nobody_at_work(database))
    assert pooled.transactions > 100
    assert same_as_from_the_start(database, keyring)


def _nobody_at_work(database: Database) -> bool:
    with autocommitting(database.pool) as conn, held(database.pool, conn, "catching up") as lease:
        return lease is not None


@contextmanager
def _pool(url: str) -> Iterator[ConnectionPool[Any]]:
    with ConnectionPool(url, min_size=2, max_size=6, open=True) as pool:
        yield pool


def test_what_was_parked_is_taken_in_again_behind_a_transaction_pooler(
    database: Database, pooled: Pooler
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(26, 6, keyring.sealer())
    record(database, world.saves, world.sealer)
    home = world.homes[0].id
    with database.pool.connection() as conn, conn.transaction():
        conn.execute("set local search_path to read, store")
        parking.park(conn, "register", [parking.Fault(home, 1, "in a test", "x")])
    with _pool(pooled.url) as pool:
        catch_up(pool, keyring)
        assert stands(database) == len(world.events)
        assert unpark(pool, keyring, Register(), home) > 0
    with database.pool.connection() as conn:
        assert parked(conn) == 0
    assert same_as_from_the_start(database, keyring)
