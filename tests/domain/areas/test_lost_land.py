"""Where households count whose land nobody can follow to its end: above, never under a guess."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.areas.codes import COUNTRY
from domain.areas.errors import AreaNotValidOn
from domain.areas.lineage import Lineage, TreePosition
from domain.areas.unit import CLOSED, MERGED, SPLIT, Unit

FIRST, DAY = date(2016, 1, 1), date(2025, 7, 1)
EVE = DAY - timedelta(1)


def unit(code: str, parent: str = COUNTRY, **other: object) -> Unit:
    level = {2: "province", 3: "district", 5: "commune"}[len(code)]
    return Unit(
        id=code, code=code, level=level, valid_from=FIRST, certain=True, source="tests",
        names=((FIRST, code),), kinds=((FIRST, "xã"),), area_types=((FIRST, "rural"),),
        parents=((FIRST, parent),), **other,
    )  # fmt: skip


PROVINCE, DISTRICT = unit("46"), unit("474", "46")
HEIR, OTHER = unit("19001", "474"), unit("19002", "474")


def ended(code: str, parent: str, *heirs: str, complete: bool = True) -> Unit:
    ending = MERGED if len(heirs) == 1 and complete else SPLIT if heirs else CLOSED
    return unit(code, parent, valid_to=DAY, ending=ending, heirs=heirs, complete=complete)


def place(code: str, *units: Unit, on: date = DAY) -> TreePosition:
    return Lineage(units).place(code, on)


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        (ended("19009", "474", "19001"), TreePosition("19001", True)),
        (ended("19009", "474", "19001", "19002"), TreePosition("474", False)),
        # One heir is known, that there are more is known too: the land is not that heir's.
        (ended("19009", "474", "19001", complete=False), TreePosition("46", False)),
        (ended("19009", "474", "19001", "19002", complete=False), TreePosition("46", False)),
        # An heir that nobody ever entered is no heir that is known.
        (ended("19009", "474", "19001", "99999"), TreePosition("46", False)),
        (ended("19009", "474", "99999"), TreePosition("46", False)),
        (ended("19009", "474"), TreePosition("46", False)),
        # Nothing is known above it either.
        (ended("19009", "999"), TreePosition(COUNTRY, False)),
        (ended("19009", COUNTRY, "99999"), TreePosition(COUNTRY, False)),
    ],
)
def test_land_lies_no_lower_than_all_of_it_is_known_to_lie(
    gone: Unit, expected: TreePosition
) -> None:
    assert place("19009", PROVINCE, DISTRICT, HEIR, OTHER, gone) == expected
    assert place("19009", PROVINCE, DISTRICT, HEIR, OTHER, gone, on=EVE) == TreePosition(
        "19009", True
    )


def test_every_unit_counts_once_in_the_country_also_where_land_is_lost() -> None:
    gone = [ended("19007", "474", "99999"), ended("19008", "999"), ended("19009", "474", "19001")]
    lineage = Lineage([PROVINCE, DISTRICT, HEIR, OTHER, *gone])
    counted = lineage.counted(COUNTRY, DAY)
    assert counted.units | counted.to_be_placed == set(lineage.units)
    assert counted.to_be_placed == {"19007", "19008"}
    assert not counted.units & counted.to_be_placed
    assert lineage.to_be_placed("46", DAY) == {"19007"}
    assert lineage.to_be_placed("474", DAY) == frozenset()
    assert lineage.counted_units("19001", DAY) == {"19001", "19009"}


def test_a_unit_whose_parent_nobody_knows_stands_under_the_country() -> None:
    lineage = Lineage([PROVINCE, unit("474", "77"), unit("19001", "474")])
    assert lineage.path("19001", DAY) == ("474",)
    assert lineage.children(COUNTRY, DAY) == ("46", "474")


@pytest.mark.parametrize(
    ("parent", "expected"),
    [
        (ended("475", "46", "474"), ("474", "46")),
        (ended("475", "46"), ("46",)),
        (ended("475", "46", "474", "476"), ("46",)),
        (ended("475", "46", "99999"), ()),
    ],
    ids=["merged", "closed", "split", "heir unknown"],
)
def test_a_unit_whose_parent_has_ended_stands_under_its_one_heir_or_what_was_above(
    parent: Unit, expected: tuple[str, ...]
) -> None:
    lineage = Lineage([PROVINCE, DISTRICT, unit("476", "46"), parent, unit("19001", "475")])
    assert lineage.path("19001", DAY) == expected
    assert lineage.path("19001", EVE) == ("475", "46")


def test_units_above_each_other_are_cut_loose_and_counted_once() -> None:
    around = [unit("474", "475"), unit("475", "476"), unit("476", "474"), unit("19001", "475")]
    lineage = Lineage([PROVINCE, *around])
    day = lineage.day(DAY)
    assert sorted(day.parents) == ["19001", "46", "474", "475", "476"]
    assert sorted(lineage.tree(COUNTRY, DAY)) == [COUNTRY, "19001", "46", "474", "475", "476"]
    assert len([one for one in day.parents.values() if one == COUNTRY]) == 2


def test_a_unit_above_itself_stands_under_the_country() -> None:
    lineage = Lineage([PROVINCE, unit("474", "474"), unit("19001", "474")])
    assert lineage.children(COUNTRY, DAY) == ("46", "474")
    assert lineage.path("19001", DAY) == ("474",)


def test_units_that_went_over_into_each_other_are_to_be_placed_in_the_country_or_province() -> None:
    one = ended("19008", "474", "19009")
    other = ended("19009", "474", "19008")
    lineage = Lineage([PROVINCE, DISTRICT, HEIR, one, other])
    assert not lineage.place("19008", DAY).exact
    assert not lineage.place("19009", DAY).exact
    for gone in ("19008", "19009"):
        assert lineage.place(gone, DAY).node in ("46", COUNTRY)
    counted = lineage.counted(COUNTRY, DAY)
    assert counted.to_be_placed == {"19008", "19009"}


def test_an_heir_that_does_not_stand_yet_is_not_known_on_that_day() -> None:
    later = replace(HEIR, valid_from=DAY + timedelta(30))
    gone = ended("19009", "474", "19001")
    lineage = Lineage([PROVINCE, DISTRICT, later, gone])
    assert lineage.place("19009", DAY) == TreePosition("46", False)
    assert lineage.place("19009", DAY + timedelta(30)) == TreePosition("19001", True)
    with pytest.raises(AreaNotValidOn):
        lineage.place("19001", DAY)
    counted = lineage.counted(COUNTRY, DAY)
    assert counted.units | counted.to_be_placed == {"46", "474", "19009"}


def test_a_unit_whose_parents_went_over_into_each_other_stands_under_the_country() -> None:
    around = [ended("475", "46", "476"), ended("476", "46", "475")]
    lineage = Lineage([PROVINCE, *around, unit("19001", "475")])
    assert lineage.path("19001", DAY) == ()
    assert lineage.path("19001", EVE) == ("475", "46")


def test_lost_land_below_units_above_each_other_lies_in_the_country() -> None:
    around = [unit("474", "475"), unit("475", "474")]
    lineage = Lineage([PROVINCE, *around, ended("19009", "474")])
    found = lineage.place("19009", DAY)
    assert not found.exact
    assert found.node in ("474", "475", COUNTRY)
    assert lineage.counted(COUNTRY, DAY).to_be_placed == {"19009"}
