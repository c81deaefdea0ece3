"""What is recorded stays: for the service's role by privilege, for everybody by trigger."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from domain.eventstore.personal import SubjectKey
from domain.eventstore.recorder import PostgresRecorder
from tests.domain.eventstore.saves import command, rows

CHANGES = [
    "update store.events set state = 'x'",
    "update store.events set state = 'x' where false",
    "delete from store.events",
    "truncate store.events cascade",
    "update store.ledger set leaf = sha256('x')",
    "delete from store.ledger",
    "truncate store.ledger",
    "update store.commands set account = 'x'",
    "delete from store.commands",
    "truncate store.commands",
    "update store.ledger_seals set sealed_position = 9",
    "delete from store.ledger_seals",
    "update store.subject_keys set wrapped = 'x'",
    "update store.subject_keys set subject = gen_random_uuid()",
    "delete from store.subject_keys",
    "truncate store.subject_keys",
    "merge into store.events e using store.events f on e.position = f.position"
    " when matched then delete",
    "insert into store.events (originator_id, originator_version, topic, state, recorded_at)"
    " select originator_id, originator_version, topic, 'x', recorded_at from store.events"
    " on conflict (originator_id, originator_version) do update set state = excluded.state",
]
INSERTS = [
    "insert into store.events (originator_id, originator_version, topic, state, recorded_at)"
    " values (gen_random_uuid(), 1, 'test.forged:1', '{}', now())",
    "insert into store.ledger select 9, 9, sha256('x')",
    "insert into store.commands select gen_random_uuid(), 'x', 'x', '{}', now()",
    "insert into store.claims select 'x', gen_random_uuid(), now()",
    "update store.claims set until = now()",
    "delete from store.claims",
    "insert into store.subject_keys select gen_random_uuid(), 'x'",
    "select store.seal_restored()",
    "select store.move_claims('{}', '{}', '{}', '{}', '{}', '{}')",
    "create table store.more ()",
]


@pytest.fixture
def filled(database: Any) -> Any:
    """A database with a row in every table of the store."""
    PostgresRecorder(database.pool).insert_events(
        rows(), commands=[command()], keys=[SubjectKey(uuid4(), b"wrapped")]
    )
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("insert into store.ledger_seals values (0, '0', '0')")
    return database


def not_refused(url: str, statements: list[str]) -> list[str]:
    """Those of the statements that PostgreSQL did not refuse as this role's."""
    passed = []
    with psycopg.connect(url) as conn:
        for statement in statements:
            try:
                conn.execute(statement)
            except InsufficientPrivilege:
                pass
            else:
                passed.append(statement)
            conn.rollback()
    return passed


def test_the_services_role_changes_nothing_but_through_the_functions(filled: Any) -> None:
    assert not_refused(filled.url, CHANGES + INSERTS) == []


@pytest.mark.parametrize("role", ["owner", "superuser"])
def test_nobody_changes_what_is_recorded(filled: Any, role: str) -> None:
    assert not_refused(getattr(filled, f"{role}_url"), CHANGES) == []


def test_a_session_that_plays_a_replica_changes_nothing_either(filled: Any) -> None:
    with psycopg.connect(filled.superuser_url) as conn:
        conn.execute("set session_replication_role = replica")
        with pytest.raises(InsufficientPrivilege):
            conn.execute("delete from store.events")


def test_the_services_role_may_not_switch_a_trigger_off(filled: Any) -> None:
    with psycopg.connect(filled.url) as conn, pytest.raises(InsufficientPrivilege):
        conn.execute("alter table store.events disable trigger all")


def test_no_role_at_all_sees_nothing(filled: Any) -> None:
    with psycopg.connect(filled.superuser_url) as admin:
        admin.execute("create role stranger")
        admin.execute("set role stranger")
        with pytest.raises(InsufficientPrivilege):
            admin.execute("select from store.events")
        admin.rollback()
