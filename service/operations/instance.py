"""Start of every verb: servers, settings and a migrated database from an environment."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg_pool import ConnectionPool

from domain.eventstore.personal import Keyring
from domain.matching import backfill
from service.config import SETTINGS, SettingRefused, Settings, read
from service.embedded import Servers
from service.operations.keys import check_keys, embedded_keys
from service.operations.migrate import MigrationRefused, migrate, pending, refuse_newer


@dataclass(frozen=True, slots=True)
class Instance:
    """Settings, and the environment that gives them to a child process."""

    settings: Settings
    environment: dict[str, str]
    servers: Servers


@contextmanager
def instance(
    environment: Mapping[str, str] = os.environ, *, queue: bool = True
) -> Iterator[Instance]:
    """Runs the servers of this environment inside, with the database migrated to this code.

    Embedded servers are started or adopted, and left running while another process uses them.
    `queue=False` where no Redis is needed. Raises SettingRefused, ServerFailed,
    MigrationRefused.
    """
    data: Path = read(next(row for row in SETTINGS if row.field == "data"), environment)
    refuse_unusable(data)
    own_database = not environment.get("DATABASE_URL")
    own_queue = not environment.get("REDIS_URL")
    complete = {**environment, "SOCAI_DATA": str(data)}
    if own_database:
        first_start = not (data / "postgres" / "data").exists()
        complete |= embedded_keys(data, environment, first_start=first_start)
    servers = Servers(data, postgres=own_database, valkey=own_queue and queue)
    with servers:
        complete |= servers.environment
        if own_queue and not queue:
            complete["REDIS_URL"] = servers.valkey.url
        settings = Settings.from_environment(complete)
        ensure_shape(settings, may_migrate=own_database)
        with psycopg.connect(settings.database_url) as conn:
            check_keys(conn, {"master_key": settings.master_key, "index_key": settings.index_key})
        yield Instance(settings, complete, servers)


def refuse_unusable(data: Path) -> None:
    """Raises SettingRefused where the data folder cannot be made or written."""
    try:
        (data / "run").mkdir(parents=True, exist_ok=True)
        usable = os.access(data / "run", os.W_OK)
    except OSError:
        usable = False
    if not usable:
        raise SettingRefused(f"{data} cannot be written; choose another folder with --data")


def ensure_shape(settings: Settings, *, may_migrate: bool) -> list[str]:
    """Migrate where we may; else refuse a database that is older than this code."""
    if not may_migrate:
        with psycopg.connect(settings.database_url) as conn:
            refuse_newer(conn)
            missing = pending(conn)
            if not missing and backfill.due(conn):
                missing = ["the match keys of households recorded before"]
        if missing:
            raise MigrationRefused(
                f"the database misses {', '.join(missing)}; run: ./socai migrate"
            )
        return []
    with psycopg.connect(settings.database_owner_url, autocommit=True) as owner:
        applied = migrate(owner)
        fill_match_keys(settings, owner)
        return applied


def fill_match_keys(settings: Settings, owner: psycopg.Connection) -> None:
    """Make the match keys that older households lack; refuses keys that are not this database's."""
    if not backfill.due(owner):
        return
    check_keys(owner, {"master_key": settings.master_key, "index_key": settings.index_key})
    with ConnectionPool(settings.database_url, min_size=1, max_size=2, open=True) as pool:
        backfill.fill(owner, Keyring(pool, settings.master_key, settings.index_key))
