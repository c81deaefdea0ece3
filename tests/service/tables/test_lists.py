"""The detailed lists R14 and R15: members, pages, the read log, and a file of them."""

import io
from typing import Any

import psycopg
import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from service.http.headers import XLSX
from service.tables.papers import PDF
from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.households.poor_household import poor

PERIOD = "from=2021-12-31&to=2023-12-20"
ADDRESS = f"/api/v1/tables/R15?area={HUONG_SO}&{PERIOD}"


@pytest.fixture(scope="module")
def listed(with_passwords: Office) -> Office:
    """Three poor households in two villages."""
    for village in ("Tổ dân phố 2", "Tổ dân phố 1", "Tổ dân phố 1"):
        poor(with_passwords, village=village)
    return with_passwords


def test_the_members_stand_household_by_household_with_their_head_first(listed: Office) -> None:
    answer = listed.request("case_worker", "GET", ADDRESS).json
    rows = answer["items"]
    assert {one["cells"]["head"] for one in rows} == {1, 2, 3}
    assert [one["village"] for one in rows] == sorted(one["village"] for one in rows)
    for number in (1, 2, 3):
        household = [one["cells"] for one in rows if one["cells"]["head"] == number]
        assert [one["member"] for one in household] == list(range(1, len(household) + 1))
        assert household[0]["relation"] == "Chủ hộ"
        assert [one["new"] for one in household] == [True] + [False] * (len(household) - 1)
        assert all(bool(one["born_male"]) != bool(one["born_female"]) for one in household[:1])
    assert {one["cells"]["local_minority"] for one in rows} == {None}


def test_a_page_leads_to_the_next_and_counts_on(listed: Office) -> None:
    first = listed.request("case_worker", "GET", f"{ADDRESS}&limit=2").json
    second = listed.request("case_worker", "GET", f"{ADDRESS}&limit=2&after={first['next']}").json
    heads = [one["cells"]["head"] for page in (first, second) for one in page["items"]]
    assert sorted(set(heads)) == [1, 2, 3]
    assert second["next"] is None


def test_who_was_poor_at_the_start_is_old(listed: Office) -> None:
    address = f"/api/v1/tables/R15?area={HUONG_SO}&from=2023-06-01&to=2023-12-20"
    rows = listed.request("case_worker", "GET", address).json["items"]
    assert {one["cells"]["old"] for one in rows if one["cells"]["member"] == 1} == {True}


def test_nobody_is_in_the_list_of_the_near_poor(listed: Office) -> None:
    address = f"/api/v1/tables/R14?area={HUE}&{PERIOD}"
    assert listed.request("auditor", "GET", address).json["items"] == []


def _last_line(office: Office) -> tuple[Any, ...]:
    with psycopg.connect(office.database.superuser_url) as conn:
        row = conn.execute(
            "select account, what, count, filter->>'table' from office.read_log"
            " order by id desc limit 1"
        ).fetchone()
    assert row is not None
    return row


def test_each_look_is_a_line_of_the_read_log(listed: Office) -> None:
    listed.request("chairman", "GET", ADDRESS)
    assert _last_line(listed) == ("chairman", "list", 3, "R15")
    answer = listed.request("chairman", "GET", ADDRESS, Accept=XLSX)
    assert _last_line(listed) == ("chairman", "export", 3, "R15")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    rows = sheet.to_python()
    assert "Họ tên" in rows[4]
    assert len(rows) > 7


def test_the_list_is_printed_village_by_village_and_each_print_is_logged(
    listed: Office, person: Any
) -> None:
    answer = listed.request("chairman", "GET", ADDRESS, Accept=PDF)
    assert (answer.status_code, answer.mimetype) == (200, PDF)
    assert _last_line(listed) == ("chairman", "export", 3, "R15")
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    name = listed.request("chairman", "GET", ADDRESS).json["items"][0]["cells"]["name"]
    for said in (name, "Tổ dân phố 1", "Tổ dân phố 2", "Chủ hộ", "Tính đến ngày 20/12/2023"):
        assert said in text, said
    again = listed.request("chairman", "GET", ADDRESS, Accept=PDF)
    assert again.data == answer.data
    officer = person("case_worker")
    page = officer.text(f"/bieu-bao-cao/R15?area={HUONG_SO}&to=20/12/2023")
    assert "Tải PDF" in page
    taken = officer.get(f"/bieu-bao-cao/R15?area={HUONG_SO}&to=20/12/2023&take=pdf")
    assert taken.data.startswith(b"%PDF")
    assert _last_line(listed) == ("case_worker", "export", 3, "R15")


def test_the_page_shows_the_list_and_is_logged(listed: Office, person: Any) -> None:
    page = person("case_worker").text(f"/bieu-bao-cao/R15?area={HUONG_SO}&to=20/12/2023")
    assert "Tổ dân phố 1" in page
    assert "Chủ hộ" in page
    assert _last_line(listed) == ("case_worker", "list", 3, "R15")
    empty = person("case_worker").text(f"/bieu-bao-cao/R14?area={HUONG_SO}")
    assert "Không có hộ nào trong danh sách này." in empty
