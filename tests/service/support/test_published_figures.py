"""Published figures: the list, the page, and what an account of another place sees of them."""

import re
from typing import Any

import pytest

from service.http.addresses import at_pointer
from service.support.published_figures import figures, in_unit_of
from tests.service.conftest import CITY, Office
from tests.service.support.programmes_and_lines import post

NAME = "hue_2022.target.poor_households_down"


@pytest.mark.parametrize(
    ("pointer", "value"), [("/a/1/b", 7), ("/a/2/b", None), ("/a/x", None), ("/c~1d", 8), ("", {})]
)
def test_a_pointer_finds_its_value_or_nothing(pointer: str, value: Any) -> None:
    document = {"a": [{}, {"b": 7}], "c/d": 8}
    assert at_pointer(document, pointer) == (document if pointer == "" else value)


def test_a_computed_value_is_compared_in_the_unit_and_to_the_decimals_of_the_stated_one() -> None:
    average = next(one for one in figures() if one.figure.endswith("job_credit.average_stated"))
    assert str(in_unit_of(average, 57_250_000)) == "57.3"
    assert in_unit_of(average, None) is None


def test_every_figure_has_an_address_or_a_reason(office: Office) -> None:
    answer = office.request("auditor", "GET", "/api/v1/published-figures")
    items = answer.json["items"]
    assert len(items) == len(figures())
    assert all(bool(one["get"]) != bool(one.get("why")) for one in items)
    for one in {one["get"] for one in items if one["get"]}:
        status = office.request("auditor", "GET", one).status_code
        assert status in (200, 403, 422), one  # 422: these units are not in this small country


def test_the_page_shows_what_is_recorded_now(office: Office, person: Any) -> None:
    target = {
        "effective_on": "2022-03-15", "document": {"number": "12/KH-UBND"}, "area": CITY,
        "measure": "poor_households_down", "year": 2022, "households": 77,
    }  # fmt: skip
    post(office, "targets", target)
    page = person("auditor").text("/so-lieu-da-cong-bo")
    row = page.partition(NAME)[2].partition("</tr>")[0]
    assert re.findall(r">\s*(\d+)\s*</td>", row) == ["331", "77"]
    assert "Khác số đã công bố" in row
    one = person("auditor").text(f"/so-lieu-da-cong-bo/{NAME}")
    assert CITY in one
    assert "Chưa tính" in page
    loans = page.partition("hai_phong_2023.job_credit.outstanding")[2].partition("</tr>")[0]
    assert "1.208.044" in loans
    average = page.partition("hai_phong_2023.job_credit.average_stated")[2].partition("</tr>")[0]
    assert "57,2" in average


def test_a_figure_of_another_place_is_not_shown(person: Any) -> None:
    page = person("far.auditor").text("/so-lieu-da-cong-bo")
    row = page.partition(NAME)[2].partition("</tr>")[0]
    assert "Không có số liệu trong phạm vi được xem." in row


def test_a_figure_that_is_not_published_has_no_page(person: Any) -> None:
    assert person("auditor").get("/so-lieu-da-cong-bo/hue").status_code == 404
