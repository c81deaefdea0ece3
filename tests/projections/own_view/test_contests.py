"""The read model of contests: the same rows for any cut and after a rebuild, as its events say."""

import random
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.errors import Refusal
from domain.own_view.contests import AnswerContest, LodgeContest
from projections.catch_up import catch_up
from projections.own_view import contests
from projections.read_models import named
from projections.rebuild import rebuild_job
from tests.conftest import Database
from tests.domain.own_view.conftest import CODE, GIVEN, HOUSEHOLD, WRONG, Counter, application
from tests.domain.support.households import poor_households
from tests.given import HUONG_SO, RURAL
from tests.projections.dumps import dump, empty
from tests.reviews import POSTED, Autumn

__all__ = ["application"]

OURS = named(("contests",))


def counters(application: SocaiApplication, number: int) -> list[Counter]:
    homes = poor_households(application, number)
    return [Counter(application, id_, (str(id_).encode()[:15],)) for id_ in homes]


def record(made: list[Counter], seed: int) -> None:
    """Codes, tries, contests and answers in any order."""
    rng = random.Random(seed)
    for minutes in range(80):
        one = rng.choice(made)
        lodge = LodgeContest(one.household, rng.choice(("class", "members")), f"Việc {minutes}")
        try:
            match rng.randrange(5):
                case 0:
                    one.give(GIVEN + timedelta(minutes=minutes))
                case 1:
                    one.type(rng.choice((CODE, WRONG)), minutes, paper=one.papers[0])
                case 2 | 3:
                    one.run(lodge, GIVEN + timedelta(minutes=minutes), HOUSEHOLD)
                case _:
                    contest = rng.choice([*one.now().contests])
                    said = AnswerContest(one.household, contest, "kept", "Đúng theo Phiếu B")
                    one.run(said, GIVEN + timedelta(minutes=minutes))
        except (Refusal, AssertionError, IndexError):
            continue


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_the_same_for_any_cut_and_after_a_rebuild(
    database: Database, application: SocaiApplication, keyring: Any, seed: int
) -> None:
    record(counters(application, 4), seed)
    catch_up(database.pool, keyring)

    def rows() -> Any:
        with database.pool.connection() as conn:
            return dump(conn, OURS)

    at_once = rows()
    assert at_once["contests"]
    with database.pool.connection() as conn:
        empty(conn)
    catch_up(database.pool, keyring, batch=3 + seed)
    assert rows() == at_once
    rebuild = rebuild_job.request(database.pool, parts=3)
    assert rebuild_job.work(database.pool, keyring, rebuild)
    assert rows() == at_once


def test_contests_are_read_by_area_and_by_household(
    database: Database, application: SocaiApplication, keyring: Any
) -> None:
    first, second = counters(application, 2)
    for one in (first, second):
        one.give()
        one.says(LodgeContest(one.household, "members", "Thiếu tên con"), "2023-03-02")
    (answered,) = first.now().contests
    first.run(
        AnswerContest(first.household, answered, "changed", "Đã ghi"), GIVEN + timedelta(days=2)
    )
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        every = contests.contests(conn, areas=[HUONG_SO])
        assert [one.household_id for one in every if one.answered_on] == [first.household]
        waiting = contests.contests(conn, areas=[HUONG_SO], waiting=True)
        assert [one.household_id for one in waiting] == [second.household]
        assert contests.contests(conn, areas=[RURAL]) == []
        number, due_on = contests.waiting_in(conn, [HUONG_SO])
        assert (number, str(due_on)) == (1, "2023-03-16")
        rest = contests.contests(
            conn, areas=None, after=(every[0].lodged_on, every[0].contest_id), limit=5
        )
        assert [one.contest_id for one in rest] == [every[1].contest_id]
        said = contests.texts(conn, keyring, first.household, [answered])
        assert said[answered] == contests.ContestTexts("Thiếu tên con", "Đã ghi")
        assert said.keys() == {answered}


def test_a_grievance_has_the_clock_and_the_answer_of_its_round(
    database: Database, application: SocaiApplication, keyring: Any
) -> None:
    autumn = Autumn(application)
    autumn.posted("poor")
    counter = Counter(application, autumn.ids[0])
    counter.give(datetime.combine(POSTED, time(1), tzinfo=UTC))
    lodged = counter.says(LodgeContest(counter.household, "class", "Nhà vẫn khó"), POSTED)
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        (row,) = contests.of_household(conn, counter.household)
        assert contests.contests(conn, areas=None, waiting=True) == []
    grievance = autumn.now().grievances[
        counter.now().contest(lodged.created or UUID(int=0)).grievance_id or UUID(int=0)
    ]
    assert (row.round_id, row.due_on, row.answered_on) == (
        autumn.round_id, grievance.due_on, None,
    )  # fmt: skip
    assert row.due_on is not None
