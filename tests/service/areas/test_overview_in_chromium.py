"""The overview of an area walked in Chromium: its figures, its charts with their tables, another
day, what was known on a day, and the households behind a figure."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.service.conftest import CITY, HUE, Office
from tests.service.households import two_wards
from tests.service.ui.browser import SIZES, Visitor, crosswise, everywhere

YEAR = f"/dia-ban/{CITY}?since=31/12/2022"


@pytest.fixture(scope="module", autouse=True)
def _wards(with_passwords: Office) -> None:
    two_wards.fill(with_passwords)


def row(page: Page, table: str, name: str) -> list[str]:
    """The cells beside a name in the table of that caption; several figures as they are read."""
    page.locator(".foot").wait_for()
    line = page.locator(f"table:has(caption:text-is('{table}')) tbody tr", has_text=name)
    return line.first.locator("td").all_inner_texts()


def figures(page: Page, table: str) -> dict[str, int]:
    """The first figure of each row of a table, by its heading."""
    page.locator(".foot").wait_for()
    lines = page.locator(f"table:has(caption:text-is('{table}')) tbody tr").all()
    return {
        line.locator("th").inner_text(): int(line.locator("td").first.inner_text())
        for line in lines
        if line.locator("td").first.inner_text()
    }


def listed_behind(visitor: Visitor, figure: str) -> int:
    """Follows a figure; how many households its list has. Comes back to the overview."""
    page = visitor.page
    page.click(figure)
    page.wait_for_url("**/ho?*")
    page.locator(".foot").wait_for()
    found = page.locator("#found tbody tr").count()
    page.go_back()
    page.wait_for_url("**/dia-ban/**")
    return found


@everywhere
def test_an_auditor_goes_down_the_tree_and_from_figures_to_households(
    come: Any, size: str, scripts: bool
) -> None:
    auditor = come("auditor", size=size, scripts=scripts)
    page = auditor.go(f"/dia-ban/{HUE}?since=31/12/2022")
    page.click("#below ~ .scroll a:has-text('Thành phố Huế')")
    page.wait_for_url("**/dia-ban/474@**")
    assert page.locator(".crumbs li").all_inner_texts() == [
        "Cả nước", "Tỉnh Thừa Thiên Huế", "Thành phố Huế",
    ]  # fmt: skip
    caption = "Hộ, nhân khẩu theo phân loại, ngày 20/12/2023"
    assert row(page, caption, "Hộ nghèo")[:4] == ["4", "0,67%", "8", "0,33%"]
    assert row(page, caption, "Hộ cận nghèo")[:4] == ["3", "0,50%", "6", "0,25%"]

    moved = figures(page, "Hộ nghèo")
    came = sum(n for name, n in moved.items() if name.startswith("+"))
    went = sum(n for name, n in moved.items() if name.startswith("−"))
    assert (came, went) == (1, 1)
    assert moved["Đầu kỳ"] + came - went == moved["Cuối kỳ"] == 4

    assert listed_behind(auditor, "dl.cards .card:nth-child(2) .big a") == 3
    assert listed_behind(auditor, "tr:has-text('Phát sinh mới') td a >> nth=0") == 1
    assert listed_behind(auditor, "tr:has-text('Phường Hương Sơ') td a >> nth=0") == 3
    page.click("#below ~ .scroll a:has-text('Phường Hương Sơ')")
    page.wait_for_url("**/dia-ban/19804@**")
    page.click(".crumbs a:has-text('Thành phố Huế')")
    page.wait_for_url("**/dia-ban/474@**")
    assert auditor.fits()
    assert auditor.complaints == []


@everywhere
def test_charts_say_what_the_tables_beside_them_say(come: Any, size: str, scripts: bool) -> None:
    auditor = come("auditor", size=size, scripts=scripts)
    page = auditor.go(YEAR)
    trend, deprived = page.locator("figure").all()
    assert trend.locator("svg .mark-line path").count() == 2
    newest = trend.locator("svg text[text-anchor=middle]").last.bounding_box()
    assert newest
    assert newest["x"] + newest["width"] <= SIZES[size][0]
    trend.locator("summary").click()
    assert row(page, "Số hộ cuối mỗi tháng", "31/12/2022")[::2] == ["4", "3"]
    assert trend.locator("tbody th", has_text="30/11/2022").count() == 0, "before any figure"

    deprived.locator("summary").click()
    table = "Số hộ thiếu hụt theo chỉ số"
    assert row(page, table, "Hộ có Phiếu B") == ["4 / 4", "3 / 3"]
    assert row(page, table, "Dinh dưỡng") == ["4", "0"]
    assert row(page, table, "Sử dụng dịch vụ viễn thông") == ["0", "3"]
    labels = deprived.locator("svg .role-axis-label text").all_text_contents()
    names = deprived.locator("tbody tr:not(.sum) th").all_inner_texts()
    for label, name in zip(labels, names, strict=True):
        assert name.startswith(label.rstrip("…"))  # a long one is cut
    drawn = [bar.get_attribute("d") or "" for bar in deprived.locator(".mark-rect path").all()]
    widths = [float(outline.split("h")[1].split("v")[0]) for outline in drawn]
    poor, near_poor = widths[: len(names)], widths[len(names) :]
    assert poor[0] == near_poor[0] > 0  # every household lacks work: two bars as long
    at = names.index("Dinh dưỡng")
    assert (poor[at], near_poor[at]) == (poor[0], 0.0)
    assert not scripts or auditor.troubles() == []
    assert listed_behind(auditor, f"table:has-text('{table}') tr:has-text('Dinh dưỡng') a") == 4


@crosswise
def test_another_day_and_what_was_known_on_a_day(come: Any, size: str, scripts: bool) -> None:
    auditor = come("auditor", size=size, scripts=scripts)
    page = auditor.go(YEAR)
    page.fill("[name=as_of]", "30062023")
    page.fill("[name=since]", "31/12/2022")
    page.click("form.filters button:has-text('Xem')")
    page.locator("h2:has-text('hộ cận nghèo từ 31/12/2022 đến 30/06/2023')").wait_for()
    assert figures(page, "Hộ nghèo")["+ Phát sinh mới"] == 0
    assert listed_behind(auditor, "dl.cards .big a >> nth=0") == 4

    page.fill("[name=known_at]", "13/12/2022")
    page.click("form.filters button:has-text('Xem')")
    page.locator(".notice:has-text('theo dữ liệu đã ghi đến hết ngày 13/12/2022')").wait_for()
    assert page.locator("dl.cards .big").first.inner_text() == "–"
    page.fill("[name=known_at]", "14/12/2022")
    page.click("form.filters button:has-text('Xem')")
    page.locator(".notice:has-text('theo dữ liệu đã ghi đến hết ngày 14/12/2022')").wait_for()
    assert page.locator("dl.cards .big").first.inner_text() == "4"
    assert listed_behind(auditor, "dl.cards .big a >> nth=0") == 4
    assert not scripts or auditor.troubles() == []
    page.click("form.filters a:has-text('Hôm nay')")
    page.wait_for_url(f"**/dia-ban/{CITY}")


@crosswise
def test_units_below_are_sorted_by_any_column_and_back(come: Any, size: str, scripts: bool) -> None:
    page = come("auditor", size=size, scripts=scripts).go(YEAR)
    heading = "#below ~ .scroll thead th:has-text('{}')"

    def order(column: str) -> list[str]:
        page.click(heading.format(column) + " a")
        page.wait_for_url("**#below")
        return page.locator("#below ~ .scroll tbody th").all_inner_texts()

    assert order("Tỷ lệ hộ nghèo") == ["Phường Hương Sơ", "Phường An Hòa"]
    sorted_by = page.locator(heading.format("Tỷ lệ hộ nghèo"))
    assert sorted_by.get_attribute("aria-sort") == "descending"
    assert order("Hộ dân cư") == ["Phường An Hòa", "Phường Hương Sơ"]
    assert order("Hộ dân cư") == ["Phường Hương Sơ", "Phường An Hòa"]
    assert order("Đơn vị") == ["Phường An Hòa", "Phường Hương Sơ"]
