"""The API withdraws entries made by error; who may record an entry may withdraw it."""

from typing import Any

import pytest

from tests.service.bodies import DECISION, SUPPORT, SURVEY
from tests.service.conftest import AN_HOA, Office

H = "/api/v1/households"
WHY = {"reason": "Ghi nhầm sang hộ này"}
PAPER = {"number": "15/QĐ-UBND", "signed_on": "2022-12-20", "signer": "Chủ tịch"}


def poor(office: Office) -> str:
    """A household surveyed, found poor and given a cow: entries 2, 3 and 4."""
    one = f"{H}/{office.household()['household_id']}"
    survey = office.request("surveyor", "POST", f"{one}/surveys", SURVEY, version=1).json["created"]
    body = {**DECISION, "survey_id": survey}
    done = office.request("chairman", "POST", f"{one}/classifications", body, version=2)
    assert done.status_code == 201, done.json
    assert office.request("case_worker", "POST", f"{one}/support", SUPPORT, version=3).json["seq"]
    return one


def withdraw(office: Office, one: str, what: str, entry: int, **how: Any) -> Any:
    """Withdrawn by the chairman on a paper, or as said otherwise."""
    given = {"by": "chairman", "body": {**WHY, "document": PAPER}, "version": 4, **how}
    by, body = given.pop("by"), given.pop("body")
    return office.request(by, "POST", f"{one}/{what}/{entry}/withdrawal", body, **given)


def test_a_decision_is_withdrawn_and_the_answer_shows_the_household_without_it(
    office: Office,
) -> None:
    one = poor(office)
    done = withdraw(office, one, "classifications", 3)
    assert done.status_code == 201, done.json
    assert done.headers["ETag"] == '"5"'
    assert done.json["household"]["class"] == ""
    assert done.json["household"]["standings"] == []
    after = withdraw(office, one, "surveys", 2, by="surveyor", body=WHY, version=5)
    assert after.status_code == 201, after.json
    assert after.json["household"]["surveys"] == []


def test_the_history_says_what_was_withdrawn_by_what_and_when(office: Office) -> None:
    one = poor(office)
    withdraw(office, one, "classifications", 3)
    items = office.request("auditor", "GET", f"{one}/history").json["items"]
    assert [item["type"] for item in items] == [
        "household.registered", "household.surveyed", "household.classified",
        "household.support_granted", "household.classification_withdrawn",
    ]  # fmt: skip
    decision, withdrawal = items[2], items[4]
    assert (decision["withdrawn_by"], decision["withdraws"]) == (5, None)
    assert decision["withdrawn_at"] == withdrawal["recorded_at"]
    assert (withdrawal["withdraws"], withdrawal["withdrawn_by"]) == (3, None)
    assert withdrawal["effective_on"] == decision["effective_on"]
    assert withdrawal["actor"]["account"] == "chairman"
    assert withdrawal["document"]["number"] == "15/QĐ-UBND"
    only = office.request(
        "auditor", "GET", f"{one}/history?type=household.classification_withdrawn"
    ).json["items"]
    assert [item["version"] for item in only] == [5]


def test_a_repeat_answers_as_the_first_did_and_another_try_is_refused(office: Office) -> None:
    one = poor(office)
    first = withdraw(office, one, "classifications", 3, key="k-withdraw")
    again = withdraw(office, one, "classifications", 3, key="k-withdraw")
    assert (again.json["version"], again.json["repeated"]) == (first.json["version"], True)
    stale = withdraw(office, one, "classifications", 3)
    assert (stale.status_code, stale.json["code"]) == (412, "stale_version")
    refused = withdraw(office, one, "classifications", 3, version=5)
    assert (refused.status_code, refused.json["code"]) == (409, "already_withdrawn")
    assert refused.json["values"] == {"entry": 3, "withdrawn_by": 5}
    unread = withdraw(office, one, "support", 4, by="case_worker", body=WHY, version=None)
    assert unread.status_code == 428


