"""The pages of review rounds as they are shown, on a desk and on a phone."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.reviews import Autumn
from tests.service.conftest import Office
from tests.service.reviews.villages import MIDDLE, SIX, in_the_middle, on_day
from tests.service.ui import browser


def keep(page: Any, name: str) -> None:
    """Keeps a picture where one is asked for."""
    if folder := os.environ.get("SOCAI_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture(scope="module")
def autumn(with_passwords: Office) -> Autumn:
    return in_the_middle(with_passwords)


@pytest.mark.parametrize("size", list(browser.SIZES))
def test_pages_of_a_round_are_read_without_barriers(
    come: Any, with_passwords: Office, autumn: Autumn, size: str
) -> None:
    on_day(with_passwords, MIDDLE)
    where = f"/ra-soat/{autumn.round_id}"
    officer = come("case_worker", size=size)
    for name, path in {
        "worklist": "/viec-can-lam",
        "rounds": "/ra-soat",
        "open": "/ra-soat/mo",
        "round": where,
        "households": f"{where}/ho",
        "steps": f"{where}/ho/{autumn.ids[0]}",
        "villages": f"{where}/hop-dan",
        "meeting": f"{where}/hop-dan?village={SIX}",
        "posting": f"{where}/ghi/niem-yet",
        "grievance": f"{where}/ghi/khieu-nai",
        "to_sign": f"{where}/ky",
    }.items():
        page = officer.go(path)
        keep(page, f"{name}-{size}")
        assert page.locator("h1").count() == 1, path
        assert officer.troubles() == [], path
    surveyor = come("surveyor", size=size)
    keep(surveyor.go("/"), f"surveyor-{size}")
    assert surveyor.troubles() == []
