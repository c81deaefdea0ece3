"""A save is everything or nothing, and tells its place in the ledger."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import (
    IntegrityError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
)

from domain.eventstore.errors import ClaimTaken, CommandRepeated, SubjectKeyExists
from domain.eventstore.personal import SubjectKey
from domain.eventstore.recorder import PostgresRecorder
from tests.domain.eventstore.saves import NOON, claim, command, one, release, rows, stored


@pytest.fixture
def recorder(database: Any) -> PostgresRecorder:
    return PostgresRecorder(database.pool, wait_seconds=10)


@pytest.fixture
def conn(database: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url, autocommit=True) as conn:
        yield conn


@pytest.fixture
def owner(database: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.owner_url, autocommit=True) as conn:
        yield conn


def test_a_row_comes_back_as_it_was_stored(recorder: PostgresRecorder) -> None:
    events = rows(count=3, state=bytes(range(256)))
    assert recorder.insert_events(events) == [1, 2, 3]
    back = recorder.select_events(events[0].originator_id)
    assert list(back) == events
    assert [event.recorded_at for event in back] == [NOON] * 3
    notified = recorder.select_notifications(1, 10)
    assert list(notified) == events
    assert [event.recorded_at for event in notified] == [NOON] * 3


def test_a_plain_stored_event_is_stamped_with_this_moment(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    recorder.insert_events([StoredEvent(uuid4(), 1, "test.happened:1", b"{}")])
    assert one(conn, "select now() - recorded_at < interval '1 minute' from store.events")


def test_an_id_that_is_no_uuid_is_refused(recorder: PostgresRecorder) -> None:
    with pytest.raises(ProgrammingError, match="'household-1'"):
        recorder.insert_events([StoredEvent("household-1", 1, "test.happened:1", b"{}")])


def test_nothing_to_save_saves_nothing(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    assert recorder.insert_events([]) is None
    assert one(conn, "select count(*) from store.commands") == 0


def test_a_version_is_recorded_once(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    first = rows(state=b'{"secret":"Hue"}')
    recorder.insert_events(first)
    with pytest.raises(IntegrityError) as refused:
        recorder.insert_events([*rows(), *first], commands=[command()], claims=[])
    assert type(refused.value) is IntegrityError
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert stored(conn) == 1
    assert one(conn, "select count(*) from store.commands") == 0


def test_what_goes_with_the_events_is_saved_with_them(recorder: PostgresRecorder) -> None:
    household, person = uuid4(), uuid4()
    asked = command(household=str(household), notes=["a", {"b": 1}])
    recorder.insert_events(
        rows(household),
        commands=[asked],
        claims=[claim(b"p1", household), claim(b"n1", household)],
        keys=[SubjectKey(person, b"wrapped")],
    )
    assert recorder.find_command(asked.command_id) == asked
    assert recorder.find_command(uuid4()) is None


def test_a_command_without_events_is_recorded(recorder: PostgresRecorder) -> None:
    asked = command()
    assert recorder.insert_events([], commands=[asked]) is None
    assert recorder.find_command(asked.command_id) == asked


def test_a_repeated_command_saves_nothing_and_is_named(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    asked, new, twice = command(), command(), command()
    recorder.insert_events(rows(), commands=[asked])
    with pytest.raises(CommandRepeated) as repeated:
        recorder.insert_events(rows(), commands=[new, asked, twice, twice])
    assert set(repeated.value.command_ids) == {asked.command_id, twice.command_id}
    assert stored(conn) == 1
    assert recorder.find_command(new.command_id) is None


def test_of_two_commands_with_one_id_at_once_one_is_recorded(database: Any) -> None:
    recorder = PostgresRecorder(database.pool)
    for _ in range(10):
        asked = command()
        together = threading.Barrier(4)

        def save(asked: Any = asked, together: threading.Barrier = together) -> bool:
            together.wait()
            try:
                recorder.insert_events(rows(), commands=[asked])
            except CommandRepeated:
                return False
            return True

        with ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(lambda _: save(), range(4))) == 1


def test_a_claim_is_held_by_one(recorder: PostgresRecorder, conn: psycopg.Connection[Any]) -> None:
    mine, yours = uuid4(), uuid4()
    recorder.insert_events(rows(mine), claims=[claim(b"p1", mine), claim(b"p2", mine)])
    with pytest.raises(ClaimTaken) as taken:
        recorder.insert_events(
            rows(yours), claims=[claim(b"p1", yours), claim(b"p3", yours), claim(b"p2", yours)]
        )
    assert set(taken.value.taken) == {(b"p1", mine), (b"p2", mine)}
    assert taken.value.holder == mine
    assert stored(conn) == 1
    assert one(conn, "select count(*) from store.claims") == 2


def test_its_holder_may_claim_again_and_keeps_the_earlier_day(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    mine = uuid4()
    recorder.insert_events([], claims=[claim(b"p1", mine, "2022-03-01")])
    recorder.insert_events([], claims=[claim(b"p1", mine, "2022-05-01")])
    recorder.insert_events([], claims=[claim(b"p1", mine, "2022-04-01")] * 2)
    assert str(one(conn, "select since from store.claims")) == "2022-03-01"


@pytest.mark.parametrize(
    ("until", "since", "free"),
    [
        ("2022-06-01", "2022-06-01", True),
        ("2022-06-01", "2022-07-01", True),
        ("2022-06-01", "2022-05-31", False),
        (None, "2020-01-01", True),
    ],
)
def test_a_key_is_free_from_the_day_it_was_let_go(
    recorder: PostgresRecorder, until: str | None, since: str, free: bool
) -> None:
    mine, yours = uuid4(), uuid4()
    recorder.insert_events([], claims=[claim(b"p1", mine)])
    recorder.insert_events([], releases=[release(b"p1", mine, until)])
    if free:
        recorder.insert_events([], claims=[claim(b"p1", yours, since)])
    else:
        with pytest.raises(ClaimTaken):
            recorder.insert_events([], claims=[claim(b"p1", yours, since)])


def test_one_save_can_hand_a_key_over(recorder: PostgresRecorder) -> None:
    mine, yours = uuid4(), uuid4()
    recorder.insert_events([], claims=[claim(b"p1", mine)])
    recorder.insert_events(
        [],
        releases=[release(b"p1", mine, "2022-06-01")],
        claims=[claim(b"p1", yours, "2022-06-01")],
    )
    with pytest.raises(ClaimTaken):
        recorder.insert_events([], claims=[claim(b"p1", mine, "2023-01-01")])


def test_only_its_holder_can_let_a_key_go(recorder: PostgresRecorder) -> None:
    mine, yours = uuid4(), uuid4()
    recorder.insert_events([], claims=[claim(b"p1", mine)])
    recorder.insert_events([], releases=[release(b"p1", yours, None)])
    with pytest.raises(ClaimTaken):
        recorder.insert_events([], claims=[claim(b"p1", yours)])


def test_two_holders_of_one_key_in_one_save_are_refused(recorder: PostgresRecorder) -> None:
    mine, yours = uuid4(), uuid4()
    with pytest.raises(ClaimTaken) as taken:
        recorder.insert_events([], claims=[claim(b"p1", mine), claim(b"p1", yours)])
    assert taken.value.taken == ((b"p1", mine),)


def test_of_many_who_claim_one_key_at_once_one_gets_it(database: Any) -> None:
    recorder = PostgresRecorder(database.pool)
    for round_ in range(10):
        together = threading.Barrier(4)
        keys = [b"p%d" % round_, b"q%d" % round_]

        def save(
            backwards: bool, keys: list[bytes] = keys, together: threading.Barrier = together
        ) -> bool:
            holder = uuid4()
            wanted = [claim(key, holder) for key in keys]
            together.wait()
            try:
                recorder.insert_events(
                    rows(holder), claims=wanted[::-1] if backwards else wanted, wait=False
                )
            except ClaimTaken:
                return False
            return True

        with ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(save, [False, True, False, True])) == 1


def test_saves_that_touch_the_same_aggregates_crosswise_do_not_deadlock(database: Any) -> None:
    recorder = PostgresRecorder(database.pool)
    for _ in range(5):
        one_, two = uuid4(), uuid4()
        together = threading.Barrier(2)

        def save(
            first: UUID, second: UUID, together: threading.Barrier = together
        ) -> list[int] | None:
            together.wait()
            try:
                return recorder.insert_events([*rows(first, 300), *rows(second, 300)])
            except IntegrityError:
                return None

        with ThreadPoolExecutor(2) as threads:
            saved = list(threads.map(save, [one_, two], [two, one_]))
        assert [seqs is None for seqs in saved].count(True) == 1


def test_a_subjects_key_is_given_once(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    subject = uuid4()
    recorder.insert_events([], keys=[SubjectKey(subject, b"first")])
    with pytest.raises(SubjectKeyExists) as exists:
        recorder.insert_events(rows(), keys=[SubjectKey(uuid4(), b"x"), SubjectKey(subject, b"y")])
    assert exists.value.subjects == (subject,)
    assert one(conn, "select wrapped from store.subject_keys") == b"first"
    assert stored(conn) == 0


def test_a_key_is_destroyed_together_with_the_event(
    recorder: PostgresRecorder, conn: psycopg.Connection[Any]
) -> None:
    subject = uuid4()
    recorder.insert_events(rows(), keys=[SubjectKey(subject, b"first")])
    taken = rows()
    recorder.insert_events(taken)
    with pytest.raises(IntegrityError):
        recorder.insert_events(taken, forget=[subject])
    assert one(conn, "select wrapped from store.subject_keys") == b"first"
    recorder.insert_events(rows(), forget=[subject])
    assert one(conn, "select wrapped is null and destroyed_at is not null from store.subject_keys")
    with pytest.raises(SubjectKeyExists):
        recorder.insert_events([], keys=[SubjectKey(subject, b"again")])


def test_a_save_of_3000_events_returns_with_their_seqs(recorder: PostgresRecorder) -> None:
    events = [row for _ in range(1_000) for row in rows(count=3, state=b"x" * 600)]
    assert recorder.insert_events(events) == list(range(1, 3_001))
    assert list(recorder.select_notifications(None, 3_000)) == events


def test_a_bulk_save_does_not_ask_for_its_place(recorder: PostgresRecorder) -> None:
    assert recorder.insert_events(rows(), wait=False) is None
    assert recorder.max_notification_id() is None
    assert recorder.extend_ledger() == 1
    assert recorder.max_notification_id() == 1


def test_events_behind_an_older_open_transaction_are_saved_but_wait(
    database: Any, conn: psycopg.Connection[Any]
) -> None:
    recorder = PostgresRecorder(database.pool, wait_seconds=0.05)
    with conn.transaction():
        conn.execute("select pg_current_xact_id()")
        saved = rows(count=2)
        assert recorder.insert_events(saved) is None
        assert list(recorder.select_events(saved[0].originator_id)) == saved
        assert recorder.select_notifications(1, 10) == []
    assert recorder.insert_events(rows()) == [3]
    assert list(recorder.select_notifications(1, 2)) == saved


def test_a_save_waits_no_longer_than_told_for_the_ledgers_lock(
    database: Any, owner: psycopg.Connection[Any]
) -> None:
    recorder = PostgresRecorder(database.pool, wait_seconds=0.2)
    with owner.transaction():
        owner.execute("select store.extend_ledger(1)")
        started = time.monotonic()
        assert recorder.insert_events(rows()) is None
        assert time.monotonic() - started < 5
    assert recorder.extend_ledger() == 1


def test_a_connection_killed_in_a_save_leaves_nothing_half_done(
    database: Any, owner: psycopg.Connection[Any]
) -> None:
    """The save hangs on a key that somebody else is about to claim, and dies there."""
    household = uuid4()
    pool = database.new_pool(min_size=1, max_size=1)
    try:
        recorder = PostgresRecorder(pool)
        with owner.transaction():
            owner.execute("insert into store.claims values ('p1', %s, now())", [uuid4()])
            with ThreadPoolExecutor(1) as thread:
                saving = thread.submit(
                    recorder.insert_events,
                    rows(household, 3),
                    commands=[command()],
                    claims=[claim(b"p1", household)],
                    keys=[SubjectKey(uuid4(), b"w")],
                )
                kill_the_waiting(database.superuser_url)
                with pytest.raises(OperationalError):
                    saving.result(timeout=10)
        counts = "select (select count(*) from store.events), (select count(*) from store.commands)"
        counts += ", (select count(*) from store.subject_keys)"
        assert owner.execute(counts).fetchone() == (0, 0, 0)
        assert recorder.insert_events(rows(household, 3)) == [1, 2, 3]
    finally:
        pool.close()


def test_a_connection_killed_after_the_commit_does_not_look_like_a_failure(
    database: Any, conn: psycopg.Connection[Any], owner: psycopg.Connection[Any]
) -> None:
    """The save is committed and waits for the ledger's lock when its connection dies."""
    recorder = PostgresRecorder(database.pool, wait_seconds=30)
    with owner.transaction():
        owner.execute("select store.extend_ledger(1)")
        with ThreadPoolExecutor(1) as thread:
            saving = thread.submit(recorder.insert_events, rows(count=3))
            kill_the_waiting(database.superuser_url)
            assert saving.result(timeout=10) is None
    assert stored(conn) == 3
    assert recorder.extend_ledger() == 3


