"""The page of the official tables, as officers use it without scripts."""

import io
import re
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from service.http.headers import XLSX
from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.households.poor_household import poor

PERIOD = "from=31/12/2021&to=20/12/2023"


@pytest.fixture(scope="module")
def counted(with_passwords: Office) -> Office:
    """Two poor households of phường Hương Sơ."""
    for village in ("Tổ dân phố 1", "Tổ dân phố 2"):
        poor(with_passwords, village=village)
    return with_passwords


def test_the_navigation_leads_to_the_first_table_of_the_own_area(
    counted: Office, person: Any
) -> None:
    officer = person("case_worker")
    assert 'href="/bieu-bao-cao"' in officer.text("/tro-giup")
    led = officer.get("/bieu-bao-cao")
    assert led.status_code == 303
    page = officer.text(led.headers["Location"])
    assert "R1. Tổng hợp kết quả chính thức" in page
    assert "Phường Hương Sơ" in page


def test_a_table_shows_its_figures_its_identities_and_what_it_rests_on(
    counted: Office, person: Any
) -> None:
    page = person("auditor").text(f"/bieu-bao-cao/R2?area={HUE}&{PERIOD}")
    assert "Từ hết ngày 31/12/2021 đến hết ngày 20/12/2023" in page
    assert "Đến lần ghi số" in page
    assert "chưa đối chiếu với Phụ lục VII" in page
    assert "R2.9=1-2-3-4+5+6+7+8" in page
    assert "Biểu chưa khớp" not in page
    total = page[page.index("Tổng cộng") :]
    assert re.findall(r'<td class="n">(\d+)', total)[:9] == list("000000202")


def test_all_tables_of_the_same_area_and_period_are_a_click_away(
    counted: Office, person: Any
) -> None:
    officer = person("auditor")
    page = officer.text(f"/bieu-bao-cao/R1?area={HUE}&{PERIOD}")
    links = re.findall(r'href="(/bieu-bao-cao/(R\d+)\?[^"]+)"', page)
    assert {name for _, name in links} >= {f"R{n}" for n in range(2, 14)}
    for address, name in links:
        if "take=" in address:
            continue
        shown = officer.text(address.replace("&amp;", "&"))
        assert f"{name}. " in shown
        assert "đến hết ngày 20/12/2023" in shown


def test_an_empty_cell_says_why(counted: Office, person: Any) -> None:
    page = person("auditor").text(f"/bieu-bao-cao/R1?area={HUE}&{PERIOD}")
    assert "Chưa có tổng số hộ dân cư" in page


def test_the_villages_of_a_commune_stand_below_it(counted: Office, person: Any) -> None:
    page = person("chairman").text(f"/bieu-bao-cao/R1?{PERIOD}")
    assert page.index("Tổ dân phố 1") < page.index("Tổ dân phố 2")


def test_a_table_that_does_not_balance_names_its_household(counted: Office, person: Any) -> None:
    damaged = poor(counted, village="Tổ dân phố 3")
    with counted.services.pool.connection() as conn:
        conn.execute(
            "update read.status_spans set persons = persons + 2 where household_id = %s"
            " and class = 'poor'",
            [damaged],
        )
    try:
        page = person("auditor").text(f"/bieu-bao-cao/R2?area={HUE}&{PERIOD}")
        assert "Biểu chưa khớp" in page
        assert f'href="/ho/{damaged}"' in page
        assert "2 nhân khẩu" in page
    finally:
        with counted.services.pool.connection() as conn:
            conn.execute(
                "update read.status_spans set persons = persons - 2 where household_id = %s"
                " and class = 'poor'",
                [damaged],
            )


def test_a_table_is_taken_along_as_excel(counted: Office, person: Any) -> None:
    answer = person("auditor").get(f"/bieu-bao-cao/R2?area={HUE}&{PERIOD}&take=excel")
    assert answer.content_type == XLSX
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    assert sheet.to_python()[0][0] == "R2. Tổng hợp diễn biến hộ nghèo"


def test_a_period_typed_backwards_is_that_of_its_last_day(counted: Office, person: Any) -> None:
    page = person("auditor").text(f"/bieu-bao-cao/R2?area={HUE}&from=20/12/2023&to=01/01/2023")
    assert "Từ hết ngày 01/01/2023 đến hết ngày 01/01/2023" in page


def test_an_area_outside_is_not_shown(counted: Office, person: Any) -> None:
    assert person("far.auditor").get(f"/bieu-bao-cao/R1?area={HUONG_SO}").status_code == 403
