"""The life of one household through the routes, and what makes a change safe."""

from typing import Any

import pytest

from tests.service.bodies import DECISION, REGISTER, SUPPORT, SURVEY
from tests.service.conftest import Office

H = "/api/v1/households"


def test_a_household_is_registered_surveyed_classified_supported_and_leaves(
    office: Office,
) -> None:
    registered = office.household(number="HS-1")
    one = f"{H}/{registered['household_id']}"
    assert registered["version"] == 1
    assert registered["status"] == "visible"
    assert registered["household"]["area_name"] == "Phường Hương Sơ"
    assert [m["name"] for m in registered["household"]["members"]] == ["Hồ Thị Bưởi", "Hồ Văn Cam"]

    surveyed = office.request("surveyor", "POST", f"{one}/surveys", SURVEY, version=1)
    assert surveyed.status_code == 201, surveyed.json
    assert surveyed.headers["ETag"] == '"2"'

    body = {**DECISION, "survey_id": surveyed.json["created"]}
    decided = office.request("chairman", "POST", f"{one}/classifications", body, version=2)
    assert decided.status_code == 201, decided.json
    assert decided.json["household"]["class"] == "poor"

    granted = office.request("case_worker", "POST", f"{one}/support", SUPPORT, version=3)
    assert granted.status_code == 201, granted.json

    leaving = {
        **DECISION,
        "effective_on": "2023-12-01",
        "document": {**DECISION["document"], "signed_on": "2023-12-01"},
        "class": "average",
        "figures": {"area_type": "urban", "income": 2_500_000, "deprived_count": 1},
    }
    left = office.request("chairman", "POST", f"{one}/exits", leaving, version=4)
    assert left.status_code == 201, left.json
    assert left.json["household"]["newly_escaped_until"] == "2026-12-01"


def test_a_repeat_answers_as_the_first_did_and_records_nothing(office: Office) -> None:
    first = office.request("case_worker", "POST", H, REGISTER, key="k-register")
    again = office.request("case_worker", "POST", H, REGISTER, key="k-register")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["repeated"] is True
    same = {name: again.json[name] for name in ("household_id", "version", "seq", "persons")}
    assert same.items() <= first.json.items()
    assert again.headers["Idempotency-Key"] == "k-register"


def test_a_repeat_with_its_old_version_is_not_stale(office: Office) -> None:
    one = f"{H}/{office.household()['household_id']}/surveys"
    first = office.request("surveyor", "POST", one, SURVEY, version=1, key="k-survey")
    again = office.request("surveyor", "POST", one, SURVEY, version=1, key="k-survey")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["created"] == first.json["created"]
    assert again.json["version"] == first.json["version"] == 2


def test_the_same_key_for_something_else_is_refused(office: Office) -> None:
    office.request("case_worker", "POST", H, REGISTER, key="k-other")
    other = office.request(
        "case_worker", "POST", H, {**REGISTER, "village": "Tổ dân phố 4"}, key="k-other"
    )
    assert (other.status_code, other.json["code"]) == (409, "command_reused")


def test_the_same_key_of_two_accounts_is_two_commands(office: Office) -> None:
    first = office.request("case_worker", "POST", H, REGISTER, key="k-two")
    second = office.request("surveyor", "POST", H, REGISTER, key="k-two")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["household_id"] != second.json["household_id"]


def test_without_a_key_the_service_names_one_that_can_be_repeated(office: Office) -> None:
    first = office.request("case_worker", "POST", H, REGISTER)
    again = office.request("case_worker", "POST", H, REGISTER, key=first.headers["Idempotency-Key"])
    assert again.json["repeated"] is True
    assert again.json["household_id"] == first.json["household_id"]


@pytest.mark.parametrize("key", ["a b", "ă", "x" * 201])
def test_a_key_is_visible_ascii(office: Office, key: str) -> None:
    answer = office.request("case_worker", "POST", H, REGISTER, key=key)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")


