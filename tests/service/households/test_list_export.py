"""The export of a list holds what its columns say, also where nothing is found or it is refused."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.service.bodies import DECISION, REGISTER, SURVEY
from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import H
from tests.service.persons import Person

POINTS = {**{name: SURVEY[name] for name in ("effective_on", "form", "area_type")},
          "b1": 130, "b2": 40}  # fmt: skip


@pytest.fixture(scope="module")
def decided(with_passwords: Office) -> Office:
    """By a survey with points, by points on paper, by income, and not at all."""
    office = with_passwords
    for number in ("X-A", "X-B", "X-C", "X-D"):
        body = {**REGISTER, "number": number, "village": f"Tổ {number}"}
        made = office.request("case_worker", "POST", H, body)
        assert made.status_code == 201, made.json
        at, version = f"{H}/{made.json['household_id']}", 1
        decision = {**DECISION, "document": {**DECISION["document"], "number": f"{number}/QĐ"}}
        if number in ("X-A", "X-C"):
            survey = POINTS if number == "X-A" else SURVEY
            surveyed = office.request("surveyor", "POST", f"{at}/surveys", survey, version=version)
            assert surveyed.status_code == 201, surveyed.json
            decision["survey_id"], version = surveyed.json["created"], 2
        if number == "X-B":
            decision["figures"] = {"area_type": "urban", "b1": 120, "b2": 20}
        if number != "X-D":
            path = f"{at}/classifications"
            answer = office.request("chairman", "POST", path, decision, version=version)
            assert answer.status_code == 201, answer.json
    return office


def exported(someone: Person, **values: Any) -> Any:
    return someone.send("/ho", "/ho", take="excel", area=HUONG_SO, **values)


def sheets_of(answer: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows below the headings of each sheet, by heading."""
    assert answer.status_code == 200, answer.text[:300]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    found = {}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        top = next(at for at, row in enumerate(rows) if "Mã hộ" in row)
        found[name] = [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]
    return found


def test_points_decision_and_day_stand_in_their_columns(decided: Office, person: Any) -> None:
    found = sheets_of(exported(person("case_worker")))
    rows = {row["Mã hộ"]: row for row in found["Danh sách hộ"]}
    points = {number: (row["Điểm B1"], row["Điểm B2"]) for number, row in rows.items()}
    assert points == {"X-A": (130, 40), "X-B": (120, 20), "X-C": ("", ""), "X-D": ("", "")}
    for number in ("X-A", "X-B", "X-C"):
        row = rows[number]
        assert row["Số quyết định"] == f"{number}/QĐ"
        assert row["Ngày quyết định"] == row["Từ ngày"] == date(2022, 12, 1)
    assert rows["X-A"]["Phân loại"] == "Hộ nghèo"
    assert rows["X-D"]["Số quyết định"] == ""
    members = [(row["Mã hộ"], row["Họ và tên"]) for row in found["Thành viên"]]
    assert sorted(members)[:2] == [("X-A", "Hồ Thị Bưởi"), ("X-A", "Hồ Văn Cam")]
    assert len(members) == 8


@pytest.mark.parametrize("filters", [{}, {"class": "average"}, {"q": "không có ai tên này"}])
def test_every_sheet_can_be_filtered_as_it_stands(
    decided: Office, person: Any, filters: dict[str, str]
) -> None:
    answer = exported(person("case_worker"), **filters)
    found = sheets_of(answer)
    assert list(found) == ["Danh sách hộ", "Thành viên"]
    assert bool(found["Danh sách hộ"]) is not bool(filters)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
        for sheet in ("sheet1", "sheet2"):
            assert b"<autoFilter" in parts.read(f"xl/worksheets/{sheet}.xml")


def test_an_empty_list_is_printed_and_exported_too_and_says_so(
    decided: Office, person: Any
) -> None:
    worker: Person = person("case_worker")
    page = worker.text(f"/ho?area={HUONG_SO}&class=average")
    assert "Tải Excel" in page
    assert "/ho/in?" in page
    rows = CalamineWorkbook.from_filelike(
        io.BytesIO(exported(worker, **{"class": "average"}).data)
    ).get_sheet_by_index(0).to_python()  # fmt: skip
    assert "0 hộ" in [row[0] for row in rows]
    paper = worker.text(f"/ho/in?area={HUONG_SO}&class=average")
    assert "0 hộ" in paper
    assert "Phân loại: Hộ có mức sống trung bình" in paper


def test_a_refused_export_says_why_and_is_no_workbook(decided: Office, person: Any) -> None:
    answer = exported(person("case_worker"), as_of="31/02/2022")
    assert answer.status_code == 422
    assert answer.mimetype == "text/html"
    assert 'id="e-as_of"' in answer.text
