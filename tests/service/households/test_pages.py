"""The page of a household without a script: who they are, what happened, how it was then."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.service.conftest import NOW, Office
from tests.service.households.poor_household import H, poor


def test_the_page_says_who_they_are_the_class_with_its_reasons_and_the_support(
    person: Any, with_passwords: Office
) -> None:
    page = person("auditor").text(f"/ho/{poor(with_passwords, number='HS-77')}")
    for said in (
        "Hồ Thị Bưởi",
        "Hồ Văn Cam",
        "HS-77",
        "Phường Hương Sơ",
        "Hộ nghèo",
        "12/QĐ-UBND",
        "Thu nhập bình quân là 1.200.000",
        "DA2-2023",
    ):
        assert said in page, said


def test_a_figure_that_makes_a_household_poor_is_not_called_met(
    person: Any, with_passwords: Office
) -> None:
    page = person("auditor").text(f"/ho/{poor(with_passwords)}")
    table = page[page.index('<table class="compared">') :].partition("</table>")[0]
    assert "So với ngưỡng" in table
    cells = re.findall(r"<td>([^<]+)</td>", table)
    assert cells == ["không vượt", "từ ngưỡng trở lên"]


def test_each_event_is_a_sentence_with_both_days_who_and_on_which_paper(
    person: Any, with_passwords: Office
) -> None:
    page = person("auditor").text(f"/ho/{poor(with_passwords)}")
    assert page.count('class="event"') == 4
    for said in ("01/12/2022", "20/12/2023", "Chủ tịch UBND cấp xã, Phường Hương Sơ", "12/QĐ-UBND",
                 "ghi sau 384 ngày"):  # fmt: skip
        assert said in page, said


def test_the_timeline_is_filtered_by_kind(person: Any, with_passwords: Office) -> None:
    page = person("auditor").text(f"/ho/{poor(with_passwords)}?kind=support")
    assert page.count('class="event"') == 1


def test_every_event_has_an_address_of_its_own(person: Any, with_passwords: Office) -> None:
    one = f"/ho/{poor(with_passwords)}"
    reader = person("auditor")
    assert "dưới mức thiếu hụt" not in reader.text(f"{one}/su-kien/3")
    assert "Mã kiểm chứng của chuẩn" in reader.text(f"{one}/su-kien/3")
    assert "1.200.000 đồng" in reader.text(f"{one}/su-kien/2")
    assert reader.get(f"{one}/su-kien/9").status_code == 404


def test_the_past_is_shown_as_it_was_and_as_it_was_known(
    person: Any, with_passwords: Office
) -> None:
    one = f"/ho/{poor(with_passwords)}"
    reader = person("auditor")
    then = reader.text(f"{one}?as_of=01/10/2022")
    assert "Hồ sơ tại ngày 01/10/2022" in then
    assert "Chưa có quyết định công nhận" in then
    assert "không thuộc thời điểm đang xem" in then
    unknown = reader.text(f"{one}?known_at={NOW.date() - timedelta(days=1):%d/%m/%Y}")
    assert "Tại thời điểm này hộ chưa có hồ sơ" in unknown
    assert "Tại thời điểm này hộ chưa có hồ sơ" in reader.text(f"{one}?as_of=31/05/2022")


def test_two_days_are_held_side_by_side(person: Any, with_passwords: Office) -> None:
    one = f"/ho/{poor(with_passwords)}"
    page = person("auditor").text(f"{one}/so-sanh?a_on=01/10/2022&b_on=01/06/2023")
    assert 'class="differs"' in page
    assert "Hộ nghèo" in page


def test_every_reading_of_a_page_is_logged(person: Any, with_passwords: Office) -> None:
    household = poor(with_passwords)
    reader = person("auditor")
    for path in ("", "/su-kien/1", "/so-sanh"):
        reader.text(f"/ho/{household}{path}")
    with psycopg.connect(with_passwords.database.url) as conn:
        rows = conn.execute(
            "select what from office.read_log where household_id = %s and account = 'auditor'"
            " order by id",
            [household],
        ).fetchall()
    assert rows == [("file",), ("history",), ("history",), ("file",)]


@pytest.mark.parametrize("account", ["far.auditor", "far.case_worker"])
def test_a_household_elsewhere_looks_as_if_it_were_not_there(
    person: Any, with_passwords: Office, account: str
) -> None:
    there, nowhere = poor(with_passwords), uuid4()
    reader = person(account)
    answers = [
        reader.get(f"/ho/{one}{path}")
        for path in ("", "/su-kien/1", "/so-sanh")
        for one in (there, nowhere)
    ]
    assert {answer.status_code for answer in answers} == {404}


def test_only_what_one_may_do_is_offered(person: Any, with_passwords: Office) -> None:
    one = f"/ho/{poor(with_passwords)}"
    offered = {
        "auditor": set(),
        "surveyor": {"survey", "screening"},
        "chairman": {"decision", "exit", "forget"},
    }
    for account, forms in offered.items():
        page = person(account).text(one)
        assert {name for name in _ALL if f'data-form="{name}"' in page} == forms, account


_ALL = (
    "survey", "screening", "decision", "exit", "support", "join", "head", "correct_member",
    "papers", "leave", "forget", "causes", "needs", "plan", "correct", "move", "split", "merge",
    "dissolve",
)  # fmt: skip


def test_nothing_is_offered_for_the_past_or_for_a_household_that_has_ended(
    person: Any, with_passwords: Office
) -> None:
    household = poor(with_passwords)
    worker = person("case_worker")
    assert "data-form" not in worker.text(f"/ho/{household}?as_of=01/01/2023")
    ended = {"effective_on": "2023-11-01", "reason": "moved_away"}
    done = with_passwords.request(
        "case_worker", "POST", f"{H}/{household}/dissolution", ended, version=4
    )
    assert done.status_code == 201
    page = worker.text(f"/ho/{household}")
    assert "data-form" not in page
    assert "Ngừng quản lý 01/11/2023" in page


def test_a_long_history_goes_on_page_by_page_and_every_event_has_its_address(
    person: Any, with_passwords: Office, monkeypatch: Any
) -> None:
    monkeypatch.setattr("service.households.pages.EVENTS", 3)
    household = poor(with_passwords)
    for day in (1, 2, 3, 4):
        body = {"effective_on": f"2023-07-0{day}", "causes": [str(day)]}
        path = f"/api/v1/households/{household}/causes"
        answer = with_passwords.request("case_worker", "POST", path, body, version=day + 3)
        assert answer.status_code == 201
    auditor = person("auditor")
    address: str | None = f"/ho/{household}"
    pages = []
    while address:
        page = auditor.text(address)
        assert "Lịch sử hồ sơ (8 lần ghi)" in page
        pages.append([int(one) for one in re.findall(r'id="e-(\d+)"', page)])
        older = re.search(r'rel="next" href="([^"#]+)', page)
        address = older[1].replace("&amp;", "&") if older else None
    assert pages == [[8, 7, 6], [5, 4, 3], [2, 1]]
    for version in range(1, 9):
        assert auditor.get(f"/ho/{household}/su-kien/{version}").status_code == 200
    assert auditor.get(f"/ho/{household}/su-kien/9").status_code == 404
    standing = auditor.text(f"/ho/{household}?kind=standing")
    assert re.findall(r'id="e-(\d+)"', standing) == ["3", "2"]
