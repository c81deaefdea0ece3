"""A surveyor who has saved form B is told so on the worklist, and led to the next household."""

from typing import Any

import psycopg
import pytest

from service.access import authentication
from tests.reviews import SURVEYED, Autumn
from tests.service.conftest import AN_HOA, Office
from tests.service.households.poor_household import filled
from tests.service.households.test_survey_form import ANSWERED, at, plain
from tests.service.persons import Person
from tests.service.reviews.villages import SIX, on_day
from tests.service.ui.browser import PASSWORD

WORKLIST = "/viec-can-lam"


@pytest.fixture(scope="module")
def listed(with_passwords: Office) -> Autumn:
    """A round of three households of one village, with a surveyor kept to it."""
    office = with_passwords
    office.account("an.hoa.surveyor", ("surveyor", AN_HOA), villages=(SIX,))
    hashed = authentication.password_hash(PASSWORD)
    with psycopg.connect(office.database.url) as conn:
        conn.execute("update office.accounts set password_hash = %s", [hashed])
    on_day(office, SURVEYED)
    autumn = Autumn(office.services.application, AN_HOA)
    autumn.open()
    for _ in range(3):
        autumn.household("poor", village=SIX)
    autumn.put_on_list()
    on_day(office, SURVEYED)
    return autumn


def save(someone: Person, household: Any) -> Any:
    typed = {**ANSWERED, "effective_on": f"{SURVEYED:%d/%m/%Y}"}
    values = filled(someone.text(at(str(household))), **typed)
    return someone.client.post(at(str(household)), data=values, headers={"Accept": "text/html"})


def in_order(someone: Person) -> list[str]:
    """The households of the worklist, as their links stand."""
    page = someone.text(WORKLIST)
    found = [part.partition("/ghi/phieu-b")[0] for part in page.split('href="/ho/')[1:]]
    return list(dict.fromkeys(one for one in found if len(one) == 36))


def test_a_saved_survey_leads_to_the_next_household_of_the_list(
    person: Any, with_passwords: Office, listed: Autumn
) -> None:
    on_day(with_passwords, SURVEYED)
    surveyor: Person = person("an.hoa.surveyor")
    first, second, third = in_order(surveyor)
    answer = save(surveyor, second)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{WORKLIST}#recorded")
    shown = surveyor.text(WORKLIST)
    notice = shown[shown.index('id="recorded"') :].partition("</section>")[0]
    assert "Đã lưu Phiếu B của hộ" in plain(notice)
    assert f'href="/ho/{second}"' in notice
    assert f'href="/ho/{third}/ghi/phieu-b"' in notice, "the one after it, not the first"
    assert 'id="recorded"' not in surveyor.text(WORKLIST), "it is said once"
    # After the last one it goes on with the one that was passed over.
    assert save(surveyor, third).status_code == 303
    shown = surveyor.text(WORKLIST)
    notice = shown[shown.index('id="recorded"') :].partition("</section>")[0]
    assert f'href="/ho/{first}/ghi/phieu-b"' in notice
    assert save(surveyor, first).status_code == 303
    shown = surveyor.text(WORKLIST)
    assert "Đã thu thập hết các hộ trong danh sách." in plain(shown)
    assert "Thu thập hộ tiếp theo" not in shown


def test_a_household_of_no_round_is_confirmed_too(
    person: Any, with_passwords: Office, listed: Autumn
) -> None:
    one = with_passwords.household()["household_id"]
    on_day(with_passwords, SURVEYED)
    surveyor: Person = person("surveyor")
    answer = save(surveyor, one)
    assert answer.headers["Location"] == f"{WORKLIST}#recorded"
    notice = plain(surveyor.text(WORKLIST))
    assert "Đã lưu Phiếu B." in notice


def test_a_case_worker_goes_on_at_the_household(person: Any, with_passwords: Office) -> None:
    one = with_passwords.household()["household_id"]
    on_day(with_passwords, SURVEYED)
    answer = save(person("case_worker"), one)
    assert answer.headers["Location"].startswith(f"/ho/{one}?recorded=")
