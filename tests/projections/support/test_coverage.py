"""Coverage of a benefit in a history that is worked out by hand, on both clocks."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.households import events as e
from domain.support.programme import Benefit, Qualification
from projections.catch_up import catch_up
from projections.read_models import named
from projections.support import coverage
from projections.support.coverage import MEASURES, Delivered, Question
from tests.conftest import Database
from tests.projections.dumps import dump, empty
from tests.projections.random_histories import AREAS, Home, World, make_world, record, some_keyring

HERE, ELSEWHERE = AREAS[0], AREAS[1]
ON = date(2023, 5, 10)
Q1, Q2 = ("2023-01-01", "2023-03-31"), ("2023-04-01", "2023-06-30")
POOR = Qualification(classes=("poor",))


def benefit(code: str, period: str, who: Qualification) -> Benefit:
    return Benefit(code, code, "", code, "household", period, who, "", "seen")


ELECTRICITY = benefit("electricity", "quarter", POOR)
HOUSE = benefit("house", "once", POOR)
ESCAPED = benefit("loan", "year", Qualification(newly_escaped=True))


def moment(day: str, hour: int = 3) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=hour)


class Commune:
    """Households that are told by their entries, each with the day on which it was recorded."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.keyring = some_keyring(database.pool)
        self.world: World = make_world(0, 0, self.keyring.sealer())
        self.world.saves.clear()

    def add(self, home: Home, kind: type[Any], on: str, known: str = "", /, **what: Any) -> int:
        self.world.now = moment(known or on)
        self.world.saves.append([self.world.make(home, kind, date.fromisoformat(on), **what)])
        return home.version

    def home(
        self, *classes: tuple[str, str], area: str = HERE, village: str = "Tổ 1", **head: Any
    ) -> Home:
        """Registered in 2021, then of these classes from these days on."""
        member = e.Member(
            self.world.uuid(), "head", self.world.seal(self.world.uuid(), {"name": "Hồ Thị Hoà"}),
            sex=head.get("sex", "male"), birth_year=1980, ethnicity="Kinh",
        )  # fmt: skip
        home = Home(self.world.uuid(), date(2021, 1, 1), area, member.person_id, {})
        self.add(
            home, e.Registered, "2021-01-01", originator_topic="household", number="", area=area,
            village=village, address=None, residence="permanent", head=member.person_id,
            members=(member,), flags=e.Flags(ethnic_minority=head.get("minority")), source="entry",
            split_from=None,
        )  # fmt: skip
        for since, class_ in classes:
            self.decided(home, since, class_)
        return home

    def decided(self, home: Home, on: str, class_: str, known: str = "") -> None:
        self.add(
            home, e.Classified, on, known, scope="national", class_=class_, class_before="",
            movement="unchanged", proposed=class_, override_reason="", standard="2022-2026",
            standard_digest="", survey_id=None, facts={}, comparisons=(), reasons=(),
        )  # fmt: skip

    def leaves(self, home: Home, on: str) -> None:
        """Poor no more, nor near-poor."""
        self.decided(home, on, "average")
        until = date.fromisoformat(on) + timedelta(days=1096)
        self.add(home, e.LeftPoverty, on, kind="above_near_poor", class_before="poor",
                 newly_escaped_until=until)  # fmt: skip

    def granted(
        self, home: Home, on: str, period: tuple[str, str] = Q2, code: str = "electricity"
    ) -> int:
        first, last = (date.fromisoformat(one) for one in period)
        return self.add(
            home, e.SupportGranted, on, support_id=self.world.uuid(), programme="policies",
            benefit=code, person_id=None, amount=165_000, quantity=None, unit="",
            period_from=first, period_until=last, source="central", funding_year=2023,
        )  # fmt: skip

    def ask(self, what: Benefit = ELECTRICITY, on: date = ON, known: str = "") -> dict[str, int]:
        """The counts that are not nought."""
        counts: Counter[str] = Counter()
        with self.reading() as conn:
            asked = question(what, on, known)
            for measure in MEASURES:
                counts[measure] = len(coverage.households(conn, asked, measure))
            sums: Counter[str] = Counter()
            for group in coverage.groups(conn, asked):
                sums["eligible"] += group.households * group.eligible
                sums["served"] += group.households * group.served
                sums["leaked"] += group.households * group.leaked
                sums["left_poverty"] += group.households * group.left_poverty
        assert +sums == Counter({name: counts[name] for name in sums if counts[name]})
        return {name: number for name, number in counts.items() if number}

    def reading(self) -> Any:
        if self.world.saves:
            record(self.database, self.world.saves, self.world.sealer)
            self.world.saves.clear()
            catch_up(self.database.pool, self.keyring)
        return self.database.pool.connection()


