"""What a survey costs besides asking: taps, words to read, and the seconds of the system itself.

Measured on a phone-sized screen over a slow line and printed (`pytest -s`); docs/survey-form.md has
the figures. No time decides whether the test passes: the number of taps and questions does.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.service.conftest import Office
from tests.service.households.test_survey_form import at, household
from tests.service.households.test_survey_form_in_chromium import (
    MOST_TAPS,
    PHONE,
    TAPPED,
    TYPED,
    Taps,
    saved,
)
from tests.service.ui.browser import let_in

# A slow line of the third generation, as browsers' tools have it.
BYTES_A_SECOND, ROUND_TRIP = 50_000, 400  # milliseconds
WORDS = """() => [...document.querySelectorAll('.ask h2, .ask legend, .ask .tap, .ask label')]
  .map((one) => one.innerText.trim()).filter(Boolean).join(' ').split(/\\s+/).length"""


@dataclass
class Spent:
    """Seconds by what they were spent on, and bytes that the pages weighed."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def __call__(self, what: str, act: Callable[[], Any]) -> None:
        began = time.perf_counter()
        act()
        self.seconds.setdefault(what, []).append(time.perf_counter() - began)

    def lines(self) -> Iterator[str]:
        for what, found in self.seconds.items():
            yield f"{what}: median {median(found):.1f} s, most {max(found):.1f} s ({len(found)})"


@pytest.fixture
def phone(window: Any, with_passwords: Office) -> Iterator[tuple[Page, str]]:
    """A page of a surveyor over a slow line. The service worker is left out: what it saves is not
    counted."""
    browser, address = window
    width, height = PHONE
    context = browser.new_context(
        viewport={"width": width, "height": height}, service_workers="block"
    )
    let_in(context, address, "surveyor")
    page = context.new_page()
    page.set_default_timeout(60_000)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False, "latency": ROUND_TRIP, "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )  # fmt: skip
    yield page, address
    context.close()


def test_the_share_of_the_system_in_five_minutes_is_measured(
    phone: tuple[Page, str], with_passwords: Office
) -> None:
    page, address = phone
    spent, first, second = Spent(), household(with_passwords), household(with_passwords)
    spent("open the form, nothing in the browser's cache", lambda: page.goto(address + at(first)))
    spent("open the form of the next household", lambda: page.goto(address + at(second)))
    words, questions = page.evaluate(WORDS), page.locator(".ask legend").count()
    taps = Taps(page)

    def shown_and_saved(act: Callable[[], None]) -> None:
        """The draft is saved and the preview is that of the tap."""
        with page.expect_response(lambda one: one.request.headers.get("x-part") == "preview"):
            act()
        saved(page)

    for name, value in TAPPED.items():

        def tap(name: str = name, value: str = value) -> None:
            taps.choose(name, value)

        spent("a tap, until its preview is shown and the draft saved", lambda: shown_and_saved(tap))
    for name, text in TYPED.items():
        taps.type(name, text)
    page.check("[name=confirmed]")
    taps.count += 1
    saved(page)
    expect(page.locator("#preview")).to_contain_text("Phân loại dự kiến")

    def save() -> None:
        page.click("button.main:not([name])")
        page.wait_for_url("**/viec-can-lam#recorded")

    spent("save, until the worklist is shown", save)
    taps.count += 1
    print(f"\n{taps.count} taps and keys, {questions} rows of buttons, {words} words on the cards")
    print(*spent.lines(), sep="\n")
    assert taps.count <= MOST_TAPS
    assert questions >= len(TAPPED)
