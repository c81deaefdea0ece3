"""Support is granted to a household or to one of its members."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from domain.households import events
from domain.households.errors import (
    AmountInvalid,
    DoubleGrant,
    PeriodReversed,
    PersonNotMemberThen,
    PersonUnknown,
    SupportIdTaken,
    TextMissing,
    UnknownCode,
)
from domain.households.support import MOST_GOODS, MOST_MONEY
from tests import histories
from tests.given import Life, happened
from tests.histories import ELECTRICITY, poor, supported, widowed


def grant(life: Life, support=ELECTRICITY, on: str = "2023-01-05") -> object:
    return life.do("grant_support", on, support)


def test_support_is_granted_to_the_household(given):
    given(poor).when(grant).then(
        happened(
            events.SupportGranted,
            programme="Hỗ trợ tiền điện",
            benefit="electricity",
            person_id=None,
            amount=708_000,
            source="central",
            funding_year=2023,
        )
    )


@pytest.mark.parametrize(
    ("support", "refusal"),
    [
        (replace(ELECTRICITY, amount=None), AmountInvalid),
        (replace(ELECTRICITY, amount=0), AmountInvalid),
        (replace(ELECTRICITY, amount=-5), AmountInvalid),
        (replace(ELECTRICITY, amount=None, quantity=0), AmountInvalid),
        (replace(ELECTRICITY, funding_year=1970), AmountInvalid),
        (replace(ELECTRICITY, funding_year=2025), AmountInvalid),
        (replace(ELECTRICITY, period_until=date(2022, 12, 31)), PeriodReversed),
        (replace(ELECTRICITY, source="lottery"), UnknownCode),
        (replace(ELECTRICITY, benefit=" "), TextMissing),
        (replace(ELECTRICITY, person_id=uuid4()), PersonUnknown),
    ],
)
def test_a_support_that_cannot_be_is_refused(given, support, refusal):
    given(poor).when(lambda life: grant(life, support)).then(refusal)


@pytest.mark.parametrize(
    "said",
    [
        {"amount": None, "quantity": 1, "unit": "bao"},
        {"amount": None, "quantity": MOST_GOODS, "unit": "bao"},
        {"amount": 1},
        {"amount": MOST_MONEY},
        {"funding_year": 1990},
        {"funding_year": 2024},
        {"period_until": ELECTRICITY.period_from},
    ],
)
def test_a_support_on_the_edge_of_what_can_be_is_taken(given, said):
    given(poor).when(lambda life: grant(life, replace(ELECTRICITY, **said))).then(
        happened(events.SupportGranted, **said)
    )


@pytest.mark.parametrize(
    "said",
    [
        {"amount": MOST_MONEY + 1},
        {"quantity": MOST_GOODS + 1},
        {"funding_year": 1989},
    ],
)
def test_a_support_beyond_the_edge_is_refused(given, said):
    given(poor).when(lambda life: grant(life, replace(ELECTRICITY, **said))).then(AmountInvalid)


@pytest.mark.parametrize(
    ("since", "until", "twice"),
    [
        ("2022-01-01", "2022-12-31", False),
        ("2022-01-01", "2023-01-01", True),
        ("2023-12-31", "2024-12-31", True),
        ("2024-01-01", "2024-12-31", False),
    ],
)
def test_two_periods_that_share_a_day_are_granted_once(given, since, until, twice):
    given(poor, grant)
    other = replace(
        ELECTRICITY, period_from=date.fromisoformat(since), period_until=date.fromisoformat(until)
    )
    result = given().when(lambda life: grant(life, other))
    result.then(*([DoubleGrant] if twice else [happened(events.SupportGranted)]))


def test_one_benefit_is_granted_once_for_a_period(given):
    overlapping = replace(
        ELECTRICITY, period_from=date(2023, 12, 31), period_until=date(2024, 3, 31)
    )
    given(supported).when(lambda life: grant(life, overlapping, on="2023-12-20")).then(
        DoubleGrant,
        benefit="electricity",
        period_from=date(2023, 1, 1),
        period_until=date(2023, 12, 31),
    )
    after = replace(overlapping, period_from=date(2024, 1, 1))
    given().when(lambda life: grant(life, after, on="2023-12-20")).then(
        happened(events.SupportGranted)
    )


def test_another_benefit_or_another_person_is_no_double_grant(given, life):
    given(supported)
    for support in (
        replace(ELECTRICITY, benefit="health_insurance"),
        replace(ELECTRICITY, person_id=life["an"]),
        replace(ELECTRICITY, person_id=life["bình"]),
    ):
        given().when(lambda life, support=support: grant(life, support)).then(
            happened(events.SupportGranted)
        )
    given().when(
        lambda life: grant(life, replace(ELECTRICITY, person_id=life["an"], amount=1))
    ).then(DoubleGrant)


def test_only_who_was_a_member_then_gets_support(given):
    given(widowed).when(
        lambda life: grant(life, replace(ELECTRICITY, person_id=life["an"]), on="2023-03-01")
    ).then(PersonNotMemberThen)
    given().when(
        lambda life: life.do(
            "grant_support",
            "2023-02-01",
            replace(ELECTRICITY, person_id=life["an"]),
            recorded="2023-04-01",
        )
    ).then(happened(events.SupportGranted))


def test_the_same_support_again_records_nothing_and_its_id_is_its_own(given):
    named = replace(ELECTRICITY, support_id=uuid4())
    given(poor).when(lambda life: grant(life, named)).then(happened(events.SupportGranted))
    given().when(lambda life: grant(life, named)).then_nothing()
    given().when(lambda life: grant(life, replace(named, amount=1))).then(SupportIdTaken)
    given().when(lambda life: grant(life, named, on="2023-02-02")).then(SupportIdTaken)


def test_support_for_the_time_before_an_end_can_be_recorded_after_it(given):
    given(histories.dissolved).when(
        lambda life: life.do("grant_support", "2023-04-01", ELECTRICITY, recorded="2023-08-01")
    ).then(happened(events.SupportGranted))
