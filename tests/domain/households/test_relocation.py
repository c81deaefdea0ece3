"""A household moves, splits, merges, ends."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from domain.errors import StaleVersion
from domain.households import events
from domain.households.corrections import HouseholdCorrection, MemberCorrection
from domain.households.decisions import Figures
from domain.households.errors import (
    DecisionWithoutPaper,
    EmptyHousehold,
    HeadMissing,
    HeadNeedsSuccessor,
    HouseholdEnded,
    HouseholdNumberTaken,
    HouseholdUnknown,
    OutOfOrder,
    PersonInAnotherHousehold,
    PersonUnknown,
    RelationMissing,
    SameHousehold,
    UnknownCode,
)
from domain.households.person import NewMember
from tests import histories
from tests.given import HUONG_SO, RURAL, Life, happened, paper
from tests.histories import AN, REGISTERED, alone, dissolved, family, poor, widowed

# Moving.


def test_a_move_within_the_commune_keeps_number_and_address(given, life):
    address = given(family).life.now().address
    given().when(
        lambda life: life.do("move", "2023-02-01", area="19753", village="Tổ dân phố 9")
    ).then(
        happened(
            events.Moved,
            area_before=HUONG_SO,
            village_before="Tổ dân phố 5",
            area=HUONG_SO,
            village="Tổ dân phố 9",
            number="TDP5-017",
            address=address,
        )
    )


def test_a_move_to_another_commune_leaves_number_and_address_behind(given, life):
    given(family).when(
        lambda life: life.do("move", "2023-02-01", area=RURAL, village="Thôn La Khê")
    ).then(happened(events.Moved, area=RURAL, number="", address=None))
    # Its old number is free from that day on, and not before.
    other = replace(histories.ALONE, number="TDP5-017")
    with pytest.raises(HouseholdNumberTaken):
        life.register("2023-01-31", other)
    life.register("2023-02-01", other)


def test_a_move_takes_the_number_and_address_there(given, keyring, life):
    given(family)
    life.do("move", "2023-02-01", area=RURAL, village="Thôn 1", number="7", address="Xóm Đình")
    household = life.now()
    assert household.number == "7"
    assert keyring.reveal(household.address) == {"address": "Xóm Đình"}
    with pytest.raises(HouseholdNumberTaken):
        life.register("2023-03-01", replace(histories.ALONE, area=RURAL, number="7"))


def test_moving_to_where_it_is_records_nothing(given):
    given(family).when(
        lambda life: life.do("move", "2023-02-01", area=HUONG_SO, village="Tổ dân phố 5")
    ).then_nothing()


def test_moves_come_in_the_order_of_their_dates(given, life):
    given(family)
    life.do("move", "2023-02-01", area=RURAL, village="Thôn 1")
    given().when(
        lambda life: life.do("move", "2023-01-01", area=HUONG_SO, village="Tổ dân phố 1")
    ).then(OutOfOrder, later=date(2023, 2, 1))


def test_a_move_is_not_dated_before_a_correction_of_the_place(given, life):
    given(family)
    life.do(
        "correct_household",
        "2023-02-01",
        correction=HouseholdCorrection(village="Tổ dân phố 6"),
        reason="error",
    )
    given().when(lambda life: life.do("move", "2023-01-01", area=RURAL, village="Thôn 1")).then(
        OutOfOrder
    )


def test_nobody_moves_to_an_area_that_is_not_there(given):
    told = given(family).when(
        lambda life: life.do("move", "2023-02-01", area="19754", village="Tổ dân phố 1")
    )
    assert told.refusal is not None
    assert told.refusal.code == "area_not_valid_on"
    assert told.events == []


# Splitting.


def split(life: Life, on: str = "2023-04-01", **asked: object) -> object:
    asked = {
        "persons": {life["cúc"]: "head", life["dũng"]: "sibling"},
        "village": "Tổ dân phố 7",
        "number": "TDP7-001",
        **asked,
    }
    return life.do("split", on, **asked)


def test_a_split_makes_a_household_of_those_who_go(given, life):
    new = uuid4()
    given(poor).when(lambda life: split(life, new_household_id=new)).then(
        happened(events.SplitOff, new_household=new, persons=(life["cúc"], life["dũng"]))
    )
    (registered,) = life.events(new)
    assert registered.split_from == life.id
    assert registered.source == "split"
    assert registered.head == life["cúc"]
    assert [one.relation for one in registered.members] == ["head", "sibling"]
    assert life.outcome.created == new
    assert life.now().members.keys() == {life["an"], life["bình"]}
    assert life.now(new).class_on(date(2023, 4, 1)) == ""


def test_a_split_can_carry_the_class_over_on_a_paper(given, life):
    given(poor)
    split(life, keep_class=True, document=paper("55/QĐ-UBND", "2023-04-01"))
    _, classified = life.events(life.outcome.created)
    assert (classified.class_, classified.class_before) == ("poor", "")
    assert classified.movement == "other_in"
    assert classified.reasons == (f"carried_over?household={life.id}",)
    assert classified.facts == {}


def test_the_class_carried_over_is_that_of_the_day_and_of_its_standard(given, life):
    """Poor by the standard of 2022-2026, and poor again by that of 2027-2030: of each its own."""
    poor_by_income = Figures(area_type="urban", income=1_000_000, deprived_count=6)
    given(poor)
    histories.decide(life, "2027-02-01", number="60/QĐ-UBND", figures=poor_by_income)
    asked = {"keep_class": True, "recorded": "2027-03-01", "document": paper()}
    for on, number, standard in (
        (histories.DECIDED, "A-1", "2022-2026"), ("2027-01-31", "A-2", "2022-2026"),
        ("2027-02-01", "A-3", "2027-2030"),
    ):  # fmt: skip
        going = {"cúc": life["cúc"], "dũng": life["dũng"], "bình": life["bình"]}
        person = going[("cúc", "dũng", "bình")[int(number[-1]) - 1]]
        split(life, on, number=number, persons={person: "head"}, **asked)
        _, classified = life.events(life.outcome.created)
        assert (classified.class_, classified.standard) == ("poor", standard)


def test_before_its_first_decision_there_is_no_class_to_carry_over(given, life):
    given(poor)
    asked = {"keep_class": True, "recorded": "2023-01-02", "document": paper()}
    split(life, "2022-12-11", **asked)
    assert [type(one) for one in life.events(life.outcome.created)] == [events.Registered]


def test_carrying_the_class_needs_the_paper(given):
    given(poor).when(lambda life: split(life, keep_class=True)).then(DecisionWithoutPaper)


def test_the_persons_of_a_split_are_in_the_new_household_only(given, life):
    given(family)
    split(life)
    new = life.outcome.created
    with pytest.raises(PersonInAnotherHousehold) as refused:
        life.do(
            "join_member",
            "2023-05-01",
            member=replace(histories.CUC, person_id=life["cúc"]),
            reason="returned",
        )
    assert refused.value.values["household_id"] == new


def test_when_the_head_goes_the_rest_need_a_head(given, life):
    given(family).when(
        lambda life: split(life, persons={life["an"]: "head", life["cúc"]: "child"})
    ).then(HeadNeedsSuccessor)
    given().when(
        lambda life: split(
            life, persons={life["an"]: "head", life["cúc"]: "child"}, new_head=life["bình"]
        )
    ).then(
        happened(events.HeadChanged, reason="split", head=life["bình"]), happened(events.SplitOff)
    )


@pytest.mark.parametrize("head_goes", [True, False])
def test_who_goes_does_not_head_those_who_stay(given, head_goes):
    others = ("an",) if head_goes else ("cúc",)
    given(family).when(
        lambda life: split(
            life,
            persons={life["bình"]: "head", **{life[one]: "child" for one in others}},
            new_head=life["bình"],
        )
    ).then(HeadNeedsSuccessor)


def test_a_split_may_give_those_who_stay_another_head(given, life):
    given(family).when(lambda life: split(life, new_head=life["bình"])).then(
        happened(events.HeadChanged, reason="split", head=life["bình"]), happened(events.SplitOff)
    )


@pytest.mark.parametrize(
    ("persons", "refusal"),
    [
        ({}, EmptyHousehold),
        ({"an": "head", "bình": "spouse", "cúc": "child", "dũng": "child"}, EmptyHousehold),
        ({"cúc": "child"}, HeadMissing),
        ({"cúc": "head", "dũng": "head"}, HeadMissing),
        ({"cúc": "boss"}, UnknownCode),
    ],
)
def test_a_split_that_makes_no_household_is_refused(given, persons, refusal):
    given(family).when(
        lambda life: split(
            life, persons={life[word]: relation for word, relation in persons.items()}
        )
    ).then(refusal)


def test_a_stranger_cannot_split_off(given):
    given(family).when(lambda life: split(life, persons={uuid4(): "head"})).then(PersonUnknown)


def test_the_new_households_number_may_be_taken(given):
    given(family).when(lambda life: split(life, number="TDP5 017")).then(
        HouseholdNumberTaken, area=HUONG_SO, number="TDP5 017"
    )


# Merging.


def merge(life: Life, into: object, on: str = "2023-06-01", **asked: object) -> object:
    relations = {life[word]: "other_relative" for word in ("an", "bình", "cúc", "dũng")}
    return life.do("merge", on, **{"into": into, "relations": relations, **asked})


@pytest.fixture
def two(given, life):
    """The old woman, and then the family in hand: (her household, its version)."""
    alone(life)
    host = life.id
    given(family)
    return host


def test_a_merger_ends_one_household_in_another(two, given, life):
    given().when(lambda life: merge(life, two)).then(
        happened(events.MergedInto, into=two, effective_on=date(2023, 6, 1))
    )
    received = life.events(two)[-1]
    assert received.merged_from == life.id
    assert [one.relation for one in received.members] == ["other_relative"] * 4
    assert (life.now().ended_how, life.now().members) == ("merged", {})
    assert len(life.now(two).members) == 5
    # Its number is free, and its people are there and nowhere else.
    somebody = replace(histories.ALONE.members[0], name="Phan Thị Giang", birth_year=1950)
    life.register("2023-06-01", replace(histories.ALONE, number="TDP5-017", members=(somebody,)))
    with pytest.raises(PersonInAnotherHousehold):
        life.do(
            "join_member",
            "2023-07-01",
            member=replace(AN, relation="spouse"),
            reason="marriage",
        )


def test_a_household_does_not_merge_into_itself(given, life):
    given(family).when(lambda life: merge(life, life.id)).then(SameHousehold)


def test_a_merger_needs_a_relation_for_everybody(two, given, life):
    given().when(lambda life: merge(life, two, relations={life["an"]: "child"})).then(
        RelationMissing
    )


def test_nobody_comes_as_the_head(two, given, life):
    relations = dict.fromkeys((life[word] for word in ("bình", "cúc", "dũng")), "child")
    given().when(lambda life: merge(life, two, relations={**relations, life["an"]: "head"})).then(
        RelationMissing
    )


def test_a_merger_is_the_last_thing(two, given, life):
    life.do("record_causes", "2023-07-01", causes=["1"])
    given().when(lambda life: merge(life, two)).then(OutOfOrder, later=date(2023, 7, 1))


def test_a_household_that_is_gone_takes_nobody_in(given, life):
    dissolved(life)
    gone = life.id
    given(lambda life: life.register("2023-05-02", replace(histories.ALONE, number="9")))
    given().when(
        lambda life: life.do(
            "merge", "2023-06-01", into=gone, relations={life["én"]: "other_relative"}
        )
    ).then(HouseholdEnded)
    given().when(
        lambda life: life.do("merge", "2023-06-01", into=uuid4(), relations={life["én"]: "other"})
    ).then(HouseholdUnknown)


def test_both_versions_are_held_against_what_the_caller_read(two, given, life):
    given().when(lambda life: merge(life, two, into_version=7)).then(
        StaleVersion, expected=7, actual=1
    )
    given().when(lambda life: merge(life, two, expected_version=7)).then(StaleVersion)


# Ending.


def test_a_household_is_dissolved_and_its_people_are_free(given, life):
    given(family).when(lambda life: life.do("dissolve", "2023-05-01", reason="moved_away")).then(
        happened(events.Dissolved, reason="moved_away")
    )
    assert life.now().members == {}
    with pytest.raises(PersonInAnotherHousehold):
        life.register("2023-04-30", replace(histories.FAMILY, number=""))
    people = (life["an"], life["bình"])
    outcome = life.register("2023-05-01", histories.FAMILY)
    assert outcome.persons[:2] == people


def test_a_household_ends_once(given):
    given(dissolved).when(lambda life: life.do("dissolve", "2023-06-01", reason="other")).then(
        HouseholdEnded, ended_on=date(2023, 5, 1)
    )


def test_an_end_is_not_dated_before_what_happened(given):
    given(widowed).when(lambda life: life.do("dissolve", "2023-02-01", reason="other")).then(
        OutOfOrder, later=date(2023, 3, 1)
    )


EM = NewMember(name="Hồ Thị Em", relation="child", sex="female", birth_date=date(2023, 1, 9))


@pytest.mark.parametrize(
    "happens",
    [
        lambda life, on: life.do("join_member", on, member=EM, reason="birth"),
        lambda life, on: life.do(
            "leave_member", on, person_id=life["cúc"], reason="moved_out"
        ),
        lambda life, on: life.do("change_head", on, head=life["bình"], reason="agreement"),
        lambda life, on: life.do(
            "correct_member", on, person_id=life["cúc"], reason="error",
            correction=MemberCorrection(sex="male"),
        ),
        lambda life, on: life.do(
            "correct_household", on, reason="error",
            correction=HouseholdCorrection(residence="temporary"),
        ),
        lambda life, on: life.do("move", on, village="Tổ dân phố 9"),
        lambda life, on: split(life, on),
        lambda life, on: life.do("screen", on, form="A", answers={}, outcome="survey"),
        lambda life, on: life.do("survey", on, histories.FORM_B),
        lambda life, on: histories.decide(life, on, figures=histories.NOT_LISTED),
        lambda life, on: life.do("record_causes", on, causes=["2"]),
        lambda life, on: life.do("record_needs", on, needs=["credit"]),
        lambda life, on: life.do("grant_support", on, histories.ELECTRICITY),
    ],
)  # fmt: skip
def test_an_end_is_not_dated_before_anything_that_happened(given, life, happens):
    given(family)
    happens(life, "2023-03-01")

    def end(life: Life, on: str) -> None:
        life.do("dissolve", on, recorded="2023-06-01", reason="moved_away")

    given().when(lambda life: end(life, "2023-02-28")).then(OutOfOrder, later=date(2023, 3, 1))
    given().when(lambda life: end(life, "2023-03-01")).then(happened(events.Dissolved))


def test_an_entry_by_error_ends_on_the_day_it_was_made(given):
    given(widowed).when(
        lambda life: life.do("dissolve", REGISTERED, recorded="2023-08-01", reason="error")
    ).then(happened(events.Dissolved, effective_on=REGISTERED))


def test_an_unknown_reason_to_end_is_refused(given):
    given(family).when(lambda life: life.do("dissolve", "2023-02-01", reason="bored")).then(
        UnknownCode, field="reason"
    )
