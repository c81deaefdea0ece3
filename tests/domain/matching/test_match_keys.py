"""Match keys go with the people: written with the events, moved, and removed."""

from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest

from domain.households.corrections import HouseholdCorrection, MemberCorrection
from domain.households.person import NewMember
from domain.matching import backfill
from domain.matching.errors import MatchingNotReady, PossibleMatch
from domain.matching.evidence import Described, DescribedHousehold
from domain.matching.settlement import Anyway
from tests import histories
from tests.given import HUONG_SO, RURAL

EN = Described("Trần Thị Én", birth_year=1945, sex="female")


def found(life: Any, *members: Described, unit: str = HUONG_SO) -> list[Any]:
    """The households that come close to one described in village 2."""
    given = DescribedHousehold(unit, "Tổ dân phố 2", "", members)
    (match,) = life.households.matcher.find([given])
    near = [*match.candidates, *([match.certain] if match.certain else [])]
    return [one.household_id for one in near]


def keys(database: Any, what: str, value: Any) -> int:
    with database.pool.connection() as conn:
        row = conn.execute(
            f"select count(*) from store.match_keys where {what} = %s", [value]
        ).fetchone()
    return row[0]


@pytest.fixture
def en(life: Any) -> Any:
    life.register("2022-11-01", histories.ALONE)
    return life


def test_a_household_is_found_as_soon_as_it_is_recorded(en: Any) -> None:
    assert found(en, EN) == [en.id]
    assert found(en, Described("Tran Thi Én", birth_year=1945, sex="female")) == [en.id]
    assert found(en, Described("Tran Thi Én", birth_year=1945)) == [en.id]  # sex not known
    assert found(en, Described("Phan Thị Lý", birth_year=1930, sex="female")) == []


def test_keys_move_with_a_household(en: Any) -> None:
    en.do("move", "2023-01-01", area=RURAL, village="Tổ dân phố 2")
    assert found(en, EN) == []
    assert found(en, EN, unit=RURAL) == [en.id]


def test_keys_follow_a_correction_of_the_name(en: Any) -> None:
    correction = MemberCorrection(name="Trần Thị Yến", birth_year=1950)
    en.do("correct_member", "2023-01-01", person_id=en["én"], correction=correction,
          reason="error")  # fmt: skip
    assert found(en, EN) == []
    assert found(en, Described("Trần Thị Yến", birth_year=1950)) == [en.id]


def test_who_leaves_takes_the_keys_along(en: Any, database: Any) -> None:
    son = NewMember(name="Lê Văn Tư", relation="child", sex="male", birth_year=1985)
    joined = en.do("join_member", "2023-01-01", member=son, reason="moved_in")
    (person,) = joined.persons
    assert found(en, Described("Lê Văn Tư", birth_year=1985)) == [en.id]
    en.do("leave_member", "2023-02-01", person_id=person, reason="moved_out")
    assert keys(database, "person", person) == 0
    assert found(en, EN) == [en.id]


def test_keys_follow_a_correction_of_the_village(en: Any) -> None:
    en.do("correct_household", "2023-01-01", correction=HouseholdCorrection(village="Tổ ba"),
          reason="error")  # fmt: skip
    misspelt = Described("Tran Thi Én", birth_year=1945, sex="female")
    assert found(en, misspelt) == []
    (match,) = en.households.matcher.find([DescribedHousehold(HUONG_SO, "Tổ ba", "", (misspelt,))])
    assert [one.household_id for one in match.candidates] == [en.id]


def test_a_new_head_is_found_with_the_name_misspelt_and_the_former_one_no_more(life: Any) -> None:
    life.register("2022-11-15", replace(histories.FAMILY, village="Tổ dân phố 2"))
    life.do("change_head", "2023-01-01", head=life["cúc"], reason="agreement")
    look_up = life.households.matcher._lookup.candidates
    for name, born, sex, expected in (
        ("Hồ Thi Cúc", date(2000, 2, 3), "female", [life.id]),
        ("Hồ Vân An", date(1980, 5, 1), "male", []),
    ):
        person = Described(name, birth_date=born, sex=sex)
        given = DescribedHousehold(HUONG_SO, "Tổ dân phố 2", "", (person,))
        assert look_up([(given, [HUONG_SO])]) == [expected]


def test_keys_of_a_person_go_to_the_household_that_is_entered_after_one_that_ended(
    en: Any,
) -> None:
    en.do("dissolve", "2023-01-01", reason="moved_away")
    (member,) = histories.ALONE.members
    returning = (replace(member, person_id=en["én"]),)
    again = replace(histories.ALONE, number="", village="Tổ ba", members=returning)
    returned = en.households.register(en.context("2023-05-01"), again, anyway=Anyway("trở về"))
    assert found(en, EN) == [returned.aggregate_id]