def test_a_change_without_a_version_is_refused(office: Office) -> None:
    one = f"{H}/{office.household()['household_id']}/surveys"
    for headers in ({}, {"If_Match": "*"}):
        answer = office.request("surveyor", "POST", one, SURVEY, **headers)
        assert (answer.status_code, answer.json["code"]) == (428, "version_needed")


@pytest.mark.parametrize("tag", ['"9"', '"0"', "x", '"1', 'W/"9"'])
def test_a_change_of_another_version_is_stale(office: Office, tag: str) -> None:
    one = f"{H}/{office.household()['household_id']}/surveys"
    answer = office.request("surveyor", "POST", one, SURVEY, If_Match=tag)
    assert (answer.status_code, answer.json["code"]) == (412, "stale_version")


def test_a_tag_that_a_proxy_made_weak_is_taken(office: Office) -> None:
    one = f"{H}/{office.household()['household_id']}/surveys"
    assert office.request("surveyor", "POST", one, SURVEY, If_Match='W/"1"').status_code == 201


def test_of_two_who_read_the_same_version_one_is_stale(office: Office) -> None:
    one = f"{H}/{office.household()['household_id']}"
    causes = {"effective_on": "2022-07-01", "causes": ["7"]}
    assert (
        office.request("case_worker", "POST", f"{one}/causes", causes, version=1).status_code == 201
    )
    late = office.request("surveyor", "POST", f"{one}/surveys", SURVEY, version=1)
    assert late.status_code == 412


def test_while_the_workers_sleep_the_answer_is_202_and_the_command_is_recorded(
    office: Office,
) -> None:
    one = f"{H}/{office.household()['household_id']}/surveys"
    office.nudge.awake = False
    answer = office.request("surveyor", "POST", one, SURVEY, version=1, key="k-sleep")
    assert answer.status_code == 202
    assert answer.json["status"] == "still_updating"
    assert answer.json["household"] is None
    assert answer.json["version"] == 2
    office.nudge.awake = True
    again = office.request("surveyor", "POST", one, SURVEY, version=1, key="k-sleep")
    assert (again.status_code, again.json["version"]) == (201, 2)


def test_a_refusal_names_the_values_and_records_nothing(office: Office) -> None:
    said = office.household()
    one = f"{H}/{said['household_id']}/surveys"
    future = {**SURVEY, "effective_on": "2024-01-01"}
    answer = office.request("surveyor", "POST", one, future, version=1, Accept_Language="en")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "survey_in_future"
    assert answer.json["values"]["effective_on"] == "2024-01-01"
    assert answer.json["title"] == "The visit is dated in the future. Enter the day again"
    assert office.request("surveyor", "POST", one, SURVEY, version=1).status_code == 201


def test_whoever_surveyed_a_household_does_not_sign_about_it(office: Office) -> None:
    said = office.household()
    one = f"{H}/{said['household_id']}"
    survey = {**SURVEY, "surveyor": "chairman"}
    surveyed = office.request("surveyor", "POST", f"{one}/surveys", survey, version=1)
    body = {**DECISION, "survey_id": surveyed.json["created"]}
    answer = office.request("chairman", "POST", f"{one}/classifications", body, version=2)
    assert (answer.status_code, answer.json["code"]) == (409, "signer_is_surveyor")


def test_every_wrong_field_is_named_in_the_language_asked_for(office: Office) -> None:
    body: dict[str, Any] = {**REGISTER, "villlage": "x"}
    del body["village"]
    answer = office.request("case_worker", "POST", H, body)
    assert answer.status_code == 422
    named = {(error["field"], error["message"]) for error in answer.json["errors"]}
    assert named == {
        ("body.village", "Bắt buộc nhập. Hãy nhập mục này"),
        ("body.villlage", "Không có mục này. Hãy bỏ mục này"),
    }


def test_an_answer_carries_its_request_id_and_the_security_headers(office: Office) -> None:
    answer = office.request("case_worker", "GET", "/api/v1/me", X_Request_Id="abc-12345")
    assert answer.headers["X-Request-Id"] == "abc-12345"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    forged = office.request("case_worker", "GET", "/api/v1/me", X_Request_Id="a b\tc")
    assert forged.headers["X-Request-Id"] != "a b\tc"
