"""The forms say nothing of a person of a household out of reach, as the API does not."""

from typing import Any
from uuid import UUID, uuid4

from tests.service.bodies import REGISTER
from tests.service.conftest import HUONG_SO, THACH_LINH, Office
from tests.service.households.poor_household import H, filled
from tests.service.persons import Person
from tests.service.readings import lines

FAR = "far.case_worker"


def gone(office: Office, number: str) -> dict[str, Any]:
    """A household of Hương Sơ that a man with this number has left."""
    man = {"name": "Cao Văn Vải", "relation": "child", "sex": "male", "birth_year": 1985}
    head = {"name": "Cao Thị Nhãn", "relation": "head"}
    made = office.household(members=[head, {**man, "id_number": number}])
    path = f"{H}/{made['household_id']}/members/{made['persons'][1]}/departure"
    body = {"effective_on": "2023-02-01", "reason": "moved_out"}
    assert office.request("case_worker", "POST", path, body, version=1).status_code == 201
    return made


def own(office: Office) -> dict[str, Any]:
    members = [{"name": "Cao Thị Ổi", "relation": "head"}, {"name": "Lê Mít", "relation": "child"}]
    body = {**REGISTER, "area": THACH_LINH, "members": members}
    made: dict[str, Any] = office.request(FAR, "POST", H, body, key=str(uuid4())).json
    return made


def test_no_form_tells_in_what_a_person_outside_differs(
    with_passwords: Office, person: Any
) -> None:
    office = with_passwords
    made, mine = gone(office, "046085001001"), own(office)
    worker: Person = person(FAR)
    at = f"/ho/{mine['household_id']}/ghi"
    woman = {"name": "Cao Thị Vải", "sex": "female", "id_number": "046085001001"}
    forms: dict[str, dict[str, str]] = {
        "/ho/moi": {"village": "Tổ một", **_named("members.0", woman)},
        f"{at}/them-nguoi": {"reason": "moved_in", **_named("member", woman)},
        f"{at}/nguoi/{mine['persons'][1]}/sua": {"correction.id_number": woman["id_number"]},
    }
    for path, typed in forms.items():
        before = len(lines(office, FAR))
        values = {**filled(worker.text(path)), **typed, "effective_on": "1/6/2023"}
        refused = worker.client.post(path, data=values, headers={"Accept": "text/html"})
        assert refused.status_code == 409, path
        for word in ("Nhãn", made["household_id"], made["persons"][1], "Hương Sơ", "differs"):
            assert word not in refused.text, (path, word)
        assert ("identity", UUID(made["household_id"]), HUONG_SO) in lines(office, FAR)[before:]


def test_a_household_outside_cannot_be_merged_into_and_looks_like_none(
    with_passwords: Office, person: Any
) -> None:
    office = with_passwords
    made, mine = gone(office, "046085001002"), own(office)
    said = []
    for into in (made["household_id"], str(uuid4())):
        body = {
            "effective_on": "2023-06-01", "into": into,
            "persons": [{"person_id": one, "relation": "other"} for one in mine["persons"]],
        }  # fmt: skip
        path = f"{H}/{mine['household_id']}/merge"
        answer = office.request(FAR, "POST", path, body, version=1, key=str(uuid4()))
        said.append((answer.status_code, answer.json["code"], answer.json["values"]))
    assert said == [(404, "not_found", {})] * 2
    worker: Person = person(FAR)
    found = worker.text(f"/ho/{mine['household_id']}/ghi/nhap-ho?q=046085001002")
    assert "Nhãn" not in found


def _named(at: str, values: dict[str, str]) -> dict[str, str]:
    return {f"{at}.{name}": value for name, value in values.items()}
