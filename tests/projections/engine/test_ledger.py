"""Reading the one order of events."""

import time
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.eventstore.mapper import StampedEvent, StateMapper
from domain.eventstore.recorder import PostgresRecorder
from domain.households.events import CausesRecorded, MemberLeft, NeedsRecorded
from projections.engine import ledger
from tests.domain.eventstore.saves import NOON, rows
from tests.projections.ledger_events import household_events

EVERY = UUID(int=0), UUID(int=2**128 - 1)


@pytest.fixture
def recorder(database: Any) -> PostgresRecorder:
    return PostgresRecorder(database.pool, wait_seconds=10)


@pytest.fixture
def conn(database: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url, autocommit=True) as conn:
        yield conn


def save(recorder: PostgresRecorder, *histories: list[Any], wait: bool = True) -> None:
    """One save for each history."""
    mapper = StateMapper()
    for events in histories:
        recorder.insert_events([mapper.to_stored_event(event) for event in events], wait=wait)


def test_events_are_read_in_order_in_any_cut(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    one, two = household_events(uuid4(), 5), household_events(uuid4(), 4)
    save(recorder, one, two)
    for limit in (1, 2, 4, 9, 100):
        found: list[ledger.LedgerEvent] = []
        while batch := ledger.read(conn, found[-1].seq if found else 0, limit):
            assert len(batch) <= limit
            found += batch
        assert [row.seq for row in found] == list(range(1, 10))
        assert [row.event for row in found] == one + two
        assert [row.recorded_at for row in found] == [NOON] * 9
        assert all(row.recorded_at.tzinfo is UTC for row in found)
    assert ledger.head(conn) == 9


def test_the_times_are_utc_whatever_the_session_thinks(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    save(recorder, household_events(uuid4(), 1))
    conn.execute("set timezone = 'Asia/Ho_Chi_Minh'")
    (row,) = ledger.read(conn, 0, 10)
    assert row.recorded_at.tzinfo is UTC
    assert row.event.timestamp == NOON
    assert row.event.timestamp.tzinfo is UTC


def test_a_reader_can_follow_some_topics(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    save(recorder, household_events(uuid4(), 6), household_events(uuid4(), 6))
    topics = [CausesRecorded.TOPIC, MemberLeft.TOPIC]
    wanted = [row for row in ledger.read(conn, 0, 100) if row.topic in topics]
    assert ledger.read(conn, 0, 100, topics) == wanted
    assert ledger.read(conn, 0, 2, topics) == wanted[:2]
    assert ledger.read(conn, wanted[0].seq, 100, topics) == wanted[1:]
    assert ledger.read(conn, 0, 100, []) == []


def test_an_empty_ledger_ends_at_0(conn: psycopg.Connection[Any]) -> None:
    assert ledger.head(conn) == 0
    assert ledger.read(conn, 0, 10) == []
    assert ledger.extend(conn) == 0
    assert ledger.verify(conn).ok


def test_what_is_not_in_the_ledger_is_not_read(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    id_ = uuid4()
    save(recorder, household_events(id_, 3), wait=False)
    assert ledger.read(conn, 0, 10) == []
    assert ledger.history(conn, id_) == []
    assert ledger.extend(conn) == 3
    assert len(ledger.history(conn, id_)) == 3


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 8, 100])
def test_extending_takes_everything_that_is_settled(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any], batch: int
) -> None:
    for _ in range(4):
        recorder.insert_events(rows(count=2), wait=False)
    assert ledger.extend(conn, batch) == 8
    assert ledger.extend(conn, batch) == 0
    assert ledger.verify(conn).ok


def test_a_row_that_cannot_be_read_is_handed_out_with_its_reason(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    id_ = uuid4()
    good = household_events(uuid4(), 1)
    recorder.insert_events(
        [
            StampedEvent(id_, 1, "household.unheard_of:1", b'{"secret":1}', NOON),
            StampedEvent(id_, 2, MemberLeft.TOPIC, b'{"secret":1}', NOON),
        ]
    )
    save(recorder, good)
    unknown, damaged, fine = ledger.read(conn, 0, 10)
    assert unknown.event is None
    assert "household.unheard_of:1 is not registered" in str(unknown.unreadable)
    assert damaged.event is None
    assert str(id_) in str(damaged.unreadable)
    assert "secret" not in f"{unknown.unreadable}{damaged.unreadable}"
    assert (fine.event, fine.unreadable) == (good[0], None)


def test_whole_histories_are_read_by_aggregate(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    ids = sorted(uuid4() for _ in range(4))
    histories = {id_: household_events(id_, 3) for id_ in ids}
    for position in range(3):
        save(recorder, *([events[position]] for events in reversed(histories.values())))
    read = list(ledger.histories(conn, *EVERY, rows=2))
    assert [id_ for id_, _ in read] == ids
    assert {id_: [row.event for row in events] for id_, events in read} == histories
    assert [id_ for id_, _ in ledger.histories(conn, ids[1], ids[2])] == ids[1:3]
    early = {id_: len(events) for id_, events in ledger.histories(conn, *EVERY, upto=5)}
    assert early == {ids[0]: 1, ids[1]: 1, ids[2]: 1, ids[3]: 2}
    needs = dict(ledger.histories(conn, *EVERY, topics=[NeedsRecorded.TOPIC]))
    assert all(row.topic == NeedsRecorded.TOPIC for events in needs.values() for row in events)
    assert [row.version for row in ledger.history(conn, ids[0], upto=5)] == [1]


def test_the_histories_of_some_are_read_at_once(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    save(recorder, *(household_events(id_, 2) for id_ in (one, two, three)))
    found = ledger.histories_of(conn, [three, one, uuid4()], 5)
    assert {id_: [row.seq for row in events] for id_, events in found.items()} == {
        one: [1, 2],
        three: [5],
    }
    assert ledger.histories_of(conn, [], 5) == {}


def test_the_oldest_writer_is_named_with_what_waits_behind_it(
    database: Any, conn: psycopg.Connection[Any]
) -> None:
    assert ledger.oldest_writer(conn) is None
    recorder = PostgresRecorder(database.pool, wait_seconds=0)
    recorder.insert_events(rows())
    ledger.extend(conn)
    with (
        psycopg.connect(database.url, application_name="forgotten") as forgotten,
        psycopg.connect(database.url, application_name="younger") as younger,
    ):
        forgotten.execute("select pg_current_xact_id()")
        younger.execute("select pg_current_xact_id()")
        recorder.insert_events(rows(count=3))
        assert ledger.extend(conn) == 0
        writer = ledger.oldest_writer(conn)
        assert writer is not None
        assert (writer.pid, writer.application) == (forgotten.info.backend_pid, "forgotten")
        assert writer.held_back == 3
        assert writer.since is not None
    wait_until(lambda: ledger.extend(conn) == 3)


def test_the_oldest_writer_of_another_role_is_seen_as_well(
    database: Any, conn: psycopg.Connection[Any]
) -> None:
    with psycopg.connect(database.superuser_url) as other:
        other.execute("select pg_current_xact_id()")
        writer = ledger.oldest_writer(conn)
        assert writer is not None
        assert writer.pid == other.info.backend_pid


def wait_until(condition: Any, seconds: float = 10) -> None:
    """Looks again until it is so; a connection that closes ends its transaction soon after."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
