"""Bad input of a round by the API: each is a refusal by name, and nothing is recorded."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from tests.service.conftest import AN_HOA, CITY, HUONG_SO, Office
from tests.service.reviews.commune import ABOVE, POOR, VILLAGES, Commune

READY = "2023-11-02"
NUMBER = "77/QĐ-UBND"


def monthly(office: Office, month: int, *at: int) -> Commune:
    """A monthly round with requests for exit, posted; notices run to the day 30 of the month."""
    commune = Commune(office)
    for one in at:
        commune.poor_household(one)
    day = f"2023-{month:02}-{{}}".format
    assert commune.open(track="on_demand", month=month, effective_on=day(16)).status_code == 201
    for one in commune.households:
        taken(commune.step("requests", day(16), household_id=one, kind="exit"))
    taken(commune.step("listings", day(16), source="request", households=commune.households))
    for one in commune.households:
        commune.survey(one, day(17), **ABOVE)
    for n, one in zip(at, commune.households, strict=True):
        taken(commune.meet(VILLAGES[n % 2], day(18), one))
    taken(commune.step("postings", day(19), places=["village_house", "commune_office"]))
    taken(commune.step("notices", day(25)))
    return commune


def taken(answer: Any) -> Any:
    assert answer.status_code == 201, answer.json
    return answer.json


@pytest.fixture(scope="module")
def yearly(office: Office) -> Commune:
    """A periodic round of 24 households, surveyed, of which one village has met."""
    commune = Commune(office)
    for at in range(24):
        commune.poor_household(at)
    taken(commune.open())
    taken(commune.step("listings", "2023-09-06", source="current_list"))
    for one in commune.households:
        commune.survey(one, "2023-09-15", **POOR)
    taken(commune.meet(VILLAGES[0], "2023-09-20", *commune.of_village(VILLAGES[0])))
    return commune


@pytest.fixture(scope="module")
def october(yearly: Commune) -> Commune:
    """Two households that wait for their exit, while September has its decision."""
    september = monthly(yearly.office, 9, 24, 25)
    taken(sign(september, september.read(f"/decisions?kind=exit&on={READY}")["digest"]))
    return monthly(yearly.office, 10, 26, 27)


def sign(
    commune: Commune, digest: str, number: str = NUMBER, day: str = READY, by: str = "chairman"
) -> Any:
    paper = {"number": number, "signed_on": day, "signer": "Chủ tịch"}
    return commune.step("decisions", day, by, kind="exit", digest=digest, document=paper)


@contextmanager
def nothing_recorded(office: Office) -> Iterator[None]:
    """No event is added meanwhile."""

    def stored() -> Any:
        with office.services.pool.connection() as conn:
            return conn.execute("select count(*), max(position) from store.events").fetchone()

    before = stored()
    yield
    assert stored() == before


def refused(commune: Commune, code: str, act: Any, **values: Any) -> None:
    """An act is refused by this name with these values, and nothing is recorded."""
    with nothing_recorded(commune.office):
        answer = act()
    assert answer.status_code in (409, 412, 422), answer.json
    assert answer.json["code"] == code
    assert answer.json["values"].items() >= values.items()


def test_votes_above_attendance(yearly: Commune) -> None:
    village = yearly.of_village(VILLAGES[1])
    act = lambda: yearly.meet(VILLAGES[1], "2023-09-20", *village, votes=41)  # noqa: E731
    refused(yearly, "votes_above_attendance", act, step="meeting", source="24/2021/QĐ-TTg")


def test_a_meeting_before_the_survey(yearly: Commune) -> None:
    village = yearly.of_village(VILLAGES[1])
    act = lambda: yearly.meet(VILLAGES[1], "2023-09-12", *village)  # noqa: E731
    refused(yearly, "meeting_before_survey", act, step="survey", source="24/2021/QĐ-TTg")


def test_a_round_opened_twice(yearly: Commune) -> None:
    refused(yearly, "round_exists", yearly.open)


def test_a_household_in_two_open_rounds(yearly: Commune, october: Commune) -> None:
    both = [october.households[0]]
    act = lambda: yearly.step("requests", "2023-11-02", household_id=both[0])  # noqa: E731
    refused(yearly, "request_kind_wrong", act)  # it is poor, and on the list of the other round
    listed = lambda: yearly.step(  # noqa: E731
        "listings", "2023-11-02", source="current_list", households=both
    )
    refused(yearly, "household_in_another_round", listed, household_id=both[0])


def test_a_survey_and_a_meeting_of_a_household_that_moved_away_meanwhile(yearly: Commune) -> None:
    office, leaver = yearly.office, yearly.of_village(VILLAGES[1])[0]
    at = f"/api/v1/households/{leaver}"
    version = office.services.application.households.load(UUID(leaver)).version
    office.account("city.case_worker", ("case_worker", CITY))
    body = {"effective_on": "2023-09-18", "area": AN_HOA, "village": "Tổ dân phố 1"}
    taken(office.request("city.case_worker", "POST", f"{at}/moves", body, version=version))
    survey = {"effective_on": "2023-09-19", "form": "B", "area_type": "urban", **POOR}
    with nothing_recorded(office):
        gone = office.request("surveyor", "POST", f"{at}/surveys", survey, version=version + 1)
    assert (gone.status_code, gone.json["code"]) == (404, "not_found")
    act = lambda: yearly.meet(VILLAGES[1], "2023-09-20", leaver)  # noqa: E731
    refused(yearly, "households_gone", act, households=[leaver], count=1)
    taken(yearly.step("unlistings", "2023-09-20", households=[leaver], reason="moved_away"))


def test_a_posting_cut_short(october: Commune) -> None:
    digest = october.read("/decisions?kind=exit&on=2023-10-23")["digest"]
    act = lambda: sign(october, digest, "78/QĐ-UBND", "2023-10-23")  # noqa: E731
    refused(october, "posting_cut_short", act, last_day="2023-10-24", day="2023-10-23")


def test_a_grievance_after_its_time_is_kept_marked_late_and_holds_up_nothing(
    october: Commune,
) -> None:
    late = october.step("grievances", READY, household_id=october.households[0], text="Xin xem lại")
    assert taken(late)["notes"] == ["late"]
    (kept,) = october.read("/grievances", by="case_worker")["items"]
    assert (kept["late"], kept["text"]) == (True, "Xin xem lại")
    assert october.read(f"/decisions?kind=exit&on={READY}")["held_up_by"] is None


def test_a_number_used_before_a_list_that_changed_and_two_officers_at_once(
    october: Commune,
) -> None:
    office = october.office
    read = october.read(f"/decisions?kind=exit&on={READY}")
    for number in (NUMBER, " 77 / qđ-ubnd"):
        refused(
            october, "decision_number_taken", lambda number=number: sign(
                october, read["digest"], number
            ), year=2023,
        )  # fmt: skip

    other = october.households[1]
    taken(october.step("unlistings", READY, households=[other], reason="error"))
    refused(
        october, "list_changed", lambda: sign(october, read["digest"], "78/QĐ-UBND"),
        step="decision", read=read["digest"],
    )  # fmt: skip

    office.account("deputy", ("chairman", HUONG_SO))
    digest = october.read(f"/decisions?kind=exit&on={READY}")["digest"]
    start, version = Barrier(2), october.version

    def signed(by: str, number: str) -> Any:
        start.wait()
        paper = {"number": number, "signed_on": READY, "signer": "Chủ tịch"}
        body = {"effective_on": READY, "kind": "exit", "digest": digest, "document": paper}
        return office.request(by, "POST", f"{october.path}/decisions", body, version=version)

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(signed, ("chairman", "deputy"), ("78/QĐ-UBND", "79/QĐ-UBND")))
    assert sorted(one.status_code for one in answers) == [201, 412]
    (stale,) = [one for one in answers if one.status_code == 412]
    assert stale.json["code"] == "stale_version"
    assert len(october.read()["decisions"]) == 1
