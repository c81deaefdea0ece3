"""The future is refused by name wherever a figure or a record is asked for on a day to come."""

from datetime import timedelta
from typing import Any

import pytest

from tests.service.bodies import REGISTER, SURVEY
from tests.service.conftest import HUE, HUONG_SO, NOW, Office

TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
H = "/api/v1/households"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"/api/v1/counts?area={HUE}&as_of={{day}}", "as_of"),
        (f"/api/v1/counts?area={HUE}&known_at={{day}}", "known_at"),
        (f"/api/v1/movements?area={HUE}&from=2022-01-01&to={{day}}", "to"),
        (f"/api/v1/movements?area={HUE}&from={{day}}&to={{day}}", "from"),
        (f"{H}?area={HUE}&as_of={{day}}", "as_of"),
        (f"{H}?area={HUE}&known_at={{day}}", "known_at"),
    ],
)
def test_a_day_to_come_is_refused_and_today_is_taken(office: Office, path: str, name: str) -> None:
    refused = office.request("auditor", "GET", path.format(day=TOMORROW))
    assert refused.status_code == 422
    assert {"field": f"query.{name}", "code": "in_future"}.items() <= refused.json["errors"][
        0
    ].items()
    assert office.request("auditor", "GET", path.format(day=TODAY)).status_code == 200


def test_a_household_is_not_shown_as_of_a_day_to_come(office: Office) -> None:
    id_ = office.household()["household_id"]
    for name in ("as_of", "known_at"):
        answer = office.request("auditor", "GET", f"{H}/{id_}?{name}={TOMORROW}")
        assert answer.json["errors"][0]["code"] == "in_future"


@pytest.mark.parametrize(
    "changed",
    [
        {"effective_on": str(TOMORROW)},
        {"document": {"number": "1/QĐ", "signed_on": str(TOMORROW)}},
        {"members": [{**REGISTER["members"][0], "id_issued_on": str(TOMORROW)}]},
        {"members": [{**REGISTER["members"][0], "birth_year": None, "birth_date": str(TOMORROW)}]},
    ],
)
def test_nothing_of_a_day_to_come_is_recorded(office: Office, changed: dict[str, Any]) -> None:
    answer = office.request("case_worker", "POST", H, {**REGISTER, **changed})
    assert answer.status_code == 422
    assert answer.json["code"] in (
        "effective_in_future",
        "signed_in_future",
        "id_issued_in_future",
        "birth_in_future",
    )


def test_a_paper_of_a_day_to_come_is_refused_at_other_commands_too(office: Office) -> None:
    id_ = office.household()["household_id"]
    body = {**SURVEY, "document": {"number": "1", "signed_on": str(TOMORROW)}}
    answer = office.request("surveyor", "POST", f"{H}/{id_}/surveys", body, version=1)
    assert answer.json["code"] == "signed_in_future"


def test_figures_are_declared_for_no_day_to_come(office: Office) -> None:
    path = f"/api/v1/areas/{HUONG_SO}/population"
    figures = {"households": 10, "persons": 40, "effective_on": str(TODAY)}
    paper = {"number": "1", "signed_on": str(TOMORROW)}
    answer = office.request("province_officer", "POST", path, {**figures, "document": paper})
    assert answer.json["code"] == "declaration_signed_in_future"
