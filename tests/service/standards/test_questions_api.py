"""The questions of form B are read, and answers are recorded in place of deprivations."""

from typing import Any

import pytest

from tests.domain.standards.test_questions import WELL
from tests.service.conftest import Office

BY_ANSWERS: dict[str, Any] = {
    "effective_on": "2022-09-15",
    "form": "B/TT07-2021",
    "area_type": "urban",
    "income": 1_200_000,
    "answers": {**WELL, "toilet": "none", "uninsured_members": 1},
}


def record(office: Office, **changed: Any) -> Any:
    household = office.household()["household_id"]
    path = f"/api/v1/households/{household}/surveys"
    return office.request("surveyor", "POST", path, {**BY_ANSWERS, **changed}, version=1)


def test_each_indicator_comes_with_its_definition_and_its_questions(office: Office) -> None:
    body = office.request("surveyor", "GET", "/api/v1/questions?on=2026-11-27").json
    assert (body["standard"], body["form"], body["missing"]) == ("2022-2026", "B/TT07-2021", "")
    insurance = next(one for one in body["indicators"] if one["code"] == "health_insurance")
    assert insurance["questions"] == ["uninsured_members"]
    assert "từ đủ 6 tuổi" in insurance["deprived_when"]
    latrine = next(one for one in body["questions"] if one["code"] == "toilet")
    assert latrine["certainty"] == "memory"
    assert [one["code"] for one in latrine["choices"]][-1] == "none"


def test_a_standard_without_questions_says_why(office: Office) -> None:
    body = office.request("chairman", "GET", "/api/v1/questions?on=2027-03-01").json
    assert (body["standard"], body["questions"]) == ("2027-2030", [])
    assert body["missing"].startswith("Chưa có bộ câu hỏi")
    english = office.request(
        "chairman", "GET", "/api/v1/questions?on=2027-03-01", Accept_Language="en"
    ).json
    assert english["missing"].startswith("There are no questions yet")


def test_a_day_without_a_standard_is_refused(office: Office) -> None:
    answer = office.request("chairman", "GET", "/api/v1/questions?on=2015-03-01")
    assert (answer.status_code, answer.json["code"]) == (422, "no_standard_in_force")


def test_answers_are_recorded_with_the_deprivations_that_follow(office: Office) -> None:
    answer = record(office)
    assert answer.status_code == 201, answer.json
    (survey,) = answer.json["household"]["surveys"]
    assert survey["deprived"] == ["health_insurance", "latrine"]


@pytest.mark.parametrize(
    ("changed", "code", "values"),
    [
        ({"deprived": ["telecom"]}, "answers_contradict",
         {"indicators": ["health_insurance", "latrine", "telecom"]}),
        ({"answers": {"toilet": "none"}}, "answers_incomplete", None),
        ({"answers": {**WELL, "toilet": "gold"}}, "answer_invalid", {"question": "toilet"}),
        ({"answers": {**WELL, "questions": "2022-2026@1"}}, "questions_unknown", None),
    ],
)  # fmt: skip
def test_answers_that_cannot_stand_are_refused_by_name(
    office: Office, changed: dict[str, Any], code: str, values: dict[str, Any] | None
) -> None:
    answer = record(office, **changed)
    assert (answer.status_code, answer.json["code"]) == (422, code)
    if values is not None:
        assert answer.json["values"] == values
