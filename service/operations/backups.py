"""Backup of all data into one file, and restore into an empty system.

Left out are the keys, which must be kept elsewhere (backup and keys together disclose every name),
and the rows of the read models, which are computed again and hold names in clear.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from domain.eventstore.personal import Keyring
from projections.catch_up import catch_up
from projections.engine import ledger
from projections.engine.ledger import Report
from service.config import Settings
from service.embedded.postgres import PROGRAMS
from service.operations.failure import Failure
from service.operations.instance import fill_match_keys
from service.operations.keys import check_keys, compare_keys
from service.operations.migrate import migrate

NEWEST_KNOWN = 18  # the embedded programs serve servers up to this version
_FINGERPRINT = re.compile(r"^(\w+)\t\\\\x([0-9a-f]{32})$", re.M)
SCHEMAS = ("store", "read", "building", "office")


class BackupFailed(Failure):
    """Nothing was written, or nothing changed; the message says why and what to do."""


def back_up(settings: Settings, file: Path) -> int:
    """Write one consistent snapshot, while everything runs on; returns its size in bytes.

    The file appears whole or not at all, readable by its owner only.
    """
    unfinished = file.with_name(file.name + ".unfinished")
    url = settings.database_owner_url
    try:
        with psycopg.connect(url) as conn:
            rows = conn.execute(
                "select unnest(tables) from read.positions"
                " union select unnest(tables) from building.positions"
            ).fetchall()
            left_out = [
                f"--exclude-table={schema}.{table}"
                for (table,) in rows
                for schema in ("read", "building")
            ]
            _make_private(unfinished)
            _run(
                conn, "pg_dump", "--format=custom", "--compress=gzip:1", "--no-owner",
                f"--file={unfinished}", *(f"--schema={schema}" for schema in SCHEMAS), *left_out,
                "--exclude-table-data=read.*", "--exclude-table-data=building.*",
            )  # fmt: skip
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(file)
    except OSError as error:
        raise BackupFailed(f"{file} cannot be written: {error.strerror}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    size = file.stat().st_size
    with psycopg.connect(url) as conn:
        conn.execute("insert into office.backups (bytes) values (%s)", [size])
    return size


def _in_memory() -> IO[bytes]:
    """Opens a file in memory for a program's error output, which may quote a row."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("said"), "w+b")
    return tempfile.TemporaryFile()  # no such thing on this system: without a name at least


def _make_private(file: Path) -> None:
    """An empty file that only its owner may read: before the first byte is written to it."""
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


class Backup(NamedTuple):
    """One backup: when its file was whole, and its size in bytes."""

    finished_at: datetime
    bytes: int


def last_backup(conn: psycopg.Connection[Any]) -> Backup | None:
    """The latest backup that this system wrote, None if there was none."""
    row = conn.execute(
        "select finished_at, bytes from office.backups order by id desc limit 1"
    ).fetchone()
    return Backup(*row) if row else None


