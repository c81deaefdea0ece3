"""Import, population, role, decide-again and reading outside one's area take the unit of the day
typed: two wards went over into phường Hương An on 1 July 2025, and it is March 2026."""

import io
import re
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from projections.imports import import_job, imports
from tests.lists import household, workbook
from tests.lists import person as listed
from tests.service.conftest import AN_HOA, HUE, HUONG_SO, Office
from tests.service.households.test_communes_of_a_day import HUONG_AN, LATER, merged

__all__ = ["merged"]

BEFORE = "01/03/2024"


@pytest.fixture
def someone(merged: Office, person: Any) -> Any:
    """someone("case_worker") is signed in, in March 2026."""
    merged.clock.now = LATER
    return person


def by_day(who: Any, address: str, **typed: Any) -> str:
    """What a script gets for the day typed into the form of a page."""
    shown = who.text(address)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert csrf
    answer = who.client.post(
        address, data={"csrf_token": csrf[1], **typed}, headers={"X-Part": "by-day"}
    )
    assert answer.status_code == 200, answer.text[:300]
    return part_of(answer.text)


def part_of(page: str) -> str:
    """The choices of a page that go by a day."""
    found = re.search(r'id="d-area"[^>]*data-by-day.*?</(?:select|div)>', page, re.S)
    assert found, "nothing goes by a day"
    return found[0]


def a_list(*households: tuple[str, str], decided: date = date(2023, 12, 12)) -> bytes:
    """Heads and former wards, decided on a day before the merger."""
    where = {HUONG_SO: ("Phường Hương Sơ", "19804"), AN_HOA: ("Phường An Hòa", "19774")}
    return workbook(
        *(
            household(
                listed(name, birth="1950", sex="Nữ"),
                number=name,
                decided=decided,
                place=dict(zip(("commune", "commune_code"), where[area], strict=True)),
            )
            for name, area in households
        )
    )


