"""Rebuilding beside the live read models: who is served meanwhile, and what is left behind."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psycopg
import pytest

from domain.eventstore.postgres import autocommitting
from domain.jobs.leases import Lease, held
from domain.jobs.parts import lease_name
from projections.catch_up import catch_up
from projections.households.timeline_model import Timeline
from projections.read_models import MODELS, make_tables, outdated
from projections.rebuild import progress, rebuild_job
from projections.rebuild.swap import abandon
from tests.conftest import Database
from tests.projections.dumps import dump
from tests.projections.engine.test_catch_up import until
from tests.projections.random_histories import World, make_world, record, some_keyring


@pytest.fixture
def world(database: Database) -> World:
    """Some households, recorded and caught up with."""
    keyring = some_keyring(database.pool)
    world = make_world(11, 60, keyring.sealer())
    record(database, world.saves, world.sealer)
    catch_up(database.pool, keyring)
    return world


def rows(database: Database) -> dict[str, Any]:
    with database.pool.connection() as conn:
        return dump(conn)


def left_in_building(database: Database) -> list[str]:
    with database.pool.connection() as conn:
        found = conn.execute(
            "select tablename from pg_tables where schemaname = 'building'"
            " and tablename not in ('positions', 'parked') order by 1"
        ).fetchall()
        assert conn.execute("select count(*) from building.positions").fetchone() == (0,)
    return [name for (name,) in found]


def test_a_rebuild_of_one_read_model_replaces_it_alone(database: Database, world: World) -> None:
    keyring = some_keyring(database.pool)
    before = rows(database)
    with database.pool.connection() as conn:
        conn.execute("delete from read.timeline")
        conn.execute("delete from read.register")
    rebuild = rebuild_job.request(database.pool, ["timeline"])
    assert rebuild_job.work(database.pool, keyring, rebuild)
    after = rows(database)
    assert after["timeline"] == before["timeline"]
    assert after["register"] == []
    assert left_in_building(database) == []
    with database.pool.connection() as conn:
        found = progress.get(conn, rebuild)
    assert (found.stage, found.models, found.failure) == ("finished", ("timeline",), "")
    assert found.done == found.total == len(world.events)


def test_the_rebuilt_tables_have_the_same_keys_and_indexes(
    database: Database, world: World
) -> None:
    def indexes() -> list[Any]:
        with database.pool.connection() as conn:
            return conn.execute(
                "select tablename, indexname, replace(indexdef, 'building.', 'read.')"
                " from pg_indexes where schemaname = 'read' order by 1, 2"
            ).fetchall()

    before = indexes()
    rebuild = rebuild_job.request(database.pool)
    assert rebuild_job.work(database.pool, some_keyring(database.pool), rebuild)
    assert indexes() == before


def test_readers_are_served_all_the_while_and_see_old_or_new_whole(
    database: Database, world: World
) -> None:
    stop = threading.Event()
    wrong: list[Any] = []

    def keep_reading() -> None:
        with psycopg.connect(database.url, autocommit=True) as conn:
            while not stop.is_set():
                row = conn.execute(
                    "select count(*) from read.timeline where originator_id = household_id"
                ).fetchone()
                if row != (len(world.events),):
                    wrong.append(row)

    readers = [threading.Thread(target=keep_reading) for _ in range(2)]
    for reader in readers:
        reader.start()
    keyring = some_keyring(database.pool)
    for _ in range(2):
        rebuild = rebuild_job.request(database.pool, ["timeline", "counts"])
        assert rebuild_job.work(database.pool, keyring, rebuild)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_of_two_at_the_last_part_one_finishes(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other loads its part while this one has just seen that it is not loaded yet."""
    keyring = some_keyring(database.pool)
    rebuild = rebuild_job.request(database.pool, parts=1)
    part, other = ExitStack(), list[bool]()
    conn = part.enter_context(autocommitting(database.pool))
    assert (
        part.enter_context(
            held(database.pool, conn, lease_name(progress.REBUILDS.name_of(rebuild), 0))
        )
        is not None
    )

    @contextmanager
    def held_while_the_other_loads(*asked: Any) -> Iterator[Lease | None]:
        with held(*asked) as lease:
            yield lease
            monkeypatch.setattr(rebuild_job, "held", held)
            part.close()
            other.append(rebuild_job.work(database.pool, keyring, rebuild))

    monkeypatch.setattr(rebuild_job, "held", held_while_the_other_loads)
    assert rebuild_job.work(database.pool, keyring, rebuild)
    assert other == [False]
    with database.pool.connection() as conn:
        assert progress.get(conn, rebuild).stage == "finished"


def test_a_reader_in_the_way_of_the_swap_is_waited_for_without_holding_up_others(
    database: Database, world: World
) -> None:
    keyring = some_keyring(database.pool)
    rebuild = rebuild_job.request(database.pool, ["timeline"])
    with psycopg.connect(database.url) as slow:
        slow.execute("select count(*) from read.timeline")
        worker = threading.Thread(target=rebuild_job.work, args=(database.pool, keyring, rebuild))
        worker.start()
        until(lambda: _loaded(database, rebuild))
        with psycopg.connect(database.url, autocommit=True) as other:
            other.execute("set statement_timeout = '5s'")
            for _ in range(20):
                other.execute("select count(*) from read.timeline")
        assert worker.is_alive()
    worker.join()
    with database.pool.connection() as conn:
        assert progress.get(conn, rebuild).stage == "finished"


