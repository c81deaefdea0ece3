"""A review round at its pages, from its opening to its closing, without JavaScript."""

import re
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.reviews.round import round_id
from service.access import authentication
from tests.reviews import (
    ABOVE,
    ANSWERED,
    CLOSED,
    LISTED,
    MET,
    NEAR_POOR,
    OPENED,
    POOR,
    POSTED,
    READY,
    SIGNED,
    SURVEYED,
    VILLAGE,
    Autumn,
)
from tests.service.conftest import AN_HOA, HUONG_SO, Office
from tests.service.papers.reading import text
from tests.service.persons import KEY, Person
from tests.service.reviews.villages import MIDDLE, in_the_middle, on_day
from tests.service.ui.browser import CSRF, PASSWORD

PRIMARY = re.compile(r'class="button main" href="([^"]+)">([^<]+)</a>')
DIGEST = re.compile(r'name="digest\.(\w+)" value="([0-9a-f]{64})"')


def shown_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def next_of(page: str) -> str:
    """What the one primary button of a round's page says; "" where there is none."""
    found = PRIMARY.findall(page)
    assert len(found) < 2, found
    return found[0][1] if found else ""


@pytest.fixture(scope="module")
def middle(with_passwords: Office) -> Autumn:
    """A round in the middle of its way, in the neighbour ward."""
    office = with_passwords
    office.account("an.hoa", ("case_worker", AN_HOA))
    office.account("an.hoa.surveyor", ("surveyor", AN_HOA), villages=("Tổ dân phố 6",))
    hashed = authentication.password_hash(PASSWORD)
    with psycopg.connect(office.database.url) as conn:
        conn.execute("update office.accounts set password_hash = %s", [hashed])
        on_day(office, MIDDLE)
        for name in ("an.hoa", "an.hoa.surveyor", "far.case_worker"):
            _, office.tokens[name] = authentication.issue_token(
                conn, name, label="", now=office.clock.now
            )
    return in_the_middle(office, AN_HOA)


def of_an_hoa(office: Office, account: str) -> dict[str, Any]:
    answer = office.request(account, "GET", "/api/v1/worklist")
    assert answer.status_code == 200, answer.json
    said: dict[str, Any] = answer.json
    return said


