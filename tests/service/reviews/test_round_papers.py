"""The papers of a round as PDF: what each says, and what it leaves out."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from service.access import authentication
from tests.reviews import MET, POOR, POSTED, Autumn
from tests.service.conftest import AN_HOA, HUONG_SO, Office
from tests.service.papers.reading import pages, text
from tests.service.readings import lines
from tests.service.reviews.villages import MIDDLE, SEVEN, in_the_middle, on_day, ready_to_sign


@pytest.fixture(scope="module")
def middle(with_passwords: Office) -> Autumn:
    """A round in the middle of its way, with a refused request."""
    office = with_passwords
    on_day(office, MIDDLE)
    come(office, "officer")
    come(office, "kept", villages=("Tổ dân phố 5",))
    return in_the_middle(office)


@pytest.fixture(autouse=True)
def _in_autumn(office: Office) -> None:
    """The clock stands in the autumn of the round, whatever a test before has set."""
    on_day(office, MIDDLE)


def come(office: Office, name: str, area: str = HUONG_SO, **more: Any) -> None:
    """A case worker of a ward, with a token of this day."""
    office.account(name, ("case_worker", area), **more)
    with psycopg.connect(office.database.url) as conn:
        _, office.tokens[name] = authentication.issue_token(
            conn, name, label="", now=office.clock.now
        )


def paper(office: Office, autumn: Autumn, path: str, account: str = "officer") -> bytes:
    answer = office.request(account, "GET", f"/api/v1/rounds/{autumn.round_id}/{path}")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf"), answer.json
    return bytes(answer.data)


def heads(office: Office, autumn: Autumn, account: str = "officer") -> list[str]:
    """The names of the heads, in the order made."""
    found = []
    for one in autumn.ids:
        answer = office.request(account, "GET", f"/api/v1/households/{one}")
        assert answer.status_code == 200, answer.json
        shown = answer.json
        found.append(shown["members"][0]["name"])
    return found


def test_the_minutes_have_the_votes_and_leave_names_to_be_filled_in(
    with_passwords: Office, middle: Autumn
) -> None:
    first, last = middle.now().meetings[:2]
    said = text(paper(with_passwords, middle, f"meetings/{first}.pdf"))
    for one in (
        "BIÊN BẢN HỌP DÂN", "Tổ dân phố 5", f"ngày {MET:%d} tháng 9 năm 2026", "40 người",
        "Chủ trì: ………… (Trưởng thôn)", "từ 50% số người", "87,5", "Thống nhất",
        *heads(with_passwords, middle)[:4],
    ):  # fmt: skip
        assert one in said, (one, said)
    sent_back = text(paper(with_passwords, middle, f"meetings/{last}.pdf"))
    assert "Rà soát lại" in sent_back
    assert SEVEN in sent_back


def test_a_posting_has_head_village_and_proposed_class_and_nothing_more(
    with_passwords: Office, middle: Autumn
) -> None:
    (posting,) = middle.now().postings
    said = text(paper(with_passwords, middle, f"postings/{posting}.pdf"))
    names = heads(with_passwords, middle)
    for one in (
        "THÔNG BÁO NIÊM YẾT CÔNG KHAI", "trong 3 ngày làm việc", f"{POSTED:%d/%m/%Y}",
        "25/09/2026", "Nhà văn hóa", "Hộ cận nghèo", *names[:4],
    ):  # fmt: skip
        assert one in said, (one, said)
    assert not [one for one in names[4:] if one in said]
    for kept_back in ("1930", "140", "B1", "H1"):
        assert kept_back not in said


def test_a_posting_printed_again_says_what_was_known_then(
    with_passwords: Office, middle: Autumn
) -> None:
    office = with_passwords
    (posting,) = middle.now().postings
    before = paper(office, middle, f"postings/{posting}.pdf")
    shown = office.request("officer", "GET", f"/api/v1/households/{middle.ids[0]}").json
    path = f"/api/v1/households/{middle.ids[0]}/members/{shown['members'][0]['person_id']}"
    changed = {"reason": "error", "correction": {"name": "Hồ Thị Tên Mới"}}
    done = office.request(
        "officer", "POST", f"{path}/corrections",
        {"effective_on": "2025-03-03", **changed}, version=shown["version"],
    )  # fmt: skip
    assert done.status_code == 201, done.json
    assert "Tên Mới" in heads(office, middle)[0]
    assert paper(office, middle, f"postings/{posting}.pdf") == before


def test_a_refusal_is_a_letter_with_its_reasons(with_passwords: Office, middle: Autumn) -> None:
    asked = next(iter(middle.now().requests))
    middle.refuse(asked, "screened_out", "not_resident", on=MIDDLE)
    with_passwords.nudge.catch_up()
    head = heads(with_passwords, middle)[-1]
    before = len(lines(with_passwords, "officer"))
    said = text(paper(with_passwords, middle, f"requests/{asked}/refusal.pdf"))
    for one in (
        "Kính gửi: Ông/bà", head, SEVEN,
        "chưa đưa hộ ông/bà vào danh sách hộ gia đình cần rà soát",
        "Không thuộc diện cần rà soát theo Phiếu A.", "Không cư trú trên địa bàn.",
        "Căn cứ Quyết định 24/2021/QĐ-TTg ngày 16 tháng 7 năm 2021", "TM. ỦY BAN NHÂN DÂN",
    ):  # fmt: skip
        assert one in said, (one, said)
    assert lines(with_passwords, "officer")[before:] == [("file", middle.ids[-1], HUONG_SO)]


def test_each_household_that_leaves_has_a_notice_on_a_page_of_its_own(office: Office) -> None:
    autumn = ready_to_sign(office, AN_HOA)
    on_day(office, date(2026, 10, 2))
    come(office, "an.hoa", AN_HOA)
    found = pages(paper(office, autumn, "notices.pdf", "an.hoa"))
    noticed = [id_ for id_, one in autumn.now().households.items() if one.notices]
    assert len(found) == len(noticed) > 1
    names = dict(zip(autumn.ids, heads(office, autumn, "an.hoa"), strict=True))
    for id_ in noticed:
        (own,) = pages(paper(office, autumn, f"notices/{id_}.pdf", "an.hoa"))
        assert names[id_] in own
        assert "đến hết ngày 01/10/2026" in own
        assert "dự kiến không còn là hộ nghèo" in own
        assert "điểm B1" in own
        assert own in found
    stays = next(one for one in autumn.ids if one not in noticed)
    at = f"/api/v1/rounds/{autumn.round_id}/notices/{stays}.pdf"
    assert office.request("an.hoa", "GET", at).status_code == 404


def test_the_page_of_papers_leads_to_each_and_names_nobody(
    person: Any, with_passwords: Office, middle: Autumn
) -> None:
    officer = person("case_worker")
    at = f"/ra-soat/{middle.round_id}"
    assert f"{at}/van-ban" in officer.text(at)
    shown = officer.text(f"{at}/van-ban")
    (posting,) = middle.now().postings
    for meeting in middle.now().meetings:
        assert f"{at}/bien-ban/{meeting}.pdf" in shown
    assert f"{at}/niem-yet/{posting}.pdf" in shown
    assert not [one for one in heads(with_passwords, middle) if one in shown]
    answer = officer.get(f"{at}/niem-yet/{posting}.pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    steps = officer.text(f"{at}/ho/{middle.ids[0]}")
    assert f"{at}/niem-yet/{posting}.pdf" in steps


def test_an_act_that_there_is_not_has_no_paper(with_passwords: Office, middle: Autumn) -> None:
    at = f"/api/v1/rounds/{middle.round_id}"
    before = len(lines(with_passwords, "officer"))
    for path in (
        f"meetings/{uuid4()}.pdf", f"postings/{uuid4()}.pdf", f"requests/{uuid4()}/refusal.pdf",
        "notices.pdf", f"notices/{middle.ids[0]}.pdf",
    ):  # fmt: skip
        assert with_passwords.request("officer", "GET", f"{at}/{path}").status_code == 404, path
    assert len(lines(with_passwords, "officer")) == before


def test_a_role_that_is_kept_to_some_villages_prints_no_paper_of_the_round(
    with_passwords: Office, middle: Autumn
) -> None:
    (posting,) = middle.now().postings
    at = f"/api/v1/rounds/{middle.round_id}/postings/{posting}.pdf"
    assert with_passwords.request("kept", "GET", at).status_code == 404


def test_a_signed_decision_of_a_round_leads_to_its_paper_and_its_certificates(
    person: Any, with_passwords: Office
) -> None:
    office = with_passwords
    autumn = Autumn(office.services.application, HUONG_SO, first=100)
    one = autumn.household("")
    autumn.open(on=date(2026, 9, 16), track="on_demand", month=9)
    request = autumn.request(one, on=date(2026, 9, 16))
    autumn.screen(request, on=date(2026, 9, 16))
    autumn.put_on_list(one, on=date(2026, 9, 16), source="request")
    autumn.survey(one, POOR, on=date(2026, 9, 17))
    autumn.meet(one, on=date(2026, 9, 18))
    autumn.post(one, on=date(2026, 9, 18))
    autumn.sign(number="301/QĐ-UBND", on=date(2026, 9, 24), households=(one,))
    on_day(office, MIDDLE)
    chairman = person("chairman")
    on_day(office, MIDDLE)
    shown = chairman.text(f"/ra-soat/{autumn.round_id}")
    address = re.search(r'href="(/quyet-dinh/[^"]+[.]pdf)"', shown)
    assert address, shown
    assert "301/QĐ-UBND" in text(chairman.get(address[1]).data)
    issuing = re.search(r'href="(/giay-chung-nhan[?]decision=[^"]+)"', shown)
    assert issuing, shown
    assert 'value="301/QĐ-UBND"' in chairman.text(issuing[1])
