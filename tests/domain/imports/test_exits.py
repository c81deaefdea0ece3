"""Whether an exit of a list is on record: the class left, the class after it, and the paper."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from domain.commands.command import Document
from domain.households.errors import NotListed
from domain.imports.exits import ExitOfOtherClass, has_left

DAY, YEAR_BEFORE = date(2023, 12, 12), date(2022, 12, 12)
PAPER = Document("30/QĐ-UBND", DAY)


def home(*decisions: tuple[date, str, Document | None]) -> Any:
    """A household by its decisions: day, class and paper."""
    told = [
        SimpleNamespace(scope="national", effective_on=on, class_=class_, document=paper)
        for on, class_, paper in decisions
    ]

    def class_before(day: date) -> str:
        return next((one.class_ for one in reversed(told) if one.effective_on < day), "")

    return SimpleNamespace(decisions=told, class_before=class_before)


def left(household: Any, leaves: str, class_: str = "") -> bool:
    listed: Any = SimpleNamespace(leaves=leaves, class_=class_)
    context: Any = SimpleNamespace(effective_on=DAY, document=PAPER)
    return has_left(household, listed, context)


POOR = (YEAR_BEFORE, "poor", None)


def test_an_exit_is_on_record_by_its_paper_with_its_class() -> None:
    assert not left(home(POOR), "poor")
    recorded = home(POOR, (DAY, "near_poor", PAPER))
    assert left(recorded, "poor")
    assert left(recorded, "poor", "near_poor")
    assert left(recorded, "listed")
    assert not left(recorded, "poor", "not_poor")
    assert not left(home(POOR, (DAY, "near_poor", Document("31/QĐ-UBND", DAY))), "poor")


def test_an_exit_recorded_earlier_is_on_record_unless_the_list_says_another_class() -> None:
    earlier = home((date(2021, 12, 12), "poor", None), (YEAR_BEFORE, "near_poor", PAPER))
    assert left(earlier, "poor")
    assert left(earlier, "poor", "near_poor")
    with pytest.raises(ExitOfOtherClass):
        left(earlier, "poor", "not_poor")


def test_the_class_before_is_that_of_the_days_and_not_of_the_order_of_recording() -> None:
    late = home((YEAR_BEFORE, "near_poor", PAPER), (date(2021, 12, 12), "poor", None))
    late.class_before = lambda day: "near_poor"
    assert left(late, "poor")
    twice = home(
        (date(2020, 12, 12), "average", None), (date(2021, 12, 12), "poor", None),
        (date(2022, 6, 1), "near_poor", None), (YEAR_BEFORE, "near_poor", None),
    )  # fmt: skip
    assert left(twice, "poor")
    local = home(POOR, (DAY, "near_poor", PAPER))
    local.decisions[1].scope = "hue"
    assert not left(local, "poor")


def test_without_a_paper_no_exit_is_on_record_by_it() -> None:
    listed: Any = SimpleNamespace(leaves="poor", class_="")
    context: Any = SimpleNamespace(effective_on=DAY, document=None)
    assert not has_left(home(POOR, (DAY, "near_poor", None)), listed, context)
    assert not has_left(home(POOR, (DAY, "near_poor", PAPER)), listed, context)


def test_a_household_that_was_not_listed_leaves_nothing() -> None:
    with pytest.raises(NotListed) as not_listed:
        left(home((YEAR_BEFORE, "average", None)), "poor")
    assert not_listed.value.values == {"class_before": "average", "day": DAY}
    with pytest.raises(ExitOfOtherClass) as other:
        left(home(POOR), "near_poor")
    assert other.value.values == {"leaves": "near_poor", "before": "poor"}
