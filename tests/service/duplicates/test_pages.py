"""The pages of duplicates: queue, pair, answer, and the notice on a household's page."""

from typing import Any

import pytest

from tests.service.conftest import AN_HOA, HUONG_SO, Office
from tests.service.duplicates.found_pairs import found
from tests.service.persons import Person

PAIRS = "/trung-lap"


@pytest.fixture
def officer(person: Any) -> Person:
    signed_in: Person = person("case_worker")
    return signed_in


def two(office: Office) -> tuple[str, str, str]:
    """Two households of Hương Sơ and their pair."""
    first, second = (office.household()["household_id"] for _ in range(2))
    return first, second, found(office, first, second, codes=("birth", "name", "not:sex"))


def test_a_queue_without_pairs_says_so(person: Any, with_passwords: Office) -> None:
    text = person("far.case_worker").text(PAIRS)
    assert "Không có cặp hộ nghi trùng nào chờ kết luận." in text


def test_the_queue_leads_to_a_pair_and_the_navigation_to_the_queue(
    officer: Person, with_passwords: Office
) -> None:
    _, _, pair = two(with_passwords)
    text = officer.text(PAIRS)
    assert f"{PAIRS}/{pair}" in text
    assert f'href="{PAIRS}"' in officer.text("/tro-giup")


def test_a_pair_stands_side_by_side_and_is_settled_by_its_form(
    officer: Person, with_passwords: Office
) -> None:
    first, _, pair = two(with_passwords)
    address = f"{PAIRS}/{pair}"
    text = officer.text(address)
    assert "cùng họ tên" in text
    assert "khác giới tính" in text
    assert pair in officer.text(f"/ho/{first}")
    answer = officer.send(
        address, f"{address}/ket-luan",
        verdict="different", reason="Đã hỏi trưởng thôn", effective_on="01/03/2023",
        **{"document.number": "07/BB"},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    shown = officer.text(address)
    assert "Đã hỏi trưởng thôn" in shown
    assert "07/BB" in shown
    assert pair not in officer.text(f"/ho/{first}")
    assert pair not in officer.text(PAIRS)
    assert pair in officer.text(f"{PAIRS}?state=settled")
    reopened = officer.send(
        address, f"{address}/mo-lai", reason="Kết luận nhầm", effective_on="02/03/2023"
    )
    assert reopened.status_code == 303
    assert pair in officer.text(PAIRS)


def test_a_form_without_answer_or_reason_comes_back_with_what_is_missing(
    officer: Person, with_passwords: Office
) -> None:
    _, _, pair = two(with_passwords)
    address = f"{PAIRS}/{pair}"
    answer = officer.send(address, f"{address}/ket-luan", effective_on="01/03/2023", reason="Khác")
    assert answer.status_code == 422
    assert "Khác" in answer.text
    assert with_passwords.request(
        "case_worker", "GET", f"/api/v1/duplicates/{pair}"
    ).json["version"] == 1  # fmt: skip


def test_a_pair_across_communes_shows_one_side_and_no_form(
    officer: Person, with_passwords: Office
) -> None:
    office = with_passwords
    office.account("an.hoa", ("case_worker", AN_HOA))
    body = {
        "effective_on": "2022-06-01", "area": "19774", "village": "Tổ dân phố 9",
        "members": [{"name": "Huỳnh Thị Sen", "relation": "head", "sex": "female",
                     "birth_date": "1961-04-03"}],
    }  # fmt: skip
    there = office.request("an.hoa", "POST", "/api/v1/households", body).json["household_id"]
    here = office.household()["household_id"]
    pair = found(office, here, there)
    text = officer.text(f"{PAIRS}/{pair}")
    assert "Một hộ của Phường An Hòa" in text
    assert "Huỳnh Thị Sen" not in text
    assert there not in text
    assert "ket-luan" not in text
    assert "Huỳnh Thị Sen" not in officer.text(f"{PAIRS}?area={HUONG_SO}")