def _loaded(database: Database, rebuild: int) -> bool:
    with database.pool.connection() as conn:
        row = conn.execute(
            "select loaded_at is not null from read.rebuilds where id = %s", [rebuild]
        ).fetchone()
    return bool(row and row[0])


def test_a_second_rebuild_of_the_same_read_model_is_refused_with_the_first_ones_id(
    database: Database, world: World
) -> None:
    first = rebuild_job.request(database.pool, ["timeline", "counts"])
    with pytest.raises(rebuild_job.RebuildUnderWay) as refused:
        rebuild_job.request(database.pool, ["counts"])
    assert refused.value.rebuild == first
    second = rebuild_job.request(database.pool, ["register"])
    keyring = some_keyring(database.pool)
    assert rebuild_job.work(database.pool, keyring, second)
    assert rebuild_job.work(database.pool, keyring, first)
    assert rebuild_job.work(database.pool, keyring, first), "doing it again is nothing"


def test_a_rebuild_that_is_given_up_leaves_nothing_behind(database: Database, world: World) -> None:
    before = rows(database)
    rebuild = rebuild_job.request(database.pool)
    abandon(database.pool, rebuild)
    assert left_in_building(database) == []
    assert rows(database) == before
    assert rebuild_job.work(database.pool, some_keyring(database.pool), rebuild)
    assert rows(database) == before
    with database.pool.connection() as conn:
        assert progress.unfinished(conn) == []


def test_what_another_version_of_the_code_made_is_served_until_it_is_rebuilt(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = some_keyring(database.pool)
    before = rows(database)["timeline"]
    monkeypatch.setattr(Timeline, "version", Timeline.version + 1)
    more = make_world(12, 3, keyring.sealer())
    record(database, more.saves, more.sealer)
    catch_up(database.pool, keyring)
    assert rows(database)["timeline"] == before, "left as it is"
    with database.pool.connection() as conn:
        assert outdated(conn) == ["timeline"]
    rebuild = rebuild_job.renew(database.pool)
    assert rebuild is not None
    assert rebuild_job.renew(database.pool) is None, "it is under way"
    assert rebuild_job.work(database.pool, keyring, rebuild)
    assert len(rows(database)["timeline"]) > len(before)
    with database.pool.connection() as conn:
        assert outdated(conn) == []
    assert rebuild_job.renew(database.pool) is None


def test_a_rebuild_begun_by_another_version_of_the_code_is_not_gone_on_with(
    database: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = some_keyring(database.pool)
    rebuild = rebuild_job.request(database.pool, ["timeline"])
    monkeypatch.setattr(Timeline, "version", Timeline.version + 1)
    with pytest.raises(LookupError, match="another version"):
        rebuild_job.work(database.pool, keyring, rebuild)
    with database.pool.connection() as conn:
        assert progress.get(conn, rebuild).failure == "LookupError"
    again = rebuild_job.renew(database.pool)
    assert again is not None
    assert rebuild_job.work(database.pool, keyring, again)
    with database.pool.connection() as conn:
        assert progress.get(conn, rebuild).failure == "abandoned"
        assert outdated(conn) == []


def test_what_a_newer_version_made_or_begins_is_left_to_it(
    database: Database, world: World
) -> None:
    pool = database.pool
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("update read.positions set version = version + 1 where model = 'register'")
    assert rebuild_job.renew(pool) is None
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("update read.positions set version = version - 1 where model = 'register'")
    begun = rebuild_job.request(pool, ["register"])
    with psycopg.connect(database.owner_url) as owner:
        owner.execute(
            "update read.rebuilds set versions = array[versions[1] + 1] where id = %s", [begun]
        )
    assert rebuild_job.renew(pool) is None
    with pool.connection() as conn:
        assert conn.execute(
            "select finished_at from read.rebuilds where id = %s", [begun]
        ).fetchone() == (None,)
        conn.execute(
            "update read.rebuilds set versions = array[versions[1] - 2] where id = %s", [begun]
        )
    rebuild_job.renew(pool)
    with pool.connection() as conn:
        row = conn.execute(
            "select finished_at from read.rebuilds where id = %s", [begun]
        ).fetchone()
        assert row is None or row[0] is not None, "one of an older version is given up"


def test_a_name_that_is_no_read_model_is_refused(database: Database) -> None:
    with pytest.raises(KeyError, match="nonsense"):
        rebuild_job.request(database.pool, ["timeline", "nonsense"])


def test_making_tables_again_makes_nothing(database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        assert make_tables(owner) == []
    with psycopg.connect(database.url, autocommit=True) as app:
        assert make_tables(app) == []
        row = app.execute("select count(*) from read.positions").fetchone()
    assert row == (len(MODELS),)