def restore(
    settings: Settings, file: Path, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Read a backup into an empty system, bring it to today's shape, and verify all of it.

    The rows and their seal arrive in one transaction: killed at any moment, the system is empty
    still, or complete. Raises BackupFailed where the system is not empty or in use, or the file is
    none of ours; SettingRefused, with nothing changed, where the keys here are not those that the
    backup was written with.
    """
    keys = {"master_key": settings.master_key, "index_key": settings.index_key}
    with psycopg.connect(settings.database_owner_url, autocommit=True) as owner:
        refuse_unless_empty(owner)
        compare_keys(_fingerprints_in(owner, file), keys)
        _read_in(owner, file)
        migrate(owner)
        owner.execute("analyze")
    with psycopg.connect(settings.database_url, autocommit=True) as conn:
        check_keys(conn, keys)
        report = ledger.verify(conn, progress)
    with psycopg.connect(settings.database_owner_url, autocommit=True) as owner:
        fill_match_keys(settings, owner)
    with ConnectionPool(settings.database_url, min_size=1, max_size=3, open=True) as pool:
        catch_up(pool, Keyring(pool, settings.master_key, settings.index_key))
    return report


def _fingerprints_in(owner: psycopg.Connection, file: Path) -> dict[str, bytes]:
    """The fingerprints of the keys that a backup was written with, by the setting's field."""
    text = _run(
        owner, "pg_restore", "--data-only", "--schema=office", "--table=key_checks",
        "--file=-", str(file),
    )  # fmt: skip
    return {name: bytes.fromhex(hex_) for name, hex_ in _FINGERPRINT.findall(text)}


def _read_in(owner: psycopg.Connection, file: Path) -> None:
    """Put a backup in the place of what is there and seal it, in one transaction."""
    environment = _environment(owner)
    reading = [_path(owner, "pg_restore"), "--no-owner", "--file=-", str(file)]
    writing = [
        _path(owner, "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1",
        "--output=/dev/null", f"--dbname={owner.info.dbname}",
    ]  # fmt: skip
    drops = "".join(f"drop schema if exists {schema} cascade;\n" for schema in SCHEMAS)
    with (
        _in_memory() as said,
        subprocess.Popen(
            writing, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
        ) as psql,
        suppress(BrokenPipeError),
    ):
        assert psql.stdin is not None  # noqa: S101 - it was asked for
        psql.stdin.write(f"begin;\nset client_min_messages = warning;\n{drops}".encode())
        psql.stdin.flush()
        read = subprocess.run(reading, env=environment, stdout=psql.stdin, stderr=said, check=False)
        # Without the last line all is rolled back.
        if not read.returncode:
            psql.stdin.write(b"\nselect store.seal_restored();\ncommit;\n")
        psql.stdin.close()
        psql.wait()
        said.seek(0)
        words = " ".join(said.read().decode(errors="replace").split())[:300]
        if read.returncode:
            raise BackupFailed(f"pg_restore failed: {words}")
        if psql.returncode:
            raise BackupFailed(f"psql failed: {words}")


def refuse_unless_empty(owner: psycopg.Connection) -> None:
    """Raises BackupFailed unless the system has no event, no account and no other session."""
    for table in ("store.events", "office.accounts"):
        known = owner.execute("select to_regclass(%s)", [table]).fetchone()
        if known is None or known[0] is None:
            continue
        found = owner.execute(f"select exists(select from {table})").fetchone()
        if found is None or found[0]:
            raise BackupFailed(
                f"this system is not empty ({table} has rows); restore into a new one: "
                "./socai restore FILE --data NEW_FOLDER"
            )
    others = owner.execute(
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
        " and backend_type = 'client backend'"
    ).fetchone()
    if others is not None and others[0]:
        raise BackupFailed("the database is in use; stop ./socai up first")


def _run(conn: psycopg.Connection, program: str, *arguments: str) -> str:
    """Run a program of PostgreSQL on the database of `conn`, and return what it writes."""
    try:
        done = subprocess.run(
            [_path(conn, program), *arguments],
            env=_environment(conn), capture_output=True, text=True, check=False, umask=0o077,
        )  # fmt: skip
    except FileNotFoundError:
        raise BackupFailed(f"{program} is not installed; this server needs its own") from None
    if done.returncode:
        raise BackupFailed(f"{program} failed: {' '.join(done.stderr.split())[:300]}")
    return done.stdout


def _path(conn: psycopg.Connection, program: str) -> str:
    known = conn.info.server_version // 10_000 <= NEWEST_KNOWN
    return str(PROGRAMS / program) if known else program


def _environment(conn: psycopg.Connection) -> dict[str, str]:
    """Returns the environment that names the database of `conn`; `ps` shows no password."""
    info = conninfo_to_dict(conn.info.dsn)
    return {
        **os.environ,
        "PGHOST": conn.info.host,
        "PGPORT": str(conn.info.port),
        "PGUSER": conn.info.user,
        "PGPASSWORD": conn.info.password,
        "PGDATABASE": conn.info.dbname,
        **({"PGSSLMODE": str(info["sslmode"])} if "sslmode" in info else {}),
        **({"PGSSLROOTCERT": str(info["sslrootcert"])} if "sslrootcert" in info else {}),
    }
