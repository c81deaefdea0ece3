"""The work of a batch: few statements for a command, and no folding that no new event asks for."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg_pool import ConnectionPool

from domain.households import events as e
from projections.catch_up import catch_up
from projections.engine import ledger
from projections.engine.batch import prepare, read_batch
from projections.households import spans, state
from projections.households.counts_model import Counts
from projections.households.file_model import HouseholdFile
from projections.households.register_model import Register
from projections.households.status_spans_model import StatusSpans
from projections.read_models import MODELS
from tests.conftest import Database
from tests.projections.dumps import parked
from tests.projections.engine.test_catch_up import same_as_from_the_start
from tests.projections.random_histories import (
    Home,
    World,
    _classified,
    _surveyed_and_classified,
    make_world,
    record,
    some_keyring,
)

MOST_STATEMENTS = 15
Action = Callable[[World, Home], list[Any]]


def statements(database: Database, file: Path) -> list[str]:
    """What the server answered while a single nudge was worked at, a tag for each statement."""
    trace = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with ConnectionPool(
        database.url, min_size=3, max_size=3, open=True, configure=lambda c: c.pgconn.trace(trace)
    ) as pool:
        pool.wait()
        assert catch_up(pool, some_keyring(pool)) > 0
    lines = [line.split("\t") for line in file.read_text(errors="replace").splitlines()]
    return [line[4].strip() for line in lines if line[3:4] == ["CommandComplete"]]


def _day(world: World, home: Home) -> date:
    return max(home.registered_on, world.now.date())


def surveyed(world: World, home: Home) -> list[Any]:
    """A survey, a decision, and an exit where the class says so."""
    return _surveyed_and_classified(world, home, _day(world, home))


def causes(world: World, home: Home) -> list[Any]:
    return [world.make(home, e.CausesRecorded, _day(world, home), causes=("2",), note="")]


def moved(world: World, home: Home) -> list[Any]:
    area = "19960@2016-01-01" if home.area != "19960@2016-01-01" else "19754@2016-01-01"
    return [
        world.make(
            home, e.Moved, _day(world, home), area_before=home.area, village_before="",
            area=area, village="Thôn mới", number="", address=None,
        )
    ]  # fmt: skip


@pytest.mark.parametrize("happens", [surveyed, causes, moved])
def test_a_command_is_caught_up_with_in_few_statements(
    database: Database, tmp_path: Path, happens: Action
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(31, 40, keyring.sealer())
    record(database, world.saves, world.sealer)
    catch_up(database.pool, keyring)
    home = next(home for home in world.homes if home.ended_on is None and home.class_ == "poor")
    world.now += timedelta(days=30)
    record(database, [happens(world, home)])
    said = statements(database, tmp_path / "trace")
    assert len(said) <= MOST_STATEMENTS, said
    with database.pool.connection() as conn:
        assert parked(conn) == 0
    assert same_as_from_the_start(database, keyring)


LONG = 2_000


def a_long_life(world: World) -> tuple[Home, list[Any]]:
    """A household with LONG events, in the order of their days: a decision, causes, and so on."""
    home, made = world.homes[0], []
    while home.version < LONG:
        world.now += timedelta(days=1)
        happens = causes if home.version % 2 else lambda w, h: _classified(w, h, _day(w, h))
        made += happens(world, home)
    return home, made


@pytest.mark.parametrize("decided", [False, True])
def test_one_more_event_of_a_long_history_takes_work_in_proportion_to_its_length(
    database: Database, monkeypatch: pytest.MonkeyPatch, decided: bool
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(32, 0, keyring.sealer())
    home, made = a_long_life(world)
    record(database, [*world.saves, made], world.sealer)
    catch_up(database.pool, keyring)
    world.now += timedelta(days=1)
    new = _classified(world, home, _day(world, home)) if decided else causes(world, home)
    record(database, [new])

    done = {"folded": 0, "spanned": 0, "days": 0}

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def count(*arguments: Any) -> Any:
            done[name] += 1
            return function(*arguments)

        return count

    monkeypatch.setattr(state, "evolve", counted("folded", state.evolve))
    monkeypatch.setattr(spans, "evolve", counted("spanned", spans.evolve))
    monkeypatch.setattr(spans._Course, "_turn", counted("days", spans._Course._turn))
    with database.pool.connection() as conn:
        conn.set_autocommit(True)
        ledger.extend(conn)
        head = ledger.head(conn)
        batch = read_batch(conn, head - 1, 1, MODELS, head)
        conn.set_autocommit(False)
    (aggregate,) = batch.aggregates
    prepared = {type(one.model): one.changes for one in prepare(batch, MODELS[:6], keyring, {})}
    assert len(aggregate.events) == LONG + 1
    assert done["folded"] <= (2 if decided else 1) * LONG
    assert done["spanned"] <= (LONG if decided else 0)
    assert done["days"] <= (2 * LONG if decided else 0)
    assert prepared[HouseholdFile].size == 2
    if not decided:
        assert [prepared[one].size for one in (Register, StatusSpans, Counts)] == [0, 0, 0]
