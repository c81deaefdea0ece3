"""Every movement by a worked case, in the terms of the movement reports."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.households import events as e
from projections.catch_up import catch_up
from projections.households.movements import Movement, Movements, moved_households, movements
from tests.conftest import Database
from tests.projections.random_histories import AREAS, Home, World, make_world, record, some_keyring

HERE, ELSEWHERE = AREAS[0], AREAS[1]
FROM, TO = date(2022, 12, 31), date(2023, 12, 31)
DURING = date(2023, 6, 1)


class Town:
    """Households of two persons whose lives are told in a few words."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.keyring = some_keyring(database.pool)
        self.world: World = make_world(0, 0, self.keyring.sealer())
        self.world.saves.clear()

    def home(
        self,
        *classes: tuple[str, str],
        area: str = HERE,
        on: str = "2022-01-01",
        split_from: UUID | None = None,
    ) -> Home:
        """Registered on a day, then of these classes from these days on."""
        world = self.world
        members = (world.member("head"), world.member("child"))
        persons = {member.person_id: member for member in members}
        home = Home(world.uuid(), date.fromisoformat(on), area, members[0].person_id, persons)
        self.add(
            home, e.Registered, home.registered_on, originator_topic="household", number="",
            area=area, village="", address=None, residence="permanent", head=home.head,
            members=members, flags=e.Flags(), source="entry", split_from=split_from,
        )  # fmt: skip
        for since, class_ in classes:
            self.add(
                home, e.Classified, date.fromisoformat(since), scope="national", class_=class_,
                class_before="", movement="unchanged", proposed=class_, override_reason="",
                standard="2022-2026", standard_digest="", survey_id=None, facts={},
                comparisons=(), reasons=(),
            )  # fmt: skip
        return home

    def add(self, home: Home, kind: type[Any], on: date, /, **what: Any) -> None:
        self.world.saves.append([self.world.make(home, kind, on, **what)])

    def moves(self, home: Home, area: str, on: date = DURING) -> None:
        self.add(
            home, e.Moved, on, area_before=home.area, village_before="", area=area, village="",
            number="", address=None,
        )  # fmt: skip

    def joins(self, home: Home, on: date = DURING) -> None:
        self.add(home, e.MemberJoined, on, member=self.world.member("child"), reason="birth")

    def leaves(self, home: Home, on: date = DURING) -> None:
        person = next(one for one in home.members if one != home.head)
        self.add(home, e.MemberLeft, on, person_id=person, reason="death")

    def withdraws(self, home: Home, entry: int, at: datetime) -> None:
        """A decision is withdrawn at a moment."""
        self.world.now = at
        decision = next(one for one in self.world.events if one.originator_id == home.id
                        and one.originator_version == entry)  # fmt: skip
        on, why = decision.effective_on, "Ghi nhầm"
        self.add(home, e.ClassificationWithdrawn, on, withdraws=entry, reason=why)

    def movements(self, known_at: datetime | None = None) -> Movements:
        if self.world.saves:
            record(self.database, self.world.saves, self.world.sealer)
            self.world.saves.clear()
        catch_up(self.database.pool, self.keyring)
        with self.database.pool.connection() as conn:
            return movements(conn, HERE, [HERE], from_=FROM, to=TO, known_at=known_at)

    def behind(self, way: str) -> list[UUID]:
        """The households behind one figure of the poor."""
        with self.database.pool.connection() as conn:
            return moved_households(conn, [HERE], way, class_="poor", from_=FROM, to=TO)


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


def came(found: Movement) -> dict[str, int]:
    return {name: moved.households for name, moved in found.came.items() if moved.households}


def went(found: Movement) -> dict[str, int]:
    return {name: moved.households for name, moved in found.went.items() if moved.households}


@pytest.mark.parametrize(
    ("classes", "table", "how"),
    [
        ([("2023-05-01", "poor")], "poor", "newly_arising"),
        ([("2022-02-01", "average"), ("2023-05-01", "poor")], "poor", "newly_arising"),
        (
            [("2022-02-01", "poor"), ("2022-06-01", "average"), ("2023-05-01", "poor")],
            "poor",
            "re_poverty",
        ),
        ([("2022-02-01", "near_poor"), ("2023-05-01", "poor")], "poor", "near_poor_to_poor"),
        ([("2023-05-01", "near_poor")], "near_poor", "newly_arising"),
        ([("2022-02-01", "poor"), ("2023-05-01", "near_poor")], "near_poor", "poor_to_near_poor"),
        (
            [("2022-02-01", "near_poor"), ("2022-06-01", "average"), ("2023-05-01", "near_poor")],
            "near_poor",
            "re_poverty",
        ),
        (
            [("2022-02-01", "near_poor"), ("2022-06-01", "average"), ("2023-05-01", "poor")],
            "poor",
            "newly_arising",
        ),
    ],
)
def test_how_a_household_came_into_a_class(
    town: Town, classes: list[tuple[str, str]], table: str, how: str
) -> None:
    town.home(*classes)
    found: Movement = getattr(town.movements(), table)
    assert came(found) == {how: 1}
    assert found.came[how].persons == found.closing.persons == 2
    assert found.balances


