"""The opening of a movement table is compared with the closing that was locked the year before."""

from datetime import timedelta
from typing import Any

import pytest

from tests.service.conftest import HUONG_SO, NOW, Office
from tests.service.households.poor_household import poor

BEFORE = {"from": "2021-12-31", "to": "2022-12-31"}
YEAR = "from=2022-12-31&to=2023-12-20"
REPORTS = "/api/v1/reports"
RULE = "R2.1=locked(R2.9)"


@pytest.fixture
def _later(office: Office) -> None:
    """A day after the report was locked."""
    office.clock.now = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def locked(office: Office) -> str:
    """R2 of 2022 is locked with two poor households; returns the report."""
    for village in ("Tổ dân phố 1", "Tổ dân phố 2"):
        poor(office, village=village)
    made = office.request(
        "chairman", "POST", REPORTS, {"table": "R2", "area": HUONG_SO, **BEFORE}
    )  # fmt: skip
    assert made.status_code == 201, made.json
    return str(made.json["report_id"])


def identities(office: Office, query: str = YEAR) -> list[dict[str, Any]]:
    answer = office.request("auditor", "GET", f"/api/v1/tables/R2?area={HUONG_SO}&{query}")
    assert answer.status_code == 200, answer.json
    return [one for one in answer.json["identities"] if one["rule"] == RULE]


def test_an_opening_without_a_report_before_is_held_against_nothing(
    office: Office, locked: str
) -> None:
    assert identities(office, "from=2021-12-31&to=2022-12-31") == []


@pytest.mark.usefixtures("_later")
def test_an_entry_after_the_lock_is_named_and_a_correction_puts_it_right(
    office: Office, locked: str, person: Any
) -> None:
    assert [one["holds"] for one in identities(office)] == [True, True]
    late = poor(office, village="Tổ dân phố 3")
    households, persons = identities(office)
    assert (households["measure"], households["holds"], households["difference"]) == (
        "households", False, 1,
    )  # fmt: skip
    assert [one["household_id"] for one in households["households"]] == [late]
    assert persons["difference"] == persons["households"][0]["persons"] > 0
    refused = office.request(
        "chairman", "POST", REPORTS,
        {"table": "R2", "area": HUONG_SO, "from": "2022-12-31", "to": "2023-12-20"},
    )  # fmt: skip
    assert refused.json["code"] == "report_does_not_balance"
    assert refused.json["values"]["rules"] == [RULE]
    corrected = office.request(
        "chairman", "POST", f"{REPORTS}/{locked}/corrections", {"reason": "Quyết định ghi muộn"}
    )
    assert corrected.status_code == 201, corrected.json
    assert [one["holds"] for one in identities(office)] == [True, True]


def test_the_page_leads_to_the_report_that_is_to_be_corrected(
    with_passwords: Office, locked: str, person: Any
) -> None:
    with_passwords.clock.now = NOW + timedelta(days=2)
    late = poor(with_passwords, village="Tổ dân phố 4")
    page = person("chairman").text(
        f"/bieu-bao-cao/R2?area={HUONG_SO}&from=31/12/2022&to=20/12/2023"
    )
    assert "có lần ghi muộn sau khi chốt" in page
    assert f"/bao-cao-da-chot/{locked}" in page
    assert f"/ho/{late}" in page
    assert "Đề nghị quản trị viên" not in page
