"""Migrations of the database to the schema of this version.

Each room keeps its own numbered SQL files; they are applied once, in order, each in a transaction
of its own, under one advisory lock, so that several processes may call this at once. An applied
file is never edited: its digest is kept and compared.
"""

import hashlib
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

import psycopg
from psycopg import sql

from domain.households.number_claims import fold_number_claims
from projections.read_models import TablesRefused, make_tables
from service.operations.failure import Failure

APP_ROLE = "socai_app"
SEARCH_PATH = "store,read,office"
_LOCK = 0x50CA1_0001  # one number for "the schema is being changed"
_ROOMS = ("domain.eventstore", "projections", "service")


class MigrationRefused(Failure):
    """The database cannot be brought up to date; the message says why and what to do."""


def migrate(owner: psycopg.Connection) -> list[str]:
    """Apply what is missing and return the names of the files applied.

    `owner` is an autocommit connection of the role that owns the database. Raises
    MigrationRefused.
    """
    if not owner.autocommit:
        raise ValueError("migrations need an autocommit connection")
    owner.execute("select pg_advisory_lock(%s)", [_LOCK])
    try:
        _ensure_app_role(owner)
        _ensure_list(owner)
        refuse_newer(owner)
        applied = _apply_files(owner)
        _seal_what_was_restored(owner)
        fold_number_claims(owner)
        _set_search_path(owner)
        make_tables(owner)
    except TablesRefused as refused:
        raise MigrationRefused(str(refused)) from None
    finally:
        owner.execute("select pg_advisory_unlock(%s)", [_LOCK])
    return applied


def pending(conn: psycopg.Connection) -> list[str]:
    """Names of the files that this database has not seen yet; needs no special right."""
    return [name for name, _ in _files() if name not in _known(conn)]


def unknown(conn: psycopg.Connection) -> list[str]:
    """Names of the files that this database has seen and this code does not have: it is older."""
    ours = {name for name, _ in _files()}
    return [name for name in _known(conn) if name not in ours]


def refuse_newer(conn: psycopg.Connection) -> None:
    """Raises MigrationRefused where a newer version of the code has migrated the database."""
    newer = unknown(conn)
    if newer:
        raise MigrationRefused(
            f"a newer version has migrated this database ({', '.join(sorted(newer)[:3])}); "
            "run that version, or restore the backup made before the upgrade"
        )


def _ensure_app_role(owner: psycopg.Connection) -> None:
    row = owner.execute(
        "select exists(select from pg_roles where rolname = %s),"
        " (select rolsuper or rolcreaterole from pg_roles where rolname = current_user)",
        [APP_ROLE],
    ).fetchone()
    exists, may_create = row if row else (False, False)
    if exists:
        return
    if not may_create:
        raise MigrationRefused(
            f'the role {APP_ROLE} is missing; let an administrator run: create role "{APP_ROLE}"'
        )
    owner.execute(sql.SQL("create role {} nologin").format(sql.Identifier(APP_ROLE)))


def _ensure_list(owner: psycopg.Connection) -> None:
    owner.execute(
        "create schema if not exists office;"
        "create table if not exists office.migrations ("
        " name text primary key, digest text not null,"
        " applied_at timestamptz not null default now());"
        f"grant usage on schema office to {APP_ROLE};"
        f"grant select on office.migrations to {APP_ROLE}"
    )


def _set_search_path(owner: psycopg.Connection) -> None:
    """Sets the search path of every later session, in the database, so that it holds behind a
    pooler.
    """
    owner.execute(
        sql.SQL("alter database {} set search_path = {}").format(
            sql.Identifier(owner.info.dbname), sql.SQL(SEARCH_PATH)
        )
    )


def _apply_files(owner: psycopg.Connection) -> list[str]:
    known = _known(owner)
    applied = []
    for name, text in _files():
        digest = hashlib.sha256(text.encode()).hexdigest()
        if name in known:
            if known[name] != digest:
                raise MigrationRefused(
                    f"{name} was changed after it was applied; add a new file instead"
                )
            continue
        with owner.transaction():
            # psycopg sends a text without parameters as one simple query: many statements may
            # stand in a file, and "%" means itself.
            owner.execute(text.encode())
            owner.execute(
                "insert into office.migrations (name, digest) values (%s, %s)", [name, digest]
            )
        applied.append(name)
    return applied


def _seal_what_was_restored(owner: psycopg.Connection) -> None:
    """Seal a dump that was restored and not sealed, as a restore that was killed leaves it."""
    row = owner.execute("select store.is_unsealed()").fetchone()
    if row and row[0]:
        owner.execute("select store.seal_restored()")


def _known(conn: psycopg.Connection) -> dict[str, str]:
    exists = conn.execute("select to_regclass('office.migrations') is not null").fetchone()
    if not exists or not exists[0]:
        return {}
    return dict(conn.execute("select name, digest from office.migrations").fetchall())


def _files() -> Iterator[tuple[str, str]]:
    """(name, text) of every file in the order of application: room by room, number by number."""
    for room in _ROOMS:
        folder = resources.files(room) / "migrations"
        for file in sorted(_sql_files(folder), key=lambda file: file.name):
            yield f"{room}/{file.name}", file.read_text(encoding="utf-8")


def _sql_files(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    return [file for file in folder.iterdir() if file.name.endswith(".sql")]
