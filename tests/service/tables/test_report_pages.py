"""The pages of locked reports: locking from a table, what changed since, and a correction."""

import re
from typing import Any

import pytest

from service.http.headers import XLSX
from tests.service.conftest import HUE, HUONG_SO, Office
from tests.service.households.poor_household import poor

TABLE = f"/bieu-bao-cao/R1?area={HUONG_SO}&from=31/12/2021&to=20/12/2023"


@pytest.fixture(scope="module")
def counted(with_passwords: Office) -> Office:
    """One poor household of phường Hương Sơ."""
    poor(with_passwords, village="Tổ dân phố 1")
    return with_passwords


def test_the_chairman_locks_a_table_and_corrects_it_later(counted: Office, person: Any) -> None:
    chairman = person("chairman")
    assert "Chốt báo cáo" in chairman.text(TABLE)
    form = {"area": HUONG_SO, "from": "31/12/2021", "to": "20/12/2023"}
    sent = chairman.send(TABLE, "/bieu-bao-cao/R1/chot", **form)
    assert sent.status_code == 303, sent.text
    address = sent.headers["Location"]
    page = chairman.text(address)
    assert "Mã kiểm chứng" in page
    assert "Khác với lần đưa ra gần nhất" not in page
    assert chairman.get(f"{address}?take=excel").content_type == XLSX
    poor(counted, village="Tổ dân phố 2")
    changed = chairman.text(address)
    assert "Khác với lần đưa ra gần nhất" in changed
    assert "Tổ dân phố 2" in changed
    refused = chairman.send(address, f"{address}/dinh-chinh", reason="")
    assert refused.status_code == 422
    corrected = chairman.send(address, f"{address}/dinh-chinh", reason="Quyết định ghi muộn")
    assert corrected.status_code == 303
    shown = chairman.text(corrected.headers["Location"])
    assert "Đính chính lần 1: Quyết định ghi muộn" in shown
    first = chairman.text(address)
    assert re.findall(r'class="sum".*?</tr>', first, re.S) == re.findall(
        r'class="sum".*?</tr>', page, re.S
    )
    assert address in chairman.text(TABLE)
    assert "Đính chính" in person("auditor").text(f"/bao-cao-da-chot?area={HUE}")


def test_who_may_not_lock_sees_no_form(counted: Office, person: Any) -> None:
    officer = person("case_worker")
    page = officer.text(TABLE.replace("R1", "R8"))
    assert "chưa được chốt" in page
    assert "/chot" not in page


def test_an_area_without_reports_says_how_one_is_made(counted: Office, person: Any) -> None:
    page = person("far.auditor").text("/bao-cao-da-chot")
    assert "Chưa có báo cáo nào được chốt." in page
