"""What is recorded about a household whose commune was merged or divided after it came there."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.application import SocaiApplication
from domain.areas.directory import AreaDirectory
from domain.areas.errors import AreaNotValidOn
from domain.areas.unit import Unit
from domain.households import events
from domain.households.decisions import ClassInput
from tests import histories
from tests.given import CHAIRMAN, HUONG_SO, RURAL, Life, a_few_areas, happened, paper
from tests.histories import family
from tests.standards import standards

REFORM = date(2025, 7, 1)
HUONG_AN, LONG_HO, KIM_LONG = "19803@2025-07-01", "19970@2025-07-01", "19960@2025-07-01"


def _ended(unit: Unit, ending: str, *heirs: str) -> Unit:
    return replace(unit, valid_to=REFORM, ending=ending, heirs=heirs)


def _new(like: Unit, id_: str, name: str) -> Unit:
    return replace(
        like, id=id_, code=id_[:5], valid_from=REFORM, names=((REFORM, name),),
        kinds=((REFORM, name.split()[0].lower()),), area_types=((REFORM, like.area_types[0][1]),),
        parents=((REFORM, ""),),
    )  # fmt: skip


@pytest.fixture
def application(database: Any, keyring: Any, clock: Any) -> SocaiApplication:
    """Hương Sơ went over into Hương An; Hương Thọ was divided between two communes."""
    units = a_few_areas().lineage.units
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    return SocaiApplication(
        database.pool, keyring, standards(), clock,
        directory=AreaDirectory([
            _ended(units[HUONG_SO], "merged", HUONG_AN),
            _ended(units[RURAL], "split", LONG_HO, KIM_LONG),
            _new(units[HUONG_SO], HUONG_AN, "Phường Hương An"),
            _new(units[RURAL], LONG_HO, "Xã Long Hồ"),
            _new(units[RURAL], KIM_LONG, "Xã Kim Long"),
        ]),
    )  # fmt: skip


def in_divided(life: Life) -> None:
    life.register("2022-11-15", replace(histories.FAMILY, area=RURAL))


def test_a_split_without_an_area_goes_to_the_commune_of_the_day(given: Any, life: Life) -> None:
    given(family)
    made = life.do("split", "2025-09-01", persons={life["cúc"]: "head"}, village="Tổ dân phố 6")
    assert life.now(made.created).area == HUONG_AN
    # Before the merger the commune was the old one.
    life.do("split", "2025-09-02", persons={life["dũng"]: "head"}, village="Tổ dân phố 6")
    assert life.now().area == HUONG_SO


def test_a_split_before_the_merger_stays_in_the_old_commune(given: Any, life: Life) -> None:
    given(family)
    made = life.do("split", "2024-09-01", recorded="2026-03-01", persons={life["cúc"]: "head"},
                   village="Tổ dân phố 6")  # fmt: skip
    assert life.now(made.created).area == HUONG_SO


def test_where_the_land_was_divided_the_commune_must_be_named(given: Any, life: Life) -> None:
    given(in_divided).when(
        lambda life: life.do("split", "2025-09-01", persons={life["cúc"]: "head"}, village="Thôn 1")
    ).then(AreaNotValidOn, successors=[f"{LONG_HO} Xã Long Hồ", f"{KIM_LONG} Xã Kim Long"])
    made = life.do("split", "2025-09-01", area=KIM_LONG, persons={life["cúc"]: "head"},
                   village="Thôn 1")  # fmt: skip
    assert life.now(made.created).area == KIM_LONG


@pytest.mark.parametrize("area", ["", HUONG_AN])
def test_a_move_inside_the_successor_keeps_number_and_address(
    given: Any, life: Life, area: str
) -> None:
    address = given(family).life.now().address
    given().when(
        lambda life: life.do("move", "2025-09-01", area=area, village="Tổ dân phố 9")
    ).then(
        happened(events.Moved, area_before=HUONG_SO, area=HUONG_AN, number="TDP5-017",
                 address=address)
    )  # fmt: skip


def test_a_move_inside_a_part_of_a_divided_commune_keeps_the_number(given: Any) -> None:
    given(in_divided).when(
        lambda life: life.do("move", "2025-09-01", area=LONG_HO, village="Thôn 2")
    ).then(happened(events.Moved, area=LONG_HO, number="TDP5-017"))


def test_a_move_out_of_the_successor_leaves_the_number_behind(given: Any) -> None:
    given(family).when(
        lambda life: life.do("move", "2025-09-01", area=LONG_HO, village="Thôn 2")
    ).then(happened(events.Moved, area=LONG_HO, number="", address=None))


@pytest.mark.parametrize(("history", "area_type"), [(family, "urban"), (in_divided, "rural")])
def test_a_decision_finds_the_area_type_of_an_ended_commune(
    given: Any, history: Any, area_type: str
) -> None:
    figures = replace(histories.POOR, area_type="")
    life = given(history).when(
        lambda life: life.do(
            "classify", "2025-12-12", ClassInput(figures=figures),
            by=CHAIRMAN, document=paper(signed_on="2025-12-12"),
        )
    ).then(happened(events.Classified))  # fmt: skip
    assert life.events()[-1].facts["area_type"] == area_type
