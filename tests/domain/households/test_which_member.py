"""A refusal and a remark about one of several persons name that person, by place."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.application import SocaiApplication
from domain.errors import Refusal
from domain.households.errors import (
    BirthInFuture,
    IdentityNumberMalformed,
    IdentityNumberTaken,
    PersonInAnotherHousehold,
    PersonTwice,
)
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from tests.calls import planned, record_many
from tests.given import HUONG_SO, Life, command_id, paper
from tests.histories import AN, BINH, CUC, family

DAY = date(2022, 12, 12)
HEAD = NewMember(name="Trần Thị Hoa", relation="head")
CHILD = NewMember(name="Trần Văn Kha", relation="child")
SOME_NUMBER = "046181009999"


def house(*members: NewMember) -> NewHousehold:
    return NewHousehold(area=HUONG_SO, village="Tổ 2", members=members)


def refusal(life: Life, way: str, *members: NewMember) -> Refusal:
    """How a new household is refused, by itself or in a list."""
    context = life.context(DAY, document=paper(), command_id=command_id("which", way))
    if way == "alone":
        with pytest.raises(Refusal) as refused:
            life.households.register(context, house(*members))
        return refused.value
    try:
        plan = planned(context, house(*members))
    except Refusal as refused_at_once:
        return refused_at_once
    (answer,) = record_many(life.application, [plan])
    assert isinstance(answer, Refusal)
    return answer


WAYS = pytest.mark.parametrize("way", ["alone", "list"])


@WAYS
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"id_number": "12"}, IdentityNumberMalformed),
        ({"birth_year": 2030}, BirthInFuture),
    ],
    ids=["number", "birth"],
)
def test_what_is_wrong_with_a_person_is_told_of_that_person(
    life: Life, way: str, place: int, wrong: dict[str, Any], error: type[Refusal]
) -> None:
    members = [HEAD, CHILD, replace(CHILD, name="Trần Văn Lê")]
    members[place] = replace(members[place], **wrong)
    found = refusal(life, way, *members)
    assert (type(found), found.values["member"]) == (error, place)


@WAYS
@pytest.mark.parametrize("place", [1, 2])
def test_whoever_lives_elsewhere_is_named_and_not_the_one_before(
    life: Life, way: str, place: int
) -> None:
    family(life)
    members = [HEAD, CHILD, replace(CHILD, name="Trần Văn Lê")]
    members[place] = replace(BINH, relation="other_relative")
    found = refusal(life, way, *members)
    assert type(found) is PersonInAnotherHousehold
    assert found.values["member"] == place
    assert found.values["person_id"] == life["bình"]
    assert found.values["household_id"] == life.id


@WAYS
def test_the_number_of_somebody_else_is_told_of_who_gave_it(life: Life, way: str) -> None:
    family(life)
    life.do("dissolve", "2022-12-01", reason="moved_away")
    wrong = replace(BINH, relation="other_relative", sex="male")
    found = refusal(life, way, HEAD, CHILD, wrong)
    assert type(found) is IdentityNumberTaken
    assert (found.values["member"], found.values["differs"]) == (2, "sex")


@WAYS
def test_a_person_given_by_id_with_the_number_of_another_is_told(life: Life, way: str) -> None:
    family(life)
    life.do("dissolve", "2022-12-01", reason="moved_away")
    wrong = replace(CUC, person_id=life["cúc"], id_number=AN.id_number, relation="child",
                    sex="", birth_date=None)  # fmt: skip
    found = refusal(life, way, HEAD, wrong)
    assert type(found) is IdentityNumberTaken
    assert (found.values["member"], found.values["person_id"]) == (1, life["an"])


@WAYS
def test_two_of_one_number_are_both_named(life: Life, way: str) -> None:
    twice = [replace(one, id_number=SOME_NUMBER) for one in (CHILD, replace(CHILD, name="Lê Lê"))]
    found = refusal(life, way, HEAD, *twice)
    assert (type(found), found.values["members"]) == (PersonTwice, [1, 2])


def test_remarks_name_the_person_too(life: Life, application: SocaiApplication) -> None:
    family(life)
    life.do("dissolve", "2022-12-01", reason="moved_away")
    doubtful = replace(CHILD, id_number="046081009999", sex="female", birth_year=1990)
    outcome = life.households.register(
        life.context(DAY), house(HEAD, replace(BINH, relation="other_relative"), doubtful)
    )
    assert "members/1/known_person" in outcome.notes
    assert {note.rsplit("/", 1)[0] for note in outcome.notes} == {"members/1", "members/2"}
