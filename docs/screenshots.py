"""Makes the pictures of README from a running demo: `python docs/screenshots.py ADDRESS PASSWORD`.

ADDRESS is what `./socai up` printed, PASSWORD that of the account `kiemtoan`. Needs the packages of
the tests and Chromium (`CHROMIUM` names it, otherwise `chromium` on the path).
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


def main(address: str, password: str) -> None:
    """Signs in as the auditor of the demo and keeps one picture of each page."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1150})
        page.goto(f"{address}/dang-nhap")
        page.fill("[name=account]", "kiemtoan")
        page.fill("[name=password]", password)
        page.click("form.card button.main")
        page.wait_for_url(lambda url: "dang-nhap" not in url)
        for name, path in PICTURES.items():
            page.goto(f"{address}{path}")
            if name == "household.png":
                _open_first(page)
            page.screenshot(path=IMAGES / name)
        browser.close()


def _open_first(page: Page) -> None:
    page.click("#found tbody th a >> nth=0")
    page.wait_for_url("**/ho/*-*")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])