def kill_the_waiting(superuser_url: str) -> None:
    """Terminates the one connection that waits for a lock, once there is one."""
    deadline = time.monotonic() + 10
    with psycopg.connect(superuser_url, autocommit=True) as admin:
        while time.monotonic() < deadline:
            killed = admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and wait_event_type = 'Lock'"
            ).fetchall()
            if killed:
                return
    raise AssertionError("nobody waited")


def test_versions_can_be_selected_from_both_ends(recorder: PostgresRecorder) -> None:
    events = rows(count=5)
    id_ = events[0].originator_id
    recorder.insert_events(events)

    def versions(**which: Any) -> list[int]:
        return [row.originator_version for row in recorder.select_events(id_, **which)]

    assert versions(gt=2) == [3, 4, 5]
    assert versions(gt=1, lte=3) == [2, 3]
    assert versions(desc=True, limit=2) == [5, 4]
    assert versions(lte=0) == []


def test_a_subscription_brings_what_was_held_back(
    database: Any, conn: psycopg.Connection[Any]
) -> None:
    recorder = PostgresRecorder(database.pool, wait_seconds=0.02, poll_seconds=0.01)
    with recorder.subscribe() as subscription:
        with conn.transaction():
            conn.execute("select pg_current_xact_id()")
            recorder.insert_events(rows(count=2))
        assert [next(subscription).id, next(subscription).id] == [1, 2]


def test_a_subscription_is_stopped_while_it_waits(database: Any) -> None:
    recorder = PostgresRecorder(database.pool, poll_seconds=60)
    with ThreadPoolExecutor(1) as thread, recorder.subscribe() as subscription:
        reading = thread.submit(list, subscription)
        subscription.stop()
        assert reading.result(timeout=10) == []
