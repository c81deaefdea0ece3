"""R1, R2 and R3 of a small province, against figures worked out by hand."""

from datetime import date
from typing import Any

import pytest

from projections.tables.table import ABOVE_HUNDRED, NO_DENOMINATOR, NOT_KEPT_BY_VILLAGE
from tests.conftest import Database
from tests.projections.tables.provinces import (
    COMMUNE,
    FAR,
    WARD,
    RecordedProvince,
    cells,
)

BEFORE = ("2022-06-01", "poor")


@pytest.fixture
def province(database: Database) -> RecordedProvince:
    """Ten households of two persons, each with one movement of the reports."""
    one = RecordedProvince(database)
    one.home(BEFORE)  # stays poor
    one.home(BEFORE, ("2023-05-01", "near_poor"), village="Tổ 2")  # became near-poor
    one.home(BEFORE, ("2023-05-01", "not_poor"))  # left above the line
    one.ends(one.home(BEFORE, village="Tổ 2"))  # ended
    one.home(("2022-06-01", "near_poor"), ("2023-05-01", "poor"))  # near-poor became poor
    one.home(("2022-03-01", "poor"), ("2022-06-01", "not_poor"), ("2023-05-01", "poor"))  # again
    one.home(("2023-05-01", "poor"))  # newly arising
    moving = one.home(BEFORE, village="Tổ 2")
    one.moves(moving, COMMUNE, "Thôn A")  # to the other commune of the province
    one.moves(one.home(BEFORE, area=FAR), WARD, "Tổ 1")  # in from another province
    growing = one.home(BEFORE, area=COMMUNE, village="Thôn A")
    one.joins(growing)
    one.home(
        ("2022-06-01", "near_poor"), ("2023-05-01", "not_poor"), area=COMMUNE, village="Thôn B"
    )
    return one


def test_poor_households_of_each_commune_came_and_went_as_worked_out_by_hand(
    province: RecordedProvince,
) -> None:
    table = province.table("R2")
    assert cells(table.rows, WARD, "households") == [5, 1, 1, 2, 1, 1, 1, 1, 5]
    assert cells(table.rows, WARD, "persons") == [10, 2, 2, 4, 2, 2, 2, 2, 10]
    assert cells(table.rows, COMMUNE, "households") == [1, 0, 0, 0, 0, 0, 0, 1, 2]
    assert cells(table.rows, COMMUNE, "persons") == [2, 0, 0, 0, 0, 0, 0, 3, 5]
    households, persons = table.totals
    assert list(households.cells.values()) == [6, 1, 1, 2, 1, 1, 1, 2, 7]
    assert list(persons.cells.values()) == [12, 2, 2, 4, 2, 2, 2, 5, 15]
    assert table.balances, [one for one in table.identities if not one.holds]


def test_near_poor_households_came_and_went_as_worked_out_by_hand(
    province: RecordedProvince,
) -> None:
    table = province.table("R3")
    assert cells(table.rows, WARD, "households") == [1, 0, 1, 0, 1, 0, 0, 0, 1]
    assert cells(table.rows, COMMUNE, "households") == [1, 1, 0, 0, 0, 0, 0, 0, 0]
    assert list(table.totals[0].cells.values()) == [2, 1, 1, 0, 1, 0, 0, 0, 1]
    assert table.balances


def test_the_villages_of_a_commune_add_up_to_it(province: RecordedProvince) -> None:
    table = province.table("R2", WARD, villages=True)
    assert cells(table.rows, WARD, "households", "Tổ 1") == [2, 0, 1, 0, 1, 1, 1, 1, 5]
    assert cells(table.rows, WARD, "households", "Tổ 2") == [3, 1, 0, 2, 0, 0, 0, 0, 0]
    assert list(table.totals[0].cells.values()) == [5, 1, 1, 2, 1, 1, 1, 1, 5]
    assert table.balances


def test_a_move_between_villages_is_in_their_rows_and_not_in_that_of_the_commune(
    database: Database,
) -> None:
    one = RecordedProvince(database)
    one.moves(one.home(BEFORE), WARD, "Tổ 2")
    table = one.table("R2", WARD, villages=True)
    assert cells(table.rows, WARD, "persons", "Tổ 1") == [2, 0, 0, 2, 0, 0, 0, 0, 0]
    assert cells(table.rows, WARD, "persons", "Tổ 2") == [0, 0, 0, 0, 0, 0, 0, 2, 2]
    assert list(table.totals[1].cells.values()) == [2, 0, 0, 0, 0, 0, 0, 0, 2]
    assert table.balances