def test_a_round_goes_from_its_opening_to_two_signed_decisions_at_its_pages(
    person: Any, with_passwords: Office
) -> None:
    office = with_passwords
    autumn = Autumn(office.services.application, HUONG_SO)
    for class_ in ("poor", "poor", "near_poor", "poor", *["poor"] * 8):
        autumn.household(class_)
    at = f"/ra-soat/{round_id(HUONG_SO, 'periodic', 2026, None)}"

    on_day(office, OPENED)
    officer: Person = person("case_worker")
    opened = officer.send("/ra-soat/mo", "/ra-soat/mo", area=HUONG_SO, track="periodic",
                          year="2026", effective_on=shown_day(OPENED))  # fmt: skip
    assert opened.status_code == 303, opened.text
    assert opened.headers["Location"].endswith(at)
    assert "Chưa có hộ trong danh sách" in officer.text(at)
    assert next_of(officer.text(at)) == "Lập danh sách"

    on_day(office, LISTED)
    officer = person("case_worker")
    assert _act(officer, f"{at}/ghi/danh-sach", LISTED).status_code == 303
    autumn.round_id = UUID(at.rpartition("/")[2])
    assert len(autumn.now().households) == 12
    assert "Đã có Phiếu B" not in officer.text(f"{at}/hop-dan")
    assert next_of(officer.text(at)) == ""
    assert next_of(person("surveyor").text(at)) == "Đến danh sách hộ"

    on_day(office, SURVEYED)
    for household, scores in zip(
        autumn.ids, (POOR, ABOVE, POOR, NEAR_POOR, *[POOR] * 8), strict=True
    ):
        autumn.survey(household, scores)

    on_day(office, MET)
    officer = person("case_worker")
    meeting = f"{at}/hop-dan?village={VILLAGE}"
    votes = {f"votes.{one}": "35" for one in autumn.ids[:3]}
    assert next_of(officer.text(at)) == "Ghi họp dân"
    met = {"village": VILLAGE, "effective_on": shown_day(MET), "chaired_by": "village_head"}
    too_many = officer.send(meeting, f"{at}/hop-dan", **met, attendance="20", **votes)
    assert too_many.status_code == 422
    assert "Số người đồng ý lớn hơn số người dự họp" in too_many.text
    assert 'value="35"' in too_many.text
    everyone = {**met, "attendance": "40", "all": "yes", **votes, "_key": "the meeting"}
    for _sent_twice in range(2):
        done = officer.send(meeting, f"{at}/hop-dan", **everyone)
        assert done.status_code == 303, done.text
    votes_for = {id_: one.result.votes_for for id_, one in autumn.now().households.items()}  # type: ignore[union-attr]
    assert [votes_for[one] for one in autumn.ids[:4]] == [35, 35, 35, 40]
    office.nudge.catch_up()
    counted, whole = "35/40 đồng ý", "cả hội nghị đồng ý (40 người dự)"
    listed = officer.text(f"{at}/ho")
    assert (listed.count(counted), listed.count(whole), "40/40" in listed) == (3, 9, False)
    for id_, said in zip(autumn.ids[2:4], (counted, whole), strict=True):
        file = officer.text(f"/ho/{id_}")
        assert (said in file, "40/40" in file) == (True, False)
    assert whole in officer.text(f"{at}/ho/{autumn.ids[3]}")
    (held,) = autumn.now().meetings
    minutes = text(officer.get(f"{at}/bien-ban/{held}.pdf").data)
    assert (minutes.count(whole), minutes.count("87,5"), "40/40" in minutes) == (9, 3, False)

    on_day(office, POSTED)
    officer = person("case_worker")
    assert next_of(officer.text(at)) == "Niêm yết"
    posting = f"{at}/ghi/niem-yet"
    alone = _act(officer, posting, POSTED, places="loudspeaker")
    assert alone.status_code == 422
    assert "Chưa chọn đủ nơi niêm yết" in alone.text
    both = ["village_house", "commune_office"]
    assert _act(officer, posting, POSTED, places=both).status_code == 303
    waits = officer.text(at)
    assert "Đang chờ: chưa hết thời hạn niêm yết" in waits
    assert "Quyết định 2306/QĐ-BNNMT: niêm yết 3 ngày làm việc" in waits

    on_day(office, READY)
    officer = person("case_worker")
    assert "Hết niêm yết" in officer.text(at)
    assert next_of(officer.text(at)) == "Thông báo cho hộ"
    assert _act(officer, f"{at}/ghi/bao-cao", READY, list_code="result").status_code == 303
    assert _act(officer, f"{at}/ghi/thong-bao", READY, list_code="result").status_code == 303
    assert next_of(officer.text(at)) == ""
    assert "Đang chờ: chưa hết thời hạn có ý kiến" in officer.text(at)

    on_day(office, ANSWERED)
    province: Person = person("province_officer")
    assert next_of(province.text(at)) == "Ghi ý kiến trả lời"
    answer = _act(
        province, f"{at}/ghi/tra-loi-y-kien", ANSWERED, list_code="result", opinion="agrees"
    )
    assert answer.status_code == 303, answer.text

    on_day(office, SIGNED)
    chairman: Person = person("chairman")
    assert next_of(chairman.text(at)) == "Đọc, ký danh sách"
    read = chairman.text(f"{at}/ky")
    digests = {f"digest.{kind}": digest for kind, digest in DIGEST.findall(read)}
    assert set(digests) == {"digest.recognition", "digest.exit"}
    assert (counted in read, whole in read, "40/40" in read) == (True, True, False)
    signing = {
        **digests,
        "list": "result",
        "signed_on": shown_day(SIGNED),
        "number.recognition": "101/QĐ-UBND",
        "number.exit": "102/QĐ-UBND",
    }
    wrong = chairman.send(f"{at}/ky", f"{at}/ky", **signing, present="mat khau khac han")
    assert wrong.status_code in (401, 403, 422), wrong.status_code
    assert "mật khẩu chưa đúng" in wrong.text
    assert autumn.now().decisions == []
    stale = {**signing, "digest.recognition": "0" * 64, "number.exit": ""}
    changed = chairman.send(f"{at}/ky", f"{at}/ky", **stale, present=PASSWORD)
    assert changed.status_code == 409
    assert "Danh sách đã thay đổi" in changed.text
    form = {
        "csrf_token": CSRF.search(read)[1],  # type: ignore[index]
        "_key": KEY.search(read)[1],  # type: ignore[index]
        **signing,
        "present": PASSWORD,
    }
    signed = chairman.client.post(f"{at}/ky", data=form)
    assert signed.status_code == 303, signed.text
    assert [one.kind for one in autumn.now().decisions] == ["recognition", "exit"]
    # Pressed twice, or sent again from the page before: it is signed, and once.
    twice = chairman.client.post(f"{at}/ky", data=form)
    assert twice.status_code == 303, twice.text
    assert len(autumn.now().decisions) == 2
    other = chairman.client.post(f"{at}/ky", data={**form, "number.exit": "103/QĐ-UBND"})
    assert other.status_code == 409
    assert "Chưa ký" in other.text
    assert "Không có hộ nào chờ ký" in other.text
    assert len(autumn.now().decisions) == 2
    assert autumn.class_of(autumn.ids[1]) not in ("poor", "near_poor")

    on_day(office, CLOSED)
    chairman = person("chairman")
    assert "Đã có quyết định" in chairman.text(at)
    assert next_of(chairman.text(at)) == "Cấp giấy chứng nhận"
    assert next_of(person("case_worker").text(at)) == "Lập danh sách gửi đi"
    closed = _act(chairman, f"{at}/ghi/ket-thuc", CLOSED, outcome="completed")
    assert closed.status_code == 303, closed.text
    assert next_of(chairman.text(at)) == "Cấp giấy chứng nhận"
    steps = person("inspector").text(f"{at}/ho/{autumn.ids[1]}")
    for said in ("Đưa vào danh sách", "Thu thập Phiếu B", "Họp dân lần 1", "Niêm yết",
                 "102/QĐ-UBND", "Kết thúc đợt rà soát"):  # fmt: skip
        assert said in steps, said


