"""A household is registered with its members."""

from dataclasses import replace
from datetime import date

import pytest

from domain.households import events
from domain.households.errors import (
    BirthInFuture,
    EffectiveInFuture,
    EmptyHousehold,
    HeadMissing,
    HouseholdIdTaken,
    HouseholdNumberTaken,
    IdentityNumberMalformed,
    PersonTwice,
    TextMissing,
    UnknownCode,
)
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from tests import histories
from tests.given import HUONG_SO, OLD_WARD, RURAL, happened
from tests.histories import AN, BINH, CUC, FAMILY, REGISTERED, family


def with_members(*members: NewMember) -> NewHousehold:
    return replace(FAMILY, members=members)


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
