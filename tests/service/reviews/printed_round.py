"""A round of 2023 with one act of each kind that a paper is printed of."""

from datetime import date
from uuid import UUID

from tests.reviews import ABOVE, Autumn
from tests.service.conftest import HUONG_SO, Office

VILLAGE = "Tổ dân phố 3"


def printed_round(office: Office, round_id: str, household_id: str) -> dict[str, str]:
    """The ids of a meeting, of a posting and of a refused request.

    The round is open; the household is poor, and is met, posted, and noticed that it leaves.
    """
    autumn, household = Autumn(office.services.application, HUONG_SO), UUID(household_id)
    autumn.round_id = UUID(round_id)
    if household not in autumn.now().households:
        autumn.put_on_list(household, on=date(2023, 9, 6))
    autumn.survey(household, ABOVE, on=date(2023, 9, 15))
    village = autumn.now().households[household].village
    met = autumn.meet(household, on=date(2023, 9, 20), village=village)
    posted = autumn.post(household, on=date(2023, 9, 22))
    autumn.notify(household, on=date(2023, 10, 2))
    asking = UUID(office.household(village=VILLAGE)["household_id"])
    request = autumn.request(asking, on=date(2023, 9, 7))
    autumn.refuse(request, "screened_out", on=date(2023, 9, 11))
    office.nudge.catch_up()
    return {
        "meeting_id": str(met.created),
        "posting_id": str(posted.created),
        "request_id": str(request),
    }
