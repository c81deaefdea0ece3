"""The pages walked in Chromium: while typing, without scripts, by keyboard, in English."""

from typing import Any

import pytest

from tests.service.conftest import Office
from tests.service.households.poor_household import poor
from tests.service.ui.browser import on_every_screen


@pytest.fixture(scope="module", autouse=True)
def _households(with_passwords: Office) -> None:
    poor(with_passwords)


def test_the_list_follows_what_is_typed(come: Any, with_passwords: Office) -> None:
    person = {"name": "Nguyễn Thị Dừa", "relation": "head", "sex": "female", "birth_year": 1950}
    with_passwords.household(members=[person])
    page = come("case_worker").go("/ho")
    page.fill("#f-q", "nguyen thi dua")
    page.locator("#found tbody tr:only-child th:has-text('Nguyễn Thị Dừa')").wait_for()
    assert "Nguyễn Thị Dừa" in page.inner_text("#found")
    assert "nguyen" not in page.url  # three letters may stand in any token
    page.fill("#f-q", "khong co ai ten nay")
    page.locator("#found .empty").wait_for()


@on_every_screen
def test_without_scripts_an_officer_signs_in_reads_figures_and_finds_a_household(
    come: Any, with_passwords: Office, size: str
) -> None:
    worker = come("case_worker", size=size, scripts=False)
    page = worker.go("/dia-ban")
    assert "/dia-ban/" in page.url
    page.click("dl.cards .big a >> nth=0")
    page.wait_for_url("**/ho?*class=poor*")
    page.fill("#f-q", "buoi")
    page.click("#list-form button.main")
    assert page.locator("#found tbody tr").count() >= 1
    page.click("#found tbody th a >> nth=0")
    page.wait_for_url("**/ho/*-*")
    assert worker.fits()


def test_the_first_key_reaches_the_content_and_the_menu_closes_by_escape(come: Any) -> None:
    page = come("case_worker").go("/ho")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.focus("details.menu summary")
    page.keyboard.press("Enter")
    assert page.locator(".menu-sheet").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".menu-sheet").is_visible()


def test_the_whole_page_reads_english_for_whoever_chose_it(come: Any) -> None:
    page = come("case_worker").go("/ho")
    page.click("button[name=language][value=en]")
    page.locator("html[lang=en]").wait_for()
    assert page.inner_text("h1") == "Households"
