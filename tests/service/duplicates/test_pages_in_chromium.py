"""Settling a pair in Chromium: queue, side by side, answer; at a desk and on a phone."""

from typing import Any

from tests.service.conftest import Office
from tests.service.duplicates.found_pairs import found
from tests.service.ui.browser import crosswise


@crosswise
def test_a_pair_is_settled_from_the_queue(
    come: Any, with_passwords: Office, size: str, scripts: bool
) -> None:
    office = with_passwords
    first, second = (office.household()["household_id"] for _ in range(2))
    pair = found(office, first, second, score=999, codes=("birth", "name", "not:sex"))
    visitor = come("case_worker", size=size, scripts=scripts)
    visitor.go("/trung-lap")
    assert visitor.fits()
    visitor.page.locator(f'a[href$="/trung-lap/{pair}"]').click()
    assert visitor.fits()
    visitor.page.get_by_label("Hai hộ khác nhau, không trùng người").check()
    visitor.page.get_by_label("Căn cứ").fill("Đã hỏi trưởng thôn")
    visitor.page.get_by_label("Ngày kết luận").fill("01/03/2023")
    visitor.page.get_by_role("button", name="Lưu kết luận").click()
    visitor.page.get_by_text("Đã lưu kết luận.").wait_for()
    assert visitor.fits()
    assert visitor.page.get_by_role("button", name="Mở lại").is_visible()
    if scripts:
        assert visitor.troubles() == []