def test_a_split_and_a_merger_take_the_keys_along(life: Any, database: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    split = life.do("split", "2023-01-01", persons={life["cúc"]: "head"}, village="Tổ dân phố 2")
    cuc = Described("Hồ Thị Cúc", birth_date=date(2000, 2, 3), sex="female")
    assert found(life, cuc) == [split.created]
    life.households.merge(
        split.created, life.context("2023-02-01"), into=life.id, relations={life["cúc"]: "child"}
    )
    assert found(life, cuc) == [life.id]
    assert keys(database, "household", split.created) == 0


def test_a_household_that_ended_is_still_found(en: Any) -> None:
    en.do("dissolve", "2023-01-01", reason="death")
    assert found(en, EN) == [en.id]


def test_erasing_a_person_removes_keys_and_claims_that_lead_to_them(en: Any, database: Any) -> None:
    assert keys(database, "household", en.id) > 0
    en.do("forget_person", "2023-01-01", person_id=en["én"], legal_basis="NĐ 13/2023")
    assert keys(database, "household", en.id) == 0
    assert found(en, EN) == []
    with database.pool.connection() as conn:
        left = conn.execute("select key from store.claims where holder = %s", [en.id]).fetchall()
    assert [key[:1] for (key,) in left] == [b"n"]
    en.register("2023-02-01", replace(histories.ALONE, number=""))  # nothing leads to the erased


def test_no_name_stands_in_clear(en: Any, database: Any) -> None:
    with database.pool.connection() as conn:
        stored = conn.execute("select key from store.match_keys").fetchall()
    assert stored
    for (key,) in stored:
        for plain in ("1945", "Trần", "trần", "Én"):
            assert plain.encode() not in key


# Registering and joining.


def test_registering_what_comes_close_is_refused_until_a_reason_is_given(en: Any) -> None:
    again = replace(histories.ALONE, number="TDP2-777")
    with pytest.raises(PossibleMatch) as refused:
        en.register("2023-01-01", again)
    ((candidate),) = refused.value.candidates
    assert candidate.household_id == en.id
    first = en.id
    anyway = Anyway("Hai bà khác nhau", frozenset({first}))
    done = en.households.register(en.context("2023-01-01"), again, anyway=anyway)
    _registered, matched = en.events(done.aggregate_id)
    assert (matched.candidate, matched.verdict) == (first, "somebody_else")
    assert matched.reason == "Hai bà khác nhau"


def test_a_candidate_who_was_not_looked_at_is_shown_first(en: Any) -> None:
    again = replace(histories.ALONE, number="")
    anyway = Anyway("khác", frozenset())
    with pytest.raises(PossibleMatch):
        en.households.register(en.context("2023-01-01"), again, anyway=anyway)


def test_a_child_as_head_is_confirmed_with_a_reason(life: Any) -> None:
    child = NewMember(name="Hồ Văn Út", relation="head", sex="male", birth_year=2012)
    entry = replace(histories.ALONE, members=(child,))
    with pytest.raises(PossibleMatch) as refused:
        life.register("2022-11-01", entry)
    assert refused.value.warnings == ("child_head",)
    life.households.register(life.context("2022-11-01"), entry, anyway=Anyway("Mồ côi"))


def test_joining_a_household_shows_who_in_the_commune_has_the_name_and_birth(en: Any) -> None:
    other = en.id
    en.register("2022-11-15", histories.FAMILY)
    guest = NewMember(name="Trần Thị Én", relation="parent", sex="female", birth_year=1945)
    with pytest.raises(PossibleMatch) as refused:
        en.do("join_member", "2023-01-01", member=guest, reason="moved_in")
    assert [one.household_id for one in refused.value.candidates] == [other]
    en.do("join_member", "2023-01-01", member=guest, reason="moved_in", anyway=Anyway("khác"))
    assert type(en.events()[-1]).__name__ == "Matched"


# Databases from before there were keys.


@pytest.fixture
def owner(database: Any) -> Any:
    with psycopg.connect(database.owner_url, autocommit=True) as conn:
        yield conn


def _forget_keys(owner: Any) -> None:
    owner.execute("delete from store.match_keys")
    owner.execute("update store.backfills set done_at = null, after = null")


def test_keys_of_older_households_are_made_in_steps_and_are_the_same(
    life: Any, database: Any, owner: Any, keyring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    life.register("2022-11-01", histories.ALONE)
    life.register("2022-11-15", histories.FAMILY)
    life.do("leave_member", "2023-02-01", person_id=life["dũng"], reason="moved_out")
    split = life.do("split", "2023-01-15", persons={life["cúc"]: "head"}, village="Tổ dân phố 2")
    life.households.dissolve(split.created, life.context("2023-03-01"), reason="death")
    rows = "select key, person, household from store.match_keys order by 1, 2"
    written = owner.execute(rows).fetchall()
    assert written
    _forget_keys(owner)
    monkeypatch.setattr(backfill, "STEP", 1)
    assert backfill.due(owner)
    assert backfill._step(owner, keyring) == 1  # killed after one step
    assert backfill.fill(owner, keyring) == 2
    assert not backfill.due(owner)
    assert owner.execute(rows).fetchall() == written
    assert backfill.fill(owner, keyring) == 0


def test_nothing_is_matched_before_the_keys_are_made(en: Any, owner: Any, keyring: Any) -> None:
    _forget_keys(owner)
    en.households.matcher._lookup._ready = False
    with pytest.raises(MatchingNotReady):
        en.register("2023-01-01", histories.FAMILY)
    backfill.fill(owner, keyring)
    en.register("2023-01-01", histories.FAMILY)


def test_who_joins_in_spite_of_a_possible_match_is_found_in_both_households(life: Any) -> None:
    life.register("2022-11-15", histories.FAMILY)
    family = life.id
    life.register("2022-11-15", histories.ALONE)
    cuc = Described("Hồ Thị Cúc", birth_date=date(2000, 2, 3), sex="female")
    village = histories.ALONE.village
    given = DescribedHousehold(HUONG_SO, village, "", (cuc,))
    lookup = life.households.matcher._lookup
    assert lookup.candidates([(given, (HUONG_SO,))]) == [[family]]
    joining = {"member": replace(histories.CUC, relation="child"), "reason": "returned"}
    with pytest.raises(PossibleMatch):
        life.do("join_member", "2023-01-15", **joining)
    life.do("join_member", "2023-01-15", **joining, anyway=Anyway("Trùng tên"))
    assert {type(one).__name__ for one in life.events()[1:]} == {"MemberJoined", "Matched"}
    (found,) = lookup.candidates([(given, (HUONG_SO,))])
    assert set(found) == {family, life.id}
