"""What is taken along or printed leaves a line in the read log that says what it was."""

import re
from typing import Any

import psycopg
import pytest

from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import poor


@pytest.fixture(scope="module")
def taken(with_passwords: Office) -> Office:
    """A ward with two poor households."""
    for n in range(2):
        poor(with_passwords, village=f"Tổ {n + 1}")
    return with_passwords


def noted(office: Office) -> list[Any]:
    with psycopg.connect(office.database.url) as conn:
        return conn.execute(
            "select what, count, filter, account from office.read_log order by id desc limit 1"
        ).fetchall()


def test_an_overview_taken_along_is_noted_and_not_called_no_households(
    taken: Office, person: Any
) -> None:
    worker = person("case_worker")
    assert worker.get(f"/dia-ban/{HUONG_SO}?take=excel").status_code == 200
    assert noted(taken) == [("export", 0, {"overview": True}, "case_worker")]
    log = person("auditor").text(f"/nhat-ky-doc?area={HUONG_SO}")
    first = log[log.index("<tbody>") :].partition("</tr>")[0]
    assert "số liệu tổng hợp, không có tên hộ" in first
    assert "xuất tệp" in first
    assert "0 hộ" not in first


def test_a_printed_list_is_noted_with_its_households_as_a_print(taken: Office, person: Any) -> None:
    assert person("case_worker").get("/ho/in?class=poor").status_code == 200
    assert noted(taken) == [("export", 2, {"class": "poor", "printed": True}, "case_worker")]
    log = person("auditor").text(f"/nhat-ky-doc?area={HUONG_SO}")
    first = log[log.index("<tbody>") :].partition("</tr>")[0]
    assert re.search(r"2 hộ.*bản in", first, re.S)
