"""A read model parks an aggregate whose events it cannot take; all others go on."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.eventstore.mapper import StampedEvent
from domain.eventstore.recorder import PostgresRecorder
from domain.households import events as e
from domain.households.claims import person_of
from projections.catch_up import StillFailing, catch_up, unpark
from projections.engine import apply, batch, ledger, parking
from projections.engine.parking import FAULTS
from projections.read_models import MODELS, named
from projections.rebuild import rebuild_job
from tests.conftest import Database, Postgres
from tests.projections.broken import Stumbling, with_stumbling
from tests.projections.dumps import Dump, dump, empty, parked
from tests.projections.engine.test_same_rows import FEW, world_in
from tests.projections.random_histories import make_world, record, seeds, some_keyring


def rows(database: Database) -> Dump:
    with database.pool.connection() as conn:
        return dump(conn)


def waiting(database: Database) -> list[parking.Parked]:
    with database.pool.connection() as conn:
        return parking.listed(conn)


def longest(world: Any) -> Any:
    return max(world.homes, key=lambda home: home.version)


@FEW
@given(seed=seeds(), things=st.integers(15, 50), limit=st.integers(1, 40))
def test_whatever_the_cut_it_is_parked_from_the_event_it_fails_at_and_others_go_on(
    postgres: Postgres, seed: int, things: int, limit: int
) -> None:
    with world_in(postgres, seed, things) as (database, world, keyring):
        home = longest(world)
        bad = (home.version + 1) // 2
        models = with_stumbling(Stumbling((home.id, bad)))
        catch_up(database.pool, keyring, models, batch=limit)
        (one,) = waiting(database)
        assert (one.model, one.originator_id) == ("household_file", home.id)
        assert one.waiting == home.version - bad + 1
        with database.pool.connection() as conn:
            shown = dict(
                conn.execute("select household_id, version from read.household_file").fetchall()
            )
            seqs = dict(
                conn.execute(
                    "select e.originator_version, l.seq from store.events e"
                    " join store.ledger l using (position) where e.originator_id = %s",
                    [home.id],
                ).fetchall()
            )
            behind = conn.execute(
                "select model from read.positions where seq < %s",
                [max(event_seq for event_seq in seqs.values())],
            ).fetchall()
        assert one.seq == seqs[bad]
        assert shown.get(home.id, 0) == bad - 1
        assert all(shown[other.id] == other.version for other in world.homes if other is not home)
        assert behind == []

        assert unpark(database.pool, keyring, MODELS[0], home.id) == one.waiting
        mended = rows(database)
        with database.pool.connection() as conn:
            assert parked(conn) == 0
            empty(conn)
        catch_up(database.pool, keyring)
        assert rows(database) == mended


@FEW
@given(seed=seeds(), things=st.integers(15, 50))
def test_a_rebuild_parks_what_catching_up_parked(
    postgres: Postgres, seed: int, things: int
) -> None:
    with world_in(postgres, seed, things) as (database, world, keyring):
        home = longest(world)
        _poison(database, home.id, home.version + 1)
        catch_up(database.pool, keyring, batch=13)
        before, was = rows(database), waiting(database)
        assert {one.originator_id for one in was} == {home.id}
        rebuild = rebuild_job.request(database.pool, parts=4)
        rebuild_job.work(database.pool, keyring, rebuild)
        assert rows(database) == before
        assert [(p.model, p.seq, p.reason) for p in waiting(database)] == [
            (p.model, p.seq, p.reason) for p in was
        ]


def _poison(database: Database, household: UUID, version: int) -> None:
    """An event that no version of the code knows."""
    event = StampedEvent(
        household, version, "household.unheard_of:1", b"{}", datetime(2023, 1, 1, tzinfo=UTC)
    )
    PostgresRecorder(database.pool, wait_seconds=0).insert_events([event])


def test_an_event_that_cannot_be_read_parks_its_household_in_every_model_of_households(
    database: Database,
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(5, 20, keyring.sealer())
    record(database, world.saves, world.sealer)
    home = longest(world)
    _poison(database, home.id, home.version + 1)
    catch_up(database.pool, keyring)
    found = waiting(database)
    assert {one.model for one in found} == {
        model.name for model in MODELS if model.topics == ("household.",)
    }
    assert {one.originator_id for one in found} == {home.id}
    assert all("household.unheard_of:1 is not registered" in one.reason for one in found)
    with pytest.raises(StillFailing, match="not registered"):
        unpark(database.pool, keyring, MODELS[0], home.id)
    assert len(waiting(database)) == len(found)


def test_text_that_the_database_cannot_hold_parks_one_household_in_one_model(
    database: Database,
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(6, 0, keyring.sealer())
    home = world.homes[0]
    bad = world.make(home, e.NeedsRecorded, home.registered_on, needs=("other",), note="a\0b")
    fine = world.make(home, e.CausesRecorded, home.registered_on, causes=("1",), note="ab")
    record(database, [*world.saves, [bad], [fine]], world.sealer)
    catch_up(database.pool, keyring)
    (one,) = waiting(database)
    assert (one.model, one.originator_id, one.waiting) == ("household_file", home.id, 2)
    assert one.reason.startswith("ValueError in projections.households.file_model.")


def test_the_reason_says_where_it_failed_and_quotes_nothing(database: Database) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(7, 5, keyring.sealer())
    record(database, world.saves, world.sealer)
    home = world.homes[0]
    catch_up(database.pool, keyring, with_stumbling(Stumbling((home.id, 1))))
    (one,) = waiting(database)
    assert one.reason.startswith("ValueError in ")
    assert "An" not in one.reason
    assert "0460" not in one.reason


def test_later_events_of_a_parked_household_wait_behind_the_first(database: Database) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(8, 3, keyring.sealer())
    home = world.homes[0]
    record(database, world.saves, world.sealer)
    models = with_stumbling(Stumbling((home.id, home.version)))
    catch_up(database.pool, keyring, models)
    (first,) = waiting(database)
    causes = [world.make(home, e.CausesRecorded, home.registered_on, causes=("1",), note="")]
    record(database, [causes])
    catch_up(database.pool, keyring, models)
    (still,) = waiting(database)
    assert (still.seq, still.waiting) == (first.seq, 2)
    assert unpark(database.pool, keyring, MODELS[0], home.id) == 2


def test_a_parked_household_waits_until_it_is_unparked_though_the_cause_is_mended(
    database: Database,
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(8, 3, keyring.sealer())
    home = world.homes[0]
    record(database, world.saves, world.sealer)
    before = home.version
    catch_up(database.pool, keyring, with_stumbling(Stumbling((home.id, before))))
    (first,) = waiting(database)

    def shown() -> list[Any]:
        with database.pool.connection() as conn:
            return conn.execute(
                "select version from read.household_file where household_id = %s", [home.id]
            ).fetchall()

    causes = [world.make(home, e.CausesRecorded, home.registered_on, causes=("1",), note="")]
    record(database, [causes])
    as_it_was = shown()
    catch_up(database.pool, keyring)
    (still,) = waiting(database)
    assert (still.seq, still.waiting, shown()) == (first.seq, 2, as_it_was)
    assert unpark(database.pool, keyring, MODELS[0], home.id) == 2
    assert (waiting(database), shown()) == ([], [(before + 1,)])


def test_a_sequential_projection_takes_events_of_its_topics_and_of_no_parked_aggregate() -> None:
    one, other = UUID(int=1), UUID(int=2)
    events: list[Any] = [
        SimpleNamespace(topic=topic, originator_id=id_)
        for topic in ("area.renamed:1", "household.moved:1") for id_ in (one, other)
    ]  # fmt: skip
    model: Any = SimpleNamespace(topics=("area.",))
    taken = batch._events(model, batch.Batch(4, events, [], []), {other})
    assert taken.events == [events[0]]
    assert batch._events(model, batch.Batch(4, events, [], []), ()).events == events[:2]


def test_after_an_event_that_cannot_be_read_its_aggregate_alone_stops() -> None:
    one, other = UUID(int=1), UUID(int=2)

    def row(id_: UUID, seq: int, *, readable: bool = True) -> Any:
        return SimpleNamespace(
            originator_id=id_, seq=seq, topic="t", unreadable="KeyError",
            event=object() if readable else None,
        )  # fmt: skip

    rows = [row(one, 1), row(other, 2), row(one, 3, readable=False), row(one, 4), row(other, 5),
            row(one, 6, readable=False)]  # fmt: skip
    readable, faults = batch.until_unreadable(rows)
    assert [event.seq for event in readable] == [1, 2, 5]
    assert faults == [parking.Fault(one, 3, "KeyError", "t")]


def test_the_place_of_a_fault_is_the_innermost_line_of_ours() -> None:
    def reason(cause: Callable[[], object]) -> str:
        try:
            cause()
        except FAULTS as error:
            return parking.reason_of(error)
        raise AssertionError("it did not fail")

    of_ours = reason(lambda: person_of(b"p"))
    assert of_ours.startswith("ValueError in domain.households.claims.person_of, line ")
    assert reason(lambda: UUID("x")).startswith("ValueError in tests.projections.engine.")


def test_a_read_model_that_can_take_nothing_stops_instead_of_parking_everybody(
    database: Database,
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(9, 0, keyring.sealer())
    for _ in range(40):
        world.saves.append(_another(world))
    record(database, world.saves, world.sealer)
    with pytest.raises(parking.TooManyFaults, match="household_file: ValueError in"):
        catch_up(database.pool, keyring, with_stumbling(Stumbling(every=True)))
    with database.pool.connection() as conn:
        assert parked(conn) == 0
        assert conn.execute("select max(seq) from read.positions").fetchone() == (0,)
    assert catch_up(database.pool, keyring) == len(world.events)


def _another(world: Any) -> list[Any]:
    from tests.projections.random_histories import register

    register(world)
    return world.saves.pop()


def test_to_unpark_what_is_not_parked_is_nothing(database: Database) -> None:
    keyring = some_keyring(database.pool)
    assert unpark(database.pool, keyring, named(["counts"])[0], UUID(int=1)) == 0


def test_a_lost_connection_parks_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(10, 5, keyring.sealer())
    record(database, world.saves, world.sealer)
    with database.pool.connection() as conn:
        ledger.extend(conn)

    def cut(*_: Any) -> None:
        raise psycopg.OperationalError("the server closed the connection")

    for way in ("replace_rows", "write_few"):
        monkeypatch.setattr(apply, way, cut)
    with pytest.raises(psycopg.OperationalError):
        catch_up(database.pool, keyring)
    assert waiting(database) == []
