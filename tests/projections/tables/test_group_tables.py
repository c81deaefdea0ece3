"""R4 to R13 of a small province, against figures worked out by hand."""

from typing import Any

import pytest

from domain.households import events as e
from projections.tables.table import (
    ETHNICITIES_INCOMPLETE,
    LOCAL_GROUPS_UNKNOWN,
    NO_DENOMINATOR,
    NOTHING_TO_DIVIDE,
    Table,
)
from tests.conftest import Database
from tests.projections.tables.provinces import (
    COMMUNE,
    PROVINCE,
    WARD,
    RecordedProvince,
    cells,
)

POOR, NEAR = ("2022-06-01", "poor"), ("2022-06-01", "near_poor")


@pytest.fixture
def province(database: Database) -> RecordedProvince:
    """Three poor households and one near-poor in the ward, one poor in the commune."""
    one = RecordedProvince(database)
    first = one.home(POOR, flags=e.Flags(ethnic_minority=True, meritorious=True),
                     ethnicity="Tà Ôi")  # fmt: skip
    one.surveyed(first, "nutrition", "latrine")
    one.caused(first, "1", "7")
    second = one.home(POOR, persons=3, sex="female", flags=e.Flags(no_labour_capacity=True))
    one.surveyed(second, "latrine")
    one.surveyed(second, "health_insurance", "latrine", on="2023-11-01")
    one.caused(second, "7")
    one.home(POOR, ethnicity="")
    near = one.home(NEAR, ethnicity="Cơ Tu")
    one.surveyed(near, "child_attendance")
    far = one.home(POOR, area=COMMUNE, village="Thôn A", ethnicity="ta oi")
    one.surveyed(far)
    return one


def total(table: Table, *codes: str) -> list[Any]:
    """Cells of the first total."""
    return [table.totals[0].cells[code] for code in codes]


def test_deprivations_of_poor_households_add_up_to_their_sum(province: RecordedProvince) -> None:
    table = province.table("R4")
    # Four poor households; nutrition, health insurance and twice the latrine.
    assert total(table, "total", "deprivations", "3", "4", "10") == [4, 4, 1, 1, 2]
    assert sum(cell for cell in cells(table.rows, WARD)[2:]) == 4
    assert cells(table.rows, COMMUNE)[:2] == [1, 0]
    assert [one.vi for one in table.columns[2:5]] == [
        "1. Việc làm", "2. Người phụ thuộc trong hộ gia đình", "3. Dinh dưỡng",
    ]  # fmt: skip
    assert table.balances
    assert [note.values for note in table.notes] == [{"households": 1}]  # one without form B


def test_shares_are_of_all_households_of_the_class(province: RecordedProvince) -> None:
    table = province.table("R5")
    assert total(table, "total", "3", "10") == [4, "25.00", "50.00"]
    near = province.table("R7")
    assert total(near, "total", "6") == [1, "100.00"]
    commune = next(row for row in near.rows if row.unit == COMMUNE)
    assert (commune.cells["6"], commune.empty["6"]) == (None, NOTHING_TO_DIVIDE)


def test_deprivations_of_near_poor_households(province: RecordedProvince) -> None:
    assert total(province.table("R6"), "total", "deprivations", "6") == [1, 1, 1]


def test_other_is_none_of_the_groups_and_groups_overlap(province: RecordedProvince) -> None:
    table = province.table("R8")
    households, persons = table.totals
    poor = ("poor", "poor.ethnic_minority", "poor.no_labour_capacity", "poor.meritorious")
    assert [households.cells[one] for one in (*poor, "poor.none")] == [4, 1, 1, 1, 2]
    assert [persons.cells[one] for one in (*poor, "poor.none")] == [9, 2, 3, 2, 4]
    assert [households.cells[f"near_poor{of}"] for of in ("", ".none")] == [1, 1]
    assert "groups_overlap" in {note.code for note in table.notes}
    assert table.balances


def test_ethnic_groups_are_those_of_heads_however_they_are_spelt(
    province: RecordedProvince,
) -> None:
    table = province.table("R9")
    assert total(table, "poor", "poor.kinh", "poor.minority", "poor.taoi", "poor.cotu",
                 "poor.other", "poor.unknown") == [4, 1, 2, 2, 0, 0, 1]  # fmt: skip
    assert total(table, "near_poor", "near_poor.minority", "near_poor.cotu") == [1, 1, 1]
    assert table.balances


