"""Makes the pictures of README from a running demo: `python docs/screenshots.py ADDRESS PASSWORD`.

ADDRESS is what `./socai up` printed, PASSWORD that of the account `kiemtoan`. With a third
argument, the password of `khaosat.huongso`, the pictures of docs/surveyor.md are made as well.
Needs the packages of the tests and Chromium (`CHROMIUM` names it, or `chromium` on the path).
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
PICTURES = {
    "area.png": "/dia-ban/474?as_of=2022-12-31&since=2022-01-31",
    "household.png": "/ho?area=474&class=poor&flag=no_labour_capacity&as_of=2022-12-31",
}


PHONE = {"width": 390, "height": 844}


def main(address: str, password: str, surveyor: str = "") -> None:
    """Signs in as the auditor of the demo and keeps one picture of each page."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1150})
        _sign_in(page, address, "kiemtoan", password)
        for name, path in PICTURES.items():
            page.goto(f"{address}{path}")
            if name == "household.png":
                _open_first(page)
            page.screenshot(path=IMAGES / name)
        if surveyor:
            page = browser.new_page(viewport=PHONE)
            _sign_in(page, address, "khaosat.huongso", surveyor)
            _survey(page, address)
        browser.close()


def _sign_in(page: Page, address: str, account: str, password: str) -> None:
    page.goto(f"{address}/dang-nhap")
    page.fill("[name=account]", account)
    page.fill("[name=password]", password)
    page.click("form.card button.main")
    page.wait_for_url(lambda url: "dang-nhap" not in url)


def _survey(page: Page, address: str) -> None:
    """The form of one household: as it opens, half filled in, and without a connection. Nothing is
    recorded; the draft is thrown away."""
    page.goto(f"{address}/ho?class=near_poor")
    _open_first(page)
    page.goto(f"{page.url.partition('?')[0]}/ghi/phieu-b")
    page.locator("#part-employment").scroll_into_view_if_needed()
    page.screenshot(path=IMAGES / "survey-begun.png")
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
    page.screenshot(path=IMAGES / "survey-preview.png")
    page.context.set_offline(True)
    page.check('input[name="answers.uses_internet"][value="no"]')
    page.locator("#draft-state[data-state=offline]").wait_for()
    page.screenshot(path=IMAGES / "survey-offline.png")
    page.context.set_offline(False)
    page.locator("#draft-state[data-state=saved]").wait_for()
    page.reload()
    page.click("button[name=discard]")


def _open_first(page: Page) -> None:
    page.click("#found tbody th a >> nth=0")
    page.wait_for_url("**/ho/*-*")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), *sys.argv[2:4])
