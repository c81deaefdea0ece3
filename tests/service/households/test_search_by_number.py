"""The search box takes a household number as it is printed, though it looks like a CMND."""

from typing import Any

import pytest

from tests.service.bodies import REGISTER
from tests.service.conftest import Office


@pytest.fixture(scope="module")
def numbered(with_passwords: Office) -> Office:
    head = {**REGISTER["members"][0], "id_number": "198040064"}
    with_passwords.household(number="19804-0064")
    with_passwords.household(number="19804-0065", members=[{**head, "name": "Lê Văn Bòn Bon"}])
    return with_passwords


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("19804-0064", {"Hồ Thị Bưởi", "Lê Văn Bòn Bon"}),
        ("19804-0065", {"Lê Văn Bòn Bon"}),
        ("198 040 064", {"Lê Văn Bòn Bon"}),
        ("19804-0066", set()),
    ],
)
def test_number_and_identity_are_both_tried_and_it_is_said(
    numbered: Office, person: Any, typed: str, found: set[str]
) -> None:
    page = person("case_worker").search(q=typed).text
    assert {name for name in ("Hồ Thị Bưởi", "Lê Văn Bòn Bon") if f">{name}</a>" in page} == found
    assert "Đã tìm theo số định danh" in page
    said = numbered.request("case_worker", "POST", "/api/v1/searches", {"text": typed}).json
    assert {one["head"] for one in said["items"]} == found


def test_a_search_by_words_says_nothing_of_numbers(numbered: Office, person: Any) -> None:
    page = person("case_worker").search(q="bòn bon").text
    assert ">Lê Văn Bòn Bon</a>" in page
    assert "Đã tìm theo số định danh" not in page


def test_the_members_named_are_those_with_most_of_the_words(numbered: Office, person: Any) -> None:
    other = {"name": "Hồ Văn Na", "relation": "child", "sex": "male", "birth_year": 1992}
    numbered.household(members=[*REGISTER["members"], other], number="19804-0070")
    page = person("case_worker").search(q="ho van na").text
    assert "Khớp thành viên: Hồ Văn Na<" in page


@pytest.mark.parametrize("typed", ["19999-0005", "HN-7"])
def test_the_very_number_stands_before_those_that_begin_so(
    numbered: Office, person: Any, typed: str
) -> None:
    first = {"name": "A Lăng Thị Ba", "relation": "head", "sex": "female", "birth_year": 1970}
    numbered.household(number=f"{typed}1", members=[first], village="Tổ A")
    numbered.household(number=typed, members=[{**first, "name": "Ươn Thị Tư"}], village="Tổ B")
    page = person("case_worker").search(q=typed).text
    assert 0 < page.index(">Ươn Thị Tư</a>") < page.index(">A Lăng Thị Ba</a>")
