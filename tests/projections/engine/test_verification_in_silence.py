"""Verification with nobody who wants to hear of its progress, and with somebody who does."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.eventstore.recorder import PostgresRecorder
from projections.engine import ledger, verification
from tests.domain.eventstore.saves import rows

EVENTS = 7


@pytest.fixture
def conn(database: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A ledger of seven events; progress is told after every second one."""
    monkeypatch.setattr(verification, "_PROGRESS_EVERY", 2)
    PostgresRecorder(database.pool, wait_seconds=10).insert_events(rows(UUID(int=1), EVENTS))
    with psycopg.connect(database.url, autocommit=True) as conn:
        yield conn


def test_without_progress_the_whole_ledger_is_verified(conn: Any) -> None:
    report = ledger.verify(conn)
    assert (report.ok, report.events, report.pending) == (True, EVENTS, 0)


def test_progress_is_told_now_and_then_and_at_the_end(conn: Any) -> None:
    told: list[tuple[int, int]] = []
    report = ledger.verify(conn, lambda done, total: told.append((done, total)))
    assert report.ok
    assert told == [(2, EVENTS), (4, EVENTS), (6, EVENTS), (EVENTS, EVENTS)]


def test_what_is_wrong_is_found_without_progress_too(conn: Any, database: Any) -> None:
    with psycopg.connect(database.superuser_url) as admin:
        admin.execute("alter table store.events disable trigger all")
        admin.execute("update store.events set topic = topic || 'x' where originator_version = 3")
        admin.execute("alter table store.events enable trigger all")
    report = ledger.verify(conn)
    assert [(one.kind, one.seq) for one in report.problems] == [("changed", 3)]
