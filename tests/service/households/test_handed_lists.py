"""The lists for the insurance agency and the policy bank: who is on them, and with what."""

import io
import re
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.service.conftest import AN_HOA, HUONG_SO, Office
from tests.service.households.poor_household import H, poor
from tests.service.readings import lines

LISTS = "/api/v1/handed-lists"


def sheets(office: Office, kind: str, **asked: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of each sheet by heading; the heads of the sheets are left out."""
    query = "&".join(f"{name}={value}" for name, value in {"area": HUONG_SO, **asked}.items())
    answer = office.request("case_worker", "GET", f"{LISTS}/{kind}.xlsx?{query}")
    assert answer.status_code == 200, answer.json
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    found = {}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        at = next(place for place, row in enumerate(rows) if row[0] == "STT")
        found[name] = [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :]]
    return found


def of(rows: list[dict[str, Any]], number: str) -> list[dict[str, Any]]:
    return [one for one in rows if one["Mã hộ"] == number]


def leave(office: Office, household: str, class_: str) -> None:
    body = {
        "effective_on": "2023-11-30",
        "document": {"number": "44/QĐ-UBND", "signed_on": "2023-11-30"},
        "class": class_,
    }
    now = office.request("auditor", "GET", f"{H}/{household}").json["version"]
    left = office.request("chairman", "POST", f"{H}/{household}/exits", body, version=now)
    assert left.status_code == 201, left.json


def test_the_agency_gets_each_person_with_number_birth_sex_and_decision(office: Office) -> None:
    poor(office, number="BH-1", village="Tổ dân phố 9", address="5 Lê Lợi")
    head, child = of(sheets(office, "insurance")["Hộ nghèo"], "BH-1")
    assert (head["Họ và tên"], head["Năm sinh"], head["Giới tính"]) == ("Hồ Thị Bưởi", 1961, "Nữ")
    assert (child["Họ và tên"], child["Ngày sinh"]) == ("Hồ Văn Cam", date(1990, 5, 2))
    assert head["Số quyết định"] == "12/QĐ-UBND"
    assert head["Ngày quyết định"] == date(2022, 12, 1)
    assert (head["Địa chỉ"], head["Thôn, tổ dân phố"]) == ("5 Lê Lợi", "Tổ dân phố 9")
    assert head["Xã, phường, đặc khu"] == "Phường Hương Sơ"


def test_who_left_both_within_the_year_is_told_and_who_became_near_poor_is_not(
    office: Office,
) -> None:
    leave(office, poor(office, number="BH-2"), "average")
    leave(office, poor(office, number="BH-3"), "near_poor")
    found = sheets(office, "insurance")
    assert len(of(found["Thoát nghèo và cận nghèo"], "BH-2")) == 2
    assert len(of(found["Hộ cận nghèo"], "BH-3")) == 2
    assert not of(found["Thoát nghèo và cận nghèo"], "BH-3")
    assert not of(found["Hộ nghèo"], "BH-2")


def test_a_list_of_a_past_day_is_as_it_was(office: Office) -> None:
    leave(office, poor(office, number="BH-4"), "average")
    before = sheets(office, "insurance", as_of="2023-11-29")
    assert len(of(before["Hộ nghèo"], "BH-4")) == 2
    assert not of(sheets(office, "insurance", as_of="2022-11-30")["Hộ nghèo"], "BH-4")


def test_the_bank_gets_one_line_for_each_household_and_the_newly_escaped(office: Office) -> None:
    poor(office, number="NH-1")
    leave(office, poor(office, number="NH-2"), "average")
    found = sheets(office, "bank")
    (one,) = of(found["Hộ nghèo"], "NH-1")
    assert (one["Họ và tên chủ hộ"], one["Nhân khẩu"]) == ("Hồ Thị Bưởi", 2)
    (escaped,) = of(found["Mới thoát nghèo"], "NH-2")
    assert escaped["Mới thoát nghèo đến"] == date(2026, 11, 30)


def test_an_identity_number_is_on_both_lists_as_text(office: Office) -> None:
    household = poor(office, number="BH-5")
    shown = office.request("case_worker", "GET", f"{H}/{household}").json
    person = shown["members"][0]["person_id"]
    body = {"effective_on": "2023-01-05", "id_number": "046161007777", "reason": "known"}
    changed = office.request(
        "case_worker", "POST", f"{H}/{household}/members/{person}/papers", body,
        version=shown["version"],
    )  # fmt: skip
    assert changed.status_code == 201, changed.json
    for kind in ("insurance", "bank"):
        rows = of(sheets(office, kind)["Hộ nghèo"], "BH-5")
        assert rows[0]["Số CCCD/CMND"] == "046161007777"


@pytest.mark.parametrize("role", ["surveyor", "auditor", "province_officer", "administrator"])
def test_only_who_hands_lists_over_gets_them(office: Office, role: str) -> None:
    answer = office.request(role, "GET", f"{LISTS}/insurance.xlsx?area={HUONG_SO}")
    assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")


def test_each_list_leaves_a_line_with_its_area(office: Office) -> None:
    poor(office)
    before = lines(office, "case_worker")
    sheets(office, "insurance")
    sheets(office, "bank")
    assert lines(office, "case_worker")[len(before) :] == [("export", None, HUONG_SO)] * 2


def test_another_ward_is_not_on_the_list(office: Office) -> None:
    answer = office.request("case_worker", "GET", f"{LISTS}/bank.xlsx?area={AN_HOA}")
    assert (answer.status_code, answer.json["code"]) == (403, "outside_area")


def test_the_page_leads_to_both_lists(person: Any, with_passwords: Office) -> None:
    poor(with_passwords)
    worker = person("case_worker")
    page = worker.text(f"/danh-sach-gui?area={HUONG_SO}")
    assert "Chưa có văn bản nào được biết quy định ngày gửi danh sách này" in page
    persons, households = (
        int(number) for number in re.findall(r"Danh sách có (\d+) (?:người|hộ)", page)
    )
    assert persons > households > 0
    for name in ("bao-hiem", "ngan-hang"):
        address = f"/danh-sach-gui/{name}.xlsx"
        assert address in page
        assert worker.get(f"{address}?area={HUONG_SO}").data.startswith(b"PK")
