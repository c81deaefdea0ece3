"""Verification finds whatever was done to the stored events behind the store's back."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.eventstore.recorder import PostgresRecorder
from projections.engine import ledger
from tests.domain.eventstore.saves import rows

FIRST, SECOND = UUID(int=1), UUID(int=2)
Tamper = Callable[..., None]


@pytest.fixture
def recorder(database: Any) -> PostgresRecorder:
    """Six events: versions 1 to 3 of FIRST are seq 1 to 3, of SECOND 4 to 6."""
    recorder = PostgresRecorder(database.pool, wait_seconds=10)
    recorder.insert_events(rows(FIRST, 3))
    recorder.insert_events(rows(SECOND, 3))
    return recorder


@pytest.fixture
def conn(database: Any, recorder: PostgresRecorder) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url, autocommit=True) as conn:
        yield conn


@pytest.fixture
def tamper(database: Any, recorder: PostgresRecorder) -> Tamper:
    """Runs statements as a superuser who switched the triggers off and put them on again."""

    def run(*statements: str) -> None:
        with psycopg.connect(database.superuser_url) as admin:
            for table in ("events", "ledger"):
                admin.execute(f"alter table store.{table} disable trigger all")
            for statement in statements:
                admin.execute(statement)
            for table in ("events", "ledger"):
                admin.execute(f"alter table store.{table} enable trigger all")

    return run


def found(conn: psycopg.Connection[Any]) -> list[tuple[str, int | None, UUID | None, int | None]]:
    """(kind, seq, originator, version) of everything that verification finds."""
    return [(p.kind, p.seq, p.originator_id, p.version) for p in ledger.verify(conn).problems]


def event_at(seq: int) -> str:
    return f"(select position from store.ledger where seq = {seq})"


def test_an_untouched_ledger_is_in_order(
    conn: psycopg.Connection[Any], recorder: PostgresRecorder
) -> None:
    recorder.insert_events(rows(count=2), wait=False)
    seen: list[tuple[int, int]] = []
    report = ledger.verify(conn, lambda done, total: seen.append((done, total)))
    assert report.ok
    assert report.complete
    assert (report.events, report.pending) == (6, 2)
    assert seen[-1] == (6, 6)


@pytest.mark.parametrize(
    "change",
    [
        "state = '{ }'",
        "topic = 'test.happened:2'",
        "recorded_at = recorded_at + interval '1 microsecond'",
        "originator_id = '00000000-0000-0000-0000-000000000003', originator_version = 1",
    ],
)
def test_a_changed_event_is_found(
    conn: psycopg.Connection[Any], tamper: Tamper, change: str
) -> None:
    tamper(f"update store.events set {change} where position = {event_at(3)}")
    report = ledger.verify(conn)
    assert not report.ok
    assert (report.problems[0].kind, report.problems[0].seq) == ("changed", 3)
    assert "seq 3" in report.problems[0].text


def test_a_changed_version_is_found(conn: psycopg.Connection[Any], tamper: Tamper) -> None:
    tamper(f"update store.events set originator_version = 9 where position = {event_at(6)}")
    assert found(conn) == [("changed", 6, SECOND, 9), ("version_gap", None, SECOND, 1)]


def test_a_changed_leaf_is_found(conn: psycopg.Connection[Any], tamper: Tamper) -> None:
    tamper("update store.ledger set leaf = sha256('x') where seq = 5")
    assert found(conn) == [("changed", 5, SECOND, 2)]


def test_one_changed_bit_of_a_state_is_found(
    conn: psycopg.Connection[Any], recorder: PostgresRecorder, tamper: Tamper
) -> None:
    id_ = uuid4()
    recorder.insert_events(rows(id_, state=bytes(1000)))
    tamper(
        f"update store.events set state = set_bit(state, 7999, 1) where position = {event_at(7)}"
    )
    assert found(conn) == [("changed", 7, id_, 1)]


def test_a_swapped_order_is_found_though_the_leaves_were_swapped_too(
    conn: psycopg.Connection[Any], tamper: Tamper
) -> None:
    tamper(
        "create temp table was as select * from store.ledger where seq in (3, 4)",
        "delete from store.ledger where seq in (3, 4)",
        "insert into store.ledger select 7 - seq, position, leaf from was",
    )
    assert found(conn) == [("disorder", 4, FIRST, 3)]


def test_a_missing_event_is_found(conn: psycopg.Connection[Any], tamper: Tamper) -> None:
    tamper(f"delete from store.events where position = {event_at(2)}")
    assert found(conn) == [("missing", 2, None, None), ("version_gap", None, FIRST, 1)]


def test_a_removed_ledger_row_is_found(conn: psycopg.Connection[Any], tamper: Tamper) -> None:
    tamper("delete from store.ledger where seq = 2")
    assert found(conn) == [("gap", 3, None, None), ("left_out", None, FIRST, 2)]
    assert "seq 2 to 2 is missing" in ledger.verify(conn).problems[0].text


def test_an_event_removed_with_its_ledger_row_is_found(
    conn: psycopg.Connection[Any], tamper: Tamper
) -> None:
    tamper(
        f"delete from store.events where position = {event_at(5)}",
        "delete from store.ledger where seq = 5",
    )
    assert found(conn) == [("gap", 6, None, None), ("version_gap", None, SECOND, 1)]


def test_an_event_slipped_in_behind_the_ledgers_end_is_found(
    conn: psycopg.Connection[Any], tamper: Tamper
) -> None:
    tamper(
        "insert into store.events"
        " (tx, originator_id, originator_version, topic, state, recorded_at)"
        " select '3', gen_random_uuid(), 1, 'test.forged:1', '{}', now()"
    )
    report = ledger.verify(conn)
    assert [problem.kind for problem in report.problems] == ["left_out"]
    assert report.pending == 0


def test_a_ledger_written_anew_without_an_event_shows_a_hole_in_its_aggregate(
    conn: psycopg.Connection[Any], tamper: Tamper
) -> None:
    tamper(
        f"delete from store.events where position = {event_at(2)}",
        "delete from store.ledger",
        "insert into store.ledger select row_number() over (order by tx, position), position,"
        " store.leaf(originator_id, originator_version, topic, state, recorded_at)"
        " from store.events",
    )
    assert found(conn) == [("version_gap", None, FIRST, 1)]


def test_a_damage_without_end_is_reported_in_part(
    conn: psycopg.Connection[Any], recorder: PostgresRecorder, tamper: Tamper
) -> None:
    recorder.insert_events(rows(count=1_500))
    tamper("update store.events set state = 'x'")
    report = ledger.verify(conn)
    assert not report.complete
    assert len(report.problems) == 1_000


def test_long_states_come_whole(conn: psycopg.Connection[Any], recorder: PostgresRecorder) -> None:
    recorder.insert_events(rows(count=3, state=b"x" * 3_000_000))
    assert ledger.verify(conn).ok
