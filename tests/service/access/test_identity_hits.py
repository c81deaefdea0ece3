"""A refusal about a person of a household out of reach says nothing of the person: not who it is,
where, nor what differs. A claim that has ended is treated alike on both sides of the border."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.service.bodies import REGISTER
from tests.service.conftest import AN_HOA, HUONG_SO, Office
from tests.service.readings import lines

H = "/api/v1/households"
HEAD = {"name": "Cao Thị Nhãn", "relation": "head", "sex": "female", "birth_year": 1958}
_taken = iter(range(100, 999))


@pytest.fixture
def number() -> str:
    return f"046158001{next(_taken)}"


@pytest.fixture(scope="module", autouse=True)
def _another_ward(office: Office) -> None:
    for name in ("outside", "outside.too"):
        office.account(name, ("case_worker", AN_HOA))


def household_of(office: Office, number: str, area: str = "19804", by: str = "case_worker") -> Any:
    """A household of two; the second person has the number."""
    second = {"name": "Cao Văn Vải", "relation": "child", "sex": "male", "birth_year": 1985}
    body = {**REGISTER, "area": area, "members": [HEAD, {**second, "id_number": number}]}
    made = office.request(by, "POST", H, body)
    assert made.status_code == 201, made.json
    return made.json


def leaves(office: Office, made: Any, on: str = "2023-02-01") -> None:
    """The second person leaves the household."""
    path = f"{H}/{made['household_id']}/members/{made['persons'][1]}/departure"
    body = {"effective_on": on, "reason": "moved_out"}
    assert office.request("case_worker", "POST", path, body, version=1).status_code == 201


def dissolved(office: Office, made: Any) -> None:
    path = f"{H}/{made['household_id']}/dissolution"
    body = {"effective_on": "2023-02-01", "reason": "moved_away"}
    assert office.request("case_worker", "POST", path, body, version=1).status_code == 201


def registers(office: Office, by: str, **person: Any) -> Any:
    """Registers a household whose second member is described as `person`."""
    area = HUONG_SO if by == "case_worker" else AN_HOA
    second = {"name": "Cao Văn Vải", "relation": "child", **person}
    body = {**REGISTER, "area": area, "effective_on": "2023-06-01", "members": [HEAD, second]}
    return office.request(by, "POST", H, body, key=str(uuid4()))


def joins(office: Office, by: str, **person: Any) -> Any:
    """Adds `person` to a household of the account's own ward."""
    own = household_of(office, "", by=by, area="19804" if by == "case_worker" else AN_HOA)
    member = {"name": "Cao Văn Vải", "relation": "child", **person}
    body = {"effective_on": "2023-06-01", "reason": "moved_in", "member": member}
    path = f"{H}/{own['household_id']}/members"
    return office.request(by, "POST", path, body, version=1, key=str(uuid4()))


def corrects(office: Office, by: str, **person: Any) -> Any:
    """Corrects the number of a member of a household of the account's own ward."""
    own = household_of(office, "", by=by, area="19804" if by == "case_worker" else AN_HOA)
    body = {
        "effective_on": "2023-06-01", "reason": "error",
        "correction": {"id_number": person["id_number"]},
    }  # fmt: skip
    path = f"{H}/{own['household_id']}/members/{own['persons'][1]}/corrections"
    return office.request(by, "POST", path, body, version=1, key=str(uuid4()))


@pytest.mark.parametrize("act", [registers, joins, corrects])
def test_a_number_of_somebody_outside_says_nothing_of_the_person_at_any_door(
    office: Office, number: str, act: Any
) -> None:
    made = household_of(office, number)
    refused = act(office, "outside", id_number=number)
    assert refused.status_code == 409
    assert refused.json["values"].keys() <= {"member"}
    assert "Nhãn" not in refused.text
    for id_ in (made["household_id"], *made["persons"], HUONG_SO, "19804"):
        assert id_ not in refused.text
    assert lines(office, "outside")[-1] == ("identity", UUID(made["household_id"]), HUONG_SO)
    inside = act(office, "case_worker", id_number=number)
    assert inside.status_code == 409
    assert "household_id" in inside.json["values"] or "person_id" in inside.json["values"]


