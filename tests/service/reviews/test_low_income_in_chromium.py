"""The pages of a round of low-income workers on a phone, with and without scripts."""

from typing import Any

import pytest

from tests.low_income import BEGUN, FOUND, Workers
from tests.reviews import Autumn
from tests.service.conftest import HUONG_SO, Office
from tests.service.reviews.test_rounds_in_chromium import keep
from tests.service.reviews.villages import on_day


@pytest.fixture(scope="module")
def workers(with_passwords: Office) -> Workers:
    """Two members of a household have asked, and their household is surveyed."""
    workers = Workers(Autumn(with_passwords.services.application, HUONG_SO))
    workers.listed()
    workers.survey()
    on_day(with_passwords, FOUND)
    return workers


@pytest.mark.parametrize("scripts", [True, False])
def test_pages_of_workers_are_read_on_a_phone(
    come: Any, with_passwords: Office, workers: Workers, scripts: bool
) -> None:
    where = f"/ra-soat/{workers.autumn.round_id}"
    officer = come("case_worker", size="phone", scripts=scripts)
    for name, path in {
        "workers-round": where,
        "workers": f"{where}/nguoi-lao-dong",
        "workers-results": f"{where}/ghi-ket-qua",
        "workers-to-sign": f"{where}/ky-nguoi-lao-dong",
        "workers-request": f"{where}/ghi/giay-de-nghi",
    }.items():
        page = officer.go(path)
        keep(page, f"{name}-{scripts}".lower())
        assert page.locator("h1").count() == 1, path
        if scripts:
            assert officer.troubles() == [], path


def test_a_member_is_found_and_asks_on_a_phone(
    come: Any, with_passwords: Office, workers: Workers
) -> None:
    asking = Workers(workers.autumn, "H903", "Gừng", "Hành")
    on_day(with_passwords, FOUND)
    officer = come("case_worker", size="phone")
    page = officer.go(f"/ra-soat/{workers.autumn.round_id}/ghi/giay-de-nghi")
    page.fill("[name='household.q']", "H903")
    page.click("button[name=find]")
    page.check(f"[name=household][value='{asking.household}']")
    page.click("button[name=find]")
    page.select_option("[name=person_id]", str(asking.binh))
    page.fill("[name=effective_on]", f"{BEGUN:%d/%m/%Y}")
    page.click("button.main")
    page.wait_for_selector("text=Đã ghi")
    persons = [one.person_id for one in workers.autumn.now().requests.values()]
    assert asking.binh in persons
