"""Households that come close, on the pages: shown in the form, settled on the import's page."""

import re
from typing import Any
from uuid import UUID

import pytest

from projections.imports import import_job
from tests.lists import household, workbook
from tests.lists import person as listed
from tests.service.conftest import HUONG_SO, Office
from tests.service.households.poor_household import H, filled
from tests.service.persons import Person
from tests.service.system.test_pages import upload

NEW = "/ho/moi"
ONE = re.compile(r"/nhap-danh-sach/([0-9a-f-]{36})")


@pytest.fixture(autouse=True)
def _alike(with_passwords: Office) -> None:
    with_passwords.alike = True


def send(worker: Person, page: str, **typed: Any) -> Any:
    values = {**filled(page), **{name.replace("__", "."): value for name, value in typed.items()}}
    return worker.client.post(NEW, data=values, headers={"Accept": "text/html"})


def register(worker: Person, name: str, **typed: Any) -> Any:
    head = {"members__0__name": name, "members__0__birth_year": "1961"}
    where = {"village": "Tổ dân phố 3", "effective_on": "1/6/2022"}
    return send(worker, worker.text(NEW), **{**head, **where, **typed})


def test_the_form_shows_who_comes_close_and_records_with_a_reason(
    with_passwords: Office, person: Any
) -> None:
    worker: Person = person("case_worker")
    assert register(worker, "Trương Thị Sen").status_code == 303
    shown = register(worker, "Trương Thị Sen")
    assert shown.status_code == 409
    assert "Có thể đã có hồ sơ" in shown.text
    assert "cùng họ tên" in shown.text
    assert shown.text.count("Trương Thị Sen") >= 2  # as typed, and as on record
    again = send(worker, shown.text)
    assert again.status_code == 409
    done = send(worker, shown.text, anyway__reason="Hai bà trùng tên")
    assert done.status_code == 303
    household_id = re.findall(r"/ho/([0-9a-f-]{36})", done.headers["Location"])[0]
    page = worker.text(f"/ho/{household_id}")
    assert "Hai bà trùng tên" in page
    history = with_passwords.request("auditor", "GET", f"{H}/{household_id}/history").json
    assert history["items"][-1]["type"] == "household.matched"
    (pair,) = set(re.findall(r"/trung-lap/[0-9a-f-]{36}", page))
    assert "khi nhập hồ sơ" in worker.text(pair)


def test_a_form_that_meets_two_households_is_sent_again_with_both(
    with_passwords: Office, person: Any
) -> None:
    worker: Person = person("case_worker")
    assert register(worker, "Trương Thị Mận").status_code == 303
    shown = register(worker, "Trương Thị Mận")
    assert send(worker, shown.text, anyway__reason="Hai bà trùng tên").status_code == 303
    shown = register(worker, "Trương Thị Mận")
    seen = re.findall(r'name="anyway.seen" value="([^"]+)"', shown.text)
    assert len(seen) == 2
    again = {"anyway__reason": "Ba bà trùng tên", "anyway__seen": seen}
    assert send(worker, shown.text, **again).status_code == 303


def test_the_form_shows_a_member_who_is_in_a_household_on_record(
    with_passwords: Office, person: Any
) -> None:
    child = {"name": "Trương Thị Bưởi", "relation": "child", "birth_date": "2014-09-07"}
    head = {"name": "Trương Thị Chanh", "relation": "head", "birth_year": 1970}
    with_passwords.household(members=[head, child])
    worker: Person = person("case_worker")
    typed = {
        "members__1__name": "Trương Thị Bưởi", "members__1__relation": "child",
        "members__1__birth_date": "7/9/2014", "village": "Tổ dân phố 9",
    }  # fmt: skip
    shown = register(worker, "Phan Thị Khế", **typed)
    assert shown.status_code == 409
    assert "có thành viên khác trùng" in shown.text
    assert "khác họ tên" not in shown.text
    done = send(worker, shown.text, **typed, anyway__reason="Hai cháu trùng tên")
    assert done.status_code == 303


def test_a_child_as_head_is_confirmed_in_the_form(with_passwords: Office, person: Any) -> None:
    worker: Person = person("case_worker")
    shown = register(worker, "Trương Thị Út", members__0__birth_year="2012")
    assert shown.status_code == 409
    assert "Chủ hộ chưa đủ 18 tuổi" in shown.text
    assert send(worker, shown.text, anyway__reason="Mồ côi").status_code == 303


