"""Makes the pictures of README and of docs/images from a demo of today that runs.

    python docs/screenshots.py ADDRESS ACCOUNTS [NAME ...]

ADDRESS is what `./socai up` printed, ACCOUNTS `demo/accounts.json` of the data folder. With names
("readme", "surveyor", "case_worker", "chairman") only those pictures are made. Nothing is recorded,
but for a draft of a survey that is thrown away. Needs the packages of the tests and Chromium
(`CHROMIUM` names it, or `chromium` on the path).
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
DESK = {"width": 1280, "height": 900}
TALL = {"width": 1280, "height": 1500}
README = {"width": 1280, "height": 1150}
PHONE = {"width": 390, "height": 844}
PERIODIC, MONTHLY = "Rà soát định kỳ hằng năm", "Rà soát thường xuyên hằng năm"


class Visit:
    """An account of the demo in a browser window of some size."""

    def __init__(self, browser: Browser, address: str, account: str, password: str) -> None:
        self._browser, self._address = browser, address
        self._account, self._password = account, password

    def page(self, size: dict[str, int]) -> Page:
        """A signed-in page of this size."""
        page = self._browser.new_page(viewport=size, base_url=self._address)  # type: ignore[arg-type]
        page.goto("/dang-nhap")
        page.fill("[name=account]", self._account)
        page.fill("[name=password]", self._password)
        page.click("form.card button.main")
        page.wait_for_url(lambda url: "dang-nhap" not in url)
        return page


def main(address: str, accounts: str, *names: str) -> None:
    """Makes the pictures of these names, or all."""
    passwords: dict[str, str] = json.loads(Path(accounts).read_text())
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for name, (account, make) in PICTURES.items():
            if not names or name in names:
                make(Visit(browser, address, account, passwords[account]))
        browser.close()


def _readme(visit: Visit) -> None:
    """An area, and a household without labour capacity."""
    page = visit.page(README)
    page.goto("/dia-ban/474?as_of=2022-12-31&since=2022-01-31")
    _keep(page, "area")
    page.goto("/ho?area=474&class=poor&flag=no_labour_capacity&as_of=2022-12-31")
    _open_first(page)
    _keep(page, "household")


def _case_worker(visit: Visit) -> None:
    """The worklist, the round with its next step, and a village meeting."""
    page = visit.page(DESK)
    page.goto("/viec-can-lam")
    _keep(page, "worklist")
    page = visit.page(TALL)
    _open_round(page, PERIODIC)
    _keep(page, "round")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto(f"{page.url}/hop-dan")
    page.locator(".work a").first.click()
    _keep(page, "meeting")
    phone = visit.page(PHONE)
    _open_round(phone, PERIODIC)
    _keep(phone, "round-phone")


def _chairman(visit: Visit) -> None:
    """The round that waits for a signature, and its lists to sign."""
    page = visit.page(DESK)
    _open_round(page, MONTHLY)
    _keep(page, "round-to-sign")
    page.locator(".next-step .button.main").click()
    page.wait_for_url("**/ky")
    page.set_viewport_size(TALL)  # type: ignore[arg-type]
    _keep(page, "list-to-sign")
    phone = visit.page(PHONE)
    phone.goto("/viec-can-lam")
    _keep(phone, "chairman-phone")


def _surveyor(visit: Visit) -> None:
    """The worklist, and the form of one household: as it opens, half filled in, and without a
    connection."""
    page = visit.page(PHONE)
    page.goto("/viec-can-lam")
    _keep(page, "surveyor-phone")
    page.goto("/ho?class=near_poor")
    _open_first(page)
    page.goto(f"{page.url.partition('?')[0]}/ghi/phieu-b")
    page.locator("#part-employment").scroll_into_view_if_needed()
    _keep(page, "survey-begun")
    for name, value in {
        "workless_members": "1",
        "uninsured_members": "1",
        "toilet": "none",
    }.items():
        page.check(f'input[name="answers.{name}"][value="{value}"]')
    page.fill("[name=income]", "1.200.000")
    page.locator("#draft-state[data-state=saved]").wait_for()
    page.locator("#part-latrine").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#state-latrine.state-deprived')")
    _keep(page, "survey-preview")
    page.context.set_offline(True)
    page.check('input[name="answers.uses_internet"][value="no"]')
    page.locator("#draft-state[data-state=offline]").wait_for()
    _keep(page, "survey-offline")
    page.context.set_offline(False)
    page.locator("#draft-state[data-state=saved]").wait_for()
    page.reload()
    page.click("button[name=discard]")


PICTURES: dict[str, tuple[str, Callable[[Visit], None]]] = {
    "readme": ("kiemtoan", _readme),
    "case_worker": ("canbo.huongso", _case_worker),
    "chairman": ("chutich.huongso", _chairman),
    "surveyor": ("khaosat.huongso", _surveyor),
}


def _keep(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png")


def _open_round(page: Page, title: str) -> None:
    page.goto("/ra-soat")
    page.locator("tbody tr th a", has_text=title).first.click()
    page.wait_for_url("**/ra-soat/*-*")


def _open_first(page: Page) -> None:
    page.click("#found tbody th a >> nth=0")
    page.wait_for_url("**/ho/*-*")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), *sys.argv[2:])