@pytest.mark.parametrize(
    ("what", "entry", "by", "body", "status", "code"),
    [
        ("classifications", 3, "case_worker", None, 403, "not_allowed"),
        ("classifications", 3, "surveyor", None, 403, "not_allowed"),
        ("surveys", 2, "chairman", WHY, 403, "not_allowed"),
        ("support", 4, "chairman", WHY, 403, "not_allowed"),
        ("classifications", 3, "far.chairman", None, 404, "not_found"),
        ("classifications", 3, "chairman", WHY, 422, "fields_refused"),
        ("classifications", 3, "chairman", {"document": PAPER}, 422, "fields_refused"),
        ("support", 4, "case_worker", {"reason": ""}, 422, "fields_refused"),
        ("support", 4, "case_worker", {"reason": " \u200b "}, 422, None),
        ("support", 4, "case_worker", {**WHY, "effective_on": "2022-12-01"}, 422, "fields_refused"),
        ("surveys", 2, "surveyor", WHY, 409, "decision_rests_on_survey"),
        ("support", 3, "case_worker", WHY, 422, "entry_of_another_kind"),
        ("plan", 1, "case_worker", WHY, 409, "entry_not_withdrawable"),
        ("support", 99, "case_worker", WHY, 404, "entry_unknown"),
        ("support", 0, "case_worker", WHY, 404, "not_found"),
        ("support", "9" * 5000, "case_worker", WHY, 404, "not_found"),
        ("support", -1, "case_worker", WHY, 404, "not_found"),
        ("members", 1, "case_worker", WHY, 404, "not_found"),
    ],
)
def test_what_cannot_be_withdrawn_is_refused_by_name(
    office: Office, what: str, entry: Any, by: str, body: Any, status: int, code: str | None
) -> None:
    one = poor(office)
    how = {} if body is None else {"body": body}
    answer = withdraw(office, one, what, entry, by=by, **how)
    assert answer.status_code == status, answer.json
    assert code is None or answer.json["code"] == code
    version = office.request("auditor", "GET", one).json["version"]
    assert version == 4


def split_with_class(office: Office, **changed: Any) -> tuple[str, str]:
    """A poor household and the one that split off with its class; the ids of both."""
    made = office.household(village="Xóm Tách")
    one = f"{H}/{made['household_id']}"
    body = {**DECISION, "class": "poor"}
    assert office.request("chairman", "POST", f"{one}/classifications", body, version=1).json["seq"]
    split = {
        "effective_on": "2023-04-01", "village": "Xóm Mới", "keep_class": True, "number": "",
        "persons": [{"person_id": made["persons"][1], "relation": "head"}],
        "document": {"number": "55/QĐ-UBND", "signed_on": "2023-04-01"}, **changed,
    }  # fmt: skip
    done = office.request("case_worker", "POST", f"{one}/split", split, version=2)
    assert done.status_code == 201, done.json
    return made["household_id"], done.json["created"]


def test_withdrawing_a_decision_names_the_household_that_took_its_class_along(
    office: Office,
) -> None:
    source, new = split_with_class(office)
    path = f"{H}/{source}/classifications/2/withdrawal"
    body = {"reason": "Ghi nhầm hộ", "document": {"number": "9/QĐ", "signed_on": "2023-12-01"}}
    done = office.request("chairman", "POST", path, body, version=3)
    assert (done.status_code, done.json["notes"]) == (201, [f"carried_over/{new}/2"])
    assert office.request("chairman", "GET", f"{H}/{new}").json["class"] == "poor"
    there = f"{H}/{new}/classifications/2/withdrawal"
    done = office.request("chairman", "POST", there, body, version=2)
    assert (done.status_code, done.json["notes"]) == (201, [])
    assert office.request("chairman", "GET", f"{H}/{new}").json["class"] == ""


def test_only_classes_that_rest_on_the_decision_are_named_and_none_outside(office: Office) -> None:
    source, new = split_with_class(office)
    later = {**DECISION, "effective_on": "2023-06-01", "class": "near_poor",
             "document": {"number": "77/QĐ-UBND", "signed_on": "2023-06-01"}}  # fmt: skip
    one = f"{H}/{source}"
    assert office.request("chairman", "POST", f"{one}/classifications", later, version=3).json[
        "seq"
    ]
    move = {"effective_on": "2023-07-01", "area": AN_HOA, "village": "Tổ một"}
    moved = office.request("case_worker", "POST", f"{H}/{new}/moves", move, version=2)
    assert moved.status_code == 201
    body = {"reason": "Ghi nhầm hộ", "document": {"number": "9/QĐ", "signed_on": "2023-12-01"}}
    version = office.request("chairman", "GET", one).json["version"]
    path = f"{one}/classifications/4/withdrawal"
    done = office.request("chairman", "POST", path, body, version=version)
    assert (done.status_code, done.json["notes"]) == (201, [])
    path = f"{one}/classifications/2/withdrawal"
    done = office.request("chairman", "POST", path, body, version=done.json["version"])
    assert (done.status_code, done.json["notes"]) == (201, ["carried_over/elsewhere"])
    assert new not in str(done.json["notes"])
