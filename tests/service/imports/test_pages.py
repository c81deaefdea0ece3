"""The form that takes a list: what is wrong with it stands beside its inputs."""

import io
import re
from typing import Any

import pytest

from tests.service.conftest import AN_HOA, HUONG_SO, Office

PAGE = "/nhap-danh-sach"


@pytest.fixture(scope="module", autouse=True)
def _an_account_of_two_wards(office: Office) -> None:
    office.account("both.here", ("case_worker", HUONG_SO), ("case_worker", AN_HOA))


def test_without_a_file_the_form_says_so_beside_it_and_keeps_what_was_typed(person: Any) -> None:
    refused = person("case_worker").send(PAGE, PAGE, effective_on="9/99", sheet="Hộ nghèo")
    assert refused.status_code == 422
    assert re.findall(r'<li><a href="#f-([^"]+)">', refused.text) == ["file", "effective_on"]
    assert 'id="e-file"' in refused.text
    assert 'value="9/99"' in refused.text
    assert 'value="Hộ nghèo"' in refused.text


def test_an_empty_file_is_refused_beside_it(person: Any) -> None:
    empty = (io.BytesIO(b""), "danh sach.xlsx")
    refused = person("case_worker").send(PAGE, PAGE, file=empty)
    assert refused.status_code == 422
    assert re.findall(r'<li><a href="#f-([^"]+)">', refused.text) == ["file"]


@pytest.mark.parametrize(("account", "asked"), [("case_worker", False), ("both.here", True)])
def test_the_area_is_asked_for_where_there_is_a_choice(
    person: Any, account: str, asked: bool
) -> None:
    page = person(account).text(PAGE)
    assert ('<select id="f-area" name="area"' in page) == asked
    assert (f'<input type="hidden" name="area" value="{HUONG_SO}">' in page) != asked
    assert 'id="d-area" data-by-day="effective_on"' in page
