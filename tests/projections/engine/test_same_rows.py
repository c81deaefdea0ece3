"""However the events are cut into batches and shared out, the rows are the same, byte for byte."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.catch_up import advance, apply_batch, catch_up, positions
from projections.engine import batch, ledger
from projections.read_models import MODELS
from projections.rebuild import load, rebuild_job
from tests.conftest import Database, Postgres, fresh_database
from tests.projections.dumps import Dump, dump, empty, parked
from tests.projections.random_histories import World, make_world, record, seeds, some_keyring
from tests.projections.random_rounds import with_rounds
from tests.projections.random_support import with_support

FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@contextmanager
def database_of(postgres: Postgres) -> Iterator[Database]:
    making = fresh_database(postgres)
    try:
        yield next(making)
    finally:
        making.close()


@contextmanager
def world_in(
    postgres: Postgres, seed: int, things: int, *, rounds: bool = False, support: bool = False
) -> Iterator[tuple[Database, World, Any]]:
    """A world recorded in a database of its own, in the ledger, nothing projected yet.

    With `rounds` its households are under review, with `support` there is money for them.
    """
    with database_of(postgres) as database:
        keyring = some_keyring(database.pool)
        world = make_world(seed, things, keyring.sealer())
        if rounds:
            with_rounds(world, things)
        if support:
            with_support(world, things)
        record(database, world.saves, world.sealer)
        with database.pool.connection() as conn:
            conn.set_autocommit(True)
            ledger.extend(conn)
            conn.set_autocommit(False)
        yield database, world, keyring


def dumped(database: Database) -> Dump:
    with database.pool.connection() as conn:
        assert parked(conn) == 0
        return dump(conn)


@FEW
@given(seed=seeds(), things=st.integers(5, 60), cuts=st.lists(st.integers(1, 30), min_size=1))
def test_any_cut_into_batches_gives_the_same_rows(
    postgres: Postgres, seed: int, things: int, cuts: list[int]
) -> None:
    with world_in(postgres, seed, things, rounds=True, support=True) as (database, _, keyring):
        assert catch_up(database.pool, keyring) > 0
        at_once = dumped(database)
        with database.pool.connection() as conn:
            empty(conn)
        for limit in cuts:
            _one_batch(database, keyring, limit)
        catch_up(database.pool, keyring, batch=cuts[-1])
        assert dumped(database) == at_once


def _one_batch(database: Database, keyring: Any, limit: int) -> None:
    """A single batch of that size for every read model, as if the worker then died."""
    with database.pool.connection() as conn:
        conn.set_autocommit(True)
        head = ledger.head(conn)
        for position, group in positions(conn, "read", MODELS).items():
            apply_batch(conn, "read", keyring, group, position, head, limit)
        conn.set_autocommit(False)


@FEW
@given(seed=seeds(), things=st.integers(5, 60), parts=st.sampled_from([1, 3, 16, 64]))
def test_a_rebuild_gives_the_rows_that_catching_up_gave(
    postgres: Postgres, seed: int, things: int, parts: int
) -> None:
    with world_in(postgres, seed, things, rounds=True, support=True) as (database, _, keyring):
        catch_up(database.pool, keyring, batch=7)
        before = dumped(database)
        rebuild = rebuild_job.request(database.pool, parts=parts)
        assert rebuild_job.work(database.pool, keyring, rebuild)
        assert dumped(database) == before


@FEW
@given(seed=seeds(), things=st.integers(20, 60), together=st.sampled_from([1, 2, 5]))
def test_rows_do_not_depend_on_how_many_households_are_folded_together(
    postgres: Postgres, seed: int, things: int, together: int
) -> None:
    with (
        world_in(postgres, seed, things, rounds=True, support=True) as (database, _, keyring),
        pytest.MonkeyPatch.context() as m,
    ):
        catch_up(database.pool, keyring)
        at_once = dumped(database)
        with database.pool.connection() as conn:
            empty(conn)
        for module in (batch, load):
            m.setattr(module, "TOGETHER", together)
        m.setattr(load, "STEP", 7)
        catch_up(database.pool, keyring)
        assert dumped(database) == at_once
        assert rebuild_job.work(database.pool, keyring, rebuild_job.request(database.pool, parts=2))
        assert dumped(database) == at_once


@FEW
@given(seed=seeds(), things=st.integers(20, 80), share=st.floats(0, 1))
def test_several_workers_rebuild_while_more_is_recorded(
    postgres: Postgres, seed: int, things: int, share: float
) -> None:
    with database_of(postgres) as database:
        keyring = some_keyring(database.pool)
        world = with_support(make_world(seed, things, keyring.sealer()), things)
        first = world.saves[: 1 + int(share * len(world.saves))]
        record(database, first, world.sealer)
        catch_up(database.pool, keyring)
        rebuild = rebuild_job.request(database.pool, parts=16)
        workers = [
            threading.Thread(target=rebuild_job.work, args=(database.pool, keyring, rebuild))
            for _ in range(3)
        ]
        for worker in workers:
            worker.start()
        record(database, world.saves[len(first) :])
        catch_up(database.pool, keyring)
        for worker in workers:
            worker.join()
        assert rebuild_job.work(database.pool, keyring, rebuild)
        catch_up(database.pool, keyring)
        rebuilt = dumped(database)
        with database.pool.connection() as conn:
            empty(conn)
        catch_up(database.pool, keyring)
        assert rebuilt == dumped(database)


@FEW
@given(seed=seeds(), things=st.integers(5, 40))
def test_a_model_that_lags_catches_up_alone_to_the_same_rows(
    postgres: Postgres, seed: int, things: int
) -> None:
    with world_in(postgres, seed, things, rounds=True, support=True) as (database, _, keyring):
        first, *others = MODELS
        with database.pool.connection() as conn:
            conn.set_autocommit(True)
            advance(database.pool, conn, "read", keyring, others)
            conn.set_autocommit(False)
        catch_up(database.pool, keyring, batch=9)
        lagged = dumped(database)
        with database.pool.connection() as conn:
            empty(conn)
        catch_up(database.pool, keyring)
        assert lagged == dumped(database)
        assert first.name == "household_file"
