"""An autumn round of three villages in the middle of its way, for the tests of its pages."""

from datetime import UTC, date, datetime, time

from tests.reviews import ABOVE, MET, NEAR_POOR, POOR, POSTED, READY, SURVEYED, Autumn
from tests.service.conftest import HUONG_SO, Office

MIDDLE = date(2026, 9, 24)
FIVE, SIX, SEVEN = "Tổ dân phố 5", "Tổ dân phố 6", "Tổ dân phố 7"


def on_day(office: Office, day: date) -> None:
    """The clock of the office at 10:00 of a day in Việt Nam, with all that was recorded shown."""
    office.clock.now = datetime.combine(day, time(3), tzinfo=UTC)
    office.nudge.catch_up()


def in_the_middle(office: Office, area: str = HUONG_SO) -> Autumn:
    """Village 5 is posted with one grievance, 6 half surveyed, 7 listed and one of it sent back."""
    autumn = Autumn(office.services.application, area)
    five = [autumn.household(class_) for class_ in ("poor", "poor", "near_poor", "poor")]
    six = [autumn.household(village=SIX) for _ in range(5)]
    seven = [autumn.household("near_poor", village=SEVEN) for _ in range(3)]
    autumn.open()
    autumn.put_on_list()
    for one, scores in zip(five, (POOR, ABOVE, POOR, NEAR_POOR), strict=True):
        autumn.survey(one, scores)
    autumn.meet(*five, village=FIVE)
    autumn.post()
    autumn.complain(five[0], on=POSTED)
    for one in six[:3]:
        autumn.survey(one, POOR, on=SURVEYED)
    autumn.survey(seven[0], NEAR_POOR)
    autumn.meet(seven[0], village=SEVEN, votes=10)
    autumn.request(autumn.household("", village=SEVEN))
    on_day(office, MIDDLE)
    return autumn


def ready_to_sign(office: Office, area: str = HUONG_SO) -> Autumn:
    """Every household is posted to the end, the province has answered, notices have run out."""
    autumn = Autumn(office.services.application, area)
    autumn.ready(
        "poor", "poor", "near_poor", "poor", "poor",
        scores=[POOR, ABOVE, POOR, NEAR_POOR, NEAR_POOR],
    )  # fmt: skip
    return autumn


__all__ = ["FIVE", "MET", "READY", "SEVEN", "SIX", "in_the_middle", "on_day", "ready_to_sign"]
