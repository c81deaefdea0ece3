"""Published figures: the list, the pages, and what an account of another place sees of them."""

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from domain.support.codes import ACTIVITY_KINDS, MODEL_KINDS
from service.http.addresses import at_pointer
from service.support import activity_pages, model_pages
from service.support.published_figures import difference, figures, in_unit_of
from tests.service.conftest import CITY, Office
from tests.service.support.programmes_and_lines import post

PAGE = "/so-lieu-da-cong-bo"
NAME = "hue_2022.target.poor_households_down"
SAID = {"exact": "", "over": "hơn", "about": "khoảng"}


def named(name: str) -> Any:
    return next(one for one in figures() if one.figure == name)


def row_of(page: str, name: str) -> str:
    return page.partition(f'id="{name}"')[2].partition("</tr>")[0]


@pytest.mark.parametrize(
    ("pointer", "value"), [("/a/1/b", 7), ("/a/2/b", None), ("/a/x", None), ("/c~1d", 8), ("", {})]
)
def test_a_pointer_finds_its_value_or_nothing(pointer: str, value: Any) -> None:
    document = {"a": [{}, {"b": 7}], "c/d": 8}
    assert at_pointer(document, pointer) == (document if pointer == "" else value)


def test_a_computed_value_is_compared_in_the_unit_and_to_the_decimals_of_the_stated_one() -> None:
    average = named("hai_phong_2023.job_credit.average_stated")
    assert str(in_unit_of(average, 57_250_000)) == "57.3"
    assert in_unit_of(average, None) is None


def test_a_difference_says_how_far_and_which_way() -> None:
    target = named(NAME)
    stated = Decimal(target.stated)
    assert difference(target, stated) is None
    higher, lower = difference(target, stated * 2), difference(target, stated - 1)
    assert higher is not None
    assert (higher.higher, higher.by, higher.percent) == (True, stated, 100)
    assert lower is not None
    assert (lower.higher, lower.by) == (False, 1)


@pytest.mark.parametrize("one", figures(), ids=lambda one: one.figure)
def test_the_words_of_the_article_state_the_figure(one: Any) -> None:
    """As people write it, in the unit of the article; what is worked out again is in no article."""
    if one.figure.endswith(".average_computed"):
        return
    whole, _, decimals = one.stated.partition(".")
    written = f"{int(whole):,}".replace(",", ".") + (f",{decimals}" if decimals else "")
    billions = f"{int(whole) // 1000:,}".replace(",", ".") if one.unit == "million_dong" else ""
    said = {written, f"{int(whole):02d}", *([billions] if billions else [])}
    if one.stated == "0":
        assert "không còn" in one.quote
    elif one.figure.endswith("demonstration_models"):
        counted = [int(each) for each in re.findall(r"([0-9]+) mô hình", one.quote)]
        assert sum(counted) == int(one.stated)
    else:
        assert said & set(re.findall(r"[0-9][0-9.,]*[0-9]|[0-9]", one.quote)), (said, one.quote)
    assert SAID[one.precision] in one.quote
    assert one.section.title.vi
    assert one.section.title.en


def test_every_figure_has_an_address_or_a_reason(office: Office) -> None:
    answer = office.request("auditor", "GET", "/api/v1/published-figures")
    items = answer.json["items"]
    assert len(items) == len(figures())
    assert all(bool(one["get"]) != bool(one.get("why")) for one in items)
    for one in {one["get"] for one in items if one["get"]}:
        status = office.request("auditor", "GET", one).status_code
        assert status in (200, 403, 422), one  # 422: these units are not in this small country


def test_every_kind_of_activity_and_model_has_a_word() -> None:
    assert list(activity_pages.KINDS) == list(ACTIVITY_KINDS)
    assert list(model_pages.KINDS) == list(MODEL_KINDS)


TARGET = {
    "effective_on": "2022-03-15", "document": {"number": "12/KH-UBND"}, "area": CITY,
    "measure": "poor_households_down", "year": 2022, "households": 77,
}  # fmt: skip


def test_the_page_shows_what_is_recorded_now(office: Office, person: Any) -> None:
    post(office, "targets", TARGET)
    page = person("auditor").text(PAGE)
    row = row_of(page, NAME)
    assert re.findall(r">\s*(\d+)\s*</td>", row) == ["331", "77"]
    assert "Thấp hơn số đã công bố 254 hộ (76,7%)." in row
    assert "hơn 4.507" in row_of(page, "hue_2022.jobs_supported_workers")
    one = person("auditor").text(f"{PAGE}/{NAME}")
    assert named(NAME).quote in one
    assert "Thành phố Huế" in one
    assert "Số hộ nghèo giảm" in one
    shown, _, hidden = one.partition("Cho người dùng API")
    assert "<code>" not in shown
    assert named(NAME).get.replace("&", "&amp;") in hidden


def test_each_article_has_a_page_and_one_without_data_says_so(person: Any) -> None:
    page = person("auditor").text(f"{PAGE}?source=ea_sup_2023")
    assert "Chưa có số liệu nào của địa bàn này." in page
    assert "Thấp hơn" not in page
    assert "Dự án 2. Sinh kế, mô hình giảm nghèo" in page
    assert row_of(page, "hue_2022.poor.households") == ""
    loans = person("auditor").text(f"{PAGE}?source=hai_phong_2023")
    assert "1.208.044" in row_of(loans, "hai_phong_2023.job_credit.outstanding")
    assert "57,2" in row_of(loans, "hai_phong_2023.job_credit.average_stated")
    assert person("auditor").get(f"{PAGE}?source=nowhere").status_code == 404


def test_the_workbook_has_every_figure_of_every_article(office: Office, person: Any) -> None:
    post(office, "targets", TARGET)
    answer = person("auditor").get(f"{PAGE}.xlsx")
    assert answer.status_code == 200
    (sheet,) = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).sheet_names
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_name(sheet)
    found = rows.to_python()
    assert len(found) == 1 + len(figures())
    target = next(row for row in found if named(NAME).title.vi in row)
    assert target[4:6] == [331, 77]
    assert "254 hộ" in target[6]


def test_a_figure_of_another_place_is_not_shown(office: Office, person: Any) -> None:
    post(office, "targets", TARGET)
    page = person("far.auditor").text(PAGE)
    assert "77" not in row_of(page, NAME)
    assert "Chưa có số liệu nào của địa bàn này." in page


def test_a_figure_that_is_not_published_has_no_page(person: Any) -> None:
    assert person("auditor").get("/so-lieu-da-cong-bo/hue").status_code == 404
