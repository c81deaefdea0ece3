"""A periodic round from its opening to its closing, with both decisions."""

from domain.reviews import events
from tests.reviews import ABOVE, CLOSED, NEAR_POOR, POOR, Autumn


def kinds(autumn: Autumn) -> list[str]:
    return [type(one).__name__ for one in autumn.events()]


def test_a_round_runs_from_the_opening_to_both_decisions_and_its_closing(autumn: Autumn) -> None:
    classes = ["poor"] * 12
    autumn.ready(*classes, scores=[POOR] * 10 + [NEAR_POOR, ABOVE])
    autumn.sign("recognition", "101/QĐ-UBND")
    autumn.sign("exit", "102/QĐ-UBND")
    autumn.close()
    assert kinds(autumn) == [
        "RoundOpened", "HouseholdsListed", "MeetingHeld", "Posted", "ConsultationSent",
        "NoticeGiven", "ConsultationAnswered", "Decided", "Decided", "RoundClosed",
    ]  # fmt: skip
    assert [autumn.class_of(one) for one in autumn.ids] == ["poor"] * 10 + [
        "near_poor",
        "not_listed",
    ]
    recognition, exit_ = (one for one in autumn.events() if isinstance(one, events.Decided))
    assert len(recognition.households) == 11
    assert [one.household for one in exit_.households] == [autumn.ids[11]]
    assert exit_.also_named == (autumn.ids[10],)
    assert autumn.now().closed_on == CLOSED
