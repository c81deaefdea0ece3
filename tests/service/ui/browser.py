"""Chromium on the application: pages as they are shown, with and without scripts.

The server runs in a thread of the test; only the workers are replaced, as in all tests of the
service.
"""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

PASSWORD = "mat khau cua nguoi thu"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
DESK, PHONE = (1280, 900), (360, 740)
SIZES = {"desk": DESK, "phone": PHONE}
on_every_screen = pytest.mark.parametrize("size", list(SIZES))
everywhere = pytest.mark.parametrize(
    ("size", "scripts"), [(size, scripts) for size in SIZES for scripts in (True, False)]
)
crosswise = pytest.mark.parametrize(("size", "scripts"), [("desk", True), ("phone", False)])


def chromium() -> str:
    """The browser: `CHROMIUM`, or what the system has under a usual name; "" if it has none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), "")


@contextmanager
def served(app: Any) -> Iterator[str]:
    """A WSGI application at an address of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)


@contextmanager
def launched() -> Iterator[Browser]:
    """One Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


def seriously(page: Page) -> list[str]:
    """What axe finds serious or critical on a page."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


class Visitor:
    """A browser window; errors of the browser are kept in `complaints`."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.complaints.append(f"{said.text} {said.location['url']}")
                if said.type == "error" and "status of 4" not in said.text
                else None
            ),
        )

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, account: str, password: str = PASSWORD) -> None:
        """Fills in the form of the page shown, and sends it."""
        self.page.fill("[name=account]", account)
        self.page.fill("[name=password]", password)
        self.page.click("form.card button.main")

    def troubles(self) -> list[str]:
        """Returns the faults of the page shown, by axe, and the errors of the browser so far. Only
        with scripts, as axe is one.
        """
        too_wide = [] if self.fits() else [f"{self.page.url} is wider than the window"]
        return [*too_wide, *seriously(self.page), *self.complaints]

    def fits(self) -> bool:
        """Whether nothing is wider than the window."""
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        return bool(self.page.locator("html").evaluate("root => root.scrollWidth") <= width)


Come = Callable[..., Visitor]


def let_in(context: BrowserContext, address: str, account: str) -> None:
    """Signs in by two requests instead of two pages; the cookie is that of the window."""
    headers = {"Accept": "text/html"}
    token = CSRF.search(context.request.get(f"{address}/dang-nhap", headers=headers).text())
    assert token
    form = {"csrf_token": token[1], "account": account, "password": PASSWORD}
    answer = context.request.post(
        f"{address}/dang-nhap", form=form, headers=headers, max_redirects=0
    )
    assert answer.status == 303, answer.text()


def visitors(browser: Browser, address: str) -> Iterator[Come]:
    """come("case_worker", size="phone", scripts=False): signed in, in a context of their own.

    come("") is signed out. The form itself is tested in `test_sign_in_in_chromium.py`.
    """
    contexts: list[Any] = []

    def come(account: str, *, size: str = "desk", scripts: bool = True) -> Visitor:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=scripts
        )
        contexts.append(context)
        if account:
            let_in(context, address, account)
        return Visitor(context.new_page(), address)

    yield come
    for context in contexts:
        context.close()