@pytest.mark.parametrize(
    ("classes", "table", "how"),
    [
        ([("2022-02-01", "poor"), ("2023-05-01", "near_poor")], "poor", "poor_to_near_poor"),
        ([("2022-02-01", "poor"), ("2023-05-01", "average")], "poor", "exit_above"),
        ([("2022-02-01", "poor"), ("2023-05-01", "not_listed")], "poor", "exit_above"),
        ([("2022-02-01", "near_poor"), ("2023-05-01", "poor")], "near_poor", "near_poor_to_poor"),
        ([("2022-02-01", "near_poor"), ("2023-05-01", "not_poor")], "near_poor", "exit_above"),
    ],
)
def test_how_a_household_went_out_of_a_class(
    town: Town, classes: list[tuple[str, str]], table: str, how: str
) -> None:
    town.home(*classes)
    found: Movement = getattr(town.movements(), table)
    assert went(found) == {how: 1}
    assert found.went[how].persons == found.opening.persons == 2
    assert found.balances


def test_a_household_that_moves_away_dies_or_merges_is_another_decrease(town: Town) -> None:
    poor = [("2022-02-01", "poor")]
    moved, dissolved, merged = (town.home(*poor) for _ in range(3))
    town.moves(moved, ELSEWHERE)
    town.add(dissolved, e.Dissolved, DURING, reason="death")
    town.add(merged, e.MergedInto, DURING, into=moved.id, persons=tuple(merged.members))
    found = town.movements().poor
    assert went(found) == {"other_out": 3}
    assert found.closing.households == 0


def test_a_listed_household_that_moves_in_is_another_increase(town: Town) -> None:
    home = town.home(("2022-02-01", "near_poor"), ("2023-07-01", "poor"), area=ELSEWHERE)
    town.moves(home, HERE)
    found = town.movements()
    assert came(found.poor) == {"other_in": 1}
    assert came(found.near_poor) == went(found.near_poor) == {}


def test_a_household_that_moves_in_and_becomes_poor_here_arises_here(town: Town) -> None:
    home = town.home(("2023-07-01", "poor"), area=ELSEWHERE)
    town.moves(home, HERE)
    assert came(town.movements().poor) == {"newly_arising": 1}


def test_a_household_that_comes_out_of_a_split_is_another_increase(town: Town) -> None:
    parent = town.home(("2022-02-01", "poor"))
    town.home(("2023-06-02", "poor"), on="2023-06-01", split_from=parent.id)
    town.leaves(parent)
    found = town.movements().poor
    assert came(found) == {"other_in": 1}
    assert (found.member_change_in, found.member_change_out) == (0, 1)
    assert found.balances


def test_persons_who_come_and_go_where_the_household_stays_are_shown_apart(town: Town) -> None:
    poor = [("2022-02-01", "poor")]
    grows, shrinks, _same = (town.home(*poor) for _ in range(3))
    town.joins(grows)
    town.joins(grows)
    town.leaves(shrinks)
    found = town.movements().poor
    assert came(found) == went(found) == {}
    assert (found.unchanged.households, found.unchanged.persons) == (3, 6)
    assert (found.member_change_in, found.member_change_out) == (2, 1)
    assert (found.opening.persons, found.closing.persons) == (6, 7)
    assert found.balances
    assert town.behind("member_change_in") == [grows.id]
    assert town.behind("member_change_out") == [shrinks.id]
    assert len(town.behind("unchanged")) == 3


def test_what_happened_and_was_undone_in_between_is_no_movement(town: Town) -> None:
    town.home(("2022-02-01", "poor"), ("2023-03-01", "average"), ("2023-09-01", "poor"))
    found = town.movements().poor
    assert came(found) == went(found) == {}
    assert found.unchanged.households == 1


def test_the_day_itself_belongs_to_the_period_that_ends_with_it(town: Town) -> None:
    town.home((FROM.isoformat(), "poor"), ((TO + timedelta(1)).isoformat(), "average"))
    found = town.movements().poor
    assert found.opening.households == found.closing.households == 1
    assert went(found) == {}


WITHDRAWN_AT = datetime(2024, 3, 1, 3, tzinfo=UTC)


def test_a_withdrawn_decision_is_no_movement_from_the_very_moment_on_and_was_one_before(
    town: Town,
) -> None:
    wrong = town.home(("2023-05-01", "poor"))
    right = town.home(("2022-02-01", "poor"), ("2023-05-01", "average"))
    town.withdraws(wrong, 2, WITHDRAWN_AT)
    town.withdraws(right, 3, WITHDRAWN_AT)
    just_before = WITHDRAWN_AT - timedelta(microseconds=1)
    for known_at in (None, WITHDRAWN_AT):
        found = town.movements(known_at).poor
        assert (came(found), went(found)) == ({}, {})
        assert (found.opening.households, found.closing.households) == (1, 1)
        assert found.balances
    before = town.movements(just_before).poor
    assert (came(before), went(before)) == ({"newly_arising": 1}, {"exit_above": 1})
    assert town.behind("unchanged") == [right.id]


def test_whoever_was_listed_by_error_only_does_not_fall_back_into_poverty(town: Town) -> None:
    home = town.home(("2022-02-01", "poor"), ("2022-06-01", "average"), ("2023-05-01", "poor"))
    town.withdraws(home, 2, WITHDRAWN_AT)
    assert came(town.movements().poor) == {"newly_arising": 1}
    just_before = WITHDRAWN_AT - timedelta(microseconds=1)
    assert came(town.movements(just_before).poor) == {"re_poverty": 1}