def question(what: Benefit, on: date = ON, known: str = "", **more: Any) -> Question:
    known_at = moment(known, 16) if known else None
    return Question("policies", what, [HERE], on, known_at, **more)


@pytest.fixture
def commune(database: Database) -> Commune:
    return Commune(database)


@pytest.fixture
def told(commune: Commune) -> dict[str, Home]:
    """Seven households and the electricity of 2023; see each line."""
    listed = ("2022-12-01", "poor")
    homes = {
        "served": commune.home(listed, sex="female", minority=True),
        "waiting": commune.home(listed),
        "never poor": commune.home(("2022-12-01", "average")),
        "left": commune.home(listed),
        "poor in May": commune.home(("2022-12-01", "average")),
        "by error": commune.home(listed),
        "first quarter": commune.home(listed),
        "elsewhere": commune.home(listed, area=ELSEWHERE),
    }
    commune.granted(homes["first quarter"], "2023-01-10", Q1)
    for name in ("served", "never poor", "left"):
        commune.granted(homes[name], "2023-04-05")
    entry = commune.granted(homes["by error"], "2023-04-05")
    commune.leaves(homes["left"], "2023-04-20")
    commune.add(homes["by error"], e.SupportWithdrawn, "2023-04-05", "2023-05-20",
                withdraws=entry, reason="Ghi nhầm")  # fmt: skip
    commune.decided(homes["poor in May"], "2023-05-20", "poor", "2023-06-01")
    return homes


def test_a_day_is_counted_as_worked_out_by_hand(commune: Commune, told: Any) -> None:
    assert commune.ask() == {
        "eligible": 5, "served": 3, "covered": 2, "unserved": 3, "outside": 1, "leaked": 1,
        "granted": 4, "left_poverty": 1,
    }  # fmt: skip


def test_what_was_known_then_is_counted_as_it_was_known(commune: Commune, told: Any) -> None:
    before_the_withdrawal = commune.ask(known="2023-05-10")
    assert before_the_withdrawal == {
        "eligible": 5, "served": 4, "covered": 3, "unserved": 2, "outside": 1, "leaked": 1,
        "granted": 5, "left_poverty": 1,
    }  # fmt: skip
    assert commune.ask(known="2023-01-31") == {"eligible": 5, "unserved": 5, "granted": 1}
    june = date(2023, 6, 10)
    assert commune.ask(on=june)["eligible"] == 6
    assert commune.ask(on=june, known="2023-05-31")["eligible"] == 5


def test_another_day_asks_for_another_period(commune: Commune, told: Any) -> None:
    assert commune.ask(on=date(2023, 2, 1)) == {
        "eligible": 5, "served": 1, "covered": 1, "unserved": 4, "granted": 1,
    }  # fmt: skip
    assert commune.ask(on=date(2022, 11, 30)) == {}


