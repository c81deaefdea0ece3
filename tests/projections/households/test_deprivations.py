"""Filters by indicator, cause and change against the folding of every household, on both clocks."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import day_of
from projections.catch_up import catch_up
from projections.engine.ledger import LedgerEvent
from projections.households import deprivations as asked
from projections.households.state import HouseholdState, as_of, fold
from tests.conftest import Postgres
from tests.projections.engine.test_same_rows import FEW, world_in
from tests.projections.households.test_counts_and_movements import (
    DAYS,
    SOME_AREAS,
    _in_ledger_order,
)
from tests.projections.random_histories import AREAS, seeds

Histories = dict[UUID, list[LedgerEvent]]


def standing(
    history: list[LedgerEvent], on: date, known_at: datetime | None
) -> HouseholdState | None:
    """The household on a day, as known then; None where there was none."""
    counting = as_of(history, on, known_at)
    state = fold(counting) if counting else None
    return state if state and state.ended is None else None


def found_in(state: HouseholdState) -> set[str]:
    """The deprivations of the latest survey that tells them."""
    told = [one for one in state.surveys if one.deprived is not None]
    latest = max(told, key=lambda one: (one.on, one.seq), default=None)
    return set(latest.deprived or ()) if latest else set()


@FEW
@given(seed=seeds(), things=st.integers(5, 80), areas=SOME_AREAS, data=st.data())
def test_filters_find_what_folding_every_household_gives(
    postgres: Postgres, seed: int, things: int, areas: set[str], data: st.DataObject
) -> None:
    with world_in(postgres, seed, things) as (database, world, keyring):
        catch_up(database.pool, keyring, batch=7)
        histories: Histories = _in_ledger_order(database)
        moments = [None, *sorted({event.timestamp for event in world.events})]
        with database.pool.connection() as conn:
            for _ in range(4):
                on, known_at = data.draw(DAYS), data.draw(st.sampled_from(moments))
                there = {
                    id_: state
                    for id_, history in histories.items()
                    if (state := standing(history, on, known_at)) and state.area in areas
                }
                _as_folded(conn, there, areas, on, known_at)


def _as_folded(
    conn: Any,
    there: dict[UUID, HouseholdState],
    areas: set[str],
    on: date,
    known_at: datetime | None,
) -> None:
    causes = {code for one in there.values() if one.causes for code in one.causes.codes}
    for cause in causes | {"1"}:
        found = asked.caused_households(conn, areas, cause, on=on, known_at=known_at)
        assert len(found) == len(set(found))
        assert set(found) & set(there) == {
            id_ for id_, one in there.items() if one.causes and cause in one.causes.codes
        }
    listed = {i: one for i, one in there.items() if one.national_class in ("poor", "near_poor")}
    counted = asked.deprivations(conn, areas, on=on, known_at=known_at)
    assert sum(one.households for one in counted.values()) == len(listed)
    for code in {code for one in listed.values() for code in found_in(one)} | {"employment"}:
        found = asked.deprived_households(conn, areas, code, on=on, known_at=known_at)
        wanted = sorted(i for i, one in listed.items() if code in found_in(one))
        assert sorted(found) == wanted
        assert sum(one.by_indicator.get(code, 0) for one in counted.values()) == len(wanted)
    surveyed = asked.deprived_households(conn, areas, None, on=on, known_at=known_at)
    assert set(surveyed) <= set(listed)
    assert len(surveyed) == len(set(surveyed)) == sum(one.surveyed for one in counted.values())


@FEW
@given(seed=seeds(), things=st.integers(5, 60), data=st.data())
def test_whoever_changed_is_found_by_the_day_it_was_recorded(
    postgres: Postgres, seed: int, things: int, data: st.DataObject
) -> None:
    with world_in(postgres, seed, things) as (database, _, keyring):
        catch_up(database.pool, keyring, batch=5)
        histories: Histories = _in_ledger_order(database)
        moments = [row.event.timestamp for history in histories.values() for row in history]
        since = day_of(data.draw(st.sampled_from(moments)))
        known_at = data.draw(st.sampled_from([None, *moments]))
        last = day_of(known_at) if known_at else date.max
        wanted = {
            id_
            for id_, history in histories.items()
            if any(since <= day_of(row.event.timestamp) <= last for row in history)
        }
        lived = {id_ for id_ in wanted if _lived_a_day(histories[id_], known_at)}
        with database.pool.connection() as conn:
            for units in (None, AREAS):
                found = asked.changed_households(conn, units, since, known_at=known_at)
                assert len(found) == len(set(found))
                assert set(found) == lived
            assert asked.changed_households(conn, ["1@2000-01-01"], since) == []
            after = max(map(day_of, moments)) + timedelta(days=1)
            assert asked.changed_households(conn, AREAS, after) == []


def _lived_a_day(facts: list[LedgerEvent], known_at: datetime | None) -> bool:
    """Whether a household was anywhere for a day, as known at a moment: not if it ended on the day
    it began. It was on its first day if on any."""
    return standing(facts, facts[0].event.effective_on, known_at) is not None


def test_the_drawn_histories_hold_some_that_ended_on_the_day_they_began(postgres: Postgres) -> None:
    with world_in(postgres, 13, 30) as (database, _, _keyring):
        histories: Histories = _in_ledger_order(database)
        assert not all(_lived_a_day(one, None) for one in histories.values())
