"""Migrations: once, in order, alone, never rewritten."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from service.config import SettingRefused
from service.operations import migrate as migrations
from service.operations.instance import ensure_shape
from service.operations.keys import check_keys
from service.operations.migrate import MigrationRefused, migrate, pending


def owner_of(database: Any) -> psycopg.Connection:
    return psycopg.connect(database.owner_url, autocommit=True)


def test_an_empty_database_gets_every_file_once(empty_database: Any) -> None:
    with owner_of(empty_database) as owner:
        expected = pending(owner)
        assert expected
        assert migrate(owner) == expected
        assert migrate(owner) == []
        assert pending(owner) == []


def test_processes_that_start_together_do_not_disturb_each_other(empty_database: Any) -> None:
    def run(_: int) -> list[str]:
        with owner_of(empty_database) as owner:
            return migrate(owner)

    with ThreadPoolExecutor(4) as threads:
        applied = list(threads.map(run, range(4)))
    assert sorted(map(len, applied))[:3] == [0, 0, 0]
    assert max(map(len, applied)) > 0


def test_a_file_that_was_changed_after_it_was_applied_is_refused(database: Any) -> None:
    with owner_of(database) as owner:
        owner.execute("update office.migrations set digest = 'another' where name like 'service/%'")
        with pytest.raises(MigrationRefused, match="was changed after it was applied"):
            migrate(owner)


def test_code_that_is_older_than_the_database_says_so_and_stops(database: Any) -> None:
    with owner_of(database) as owner:
        owner.execute("insert into office.migrations values ('service/9999_newer.sql', 'x')")
        with pytest.raises(MigrationRefused, match=r"newer version .*service/9999_newer\.sql"):
            migrate(owner)
        settings = SimpleNamespace(database_url=database.url, database_owner_url=database.owner_url)
        for may_migrate in (True, False):
            with pytest.raises(MigrationRefused, match="newer version"):
                ensure_shape(settings, may_migrate=may_migrate)  # type: ignore[arg-type]


def test_a_file_that_fails_leaves_nothing_of_itself(
    empty_database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [("room/1.sql", "create table office.one ()"), ("room/2.sql", "create table x (; ")]
    monkeypatch.setattr(migrations, "_files", lambda: iter(files))
    with owner_of(empty_database) as owner:
        with pytest.raises(psycopg.errors.SyntaxError):
            migrate(owner)
        known = owner.execute("select name from office.migrations").fetchall()
        assert known == [("room/1.sql",)]
        assert pending(owner) == ["room/2.sql"]


def test_the_service_sees_its_tables_whatever_its_session_says(database: Any) -> None:
    with owner_of(database) as owner:
        migrate(owner)
    with psycopg.connect(database.url) as conn:
        assert conn.execute("show search_path").fetchone() == ("store, read, office",)


def test_a_wrong_key_is_refused_by_the_name_of_its_setting(database: Any) -> None:
    with psycopg.connect(database.url) as conn:
        check_keys(conn, {"master_key": b"a" * 32, "index_key": b"b" * 32})
        check_keys(conn, {"master_key": b"a" * 32, "index_key": b"b" * 32})
        with pytest.raises(SettingRefused, match="SOCAI_MASTER_KEY is not the key"):
            check_keys(conn, {"master_key": b"c" * 32})
