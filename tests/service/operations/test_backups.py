"""What is backed up comes back: events, order, figures; into an empty system, and only there."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.application import SocaiApplication
from domain.eventstore.personal import Keyring
from projections.catch_up import catch_up
from projections.engine import ledger
from service.config import SettingRefused, Settings
from service.embedded.postgres import PROGRAMS
from service.operations.backups import BackupFailed, back_up, restore
from service.operations.keys import check_keys
from service.operations.migrate import migrate
from tests import histories
from tests.conftest import Database, fresh_database
from tests.given import Life, a_few_areas
from tests.standards import standards

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
    application = SocaiApplication(
        database.pool, keyring, standards(), clock, directory=a_few_areas()
    )
    for history in (histories.supported, histories.alone):
        history(Life(application))
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
    application = SocaiApplication(
        other.pool, Keyring(other.pool, MASTER, INDEX), standards(), clock,
        directory=a_few_areas(),
    )  # fmt: skip
    life = Life(application)
    member = replace(histories.ALONE.members[0], name="Võ Thị Na", birth_year=1950)
    household = replace(histories.ALONE, number="TDP2-099", members=(member,))
    outcome = life.register("2022-12-01", household)
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
    before = everything(other)
    with pytest.raises(SettingRefused, match="SOCAI_MASTER_KEY"):
        restore(settings_of(other, tmp_path, master_key=bytes(32)), tmp_path / "saved")
    assert everything(other) == before, "keys are looked at before anything is changed"
    assert restore(settings_of(other, tmp_path), tmp_path / "saved").ok


KILLED = """
import os, signal, sys
from pathlib import Path
from service.operations import backups
from service.config import Settings

url, owner_url, data, file, master, index, program, moment = sys.argv[1:]
settings = Settings(
    database_url=url, database_owner_url=owner_url, redis_url="redis://unused.invalid",
    data=Path(data), master_key=bytes.fromhex(master), index_key=bytes.fromhex(index),
    session_key=bytes.fromhex(master),
)
if moment == "reading":
    path = backups._path
    backups._path = lambda conn, name: program if name == "pg_restore" else path(conn, name)
else:
    backups.migrate = lambda owner: os.kill(os.getpid(), signal.SIGKILL)
backups.restore(settings, Path(file))
"""


@pytest.mark.parametrize("moment", ["reading", "migrating"])
def test_a_restore_that_is_killed_left_nothing_or_all_of_it(
    full: Database, other: Database, tmp_path: Path, moment: str
) -> None:
    back_up(settings_of(full, tmp_path), tmp_path / "saved")
    program = tmp_path / "pg_restore"
    program.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *key_checks*) exec {PROGRAMS}/pg_restore "$@";; esac\n'
        f'{PROGRAMS}/pg_restore "$@" | head -c 60000\n'  # and the rest never comes
        "kill -9 $PPID\n"
    )
    program.chmod(0o700)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, other.url, other.owner_url, tmp_path, tmp_path / "saved",
         MASTER.hex(), INDEX.hex(), program, moment],
        capture_output=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with psycopg.connect(other.server.url(), autocommit=True) as admin:
        admin.execute(  # what the killed process started ends by itself a moment later
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = %s",
            [other.name],
        )
    if moment == "reading":
        assert restore(settings_of(other, tmp_path), tmp_path / "saved").ok
    else:
        with pytest.raises(BackupFailed, match="not empty"):
            restore(settings_of(other, tmp_path), tmp_path / "saved")
        with psycopg.connect(other.owner_url, autocommit=True) as owner:
            migrate(owner)
            assert owner.execute("select store.is_unsealed()").fetchone() == (False,)
            assert ledger.verify(owner).ok
        catch_up(other.pool, Keyring(other.pool, MASTER, INDEX))
    assert everything(other) == everything(full)


def test_a_backup_that_cannot_be_written_leaves_no_half(full: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupFailed):
        back_up(settings_of(full, tmp_path), tmp_path / "nowhere" / "saved")
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_its_owners_alone_from_its_first_byte(
    full: Database, tmp_path: Path, monkeypatch: Any
) -> None:
    """Looked at in the moment in which the program that writes it is started."""
    file = tmp_path / "of-the-day.dump"
    seen: list[tuple[str, int]] = []
    really = subprocess.run

    def run(arguments: list[str], **more: Any) -> Any:
        for one in tmp_path.glob("of-the-day.dump*"):
            seen.append((one.name, one.stat().st_mode & 0o777))
        assert more["umask"] == 0o077
        return really(arguments, **more)

    monkeypatch.setattr(subprocess, "run", run)
    before = os.umask(0)
    try:
        back_up(settings_of(full, tmp_path), file)
    finally:
        os.umask(before)
    assert seen == [("of-the-day.dump.unfinished", 0o600)]
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_a_killed_backup_left_behind_is_not_written_into(
    full: Database, tmp_path: Path
) -> None:
    file = tmp_path / "again.dump"
    left = tmp_path / "again.dump.unfinished"
    left.write_bytes(b"of somebody else")
    left.chmod(0o644)
    back_up(settings_of(full, tmp_path), file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert not left.exists()
