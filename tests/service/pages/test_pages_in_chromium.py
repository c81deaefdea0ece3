"""The pages walked in Chromium, on desktop and phone, by keyboard, and looked at by axe."""

from typing import Any

import pytest

from tests.service.conftest import HUONG_SO, Office
from tests.service.pages.browser import seriously
from tests.service.pages.households import poor

SIZES = ("desk", "phone")
PAGES = {
    "case_worker": (f"/dia-ban/{HUONG_SO}?since=31/12/2021", "/ho", "/nhap-danh-sach", "/tro-giup"),
    "administrator": ("/van-hanh", "/tai-khoan", "/tai-khoan/auditor", "/tai-khoan/cua-toi"),
    "inspector": ("/quyet-dinh-lai", "/ho?class=poor"),
}
HEAVIEST = 100_000  # bytes


@pytest.fixture(scope="module", autouse=True)
def _households(with_passwords: Office) -> None:
    poor(with_passwords)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("role", list(PAGES))
def test_axe_finds_nothing_serious_and_everything_fits(
    come: Any, role: str, size: str, dark: bool
) -> None:
    visitor = come(role, size=size)
    if dark:
        visitor.page.emulate_media(color_scheme="dark")
    household = "/ho/" if role == "case_worker" else ""
    for path in (*PAGES[role], *([household] if household else [])):
        if path == "/ho/":
            page = visitor.go("/ho")
            page.click("tbody th a >> nth=0")
            page.wait_for_url("**/ho/*-*")
        else:
            page = visitor.go(path)
        assert visitor.fits(), path
        assert seriously(page) == [], path
    assert visitor.complaints == []


def test_axe_finds_nothing_serious_at_the_gate(window: Any) -> None:
    browser, address = window
    page = browser.new_page()
    page.goto(f"{address}/dang-nhap")
    assert seriously(page) == []
    page.close()


@pytest.mark.parametrize("role", list(PAGES))
def test_a_page_is_light_and_asks_nobody_else(come: Any, window: Any, role: str) -> None:
    visitor = come(role)
    _, address = window
    visitor.page.context.route("**/*", lambda route: route.continue_())
    sizes: list[int] = []
    elsewhere: list[str] = []

    def note(response: Any) -> None:
        if not response.url.startswith(address):
            elsewhere.append(response.url)
        sizes.append(len(response.body()))

    for path in PAGES[role]:
        sizes.clear()
        visitor.page.on("response", note)
        visitor.go(path)
        visitor.page.wait_for_load_state("networkidle")
        visitor.page.remove_listener("response", note)
        assert sum(sizes) < HEAVIEST, (path, sizes)
    assert elsewhere == []


def test_the_list_follows_what_is_typed(come: Any, with_passwords: Office) -> None:
    person = {"name": "Nguyễn Thị Dừa", "relation": "head", "sex": "female", "birth_year": 1950}
    with_passwords.household(members=[person])
    page = come("case_worker").go("/ho")
    page.fill("#f-q", "nguyen thi dua")
    page.locator("#found tbody tr:only-child th:has-text('Nguyễn Thị Dừa')").wait_for()
    assert "Nguyễn Thị Dừa" in page.inner_text("#found")
    assert "dua" not in page.url
    page.fill("#f-q", "khong co ai ten nay")
    page.locator("#found .empty").wait_for()


@pytest.mark.parametrize("size", SIZES)
def test_without_scripts_an_officer_signs_in_reads_figures_and_finds_a_household(
    come: Any, with_passwords: Office, size: str
) -> None:
    worker = come("case_worker", size=size, scripts=False)
    page = worker.page
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
