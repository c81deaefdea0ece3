"""Counts against counted folds, movements against their balance, on both clocks."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.areas.lineage import CountedUnits
from domain.population.population import Denominators
from projections.catch_up import catch_up
from projections.engine.ledger import LedgerEvent
from projections.households.counts import CLASSES, Counts, counts, rate_percent
from projections.households.movements import Moved, Movements, movements
from projections.households.state import as_of, fold
from tests.conftest import Database, Postgres
from tests.projections.engine.test_same_rows import FEW, world_in
from tests.projections.random_histories import AREAS, FIRST_DAY, histories_in, seeds

DAYS = st.integers(0, 1200).map(lambda days: FIRST_DAY + timedelta(days=days))
SOME_AREAS = st.sets(st.sampled_from(AREAS), min_size=1)


def folded(
    histories: dict[Any, list[LedgerEvent]],
    areas: set[str],
    on: date,
    known_at: datetime | None,
) -> dict[str, tuple[int, int, int]]:
    """Households, persons and those without labour capacity of each class, by folding."""
    found = dict.fromkeys(CLASSES, (0, 0, 0))
    for context in histories.values():
        counting = as_of(context, on, known_at)
        if not counting:
            continue
        state = fold(counting)
        if state.ended is None and state.area in areas:
            h, p, n = found[state.national_class]
            flag = state.flags.no_labour_capacity is True
            found[state.national_class] = (h + 1, p + len(state.members), n + flag)
    return found


def asked(found: Counts) -> dict[str, tuple[int, int, int]]:
    of = {class_: getattr(found, class_ or "unclassified") for class_ in CLASSES}
    return {c: (one.households, one.persons, one.no_labour_capacity) for c, one in of.items()}


@FEW
@given(seed=seeds(), things=st.integers(5, 60), areas=SOME_AREAS, data=st.data())
def test_counts_are_what_folding_every_household_gives(
    postgres: Postgres, seed: int, things: int, areas: set[str], data: st.DataObject
) -> None:
    with world_in(postgres, seed, things) as (database, world, keyring):
        catch_up(database.pool, keyring, batch=11)
        histories = _in_ledger_order(database)
        counted = CountedUnits(frozenset(areas), frozenset())
        moments = sorted({event.timestamp for event in world.events})
        for _ in range(4):
            on = data.draw(DAYS)
            known_at = data.draw(st.sampled_from(moments))
            with database.pool.connection() as conn:
                now = counts(conn, "x", counted, as_of=on)
                then = counts(conn, "x", counted, as_of=on, known_at=known_at)
                latest = counts(conn, "x", counted, as_of=on, known_at=moments[-1])
            assert asked(now) == folded(histories, areas, on, None)
            assert asked(then) == folded(histories, areas, on, known_at)
            assert asked(latest) == asked(now)


@FEW
@given(seed=seeds(), things=st.integers(10, 70), areas=SOME_AREAS, data=st.data())
def test_counts_as_known_then_are_the_same_while_sums_of_an_older_version_serve(
    postgres: Postgres, seed: int, things: int, areas: set[str], data: st.DataObject
) -> None:
    with world_in(postgres, seed, things) as (database, world, keyring):
        catch_up(database.pool, keyring)
        moments = sorted({event.timestamp for event in world.events})
        counted = CountedUnits(frozenset(areas), frozenset())
        with database.pool.connection() as conn:
            for _ in range(4):
                on, known_at = data.draw(DAYS), data.draw(st.sampled_from(moments))
                asked = (conn, "x", counted)
                found = counts(*asked, as_of=on, known_at=known_at)
                conn.execute("update read.positions set version = 1 where model = 'counts'")
                assert counts(*asked, as_of=on, known_at=known_at) == found
                conn.execute("update read.positions set version = 2 where model = 'counts'")


@FEW
@given(seed=seeds(), things=st.integers(10, 80), areas=SOME_AREAS, data=st.data())
def test_movements_balance_and_agree_with_the_counts_of_both_days(
    postgres: Postgres, seed: int, things: int, areas: set[str], data: st.DataObject
) -> None:
    with world_in(postgres, seed, things) as (database, world, keyring):
        catch_up(database.pool, keyring)
        counted = CountedUnits(frozenset(areas), frozenset())
        moments = sorted({event.timestamp for event in world.events})
        for _ in range(4):
            days = sorted((data.draw(DAYS), data.draw(DAYS)))
            known_at = data.draw(st.sampled_from([None, *moments]))
            with database.pool.connection() as conn:
                found = movements(conn, "x", areas, from_=days[0], to=days[1], known_at=known_at)
                opening, closing = (
                    counts(conn, "x", counted, as_of=day, known_at=known_at) for day in days
                )
            _agrees(found, opening, closing)


def _agrees(found: Movements, opening: Counts, closing: Counts) -> None:
    for name in ("poor", "near_poor"):
        moved = getattr(found, name)
        first, last = getattr(opening, name), getattr(closing, name)
        assert moved.balances
        assert (moved.opening.households, moved.opening.persons) == (
            first.households,
            first.persons,
        )
        assert moved.closing == Moved(last.households, last.persons)
        stayed = moved.opening.households - sum(m.households for m in moved.went.values())
        assert stayed == moved.unchanged.households
    assert found.poor.went["poor_to_near_poor"].households == (
        found.near_poor.came["poor_to_near_poor"].households
    )
    assert found.near_poor.went["near_poor_to_poor"].households == (
        found.poor.came["near_poor_to_poor"].households
    )


def _in_ledger_order(database: Database) -> dict[Any, list[LedgerEvent]]:
    from projections.engine import ledger

    found: dict[Any, list[LedgerEvent]] = {}
    with database.pool.connection() as conn:
        for row in ledger.read(conn, 0, 10_000):
            found.setdefault(row.originator_id, []).append(row)
    assert found.keys() <= histories_in([f.event for fs in found.values() for f in fs]).keys()
    return found


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (123, 3488, "3.53"),
        (377, 30_902, "1.22"),
        (1, 8, "12.50"),
        (1, 16, "6.25"),
        (1, 3200, "0.03"),
        (5, 100_000, "0.01"),
        (0, 10, "0.00"),
        (10, 10, "100.00"),
        (11, 10, None),
        (1, None, None),
        (1, 0, None),
    ],
)
def test_a_rate_has_two_decimals_rounded_half_up_and_none_without_a_denominator(
    part: int, whole: int | None, percent: str | None
) -> None:
    assert rate_percent(part, whole) == percent


def test_a_rate_rests_on_the_base_that_its_office_used_and_says_so(database: Database) -> None:
    population = Denominators(
        households=129_000, persons=400_000, rate_bases={"near_poor": 128_500}
    )
    with database.pool.connection() as conn:
        found = counts(conn, "", None, as_of=FIRST_DAY, population=population)
    assert (found.poor.rate_base, found.near_poor.rate_base) == (129_000, 128_500)
    (note,) = found.notes
    assert (note.code, note.values) == ("rate_base", {"class": "near_poor", "households": 128_500})


def test_without_a_denominator_there_is_no_rate_and_the_answer_says_why(database: Database) -> None:
    with database.pool.connection() as conn:
        found = counts(conn, "", None, as_of=FIRST_DAY)
    assert found.poor.rate_percent is None
    assert [note.code for note in found.notes] == ["no_denominator"]
