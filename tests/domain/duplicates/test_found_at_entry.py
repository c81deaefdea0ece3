"""Entering a household or a member in spite of one that comes close records the pair of the two."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.duplicates import events
from domain.duplicates.codes import DIFFERENT
from domain.duplicates.commands import SettleDuplicate
from domain.duplicates.pair import pair_id
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from domain.imports.list_recorder import ListRecorder
from domain.imports.listed_household import ListedHousehold
from domain.matching.errors import PossibleMatch
from domain.matching.settlement import SOMEBODY_ELSE, Anyway, Settlement
from tests.domain.imports.test_match import listed, member
from tests.given import CASE_WORKER, HUONG_SO, Life, happened

LAN = NewMember(name="Trần Thị Lan", relation="head", sex="female", birth_year=1958)
MAI = NewMember(name="Trần Thị Mai", relation="child", sex="female", birth_year=1990)
KHE = NewMember(name="Phan Văn Khế", relation="head", sex="male", birth_year=1955)
HERE = NewHousehold(area=HUONG_SO, village="Tổ dân phố 2", members=(LAN, MAI))
ANYWAY = Anyway("Hai bà trùng tên, ở hai nhà")


@pytest.fixture
def here(application: SocaiApplication) -> Life:
    """A household on record."""
    life = Life(application)
    life.register("2022-11-15", HERE)
    return life


def history(life: Life, other: UUID) -> list[Any]:
    """The events of the pair of two households."""
    return list(life.application.events.get(pair_id(life.id, other)))


def entered(life: Life, household: NewHousehold, anyway: Anyway | None, on: str) -> Any:
    """A household that is entered beside the one on record."""
    context = life.context(on, recorded="2023-02-01")
    return life.households.register(context, household, anyway=anyway)


def test_a_household_entered_in_spite_of_one_that_comes_close_waits_with_it_as_a_pair(
    here: Life,
) -> None:
    made = entered(here, HERE, ANYWAY, "2022-12-01")
    (pair,) = history(here, made.aggregate_id)
    assert not happened(events.Found, how="matcher", score=None).differs(pair)
    assert {"name", "birth", "village"} <= set(pair.evidence)
    (couple,) = pair.couples
    heads = {here["lan"], made.persons[0]}
    assert {couple.first, couple.second} == heads
    assert set(couple.evidence) == {"name", "birth"}
    # It was found on the day of recording, by who entered the household, in the same command.
    assert f"{pair.effective_on}" == "2023-02-01"
    assert pair.actor == CASE_WORKER
    (matched,) = [one for one in here.events(made.aggregate_id) if hasattr(one, "candidate")]
    assert (pair.command_id, pair.timestamp) == (matched.command_id, matched.timestamp)


def test_neither_household_of_the_pair_can_be_signed_for_until_it_is_settled(here: Life) -> None:
    both = {here.id, entered(here, HERE, ANYWAY, "2022-12-01").aggregate_id}
    application = here.application
    assert application.duplicates.unsettled(both) == both
    settled = SettleDuplicate(pair_id(*both), DIFFERENT, "Đã đến hai nhà")
    application.run(settled, here.context("2023-03-01"))
    assert application.duplicates.unsettled(both) == frozenset()


def test_a_household_that_is_refused_or_that_resembles_none_leaves_no_pair(here: Life) -> None:
    with pytest.raises(PossibleMatch):
        entered(here, HERE, None, "2022-12-01")
    alone = replace(HERE, village="Tổ dân phố 9", members=(KHE,))
    made = entered(here, alone, ANYWAY, "2022-12-01")
    assert history(here, made.aggregate_id) == []
    with here.application.pool.connection() as conn:
        pairs = conn.execute(
            "select count(*) from store.events where topic like 'duplicate.%'"
        ).fetchone()
    assert pairs == (0,)


def test_a_member_who_comes_in_spite_of_a_likeness_makes_a_pair(here: Life) -> None:
    other = Life(here.application)
    other.register("2022-11-16", replace(HERE, village="Tổ dân phố 9", members=(KHE,)))
    twin = replace(LAN, relation="other")
    other.do("join_member", "2022-12-01", twin, "marriage", anyway=ANYWAY)
    (pair,) = history(here, other.id)
    (couple,) = pair.couples
    assert here["lan"] in (couple.first, couple.second)


def test_a_row_of_a_list_settled_as_another_household_makes_the_pair(here: Life) -> None:
    here.application.areas.refresh()
    recorder = ListRecorder(here.application, import_id=UUID(int=7), actor=CASE_WORKER)
    row: ListedHousehold = listed(
        member(replace(LAN, name="Trần Thị Lam")), village="Tổ dân phố 2", number="",
    )  # fmt: skip
    now = here.context("2023-02-01").recorded_at
    waits = recorder.record([row], now)
    (waiting,) = waits.waiting
    said = Settlement(here.id, SOMEBODY_ELSE, (), "Hai người khác nhau")
    done = recorder.settle(waiting, said, now)
    (outcome,) = done.outcomes.values()
    assert outcome[0] == "recorded"
    assert outcome[1] is not None
    (pair,) = history(here, outcome[1])
    assert (pair.how, type(pair)) == ("matcher", events.Found)
    # Said again after an interruption, it is recorded once.
    recorder.settle(waiting, said, now)
    assert len(history(here, outcome[1])) == 1


def test_no_name_and_no_birth_stand_in_the_events_of_a_pair(here: Life) -> None:
    made = entered(here, HERE, ANYWAY, "2022-12-01")
    with here.application.pool.connection() as conn:
        ((state,),) = conn.execute(
            "select convert_from(state, 'UTF8') from store.events where originator_id = %s",
            [pair_id(here.id, made.aggregate_id)],
        ).fetchall()
    for word in ("Lan", "1958", "Hai bà"):
        assert word not in state
