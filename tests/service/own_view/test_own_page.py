"""The household's own page shows it to a visitor with both codes, and to nobody else."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.commands.command import Actor, CommandContext
from domain.own_view.one_time_codes import RevokeCode
from service.access.throttle import PER_OWN_VIEW_ADDRESS
from service.own_view import page_access
from tests.given import HUONG_SO
from tests.service.conftest import NOW, Office
from tests.service.households.poor_household import H, certified, poor
from tests.service.own_view.household_phone import (
    Phone,
    certificate_code,
    given,
    opened,
    paper_of,
)
from tests.service.readings import lines

WRONG_PAPER = "AAAAAA-BBBBBB-CCCCCC-DDDDDD"
WRONG_CODE = "0000 0000"


@pytest.fixture
def household(office: Office) -> str:
    office.services.redis.flushdb()
    return poor(office)


def body_of(page: Any) -> str:
    """The page without what differs from one request to the next."""
    text: str = page.get_data(as_text=True)
    main = text[text.index("<main") : text.index("</main>")]
    return re.sub(r'value="[^"]*"|· [^<]*</(a|li)>|: [A-Z0-9-]{20,}', "", main)


def test_the_certificate_and_the_code_open_the_page(office: Office, household: str) -> None:
    certified(office, household)
    code = given(office, household)
    phone = Phone(office)
    answer = phone.type(certificate_code(office, household).lower(), code.replace(" ", "-"))
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    for said in ("HttpOnly", "SameSite=Strict", "socai-own-view="):
        assert said in cookie
    page = phone.person.get("/ho-cua-toi")
    text = page.text
    for said in (
        "Hộ nghèo", "12/QĐ-UBND", "Bưởi", "1961", "Được hưởng gì", "Ai đã xem hồ sơ",
        "/GCN-HN.HCN", "Còn hiệu lực",
    ):  # fmt: skip
        assert said in text, said
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "<script" not in text
    assert not re.search(r'(src|href)="https?:', text)


def test_the_page_names_no_identity_number_no_day_of_birth_and_no_officer(
    office: Office, household: str
) -> None:
    office.request("case_worker", "GET", f"{H}/{household}")
    text = opened(office, household).shown()
    shown = office.request("auditor", "GET", f"{H}/{household}").json
    for member in shown["members"]:
        for kept in (member.get("id_number"), member.get("birth_date")):
            assert not kept or kept not in text
    for kept in ("case_worker", "chairman", "surveyor", household):
        assert kept not in text.replace("ho-cua-toi", ""), kept
    assert "Công chức cấp xã phụ trách giảm nghèo, Phường Hương Sơ" in text


@pytest.mark.parametrize(
    ("paper", "code"), [("", WRONG_CODE), ("x", "1"), (WRONG_PAPER, ""), (WRONG_PAPER, "1")]
)
def test_what_cannot_be_a_code_is_told_beside_its_input(
    office: Office, household: str, paper: str, code: str
) -> None:
    answer = Phone(office).type(paper, code)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert ("đúng 24 ký tự" in answer.text) == (paper != WRONG_PAPER)


def test_a_wrong_paper_and_a_wrong_code_have_the_same_answer_after_the_same_time(
    office: Office, household: str, monkeypatch: Any
) -> None:
    certified(office, household)
    given(office, household)
    waits: list[float] = []
    monkeypatch.setattr(office.services.failures, "pause", waits.append)
    right_paper = certificate_code(office, household)
    answers = [Phone(office).type(paper, WRONG_CODE) for paper in (right_paper, WRONG_PAPER)]
    assert [one.status_code for one in answers] == [422, 422]
    assert body_of(answers[0]) == body_of(answers[1])
    assert len(waits) == 2
    assert all(0 < one < page_access.ANSWERED_AFTER for one in waits)


def test_the_code_before_the_lock_and_the_right_one_in_it_have_the_same_answer(
    office: Office, household: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(office.services.failures, "pause", lambda _: None)
    paper, code = paper_of(office, household), given(office, household)
    wrong = [Phone(office).type(paper, WRONG_CODE) for _ in range(5)]
    locked = Phone(office).type(paper, code)
    assert body_of(locked) == body_of(wrong[0])
    office.clock.now = NOW + timedelta(minutes=16)
    assert Phone(office).type(paper, code).status_code == 303


def test_a_used_a_revoked_and_an_old_code_say_so_to_who_has_it(
    office: Office, household: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(office.services.failures, "pause", lambda _: None)
    paper, code = paper_of(office, household), given(office, household)
    assert Phone(office).type(paper, code).status_code == 303
    assert "đã dùng" in Phone(office).type(paper, code).text
    code = given(office, household)
    path = f"/api/v1/households/{household}/one-time-codes/revocation"
    assert office.request("case_worker", "POST", path).status_code == 201
    assert "thu hồi" in Phone(office).type(paper, code).text
    code = given(office, household)
    office.clock.now = NOW + timedelta(hours=72)
    assert "hết hạn" in Phone(office).type(paper, code).text


def test_a_revoked_code_closes_the_page_that_it_opened(office: Office, household: str) -> None:
    phone = opened(office, household)
    assert "Diện của hộ" in phone.shown()
    path = f"/api/v1/households/{household}/one-time-codes/revocation"
    office.request("case_worker", "POST", path)
    assert "Diện của hộ" not in phone.shown()


def test_a_revocation_that_was_cut_short_closes_the_page_all_the_same(
    office: Office, household: str
) -> None:
    """The process ended after the record and before the session was closed."""
    phone = opened(office, household)
    assert "Diện của hộ" in phone.shown()
    circumstances = CommandContext(
        NOW.date(), Actor("case_worker", "case_worker", HUONG_SO), uuid4(), NOW
    )
    office.services.application.run(RevokeCode(UUID(household)), circumstances)
    assert "Diện của hộ" not in phone.shown()
    sent = phone.presses("/ho-cua-toi/khong-dong-y", about="members", text="Chưa đúng")
    own_view = office.services.application.own_views.of_household(UUID(household))
    assert not own_view.contests, sent.text


def test_guessing_is_stopped_for_an_address(
    office: Office, household: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(office.services.failures, "pause", lambda _: None)
    phone = Phone(office)
    for _ in range(PER_OWN_VIEW_ADDRESS):
        assert phone.type(WRONG_PAPER, WRONG_CODE).status_code == 422
    stopped = phone.type(WRONG_PAPER, WRONG_CODE)
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) > 0
    office.services.redis.flushdb()


def test_more_tries_at_once_than_a_process_takes_are_told_to_come_again(
    office: Office, household: str
) -> None:
    for _ in range(page_access.AT_ONCE):
        assert page_access._turns.acquire(blocking=False)
    try:
        answer = Phone(office).type(WRONG_PAPER, WRONG_CODE)
    finally:
        for _ in range(page_access.AT_ONCE):
            page_access._turns.release()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(page_access.COME_AGAIN)


def test_a_second_press_of_the_button_opens_the_page_all_the_same(
    office: Office, household: str
) -> None:
    phone = Phone(office)
    form = {"paper": paper_of(office, household), "code": given(office, household)}
    shown = phone.shown()
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert csrf
    sent = {**form, "csrf_token": csrf[1], "_key": f"o-{household}"}
    first = phone.person.client.post("/ho-cua-toi", data=sent)
    second = phone.person.client.post("/ho-cua-toi", data=sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert "Diện của hộ" in phone.shown()
    office.clock.now = NOW + timedelta(minutes=2)
    assert phone.person.client.post("/ho-cua-toi", data=sent).status_code == 422


def test_a_closed_page_is_not_opened_by_the_same_request(office: Office, household: str) -> None:
    phone = Phone(office)
    form = {"paper": paper_of(office, household), "code": given(office, household)}
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', phone.shown())
    assert csrf
    sent = {**form, "csrf_token": csrf[1], "_key": f"a-{household}"}
    assert phone.person.client.post("/ho-cua-toi", data=sent).status_code == 303
    assert phone.presses("/ho-cua-toi/dong").status_code == 303
    assert "Diện của hộ" not in phone.shown()
    assert phone.person.client.post("/ho-cua-toi", data=sent).status_code == 422


@pytest.mark.parametrize(("minutes", "open_"), [(14, True), (15, False)])
def test_the_page_closes_without_requests(
    office: Office, household: str, minutes: int, open_: bool
) -> None:
    phone = opened(office, household)
    office.clock.now = NOW + timedelta(minutes=minutes)
    assert ("Diện của hộ" in phone.shown()) == open_


def test_the_page_closes_after_an_hour_in_any_case(office: Office, household: str) -> None:
    phone = opened(office, household)
    for minutes in range(10, 60, 10):
        office.clock.now = NOW + timedelta(minutes=minutes)
        assert "Diện của hộ" in phone.shown()
    office.clock.now = NOW + timedelta(minutes=60)
    assert "Diện của hộ" not in phone.shown()


def test_a_session_of_a_household_is_none_of_an_account(office: Office, household: str) -> None:
    phone = opened(office, household)
    assert phone.person.get(f"/ho/{household}").status_code == 303
    assert phone.person.get("/ho").headers["Location"].startswith("/dang-nhap")


def test_each_look_leaves_a_line_and_is_shown_as_the_household_s(
    office: Office, household: str
) -> None:
    phone = opened(office, household)
    before = len(lines(office, "household:itself"))
    phone.shown()
    written = lines(office, "household:itself")[before:]
    assert [(what, str(id_)) for what, id_, _area in written] == [("own_view", household)]
    assert "Trang này được mở bằng mã của hộ" in phone.shown()
    log = office.request("inspector", "GET", f"/api/v1/read-log?household={household}")
    assert log.status_code == 200
    assert "own_view" in {one["what"] for one in log.json["items"]}


def test_a_household_that_left_poverty_still_sees_its_page(office: Office, household: str) -> None:
    certified(office, household)
    version = office.request("chairman", "GET", f"{H}/{household}").json["version"]
    leaving = {
        "effective_on": "2023-11-30",
        "document": {"number": "40/QĐ-UBND", "signed_on": "2023-11-30"},
        "class": "not_poor",
    }
    left = office.request("chairman", "POST", f"{H}/{household}/exits", leaving, version=version)
    assert left.status_code == 201, left.json
    phone = Phone(office)
    code = given(office, household)
    assert phone.type(certificate_code(office, household), code).status_code == 303
    text = phone.shown()
    assert "40/QĐ-UBND" in text
    assert "Hết hiệu lực" in text


def test_a_household_that_was_closed_sees_that_and_no_benefits(
    office: Office, household: str
) -> None:
    phone = opened(office, household)
    version = office.request("case_worker", "GET", f"{H}/{household}").json["version"]
    end = {"effective_on": "2023-12-01", "reason": "moved_away"}
    path = f"{H}/{household}/dissolution"
    assert office.request("case_worker", "POST", path, end, version=version).status_code == 201
    text = phone.shown()
    assert "đã ngừng quản lý hộ này từ ngày 01/12/2023" in text


def test_a_person_that_was_forgotten_has_no_name_here(office: Office, household: str) -> None:
    phone = opened(office, household)
    shown = office.request("chairman", "GET", f"{H}/{household}").json
    person = shown["members"][1]
    assert person["name"] in phone.shown()
    path = f"{H}/{household}/members/{person['person_id']}/forgetting"
    forget = {
        "effective_on": "2023-12-01",
        "document": {"number": "9/QĐ-UBND", "signed_on": "2023-12-01"},
        "legal_basis": "Luật 91/2025/QH15, yêu cầu xóa dữ liệu",
    }
    done = office.request("chairman", "POST", path, forget, version=shown["version"])
    assert done.status_code == 201, done.json
    assert person["name"] not in phone.shown()


def test_the_page_is_in_english_too(office: Office, household: str) -> None:
    phone = opened(office, household)
    phone.person.client.set_cookie("language", "en")
    text = phone.shown()
    assert "Who looked at the file" in text
    assert 'lang="en"' in text


def test_the_page_of_a_certificate_leads_here(office: Office, household: str) -> None:
    certified(office, household)
    code = certificate_code(office, household)
    text = Phone(office).person.text(f"/kiem-tra/{code}")
    assert f'href="/ho-cua-toi?ma={code}"' in text
    assert f'value="{code}"' in Phone(office).person.text(f"/ho-cua-toi?ma={code}")


# What the household says.


def test_a_contest_is_taken_and_its_answer_shown(office: Office, household: str) -> None:
    phone = opened(office, household)
    page = "/ho-cua-toi/khong-dong-y"
    empty = phone.says(page, about="class", text="")
    assert empty.status_code == 422
    sent = phone.says(page, about="class", text="Nhà vẫn dột, chưa có việc")
    assert sent.status_code == 303
    text = phone.shown()
    assert "Nhà vẫn dột, chưa có việc" in text
    assert "Chờ trả lời, hạn 04/01/2024" in text
    own_view = office.services.application.own_views.of_household(UUID(household))
    (contest,) = own_view.contests
    path = f"/api/v1/households/{household}/contests/{contest}"
    assert office.request("case_worker", "GET", path).json["text"] == "Nhà vẫn dột, chưa có việc"
    answered = office.request(
        "case_worker", "POST", f"{path}/answer", {"outcome": "kept", "text": "Đúng Phiếu B"}
    )
    assert answered.status_code == 201, answered.json
    text = phone.shown()
    assert "Đúng Phiếu B" in text
    assert "Trả lời ngày 20/12/2023" in text


def test_an_overdue_contest_says_so(office: Office, household: str) -> None:
    phone = opened(office, household)
    phone.says("/ho-cua-toi/khong-dong-y", about="other", text="Chưa ai trả lời")
    office.clock.now = NOW + timedelta(days=30)
    phone.type(paper_of(office, household), given(office, household))
    assert "Đã quá hạn trả lời ngày 04/01/2024" in phone.shown()


def test_a_contest_sent_twice_is_one(office: Office, household: str) -> None:
    phone = opened(office, household)
    for _ in range(2):
        phone.says(
            "/ho-cua-toi/khong-dong-y", about="other", text="Một việc", _key=f"c-{household}"
        )
    own_view = office.services.application.own_views.of_household(UUID(household))
    assert len(own_view.contests) == 1


@pytest.mark.parametrize(
    "page",
    [
        "/ho-cua-toi/khong-dong-y",
        f"/ho-cua-toi/ho-tro/{UUID(int=7)}/chua-nhan",
    ],
)
def test_a_form_of_a_closed_page_leads_to_the_codes(
    office: Office, household: str, page: str
) -> None:
    phone = Phone(office)
    assert phone.person.get(page).status_code == 303
    sent = phone.presses(page, about="other", text="Chưa lưu")
    assert sent.status_code == 303
    assert "chưa lưu gì" in phone.shown()


def test_nothing_is_taken_without_the_token_of_the_form(office: Office, household: str) -> None:
    phone = opened(office, household)
    sent = phone.person.client.post(
        "/ho-cua-toi/khong-dong-y", data={"about": "other", "text": "Từ trang khác"}
    )
    assert sent.status_code == 400
