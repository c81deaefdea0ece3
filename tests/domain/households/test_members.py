"""Members come, leave, are corrected; one of them is the head."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from domain.eventstore.errors import SubjectForgotten
from domain.households import events
from domain.households.corrections import HouseholdCorrection, MemberCorrection
from domain.households.errors import (
    BeforeRegistration,
    BirthInFuture,
    EffectiveInFuture,
    EmptyHousehold,
    HeadByCorrection,
    HeadMissing,
    HeadNeedsSuccessor,
    HeadNotMember,
    HouseholdEnded,
    HouseholdIdTaken,
    HouseholdNumberTaken,
    HouseholdUnknown,
    IdentityNumberMalformed,
    IdentityNumberTaken,
    OutOfOrder,
    PersonAlreadyLeft,
    PersonAlreadyMember,
    PersonInAnotherHousehold,
    PersonIsForgotten,
    PersonTwice,
    PersonUnknown,
    TextMissing,
    UnknownCode,
)
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from tests import histories
from tests.given import HUONG_SO, OLD_WARD, RURAL, Life, happened
from tests.histories import AN, BINH, CUC, FAMILY, REGISTERED, alone, dissolved, family, widowed

BABY = NewMember(name="Hồ Thị Em", relation="child", sex="female", birth_date=date(2023, 1, 9))


def with_members(*members: NewMember) -> NewHousehold:
    return replace(FAMILY, members=members)


# Registering.


def test_a_household_is_registered_with_its_members_sealed(given, keyring):
    life = (
        given()
        .when(lambda life: life.register(REGISTERED, FAMILY))
        .then(
            happened(
                events.Registered,
                number="TDP5-017",
                area=HUONG_SO,
                village="Tổ dân phố 5",
                source="entry",
                split_from=None,
                effective_on=REGISTERED,
            )
        )
    )
    (registered,) = life.events()
    assert registered.head == life["an"]
    an = registered.members[0]
    assert (an.relation, an.sex, an.birth_year, an.ethnicity) == ("head", "male", 1980, "Kinh")
    assert keyring.reveal(an.private) == {
        "name": "Hồ Văn An",
        "birth_date": "1980-05-01",
        "id_number": "046080001234",
        "phone": "0905 000 001",
    }
    assert keyring.reveal(registered.address) == {"address": "12 kiệt 3 đường Nguyễn Văn Linh"}


def test_no_personal_value_stands_in_the_stored_events(given, database):
    given(histories.supported)
    with database.pool.connection() as conn:
        stored = b"".join(row[0] for row in conn.execute("select state from store.events"))
        stored += b"".join(
            str(row).encode() for row in conn.execute("select * from store.commands").fetchall()
        )
    for secret in ("Hồ Văn An", "046080001234", "0905", "Nguyễn Văn Linh", "1980-05-01"):
        assert secret.encode() not in stored


def test_a_bare_area_code_is_read_as_of_the_day(given):
    given().when(lambda life: life.register(REGISTERED, replace(FAMILY, area="19753"))).then(
        happened(events.Registered, area=HUONG_SO)
    )


@pytest.mark.parametrize(
    ("household", "refusal"),
    [
        (with_members(), EmptyHousehold),
        (with_members(replace(AN, relation="spouse")), HeadMissing),
        (with_members(AN, replace(BINH, relation="head")), HeadMissing),
        (with_members(AN, replace(CUC, id_number="046 080 001 234")), PersonTwice),
        (with_members(replace(AN, name="  ")), TextMissing),
        (with_members(replace(AN, id_number="12345")), IdentityNumberMalformed),
        (with_members(replace(AN, birth_date=date(2022, 11, 16))), BirthInFuture),
        (with_members(replace(AN, relation="cousin")), UnknownCode),
        (with_members(replace(AN, sex="M")), UnknownCode),
        (replace(FAMILY, residence="hotel"), UnknownCode),
        (replace(FAMILY, source=""), TextMissing),
    ],
)
def test_a_household_that_cannot_be_is_refused(given, household, refusal):
    given().when(lambda life: life.register(REGISTERED, household)).then(refusal)


def test_a_refusal_about_a_member_says_which_and_never_who(given):
    told = given().when(
        lambda life: life.register(REGISTERED, with_members(AN, replace(CUC, id_number="0460")))
    )
    told.then(IdentityNumberMalformed, member=1, length=4)
    assert "Cúc" not in str(told.refusal)
    assert "0460" not in str(told.refusal)


def test_an_area_that_ended_before_the_day_is_refused(given):
    told = given().when(lambda life: life.register(REGISTERED, replace(FAMILY, area=OLD_WARD)))
    assert told.refusal is not None
    assert told.refusal.code == "area_not_valid_on"
    assert told.events == []


def test_a_household_cannot_be_registered_in_the_future(given):
    given().when(lambda life: life.register("2022-11-15", FAMILY, recorded="2022-11-14")).then(
        EffectiveInFuture, effective_on=date(2022, 11, 15), recorded_on=date(2022, 11, 14)
    )


def test_a_household_number_is_one_households_in_its_commune(given, life):
    given(family)
    first = life.id
    alone_with_it = replace(histories.ALONE, number="TDP5-017")
    given().when(lambda life: life.register("2022-11-20", alone_with_it)).then(
        HouseholdNumberTaken, household_id=first, number="TDP5-017", area=HUONG_SO
    )
    other_commune = replace(alone_with_it, area=RURAL)
    assert life.register("2022-11-20", other_commune).version == 1


def test_a_household_id_that_is_taken_is_refused(given, life):
    given(family)
    with pytest.raises(HouseholdIdTaken):
        life.register("2022-11-20", replace(histories.ALONE, household_id=life.id))


def test_two_communes_and_no_number_need_no_claim(given, life):
    given(family)
    life.register("2022-11-20", replace(histories.ALONE, number=""))
    life.register(
        "2022-11-20",
        replace(histories.ALONE, number="", members=(replace(AN, id_number="", name="X Y"),)),
    )


def test_what_a_number_says_otherwise_is_noted_and_not_refused(life):
    odd = replace(BINH, id_number="999080001234")
    outcome = life.register(REGISTERED, with_members(AN, odd))
    assert outcome.notes == (
        "members/1/id_number_province",
        "members/1/id_number_sex",
        "members/1/id_number_birth_year",
    )


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


# Corrections.


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


def test_a_birth_day_that_turns_out_unknown_keeps_the_year(given, life):
    given(family)
    life.do(
        "correct_member",
        "2023-01-05",
        person_id=life["an"],
        correction=MemberCorrection(birth_date=None),
        reason="papers",
    )
    assert life.now().members[life["an"]].birth_year == 1980


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


# Forgetting.


def test_a_forgotten_person_is_counted_and_unreadable(given, life, keyring):
    given(family).when(
        lambda life: life.do(
            "forget_person", "2023-02-01", person_id=life["an"], legal_basis="Luật 91/2025/QH15"
        )
    ).then(happened(events.PersonForgotten, legal_basis="Luật 91/2025/QH15"))
    an = life.now().members[life["an"]]
    assert keyring.reveal(an.private) is None
    assert (an.sex, an.birth_year) == ("male", 1980)
    # The number can be given by somebody new, of whom nothing is known.
    life.register("2023-02-02", replace(histories.ALONE, members=(AN,)))
    assert life.outcome.notes == ()


def test_forgetting_again_records_nothing(given):
    given(histories.forgotten).when(
        lambda life: life.do(
            "forget_person", "2023-03-01", person_id=life["dũng"], legal_basis="again"
        )
    ).then_nothing()


def test_a_forgotten_member_can_still_leave_but_not_be_corrected_or_return(given, life):
    given(histories.forgotten).when(
        lambda life: life.do(
            "correct_member",
            "2023-03-01",
            person_id=life["dũng"],
            correction=MemberCorrection(sex="female"),
            reason="error",
        )
    ).then(PersonIsForgotten)
    given().when(
        lambda life: life.do("leave_member", "2023-03-01", person_id=life["dũng"], reason="away")
    ).then(happened(events.MemberLeft))
    with pytest.raises(SubjectForgotten):
        life.do(
            "join_member",
            "2023-04-01",
            member=replace(histories.DUNG, person_id=life["dũng"]),
            reason="returned",
        )


def test_a_person_is_forgotten_in_every_household_they_were_in(given, life):
    given(family)
    first, an = life.id, life["an"]
    life.do("leave_member", "2023-02-01", person_id=an, reason="marriage", new_head=life["bình"])
    alone(life)
    second = life.id
    life.do("join_member", "2023-02-01", member=replace(AN, relation="spouse"), reason="marriage")
    life.do("forget_person", "2023-05-01", person_id=an, legal_basis="x")
    for household in (first, second):
        assert life.events(household)[-1].person_id == an
        assert type(life.events(household)[-1]) is events.PersonForgotten


def test_the_address_goes_with_the_last_readable_person(given, life, keyring):
    given(family)
    address = life.now().address
    for word in ("an", "bình", "cúc"):
        life.do("forget_person", "2023-02-01", person_id=life[word], legal_basis="x")
    assert keyring.reveal(address) is not None
    life.do("forget_person", "2023-02-01", person_id=life["dũng"], legal_basis="x")
    assert keyring.reveal(address) is None


def test_a_person_of_an_ended_household_can_be_forgotten(given):
    given(dissolved).when(
        lambda life: life.do("forget_person", "2024-01-01", person_id=life["an"], legal_basis="x")
    ).then(happened(events.PersonForgotten))


def test_somebody_who_was_never_there_cannot_be_forgotten(given):
    given(family).when(
        lambda life: life.do("forget_person", "2024-01-01", person_id=uuid4(), legal_basis="x")
    ).then(PersonUnknown)


# What all commands refuse.


def test_an_unknown_household_is_refused(life):
    with pytest.raises(HouseholdUnknown):
        life.do("dissolve", "2023-01-01", reason="other")


def test_an_ended_household_takes_no_more_members(given):
    given(dissolved).when(
        lambda life: life.do("join_member", "2023-06-01", member=BABY, reason="birth")
    ).then(HouseholdEnded, ended_on=date(2023, 5, 1), how="moved_away")
