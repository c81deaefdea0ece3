"""The read models of support: the same rows for any cut, and right on both clocks."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.application import SocaiApplication
from domain.support.budget import totals
from domain.support.programme import Programme, programme_id
from projections.catch_up import catch_up
from projections.read_models import named
from projections.rebuild import rebuild_job
from projections.support import balances, programmes
from tests.conftest import Database
from tests.domain.support.conftest import province_and_communes
from tests.given import HUONG_SO
from tests.projections.dumps import dump, empty
from tests.projections.support.random_budgets import FIRST, record
from tests.standards import standards

OURS = named(("programmes", "budget_balances"))


@pytest.fixture
def application(database: Database, keyring: Any, clock: Any) -> SocaiApplication:
    return SocaiApplication(
        database.pool, keyring, standards(), clock, directory=province_and_communes()
    )


def rows(database: Database) -> Any:
    with database.pool.connection() as conn:
        return dump(conn, OURS)


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_the_same_for_any_cut_and_after_a_rebuild(
    database: Database, application: SocaiApplication, keyring: Any, seed: int
) -> None:
    record(application, seed)
    catch_up(database.pool, keyring)
    at_once = rows(database)
    assert at_once["budget_movements"]
    assert at_once["programmes"]
    with database.pool.connection() as conn:
        empty(conn)
    catch_up(database.pool, keyring, batch=3 + seed)
    assert rows(database) == at_once
    rebuild = rebuild_job.request(database.pool, parts=4)
    assert rebuild_job.work(database.pool, keyring, rebuild)
    assert rows(database) == at_once


def test_balances_are_those_of_the_events_on_every_day_as_known_at_every_moment(
    database: Database, application: SocaiApplication, keyring: Any
) -> None:
    record(application, seed=7)
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        lines = {one.line: one for one in balances.balances(conn)}
        events = {line: list(application.events.get(line)) for line in lines}
        for at in (FIRST, FIRST + timedelta(minutes=60), FIRST + timedelta(days=1)):
            for day in (date(2022, 1, 1), date(2022, 8, 1), date(2023, 3, 1), date(2024, 1, 1)):
                shown = balances.balances(conn, as_of=day, known_at=at)
                assert {one.line: one.totals for one in shown} == {
                    line: totals(
                        one for one in its if one.timestamp <= at and one.effective_on <= day
                    )
                    for line, its in events.items()
                    if its[0].timestamp <= at
                }
        assert all(one.totals == totals(events[line]) for line, one in lines.items())


def test_lines_are_asked_by_area_and_year(
    database: Database, application: SocaiApplication, keyring: Any
) -> None:
    record(application, seed=2)
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        every = balances.balances(conn)
        here = balances.balances(conn, areas=[HUONG_SO])
        of_2023 = balances.balances(conn, year=2023)
        whole = balances.added(every)
    assert {one.key.area for one in here} == {HUONG_SO}
    assert {one.key.spending_year for one in of_2023} == {2023}
    assert 0 < len(here) < len(every)
    assert (whole.passed_down, whole.carried_over) == (whole.received, whole.carried_in)
    assert whole.passed_down > 0


def test_money_that_went_from_one_line_to_another_came_to_both_together_once(
    database: Database, application: SocaiApplication, keyring: Any
) -> None:
    record(application, seed=2)
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        every = balances.balances(conn)
        moved = balances.transfers(conn, [one.line for one in every])
        day = date(2023, 3, 1)
        then = balances.balances(conn, as_of=day)
        moved_then = balances.transfers(conn, [one.line for one in then], as_of=day)
    for lines, between in ((every, moved), (then, moved_then)):
        whole = balances.added(lines, between)
        assert (whole.received, whole.passed_down, whole.carried_in, whole.carried_over) == (
            0, 0, 0, 0,
        )  # fmt: skip
        assert whole.incoming == whole.allocated + whole.adjusted
        assert whole.incoming == whole.open_commitments + whole.spent + whole.available
    one = every[0]
    assert balances.added([one], moved) == one.totals


def test_a_programme_is_read_as_its_aggregate_says(
    database: Database, application: SocaiApplication, keyring: Any
) -> None:
    record(application, seed=1, count=0)
    catch_up(database.pool, keyring)
    day = date(2025, 2, 1)
    with database.pool.connection() as conn:
        found = programmes.programme(conn, "policies")
        assert programmes.programme(conn, "nowhere") is None
    assert found is not None
    known = application.support.find(Programme, programme_id("policies"))
    assert known is not None
    codes = sorted({one.code for _, one in known.definitions})
    assert found.benefits(day) == [known.benefit(code, day) for code in codes]
    assert [found.rate(code, day) for code in codes] == [known.rate(code, day) for code in codes]
