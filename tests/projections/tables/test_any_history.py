"""Whatever happened, the identities hold: for every area and period, at both clocks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projections.catch_up import catch_up
from projections.engine import ledger
from projections.tables.official import TABLES, table_of
from projections.tables.question import Question
from tests.conftest import Database, Postgres
from tests.projections.engine.test_same_rows import FEW, database_of
from tests.projections.random_histories import ACTIONS as ALL_ACTIONS
from tests.projections.random_histories import (
    World,
    _classified,
    _corrected,
    _joins,
    _moves,
    _splits,
    make_world,
    record,
    register,
    seeds,
    some_keyring,
)
from tests.projections.tables.provinces import COMMUNE, FAR, LINEAGE, PROVINCE, WARD

# Decisions far more often than in other histories, so that households change lists.
ACTIONS = (*ALL_ACTIONS, *[_classified] * 25, *[_moves] * 4, _corrected, _joins, _splits)


@contextmanager
def listed_in(postgres: Postgres, seed: int, things: int) -> Iterator[tuple[Database, World, Any]]:
    """A few households with many decisions, recorded and in the ledger, nothing projected yet."""
    with database_of(postgres) as database:
        keyring = some_keyring(database.pool)
        world = make_world(seed, 0, keyring.sealer())
        for _ in range(6):
            register(world)
        for _ in range(things):
            world.now += timedelta(days=world.rng.choice((0, 1, 20, 40)), seconds=9)
            home = world.rng.choice(world.homes)
            save = world.rng.choice(ACTIONS)(world, home, world.day(home))
            if save:
                world.saves.append(save)
        record(database, world.saves, world.sealer)
        with database.pool.connection() as conn:
            conn.set_autocommit(True)
            ledger.extend(conn)
            conn.set_autocommit(False)
        yield database, world, keyring


def _days(world: World) -> list[date]:
    """The days on which something took effect."""
    return sorted({event.effective_on for event in world.events})


PLACES = ("", PROVINCE, WARD, COMMUNE, FAR)


@FEW
@given(seed=seeds(), things=st.integers(20, 140), data=st.data())
def test_every_identity_of_every_table_holds(
    postgres: Postgres, seed: int, things: int, data: st.DataObject
) -> None:
    with listed_in(postgres, seed, things) as (database, world, keyring):
        catch_up(database.pool, keyring)
        moments = sorted({event.timestamp for event in world.events})
        for _ in range(3):
            days = st.sampled_from(_days(world))
            first, last = sorted((data.draw(days), data.draw(days)))
            known_at = data.draw(st.sampled_from([None, *moments]))
            area = data.draw(st.sampled_from(PLACES))
            with database.pool.connection() as conn:
                question = Question(conn, LINEAGE, area, first, last, known_at, villages=True)
                made = [table_of(question, name) for name in TABLES]
            failing = [one for table in made for one in table.identities if not one.holds]
            assert failing == []


@FEW
@given(seed=seeds(), things=st.integers(20, 140), data=st.data())
def test_the_closing_of_a_period_is_the_opening_of_the_next(
    postgres: Postgres, seed: int, things: int, data: st.DataObject
) -> None:
    with listed_in(postgres, seed, things) as (database, world, keyring):
        catch_up(database.pool, keyring)
        known_at = data.draw(
            st.sampled_from([None, *sorted({event.timestamp for event in world.events})])
        )
        days = st.sampled_from(_days(world))
        first, middle, last = sorted(data.draw(days) for _ in range(3))
        for area in PLACES:
            with database.pool.connection() as conn:
                for name in ("R2", "R3"):
                    closed = table_of(
                        Question(conn, LINEAGE, area, first, middle, known_at), name
                    ).totals
                    opened = table_of(
                        Question(conn, LINEAGE, area, middle, last, known_at), name
                    ).totals
                    for one, other in zip(closed, opened, strict=True):
                        assert one.cells["9"] == other.cells["1"]


def test_the_drawn_histories_have_every_movement(postgres: Postgres) -> None:
    """So that the tests above compare more than noughts."""
    moved: set[str] = set()
    for seed in (5, 13):
        with listed_in(postgres, seed, 150) as (database, world, keyring):
            catch_up(database.pool, keyring)
            days = _days(world)[:: max(1, len(_days(world)) // 12)]
            with database.pool.connection() as conn:
                for first, last in pairwise(days):
                    question = Question(conn, LINEAGE, PROVINCE, first, last)
                    for name in ("R2", "R3"):
                        for row in table_of(question, name).totals:
                            moved |= {f"{name}.{code}" for code, n in row.cells.items() if n}
    wanted = {f"{name}.{column}" for name in ("R2", "R3") for column in range(1, 10)}
    assert moved == wanted
