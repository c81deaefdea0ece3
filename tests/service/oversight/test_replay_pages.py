"""Deciding again at the pages: asked for, watched, and read with what differs first."""

import io
import itertools
import re
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from python_calamine import CalamineWorkbook

from domain.areas.commands import NewUnit
from domain.commands.command import CommandContext, Document
from projections.oversight.replay.replay_job import run
from service.access import accounts
from tests.calls import areas_of
from tests.service.bodies import DECISION, REGISTER
from tests.service.conftest import (
    AN_HOA,
    CITY,
    FIRST_DAY,
    HUE,
    HUONG_SO,
    NOW,
    SETTER,
    THACH_LINH,
    Office,
)
from tests.service.households.poor_household import H, poor
from tests.service.ui.browser import PASSWORD
from tests.standards import standards

WHERE = "/quyet-dinh-lai"
NUMBERS = itertools.count(1)


def asked_for(someone: Any, **values: Any) -> Any:
    given = {"area": "", "from": "01/01/2022", "to": "31/12/2022", **values}
    return someone.send(WHERE, WHERE, **given)


def differing(office: Office) -> str:
    """A household that was decided otherwise than the rule gives."""
    household: str = office.household()["household_id"]
    body = {
        **DECISION,
        "class": "near_poor",
        "figures": {"area_type": "urban", "income": 1_000_000, "deprived_count": 4},
        "override_reason": "Theo biên bản họp",
    }
    done = office.request("chairman", "POST", f"{H}/{household}/classifications", body, version=1)
    assert done.status_code == 201, done.json
    return household


def test_an_inspector_asks_watches_and_reads_what_differs_side_by_side(
    person: Any, with_passwords: Office
) -> None:
    poor(with_passwords)
    household = differing(with_passwords)
    inspector = person("inspector")
    answer = asked_for(inspector)
    assert answer.status_code == 303, answer.text
    place = answer.headers["Location"]
    waiting = inspector.text(place)
    assert "data-poll" in waiting
    assert "Đang chờ" in waiting
    task, replay_id = with_passwords.nudge.jobs[-1]
    assert (task, place.rpartition("/")[2]) == ("run_replay", str(replay_id))
    finish(with_passwords, replay_id)
    done = inspector.text(place)
    assert "data-poll" not in done
    assert f"/ho/{household}/su-kien/2" in done
    for said in ("Đã công nhận", "Tính lại", "Hộ cận nghèo", "Hộ nghèo", "Mã kiểm chứng kết quả"):
        assert said in done, said
    same = inspector.text(f"{place}?outcome=same")
    assert "Kết quả công nhận và kết quả tính lại" not in same
    part = inspector.get(place, X_Part="replay").text
    assert part.lstrip().startswith("<div")
    assert "Đối chiếu phân loại" in inspector.text(WHERE)


def finish(office: Office, replay_id: UUID) -> None:
    assert run(office.services.pool, standards(), replay_id, office.clock())


def test_sent_twice_it_is_asked_for_once(person: Any, with_passwords: Office) -> None:
    inspector = person("inspector")
    shown = inspector.text(WHERE)
    key = shown.split('name="_key" value="')[1].split('"')[0]
    first, second = asked_for(inspector, _key=key), asked_for(inspector, _key=key)
    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"to": "31/12/2021"}, "to"), ({"from": "x"}, "from"), ({"from": ""}, "from")],
)
def test_a_period_that_cannot_be_is_refused_beside_its_field(
    person: Any, with_passwords: Office, typed: dict[str, str], field: str
) -> None:
    answer = asked_for(person("inspector"), **typed)
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text


def test_an_auditor_reads_and_does_not_ask(person: Any, with_passwords: Office) -> None:
    place = asked_for(person("inspector")).headers["Location"]
    auditor = person("auditor")
    assert "data-poll" in auditor.text(place)
    assert 'name="from"' not in auditor.text(WHERE)
    assert person("far.inspector").get(place).status_code == 404
    assert person("case_worker").get(WHERE).status_code == 403


def test_another_area_than_ones_own_is_not_asked_for(person: Any, with_passwords: Office) -> None:
    answer = asked_for(person("far.inspector"), area=HUE)
    assert answer.status_code == 403


