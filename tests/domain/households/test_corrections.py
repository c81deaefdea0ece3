"""What was written about a person or a household is corrected."""

from dataclasses import replace
from datetime import date

import pytest

from domain.households import events
from domain.households.corrections import HouseholdCorrection, MemberCorrection
from domain.households.errors import (
    HeadByCorrection,
    HouseholdNumberTaken,
    IdentityNumberTaken,
    OutOfOrder,
    PersonAlreadyLeft,
    UnknownCode,
)
from domain.households.person import NewMember
from tests import histories
from tests.given import RURAL, Life, happened
from tests.histories import AN, BINH, CUC, family, widowed


def test_a_correction_keeps_what_it_said_before(given, life, keyring):
    given(family).when(
        lambda life: life.do(
            "correct_member",
            "2022-11-15",
            recorded="2023-01-05",
            person_id=life["dũng"],
            correction=MemberCorrection(name="Hồ Văn Dũng Em", birth_year=2004, sex="male"),
            reason="papers",
        )
    ).then(happened(events.MemberCorrected, reason="papers"))
    changes = {change.attribute: change for change in life.events()[-1].changes}
    assert changes.keys() == {"birth_year", "private"}
    assert (changes["birth_year"].before, changes["birth_year"].after) == (2003, 2004)
    assert keyring.reveal(changes["private"].before) == {"name": "Hồ Văn Dũng"}
    assert keyring.reveal(changes["private"].after) == {"name": "Hồ Văn Dũng Em"}
    assert life.now().members[life["dũng"]].birth_year == 2004


def test_a_correction_that_changes_nothing_records_nothing(given):
    given(family).when(
        lambda life: life.do(
            "correct_member",
            "2023-01-05",
            person_id=life["an"],
            correction=MemberCorrection(
                name="Hồ  Văn An", sex="male", birth_date=date(1980, 5, 1), id_number="046080001234"
            ),
            reason="papers",
        )
    ).then_nothing()


def test_a_corrected_birth_year_drops_a_day_that_cannot_be(given, life, keyring):
    given(family)
    life.do(
        "correct_member",
        "2023-01-05",
        person_id=life["an"],
        correction=MemberCorrection(birth_year=1981),
        reason="papers",
    )
    an = life.now().members[life["an"]]
    assert an.birth_year == 1981
    assert "birth_date" not in keyring.reveal(an.private)


def test_a_birth_year_that_is_that_of_the_day_keeps_the_day(given, life, keyring):
    given(family).when(
        lambda life: life.do(
            "correct_member",
            "2023-01-05",
            person_id=life["an"],
            correction=MemberCorrection(birth_year=1980, phone="0905 000 009"),
            reason="papers",
        )
    ).then(happened(events.MemberCorrected))
    an = life.now().members[life["an"]]
    assert (an.birth_year, keyring.reveal(an.private)["birth_date"]) == (1980, "1980-05-01")


def test_a_birth_day_that_turns_out_unknown_keeps_the_year(given, life, keyring):
    given(family)
    life.do(
        "correct_member",
        "2023-01-05",
        person_id=life["an"],
        correction=MemberCorrection(birth_date=None),
        reason="papers",
    )
    an = life.now().members[life["an"]]
    assert an.birth_year == 1980
    assert "birth_date" not in keyring.reveal(an.private)


def test_a_corrected_number_frees_the_wrong_one(given, life):
    given(family)
    life.do(
        "correct_member",
        "2023-01-05",
        person_id=life["an"],
        correction=MemberCorrection(id_number="046080009999"),
        reason="papers",
    )
    stranger = replace(AN, name="Phan Văn Giàu", phone="", birth_date=None)
    life.register("2023-01-06", replace(histories.ALONE, members=(stranger,)))
    assert life.outcome.notes == ()


def test_a_number_cannot_be_corrected_to_anothers(given, life):
    given(family).when(
        lambda life: life.do(
            "correct_member",
            "2023-01-05",
            person_id=life["an"],
            correction=MemberCorrection(id_number=BINH.id_number),
            reason="papers",
        )
    ).then(IdentityNumberTaken, person_id=life["bình"])


@pytest.mark.parametrize(("who", "relation"), [("bình", "head"), ("an", "other")])
def test_a_correction_makes_or_unmakes_no_head(given, who, relation):
    given(family).when(
        lambda life: life.do(
            "correct_member",
            "2023-01-05",
            person_id=life[who],
            correction=MemberCorrection(relation=relation),
            reason="error",
        )
    ).then(HeadByCorrection)


def test_corrections_of_one_attribute_come_in_order(given, life):
    given(family)

    def sex(life: Life, on: str, sex: str) -> None:
        life.do(
            "correct_member",
            on,
            recorded="2023-09-01",
            person_id=life["dũng"],
            correction=MemberCorrection(sex=sex),
            reason="error",
        )

    sex(life, "2023-05-01", "female")
    given().when(lambda life: sex(life, "2023-04-01", "male")).then(OutOfOrder)
    sex(life, "2023-05-01", "male")


