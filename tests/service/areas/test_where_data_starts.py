"""Before the first day with figures nothing is counted, compared, or shown as a nought."""

import re
from typing import Any

import pytest

from tests.service.bodies import DECISION, SURVEY
from tests.service.conftest import AN_HOA, CITY, HUE, HUONG_SO, THACH_LINH, Office
from tests.service.households.poor_household import H, poor

STARTED = "01/12/2022"


@pytest.fixture(scope="module")
def started(with_passwords: Office) -> Office:
    """Hương Sơ decided on its list on 1 December 2022, An Hòa on 1 June 2023, Thạch Linh never."""
    office = with_passwords
    for _ in range(2):
        poor(office)
    for role in ("case_worker", "surveyor", "chairman"):
        office.account(f"anhoa.{role}", (role, AN_HOA))
    body = {"effective_on": "2023-03-01", "area": "19774", "village": "Tổ dân phố 1",
            "members": [{"name": "Bùi Văn Mít", "relation": "head"}]}  # fmt: skip
    made = office.request("anhoa.case_worker", "POST", H, body).json["household_id"]
    survey = {**SURVEY, "effective_on": "2023-05-15"}
    survey_id = office.request("anhoa.surveyor", "POST", f"{H}/{made}/surveys", survey,
                             version=1).json["created"]  # fmt: skip
    paper = {**DECISION["document"], "signed_on": "2023-06-01"}
    decision = {"effective_on": "2023-06-01", "document": paper, "survey_id": survey_id}
    path = f"{H}/{made}/classifications"
    assert office.request("anhoa.chairman", "POST", path, decision, version=2).status_code == 201
    return office


@pytest.mark.parametrize("since", ["", "&since=31/12/2021"])
def test_a_comparison_begins_where_figures_do(started: Office, person: Any, since: str) -> None:
    page = person("auditor").text(f"/dia-ban/{HUONG_SO}?as_of=31/12/2022{since}")
    assert f"Diễn biến hộ nghèo, hộ cận nghèo từ {STARTED} đến 31/12/2022" in page
    assert f"Chưa có số liệu trước ngày {STARTED}" in page
    arising = re.search(r"Phát sinh mới</th>\s*<td class=\"n\">(.*?)</td>", page, re.S)
    assert arising
    assert re.sub(r"<.*?>", "", arising[1]) == "0"


def test_a_later_comparison_begins_where_it_was_asked_to(started: Office, person: Any) -> None:
    page = person("auditor").text(f"/dia-ban/{HUONG_SO}?since=31/12/2022")
    assert "Diễn biến hộ nghèo, hộ cận nghèo từ 31/12/2022" in page
    assert "Chưa có số liệu trước" not in page


def test_before_the_first_day_there_are_no_figures(started: Office, person: Any) -> None:
    page = person("auditor").text(f"/dia-ban/{HUONG_SO}?as_of=30/11/2022")
    assert f"Chưa có số liệu trước ngày {STARTED}" in page
    assert "Diễn biến hộ nghèo, hộ cận nghèo từ" not in page
    assert '<dd class="big">0</dd>' not in page
    assert "<svg" not in page


def test_a_place_without_figures_is_not_in_the_record(started: Office, person: Any) -> None:
    page = person("far.auditor").text(f"/dia-ban/{THACH_LINH}")
    assert "Chưa có trong hồ sơ" in page
    assert '<dd class="big">0</dd>' not in page


def test_units_below_say_so_each_for_itself(started: Office, person: Any) -> None:
    page = person("auditor").text(f"/dia-ban/{CITY}?as_of=31/12/2022")
    below = page[page.index('id="below"') :]
    assert "Chưa có số liệu trước ngày 01/06/2023" in below
    assert "Phường Hương Sơ" in below
    later = person("auditor").text(f"/dia-ban/{CITY}")
    assert "1 đơn vị trực thuộc có số liệu sau ngày 31/12/2022" in later
    assert "Chưa có số liệu" not in later[later.index('id="below"') :]


def test_the_course_begins_with_the_first_month_that_has_figures(
    started: Office, person: Any
) -> None:
    page = person("auditor").text(f"/dia-ban/{HUONG_SO}")
    course = page[page.index("Số hộ cuối mỗi tháng</caption>") :]
    assert "31/12/2022" in course[:6000]
    assert "30/11/2022" not in course


def test_a_share_stands_with_its_numbers_and_nothing_of_nothing_is_a_dash(
    started: Office, person: Any
) -> None:
    page = person("auditor").text(f"/dia-ban/{HUONG_SO}")
    chart = page[page.index("Tỷ lệ hộ thiếu hụt") :]
    assert "100,0% (2/2)" in chart
    assert "0,0% (0/2)" in chart or "(2/2)" in chart
    assert ">–</text>" in chart, "no near-poor household was surveyed"
    assert '<td class="n">–</td>' in chart


def test_the_api_says_from_when_on_it_has_figures(started: Office) -> None:
    def counts(area: str, on: str) -> Any:
        return started.request("auditor", "GET", f"/api/v1/counts?area={area}&as_of={on}").json

    before, after = counts(HUONG_SO, "2022-11-30"), counts(HUONG_SO, "2022-12-01")
    assert before["record_starts"] == after["record_starts"] == "2022-12-01"
    assert {"code": "no_data_before", "values": {"day": "2022-12-01"}} in before["notes"]
    assert [one["code"] for one in after["notes"] if "data" in one["code"]] == []
    nowhere = started.request("far.auditor", "GET", f"/api/v1/counts?area={THACH_LINH}").json
    assert nowhere["record_starts"] is None
    assert "not_in_record" in [one["code"] for one in nowhere["notes"]]
    asked = f"/api/v1/movements?area={HUE}&from=2021-12-31&to=2023-12-19"
    moved = started.request("auditor", "GET", asked).json
    assert moved["record_starts"] == "2022-12-01"
    assert moved["poor"]["came"]["newly_arising"]["households"] == 3, "figures stay as they were"
    assert moved["notes"] == [{"code": "no_data_before", "values": {"day": "2022-12-01"}}]
    later = started.request(
        "auditor", "GET", f"/api/v1/movements?area={CITY}&from=2022-12-31&to=2023-12-19"
    ).json
    assert later["notes"] == [{"code": "starts_later", "values": {"units": 1, "day": "2022-12-31"}}]


def test_what_was_known_earlier_starts_where_it_did_then(started: Office) -> None:
    asked = f"/api/v1/counts?area={HUONG_SO}&as_of=2022-12-31&known_at=2022-12-31T00:00:00Z"
    assert started.request("auditor", "GET", asked).json["record_starts"] is None
