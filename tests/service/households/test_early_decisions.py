"""One early decision does not pull the start of a commune's figures forward."""

from datetime import date
from typing import Any

import pytest

from domain.areas.lineage import Lineage
from projections.areas.record_starts import Start, start_of
from tests.service.bodies import DECISION, SURVEY
from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import H, poor

ON_THE_LIST = 11


@pytest.fixture(scope="module")
def listed(with_passwords: Office) -> Office:
    """Eleven households are on the list of 1 December 2022; one was decided on in February."""
    office = with_passwords
    for n in range(ON_THE_LIST):
        poor(office, village=f"Tổ {n + 1}")
    early = office.household(effective_on="2022-01-05", village="Tổ 12")["household_id"]
    survey = {**SURVEY, "effective_on": "2022-01-15"}
    surveyed = office.request("surveyor", "POST", f"{H}/{early}/surveys", survey, version=1)
    paper = {**DECISION["document"], "signed_on": "2022-02-01"}
    body = {"effective_on": "2022-02-01", "document": paper, "survey_id": surveyed.json["created"]}
    decided = office.request("chairman", "POST", f"{H}/{early}/classifications", body, version=2)
    assert decided.status_code == 201, decided.json
    return office


def test_the_start_is_the_day_of_the_list(listed: Office) -> None:
    answer = listed.request("auditor", "GET", f"/api/v1/counts?area={HUONG_SO}&as_of=2022-12-31")
    assert answer.json["record_starts"] == "2022-12-01"


def test_the_overview_compares_with_the_list(listed: Office, person: Any) -> None:
    page = person("auditor").text(f"/dia-ban/{HUONG_SO}?as_of=31/12/2022&since=31/12/2021")
    assert "Diễn biến hộ nghèo, hộ cận nghèo từ 01/12/2022 đến 31/12/2022" in page


def test_what_was_known_at_the_end_of_the_day_starts_there_too(listed: Office, person: Any) -> None:
    page = person("auditor").text(
        f"/dia-ban/{HUONG_SO}?as_of=31/12/2022&since=31/12/2021&known_at=20/12/2023"
    )
    assert "Diễn biến hộ nghèo, hộ cận nghèo từ 01/12/2022 đến 31/12/2022" in page


def test_a_few_households_of_one_unit_do_not_begin_the_figures_of_all() -> None:
    starts = {
        "a": Start(date(2019, 1, 1), 3),
        "b": Start(date(2022, 12, 1), 60),
        "c": Start(date(2023, 12, 1), 50),
    }
    nowhere = Lineage(())
    assert start_of(starts, nowhere, "", date(2024, 1, 1)) == date(2022, 12, 1)
    assert start_of({"a": starts["a"]}, nowhere, "", date(2024, 1, 1)) == date(2019, 1, 1)
    assert start_of({}, nowhere, "", date(2024, 1, 1)) is None
