"""The first build of all read models from a long ledger is a rebuild."""

import threading
from typing import Any

from projections.catch_up import catch_up
from projections.rebuild import first_build, rebuild_job
from tests.conftest import Database
from tests.projections.dumps import parked
from tests.projections.engine.test_catch_up import same_as_from_the_start, stands
from tests.projections.random_histories import World, make_world, record, some_keyring


def a_world(database: Database) -> tuple[World, Any]:
    keyring = some_keyring(database.pool)
    world = make_world(41, 60, keyring.sealer())
    record(database, world.saves, world.sealer)
    return world, keyring


def test_few_events_are_caught_up_with_in_order(database: Database) -> None:
    world, _ = a_world(database)
    assert first_build.begin(database.pool, long=len(world.events) + 1) is None


def test_a_long_ledger_of_which_nothing_is_there_is_loaded_like_a_rebuild(
    database: Database,
) -> None:
    world, keyring = a_world(database)
    rebuild = first_build.begin(database.pool, long=len(world.events))
    assert rebuild is not None
    assert first_build.begin(database.pool, long=len(world.events)) == rebuild
    workers = [
        threading.Thread(target=rebuild_job.work, args=(database.pool, keyring, rebuild))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert rebuild_job.work(database.pool, keyring, rebuild)
    assert stands(database) == len(world.events)
    assert first_build.begin(database.pool, long=1) is None
    with database.pool.connection() as conn:
        assert parked(conn) == 0
    assert same_as_from_the_start(database, keyring)


def test_what_is_caught_up_with_beside_the_first_build_counts_once(database: Database) -> None:
    world, keyring = a_world(database)
    rebuild = first_build.begin(database.pool, long=1)
    assert rebuild is not None
    catch_up(database.pool, keyring)
    assert first_build.begin(database.pool, long=1) is None
    assert rebuild_job.work(database.pool, keyring, rebuild)
    assert stands(database) == len(world.events)
    assert same_as_from_the_start(database, keyring)