def test_a_household_counts_under_each_of_its_causes(province: RecordedProvince) -> None:
    table = province.table("R10")
    assert total(table, "poor", "poor.1", "poor.7", "poor.2", "near_poor") == [4, 1, 2, 0, 1]
    assert {"several_causes", "without_causes"} == {note.code for note in table.notes}
    assert table.balances


def test_children_are_told_by_their_year_of_birth(province: RecordedProvince) -> None:
    table = province.table("R11")
    # Each household has one child born in 2015, the second one two.
    assert total(table, "poor", "poor.nutrition", "poor.health_insurance") == [5, 1, 2]
    # In the order of the form: insurance and nutrition, then schooling.
    assert [one.code for one in table.columns][:4] == [
        "poor", "poor.health_insurance", "poor.nutrition", "poor.child_attendance",
    ]  # fmt: skip
    assert total(table, "near_poor", "near_poor.child_attendance") == [1, 1]
    assert table.balances


def test_who_was_born_sixteen_years_before_is_no_child_any_more(database: Database) -> None:
    one = RecordedProvince(database)
    for born in (2007, 2008):
        one.home(POOR, persons=1, birth_year=born)
    assert total(one.table("R11"), "poor") == [1]


def _declared(province: RecordedProvince, by_ethnicity: str) -> None:
    province.catch_up()
    with province.database.pool.connection() as conn:
        for unit in (WARD, COMMUNE):
            conn.execute(
                "insert into read.denominators values (%s, '2023-12-31', '2023-12-31',"
                " '9999-12-31 23:59:59.999999+00', 40, 160, %s::jsonb, '{}', '')",
                [unit, by_ethnicity],
            )


def test_shares_of_minorities_are_of_the_residents_of_minorities(
    province: RecordedProvince,
) -> None:
    _declared(province, '{"households": {"Kinh": 30, "Tà Ôi": 8, "Cơ Tu": 2},'
                        ' "persons": {"Kinh": 150, "Tà Ôi": 10}}')  # fmt: skip
    table = province.table("R12")
    assert total(table, "1", "2", "3", "5", "6", "7") == [80, 60, 20, 160 * 2, 300, 20]
    assert total(table, "9", "10", "11", "unknown") == [4, 1, 2, 1]
    assert total(table, "13", "14", "15", "16") == [1, 1, 1, 9]
    assert total(table, "17", "18", "unknown_persons") == [3, 4, 2]
    assert total(table, "20", "21") == ["5.00", "10.00"]
    assert table.balances


def test_groups_that_are_not_all_residents_make_no_share(province: RecordedProvince) -> None:
    _declared(province, '{"households": {"Kinh": 30}, "persons": {}}')
    (row,) = province.table("R13").totals
    assert (row.cells["20"], row.cells["21"]) == ("1.25", None)
    assert row.empty["21"] == row.empty["3"] == ETHNICITIES_INCOMPLETE
    assert row.empty["4"] == row.empty["22"] == LOCAL_GROUPS_UNKNOWN


def test_without_residents_there_is_no_share_at_all(province: RecordedProvince) -> None:
    (row,) = province.table("R12").totals
    assert (row.cells["20"], row.empty["20"]) == (None, NO_DENOMINATOR)


def test_deprivations_of_a_damaged_row_name_its_household(province: RecordedProvince) -> None:
    damaged = province.home(POOR, area=COMMUNE, village="Thôn B")
    province.surveyed(damaged, "latrine")
    province.catch_up()
    with province.database.pool.connection() as conn:
        changed = conn.execute(
            "update read.findings set codes = array['latrine', 'latrine'] where household_id = %s",
            [damaged.id],
        )
        assert changed.rowcount == 1
    table = province.table("R4")
    (failing,) = [one for one in table.identities if not one.holds]
    assert (failing.rule, failing.unit, failing.difference) == (
        "R4.deprivations=sum(indicators)", COMMUNE, 1,
    )  # fmt: skip
    assert [(one.household_id, one.deprivations) for one in failing.households] == [(damaged.id, 1)]


@pytest.mark.parametrize("name", ["R4", "R6", "R8", "R9", "R10", "R11", "R12", "R13"])
def test_villages_add_up_to_their_commune(province: RecordedProvince, name: str) -> None:
    table = province.table(name, WARD, villages=True)
    assert {row.level for row in table.rows} == {"village"}
    assert table.balances
    assert province.table(name, PROVINCE).balances