def decided_again(office: Office, inspector: Any, **values: Any) -> str:
    """The address of a replay of all decisions of 2022 that is done."""
    answer = asked_for(inspector, **values)
    finish(office, office.nudge.jobs[-1][1])
    place: str = answer.headers["Location"]
    return place


def named(office: Office, head: str, area: str = HUONG_SO) -> str:
    """A household of one person that was decided otherwise than the rule gives."""
    member = {**REGISTER["members"][0], "name": head}
    given = {"members": [member], "number": f"DC-{next(NUMBERS)}", "area": area}
    by = "case_worker" if area == HUONG_SO else "worker.anhoa"
    done = office.request(by, "POST", H, {**REGISTER, **given})
    assert done.status_code == 201, done.json
    household: str = done.json["household_id"]
    body = {
        **DECISION,
        "class": "near_poor",
        "figures": {"area_type": "urban", "income": 1_000_000, "deprived_count": 4},
        "override_reason": "Theo biên bản họp",
    }
    signer = "chairman" if area == HUONG_SO else "chairman.anhoa"
    signed = office.request(signer, "POST", f"{H}/{household}/classifications", body, version=1)
    assert signed.status_code == 201, signed.json
    return household


@pytest.fixture(scope="module")
def two_wards(with_passwords: Office) -> Office:
    """Two wards with wrong decisions, about people whose names tell Vietnamese order apart."""
    with_passwords.account("worker.anhoa", ("case_worker", AN_HOA))
    with_passwords.account("chairman.anhoa", ("chairman", AN_HOA))
    for head in ("Trần Văn Đức", "Lê Thị Ân", "Cao Văn Dũng", "Bùi Văn An"):
        named(with_passwords, head)
    named(with_passwords, "Đỗ Thị Ánh", AN_HOA)
    return with_passwords


def test_each_decision_names_its_household_and_commune(two_wards: Office, person: Any) -> None:
    inspector = person("inspector")
    place = decided_again(two_wards, inspector)
    page = inspector.text(place)
    for said in ("Trần Văn Đức", "mã hộ DC-1", "Phường Hương Sơ", "Đỗ Thị Ánh", "Phường An Hòa"):
        assert said in page, said
    assert "Xếp theo thứ tự ghi quyết định" in page


def test_a_household_that_moved_out_of_reach_is_named_by_the_commune_of_the_decision_alone(
    two_wards: Office, person: Any
) -> None:
    household = named(two_wards, "Phan Thị Ổi")
    moving = {"effective_on": "2023-06-01", "area": THACH_LINH, "village": "Tổ dân phố 4"}
    two_wards.account("mover", ("case_worker", ""))
    moved = two_wards.request("mover", "POST", f"{H}/{household}/moves", moving, version=2)
    assert moved.status_code == 201, moved.json
    inspector = person("inspector")
    place = decided_again(two_wards, inspector)
    page = inspector.text(place)
    assert "Phan Thị Ổi" not in page
    assert "Hộ nay ở ngoài địa bàn</span> · Phường Hương Sơ" in page
    sheet = rows_of(inspector.get(f"{place}?take=excel"))
    assert not any("Phan Thị Ổi" in str(row) for row in sheet)


def test_naming_households_leaves_lines_in_the_read_log(two_wards: Office, person: Any) -> None:
    named(two_wards, "Mai Thị Na")
    inspector = person("inspector")
    place = decided_again(two_wards, inspector)

    def noted() -> int:
        with psycopg.connect(two_wards.database.url) as conn:
            row = conn.execute(
                "select count(*) from office.read_log where account = 'inspector'"
            ).fetchone()
        return int(row[0])

    before = noted()
    inspector.text(place)
    assert noted() > before
    before = noted()
    assert inspector.get(f"{place}?take=excel").status_code == 200
    assert noted() > before


