"""The list of those who seem to qualify agrees with what the household's own events decide."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from domain.application import SocaiApplication
from domain.errors import Refusal
from domain.standards import load_standards
from domain.support.eligibility import basis
from domain.support.programme import Benefit, Qualification
from projections.catch_up import catch_up
from projections.support.eligible import Eligible, eligible
from tests.conftest import Database
from tests.domain.support.conftest import province_and_communes
from tests.domain.support.households import poor_households
from tests.given import HUONG_SO, RURAL, Life
from tests.histories import NEAR_POOR, NOT_LISTED, POOR, decide

FIRST, LAST = date(2022, 12, 1), date(2027, 6, 1)


def benefit(*classes: str, newly_escaped: bool = False) -> Benefit:
    return Benefit(
        "loan", "credit", "Vay vốn", "credit", "household", "year",
        Qualification(classes, newly_escaped), "", "seen",
    )  # fmt: skip


BENEFITS = (
    benefit("poor"),
    benefit("poor", "near_poor"),
    benefit("poor", "near_poor", newly_escaped=True),
    benefit(newly_escaped=True),
)


@pytest.fixture
def application(database: Database, keyring: Any, clock: Any) -> SocaiApplication:
    clock.advance(days=2000)
    return SocaiApplication(
        database.pool, keyring, load_standards(), clock, directory=province_and_communes()
    )


def ask(database: Database, wanted: Benefit, on: date, **more: Any) -> dict[Any, Eligible]:
    with database.pool.connection() as conn:
        found = eligible(conn, wanted, programme="policies", on=on, **{"areas": None, **more})
    return {one.household_id: one for one in found}


@pytest.mark.parametrize("seed", range(3))
def test_who_is_on_the_list_is_whom_the_events_let_qualify(
    database: Database, application: SocaiApplication, keyring: Any, seed: int
) -> None:
    rng = random.Random(seed)
    homes = poor_households(application, 8)
    for home in homes:
        life, on = Life(application), date(2022, 12, 12)
        life.id = home
        for number in range(rng.randint(0, 4)):
            on += timedelta(days=rng.randint(20, 500))
            if on.year < 2027:
                figures = rng.choice((POOR, NEAR_POOR, NOT_LISTED, NOT_LISTED))
                decide(life, on, number=f"{number + 20}/QĐ-UBND", figures=figures)
    catch_up(database.pool, keyring)
    directory = province_and_communes()
    loaded = application.households.load_many(homes)
    days = [FIRST + timedelta(days=rng.randrange((LAST - FIRST).days)) for _ in range(40)]
    days += [one.effective_on for home in loaded.values() for one in home.exits]
    days += [
        one.newly_escaped_until
        for home in loaded.values()
        for one in home.exits
        if one.newly_escaped_until is not None
    ]
    for wanted in BENEFITS:
        for on in days:
            expected = {}
            for home in loaded.values():
                try:
                    expected[home.id] = basis(home, wanted, on, directory)
                except Refusal:
                    continue
            found = ask(database, wanted, on)
            assert found.keys() == expected.keys(), (wanted.qualification, on)
            for id_, why in expected.items():
                escaped = why.by == "newly_escaped"
                assert (found[id_].by == "newly_escaped") == escaped
                assert (found[id_].escaped_until is not None) == escaped


def test_a_household_is_newly_escaped_for_36_months_unless_its_exit_is_withdrawn(
    database: Database, application: SocaiApplication, keyring: Any
) -> None:
    (home,) = poor_households(application, 1)
    life = Life(application)
    life.id = home
    decide(life, "2023-12-12", number="30/QĐ-UBND", figures=NOT_LISTED)
    catch_up(database.pool, keyring)
    wanted, last = BENEFITS[-1], date(2026, 12, 12)
    (exit_,) = life.now().exits
    assert exit_.newly_escaped_until is not None
    last = exit_.newly_escaped_until
    assert ask(database, wanted, date(2023, 12, 11)) == {}
    assert ask(database, wanted, date(2023, 12, 12))[home].escaped_until == last
    assert home in ask(database, wanted, last)
    assert ask(database, wanted, last + timedelta(days=1)) == {}
    assert ask(database, wanted, last, areas=[RURAL]) == {}
    assert home in ask(database, wanted, last, areas=[HUONG_SO])