def test_a_child_who_becomes_the_head_is_confirmed_in_the_form(
    with_passwords: Office, person: Any
) -> None:
    with_passwords.alike = False
    made = with_passwords.household(
        members=[
            {"name": "Trương Thị Đào", "relation": "head", "birth_year": 1970},
            {"name": "Trương Thị Mận", "relation": "child", "birth_date": "2012-05-01"},
        ]
    )
    worker: Person = person("case_worker")
    path = f"/ho/{made['household_id']}/ghi/doi-chu-ho"
    typed = {"effective_on": "1/7/2022", "head": made["persons"][1], "reason": "agreement"}
    values = {**filled(worker.text(path)), **typed}
    shown = worker.client.post(path, data=values, headers={"Accept": "text/html"})
    assert shown.status_code == 409
    assert "Chủ hộ chưa đủ 18 tuổi" in shown.text
    assert "Cần xác nhận" in shown.text
    assert "Nếu đúng là hộ ở trên" not in shown.text
    values = {**filled(shown.text), **typed, "anyway.reason": "Mồ côi"}
    done = worker.client.post(path, data=values, headers={"Accept": "text/html"})
    assert done.status_code == 303


def _imported(office: Office, worker: Person, *households: Any) -> str:
    sent = upload(worker, workbook(*households), area=HUONG_SO, at_once="yes")
    (import_id,) = ONE.findall(sent.headers["Location"])
    import_job.run(office.services.application, UUID(import_id), office.clock)
    office.nudge.catch_up()
    return str(import_id)


def test_rows_that_wait_are_settled_on_the_page_of_the_import(
    with_passwords: Office, person: Any
) -> None:
    worker: Person = person("case_worker")
    register(worker, "Trương Thị Liên")
    register(worker, "Trương Thị Hoa")
    import_id = _imported(
        with_passwords,
        worker,
        household(listed("Trương Thị Lien", birth=1961, sex="Nữ"), village="Tổ 3"),
        household(listed("Trương Thị Hao", birth=1961, sex="Nữ"), village="Tổ 3"),
    )
    link = f"/nhap-danh-sach/{import_id}"
    told = with_passwords.request("auditor", "GET", f"/api/v1/imports/{import_id}").json
    assert (told["possible"], told["refused"]) == (2, 0)
    page = worker.text(link)
    assert "Hộ chờ xác định" in page
    assert "Trương Thị Lien" in page
    assert "Trương Thị Liên" in page
    assert "họ tên gần giống" in page
    rows = re.findall(rf'action="({link}/xac-dinh/\d+)"', page)
    assert len(rows) == 4
    same = re.findall(r'name="same_as" value="([0-9a-f-]{36})"', page)
    done = worker.send(link, rows[0], same_as=same[0])
    assert done.status_code == 303
    row = rows[-1].rpartition("/")[2]
    for reason in ("", "  "):
        without = worker.send(link, rows[-1], reason=reason)
        assert without.status_code == 422
        said = f'<a href="#f-reason.{row}"><strong>Dòng'
        assert said in without.text
        summary, _, forms = without.text.partition('id="refusal"')[2].partition("</ul>")
        assert "autofocus" in summary
        assert forms.count('class="error"') == 1
        shown = forms[forms.index(f'id="f-reason.{row}"') :]
        assert f'aria-describedby="e-reason.{row} h-reason.{row}" aria-invalid="true"' in shown
        assert f'<p class="error" id="e-reason.{row}">' in shown
    too_long = worker.send(link, rows[-1], reason="a" * 2001)
    assert too_long.status_code == 422
    assert f'id="e-reason.{row}"' in too_long.text
    assert "a" * 2001 in too_long.text  # what was typed is given back
    assert worker.send(link, rows[-1], reason="Hai người khác nhau").status_code == 303
    page = worker.text(link)
    assert "Hộ chờ xác định" not in page
    shown = with_passwords.request("auditor", "GET", f"/api/v1/imports/{import_id}").json
    assert (shown["recorded"], shown["reclassified"], shown["possible"]) == (1, 1, 0)
    assert len(re.findall(r"Trương Thị Hao", worker.text("/trung-lap"))) == 1
