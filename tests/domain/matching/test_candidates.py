"""Which households on record are compared with one described, and which are left out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.households.person import NewMember
from domain.matching.evidence import CERTAIN, CONTRADICTION, NONE, Described, DescribedHousehold
from domain.matching.lookup import MOST_FOR_A_KEY
from domain.matching.matcher import Match
from domain.matching.records import describe
from domain.matching.settlement import Anyway
from tests import histories
from tests.given import HUONG_SO, RURAL

EN = Described("Trần Thị Én", birth_year=1945, sex="female")
STRANGER = Described("Phan Văn Lý", birth_year=1971, sex="male")
AN_CCCD = histories.AN.id_number


def home(*members: Described, **other: Any) -> DescribedHousehold:
    where = {"unit": HUONG_SO, "village": "Tổ dân phố 2", "number": "", **other}
    return DescribedHousehold(**where, members=members)


def looked_up(life: Any, given: DescribedHousehold, *units: str) -> Sequence[UUID]:
    """The households on record that are compared at all."""
    (found,) = life.households.matcher._lookup.candidates([(given, units or (given.unit,))])
    return list(found)


def answer(life: Any, given: DescribedHousehold, source: str = "") -> Match:
    (match,) = life.households.matcher.find([given], sources=[source])
    return match


# Of the same list, and without a person who can be read.


def test_a_household_of_the_same_list_is_no_candidate(life: Any) -> None:
    life.register("2022-11-01", replace(histories.ALONE, source="import:one"))
    same = answer(life, home(EN), "import:one")
    assert (same.verdict, same.apart) == (NONE, {life.id})
    for source in ("", "import:two"):
        assert answer(life, home(EN), source).verdict == CERTAIN


def test_a_household_of_no_list_is_a_candidate_for_what_comes_from_none(life: Any) -> None:
    life.register("2022-11-01", histories.ALONE)
    assert answer(life, home(EN)).verdict == CERTAIN


def test_a_household_whose_people_are_erased_is_told_apart_from_all(life: Any) -> None:
    life.register("2022-11-01", histories.ALONE)
    given = home(STRANGER, number="tdp2-1")
    assert answer(life, given).verdict == CONTRADICTION
    life.do("forget_person", "2023-01-01", person_id=life["én"], legal_basis="NĐ 13/2023")
    match = answer(life, given)
    assert (match.verdict, match.candidates, match.apart) == (NONE, (), {life.id})


# Match keys: shared by few, of the head alone, of the day.


def test_a_name_that_more_households_share_than_a_person_can_look_at_leads_to_none(
    life: Any,
) -> None:
    alike = replace(histories.ALONE, number="")
    known = set()
    for _ in range(MOST_FOR_A_KEY):
        done = life.households.register(
            life.context("2022-11-01"), alike, anyway=Anyway("Trùng tên")
        )
        known.add(done.aggregate_id)
    assert set(looked_up(life, home(EN))) == known
    life.households.register(life.context("2022-11-01"), alike, anyway=Anyway("Trùng tên"))
    assert looked_up(life, home(EN)) == []


def test_two_of_one_name_in_a_household_count_once_for_the_limit(
    life: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (en,) = histories.ALONE.members
    twice = replace(histories.ALONE, members=(en, replace(en, relation="sibling")))
    life.register("2022-11-01", twice)
    monkeypatch.setattr("domain.matching.lookup.MOST_FOR_A_KEY", 1)
    assert looked_up(life, home(EN)) == [life.id]


def test_a_member_is_found_by_name_in_the_village_whatever_the_birth(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    village = histories.FAMILY.village
    for year in (None, 1990):
        child = Described("Hồ Thị Cúc", birth_year=year, sex="female")
        assert looked_up(life, home(child, village=village)) == [life.id]
        assert looked_up(life, home(child)) == []


def test_a_head_without_a_birth_is_found_by_name_alone(life: Any) -> None:
    (en,) = histories.ALONE.members
    life.register("2022-11-01", replace(histories.ALONE, members=(replace(en, birth_year=None),)))
    assert looked_up(life, home(replace(EN, birth_year=None))) == [life.id]
    assert looked_up(life, home(replace(EN, birth_year=None, name="Phan Thị Lý"))) == []


def test_only_a_head_is_found_by_birth_with_a_name_misspelt(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    village = histories.FAMILY.village
    head = Described("Hồ Vân An", birth_date=date(1980, 5, 1), sex="male")
    child = Described("Hồ Thi Cúc", birth_date=date(2000, 2, 3), sex="female")
    assert looked_up(life, home(head, village=village)) == [life.id]
    assert looked_up(life, home(child, village=village)) == []
    assert looked_up(life, home(replace(child, name="Hồ Thị Cúc"), village=village)) == [life.id]


def test_a_head_misspelt_is_found_in_another_village_by_the_day_of_birth(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    head = Described("Hồ Vân An", birth_date=date(1980, 5, 1), sex="male")
    wife = Described("Lê Thị Bình", birth_year=1982, sex="female")
    assert looked_up(life, home(head)) == [life.id]
    assert answer(life, home(head, wife)).candidates[0].household_id == life.id
    assert looked_up(life, home(replace(head, birth_date=date(1980, 5, 2)))) == []
    assert looked_up(life, home(replace(head, sex="female"))) == []


@pytest.mark.parametrize(("on_record", "described"), [("", "female"), ("female", ""), ("", "")])
def test_a_head_whose_sex_is_not_known_on_a_side_is_found_under_any(
    life: Any, on_record: str, described: str
) -> None:
    (en,) = histories.ALONE.members
    life.register("2022-11-01", replace(histories.ALONE, members=(replace(en, sex=on_record),)))
    assert looked_up(life, home(replace(EN, name="Trần Thị Ến", sex=described))) == [life.id]


def test_a_household_is_looked_for_in_every_unit_of_the_lineage_and_in_no_other(life: Any) -> None:
    life.register("2022-11-01", histories.ALONE)
    assert looked_up(life, home(EN, unit=RURAL), RURAL) == []
    assert looked_up(life, home(EN, unit=RURAL), RURAL, HUONG_SO) == [life.id]
    number = home(STRANGER, unit=RURAL, number="tdp2-1")
    assert looked_up(life, number, RURAL) == []
    assert looked_up(life, number, RURAL, HUONG_SO) == [life.id]


# Numbers: as long as they are held.


def test_an_identity_number_leads_to_the_household_of_its_person_anywhere(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    given = home(replace(STRANGER, id_number=AN_CCCD), unit=RURAL, village="Thôn 1")
    assert looked_up(life, given) == [life.id]
    assert answer(life, given).verdict == CONTRADICTION
    assert looked_up(life, home(replace(STRANGER, id_number="046071999999"), unit=RURAL)) == []


def test_an_identity_number_leads_nowhere_once_its_person_has_left(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    life.do("leave_member", "2023-01-01", person_id=life["an"], reason="death",
            new_head=life["bình"])  # fmt: skip
    given = home(replace(STRANGER, id_number=AN_CCCD), unit=RURAL, village="Thôn 1")
    assert looked_up(life, given) == []


def test_of_many_described_each_has_the_households_that_its_own_traits_lead_to(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    family = life.id
    life.register("2022-11-15", histories.ALONE)
    lonely = life.id
    given = [
        home(STRANGER, number="tdp5-17"),
        home(STRANGER),
        home(STRANGER, number="tdp2-1"),
        home(replace(STRANGER, id_number=AN_CCCD)),
        home(EN),
    ]
    found = life.households.matcher._lookup.candidates([(one, (one.unit,)) for one in given])
    assert found == [[family], [], [lonely], [family], [lonely]]
    child = Described("Hồ Thị Cúc", birth_date=date(2000, 2, 3), sex="female")
    with_child = home(STRANGER, child)
    fellows = life.households.matcher._lookup.with_fellows(
        [(one, (one.unit,)) for one in (home(STRANGER, EN), home(STRANGER), with_child)]
    )
    assert fellows == [[lonely], [], [family]]


def test_a_number_leads_nowhere_once_its_household_has_ended(life: Any) -> None:
    life.register("2022-11-01", histories.ALONE)
    given = home(STRANGER, number="tdp2-1")
    assert looked_up(life, given) == [life.id]
    life.do("dissolve", "2023-01-01", reason="death")
    assert looked_up(life, given) == []


# Of a household that ended, those who were in it on its last day.


def test_who_left_and_returned_before_a_household_ended_is_known_by_it(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    for word in ("cúc", "dũng"):
        life.do("leave_member", "2023-01-01", person_id=life[word], reason="moved_out")
    back = NewMember(
        name="Hồ Thị Cúc", relation="child", sex="female", birth_date=date(2000, 2, 3),
        person_id=life["cúc"],
    )  # fmt: skip
    life.do("join_member", "2023-02-01", member=back, reason="returned")
    life.do("dissolve", "2023-05-01", reason="moved_away")
    cuc = Described("Hồ Thị Cúc", birth_date=date(2000, 2, 3), sex="female")
    assert answer(life, home(cuc)).verdict == CERTAIN
    known = describe(life.now(), life.application.keyring.reveal).members
    assert {one.name for one in known} == {"Hồ Văn An", "Lê Thị Bình", "Hồ Thị Cúc"}
