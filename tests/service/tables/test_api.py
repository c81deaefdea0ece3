"""The official tables as the API gives them out: figures, identities, forms and refusals."""

import io
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from service.http.headers import XLSX
from tests.service.conftest import AN_HOA, CITY, HUE, HUONG_SO, Office
from tests.service.households.poor_household import poor

YEAR = "from=2021-12-31&to=2023-12-20"


@pytest.fixture(scope="module")
def counted(office: Office) -> Office:
    """Three poor households of four persons in two villages."""
    for village in ("Tổ dân phố 1", "Tổ dân phố 1", "Tổ dân phố 2"):
        poor(office, village=village)
    return office


def table(office: Office, name: str, area: str = HUE, account: str = "auditor") -> Any:
    answer = office.request(account, "GET", f"/api/v1/tables/{name}?area={area}&{YEAR}")
    assert answer.status_code == 200, answer.json
    return answer.json


def test_a_table_has_rows_of_units_a_total_and_its_identities(counted: Office) -> None:
    found = table(counted, "R2")
    assert (found["area_name"], found["title"]) == (
        "Tỉnh Thừa Thiên Huế", "Tổng hợp diễn biến hộ nghèo",
    )  # fmt: skip
    assert [(one["unit"], one["depth"]) for one in found["rows"]][::2] == [
        (CITY, 1), (AN_HOA, 2), (HUONG_SO, 2),
    ]  # fmt: skip
    households, persons = found["totals"]
    assert (households["cells"]["7"], households["cells"]["9"]) == (3, 3)
    assert persons["cells"]["7"] == persons["cells"]["9"] > 3
    assert found["balances"]
    assert {one["holds"] for one in found["identities"]} == {True}
    assert "R2.9=1-2-3-4+5+6+7+8" in {one["rule"] for one in found["identities"]}


def test_a_table_says_its_days_its_knowledge_and_its_ledger_position(counted: Office) -> None:
    found = table(counted, "R1")
    assert (found["from"], found["to"], found["known_at"]) == ("2021-12-31", "2023-12-20", None)
    assert found["seq"] > 0
    assert {one["compared"] for one in found["columns"]} == {False}
    assert "headings_not_compared" in {one["code"] for one in found["notes"]}


def test_a_commune_has_its_villages_as_rows(counted: Office) -> None:
    found = table(counted, "R1", HUONG_SO, "case_worker")
    assert [(one["name"], one["cells"]["3"]) for one in found["rows"]] == [
        ("Tổ dân phố 1", 2), ("Tổ dân phố 2", 1),
    ]  # fmt: skip


def test_a_rate_without_residents_is_empty_with_its_reason(counted: Office) -> None:
    (total,) = table(counted, "R1")["totals"]
    assert total["cells"]["4"] is None
    assert total["empty"]["4"] == "no_denominator"


def test_before_anything_was_known_the_table_is_of_noughts(counted: Office) -> None:
    address = f"/api/v1/tables/R2?area={HUE}&{YEAR}&known_at=2020-01-01"
    answer = counted.request("auditor", "GET", address).json
    assert answer["known_at"].startswith("2020-01-01T")
    assert set(answer["totals"][0]["cells"].values()) == {0}


def test_the_workbook_has_the_headings_and_the_figures_of_the_table(counted: Office) -> None:
    address = f"/api/v1/tables/R2?area={HUE}&{YEAR}"
    answers = [counted.request("auditor", "GET", address, Accept=XLSX) for _ in range(2)]
    assert answers[0].content_type == XLSX
    assert answers[0].data == answers[1].data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answers[0].data)).get_sheet_by_index(0)
    cells = rows.to_python()
    texts = {str(cell) for row in cells for cell in row}
    assert {"Tổng số hộ nghèo đầu kỳ", "Vượt chuẩn cận nghèo", "Tái nghèo"} <= texts
    (total,) = [row for row in cells if row[0].startswith("Tổng cộng") and row[1] == "Hộ"]
    assert total[2:] == [0, 0, 0, 0, 0, 0, 3, 0, 3]


@pytest.mark.parametrize("name", ["R1", "R9"])
def test_the_pdf_has_the_title_and_is_the_same_each_time(counted: Office, name: str) -> None:
    address = f"/api/v1/tables/{name}?area={HUE}&{YEAR}"
    answers = [
        counted.request("auditor", "GET", address, Accept="application/pdf") for _ in range(2)
    ]
    assert answers[0].content_type == "application/pdf"
    assert answers[0].data == answers[1].data
    text = PdfReader(io.BytesIO(answers[0].data)).pages[0].extract_text()
    assert "TỈNH THỪA THIÊN HUẾ" in text.upper()
    assert "Tổng số hộ nghèo" in " ".join(text.split())


def test_a_form_that_there_is_not_is_refused(counted: Office) -> None:
    address = f"/api/v1/tables/R2?area={HUE}&{YEAR}"
    answer = counted.request("auditor", "GET", address, Accept="image/png")
    assert (answer.status_code, answer.json["code"]) == (406, "table_form_not_available")


@pytest.mark.parametrize("name", ["R0", "R16", "r1", "R01"])
def test_there_is_no_other_table(counted: Office, name: str) -> None:
    answer = counted.request("auditor", "GET", f"/api/v1/tables/{name}?area={HUE}")
    assert answer.status_code == 404


def test_a_period_that_ends_before_it_begins_is_refused(counted: Office) -> None:
    address = f"/api/v1/tables/R2?area={HUE}&from=2023-12-01&to=2023-01-01"
    answer = counted.request("auditor", "GET", address)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "query.to")
