"""A text with a member's name is asked about before it is recorded, and told of at erasure."""

from typing import Any

from tests.service.conftest import Office
from tests.service.households.poor_household import filled
from tests.service.persons import Person

MEMBERS = [
    {"name": "Cù Thị Hành", "relation": "head"},
    {"name": "Cù Văn Tỏi", "relation": "child"},
]


def test_a_form_with_a_members_name_asks_first_and_records_when_confirmed(
    person: Any, with_passwords: Office
) -> None:
    made = with_passwords.household(members=MEMBERS)
    someone: Person = person("case_worker")
    address = f"/ho/{made['household_id']}/ghi/nhu-cau"
    typed = filled(someone.text(address), note="Cù Văn Tỏi cần học nghề", needs=["health"])
    asked = someone.client.post(address, data=typed, headers={"Accept": "text/html"})
    assert asked.status_code == 422
    assert 'id="e-note"' in asked.text
    assert 'name="names_passed"' in asked.text
    assert "Cù Văn Tỏi cần học nghề" in asked.text
    done = someone.client.post(
        address, data={**typed, "names_passed": "1"}, headers={"Accept": "text/html"}
    )
    assert done.status_code == 303

    chairman: Person = person("chairman")
    form = f"/ho/{made['household_id']}/ghi/nguoi/{made['persons'][1]}/xoa-du-lieu"
    page = chairman.text(form)
    assert "các lần ghi số 2" in page
    other = f"/ho/{made['household_id']}/ghi/nguoi/{made['persons'][0]}/xoa-du-lieu"
    assert "lần ghi số" not in chairman.text(other)


def test_the_registration_asks_too(person: Any, with_passwords: Office) -> None:
    someone: Person = person("case_worker")
    given = {
        "effective_on": "01/06/2022",
        "area": "19804@2004-07-08",
        "village": "Tổ dân phố 3",
        "address": "Nhà ông Cù Văn Kiệu",
        "residence": "permanent",
        "members.0.name": "Cù Văn Kiệu",
        "members.0.relation": "head",
    }
    asked = someone.send("/ho/moi", "/ho/moi", **given)
    assert asked.status_code == 422
    assert 'name="names_passed"' in asked.text
    done = someone.send("/ho/moi", "/ho/moi", names_passed="1", **given)
    assert done.status_code == 303
