"""A list of the commune is handed over after the decisions, as it was read, and may change then."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.households.corrections import CorrectMember, MemberCorrection
from domain.households.errors import UnknownCode
from domain.households.relocation import MoveHousehold
from domain.reviews import errors
from domain.reviews import events as r
from domain.reviews.hand_over_days import hand_over_day, published_days
from domain.reviews.handed_lists import (
    BANK,
    INSURANCE,
    HandOverList,
    differences,
    last_handed,
    list_now,
)
from tests.domain.support.conftest import PROVINCE, province_and_communes
from tests.given import HUONG_SO, RURAL
from tests.reviews import (
    ABOVE,
    CLOSED,
    NEAR_POOR,
    POOR,
    SIGNED,
    Autumn,
    decision_paper,
    refused,
)

SENT = date(2026, 10, 12)
LATER = date(2026, 11, 2)


@pytest.fixture
def decided(autumn: Autumn) -> Autumn:
    """Twelve poor households of which ten stay, one becomes near-poor and one leaves, signed."""
    autumn.ready(*["poor"] * 12, scores=[POOR] * 10 + [NEAR_POOR, ABOVE])
    autumn.sign("recognition", "101/QĐ-UBND")
    autumn.sign("exit", "102/QĐ-UBND")
    return autumn


def read(autumn: Autumn, handed_list: str = INSURANCE, on: date = SENT) -> Any:
    services = autumn.application.rounds.services()
    return list_now(autumn.now(), services, handed_list, on, autumn.ids)


def hand_over(
    autumn: Autumn,
    handed_list: str = INSURANCE,
    on: date = SENT,
    *,
    digest: str = "",
    means: str = "post",
    **more: Any,
) -> Any:
    known = digest or read(autumn, handed_list, on).digest
    command = HandOverList(autumn.round_id, handed_list, means, known, tuple(autumn.ids))
    return autumn.run(command, on, **more)


def handed(autumn: Autumn) -> list[r.ListHandedOver]:
    return [one for one in autumn.events() if isinstance(one, r.ListHandedOver)]


def kinds(autumn: Autumn, handed_list: str, on: date = SENT) -> list[str]:
    found = {one.household: one.kind for one in read(autumn, handed_list, on).households}
    return [found.get(one, "") for one in autumn.ids]


def changes(autumn: Autumn, on: date = LATER, handed_list: str = INSURANCE) -> list[Any]:
    last = last_handed(autumn.now(), handed_list)
    assert last is not None
    found = differences(last.households, read(autumn, handed_list, on))
    return [(autumn.ids.index(one.household), one.kind, one.before, one.now) for one in found]


def test_each_list_has_its_kinds_of_households(decided: Autumn) -> None:
    assert kinds(decided, INSURANCE) == ["poor"] * 10 + ["near_poor", "left_both"]
    assert kinds(decided, BANK) == ["poor"] * 10 + ["near_poor", "newly_escaped"]
    assert kinds(decided, INSURANCE, SIGNED - timedelta(days=1)) == ["poor"] * 12
    assert kinds(decided, INSURANCE, date(2027, 1, 2))[-1] == "", "who left is told in the year"


def test_a_hand_over_keeps_the_list_its_day_its_means_and_who_recorded_it(decided: Autumn) -> None:
    now = read(decided)
    hand_over(decided, document=decision_paper("15/UBND", SENT))
    (event,) = handed(decided)
    assert (event.handed_list, event.number, event.means) == (INSURANCE, 1, "post")
    assert (event.effective_on, event.actor.account) == (SENT, "canbo")
    assert (event.list_digest, event.households) == (now.digest, now.households)
    assert event.due_on is None, "no text is known for a commune of no province"
    assert "Hồ Thị" not in repr(event)
    (kept,) = decided.now().handed_lists[INSURANCE]
    assert (kept.letter, kept.account, len(kept.households)) == ("15/UBND", "canbo", 12)
    assert changes(decided) == []


def test_a_list_is_handed_over_after_the_decisions_alone(autumn: Autumn) -> None:
    autumn.ready(*["poor"] * 11, scores=[POOR] * 10 + [ABOVE])
    refused(autumn, errors.HandOverBeforeDecision, lambda: hand_over(autumn), count=11)
    autumn.sign("recognition", "101/QĐ-UBND")
    refused(autumn, errors.HandOverBeforeDecision, lambda: hand_over(autumn), count=1)
    autumn.sign("exit", "102/QĐ-UBND")
    early = SIGNED - timedelta(days=1)
    refused(autumn, errors.StepTooEarly, lambda: hand_over(autumn, on=early), not_before=SIGNED)
    tomorrow = SENT + timedelta(days=1)
    refused(autumn, errors.RoundDayInFuture, lambda: hand_over(autumn, on=tomorrow, recorded=SENT))
    hand_over(autumn)


def test_a_closed_round_takes_a_hand_over(decided: Autumn) -> None:
    decided.close()
    hand_over(decided, on=CLOSED)
    assert len(handed(decided)) == 1


def test_a_round_of_another_track_hands_nothing_over(autumn: Autumn) -> None:
    autumn.household("")
    autumn.open(date(2026, 10, 15), track="average", month=10)
    command = HandOverList(autumn.round_id, INSURANCE, "post", "0" * 64)
    refused(autumn, errors.HandOverNotOfTrack, lambda: autumn.run(command, LATER))


def test_a_list_that_changed_since_it_was_read_is_not_recorded(decided: Autumn) -> None:
    digest = read(decided).digest
    decided.run(MoveHousehold(decided.ids[0], village="Thôn 1", area=RURAL), SENT)
    refused(decided, errors.HandedListChanged, lambda: hand_over(decided, digest=digest))
    hand_over(decided)
    assert len(handed(decided)[0].households) == 11


def test_the_same_hand_over_again_is_nothing_new_and_another_one_has_the_next_number(
    decided: Autumn,
) -> None:
    hand_over(decided)
    hand_over(decided)
    assert [one.number for one in handed(decided)] == [1]
    hand_over(decided, means="email")
    hand_over(decided, on=LATER)
    hand_over(decided, BANK, on=LATER)
    assert [(one.handed_list, one.number) for one in handed(decided)] == [
        (INSURANCE, 1), (INSURANCE, 2), (INSURANCE, 3), (BANK, 1),
    ]  # fmt: skip
    refused(decided, errors.StepTooEarly, lambda: hand_over(decided, on=SENT))


def test_what_changed_since_is_told_by_household_until_it_is_handed_over_again(
    decided: Autumn,
) -> None:
    hand_over(decided)
    decided.classify(decided.ids[0], "near_poor", on=LATER)
    decided.classify(decided.ids[10], "not_listed", on=LATER)
    decided.run(MoveHousehold(decided.ids[1], village="Thôn 1", area=RURAL), LATER)
    new = decided.household("poor")
    assert sorted(changes(decided)) == [
        (0, "other_kind", "poor", "near_poor"),
        (1, "removed", "poor", ""),
        (10, "removed", "near_poor", ""),
        (decided.ids.index(new), "added", "", "poor"),
    ]
    hand_over(decided, on=LATER)
    assert changes(decided) == []
    assert handed(decided)[1].number == 2


def test_after_the_year_the_list_is_that_of_its_last_day(decided: Autumn) -> None:
    last, january = date(2026, 12, 31), date(2027, 1, 5)
    digest = read(decided, on=last).digest
    assert digest != read(decided, on=january).digest
    hand_over(decided, on=january, digest=digest)
    assert [one.kind for one in handed(decided)[0].households].count("left_both") == 1


def test_a_corrected_person_is_another_line(decided: Autumn) -> None:
    hand_over(decided)
    head = decided.application.households.load(decided.ids[0]).head
    right = MemberCorrection(name="Hồ Thị Tên Đúng")
    decided.run(CorrectMember(decided.ids[0], head, right, "error"), LATER)
    assert changes(decided) == [(0, "other_lines", "poor", "poor")]


def test_codes_that_are_not_known_are_refused(decided: Autumn) -> None:
    for command in (
        HandOverList(decided.round_id, "school", "post", "0" * 64),
        HandOverList(decided.round_id, INSURANCE, "pigeon", "0" * 64),
    ):
        with pytest.raises(UnknownCode):
            decided.run(command, SENT)


@pytest.mark.parametrize(
    ("area", "handed_list", "track", "year", "due"),
    [
        (HUONG_SO, INSURANCE, "periodic", 2026, date(2026, 12, 20)),
        (HUONG_SO, INSURANCE, "periodic", 2025, date(2025, 12, 20)),
        (HUONG_SO, INSURANCE, "periodic", 2024, None),
        (HUONG_SO, INSURANCE, "on_demand", 2026, None),
        (HUONG_SO, BANK, "periodic", 2026, None),
        (PROVINCE, INSURANCE, "periodic", 2026, date(2026, 12, 20)),
        ("", INSURANCE, "periodic", 2026, None),
    ],
)
def test_the_day_due_is_known_where_a_text_names_it(
    area: str, handed_list: str, track: str, year: int, due: date | None
) -> None:
    found = hand_over_day(province_and_communes(), area, handed_list, track, year)
    assert (found.of(year) if found else None) == due


def test_a_day_has_its_source() -> None:
    for one in published_days():
        assert one.source in one.what.vi
        assert one.signed_on.year <= one.first_year