def test_who_left_is_not_corrected(given):
    given(widowed).when(
        lambda life: life.do(
            "correct_member",
            "2023-04-01",
            person_id=life["an"],
            correction=MemberCorrection(sex="female"),
            reason="error",
        )
    ).then(PersonAlreadyLeft)


def test_the_households_own_record_is_corrected(given, life):
    given(family).when(
        lambda life: life.do(
            "correct_household",
            "2023-01-05",
            correction=HouseholdCorrection(
                number="TDP5-018", village="Tổ dân phố 6", no_labour_capacity=True
            ),
            reason="error",
        )
    ).then(
        happened(
            events.HouseholdCorrected,
            changes=(
                events.Change("number", "TDP5-017", "TDP5-018"),
                events.Change("village", "Tổ dân phố 5", "Tổ dân phố 6"),
                events.Change("no_labour_capacity", None, True),
            ),
        )
    )
    household = life.now()
    assert household.number == "TDP5-018"
    assert household.flags.no_labour_capacity is True
    # The wrong number is free again, the right one is not.
    life.register("2023-01-06", replace(histories.ALONE, number="TDP5-017"))
    with pytest.raises(HouseholdNumberTaken):
        life.do(
            "correct_household",
            "2023-01-07",
            correction=HouseholdCorrection(number="TDP5-018"),
            reason="error",
        )


def test_the_same_address_again_is_no_correction(given):
    given(family).when(
        lambda life: life.do(
            "correct_household",
            "2023-01-05",
            correction=HouseholdCorrection(
                address="12  kiệt 3 đường Nguyễn Văn Linh", number="TDP5-017", residence="permanent"
            ),
            reason="error",
        )
    ).then_nothing()


def test_a_place_is_not_corrected_to_before_a_move(given, life):
    given(family)
    life.do("move", "2023-03-01", area=RURAL, village="Thôn 1")
    given().when(
        lambda life: life.do(
            "correct_household",
            "2023-02-01",
            correction=HouseholdCorrection(village="Tổ dân phố 6"),
            reason="error",
        )
    ).then(OutOfOrder, later=date(2023, 3, 1))


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("join_member", {"member": replace(CUC, name="Em"), "reason": "adopted"}),
        ("leave_member", {"reason": "gone"}),
        ("change_head", {"reason": "why not"}),
        ("correct_member", {"correction": MemberCorrection(sex="female"), "reason": "typo"}),
        ("correct_household", {"correction": HouseholdCorrection(village="X"), "reason": "typo"}),
    ],
)
def test_an_unknown_reason_is_refused(given, life, command, asked):
    given(family)
    if command in ("leave_member", "correct_member"):
        asked = {**asked, "person_id": life["cúc"]}
    if command == "change_head":
        asked = {**asked, "head": life["cúc"]}
    given().when(lambda life: life.do(command, "2023-01-05", **asked)).then(
        UnknownCode, field="reason", value=asked["reason"]
    )


@pytest.mark.parametrize(
    ("field", "value"), [("relation", "boss"), ("residence", "moon"), ("sex", "both")]
)
def test_an_unknown_code_is_no_correction(given, life, field, value):
    given(family)
    for command, correction in (
        ("correct_member", MemberCorrection(**{field: value})),
        ("correct_household", HouseholdCorrection(residence=value)),
    ):
        if command == "correct_household" and field != "residence":
            continue
        whose = {"person_id": life["dũng"]} if command == "correct_member" else {}
        given().when(
            lambda life, command=command, correction=correction, whose=whose: life.do(
                command, "2023-01-05", correction=correction, reason="error", **whose
            )
        ).then(UnknownCode, field=field, value=value)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"residence": "temporary"}, {"residence": "permanent"}),
        ({"meritorious": True}, {"meritorious": False}),
        ({"number": "TDP5-018"}, {"number": "TDP5-019"}),
    ],
)
def test_corrections_of_one_attribute_of_the_household_come_in_order(given, life, first, second):
    given(family)

    def correct(life: Life, on: str, **values: object) -> None:
        life.do(
            "correct_household",
            on,
            recorded="2023-09-01",
            correction=HouseholdCorrection(**values),  # type: ignore[arg-type]
            reason="changed",
        )

    correct(life, "2023-05-01", **first)
    given().when(lambda life: correct(life, "2023-04-30", **second)).then(
        OutOfOrder, later=date(2023, 5, 1)
    )
    correct(life, "2023-04-30", village="Tổ dân phố 6")
    correct(life, "2023-05-01", **second)


def test_a_person_is_not_corrected_before_coming(given, life):
    given(family)
    baby = NewMember(name="Hồ Thị Em", relation="child", sex="female", birth_date=date(2023, 1, 9))
    joined = life.do("join_member", "2023-01-15", member=baby, reason="birth")
    (baby_id,) = joined.persons

    def correct(life: Life, on: str) -> None:
        life.do(
            "correct_member",
            on,
            recorded="2023-09-01",
            person_id=baby_id,
            correction=MemberCorrection(name="Hồ Thị Êm"),
            reason="error",
        )

    given().when(lambda life: correct(life, "2023-01-14")).then(OutOfOrder)
    given().when(lambda life: correct(life, "2023-01-15")).then(happened(events.MemberCorrected))
