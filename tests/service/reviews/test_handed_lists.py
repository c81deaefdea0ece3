"""That a list went out is recorded in the round: by the API, at the page, and the worklist ends."""

import io
import re
from datetime import date
from typing import Any

import psycopg
import pytest
from python_calamine import CalamineWorkbook

from service.access import authentication
from tests.reviews import ABOVE, NEAR_POOR, POOR, Autumn
from tests.service.conftest import HUONG_SO, Office
from tests.service.persons import Person
from tests.service.reviews.villages import on_day

SENT = date(2026, 10, 12)
DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')


@pytest.fixture(scope="module")
def decided(with_passwords: Office) -> Autumn:
    """A ward whose yearly round is decided: four stay, one becomes near-poor, one leaves."""
    office = with_passwords
    autumn = Autumn(office.services.application, HUONG_SO)
    autumn.ready(
        "poor", "poor", "poor", "poor", "poor", "near_poor", *["poor"] * 6,
        scores=[POOR, POOR, POOR, NEAR_POOR, ABOVE, NEAR_POOR, *[POOR] * 6],
    )  # fmt: skip
    autumn.sign("recognition", "101/QĐ-UBND")
    autumn.sign("exit", "102/QĐ-UBND")
    on_day(office, SENT)
    with psycopg.connect(office.database.url) as conn:
        for name in ("case_worker", "chairman", "surveyor", "auditor", "far.case_worker"):
            _, office.tokens[name] = authentication.issue_token(
                conn, name, label="", now=office.clock.now
            )
    return autumn


def waiting(office: Office, account: str = "case_worker") -> list[dict[str, Any]]:
    answer = office.request(account, "GET", "/api/v1/worklist?limit=200")
    assert answer.status_code == 200, answer.json
    return [one for one in answer.json["items"] if one["kind"].startswith("handed_list")]


def lists(office: Office, autumn: Autumn, more: str = "") -> dict[str, dict[str, Any]]:
    at = f"/api/v1/rounds/{autumn.round_id}/handed-lists{more}"
    answer = office.request("case_worker", "GET", at)
    assert answer.status_code == 200, answer.json
    return {one["handed_list"]: one for one in answer.json["items"]}


def send(office: Office, autumn: Autumn, handed_list: str = "insurance", **changed: Any) -> Any:
    body = {
        "effective_on": SENT.isoformat(),
        "handed_list": handed_list,
        "means": "document_system",
        "digest": lists(office, autumn)[handed_list]["digest"],
        "document": {"number": "15/UBND-VX", "signed_on": SENT.isoformat()},
        **changed,
    }
    account = changed.pop("account", "case_worker")
    body.pop("account", None)
    at = f"/api/v1/rounds/{autumn.round_id}/handed-lists"
    return office.request(account, "POST", at, body, version=autumn.now().version)


