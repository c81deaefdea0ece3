"""A grant that is entered on a household in words: refused by the rules of the benefit that the
words name, or recorded with a warning that nothing was checked."""

from typing import Any

import pytest

from tests.service.conftest import Office
from tests.service.households.poor_household import filled
from tests.service.persons import Person
from tests.service.support.programmes_and_lines import listed, load

GRANT: dict[str, Any] = {
    "effective_on": "2023-02-01", "programme": "QĐ 12 của phường",
    "benefit": "HỖ TRỢ TIỀN ĐIỆN hộ nghèo", "amount": 165_000, "period_from": "2023-01-01",
    "period_until": "2023-03-31", "source": "local", "funding_year": 2023,
}  # fmt: skip
TYPED = {
    **GRANT, "effective_on": "01/02/2023", "period_from": "01/01/2023",
    "period_until": "31/03/2023", "funding_year": "2023", "amount": "165.000",
}  # fmt: skip
RICE = {"programme": "Tết Quý Mão", "benefit": "gạo"}


@pytest.fixture
def loaded(with_passwords: Office) -> Office:
    load(with_passwords)
    return with_passwords


def home(office: Office, *, poor: bool) -> str:
    id_ = str(office.household()["household_id"])
    if poor:
        listed(office, id_)
    office.nudge.catch_up()
    return id_


def by_api(office: Office, household: str, **other: Any) -> Any:
    path, body = f"/api/v1/households/{household}/support", {**GRANT, **other}
    version = int(
        office.request("case_worker", "GET", f"/api/v1/households/{household}")
        .headers["ETag"].strip('"')
    )  # fmt: skip
    return office.request("case_worker", "POST", path, body, version=version)


def by_form(person: Any, household: str, **other: str) -> Any:
    worker: Person = person("case_worker")
    at = f"/ho/{household}/ghi/ho-tro"
    values = filled(worker.text(at), **{**TYPED, **other})
    return worker, worker.client.post(at, data=values, headers={"Accept": "text/html"})


@pytest.mark.parametrize("words", [{}, {"programme": "policies", "benefit": "electricity"}])
def test_the_api_refuses_a_class_that_does_not_qualify(
    loaded: Office, words: dict[str, str]
) -> None:
    household = home(loaded, poor=False)
    answer = by_api(loaded, household, **words)
    assert (answer.status_code, answer.json["code"]) == (409, "does_not_qualify")
    shown = loaded.request("case_worker", "GET", f"/api/v1/households/{household}").json
    assert shown["support"] == []


def test_the_api_says_what_was_checked_and_what_was_not(loaded: Office) -> None:
    household = home(loaded, poor=True)
    assert by_api(loaded, household).json["notes"] == []
    assert by_api(loaded, household, **RICE).json["notes"] == ["benefit_not_found"]


def test_the_form_shows_a_refusal_beside_the_benefit_and_keeps_what_was_typed(
    person: Any, loaded: Office
) -> None:
    _worker, answer = by_form(person, home(loaded, poor=False))
    assert answer.status_code == 409
    assert 'id="e-benefit"' in answer.text
    assert "không thuộc đối tượng" in answer.text
    assert "QĐ 12 của phường" in answer.text


def test_the_page_says_that_a_grant_in_other_words_was_not_checked(
    person: Any, loaded: Office
) -> None:
    worker, answer = by_form(person, home(loaded, poor=False), **RICE)
    assert answer.status_code == 303, answer.text
    page = worker.text(answer.headers["Location"].partition("#")[0])
    assert "Chưa kiểm tra đối tượng và mức hỗ trợ" in page
    worker, answer = by_form(person, home(loaded, poor=True))
    assert answer.status_code == 303, answer.text
    assert "Chưa kiểm tra" not in worker.text(answer.headers["Location"].partition("#")[0])
