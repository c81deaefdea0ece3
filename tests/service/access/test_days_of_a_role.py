"""What a role reaches around the day on which its unit ended, to the day."""

from datetime import date, timedelta

import pytest

from domain.areas.directory import AreaDirectory
from domain.areas.unit import CLOSED, SPLIT, Unit

FIRST, LAST, DAY = date(2016, 1, 1), date(2025, 6, 30), date(2025, 7, 1)


def unit(code: str, *parents: tuple[date, str], since: date = FIRST, **ending: object) -> Unit:
    level = {2: "province", 3: "district", 5: "commune"}[len(code)]
    return Unit(
        id=code, code=code, level=level, valid_from=since, certain=True, source="tests",
        names=((since, code),), kinds=((since, "xã"),), area_types=((since, "rural"),),
        parents=parents, valid_to=DAY if ending else None, **ending,
    )  # fmt: skip


DIRECTORY = AreaDirectory(
    [
        unit("46", (FIRST, "")),
        unit("474", (FIRST, "46"), ending=CLOSED),
        unit("475", (FIRST, "46"), ending=CLOSED),
        # In 474 to the end; given to it on its very last day; given away by it on that day.
        unit("19001", (FIRST, "474"), (DAY, "46")),
        unit("19002", (FIRST, "475"), (LAST, "474"), (DAY, "46")),
        unit("19003", (FIRST, "474"), (LAST, "475"), (DAY, "46")),
        # Divided that day: its parts are all its own land, beside one that is not.
        unit("19004", (FIRST, "475"), ending=SPLIT, heirs=("19005", "19006")),
        unit("19005", (DAY, "46"), since=DAY),
        unit("19006", (DAY, "46"), since=DAY),
        unit("19007", (DAY, "46"), since=DAY),
    ]
)
ONE = timedelta(1)


def reached(held: str, on: date) -> set[str]:
    return {unit for unit in DIRECTORY.lineage.units if DIRECTORY.covers(held, unit, on)}


@pytest.mark.parametrize(
    ("held", "on", "expected"),
    [
        ("474", LAST - ONE, {"474", "19001", "19003"}),
        ("474", LAST, {"474", "19001", "19002"}),
        # From its end on a role keeps what the unit had on its last day, and no day earlier.
        ("474", DAY, {"474", "19001", "19002"}),
        ("474", DAY + 400 * ONE, {"474", "19001", "19002"}),
        ("475", LAST - ONE, {"475", "19002", "19004"}),
        ("475", LAST, {"475", "19003", "19004"}),
        ("475", DAY, {"475", "19003", "19004", "19005", "19006"}),
        # The parts of a divided commune are reached from their first day on.
        ("19004", LAST, {"19004"}),
        ("19004", DAY, {"19004", "19005", "19006"}),
        ("19005", LAST, {"19005"}),
        ("19005", DAY, {"19005"}),
    ],
)
def test_a_role_reaches_to_the_day(held: str, on: date, expected: set[str]) -> None:
    assert reached(held, on) == expected


@pytest.mark.parametrize(
    ("unit", "on", "expected"),
    [
        ("474", LAST - ONE, ["19001", "19003", "474"]),
        ("474", LAST, ["19001", "19002", "474"]),
        ("474", DAY, ["19001", "19002", "474"]),
        ("474", FIRST - ONE, ["19001", "19003", "474"]),
        ("19005", LAST, ["19005"]),
        ("19005", DAY, ["19005"]),
    ],
)
def test_the_units_of_a_role_are_those_of_the_nearest_day_on_which_it_stood(
    unit: str, on: date, expected: list[str]
) -> None:
    assert DIRECTORY.units_within(unit, on) == expected
