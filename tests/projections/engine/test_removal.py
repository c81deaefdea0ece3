"""A read model that this version no longer has is dropped, once no older process keeps it."""

import psycopg
import pytest

from projections.catch_up import catch_up
from projections.read_models import MODELS, REMOVED
from projections.rebuild import progress, rebuild_job
from projections.rebuild.removal import drop_removed
from tests.conftest import Database
from tests.projections.random_histories import make_world, record, some_keyring

GONE = "newly_escaped"


@pytest.fixture
def upgraded(database: Database) -> Database:
    """An installation of the version before, with the read model, on the code of this one."""
    with database.pool.connection() as conn:
        conn.execute("create table read.newly_escaped (household_id uuid, until date)")
        conn.execute("insert into read.positions (model, version, seq, tables) values (%s, 1, 0,"
                     " array['newly_escaped'])", [GONE])  # fmt: skip
        conn.execute("insert into read.parked (model, originator_id, seq, reason)"
                     " values (%s, gen_random_uuid(), 1, '')", [GONE])  # fmt: skip
    keyring = some_keyring(database.pool)
    world = make_world(5, 5, keyring.sealer())
    record(database, world.saves, world.sealer)
    catch_up(database.pool, keyring)
    return database


def is_there(database: Database) -> bool:
    with database.pool.connection() as conn:
        row = conn.execute(
            "select to_regclass('read.newly_escaped') is not null,"
            " exists (select from read.positions where model = %(gone)s),"
            " exists (select from read.parked where model = %(gone)s)", {"gone": GONE},
        ).fetchone()  # fmt: skip
    assert row is not None
    assert len(set(row)) == 1, "all of it or none"
    return bool(row[0])


def moved(database: Database, days: int, *, to_the_head: bool = False) -> None:
    """A process of the version before brought it up so many days ago."""
    with database.pool.connection() as conn:
        conn.execute(
            "update read.positions set moved_at = now() - make_interval(days => %s),"
            " seq = case when %s then (select max(seq) from read.positions) else 1 end"
            " where model = %s", [days, to_the_head, GONE],
        )  # fmt: skip


def test_no_read_model_of_this_version_is_named_as_removed() -> None:
    assert not {model.name for model in MODELS} & REMOVED.keys()
    tables = {table.name for model in MODELS for table in model.tables}
    assert not tables & {name for names in REMOVED.values() for name in names}


def test_what_an_older_process_brings_up_stays(upgraded: Database) -> None:
    moved(upgraded, 0)
    assert drop_removed(upgraded.pool) == []
    moved(upgraded, 2, to_the_head=True)  # nothing was recorded for two days
    assert drop_removed(upgraded.pool) == []
    assert is_there(upgraded)


def test_what_stayed_behind_for_a_day_is_dropped_once(upgraded: Database) -> None:
    moved(upgraded, 2)
    assert drop_removed(upgraded.pool) == [GONE]
    assert not is_there(upgraded)
    assert drop_removed(upgraded.pool) == []


def test_one_that_is_read_is_dropped_later(upgraded: Database) -> None:
    moved(upgraded, 2)
    with psycopg.connect(upgraded.url) as reader:
        reader.execute("select * from read.newly_escaped")
        assert drop_removed(upgraded.pool) == []
        assert is_there(upgraded)
    assert drop_removed(upgraded.pool) == [GONE]


def test_a_rebuild_that_holds_it_is_given_up(upgraded: Database) -> None:
    rebuild = rebuild_job.request(upgraded.pool, ["coverage"])
    with upgraded.pool.connection() as conn:
        conn.execute("create table building.newly_escaped (household_id uuid)")
        conn.execute(
            "update read.rebuilds set models = models || %s::text, versions = versions || 1"
            " where id = %s", [GONE, rebuild],
        )  # fmt: skip
    rebuild_job.renew(upgraded.pool)
    with upgraded.pool.connection() as conn:
        assert progress.get(conn, rebuild).failure == "abandoned"
        row = conn.execute("select to_regclass('building.newly_escaped')").fetchone()
    assert row == (None,)
