"""A score card is imported on its page: tried, shown with its checksum, signed. All invented."""

import html
import io
import re
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from domain.standards.score_card_sheet import MOST_BYTES
from tests.domain.standards.test_score_card_sheet import (
    HEAD,
    as_csv,
    as_workbook,
    changed,
    headed,
    sheet,
)
from tests.service.conftest import Office
from tests.service.households.test_survey_form import plain
from tests.service.persons import CSRF, Person
from tests.service.ui.browser import PASSWORD

PAGE, TRY, SIGN = "/bang-diem", "/bang-diem/kiem-tra", "/bang-diem/nhap"


@pytest.fixture
def officer(person: Any) -> Person:
    found: Person = person("province_officer")
    return found


def of_version(version: str, *more: list[object]) -> list[list[object]]:
    head = [[name, version if name == "Phiên bản" else said] for name, said in HEAD]
    return sheet(head=[*head, *more])


def tried(someone: Person, content: bytes, name: str = "bang-diem.xlsx") -> Any:
    token = CSRF.search(someone.text(PAGE))
    assert token
    form = {"csrf_token": token[1], "file": (io.BytesIO(content), name)}
    return someone.client.post(TRY, data=form, headers={"Accept": "text/html"})


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def signed(someone: Person, shown: str, **typed: str) -> Any:
    values = {**hidden(shown), "number": "12/QĐ-UBND", "present": PASSWORD, **typed}
    return someone.client.post(SIGN, data=values, headers={"Accept": "text/html"})


def kept(office: Office) -> list[tuple[Any, ...]]:
    with psycopg.connect(office.database.url) as conn:
        return conn.execute(
            "select id, imported_by, document_number from store.score_cards order by id"
        ).fetchall()


def test_a_card_is_tried_shown_with_its_checksum_and_signed(
    office: Office, officer: Person
) -> None:
    before = kept(office)
    shown = tried(officer, as_workbook(of_version("ky-1")))
    assert shown.status_code == 200, plain(shown.text)[:400]
    assert kept(office) == before, "nothing is kept by trying"
    checksum = hidden(shown.text)["sha256"]
    text = plain(shown.text)
    assert checksum in text
    assert "Dưới 50 kWh" in text
    answer = signed(officer, shown.text)
    assert answer.status_code == 303, plain(answer.text)[:400]
    (new,) = set(kept(office)) - set(before)
    assert new == (f"ky-1@{checksum}", "province_officer", "12/QĐ-UBND")
    assert "Từ 50 kWh" in officer.text(answer.headers["Location"])
    listed = plain(officer.text(PAGE))
    assert "ky-1 Đang dùng 2022-2026 Thành thị Vùng đặt ra (46) 12/QĐ-UBND" in listed


def test_the_list_says_which_card_scores_new_surveys(office: Office, officer: Person) -> None:
    for version in ("moi-1", "moi-2"):
        office.clock.now += timedelta(minutes=1)
        assert signed(officer, tried(officer, as_csv(of_version(version))).text).status_code == 303
    cards = office.request("surveyor", "GET", "/api/v1/score-cards").json["score_cards"]
    in_use = {one["version"]: one["in_use"] for one in cards}
    assert (in_use["moi-2"], in_use["moi-1"]) == (True, False)


def test_wrong_cells_are_listed_and_nothing_can_be_signed(office: Office, officer: Person) -> None:
    before = kept(office)
    answer = tried(officer, as_csv(changed(1, 4, "2,5")), "bang.csv")
    assert answer.status_code == 422
    text = plain(answer.text)
    assert "E9 Điểm: Điểm phải là số nguyên" in text or "E9 Điểm phải là số nguyên" in text
    assert SIGN not in answer.text
    assert kept(office) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\xff", "không phải bảng tính Excel"),
        (as_csv([["a", "b"]]), "không có đủ các cột của bảng điểm"),
        (b"x" * (MOST_BYTES + 1), "quá lớn"),
        (as_csv(headed("Chuẩn", "1999")), "Không có chuẩn này trong hệ thống"),
    ],
)
def test_a_bad_file_is_refused_by_name(officer: Person, content: bytes, said: str) -> None:
    answer = tried(officer, content)
    assert answer.status_code == 422
    assert said in plain(answer.text)


def test_a_wrong_password_keeps_nothing_and_shows_the_card_again(
    office: Office, officer: Person
) -> None:
    before = kept(office)
    shown = tried(officer, as_csv(of_version("mat-khau"))).text
    answer = signed(officer, shown, present="sai")
    assert answer.status_code == 401
    assert "mật khẩu chưa đúng" in plain(answer.text)
    assert hidden(answer.text)["sha256"] == hidden(shown)["sha256"]
    assert kept(office) == before


def test_a_paper_without_a_number_is_asked_for(officer: Person) -> None:
    answer = signed(officer, tried(officer, as_csv(of_version("khong-so"))).text, number="")
    assert answer.status_code == 422
    assert 'name="sha256"' in answer.text


def test_a_card_that_was_changed_after_its_trial_is_refused(
    office: Office, officer: Person
) -> None:
    before = kept(office)
    shown = tried(officer, as_csv(of_version("doi"))).text
    content = hidden(shown)["content"].replace('"points":25', '"points":26')
    answer = signed(officer, shown, content=content)
    assert answer.status_code == 409
    assert kept(office) == before


def test_a_version_names_one_card(office: Office, officer: Person) -> None:
    first = tried(officer, as_csv(of_version("mot-lan"))).text
    assert signed(officer, first).status_code == 303
    assert signed(officer, first).status_code == 303, "the same card again changes nothing"
    other = changed(1, 4, 30)
    other[0] = ["Phiên bản", "mot-lan"]
    answer = tried(officer, as_csv(other))
    assert answer.status_code == 422
    assert "Đã có bảng điểm khác mang phiên bản này" in plain(answer.text)
    assert sum(one[0].startswith("mot-lan@") for one in kept(office)) == 1


@pytest.mark.parametrize("provinces", ["42", "", "46;42", "99"])
def test_a_card_is_for_the_area_of_the_account(officer: Person, provinces: str) -> None:
    answer = tried(officer, as_csv(headed("Mã tỉnh", provinces)))
    assert answer.status_code == 403
    assert "ngoài phạm vi của tài khoản" in plain(answer.text)


def test_who_may_not_import_sees_the_list_alone(person: Any) -> None:
    surveyor = person("surveyor")
    assert "Nhập một bảng điểm" not in surveyor.text(PAGE)
    assert surveyor.get("/bang-diem/mau").status_code == 403
    assert surveyor.get("/bang-diem/xem/khong-co@" + "0" * 64).status_code == 404
