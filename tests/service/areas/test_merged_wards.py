"""Two wards with a "Tổ 2" each went over into phường Hương An on 1 July 2025: in the list, its
filter, the registration form and the export the two are told apart."""

import html
import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.service.bodies import REGISTER
from tests.service.conftest import AN_HOA, HUONG_SO, Office
from tests.service.households.poor_household import H, filled
from tests.service.households.test_communes_of_a_day import HUONG_AN, LATER, merged
from tests.service.persons import Person

__all__ = ["merged"]

OPTION = re.compile(r'<option value="([^"]*)"( selected)? translate="no">([^<]*)</option>')


@pytest.fixture(scope="module")
def before(with_passwords: Office) -> Office:
    """A household in each "Tổ 2", and one in a "Tổ 12" that is one only, before the merger."""
    office = with_passwords
    office.account("anhoa.case_worker", ("case_worker", AN_HOA))
    for who, area, village, number in (
        ("case_worker", HUONG_SO, "Tổ 2", "HS-02"),
        ("anhoa.case_worker", AN_HOA, "Tổ 2", "AH-02"),
        ("case_worker", HUONG_SO, "Tổ 12", "HS-12"),
    ):
        body = {**REGISTER, "area": area, "village": village, "number": number}
        answer = office.request(who, "POST", H, body)
        assert answer.status_code == 201, answer.json
    return office


@pytest.fixture
def worker(before: Office, merged: Office, person: Any) -> Any:
    merged.clock.now = LATER
    return person("case_worker")


def villages(page: str) -> dict[str, str]:
    """The villages to filter by: label to value."""
    start = page.index('id="f-village"')
    options = OPTION.findall(page[start : page.index("</select>", start)])
    return {html.unescape(label): html.unescape(value) for value, _selected, label in options}


def listed(page: str) -> dict[str, str]:
    """The households of a list: number to place."""
    rows = re.findall(
        r'data-label="Mã hộ" translate="no">([^<]*)</td>\s*<td translate="no">([^<]*)</td>', page
    )
    return {number: place for number, place in rows if number[:2] in ("HS", "AH", "HA")}


def test_list_and_filter_name_the_former_ward(worker: Person) -> None:
    page = worker.text(f"/ho?area={HUONG_AN}")
    assert listed(page) == {
        "HS-02": "Tổ 2, Phường Hương Sơ cũ",
        "AH-02": "Tổ 2, Phường An Hòa cũ",
        "HS-12": "Tổ 12, Phường Hương Sơ cũ",
    }
    offered = villages(page)
    assert list(offered) == ["Tổ 2 (Phường An Hòa cũ)", "Tổ 2 (Phường Hương Sơ cũ)", "Tổ 12"]
    one = worker.text(f"/ho?area={HUONG_AN}&village={offered['Tổ 2 (Phường An Hòa cũ)']}")
    assert list(listed(one)) == ["AH-02"]
    assert "Thôn, tổ dân phố: Tổ 2 (Phường An Hòa cũ)" in one


def test_a_household_s_page_and_forms_say_that_its_ward_is_former(worker: Person) -> None:
    page = worker.text(f"/ho?area={HUONG_AN}")
    found = re.search(r'href="(/ho/[0-9a-f-]{36})"', page)
    assert found
    for address in (found[1], f"{found[1]}/ghi/sua"):
        assert "Phường Hương Sơ cũ" in worker.text(address) or "An Hòa cũ" in worker.text(address)
    assert "cũ" not in worker.text(f"{found[1]}?as_of=31/12/2024").partition("</h1>")[2][:400]


def test_a_village_asked_for_by_its_name_alone_is_said_to_be_of_every_ward(worker: Person) -> None:
    page = worker.text(f"/ho?area={HUONG_AN}&village=Tổ 2")
    assert set(listed(page)) == {"HS-02", "AH-02"}
    assert '<option value="Tổ 2" selected translate="no">Tổ 2 (mọi nơi)</option>' in page


def test_before_the_merger_no_ward_is_former(worker: Person) -> None:
    page = worker.text(f"/ho?area={HUONG_SO}&as_of=31/12/2024")
    assert listed(page)["HS-02"] == "Tổ 2, Phường Hương Sơ"


def test_the_export_tells_the_two_apart_on_both_sheets(worker: Person) -> None:
    answer = worker.send("/ho", "/ho", take="excel", area=HUONG_AN)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    for sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python()
        top = next(at for at, row in enumerate(rows) if "Thôn, tổ dân phố" in row)
        cells = [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]
        places = {
            (one["Mã hộ"], one["Thôn, tổ dân phố"], one["Xã, phường, đặc khu"]) for one in cells
        }
        assert ("HS-02", "Tổ 2", "Phường Hương Sơ cũ") in places
        assert ("AH-02", "Tổ 2", "Phường An Hòa cũ") in places


def test_the_registration_form_offers_both_and_the_filter_finds_what_was_chosen(
    worker: Person, merged: Office
) -> None:
    page = worker.text("/ho/moi")
    offered = re.findall(r'<option value="(Tổ [^"]*)">', page)
    assert offered == ["Tổ 2 (Phường An Hòa cũ)", "Tổ 2 (Phường Hương Sơ cũ)", "Tổ 12"]
    values = {**filled(page), "village": offered[0], "number": "HA-01",
              "members.0.name": "Hồ Văn Sắn", "members.0.birth_year": "1971"}  # fmt: skip
    made = worker.client.post("/ho/moi", data=values, headers={"Accept": "text/html"})
    assert made.status_code == 303, made.text
    again = worker.text(f"/ho?area={HUONG_AN}")
    assert list(villages(again)) == offered, "one village stands there twice"
    of_an_hoa = worker.text(f"/ho?area={HUONG_AN}&village={villages(again)[offered[0]]}")
    assert set(listed(of_an_hoa)) == {"AH-02", "HA-01"}
    of_huong_so = worker.text(f"/ho?area={HUONG_AN}&village={villages(again)[offered[1]]}")
    assert set(listed(of_huong_so)) == {"HS-02"}
