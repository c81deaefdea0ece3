"""Members other than the head are looked for as well: one may be in a household on record."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from domain.matching.errors import PossibleMatch
from domain.matching.evidence import (
    NONE,
    POSSIBLE,
    Described,
    DescribedHousehold,
    compare_fellows,
)
from domain.matching.settlement import Anyway
from tests import histories
from tests.given import HUONG_SO, RURAL

MAI = Described("Lê Thị Mai", birth_date=date(2014, 9, 7), sex="female")
TU = Described("Lê Văn Tư", birth_year=1985, sex="male")
HIEN = Described("Lê Thị Hiền", birth_year=1988, sex="female")
FIRST_OF_YEAR = replace(MAI, birth_date=date(2014, 1, 1))


def home(*fellows: Described, name: str = "Trần Văn Sáu", village: str = "Thôn 1") -> Any:
    head = Described(name, birth_year=1950, sex="male")
    return DescribedHousehold(HUONG_SO, village, "", (head, *fellows))


@pytest.mark.parametrize(
    ("given", "recorded", "found"),
    [
        ((MAI,), (TU, MAI), True),
        ((MAI,), (TU, replace(MAI, name="LÊ THỊ  MAI")), True),
        ((MAI,), (replace(MAI, birth_date=date(2014, 9, 8)),), False),
        ((MAI,), (replace(MAI, birth_date=None, birth_year=2014),), False),
        ((MAI,), (replace(MAI, sex="male"),), False),
        ((MAI,), (replace(MAI, sex=""),), True),
        ((MAI,), (replace(MAI, name="Lê Thị Mài"),), False),
        ((FIRST_OF_YEAR,), (FIRST_OF_YEAR,), False),
        # By the year alone one is not enough, two are; one person is no two.
        ((TU,), (TU,), False),
        ((TU, HIEN), (HIEN, TU), True),
        ((TU, TU), (TU,), False),
        ((TU,), (TU, TU), False),
        # Papers: the same are a person who is known, others are another person.
        ((replace(MAI, id_number="046314000001"),), (replace(MAI, id_number="046314000001"),),
         False),
        ((replace(MAI, id_number="046314000001"),), (replace(MAI, id_number="046314999999"),),
         False),
        ((replace(MAI, id_number="046314000001"),), (MAI,), True),
    ],
)  # fmt: skip
def test_a_fellow_is_known_by_name_and_day_of_birth_and_two_by_the_year(
    given: tuple[Described, ...], recorded: tuple[Described, ...], found: bool
) -> None:
    answers = {
        compare_fellows(home(*given), home(*recorded, name="Hồ Thị Bảy", village="Thôn 2"))
        is not None,
        compare_fellows(home(*recorded), home(*given, name="Hồ Thị Bảy", village="Thôn 2"))
        is not None,
    }
    assert answers == {found}


def test_a_first_of_january_is_enough_in_the_same_village() -> None:
    found = compare_fellows(home(FIRST_OF_YEAR), home(FIRST_OF_YEAR, name="Hồ Thị Bảy"))
    assert found is not None
    assert found.codes() == ("members", "village")


def test_a_fellow_who_heads_the_household_on_record_is_found() -> None:
    recorded = DescribedHousehold(HUONG_SO, "Thôn 2", "", (MAI,))
    assert compare_fellows(home(MAI), recorded) is not None


# Registering.

CUC = replace(histories.CUC, relation="child")


def another_family(*fellows: NewMember, **other: Any) -> NewHousehold:
    head = NewMember(name="Phan Văn Lý", relation="head", sex="male", birth_year=1971)
    where = {"area": HUONG_SO, "village": "Tổ dân phố 9", **other}
    return NewHousehold(**where, members=(head, *fellows))


def test_registering_a_member_who_is_in_a_household_on_record_takes_a_reason(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    family, person = life.id, life["cúc"]
    with pytest.raises(PossibleMatch) as refused:
        life.register("2023-01-01", another_family(CUC))
    ((candidate),) = refused.value.candidates
    assert (candidate.household_id, candidate.evidence.person) == (family, person)
    assert candidate.evidence.codes() == ("members",)
    done = life.households.register(
        life.context("2023-01-01"), another_family(CUC), anyway=Anyway("Trùng tên")
    )
    matched = life.events(done.aggregate_id)[-1]
    assert (matched.candidate, matched.verdict) == (family, "somebody_else")
    assert matched.evidence == ("members",)


def test_members_of_whom_the_year_is_known_are_two_before_anything_is_asked(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    binh = replace(histories.BINH, relation="spouse", id_number="")
    life.register("2023-01-01", another_family(histories.DUNG))
    with pytest.raises(PossibleMatch):
        life.register("2023-01-01", another_family(binh, histories.DUNG, village="Tổ dân phố 8"))


def test_a_member_who_left_or_whose_household_ended_is_asked_of_no_more(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    with pytest.raises(PossibleMatch):
        life.register("2023-01-01", another_family(CUC))
    life.do("leave_member", "2023-01-01", person_id=life["cúc"], reason="moved_out")
    first = life.register("2023-02-01", another_family(CUC))
    life.households.dissolve(first.aggregate_id, life.context("2023-03-01"), reason="moved_away")
    life.register("2023-04-01", another_family(CUC, village="Tổ dân phố 8"))


def test_only_households_that_go_on_come_close_by_a_member(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    child = Described("Hồ Thị Cúc", birth_date=date(2000, 2, 3), sex="female")
    given = DescribedHousehold(HUONG_SO, "Thôn 9", "", (replace(TU, sex="male"), child))
    for source, verdict in (("", POSSIBLE), ("entry", NONE), ("import:one", POSSIBLE)):
        (match,) = life.households.matcher.find([given], sources=[source])
        assert match.verdict == verdict
    life.do("dissolve", "2023-05-01", reason="moved_away")
    (match,) = life.households.matcher.find([given])
    assert match.verdict == NONE


def test_a_household_of_the_same_list_is_not_loaded_for_its_members(
    life: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    life.register("2022-11-15", histories.FAMILY)
    child = Described("Hồ Thị Cúc", birth_date=date(2000, 2, 3), sex="female")
    given = DescribedHousehold(HUONG_SO, "Thôn 9", "", (replace(TU, sex="male"), child))
    matcher = life.households.matcher
    loaded: list[Any] = []
    load = matcher._load
    monkeypatch.setattr(matcher, "_load", lambda ids: loaded.extend(ids) or load(ids))
    matcher.find([given], sources=["import:one"], of_source={life.id})
    assert loaded == []
    matcher.find([given], sources=[""], of_source={life.id})
    assert loaded == [life.id]


def test_a_member_of_another_commune_is_not_asked_of(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    life.register("2023-01-01", another_family(CUC, area=RURAL, village="Thôn 1"))


def test_a_member_who_is_named_by_id_is_not_asked_of(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    life.do("leave_member", "2023-01-01", person_id=life["cúc"], reason="marriage")
    life.register("2023-02-01", another_family(replace(CUC, person_id=life["cúc"])))
