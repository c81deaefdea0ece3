"""What counts on the very day and at the very moment at which something becomes so or is known.

Drawn examples seldom meet a boundary; these stand on it. Every figure that knows two clocks is
asked the same: a day before, on the day; a microsecond before, at the moment.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection

from domain.households import events as e
from projections.catch_up import catch_up
from projections.households import movements as moving
from projections.households import register
from projections.households.counts import counts
from tests.conftest import Database
from tests.projections.households.test_movement_cases import HERE, Town
from tests.projections.random_histories import record

SINCE, UNTIL = date(2023, 3, 1), date(2023, 9, 1)
KNOWN, ENDED = datetime(2024, 3, 1, 3, tzinfo=UTC), datetime(2024, 6, 1, 3, tzinfo=UTC)
DAY, INSTANT = timedelta(1), timedelta(microseconds=1)
Asked = Callable[[Connection[Any], Any, date, datetime | None], int]


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
    "asked", [counted, listed, opening, closing, behind_closing], ids=lambda asked: asked.__name__
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
    town: Town, asked: Asked, on: date, known_at: datetime | None, poor: int
) -> None:
    with town.database.pool.connection() as conn:
        assert asked(conn, town.keyring, on, known_at) == poor


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
