"""A dump restored in another cluster, where transaction ids begin anew.

The rows go over with the transaction ids of the old cluster, here raised by a million, as they
would be if the old cluster had seen that many more transactions.
"""

from typing import Any

import psycopg
import pytest

from domain.application import SocaiApplication
from domain.eventstore.errors import LedgerBroken, RestoredUnsealed
from domain.eventstore.personal import Keyring
from domain.eventstore.recorder import PostgresRecorder
from projections.engine import ledger
from service.operations.migrate import migrate
from tests.domain.eventstore.saves import one, rows
from tests.given import Life, a_few_areas
from tests.histories import family
from tests.standards import standards

COPY = [
    (
        "copy (select position, (tx::text::bigint + 1000000)::text, originator_id,"
        " originator_version, topic, state, recorded_at from store.events) to stdout",
        "copy store.events (position, tx, originator_id, originator_version, topic, state,"
        " recorded_at) from stdin",
    ),
    ("copy store.ledger to stdout", "copy store.ledger from stdin"),
    (
        "copy (select sealed_position, (sealed_tx::text::bigint + 1000000)::text, floor_tx,"
        " sealed_at from store.ledger_seals) to stdout",
        "copy store.ledger_seals from stdin",
    ),
]


def restore(old: Any, new: Any) -> None:
    """What pg_dump and pg_restore do with the tables of the event store."""
    with (
        psycopg.connect(old.superuser_url) as source,
        psycopg.connect(new.superuser_url) as target,
    ):
        for read, write in COPY:
            with source.cursor().copy(read) as out, target.cursor().copy(write) as into:
                for block in out:
                    into.write(block)


def order(url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as conn:
        return conn.execute(
            "select l.seq, l.leaf, e.originator_id, e.originator_version"
            " from store.ledger l join store.events e using (position) order by l.seq"
        ).fetchall()


@pytest.fixture
def restored(database: Any, second_database: Any) -> Any:
    """Five events restored from `database`: three in the ledger, two that were not yet."""
    recorder = PostgresRecorder(database.pool)
    recorder.insert_events(rows(count=3))
    recorder.insert_events(rows(count=2), wait=False)
    restore(database, second_database)
    return second_database


def test_the_ledger_refuses_to_go_on_before_it_is_sealed(restored: Any) -> None:
    with psycopg.connect(restored.url, autocommit=True) as conn:
        with pytest.raises(RestoredUnsealed, match="seal_restored"):
            ledger.extend(conn)
        assert ledger.head(conn) == 3


def test_a_save_meanwhile_is_refused_and_leaves_nothing(restored: Any) -> None:
    recorder = PostgresRecorder(restored.pool)
    with psycopg.connect(restored.owner_url, autocommit=True) as owner:
        owner.execute("select setval('store.events_position_seq', 5)")  # as a dump does
        with pytest.raises(RestoredUnsealed, match="migrate"):
            recorder.insert_events(rows(count=2))
        assert one(owner, "select count(*) from store.events") == 5
        assert one(owner, "select store.is_unsealed()") is True
        assert one(owner, "select store.seal_restored()") == 2
        assert one(owner, "select store.is_unsealed()") is False
        assert ledger.verify(owner).ok
    assert recorder.insert_events(rows()) == [6]


def test_a_command_meanwhile_is_not_answered_as_a_repeat(restored: Any, clock: Any) -> None:
    keyring = Keyring(restored.pool, bytes(32), bytes(range(32)))
    application = SocaiApplication(
        restored.pool, keyring, standards(), clock, directory=a_few_areas()
    )
    with pytest.raises(RestoredUnsealed):
        family(Life(application))
    with psycopg.connect(restored.owner_url, autocommit=True) as owner:
        assert one(owner, "select count(*) from store.commands") == 0


def test_migrating_seals_what_a_killed_restore_left(restored: Any) -> None:
    with psycopg.connect(restored.owner_url, autocommit=True) as owner:
        migrate(owner)
        assert one(owner, "select store.is_unsealed()") is False
        assert ledger.head(owner) == 5
        assert ledger.verify(owner).ok
    assert PostgresRecorder(restored.pool).insert_events(rows()) == [6]


def test_it_refuses_as_well_where_only_unsequenced_events_come_from_elsewhere(
    database: Any, second_database: Any
) -> None:
    PostgresRecorder(database.pool).insert_events(rows(), wait=False)
    restore(database, second_database)
    with (
        psycopg.connect(second_database.url, autocommit=True) as conn,
        pytest.raises(RestoredUnsealed),
    ):
        ledger.extend(conn)


def test_sealed_it_goes_on_where_it_was(database: Any, restored: Any) -> None:
    with psycopg.connect(restored.owner_url, autocommit=True) as owner:
        assert one(owner, "select store.seal_restored()") == 2
        assert ledger.extend(owner) == 0
    recorder = PostgresRecorder(restored.pool)
    assert recorder.insert_events(rows(count=2)) == [6, 7]
    assert recorder.insert_events(rows()) == [8]
    with psycopg.connect(database.url, autocommit=True) as old:
        ledger.extend(old)
    assert order(restored.url)[:5] == order(database.url)
    with psycopg.connect(restored.url, autocommit=True) as conn:
        report = ledger.verify(conn)
        assert report.ok
        assert (report.events, report.pending) == (8, 0)


def test_a_restored_event_with_a_low_transaction_id_and_a_late_position_is_not_lost(
    database: Any,
) -> None:
    """In the old cluster a long transaction took its id early and its position late."""
    with psycopg.connect(database.superuser_url, autocommit=True) as admin:
        admin.execute(
            "insert into store.events"
            " (tx, originator_id, originator_version, topic, state, recorded_at)"
            " select tx::text::xid8, gen_random_uuid(), 1, 'test.happened:1', '{}', now()"
            " from unnest(array[1000000, 3, 1000001, 4]) with ordinality as t (tx, n) order by n"
        )
        assert one(admin, "select store.seal_restored()") == 3
        assert PostgresRecorder(database.pool).insert_events(rows()) == [5]
        assert ledger.verify(admin).ok


def test_it_can_be_restored_again(restored: Any, third_database: Any) -> None:
    with psycopg.connect(restored.owner_url, autocommit=True) as owner:
        owner.execute("select store.seal_restored()")
    PostgresRecorder(restored.pool).insert_events(rows(count=2))
    restore(restored, third_database)
    with psycopg.connect(third_database.owner_url, autocommit=True) as owner:
        with pytest.raises(RestoredUnsealed):
            ledger.extend(owner)
        owner.execute("select store.seal_restored()")
        owner.execute("select store.seal_restored()")  # once more changes nothing
        assert PostgresRecorder(third_database.pool).insert_events(rows()) == [8]
        assert ledger.verify(owner).ok


def test_an_empty_store_needs_no_seal(database: Any) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        assert one(owner, "select store.seal_restored()") == 0
    assert PostgresRecorder(database.pool).insert_events(rows()) == [1]


def test_an_event_that_was_removed_stops_the_ledger(database: Any) -> None:
    PostgresRecorder(database.pool).insert_events(rows(count=2))
    with psycopg.connect(database.superuser_url, autocommit=True) as admin:
        admin.execute("alter table store.events disable trigger all")
        admin.execute(
            "delete from store.events where position = (select max(position) from store.events)"
        )
        with pytest.raises(LedgerBroken):
            ledger.extend(admin)
