"""Every page of the table in Chromium: looked at by axe, as wide as the window, light, at home."""

from typing import Any

import pytest

from tests.service.conftest import Office
from tests.service.expectations import PAGES
from tests.service.expected import ANYBODY
from tests.service.ui.visits import Visits

HEAVIEST = 100_000  # bytes, without a cache
NOT_SHOWN = {
    "GET /static/{name}",
    "GET /service-worker.js",
    "GET /bang-diem/mau",
    "GET /dang-nhap/noi-khac",
    "GET /dang-nhap/tro-lai",
    "GET /ho-so-ho-tro/{case_id}/tep/{photo}",  # a photo
    "GET /ho/{household_id}/tep/{digest}",  # a photo, or a place as JSON
    "GET /dia-ban/ca-nuoc",  # nobody of this office looks that far
    "GET /nhap-danh-sach/mau",
    "GET /nhap-danh-sach/{import_id}/dong-bi-tu-choi",
}
FILES = (".xlsx", ".pdf")
READ = [
    page
    for page in PAGES
    if page.startswith("GET") and page not in NOT_SHOWN and not page.endswith(FILES)
]


def visitor_of(page: str) -> str:
    """The first role that the page opens to; "" where it opens to anybody."""
    roles = PAGES[page].roles
    return "" if roles == ANYBODY else roles.split()[0]


@pytest.fixture(scope="module")
def visits(with_passwords: Office) -> Visits:
    return Visits(with_passwords)


def test_nothing_is_left_out_that_is_no_page() -> None:
    assert set(PAGES) >= NOT_SHOWN
    assert len(READ) > 35


@pytest.mark.parametrize(("size", "scheme"), [("desk", "dark"), ("phone", "light")])
@pytest.mark.parametrize("account", sorted({visitor_of(page) for page in READ}))
def test_nothing_troubles_whoever_looks_at_it(
    come: Any, window: Any, visits: Visits, account: str, size: str, scheme: str
) -> None:
    _, address = window
    visitor = come(account, size=size)
    visitor.page.emulate_media(color_scheme=scheme)
    without_cache = visitor.page.context.new_cdp_session(visitor.page)
    without_cache.send("Network.setCacheDisabled", {"cacheDisabled": True})
    answers: list[Any] = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    for page in (page for page in READ if visitor_of(page) == account):
        answers.clear()
        visitor.go(visits.asked(page)[1])
        assert visitor.troubles() == [], page
        assert [one.url for one in answers if not one.url.startswith(address)] == [], page
        sizes = [int(one.headers["content-length"]) for one in answers]
        assert 1_000 < sum(sizes) < HEAVIEST, page
