"""Members join and leave; one of them is the head."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from domain.households import events
from domain.households.errors import (
    BeforeRegistration,
    HeadMissing,
    HeadNeedsSuccessor,
    HeadNotMember,
    IdentityNumberTaken,
    OutOfOrder,
    PersonAlreadyLeft,
    PersonAlreadyMember,
    PersonInAnotherHousehold,
    PersonUnknown,
    SuccessorNotNeeded,
)
from domain.households.person import NewMember
from tests.given import happened
from tests.histories import AN, BINH, CUC, FAMILY, REGISTERED, alone, family, widowed

BABY = NewMember(name="Hồ Thị Em", relation="child", sex="female", birth_date=date(2023, 1, 9))


# Joining.


def test_a_child_is_born(given):
    given(family).when(
        lambda life: life.do("join_member", "2023-01-15", member=BABY, reason="birth")
    ).then(happened(events.MemberJoined, reason="birth", effective_on=date(2023, 1, 15)))


def test_a_member_with_a_known_number_elsewhere_cannot_join(given, life):
    given(family)
    an = life["an"]
    there = life.id
    alone(life)
    with pytest.raises(PersonInAnotherHousehold) as refused:
        life.do(
            "join_member", "2023-01-15", member=replace(AN, relation="spouse"), reason="marriage"
        )
    assert refused.value.values == {"person_id": an, "household_id": there, "member": 0}


def test_a_person_who_left_can_join_another_household_from_that_day(given, life):
    given(family)
    an, there = life["an"], life.id
    life.do("leave_member", "2023-02-01", person_id=an, reason="marriage", new_head=life["bình"])
    alone(life)
    coming = replace(AN, relation="spouse")
    with pytest.raises(PersonInAnotherHousehold):
        life.do("join_member", "2023-01-31", member=coming, reason="marriage")
    outcome = life.do("join_member", "2023-02-01", member=coming, reason="marriage")
    assert outcome.persons == (an,)
    assert outcome.notes == ("members/0/known_person",)
    assert an not in life.now(there).members
    assert an in life.now().members


def test_a_known_number_of_somebody_of_another_sex_is_refused(given, life):
    given(family)
    life.do("leave_member", "2023-02-01", person_id=life["bình"], reason="marriage")
    alone(life)
    somebody = replace(BINH, sex="male", relation="child")
    with pytest.raises(IdentityNumberTaken) as refused:
        life.do("join_member", "2023-03-01", member=somebody, reason="moved_in")
    assert refused.value.values["differs"] == "sex"


def test_a_known_person_with_anothers_number_is_refused(given, life):
    given(family)
    taken = replace(CUC, person_id=life["cúc"], id_number=AN.id_number)
    life.do("leave_member", "2023-02-01", person_id=life["cúc"], reason="away")
    with pytest.raises(IdentityNumberTaken):
        life.do("join_member", "2023-03-01", member=taken, reason="returned")


def test_a_member_is_not_joined_twice(given, life):
    given(family).when(
        lambda life: life.do(
            "join_member", "2023-01-15", member=replace(BINH, relation="child"), reason="error"
        )
    ).then(PersonAlreadyMember, person_id=life["bình"])


def test_nobody_joins_as_a_second_head(given):
    given(family).when(
        lambda life: life.do(
            "join_member", "2023-01-15", member=replace(BABY, relation="head"), reason="birth"
        )
    ).then(HeadMissing, heads=2)


def test_nobody_joins_before_the_household_was_registered(given):
    given(family).when(
        lambda life: life.do("join_member", "2022-11-14", member=CUC, reason="error")
    ).then(BeforeRegistration, registered_on=REGISTERED)


def test_who_left_can_come_back_but_not_before_leaving(given, life):
    given(family)
    cuc = life["cúc"]
    life.do("leave_member", "2023-02-01", person_id=cuc, reason="away")
    back = replace(CUC, person_id=cuc)
    with pytest.raises(PersonAlreadyMember):
        life.do("join_member", "2023-01-20", member=back, reason="returned")
    life.do("join_member", "2023-06-01", member=back, reason="returned")
    household = life.now()
    assert [(stay.since, stay.until) for stay in household.stays[cuc]] == [
        (REGISTERED, date(2023, 2, 1)),
        (date(2023, 6, 1), None),
    ]


# Leaving.


def test_a_member_leaves(given):
    given(family).when(
        lambda life: life.do("leave_member", "2023-02-01", person_id=life["cúc"], reason="marriage")
    ).then(happened(events.MemberLeft, reason="marriage"))


def test_the_head_who_dies_needs_a_successor(given):
    given(family).when(
        lambda life: life.do("leave_member", "2023-02-01", person_id=life["an"], reason="death")
    ).then(HeadNeedsSuccessor)


def test_the_death_of_the_head_passes_the_household_on(given, life):
    given(family).when(
        lambda life: life.do(
            "leave_member",
            "2023-02-01",
            person_id=life["an"],
            reason="death",
            new_head=life["bình"],
        )
    ).then(
        happened(events.HeadChanged, relation_before="spouse", reason="death"),
        happened(events.MemberLeft, reason="death"),
    )
    household = life.now()
    assert household.head == life["bình"]
    assert household.members[life["bình"]].relation == "head"


@pytest.mark.parametrize(
    ("reason", "why"), [("death", "death"), ("error", "error"), ("moved_out", "left")]
)
def test_the_head_changes_for_the_reason_for_which_the_head_leaves(given, reason, why):
    given(family).when(
        lambda life: life.do(
            "leave_member", "2023-02-01", person_id=life["an"], reason=reason, new_head=life["bình"]
        )
    ).then(
        happened(events.HeadChanged, reason=why),
        happened(events.MemberLeft, reason=reason),
    )


@pytest.mark.parametrize(("reason", "why"), [("death", "death"), ("moved_out", "last_left")])
def test_the_household_ends_by_the_death_or_the_leaving_of_the_last_member(given, reason, why):
    given(alone).when(
        lambda life: life.do("leave_member", "2023-02-01", person_id=life["én"], reason=reason)
    ).then(happened(events.MemberLeft, reason=reason), happened(events.Dissolved, reason=why))


@pytest.mark.parametrize(("who", "refusal"), [("an", HeadNeedsSuccessor), ("", HeadNotMember)])
def test_the_successor_must_be_another_member(given, who, refusal):
    given(family).when(
        lambda life: life.do(
            "leave_member",
            "2023-02-01",
            person_id=life["an"],
            reason="death",
            new_head=life[who] if who else uuid4(),
        )
    ).then(refusal)


def test_a_new_head_is_named_only_where_the_head_leaves_others_behind(given):
    given(family).when(
        lambda life: life.do(
            "leave_member",
            "2023-02-01",
            person_id=life["bình"],
            reason="marriage",
            new_head=life["cúc"],
        )
    ).then(SuccessorNotNeeded)
    given(alone).when(
        lambda life: life.do(
            "leave_member",
            "2023-02-01",
            person_id=life["én"],
            reason="death",
            new_head=life["én"],
        )
    ).then(SuccessorNotNeeded)


def test_with_the_last_member_the_household_ends(given, life):
    given(alone).when(
        lambda life: life.do("leave_member", "2023-02-01", person_id=life["én"], reason="death")
    ).then(happened(events.MemberLeft, reason="death"), happened(events.Dissolved, reason="death"))
    # The number is free for another household from that day on.
    life.register("2023-02-01", replace(FAMILY, number="TDP2-001"))


def test_who_never_was_or_already_left_cannot_leave(given, life):
    stranger = uuid4()
    given(widowed).when(
        lambda life: life.do("leave_member", "2023-04-01", person_id=stranger, reason="death")
    ).then(PersonUnknown, person_id=stranger)
    given().when(
        lambda life: life.do("leave_member", "2023-04-01", person_id=life["an"], reason="death")
    ).then(PersonAlreadyLeft, left_on=date(2023, 3, 1))


def test_nobody_leaves_before_coming_or_while_the_head(given, life):
    given(family)
    life.do("join_member", "2023-01-15", member=BABY, reason="birth")
    given().when(
        lambda life: life.do(
            "leave_member", "2023-01-10", person_id=life.outcome.persons[0], reason="error"
        )
    ).then(OutOfOrder, later=date(2023, 1, 15))
    life.do("change_head", "2023-02-01", head=life["bình"], reason="agreement")
    given().when(
        lambda life: life.do("leave_member", "2023-01-20", person_id=life["an"], reason="moved_out")
    ).then(OutOfOrder, later=date(2023, 2, 1))


def test_a_death_learnt_late_is_taken(given):
    given(family).when(
        lambda life: life.do(
            "leave_member",
            "2022-12-01",
            recorded="2023-06-01",
            person_id=life["dũng"],
            reason="death",
        )
    ).then(happened(events.MemberLeft, effective_on=date(2022, 12, 1)))


# The head.


def test_the_head_changes_by_agreement(given):
    given(family).when(
        lambda life: life.do("change_head", "2023-02-01", head=life["bình"], reason="agreement")
    ).then(happened(events.HeadChanged, reason="agreement", relation_before="spouse"))


def test_a_child_who_becomes_the_head_has_a_parent_for_a_member(given, life):
    given(family)
    life.do("change_head", "2023-02-01", head=life["cúc"], reason="agreement")
    assert life.now().members[life["an"]].relation == "parent"


def test_the_same_head_again_records_nothing(given):
    given(family).when(
        lambda life: life.do("change_head", "2023-02-01", head=life["an"], reason="agreement")
    ).then_nothing()


def test_only_a_member_becomes_the_head(given):
    stranger = uuid4()
    given(family).when(
        lambda life: life.do("change_head", "2023-02-01", head=stranger, reason="agreement")
    ).then(HeadNotMember, person_id=stranger)


def test_a_head_change_is_not_dated_before_the_last_one(given):
    given(widowed).when(
        lambda life: life.do("change_head", "2023-02-01", head=life["cúc"], reason="agreement")
    ).then(OutOfOrder, later=date(2023, 3, 1))