def imported(office: Office, worker: Any, content: bytes, **typed: Any) -> imports.Import:
    """Sends a list from the page, lets it be worked on, and says what came of it."""
    answer = worker.send(
        "/nhap-danh-sach", "/nhap-danh-sach", at_once="1",
        file=(io.BytesIO(content), "danh sach.xlsx"), **typed,
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    import_id = UUID(answer.headers["Location"].rpartition("/")[2])
    import_job.run(office.services.application, import_id, office.clock)
    office.nudge.catch_up()
    with office.services.pool.connection() as conn:
        return imports.get(conn, import_id)


def test_an_import_proposes_the_wards_of_the_day_typed(merged: Office, someone: Any) -> None:
    part = by_day(someone("case_worker"), "/nhap-danh-sach", effective_on=BEFORE, area=HUONG_AN)
    assert HUONG_SO in part
    assert AN_HOA in part
    assert " selected" not in part.replace('value="" selected', ""), "one of two is chosen unasked"
    assert HUONG_AN not in part, "a ward of another date is offered"
    today = by_day(someone("case_worker"), "/nhap-danh-sach", effective_on="02/03/2026")
    assert HUONG_AN in today
    assert HUONG_SO not in today


@pytest.mark.parametrize(
    ("area", "day", "head"),
    [
        (HUONG_AN, BEFORE, "Cao Thị Mận"),
        (HUONG_AN, "", "Phan Thị Nhãn"),
        (HUONG_SO, BEFORE, "Đỗ Thị Vải"),
        (HUONG_SO, "", "Ngô Thị Bưởi"),
    ],
)
def test_a_list_of_before_the_merger_is_recorded_in_the_ward_of_its_day(
    merged: Office, someone: Any, area: str, day: str, head: str
) -> None:
    content = a_list((head, HUONG_SO))
    made = imported(merged, someone("case_worker"), content, area=area, effective_on=day)
    assert (made.status, made.recorded) == ("done", 1)
    assert made.refused == 0, made


def test_one_list_of_both_former_wards_goes_into_the_ward_that_took_them_over(
    merged: Office, someone: Any
) -> None:
    content = a_list(("Dương Thị Hồng", HUONG_SO), ("Tạ Thị Thị", AN_HOA))
    made = imported(merged, someone("case_worker"), content, area=HUONG_AN)
    assert (made.households, made.recorded) == (2, 2)


def test_a_late_list_finds_a_household_that_was_moved_after_the_merger(
    merged: Office, someone: Any
) -> None:
    merged.alike = True
    worker, head = someone("case_worker"), ("Quách Thị Lựu", HUONG_SO)
    assert imported(merged, worker, a_list(head), area=HUONG_AN).recorded == 1
    answer = merged.request("case_worker", "POST", "/api/v1/searches", {"text": head[0]})
    (found,) = answer.json["items"]
    at = f"/api/v1/households/{found['household_id']}"
    version = merged.request("case_worker", "GET", at).json["version"]
    move = {"effective_on": "2026-03-02", "village": "Tổ dân phố 4"}
    assert merged.request("case_worker", "POST", f"{at}/moves", move, version=version).status_code
    assert merged.request("case_worker", "GET", at).json["area"] == HUONG_AN
    late = a_list(head, decided=date(2024, 12, 10))
    made = imported(merged, worker, late, area=HUONG_AN)
    assert (made.households, made.refused, made.possible, made.recorded) == (1, 0, 0, 0)


def test_population_is_declared_of_a_former_ward_that_is_chosen(
    merged: Office, someone: Any
) -> None:
    merged.account("merged.province_officer", ("province_officer", HUE))
    officer, address = someone("province_officer"), f"/dia-ban/{HUONG_AN}/ho-dan-cu"
    part = by_day(officer, address, effective_on=BEFORE)
    assert HUONG_SO in part
    assert AN_HOA in part
    assert "selected" not in part.replace('value="" selected', ""), "one of two is chosen unasked"
    typed = {"effective_on": BEFORE, "households": "900"}
    refused = officer.send(address, address, **typed)
    assert refused.status_code == 422
    assert HUONG_SO in part_of(refused.text)
    assert officer.send(address, address, area="", **typed).status_code == 422
    made = officer.send(address, address, area=HUONG_SO, **typed)
    assert made.status_code == 303, made.text
    known = merged.services.application.population.declared(HUONG_SO, date(2024, 3, 1))
    assert known
    assert known.households == 900


def test_deciding_again_offers_the_units_of_the_last_day_and_takes_them(
    merged: Office, someone: Any
) -> None:
    inspector = someone("inspector")
    page = inspector.text(f"/quyet-dinh-lai?area={HUONG_AN}")
    assert f'value="{HUONG_AN}" selected' in part_of(page)
    part = by_day(inspector, "/quyet-dinh-lai", to="31/12/2024", area=HUONG_AN)
    assert HUONG_SO in part
    assert HUONG_AN not in part
    answer = inspector.send("/quyet-dinh-lai", "/quyet-dinh-lai", area=HUONG_SO,
                            **{"from": "01/01/2022", "to": "31/12/2024"})  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert "Phường Hương Sơ" in inspector.text(answer.headers["Location"])


@pytest.mark.parametrize(
    ("typed", "day", "taken", "offered"),
    [
        ("Hương An", "", HUONG_AN, ""),
        ("19803", "02/03/2026", HUONG_AN, ""),
        ("19804", BEFORE, HUONG_SO, ""),
        (HUONG_SO, BEFORE, HUONG_SO, ""),
        ("Phường Hương Sơ", BEFORE, HUONG_SO, ""),
        ("19804", "", "", "19803 Phường Hương An"),
        (HUONG_SO, "", "", "19803 Phường Hương An"),
        ("Hương Sơ", "02/03/2026", "", "19803 Phường Hương An"),
        ("Hương An", BEFORE, "", "19804 Phường Hương Sơ"),
        ("19803", BEFORE, "", "19774 Phường An Hòa"),
        ("không có", "", "", ""),
    ],
)
def test_a_role_is_held_in_the_unit_of_its_first_day(
    merged: Office, someone: Any, typed: str, day: str, taken: str, offered: str
) -> None:
    administrator, name = someone("administrator"), f"role.{abs(hash((typed, day)))}"
    merged.account(name)
    answer = administrator.send(
        f"/tai-khoan/{name}", f"/tai-khoan/{name}/vai-tro", role="auditor", reach="unit",
        area=typed, valid_from=day, reason="Theo quyết định 12/QĐ-UBND",
    )  # fmt: skip
    assert answer.status_code == (303 if taken else 422), answer.text
    if taken:
        with merged.services.pool.connection() as conn:
            held = conn.execute("select area from office.held_roles where account = %s", [name])
            assert [area for (area,) in held] == [taken]
    else:
        assert offered in answer.text
        assert 'href="#f-area"' in answer.text


@pytest.mark.parametrize("query", [f"area={HUONG_SO}", f"area={HUONG_AN}", "q=Hương+Sơ"])
def test_reading_outside_offers_the_ward_of_today_on_the_land_meant(
    merged: Office, someone: Any, query: str
) -> None:
    reader = someone("far.case_worker")
    page = reader.text(f"/mo-dia-ban?{query}")
    assert f'value="{HUONG_AN}"' in page
    assert f'value="{HUONG_SO}"' not in page
    opened = reader.send(f"/mo-dia-ban?{query}", "/mo-dia-ban", area=HUONG_SO,
                         reason="Đối chiếu hồ sơ theo công văn")  # fmt: skip
    assert opened.status_code == 422
    assert f'value="{HUONG_AN}"' in opened.text
    opened = reader.send(f"/mo-dia-ban?{query}", "/mo-dia-ban", area=HUONG_AN,
                         reason="Đối chiếu hồ sơ theo công văn")  # fmt: skip
    assert opened.status_code == 303
    assert reader.get(f"/ho?area={HUONG_SO}").status_code == 200