def test_the_households_behind_a_count_are_those_that_it_counts(
    commune: Commune, told: dict[str, Home]
) -> None:
    def behind(measure: str, **more: Any) -> set[UUID]:
        with commune.reading() as conn:
            found = coverage.households(conn, question(ELECTRICITY), measure, **more)
        return {one.household_id for one in found}

    def ids(*names: str) -> set[UUID]:
        return {told[name].id for name in names}

    assert behind("unserved") == ids("waiting", "by error", "first quarter")
    assert behind("leaked") == ids("never poor")
    assert behind("left_poverty") == ids("left")
    assert behind("covered", group="female_head") == ids("served")
    assert behind("eligible", group="ethnic_minority") == ids("served")
    assert behind("eligible", village="Tổ 2") == set()
    first = sorted(behind("eligible"))[0]
    assert behind("eligible", after=first) == behind("eligible") - {first}


def test_what_is_given_once_is_judged_on_its_own_day(commune: Commune) -> None:
    home = commune.home(("2021-06-01", "poor"))
    day = "2021-09-01"
    commune.granted(home, day, (day, day), "house")
    commune.leaves(home, "2022-06-01")
    assert commune.ask(HOUSE) == {
        "served": 1, "outside": 1, "granted": 1, "left_poverty": 1,
    }  # fmt: skip
    assert commune.ask(HOUSE, date(2021, 8, 31)) == {"eligible": 1, "unserved": 1}


def test_an_exit_counts_for_36_months_after_the_benefit(commune: Commune) -> None:
    for left in ("2023-01-31", "2023-02-01", "2023-02-02"):
        home = commune.home(("2019-12-01", "poor"))
        commune.granted(home, "2020-02-01", ("2020-02-01", "2020-02-01"), "house")
        commune.leaves(home, left)
    assert commune.ask(HOUSE, date(2024, 1, 1))["left_poverty"] == 2
    assert commune.ask(HOUSE, date(2023, 1, 31))["left_poverty"] == 1


def test_newly_escaped_households_qualify_for_as_long_as_their_exit_says(
    commune: Commune,
) -> None:
    home = commune.home(("2021-06-01", "poor"))
    commune.leaves(home, "2022-06-01")
    until = date(2022, 6, 1) + timedelta(days=1096)
    assert commune.ask(ESCAPED, until) == {"eligible": 1, "unserved": 1}
    assert commune.ask(ESCAPED, until + timedelta(days=1)) == {}
    assert commune.ask(ESCAPED, date(2022, 5, 31)) == {}


def test_a_benefit_of_a_group_or_an_area_asks_for_it(commune: Commune) -> None:
    commune.home(("2022-12-01", "poor"), minority=True)
    commune.home(("2022-12-01", "poor"))
    of_minority = benefit(
        "electricity", "quarter", Qualification(classes=("poor",), groups=("ethnic_minority",))
    )
    assert commune.ask(of_minority)["eligible"] == 1
    with commune.reading() as conn:
        for kept_to, households in (([HERE], 2), ([ELSEWHERE], 0)):
            asked = question(ELECTRICITY, kept_to=kept_to)
            assert len(coverage.households(conn, asked, "eligible")) == households


@pytest.mark.parametrize(
    ("days", "median", "most"),
    [
        ([], None, None),
        ([7], 7, 7),
        ([1, 2, 3, 4], 2, 4),
        ([5, 1, 3], 3, 5),
        ([1] * 9 + [100], 1, 1),
        ([1] * 8 + [50, 100], 1, 50),
    ],
)
def test_days_are_those_within_which_so_many_cases_were_delivered(
    days: list[int], median: int | None, most: int | None
) -> None:
    found = [Delivered(HERE, "", one, number) for one, number in Counter(days).items()]
    assert (coverage.median(found), coverage.median(found, 90)) == (median, most)


def test_rows_are_the_same_for_any_cut(commune: Commune, told: Any) -> None:
    commune.reading()
    ours = named(("coverage",))
    with commune.database.pool.connection() as conn:
        at_once = dump(conn, ours)
        empty(conn)
    assert at_once["coverage_grants"]
    assert at_once["coverage_exits"]
    catch_up(commune.database.pool, commune.keyring, batch=2)
    with commune.database.pool.connection() as conn:
        assert dump(conn, ours) == at_once