def counts(one: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {each["kind"]: (each["households"], each["persons"]) for each in one["counts"]}


def test_the_worklist_asks_until_each_list_is_recorded_as_handed_over(
    with_passwords: Office, decided: Autumn
) -> None:
    office = with_passwords
    on_day(office, SENT)
    for account in ("case_worker", "chairman"):
        insurance, bank = waiting(office, account)
        assert (insurance["due_on"], insurance["overdue"]) == ("2026-12-20", False)
        assert "cơ quan bảo hiểm xã hội" in insurance["title"]
        assert (bank["due_on"], bank["overdue"]) == (None, False), "no text is known for the bank"
    assert waiting(office, "surveyor") == []
    assert waiting(office, "far.case_worker") == []
    on_day(office, date(2026, 12, 20))
    assert not waiting(office)[0]["overdue"]
    on_day(office, date(2026, 12, 21))
    assert waiting(office)[0]["overdue"]
    on_day(office, SENT)

    before = lists(office, decided)
    assert counts(before["insurance"]) == {"poor": (9, 9), "near_poor": (2, 2), "left_both": (1, 1)}
    assert counts(before["bank"]) == {"poor": (9, 9), "near_poor": (2, 2), "newly_escaped": (1, 1)}
    assert before["insurance"]["due_on"] == "2026-12-20"
    assert "37/2025/NQ-HĐND" in before["insurance"]["rule"]
    assert (before["bank"]["due_on"], before["bank"]["rule"]) == (None, "")
    assert (before["bank"]["held_up_by"], before["bank"]["handed"]) == ("", [])

    for wrong, code in (
        ({"digest": "0" * 64}, "handed_list_changed"),
        ({"effective_on": "2026-10-13"}, "round_day_in_future"),
        ({"effective_on": "2026-10-01"}, "step_too_early"),
        ({"means": "pigeon"}, "fields_refused"),
    ):
        refused = send(office, decided, **wrong)
        assert refused.status_code >= 400
        assert code in refused.get_data(as_text=True), refused.json
    assert send(office, decided, account="auditor").status_code == 403
    assert decided.now().handed_lists == {}

    done = send(office, decided)
    assert done.status_code == 201, done.json
    (bank,) = waiting(office)
    assert "Ngân hàng Chính sách xã hội" in bank["title"]
    assert send(office, decided, "bank").status_code == 201
    assert waiting(office) == []
    (handed,) = lists(office, decided)["insurance"]["handed"]
    assert (handed["number"], handed["handed_on"], handed["means"], handed["account"]) == (
        1, "2026-10-12", "document_system", "case_worker",
    )  # fmt: skip
    assert (handed["due_on"], handed["letter"]) == ("2026-12-20", "15/UBND-VX")
    assert handed["digest"] == before["insurance"]["digest"]
    shown = office.request("auditor", "GET", f"/api/v1/rounds/{decided.round_id}").json
    assert [(one["handed_list"], one["number"]) for one in shown["handed_lists"]] == [
        ("insurance", 1), ("bank", 1),
    ]  # fmt: skip


def test_the_list_has_the_households_of_the_excel(with_passwords: Office, decided: Autumn) -> None:
    office = with_passwords
    on_day(office, SENT)
    for name, at in (("insurance", 2), ("bank", 2)):
        answer = office.request(
            "case_worker", "GET", f"/api/v1/handed-lists/{name}.xlsx?area={HUONG_SO}"
        )
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        rows = []
        for sheet in book.sheet_names:
            every = book.get_sheet_by_name(sheet).to_python()
            start = next(place for place, row in enumerate(every) if row[0] == "STT")
            rows.append(len(every) - start - 1)
        its = lists(office, decided)[name]
        assert rows == [persons for _, persons in counts(its).values()]
        assert len(rows) == at + 1


def test_a_change_after_it_is_told_and_sent_again_at_the_page(
    person: Any, with_passwords: Office, decided: Autumn
) -> None:
    office = with_passwords
    on_day(office, SENT)
    for name in ("insurance", "bank"):
        if not decided.now().handed_lists.get(name):
            done = send(office, decided, name)
            assert done.status_code == 201, done.json
    at = f"/ra-soat/{decided.round_id}/danh-sach-gui"
    officer: Person = person("case_worker")
    assert "Danh sách không thay đổi từ lần gửi cuối" in officer.text(at)

    left, entered = decided.ids[0], decided.household("")
    decided.classify(left, "not_listed", on=SENT)
    decided.classify(entered, "poor", on=SENT)
    on_day(office, date(2026, 10, 14))
    officer = person("case_worker")
    insurance, bank = waiting(office)
    assert {one["kind"] for one in (insurance, bank)} == {"handed_list_changed"}
    assert "2 hộ thay đổi" in insurance["title"]
    assert lists(office, decided)["insurance"]["changes"] == [
        {"household_id": str(id_), "kind": kind, "before": before, "now": now}
        for id_, kind, before, now in sorted(
            [(left, "other_kind", "poor", "left_both"), (entered, "added", "", "poor")]
        )
    ]
    shown = officer.text(at)
    for said in ("Đã thay đổi sau khi gửi: 2 hộ", "Chưa có trong danh sách đã gửi", "Thay đổi diện",
                 f"/ho/{left}", f"/ho/{entered}", "Hạn gửi: 20/12/2026"):  # fmt: skip
        assert said in shown, said
    page = officer.text(f"/ra-soat/{decided.round_id}")
    assert "Gửi lại danh sách cho cơ quan bảo hiểm xã hội: 2 hộ thay đổi sau khi gửi" in page

    (digest,) = DIGEST.findall(shown)
    typed = {"list": "insurance", "means": "email", "letter": "", "digest": digest}
    tomorrow = officer.send(at, at, **typed, effective_on="15/10/2026")
    assert (tomorrow.status_code, 'id="e-effective_on"' in tomorrow.text) == (422, True)
    stale = officer.send(at, at, **{**typed, "digest": "0" * 64}, effective_on="14/10/2026")
    assert (stale.status_code, "Danh sách đã thay đổi" in stale.text) == (422, True)
    assert DIGEST.findall(stale.text) == [digest], "the page has the list as it is now"
    sent = officer.send(at, at, **typed, effective_on="14/10/2026")
    assert sent.status_code == 303, sent.text
    assert [one.number for one in decided.now().handed_lists["insurance"]] == [1, 2]
    assert "Danh sách không thay đổi từ lần gửi cuối" in officer.text(at)
    assert len(waiting(office)) == 1, "the bank has the list of before"

    officer.client.set_cookie("language", "en")
    english = officer.text(f"{at}?list=bank")
    assert "Changed since it was sent" in english
    assert "No text is known" in english


def test_a_round_that_is_not_decided_has_no_form(person: Any, with_passwords: Office) -> None:
    office = with_passwords
    on_day(office, date(2026, 11, 16))
    later = Autumn(office.services.application, HUONG_SO, first=300)
    asking = later.household("")
    later.open(date(2026, 11, 16), track="on_demand", month=11)
    later.request(asking, on=date(2026, 11, 16))
    on_day(office, date(2026, 11, 16))
    officer: Person = person("case_worker")
    shown = officer.text(f"/ra-soat/{later.round_id}/danh-sach-gui")
    assert "Hãy ký quyết định trước" in shown
    assert "Ghi đã gửi lần" not in shown
    workers = Autumn(office.services.application, HUONG_SO, first=400)
    workers.open(date(2026, 11, 16), track="low_income", month=11)
    on_day(office, date(2026, 11, 16))
    assert officer.get(f"/ra-soat/{workers.round_id}/danh-sach-gui").status_code == 404