@pytest.mark.parametrize("act", [registers, joins])
@pytest.mark.parametrize("differing", [{"sex": "female"}, {"birth_year": 1990}])
@pytest.mark.parametrize("ended", [leaves, dissolved])
def test_in_what_a_person_outside_differs_is_not_said(
    office: Office, number: str, act: Any, differing: Any, ended: Any
) -> None:
    made = household_of(office, number)
    ended(office, made)
    inside = act(office, "case_worker", id_number=number, **differing)
    assert inside.json["code"] == "identity_number_taken"
    assert inside.json["values"]["differs"] == next(iter(differing))
    before = len(lines(office, "outside.too"))
    refused = act(office, "outside.too", id_number=number, **differing)
    assert (refused.status_code, refused.json["code"]) == (409, "identity_number_taken")
    assert refused.json["values"].keys() <= {"member"}
    assert next(iter(differing)) not in refused.text
    line = ("identity", UUID(made["household_id"]), HUONG_SO)
    assert lines(office, "outside.too")[before:] == [line]


@pytest.mark.parametrize("act", [registers, joins])
@pytest.mark.parametrize("ended", [leaves, dissolved])
@pytest.mark.parametrize("by", ["case_worker", "outside"])
def test_whoever_has_left_can_come_whether_by_id_or_by_number(
    office: Office, number: str, act: Any, ended: Any, by: str
) -> None:
    for named in ("person_id", "id_number"):
        made = household_of(office, number)
        ended(office, made)
        given = {"person_id": made["persons"][1]} if named == "person_id" else {}
        done = act(office, by, **given, **({} if given else {"id_number": number}))
        assert done.status_code == 201, done.json
        assert made["persons"][1] in done.json["persons"]
        number = f"046158001{next(_taken)}"


@pytest.mark.parametrize("act", [registers, joins])
def test_whoever_leaves_later_than_the_day_asked_is_still_elsewhere(
    office: Office, number: str, act: Any
) -> None:
    made = household_of(office, number)
    leaves(office, made, on="2023-07-01")
    for given in ({"person_id": made["persons"][1]}, {"id_number": number}):
        refused = act(office, "outside", **given)
        assert (refused.status_code, refused.json["code"]) == (409, "person_in_another_household")
        assert refused.json["values"].keys() == {"member"}
        inside = act(office, "case_worker", **given)
        assert inside.json["values"]["household_id"] == made["household_id"]


@pytest.mark.parametrize(("act", "member"), [(registers, 1), (joins, 0)])
def test_a_person_of_another_household_and_one_that_does_not_exist_are_refused_alike(
    office: Office, number: str, act: Any, member: int
) -> None:
    made = household_of(office, number)
    there = act(office, "outside", person_id=made["persons"][1])
    nowhere = act(office, "outside", person_id=str(uuid4()))
    for refused in (there, nowhere):
        assert (refused.status_code, refused.json["code"]) == (409, "person_in_another_household")
        assert refused.json["values"] == {"member": member}
    assert {**there.json, "request_id": ""} == {**nowhere.json, "request_id": ""}
    assert lines(office, "outside")[-1] == ("identity", UUID(made["household_id"]), HUONG_SO)
    inside = act(office, "case_worker", person_id=made["persons"][1])
    assert inside.json["values"]["household_id"] == made["household_id"]


def test_a_head_and_village_recorded_by_a_household_that_moved_away_names_no_household(
    office: Office,
) -> None:
    office.alike = True
    body = {**REGISTER, "village": "Xóm Dừa", "members": [{**HEAD, "name": "Cao Thị Dừa"}]}
    made = office.request("case_worker", "POST", H, body).json
    move = {"effective_on": "2023-04-01", "area": AN_HOA, "village": "Tổ một"}
    one = f"{H}/{made['household_id']}"
    assert office.request("case_worker", "POST", f"{one}/moves", move, version=1).status_code == 201
    again = office.request("case_worker", "POST", H, {**body, "effective_on": "2023-05-01"})
    assert made["household_id"] not in again.text