def rows_of(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200, answer.text[:300]
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows: list[list[Any]] = book.get_sheet_by_index(0).to_python()
    return rows


def test_the_workbook_says_what_was_asked_and_sorts_as_vietnamese_does(
    two_wards: Office, person: Any
) -> None:
    inspector = person("inspector")
    place = decided_again(two_wards, inspector)
    assert f'href="{place}?outcome=different&amp;take=excel"' in inspector.text(place)
    rows = rows_of(inspector.get(f"{place}?outcome=different&take=excel"))
    head = " ".join(str(row[0]) for row in rows[:8])
    for said in ("Tỉnh Thừa Thiên Huế", "từ 01/01/2022 đến 31/12/2022", "Người xuất: inspector",
                 "20/12/2023"):  # fmt: skip
        assert said in head, said
    (heading,) = [at for at, row in enumerate(rows) if row[1] == "Mã hộ"]
    body = rows[heading + 1 :]
    ours = ("Bùi Văn An", "Lê Thị Ân", "Cao Văn Dũng", "Trần Văn Đức", "Đỗ Thị Ánh")
    assert [row[2] for row in body if row[2] in ours] == [
        "Đỗ Thị Ánh", "Bùi Văn An", "Lê Thị Ân", "Cao Văn Dũng", "Trần Văn Đức",
    ]  # fmt: skip
    assert {row[4] for row in body} == {"Phường An Hòa", "Phường Hương Sơ"}
    first = body[0]
    assert first[0] == "Không khớp"
    assert str(first[5]).startswith("2022-12-01")
    assert first[6] == "Hộ cận nghèo"
    assert "Hộ nghèo" in first[8] or "hộ nghèo" in first[8]


def test_a_withdrawn_decision_has_a_place_of_its_own(two_wards: Office, person: Any) -> None:
    household = named(two_wards, "Ngô Thị Quýt")
    body = {
        "reason": "Ghi nhầm hộ",
        "document": {"number": "77/QĐ-UBND", "signed_on": "2022-12-20"},
    }
    path = f"{H}/{household}/classifications/2/withdrawal"
    assert two_wards.request("chairman", "POST", path, body, version=2).status_code == 201
    inspector = person("inspector")
    place = decided_again(two_wards, inspector)
    page = inspector.text(f"{place}?outcome=withdrawn")
    assert "Ngô Thị Quýt" in page
    assert "Quyết định đã rút lại" in page
    assert "77/QĐ-UBND" in page
    assert "Ngô Thị Quýt" not in inspector.text(place)
    rows = rows_of(inspector.get(f"{place}?outcome=withdrawn&take=excel"))
    assert any(row[0] == "Đã rút lại" and row[2] == "Ngô Thị Quýt" for row in rows)
    listed = inspector.text(WHERE)
    assert "Đã rút lại" in listed


def test_the_areas_to_choose_from_stand_as_vietnamese_sorts_them(
    two_wards: Office, person: Any
) -> None:
    two_wards.account("inspector.city", ("inspector", CITY))
    areas = areas_of(two_wards.services.application)
    for code, name in (("19801", "Phường Đúc"), ("19802", "Phường Vĩ Dạ"), ("19803", "Phường Ân")):
        context = CommandContext(FIRST_DAY, SETTER, uuid4(), NOW, Document("124/2004/QĐ-TTg"))
        areas.establish(context, NewUnit(code, name, parent=CITY))
    areas.refresh()
    two_wards.nudge.catch_up()
    with psycopg.connect(two_wards.database.url) as conn:
        accounts.set_password(conn, "inspector.city", PASSWORD)
    page = person("inspector.city").text(WHERE)
    names = re.findall(r"<option[^>]*>([^<]+)</option>", page.split('name="area"')[1])[:6]
    assert names == [
        "Thành phố Huế", "Phường An Hòa", "Phường Ân", "Phường Đúc", "Phường Hương Sơ",
        "Phường Vĩ Dạ",
    ]  # fmt: skip


def test_a_browser_lets_the_whole_country_be_asked_for(with_passwords: Office, person: Any) -> None:
    if "country.inspector" not in with_passwords.tokens:
        with_passwords.account("country.inspector", ("inspector", ""))
    hashed = "update office.accounts set password_hash = (select password_hash from"
    with psycopg.connect(with_passwords.database.url) as conn:
        conn.execute(f"{hashed} office.accounts where account = 'inspector')"
                     " where account = 'country.inspector'")  # fmt: skip
    page = person("country.inspector").text(WHERE)
    (select,) = re.findall(r'<select id="f-area"[^>]*>\s*<option value="([^"]*)"', page)
    (tag,) = re.findall(r'<select id="f-area"[^>]*>', page)
    assert select == ""
    assert "required" not in tag
    assert "required" in re.findall(r'<select id="f-area"[^>]*>',
                                    person("inspector").text(WHERE))[0]  # fmt: skip
