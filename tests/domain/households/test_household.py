"""What is on record of a household follows from one clause for each event."""

from datetime import date

import pytest

from domain.households.errors import HouseholdEnded, HouseholdUnknown
from domain.households.events import EVENTS
from domain.households.household import CLAUSES
from domain.households.person import NewMember
from tests.histories import dissolved

BABY = NewMember(name="Hồ Thị Em", relation="child", sex="female", birth_date=date(2023, 1, 9))


def test_every_event_has_a_clause() -> None:
    assert set(CLAUSES) == set(EVENTS)


def test_an_unknown_household_is_refused(life):
    with pytest.raises(HouseholdUnknown):
        life.do("dissolve", "2023-01-01", reason="other")


def test_an_ended_household_takes_no_more_members(given):
    given(dissolved).when(
        lambda life: life.do("join_member", "2023-06-01", member=BABY, reason="birth")
    ).then(HouseholdEnded, ended_on=date(2023, 5, 1), how="moved_away")