def _act(someone: Person, where: str, day: date, **values: Any) -> Any:
    return someone.send(where, where, effective_on=shown_day(day), **values)


def test_a_refusal_stands_beside_its_field_and_says_what_to_do(
    person: Any, with_passwords: Office, middle: Autumn
) -> None:
    on_day(with_passwords, MIDDLE)
    officer: Person = person("an.hoa")
    where = f"/ra-soat/{middle.round_id}/ghi/niem-yet"
    answer = _act(officer, where, MIDDLE, village="Tổ dân phố 7")
    assert answer.status_code == 422
    assert 'id="e-places"' in answer.text
    assert "Hãy chọn nơi niêm yết" in answer.text
    early = _act(officer, f"/ra-soat/{middle.round_id}/ghi/bao-cao", MIDDLE, list_code="result")
    assert early.status_code == 409
    assert "khiếu nại chưa phúc tra xong" in early.text


def test_a_household_is_found_by_name_for_a_request(
    person: Any, with_passwords: Office, middle: Autumn
) -> None:
    on_day(with_passwords, MIDDLE)
    officer: Person = person("an.hoa")
    where = f"/ra-soat/{middle.round_id}/ghi/giay-de-nghi"
    made = middle.household("")
    with_passwords.nudge.catch_up()
    number = f"H{len(middle.ids)}"
    found = officer.send(where, where, find="household", **{"household.q": number})
    assert found.status_code == 200
    assert f'value="{made}"' in found.text
    taken = _act(officer, where, MIDDLE, household=str(made), kind="entry")
    assert taken.status_code == 303, taken.text
    page = officer.text(f"/ra-soat/{middle.round_id}")
    (request,) = [one for one in middle.now().requests.values() if one.household == made]
    assert str(request.request_id) in page
    screening = f"/ra-soat/{middle.round_id}/ghi/nhan-dang-nhanh"
    done = officer.send(
        f"{screening}?request={request.request_id}", screening,
        request=str(request.request_id), effective_on=shown_day(MIDDLE), signs="01",
    )  # fmt: skip
    assert done.status_code == 303, done.text
    assert made in middle.now().households