def test_results_of_the_last_day_have_no_rate_without_residents(
    province: RecordedProvince,
) -> None:
    table = province.table("R1")
    (total,) = table.totals
    counted = {"3": 7, "5": 1, "7": 0, "9": 15, "11": 2, "13": 0}
    assert {code: total.cells[code] for code in counted} == counted
    assert {code for code, cell in total.cells.items() if cell is None} == total.empty.keys()
    assert set(total.empty.values()) == {NO_DENOMINATOR}
    assert [one.unit for one in table.rows] == [WARD, COMMUNE]


def _declared(province: RecordedProvince, unit: str, households: int, persons: int) -> None:
    province.catch_up()
    with province.database.pool.connection() as conn:
        conn.execute(
            "insert into read.denominators values (%s, '2023-12-31', '2023-12-31', %s, %s, %s,"
            " '{\"households\": {}, \"persons\": {}}', '{}', '')",
            [unit, "9999-12-31 23:59:59.999999+00", households, persons],
        )


def test_a_rate_is_a_share_of_all_residents_and_never_above_a_hundred(
    province: RecordedProvince,
) -> None:
    _declared(province, WARD, 40, 200)
    _declared(province, COMMUNE, 1, 9)
    table = province.table("R1")
    ward, commune = table.rows
    assert (ward.cells["3"], ward.cells["4"]) == (5, "12.50")
    assert (commune.cells["3"], commune.cells["4"]) == (2, None)
    assert commune.empty["4"] == ABOVE_HUNDRED
    (total,) = table.totals
    assert (total.cells["1"], total.cells["2"], total.cells["4"]) == (41, 209, "17.07")


def test_a_village_has_no_residents_of_its_own(province: RecordedProvince) -> None:
    _declared(province, WARD, 40, 200)
    table = province.table("R1", WARD, villages=True)
    assert {row.empty["4"] for row in table.rows} == {NOT_KEPT_BY_VILLAGE}
    assert [row.cells["3"] for row in table.rows] == [5, 0]


def test_the_opening_of_a_period_is_the_closing_of_the_one_before(
    province: RecordedProvince,
) -> None:
    middle = date(2023, 5, 15)
    for name in ("R2", "R3"):
        first, second = province.table(name, to=middle), province.table(name, from_=middle)
        for closed, opened in zip(first.rows, second.rows, strict=True):
            assert closed.cells["9"] == opened.cells["1"]


def _damage(province: RecordedProvince, statement: str, *values: Any) -> None:
    province.catch_up()
    with province.database.pool.connection() as conn:
        assert conn.execute(statement, values).rowcount == 1


def test_a_damaged_row_breaks_an_identity_that_names_its_household(
    province: RecordedProvince,
) -> None:
    damaged = province.home(BEFORE, village="Tổ 9")
    _damage(
        province,
        "update read.status_spans set persons = 7 where household_id = %s and class = 'poor'",
        damaged.id,
    )
    table = province.table("R2")
    assert not table.balances
    failing = [one for one in table.identities if not one.holds and one.households]
    assert {one.rule for one in failing} == {"R2.9=R1.9"}
    (identity,) = failing
    assert (identity.unit, identity.measure, identity.difference) == (WARD, "persons", -5)
    assert [(d.household_id, d.persons) for d in identity.households] == [(damaged.id, 5)]


def test_a_household_that_the_spans_lost_is_named(province: RecordedProvince) -> None:
    lost = province.home(BEFORE)
    _damage(
        province,
        "delete from read.status_spans where household_id = %s and class = 'poor'",
        lost.id,
    )
    table = province.table("R2")
    named = {d.household_id for one in table.identities for d in one.households}
    assert named == {lost.id}
    assert not table.balances


def test_sums_by_day_that_are_wrong_name_no_household(province: RecordedProvince) -> None:
    province.catch_up()
    with province.database.pool.connection() as conn:
        conn.execute(
            "update read.counts set households = households + 1 where class = 'poor'"
            " and (area, effective_on, shard) in (select area, effective_on, shard"
            " from read.counts where class = 'poor' and area = %s and effective_on <= %s limit 1)",
            [WARD, "2022-12-31"],
        )
    table = province.table("R2")
    assert not table.balances
    assert {one.households for one in table.identities} == {()}
