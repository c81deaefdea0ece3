"""A list of a ward made of two wards of old finds the households of both, and mixes up none."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.areas.commands import NewUnit
from domain.commands.command import Actor, CommandContext, Document
from projections.imports import imports
from projections.imports.imports import Import
from projections.imports.matches import waiting_rows
from tests.calls import areas_of
from tests.lists import household, person
from tests.workers.recorded import events, names

ImportList = Callable[..., Import]
REFORM = date(2025, 7, 1)
OF_HUONG_SO = {"commune": "Phường Hương Sơ", "commune_code": "19804"}
OF_THUAN_LOC = {"commune": "Phường Thuận Lộc", "commune_code": "19810"}
OF_HUONG_AN = {"commune": "Phường Hương An", "commune_code": "19803"}
OFFICER = Actor("canbo.huongan", "case_worker", f"19803@{REFORM}")
OLD = {"decision": "80/QĐ-UBND", "decided": date(2024, 12, 10)}
NEW = {"decision": "21/QĐ-UBND", "decided": date(2025, 12, 10), "place": OF_HUONG_AN}


@pytest.fixture
def merged(import_list: ImportList, hue: Any, clock: Any) -> Callable[..., Import]:
    """merged(households) takes in lists of two wards, which are phường Hương An afterwards."""

    def go_on(*old: Any) -> None:
        clock.set(datetime(2024, 12, 20, tzinfo=UTC))
        assert import_list(*old).recorded == len(old)
        clock.set(datetime(2025, 12, 20, tzinfo=UTC))
        paper = Document("1675/NQ-UBTVQH15", date(2025, 6, 16))
        context = CommandContext(REFORM, Actor("socai", "administrator"), uuid4(), clock(), paper)
        units = ("19804@2004-07-08", "19810@2004-07-08")
        new = NewUnit("19803", "Phường Hương An", parent="46@2004-07-08")
        areas_of(hue).merge(context, units, new)
        hue.areas.refresh()

    return go_on


def of_2025(import_list: ImportList, *listed: Any) -> Import:
    return import_list(*listed, area="19803", actor=OFFICER)


def decided(hue: Any) -> dict[UUID, list[str]]:
    """The numbers of the papers by which each household got a class."""
    found: dict[UUID, list[str]] = {}
    for one in events(hue):
        if type(one).__name__ == "Classified":
            found.setdefault(one.originator_id, []).append(one.document.number)
    return found


def homes(hue: Any) -> dict[str, UUID]:
    """Households by the old ward and the first name of the head."""
    found = {}
    for one in events(hue):
        if type(one).__name__ == "Registered":
            name = hue.keyring.reveal(one.members[0].private)["name"]
            found[f"{one.area[:5]} {name}"] = one.originator_id
    return found


@pytest.mark.parametrize("number", ["", "HS-07"])
@pytest.mark.parametrize("id_number", ["", "046080001234"])
@pytest.mark.parametrize("birth", ["01/05/1980", 1980])
def test_a_list_of_huong_an_finds_the_households_of_huong_so(
    import_list: ImportList, merged: Any, hue: Any, number: str, id_number: str, birth: object
) -> None:
    an = person("Hồ Văn An", birth="01/05/1980", id_number=id_number)
    merged(household(an, number=number, place=OF_HUONG_SO, **OLD))
    again = household({**an, "birth": birth}, number=number, **NEW)
    done = of_2025(import_list, again)
    assert (done.recorded, done.reclassified, done.possible, done.refused) == (0, 1, 0, 0)
    assert names(hue).count("Registered") == 1
    assert list(decided(hue).values()) == [["80/QĐ-UBND", "21/QĐ-UBND"]]
    assert of_2025(import_list, again).already == 1


def test_equal_numbers_and_villages_of_two_old_wards_mix_up_no_families(
    import_list: ImportList, merged: Any, hue: Any
) -> None:
    an = person("Hồ Văn An", birth=1980)
    binh = person("Lê Thị Bình", birth=1975, sex="Nữ")
    merged(
        household(an, number="1", place=OF_HUONG_SO, **OLD),
        household(binh, number="1", place=OF_THUAN_LOC, **OLD),
    )
    at = homes(hue)
    done = of_2025(import_list, household(binh, number="1", **{**NEW, "decision": "22/QĐ-UBND"}))
    assert (done.recorded, done.reclassified) == (0, 1)
    done = of_2025(import_list, household(an, number="001", **NEW))
    assert (done.recorded, done.reclassified) == (0, 1)
    assert decided(hue) == {
        at["19804 Hồ Văn An"]: ["80/QĐ-UBND", "21/QĐ-UBND"],
        at["19810 Lê Thị Bình"]: ["80/QĐ-UBND", "22/QĐ-UBND"],
    }


def test_two_heads_of_one_name_and_year_are_told_apart_by_their_numbers(
    import_list: ImportList, merged: Any, hue: Any
) -> None:
    an = person("Hồ Văn An", birth=1980)
    merged(
        household(an, number="7", place=OF_HUONG_SO, **OLD),
        household(an, number="9", place=OF_THUAN_LOC, **OLD),
    )
    at = homes(hue)
    done = of_2025(import_list, household(an, number="9", **NEW))
    assert (done.recorded, done.reclassified) == (0, 1)
    assert decided(hue)[at["19810 Hồ Văn An"]] == ["80/QĐ-UBND", "21/QĐ-UBND"]
    assert decided(hue)[at["19804 Hồ Văn An"]] == ["80/QĐ-UBND"]


def test_who_cannot_be_told_apart_waits_with_both_households_beside_it(
    import_list: ImportList, merged: Any, hue: Any
) -> None:
    an = person("Hồ Văn An", birth=1980)
    merged(
        household(an, number="3", place=OF_HUONG_SO, **OLD),
        household(an, number="3", place=OF_THUAN_LOC, **OLD),
    )
    for number in ("3", ""):
        done = of_2025(import_list, household(an, number=number, **NEW))
        assert (done.recorded, done.reclassified, done.possible) == (0, 0, 1)
        with hue.pool.connection() as conn:
            (row,) = waiting_rows(conn, hue.keyring, done.id)
        assert {id_ for id_, _ in row.candidates} == set(homes(hue).values())
        assert all(papers == ["80/QĐ-UBND"] for papers in decided(hue).values())


def test_a_stranger_with_the_number_of_an_old_ward_is_a_new_household(
    import_list: ImportList, merged: Any, hue: Any
) -> None:
    an = person("Hồ Văn An", birth=1980)
    merged(household(an, number="3", place=OF_HUONG_SO, **OLD))
    stranger = household(person("Trần Thị Cúc", birth=1960, sex="Nữ"), number="3", **NEW)
    done = of_2025(import_list, stranger)
    with hue.pool.connection() as conn:
        said = [one.code for one in imports.remarks(conn, hue.keyring, done.id)]
    assert (done.recorded, done.reclassified, said) == (1, 0, [])
    assert len(homes(hue)) == 2
