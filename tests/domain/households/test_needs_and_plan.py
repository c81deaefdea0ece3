"""Causes, needs and the plan of a household."""

from datetime import date

import pytest

from domain.households import events
from domain.households.errors import PeriodReversed, TextMissing, UnknownCode
from tests.given import happened
from tests.histories import family, poor, supported


def test_causes_are_kept_in_the_order_of_the_list_and_once(given):
    given(poor).when(
        lambda life: life.do("record_causes", "2022-12-20", causes=["7", "2", "7"])
    ).then(happened(events.CausesRecorded, causes=("2", "7"), note=""))


def test_needs_and_a_plan_are_recorded(given):
    given(poor).when(lambda life: life.do("record_needs", "2022-12-20", needs=["credit"])).then(
        happened(events.NeedsRecorded, needs=("credit",))
    )
    given().when(
        lambda life: life.do(
            "agree_plan", "2022-12-21", goal="Thoát nghèo", steps=["Vay vốn"], responsible="UBND"
        )
    ).then(happened(events.PlanAgreed, goal="Thoát nghèo", steps=("Vay vốn",), review_on=None))


@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("record_causes", {"causes": ["2", "7"]}),
        ("record_needs", {"needs": ["health", "credit"]}),
        (
            "agree_plan",
            {
                "goal": "Thoát nghèo trước cuối năm 2024",
                "steps": ["Vay vốn chăn nuôi", "Khám bệnh định kỳ"],
                "responsible": "Tổ dân phố 5",
                "review_on": date(2023, 6, 30),
            },
        ),
    ],
)
def test_saying_the_same_again_records_nothing(given, command, asked):
    given(supported).when(lambda life: life.do(command, "2023-02-01", **asked)).then_nothing()


def test_the_same_causes_for_an_earlier_day_are_a_new_fact(given):
    given(supported).when(
        lambda life: life.do(
            "record_causes", "2022-12-01", recorded="2023-02-01", causes=["2", "7"]
        )
    ).then(happened(events.CausesRecorded))


@pytest.mark.parametrize(
    ("command", "asked", "refusal"),
    [
        ("record_causes", {"causes": []}, TextMissing),
        ("record_causes", {"causes": ["9"]}, UnknownCode),
        ("record_needs", {"needs": ["love"]}, UnknownCode),
        ("agree_plan", {"goal": "", "steps": ["x"], "responsible": "y"}, TextMissing),
        (
            "agree_plan",
            {"goal": "x", "steps": [], "responsible": "y", "review_on": date(2022, 1, 1)},
            PeriodReversed,
        ),
    ],
)
def test_what_says_nothing_is_refused(given, command, asked, refusal):
    given(family).when(lambda life: life.do(command, "2022-12-20", **asked)).then(refusal)
