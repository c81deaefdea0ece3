"""What is backed up comes back: events, order, figures; into an empty system, and only there."""

import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.casework import Casework
from domain.eventstore.personal import Keyring
from domain.standards import load_standards
from projections.catching_up import catch_up
from service.backups import BackupFailed, back_up, restore
from service.config import SettingRefused, Settings
from service.embedded.postgres import PROGRAMS
from service.keys import check_keys
from tests import histories
from tests.conftest import Database, fresh_database
from tests.given import Life, a_few_areas

MASTER, INDEX = secrets.token_bytes(32), secrets.token_bytes(32)


def settings_of(database: Database, tmp_path: Path, master_key: bytes = MASTER) -> Settings:
    return Settings(
        database_url=database.url,
        database_owner_url=database.owner_url,
        redis_url="redis://unused.invalid",
        data=tmp_path,
        master_key=master_key,
        index_key=INDEX,
        session_key=MASTER,
    )


@pytest.fixture
def other(postgres: Any) -> Iterator[Database]:
    """Another system, migrated and empty."""
    yield from fresh_database(postgres)


@pytest.fixture
def full(database: Database, clock: Any) -> Database:
    """A system with some households, one of them with an erased person."""
    keyring = Keyring(database.pool, MASTER, INDEX)
    casework = Casework(database.pool, keyring, load_standards(), clock, directory=a_few_areas())
    for history in (histories.supported, histories.alone):
        history(Life(casework))
    with database.pool.connection() as conn:
        check_keys(conn, {"master_key": MASTER, "index_key": INDEX})
    catch_up(database.pool, keyring)
    database.close()
    return database


def everything(database: Database) -> dict[str, list[Any]]:
    """Rows of the store and of every read model, in an order of their own."""
    with psycopg.connect(database.url) as conn:
        tables = ["store.ledger", "store.claims", "store.subject_keys", "office.key_checks"]
        models = conn.execute("select unnest(tables) from read.positions").fetchall()
        tables += [f"read.{name}" for (name,) in models]
        rows: dict[str, list[Any]] = {
            table: conn.execute(f"select t::text from {table} t order by 1").fetchall()
            for table in tables
        }
        rows["events"] = conn.execute(
            "select position, originator_id, originator_version, topic, state, recorded_at"
            " from store.events order by 1"
        ).fetchall()
    return rows


def test_a_restored_system_has_the_same_events_order_and_figures(
    full: Database, other: Database, tmp_path: Path
) -> None:
    file = tmp_path / "saved"
    assert back_up(settings_of(full, tmp_path), file) == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    report = restore(settings_of(other, tmp_path), file)
    assert report.ok
    assert report.events > 0
    before, after = everything(full), everything(other)
    assert before["events"]
    assert before["read.register"]
    assert before["read.status_spans"]
    assert after == before


def test_a_restored_system_goes_on_recording(
    full: Database, other: Database, tmp_path: Path, clock: Any
) -> None:
    back_up(settings_of(full, tmp_path), tmp_path / "saved")
    head = restore(settings_of(other, tmp_path), tmp_path / "saved").events
    casework = Casework(
        other.pool, Keyring(other.pool, MASTER, INDEX), load_standards(), clock,
        directory=a_few_areas(),
    )  # fmt: skip
    life = Life(casework)
    outcome = life.register("2022-12-01", replace(histories.ALONE, number="TDP2-099"))
    assert outcome.seq is not None
    assert outcome.seq > head


def test_a_backup_holds_no_name_in_clear(full: Database, tmp_path: Path) -> None:
    back_up(settings_of(full, tmp_path), tmp_path / "saved")
    text = subprocess.run(
        [PROGRAMS / "pg_restore", "--file=-", tmp_path / "saved"], capture_output=True, check=True
    ).stdout.decode()
    assert "COPY store.events" in text
    for person in (*histories.FAMILY.members, *histories.ALONE.members):
        assert person.name not in text
        assert not person.id_number or person.id_number not in text


def test_a_system_that_is_not_empty_keeps_what_it_has(full: Database, tmp_path: Path) -> None:
    back_up(settings_of(full, tmp_path), tmp_path / "saved")
    before = everything(full)
    with pytest.raises(BackupFailed, match="not empty"):
        restore(settings_of(full, tmp_path), tmp_path / "saved")
    assert everything(full) == before


def test_a_system_in_use_is_not_restored_into(
    full: Database, other: Database, tmp_path: Path
) -> None:
    back_up(settings_of(full, tmp_path), tmp_path / "saved")
    with psycopg.connect(other.url), pytest.raises(BackupFailed, match="in use"):
        restore(settings_of(other, tmp_path), tmp_path / "saved")


def test_a_file_that_is_no_backup_changes_nothing(other: Database, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("no backup")
    before = everything(other)
    with pytest.raises(BackupFailed, match="pg_restore failed"):
        restore(settings_of(other, tmp_path), tmp_path / "letter")
    assert everything(other) == before


def test_a_backup_under_other_keys_is_refused_by_name(
    full: Database, other: Database, tmp_path: Path
) -> None:
    back_up(settings_of(full, tmp_path), tmp_path / "saved")
    with pytest.raises(SettingRefused, match="SOCAI_MASTER_KEY"):
        restore(settings_of(other, tmp_path, master_key=bytes(32)), tmp_path / "saved")


def test_a_backup_that_cannot_be_written_leaves_no_half(full: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed):
        back_up(settings_of(full, tmp_path), tmp_path / "nowhere" / "saved")
    assert list(tmp_path.iterdir()) == []
