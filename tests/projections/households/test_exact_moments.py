"""What counts on the very day and at the very moment at which something becomes so or is known.

Drawn examples seldom meet a boundary; these stand on it. Every figure that knows two clocks is
count the same: a day before, on the day; a microsecond before, at the moment.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection

from domain.households import events as e
from projections.catch_up import catch_up
from projections.households import deprivations, register
from projections.households import movements as moving
from projections.households.counts import counts
from tests.conftest import Database
from tests.projections.households.test_movement_cases import HERE, Town
from tests.projections.random_histories import record

SINCE, UNTIL = date(2023, 3, 1), date(2023, 9, 1)
KNOWN, ENDED = datetime(2024, 3, 1, 3, tzinfo=UTC), datetime(2024, 6, 1, 3, tzinfo=UTC)
DAY, INSTANT = timedelta(1), timedelta(microseconds=1)
Count = Callable[[Connection[Any], Any, date, datetime | None], int]


@pytest.fixture
def town(database: Database) -> Town:
    """One household: poor from SINCE, known at KNOWN; average from UNTIL, known at ENDED."""
    town = Town(database)
    home = town.home()
    for on, class_, known in ((SINCE, "poor", KNOWN), (UNTIL, "average", ENDED)):
        town.world.now = known
        town.add(
            home, e.Classified, on, scope="national", class_=class_, class_before="",
            movement="unchanged", proposed=class_, override_reason="", standard="2022-2026",
            standard_digest="", survey_id=None, facts={}, comparisons=(), reasons=(),
        )  # fmt: skip
    record(database, town.world.saves, town.world.sealer)
    catch_up(database.pool, town.keyring)
    return town


def counted(conn: Connection[Any], _: Any, on: date, known_at: datetime | None) -> int:
    return counts(conn, "", None, as_of=on, known_at=known_at).poor.households


def listed(conn: Connection[Any], keyring: Any, on: date, known_at: datetime | None) -> int:
    page = register.households(
        conn, keyring, units=[HERE], class_="poor", as_of=on, known_at=known_at
    )
    return len(page.households)


def opening(conn: Connection[Any], _: Any, on: date, known_at: datetime | None) -> int:
    to = on + timedelta(1000)
    found = moving.movements(conn, HERE, [HERE], from_=on, to=to, known_at=known_at)
    assert found.poor.balances
    return found.poor.opening.households


def closing(conn: Connection[Any], _: Any, on: date, known_at: datetime | None) -> int:
    from_ = on - timedelta(1000)
    found = moving.movements(conn, HERE, [HERE], from_=from_, to=on, known_at=known_at)
    assert found.poor.balances
    return found.poor.closing.households


def behind_closing(conn: Connection[Any], _: Any, on: date, known_at: datetime | None) -> int:
    found = moving.moved_households(
        conn, [HERE], "closing", class_="poor", from_=on - timedelta(1000), to=on,
        known_at=known_at,
    )  # fmt: skip
    return len(found)


FIGURES = pytest.mark.parametrize(
    "count", [counted, listed, opening, closing, behind_closing], ids=lambda count: count.__name__
)


@FIGURES
@pytest.mark.parametrize(
    ("on", "known_at", "poor"),
    [
        (SINCE - DAY, None, 0),
        (SINCE, None, 1),
        (UNTIL - DAY, None, 1),
        (UNTIL, None, 0),
        # Before it was known that it became poor; then; before the end was known; then.
        (SINCE, KNOWN - INSTANT, 0),
        (SINCE, KNOWN, 1),
        (SINCE - DAY, KNOWN, 0),
        (UNTIL, ENDED - INSTANT, 1),
        (UNTIL, ENDED, 0),
        (UNTIL - DAY, ENDED, 1),
    ],
)
def test_a_figure_changes_on_the_very_day_and_at_the_very_moment(
    town: Town, count: Count, on: date, known_at: datetime | None, poor: int
) -> None:
    with town.database.pool.connection() as conn:
        assert count(conn, town.keyring, on, known_at) == poor


@pytest.mark.parametrize(
    ("from_", "to", "came", "went"),
    [
        (SINCE - DAY, SINCE, "newly_arising", None),
        (SINCE, SINCE + DAY, None, None),
        (SINCE - 2 * DAY, SINCE - DAY, None, None),
        (UNTIL - DAY, UNTIL, None, "exit_above"),
        (UNTIL, UNTIL + DAY, None, None),
        (UNTIL - 2 * DAY, UNTIL - DAY, None, None),
    ],
)
def test_a_household_moves_between_the_two_days_around_it_and_no_others(
    town: Town, from_: date, to: date, came: str | None, went: str | None
) -> None:
    with town.database.pool.connection() as conn:
        found = moving.movements(conn, HERE, [HERE], from_=from_, to=to).poor
        each = {
            way: moving.moved_households(conn, [HERE], way, class_="poor", from_=from_, to=to)
            for way in (*moving.INCOMING, *moving.OUTGOING)
        }
    assert {way for way, moved in found.came.items() if moved.households} == {came} - {None}
    assert {way for way, moved in found.went.items() if moved.households} == {went} - {None}
    assert {way for way, households in each.items() if households} == {came, went} - {None}


# One that ended on the day on which it began: known as poor from KNOWN, as ended from ENDED.


@pytest.fixture
def ended_at_once(database: Database) -> Town:
    town = Town(database)
    town.world.now = KNOWN
    home = town.home((SINCE.isoformat(), "poor"), on=SINCE.isoformat())
    town.add(home, e.CausesRecorded, SINCE, causes=("1",), note="")
    town.world.now = ENDED
    town.add(home, e.Dissolved, SINCE, reason="error")
    record(database, town.world.saves, town.world.sealer)
    catch_up(database.pool, town.keyring)
    return town


@FIGURES
@pytest.mark.parametrize(
    ("on", "known_at", "poor"),
    [
        (SINCE - DAY, None, 0),
        (SINCE, None, 0),
        (SINCE + DAY, None, 0),
        (SINCE, ENDED, 0),
        (SINCE, ENDED - INSTANT, 1),
        (SINCE + DAY, ENDED - INSTANT, 1),
        (SINCE - DAY, ENDED - INSTANT, 0),
    ],
)
def test_one_that_ended_on_the_day_it_began_was_anywhere_on_no_day(
    ended_at_once: Town, count: Count, on: date, known_at: datetime | None, poor: int
) -> None:
    with ended_at_once.database.pool.connection() as conn:
        assert count(conn, ended_at_once.keyring, on, known_at) == poor


@pytest.mark.parametrize("units", [None, [HERE]])
@pytest.mark.parametrize(
    ("known_at", "found"), [(None, 0), (ENDED, 0), (ENDED - INSTANT, 1), (KNOWN, 1)]
)
def test_one_that_ended_on_the_day_it_began_is_in_no_list_of_those_that_lived_there(
    ended_at_once: Town, units: list[str] | None, known_at: datetime | None, found: int
) -> None:
    with ended_at_once.database.pool.connection() as conn:
        changed = deprivations.changed_households(conn, units, date.min, known_at=known_at)
        classes = deprivations.deprivations(conn, units, on=SINCE, known_at=known_at)
        caused = deprivations.caused_households(conn, units, "1", on=SINCE, known_at=known_at)
    assert len(changed) == found
    assert classes["poor"].households == found
    assert len(caused) == found


def test_one_that_ended_on_the_day_it_began_moves_nowhere(ended_at_once: Town) -> None:
    with ended_at_once.database.pool.connection() as conn:
        for from_, to in ((SINCE - DAY, SINCE), (SINCE - DAY, SINCE + DAY), (SINCE, SINCE + DAY)):
            found = moving.movements(conn, HERE, [HERE], from_=from_, to=to).poor
            assert found.balances
            assert not any(
                moved.households for moved in (*found.came.values(), *found.went.values())
            )
