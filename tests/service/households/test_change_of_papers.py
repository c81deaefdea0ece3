"""A CMND becomes a CCCD: recorded as a fact at its own form and path, found by both numbers."""

from typing import Any
from uuid import UUID

import pytest

from tests.service.conftest import HUONG_SO, THACH_LINH, Office
from tests.service.households.poor_household import H, filled
from tests.service.persons import Person
from tests.service.readings import lines

_next = iter(range(100, 999))


@pytest.fixture
def made(with_passwords: Office) -> dict[str, Any]:
    """A household; `cmnd` is the number of the head, `cccd` one that nobody has."""
    at = next(_next)
    head = {"name": "Phạm Thị Na", "relation": "head", "sex": "female", "birth_year": 1961}
    son = {"name": "Phạm Văn Ổi", "relation": "child", "sex": "male", "birth_year": 1990}
    numbers = {"cmnd": f"190234{at}", "cccd": f"046161002{at}"}
    members = [{**head, "id_number": numbers["cmnd"]}, son]
    return {**with_passwords.household(members=members), **numbers}


def change(office: Office, made: Any, number: str, by: str = "case_worker", **changed: Any) -> Any:
    who, version = made["persons"][changed.pop("who", 0)], changed.pop("version", 1)
    body = {"effective_on": "2023-03-01", "id_number": number, "reason": "issued", **changed}
    path = f"{H}/{made['household_id']}/members/{who}/papers"
    return office.request(by, "POST", path, body, version=version)


def found(office: Office, number: str) -> list[str]:
    answer = office.request("case_worker", "POST", "/api/v1/searches", {"text": number})
    return [one["household_id"] for one in answer.json["items"]]


def test_a_new_number_is_a_fact_and_the_former_one_still_finds_the_person(
    with_passwords: Office, made: Any
) -> None:
    done = change(with_passwords, made, made["cccd"])
    assert (done.status_code, done.json["version"]) == (201, 2)
    history = with_passwords.request("auditor", "GET", f"{H}/{made['household_id']}/history").json
    last = history["items"][-1]
    assert last["type"] == "household.papers_changed"
    assert last["effective_on"] == "2023-03-01"
    assert "được cấp giấy tờ mới" in last["sentence"]
    assert found(with_passwords, made["cccd"]) == [made["household_id"]]
    # The former number stays the person's: somebody else cannot have it.
    again = with_passwords.request(
        "case_worker", "POST", H,
        {"effective_on": "2023-04-01", "area": HUONG_SO, "village": "Tổ một",
         "members": [{"name": "Phạm Thị Na", "relation": "head", "id_number": made["cmnd"]}]},
    )  # fmt: skip
    assert again.json["code"] == "person_in_another_household"
    assert again.json["values"]["person_id"] == made["persons"][0]


def test_what_is_no_change_of_papers_is_refused_by_name(with_passwords: Office, made: Any) -> None:
    refused = {
        "fields_refused": change(with_passwords, made, ""),
        "identity_number_malformed": change(with_passwords, made, "04616100"),
        "effective_in_future": change(
            with_passwords, made, made["cccd"], effective_on="2031-01-01"
        ),
        "before_registration": change(
            with_passwords, made, made["cccd"], effective_on="2022-05-01"
        ),
    }
    assert {code: answer.json["code"] for code, answer in refused.items()} == {
        code: code for code in refused
    }
    assert change(with_passwords, made, made["cccd"], reason="error").status_code == 422
    assert change(with_passwords, made, made["cccd"]).status_code == 201
    back = change(with_passwords, made, made["cmnd"], version=2, effective_on="2023-04-01")
    assert (back.status_code, back.json["code"]) == (422, "paper_outdated")
    same = change(with_passwords, made, made["cccd"], version=2, effective_on="2023-04-01")
    assert (same.status_code, same.json["version"]) == (201, 2)


def test_a_number_of_somebody_else_is_refused_and_elsewhere_says_no_more(
    with_passwords: Office, made: Any
) -> None:
    office = with_passwords
    taken = change(office, made, made["cmnd"], who=1)
    assert (taken.status_code, taken.json["code"]) == (409, "identity_number_taken")
    assert taken.json["values"]["person_id"] == made["persons"][0]
    body = {"effective_on": "2022-06-01", "area": THACH_LINH, "village": "Tổ một",
            "members": [{"name": "Đinh Thị Chuối", "relation": "head"}]}  # fmt: skip
    far = office.request("far.case_worker", "POST", H, body).json
    refused = change(office, far, made["cmnd"], by="far.case_worker")
    assert (refused.json["code"], refused.json["values"]) == ("identity_number_taken", {})
    line = ("identity", UUID(made["household_id"]), HUONG_SO)
    assert line in lines(office, "far.case_worker")


def test_a_cmnd_that_became_a_cccd_is_no_correction(with_passwords: Office, made: Any) -> None:
    path = f"{H}/{made['household_id']}/members/{made['persons'][0]}/corrections"
    body = {"effective_on": "2022-06-01", "reason": "papers",
            "correction": {"id_number": made["cccd"]}}  # fmt: skip
    refused = with_passwords.request("case_worker", "POST", path, body, version=1)
    assert (refused.status_code, refused.json["code"]) == (422, "change_of_papers")
    body["reason"] = "error"
    done = with_passwords.request("case_worker", "POST", path, body, version=1)
    assert done.status_code == 201


def test_the_form_beside_the_person_records_it(
    with_passwords: Office, person: Any, made: Any
) -> None:
    worker: Person = person("case_worker")
    assert 'data-form="papers"' in worker.text(f"/ho/{made['household_id']}")
    path = f"/ho/{made['household_id']}/ghi/nguoi/{made['persons'][0]}/giay-to"
    shown = worker.text(path)
    assert made["cmnd"] in shown
    assert "Được cấp giấy tờ mới" in shown
    typed = {"id_number": made["cmnd"][:5], "effective_on": "1/3/2023"}
    values = {**filled(shown), **typed}
    refused = worker.client.post(path, data=values, headers={"Accept": "text/html"})
    assert refused.status_code == 422
    assert 'id="refusal"' in refused.text
    values = {**filled(refused.text), **typed, "id_number": made["cccd"]}
    done = worker.client.post(path, data=values, headers={"Accept": "text/html"})
    assert done.status_code == 303
    page = worker.text(f"/ho/{made['household_id']}")
    assert made["cccd"] in page
    assert "có giấy tờ tùy thân mới" in page