def test_the_worklist_tells_overdue_from_blocked_and_each_role_its_own(
    with_passwords: Office, middle: Autumn
) -> None:
    office = with_passwords
    on_day(office, MIDDLE)
    items = of_an_hoa(office, "an.hoa")["items"]
    grievance = next(one for one in items if one["kind"] == "grievance")
    assert grievance["due_on"] == "2026-10-01"
    assert not grievance["overdue"]
    assert "Phiếu B" in grievance["blocked_by"]
    meeting = next(one for one in items if one["kind"] == "meeting")
    assert meeting["blocked_by"].startswith("còn 2 hộ")
    days = [one["due_on"] for one in items]
    assert days == sorted(days)
    on_day(office, date(2026, 10, 2))
    late = next(one for one in of_an_hoa(office, "an.hoa")["items"] if one["kind"] == "grievance")
    assert late["overdue"]
    assert late["blocked_by"]
    kinds = {one["kind"] for one in of_an_hoa(office, "an.hoa.surveyor")["items"]}
    assert kinds == {"survey"}
    assert {one["kind"] for one in of_an_hoa(office, "far.case_worker")["items"]} == set()


def test_a_round_says_what_waits_for_what_until_when_and_who_acts(
    person: Any, with_passwords: Office, middle: Autumn
) -> None:
    on_day(with_passwords, MIDDLE)
    at = f"/ra-soat/{middle.round_id}"
    page = person("an.hoa").text(at)
    assert "Đang chờ: còn" in page
    assert "Người thực hiện: rà soát viên" in page
    assert "Hạn: hết ngày 01/10/2026" in page
    assert "phúc tra 7 ngày làm việc" in page
    own = person("an.hoa.surveyor").text(at)
    assert next_of(own) == "Đến danh sách hộ"
    assert "1 thôn, tổ dân phố" in own
    assert "giấy đề nghị" not in own.partition("Việc tiếp theo")[2].partition("Tiến độ")[0]


def test_a_page_of_the_worklist_goes_on_where_the_one_before_ended(
    with_passwords: Office, middle: Autumn
) -> None:
    office = with_passwords
    on_day(office, MIDDLE)
    whole = of_an_hoa(office, "an.hoa")["items"]
    found, after = [], ""
    while True:
        answer = office.request("an.hoa", "GET", f"/api/v1/worklist?limit=2{after}").json
        found += answer["items"]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    assert found == whole


def test_a_surveyor_kept_to_a_village_sees_its_houses_and_no_other(
    person: Any, with_passwords: Office, middle: Autumn
) -> None:
    on_day(with_passwords, MIDDLE)
    surveyor: Person = person("an.hoa.surveyor")
    first = surveyor.get("/")
    assert first.headers["Location"].endswith("/viec-can-lam")
    shown = surveyor.text("/viec-can-lam")
    assert "Tổ dân phố 6: 2 hộ chờ thu thập Phiếu B" in shown
    assert "Tổ dân phố 7" not in shown
    assert "Còn lại (2)" in shown
    assert "Đã thu thập (3)" in shown
    households = surveyor.text(f"/ra-soat/{middle.round_id}/ho")
    assert "Tổ dân phố 5" not in households
    round_page = surveyor.text(f"/ra-soat/{middle.round_id}")
    assert "Tổ dân phố 7" not in round_page


def test_the_page_of_a_household_says_where_it_is_in_the_round(
    person: Any, with_passwords: Office, middle: Autumn
) -> None:
    on_day(with_passwords, MIDDLE)
    officer: Person = person("an.hoa")
    shown = officer.text(f"/ho/{middle.ids[0]}")
    assert "Có khiếu nại, đang phúc tra" in shown
    assert f"/ra-soat/{middle.round_id}/ho/{middle.ids[0]}" in shown


def test_the_text_of_a_grievance_is_read_by_offices_alone(
    person: Any, with_passwords: Office, middle: Autumn
) -> None:
    on_day(with_passwords, MIDDLE)
    where = f"/ra-soat/{middle.round_id}/ho/{middle.ids[0]}"
    assert "Nhà tôi khó khăn" in person("an.hoa").text(where)
    elsewhere = person("an.hoa.surveyor").get(where)
    assert elsewhere.status_code == 404  # another village
