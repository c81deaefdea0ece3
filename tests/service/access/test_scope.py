"""A role reaches its land, whatever became of the units; and nothing else."""

from datetime import UTC, date, datetime

import pytest

from domain.areas.directory import AreaDirectory
from domain.areas.errors import AreaNotValidOn, AreaUnknown
from domain.areas.seed.national import plan
from domain.areas.unit import CLOSED, MERGED, SPLIT, Unit

OLD, REFORM = date(2004, 7, 8), date(2025, 7, 1)
BEFORE, AFTER = date(2022, 12, 31), date(2026, 1, 1)


def unit(code: str, parent: str, since: date = OLD, **ending: object) -> Unit:
    level = {2: "province", 3: "district", 5: "commune"}[len(code)]
    if ending:
        ending["valid_to"] = REFORM
    return Unit(
        id=f"{code}@{since}", code=code, level=level, valid_from=since, certain=True, source="",
        names=((since, f"Phường {code}"),), kinds=((since, "phường"),),
        area_types=((since, "urban"),), parents=((since, parent),), **ending,
    )  # fmt: skip


HUE, HUONG_SO, AN_HOA = "46@2004-07-08", "19804@2004-07-08", "19805@2004-07-08"
CITY, DIVIDED = "474@2004-07-08", "19810@2004-07-08"
HUONG_AN, PHU_XUAN, KIM_LONG = "19804@2025-07-01", "19810@2025-07-01", "19815@2025-07-01"
HA_TINH, ELSEWHERE = "42@2004-07-08", "18070@2004-07-08"

DIRECTORY = AreaDirectory(
    [
        unit("46", ""),
        unit("474", HUE, ending=CLOSED),
        unit("19804", CITY, ending=MERGED, heirs=(HUONG_AN,)),
        unit("19805", CITY, ending=MERGED, heirs=(HUONG_AN,)),
        unit("19810", CITY, ending=SPLIT, heirs=(PHU_XUAN, KIM_LONG)),
        unit("19804", HUE, REFORM),
        unit("19810", HUE, REFORM),
        unit("19815", HUE, REFORM),
        unit("42", ""),
        unit("18070", HA_TINH),
    ]
)


@pytest.mark.parametrize(
    ("held", "place", "on", "reached"),
    [
        ("", HUONG_SO, BEFORE, True),
        ("", "", BEFORE, True),
        (HUE, "", BEFORE, False),
        (HUE, HUONG_SO, BEFORE, True),
        (CITY, HUONG_SO, BEFORE, True),
        (HUONG_SO, CITY, BEFORE, False),
        (HUONG_SO, AN_HOA, BEFORE, False),
        (HUE, ELSEWHERE, BEFORE, False),
        (HA_TINH, HUONG_SO, AFTER, False),
        # After the reform.
        (HUE, HUONG_SO, AFTER, True),
        (HUE, HUONG_AN, AFTER, True),
        (HUONG_SO, HUONG_AN, AFTER, True),
        (HUONG_AN, HUONG_SO, AFTER, True),
        (HUONG_AN, AN_HOA, AFTER, True),
        (HUONG_AN, ELSEWHERE, AFTER, False),
        # Land that was divided is to be placed: the province has it, the parts do not.
        (HUE, DIVIDED, AFTER, True),
        (PHU_XUAN, DIVIDED, AFTER, False),
        (DIVIDED, DIVIDED, AFTER, True),
        (DIVIDED, PHU_XUAN, AFTER, True),
        (DIVIDED, HUONG_AN, AFTER, False),
        # The districts are gone: a role keeps what it had, and what came of it alone.
        (CITY, HUONG_SO, AFTER, True),
        (CITY, DIVIDED, AFTER, True),
        (CITY, HUONG_AN, AFTER, True),
        (CITY, PHU_XUAN, AFTER, True),
        (CITY, ELSEWHERE, AFTER, False),
        # A unit that does not stand yet, and one that nobody knows.
        (HUONG_AN, HUONG_SO, BEFORE, False),
        (HUE, HUONG_AN, BEFORE, False),
        ("99@2004-07-08", HUONG_SO, BEFORE, False),
        (HUE, "99999@2004-07-08", BEFORE, False),
    ],
)
def test_a_role_reaches(held: str, place: str, on: date, reached: bool) -> None:
    assert DIRECTORY.covers(held, place, on) is reached


def test_a_new_unit_made_of_others_too_is_not_reached_from_a_closed_one() -> None:
    outside = unit("19900", HUE, ending=MERGED, heirs=(HUONG_AN,))
    directory = AreaDirectory([*DIRECTORY.lineage.units.values(), outside])
    assert not directory.covers(CITY, HUONG_AN, AFTER)
    assert directory.covers(CITY, HUONG_SO, AFTER)


def test_whoever_is_listed_under_a_unit_of_the_country_is_reached_from_it() -> None:
    found = plan(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
    country = AreaDirectory(one.unit for one in found.units)
    above = [one.unit for one in found.units if one.unit.level in ("province", "district")]
    assert len(above) > 700
    missed = [
        (held.id, unit)
        for held in above
        for unit in country.units_within(held.id, AFTER) or ()
        if not country.covers(held.id, unit, AFTER)
    ]
    assert missed == []


def test_the_units_within_a_province_hold_every_unit_that_counts_there() -> None:
    assert DIRECTORY.units_within(HUE, BEFORE) == [HUONG_SO, AN_HOA, DIVIDED, HUE, CITY]
    after = DIRECTORY.units_within(HUE, AFTER)
    assert after is not None
    assert {HUONG_SO, HUONG_AN, DIVIDED, PHU_XUAN, KIM_LONG, CITY} < set(after)
    assert ELSEWHERE not in after


def test_the_units_within_a_unit_that_ended_are_those_of_its_last_day() -> None:
    assert DIRECTORY.units_within(CITY, AFTER) == [HUONG_SO, AN_HOA, DIVIDED, CITY]


def test_the_whole_country_needs_no_list() -> None:
    assert DIRECTORY.units_within("", AFTER) is None


def test_a_bare_code_is_read_as_of_the_day() -> None:
    assert DIRECTORY.resolved("19804", BEFORE) == HUONG_SO
    assert DIRECTORY.resolved("19804", AFTER) == HUONG_AN
    assert DIRECTORY.resolved(HUONG_SO, AFTER) == HUONG_SO
    with pytest.raises(AreaNotValidOn):
        DIRECTORY.resolved("19815", BEFORE)
    with pytest.raises(AreaUnknown):
        DIRECTORY.resolved("99999@2004-07-08", BEFORE)
