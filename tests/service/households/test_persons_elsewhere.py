"""An id of a person in a household out of reach is refused as one that does not exist."""

from typing import Any
from uuid import uuid4

from tests.service.bodies import REGISTER
from tests.service.conftest import Office

H = "/api/v1/households"


def naming(person_id: str, relation: str) -> dict[str, Any]:
    """A registration in the other ward whose second member is said to be known already."""
    members = [
        {"name": "Cao Thị Ổi", "relation": relation},
        {"name": "Cao Văn Mít", "relation": "child", "person_id": person_id},
    ]
    return {**REGISTER, "area": "18085", "number": "", "members": members}


def test_who_is_elsewhere_and_who_is_nobody_get_one_answer_that_names_the_member(
    office: Office,
) -> None:
    elsewhere = office.household()["persons"][0]
    answers = []
    # That the head is missing is not said before: it would tell the two apart.
    for relation in ("head", "other"):
        for person in (elsewhere, str(uuid4())):
            body = naming(person, relation)
            answer = office.request("far.case_worker", "POST", H, body, key=str(uuid4()))
            answers.append((answer.status_code, answer.json["code"], answer.json["values"]))
    assert answers == [(409, "person_in_another_household", {"member": 1})] * 4
