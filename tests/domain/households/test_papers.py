"""A member has another identity number from a day on; the former stays theirs."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.commands.claims import ClaimReader
from domain.households import events
from domain.households.claims import identity_key
from domain.households.corrections import MemberCorrection
from domain.households.errors import (
    EffectiveInFuture,
    IdentityNumberMalformed,
    IdentityNumberTaken,
    OutOfOrder,
    PaperOutdated,
    PersonAlreadyLeft,
    PersonIsForgotten,
    PersonUnknown,
    TextMissing,
    UnknownCode,
)
from domain.households.papers import ChangePapers, NewPaper
from domain.households.person import NewMember
from tests import histories
from tests.given import Life, happened
from tests.histories import AN, BINH, DUNG, FAMILY, REGISTERED, family, widowed

CMND, CCCD, OTHER_CCCD = "191230001", "046203001234", "046203005678"
ON = "2023-02-01"


def told(
    life: Life,
    *numbers: tuple[str | UUID, str],
    on: str = ON,
    recorded: str = "2023-06-01",
    source: str = "entry",
) -> Any:
    """What a form says of these persons, by their word or id."""
    papers = [
        NewPaper(life[who] if isinstance(who, str) else who, number) for who, number in numbers
    ]
    command = ChangePapers(life.id, papers, source)
    return life.application.run(command, life.context(on, recorded=recorded))


def holder(life: Life, number: str) -> object:
    claims = ClaimReader(life.application.pool)
    return claims.holder(identity_key(life.application.keyring.blind_index(number)))


def with_cmnd(life: Life) -> None:
    """The family; Dũng has a number of nine digits."""
    people = (AN, BINH, replace(DUNG, id_number=CMND))
    life.register(REGISTERED, replace(FAMILY, members=people))


def test_a_new_number_is_the_persons_beside_the_former(given, life, keyring):
    given(with_cmnd).when(lambda life: told(life, ("dũng", "0462 0300 1234"))).then(
        happened(events.PapersChanged, source="entry", effective_on=date(2023, 2, 1))
    )
    (event,) = life.events()[-1:]
    assert keyring.reveal(event.before)["id_number"] == CMND
    assert keyring.reveal(event.after) == {**keyring.reveal(event.before), "id_number": CCCD}
    assert life.now().members[life["dũng"]].private == event.after
    assert holder(life, CMND) == holder(life, CCCD) == life["dũng"]


def test_who_had_no_number_gets_one_and_who_had_one_gets_another_of_its_length(given):
    given(family).when(lambda life: told(life, ("dũng", CMND))).then(happened(events.PapersChanged))
    given().when(lambda life: told(life, ("dũng", CCCD))).then(happened(events.PapersChanged))
    given().when(lambda life: told(life, ("dũng", OTHER_CCCD))).then(happened(events.PapersChanged))


def test_a_number_of_nine_digits_does_not_follow_one_of_twelve(given, life):
    given(family).when(lambda life: told(life, ("an", CMND))).then(PaperOutdated)
    assert holder(life, CMND) is None


def test_the_number_on_record_again_is_no_change_and_the_others_are_taken(given, life):
    given(family)
    done = told(life, ("an", AN.id_number), ("dũng", OTHER_CCCD))
    assert [one.person_id for one in life.events()[1:]] == [life["dũng"]]
    assert done.notes == ()
    given().when(lambda life: told(life, ("an", AN.id_number))).then_nothing()


@pytest.mark.parametrize(
    ("number", "refusal"), [("", TextMissing), (" ", TextMissing), ("12", IdentityNumberMalformed)]
)
def test_papers_have_a_number(given, number, refusal):
    given(family).when(lambda life: told(life, ("dũng", number))).then(refusal)


def test_a_number_of_another_person_is_not_taken(given, life):
    given(family).when(lambda life: told(life, ("dũng", BINH.id_number))).then(IdentityNumberTaken)
    assert holder(life, BINH.id_number) == life["bình"]


def test_papers_are_those_of_a_member_who_can_be_read(given, life):
    given(widowed).when(lambda life: told(life, ("an", OTHER_CCCD), on="2023-04-01")).then(
        PersonAlreadyLeft
    )
    given().when(lambda life: told(life, (uuid4(), CCCD))).then(PersonUnknown)
    life.do("forget_person", "2023-04-01", person_id=life["dũng"], legal_basis="NĐ 13/2023")
    given().when(lambda life: told(life, ("dũng", CCCD), on="2023-04-02")).then(PersonIsForgotten)


def test_papers_change_in_the_order_of_days(given, life):
    given(family)
    baby = NewMember(name="Hồ Thị Em", relation="child", sex="female", birth_date=date(2023, 1, 9))
    life.know(life.do("join_member", "2023-01-15", member=baby, reason="birth").persons, [baby])
    given().when(lambda life: told(life, ("em", "046323000001"), on="2023-01-14")).then(
        OutOfOrder, later=date(2023, 1, 15)
    )
    life.do(
        "correct_member", "2023-02-10", person_id=life["dũng"],
        correction=MemberCorrection(phone="0905 000 009"), reason="changed",
    )  # fmt: skip
    given().when(lambda life: told(life, ("dũng", CCCD), on="2023-02-09")).then(
        OutOfOrder, later=date(2023, 2, 10)
    )
    given().when(lambda life: told(life, ("dũng", CCCD), on="2023-02-10")).then(
        happened(events.PapersChanged)
    )


def test_no_papers_change_in_the_future(given):
    given(family).when(
        lambda life: told(life, ("dũng", CCCD), on="2023-06-02", recorded="2023-06-01")
    ).then(EffectiveInFuture)


def test_what_a_number_says_otherwise_is_noted_of_its_place(given, life):
    given(family)
    done = told(life, ("cúc", "046300000001"), ("dũng", "046399000001"))
    assert done.notes == ("members/1/id_number_sex", "members/1/id_number_birth_year")


@pytest.mark.parametrize(
    ("source", "taken"),
    [("entry:issued", True), ("entry:known", True), ("import:7", True), ("entry:whim", False)],
)
def test_a_form_says_why_by_a_code(given, source, taken):
    result = given(family).when(lambda life: told(life, ("dũng", CCCD), source=source))
    if taken:
        result.then(happened(events.PapersChanged, source=source))
    else:
        result.then(UnknownCode, field="reason", value="whim")


def test_papers_of_an_ended_household_are_free_for_nobody_else(given, life):
    given(with_cmnd)
    told(life, ("dũng", CCCD))
    life.do("leave_member", "2023-03-01", person_id=life["dũng"], reason="moved_out")
    somebody = replace(histories.ALONE.members[0], sex="male", birth_year=1999, id_number=CMND)
    given().when(
        lambda life: life.register("2023-04-01", replace(histories.ALONE, members=(somebody,)))
    ).then(IdentityNumberTaken)
