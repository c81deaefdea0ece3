"""A person may come and go more than once: each stay has its own first and last day."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.households.errors import PersonAlreadyMember, PersonNotMemberThen
from domain.households.person import NewMember
from tests.given import Life
from tests.histories import CUC, REGISTERED, family

AWAY, BACK, GONE = date(2023, 2, 1), date(2023, 5, 1), date(2023, 9, 1)


def returned_and_left_again(life: Life) -> None:
    """Cúc leaves, returns, and leaves again."""
    family(life)
    cuc = life["cúc"]
    life.do("leave_member", AWAY, person_id=cuc, reason="moved_out")
    life.do("join_member", BACK, member=_again(cuc), reason="moved_in")
    life.do("leave_member", GONE, person_id=cuc, reason="moved_out")


def _again(person_id: UUID) -> NewMember:
    return replace(CUC, person_id=person_id)


def test_both_stays_are_kept_with_their_own_days(life: Life) -> None:
    returned_and_left_again(life)
    stays = life.now().stays[life["cúc"]]
    assert [(stay.since, stay.until) for stay in stays] == [(REGISTERED, AWAY), (BACK, GONE)]
    assert life["cúc"] not in life.now().members


@pytest.mark.parametrize(
    ("day", "was_there"),
    [
        (REGISTERED - timedelta(1), False),
        (REGISTERED, True),
        (AWAY - timedelta(1), True),
        (AWAY, False),
        (BACK - timedelta(1), False),
        (BACK, True),
        (GONE - timedelta(1), True),
        (GONE, False),
    ],
)
def test_what_is_granted_to_the_person_is_granted_on_a_day_of_a_stay(
    life: Life, day: date, was_there: bool
) -> None:
    returned_and_left_again(life)
    household, person = life.now(), life["cúc"]
    if was_there:
        household.was_member(person, day)
    else:
        with pytest.raises(PersonNotMemberThen):
            household.was_member(person, day)


def test_nobody_comes_back_into_a_stay_that_still_ran(life: Life) -> None:
    returned_and_left_again(life)
    again = _again(life["cúc"])
    with pytest.raises(PersonAlreadyMember):
        life.do("join_member", GONE - timedelta(1), member=again, reason="moved_in",
                recorded=GONE + timedelta(9))  # fmt: skip
    life.do("join_member", GONE, member=again, reason="moved_in")
    assert [stay.since for stay in life.now().stays[life["cúc"]]] == [REGISTERED, BACK, GONE]
    assert life.now().stays[life["cúc"]][-1].until is None
