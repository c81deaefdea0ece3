"""What a person confirms before it is recorded: a child who heads a household, one person twice."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.households import events
from domain.households.corrections import MemberCorrection
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from domain.matching.errors import AnywayWithoutReason, PossibleMatch
from domain.matching.settlement import Anyway
from tests import histories
from tests.given import HUONG_SO, Life

CHILD = NewMember(name="Hồ Thị Út", relation="child", sex="female", birth_date=date(2012, 5, 1))
YES = Anyway("Đã xem giấy khai sinh")


def with_a_child(life: Life) -> None:
    """Registered: An (head) and Út, who is eighteen on 1 May 2030."""
    members = (histories.AN, CHILD)
    life.register("2022-11-15", replace(histories.FAMILY, members=members))


def _head(life: Life, **more: Any) -> Any:
    return life.do("change_head", "2023-02-01", head=life["út"], reason="agreement", **more)


def _leave(life: Life, **more: Any) -> Any:
    return life.do(
        "leave_member", "2023-02-01", person_id=life["an"], reason="death", new_head=life["út"],
        **more,
    )  # fmt: skip


def _split(life: Life, **more: Any) -> Any:
    persons = {life["út"]: "head"}
    return life.do("split", "2023-02-01", persons=persons, village="Tổ dân phố 6", **more)


def _split_off_the_head(life: Life, **more: Any) -> Any:
    persons = {life["an"]: "head"}
    return life.do(
        "split", "2023-02-01", persons=persons, village="Tổ dân phố 6", new_head=life["út"], **more
    )


def _correct(life: Life, **more: Any) -> Any:
    correction = MemberCorrection(birth_date=date(2012, 5, 1))
    return life.do(
        "correct_member", "2022-11-15", recorded="2023-02-01", person_id=life["an"],
        correction=correction, reason="papers", **more,
    )  # fmt: skip


API = [_head, _leave, _split, _split_off_the_head, _correct]


@pytest.mark.parametrize("act", API)
def test_a_child_heads_no_household_before_a_person_says_so(
    given: Any, life: Life, act: Any
) -> None:
    given(with_a_child).when(act).then(PossibleMatch, warnings=["child_head"], candidates=0)
    with pytest.raises(AnywayWithoutReason):
        act(life, anyway=Anyway("  "))
    assert life.now().version == 1
    done = act(life, anyway=YES)
    told = [*life.events()]
    if done.created:
        told += life.application.events.get(done.created)
    (said,) = [one for one in told if isinstance(one, events.Matched)]
    assert (said.verdict, said.evidence, said.candidate) == ("confirmed", ("child_head",), None)
    assert said.reason == YES.reason


@pytest.mark.parametrize("act", [_head, _leave, _split, _split_off_the_head])
def test_whoever_is_of_age_that_day_heads_it_without_a_word(
    given: Any, life: Life, act: Any
) -> None:
    members = (histories.AN, replace(CHILD, birth_date=date(2005, 2, 1)))
    life.register("2022-11-15", replace(histories.FAMILY, members=members))
    act(life)
    assert not any(isinstance(one, events.Matched) for one in life.events())


def test_a_correction_of_the_name_of_a_child_head_asks_nothing(life: Life) -> None:
    orphan = replace(histories.ALONE, members=(replace(CHILD, relation="head"),))
    context = life.context("2022-11-15")
    life.outcome = life.households.register(context, orphan, anyway=YES)
    life.id, person = life.outcome.aggregate_id, life.outcome.persons[0]
    named = MemberCorrection(name="Hồ Thị Út Hai")
    life.do("correct_member", "2022-11-15", person_id=person, correction=named, reason="papers")
    assert life.now().version == 3
    before = life.now().version
    born = MemberCorrection(birth_date=date(2013, 5, 1))
    with pytest.raises(PossibleMatch):
        life.do("correct_member", "2022-11-15", person_id=person, correction=born, reason="papers")
    life.do("correct_member", "2022-11-15", person_id=person, correction=born, reason="papers",
            anyway=YES)  # fmt: skip
    # What was confirmed at registration was of another day of birth: it is said again.
    assert [type(one) for one in life.events()[before:]] == [events.MemberCorrected, events.Matched]


# One person in two households that become one.


def another(life: Life, **changed: Any) -> tuple[UUID, UUID]:
    """Another household, whose head was recorded in An's family as well; both ids."""
    twin = NewMember(**{"name": "Hồ Thị  CÚC", "relation": "head", "sex": "female",
                        "birth_date": date(2000, 2, 3), **changed})  # fmt: skip
    household = NewHousehold(area=HUONG_SO, village="Tổ dân phố 9", members=(twin,))
    done = life.households.register(life.context("2022-12-01"), household, anyway=YES)
    return done.aggregate_id, done.persons[0]


def merge(life: Life, there: tuple[UUID, UUID], anyway: Anyway | None = None) -> Any:
    return life.households.merge(
        there[0], life.context("2023-03-01"), into=life.id, relations={there[1]: "child"},
        anyway=anyway,
    )  # fmt: skip


def test_two_households_that_hold_one_person_are_merged_only_when_someone_says_so(
    given: Any, life: Life
) -> None:
    given(histories.family)
    there = another(life)
    with pytest.raises(PossibleMatch) as refused:
        merge(life, there)
    assert refused.value.warnings == ("person_twice",)
    assert life.now().version == 1
    with pytest.raises(AnywayWithoutReason):
        merge(life, there, Anyway(""))
    merge(life, there, YES)
    last = life.events()[-1]
    assert isinstance(last, events.Matched)
    assert (last.verdict, last.evidence) == ("confirmed", ("person_twice",))
    # Another pair is another confirmation.
    merge(life, another(life, name="Lê Thị Bình", birth_date=None, birth_year=1982), YES)
    assert sum(isinstance(one, events.Matched) for one in life.events()) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Hồ Thị Trúc"},
        {"birth_date": date(2000, 2, 4)},
        {"birth_date": date(2001, 2, 3)},
        {"sex": "male"},
    ],
)
def test_who_differs_in_name_birth_or_sex_is_another_person(
    given: Any, life: Life, changed: Any
) -> None:
    given(histories.family)
    merge(life, another(life, **changed))
    assert [type(one) for one in life.events()] == [events.Registered, events.MembersReceived]


def test_other_papers_make_another_person(given: Any, life: Life) -> None:
    given(histories.family)
    merge(life, another(life, name="Lê Thị Bình", birth_date=None, birth_year=1982,
                        id_number="046182009999"))  # fmt: skip
    assert not any(isinstance(one, events.Matched) for one in life.events())
