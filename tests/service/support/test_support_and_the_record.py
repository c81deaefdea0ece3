"""Support against the record of households: withdrawn grants, moves, ended programmes, sums."""

import io
import re
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from python_calamine import CalamineWorkbook

from domain.commands.command import Actor, CommandContext
from domain.households.relocation import MoveHousehold
from projections.support import grant_job
from tests.service.conftest import HUE, HUONG_SO, THACH_LINH, Office
from tests.service.own_view.household_phone import opened
from tests.service.persons import Person
from tests.service.support.programmes_and_lines import (
    PAPER,
    PROGRAMME,
    balances,
    change,
    line,
    listed,
    load,
    post,
)

EACH = 165_000


@pytest.fixture
def loaded(with_passwords: Office) -> Office:
    load(with_passwords)
    with_passwords.services.redis.flushdb()
    return with_passwords


def poor_home(office: Office) -> str:
    household = str(office.household()["household_id"])
    listed(office, household)
    return household


def money(office: Office, **key: Any) -> str:
    pays = line(office, source=key.pop("source", "local"), **key)
    change(office, pays, "allocations", amount=10_000_000)
    return pays


def granted_in_batch(office: Office, home: str, body: dict[str, Any]) -> tuple[str, str]:
    """A batch for one household, approved and done; the batch and the case."""
    drawn = post(
        office,
        "grant-batches",
        {"effective_on": "2023-03-01", "area": HUONG_SO, **body},
        by="case_worker",
    )["created"]
    post(office, f"grant-batches/{drawn}/approvals", PAPER | {"effective_on": "2023-03-02"}, 1,
         "chairman")  # fmt: skip
    assert grant_job.run(office.services.application, UUID(drawn), office.clock)
    office.nudge.catch_up()
    asked = f"/api/v1/cases?area={HUONG_SO}&household={home}"
    items = office.request("case_worker", "GET", asked).json["items"]
    return drawn, next(one["case_id"] for one in items if one["batch_id"] == drawn)


def electricity(office: Office, *homes: str) -> dict[str, Any]:
    return {
        "programme": "policies", "benefit": "electricity", "period": "2023-01-01", "amount": EACH,
        "line_id": money(office, node="electricity", programme="policies"),
        "recipients": [{"household_id": home} for home in homes],
    }  # fmt: skip


def withdraw(office: Office, home: str, case: str) -> None:
    household = office.services.application.households.load(UUID(home))
    entry = household.supports[UUID(case)].originator_version
    path = f"households/{home}/support/{entry}/withdrawal"
    post(office, path, {"reason": "Ghi nhầm hộ"}, household.version, "case_worker")
    office.nudge.catch_up()


def test_a_withdrawn_grant_leaves_the_settlement_list_and_is_not_delivered(
    person: Any, loaded: Office
) -> None:
    office = loaded
    kept, gone = poor_home(office), poor_home(office)
    batch, case = granted_in_batch(office, gone, electricity(office, kept, gone))
    officer: Person = person("case_worker")

    def amounts() -> list[Any]:
        content = officer.get(f"/dot-chi-tra/{batch}/quyet-toan.xlsx").data
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [row[5] for row in rows.to_python()[5:] if isinstance(row[0], float)]

    assert amounts() == [EACH, EACH]
    withdraw(office, gone, case)
    assert amounts() == [EACH]
    shown = officer.text(f"/ho-so-ho-tro/{case}")
    assert "Khoản hỗ trợ đã được rút lại" in shown
    assert "Bàn giao cho hộ" not in shown
    answer = office.request(
        "case_worker", "POST", f"/api/v1/cases/{case}/deliveries", {"effective_on": "2023-04-01"},
        version=1,
    )  # fmt: skip
    assert (answer.status_code, answer.json["code"]) == (409, "grant_withdrawn")


def test_the_own_view_says_that_a_grant_was_withdrawn_and_is_owed_again(loaded: Office) -> None:
    office = loaded
    home = poor_home(office)
    _batch, case = granted_in_batch(office, home, electricity(office, home))
    assert "Chưa nhận được" in opened(office, home).shown()
    withdraw(office, home, case)
    phone = opened(office, home)
    text = phone.shown()
    assert "Đã rút lại" in text
    assert f"{case}/chua-nhan" not in text
    assert phone.presses(f"/ho-cua-toi/ho-tro/{case}/da-nhan").status_code == 409


def test_goods_of_a_batch_are_promised_and_may_be_said_not_to_have_come(loaded: Office) -> None:
    office = loaded
    home = poor_home(office)
    goods = {
        "programme": "2021-2025", "benefit": "livelihood_model", "period": "2023-02-01",
        "unit": "con bò", "quantity": 2, "line_id": money(office, node="2"),
        "recipients": [{"household_id": home}],
    }  # fmt: skip
    _batch, case = granted_in_batch(office, home, goods)
    phone = opened(office, home)
    text = phone.shown()
    assert "2 con bò" in text
    assert f"{case}/chua-nhan" in text
    page = f"/ho-cua-toi/ho-tro/{case}/chua-nhan"
    assert phone.says(page, text="Chưa có bò").status_code == 303


def test_a_household_that_moved_away_is_not_named_to_the_place_that_it_left(
    person: Any, loaded: Office
) -> None:
    office = loaded
    home = poor_home(office)
    _batch, case = granted_in_batch(office, home, electricity(office, home))
    officer: Person = person("case_worker")
    household = office.services.application.households.load(UUID(home))
    named = re.search(r'translate="no">([^<]+)</a>', officer.text(f"/ho-so-ho-tro/{case}"))
    assert named is not None
    context = CommandContext(
        date(2023, 6, 1), Actor("tinh", "province_officer", ""), uuid4(), office.clock(), None
    )
    move = MoveHousehold(household.id, "Tổ Mới Nơi Xa", THACH_LINH)
    office.services.application.run(move, context)
    office.nudge.catch_up()
    pages = (
        f"/ho-so-ho-tro/{case}",
        "/ho-so-ho-tro?status=granted",
        "/doi-tuong-huong?benefit=policies/electricity&on=01/05/2023&every=yes",
    )
    for page in pages:
        shown = officer.text(page)
        assert "(hộ đã chuyển nơi khác)" in shown
        assert "Tổ Mới Nơi Xa" not in shown


def test_who_qualifies_is_not_listed_of_a_programme_that_has_ended(loaded: Office) -> None:
    office = loaded
    local = {**PROGRAMME, "code": f"hue-{uuid4().hex[:8]}"}
    post(office, "programmes", local)
    benefit = {
        **PAPER, "code": "cash", "node": "cash", "title": "Hỗ trợ", "content": "income",
        "counted": "household", "period": "month", "classes": ["poor"], "source": "37/2025/NQ-HĐND",
        "effective_on": "2023-01-05",
    }  # fmt: skip
    path = f"programmes/{local['code']}"
    post(office, f"{path}/benefits", benefit, 1)
    asked = f"/api/v1/eligible?area={HUONG_SO}&benefit={local['code']}/cash&on="
    assert office.request("case_worker", "GET", f"{asked}2023-07-01").status_code == 200
    closing = {**PAPER, "effective_on": "2023-06-30", "reason": "Hết hiệu lực"}
    post(office, f"{path}/closing", closing, 2)
    assert office.request("case_worker", "GET", f"{asked}2023-06-30").status_code == 200
    answer = office.request("case_worker", "GET", f"{asked}2023-07-01")
    assert (answer.status_code, answer.json["code"]) == (409, "benefit_not_in_force")


def test_money_that_was_passed_down_is_in_the_sum_of_the_province_once(loaded: Office) -> None:
    office = loaded
    key = {"node": "7.2", "allocation_year": 2022, "effective_on": "2022-01-01"}
    top = line(office, area=HUE, **key)
    change(office, top, "allocations", amount=100, effective_on="2022-02-01")
    below = change(office, top, "transfers", amount=60, area=HUONG_SO, effective_on="2022-03-01")[
        "created"
    ]
    asked = {"year": 2022, "programme": "2021-2025", "node": "7.2"}
    sums = balances(office, **asked)["new"]
    assert (sums["allocated"], sums["incoming"], sums["available"]) == (100, 100, 100)
    assert (sums["received"], sums["passed_down"]) == (0, 0)
    assert balances(office, as_of="2022-02-15", **asked)["new"]["incoming"] == 100
    of_ward = balances(office, area=HUONG_SO, **asked)
    assert (of_ward["new"]["incoming"], of_ward["new"]["received"]) == (60, 60)
    shown = {one["line"]: one["totals"] for one in balances(office, **asked)["lines"]}
    assert (shown[top]["passed_down"], shown[below]["received"]) == (60, 60)


def test_the_worklist_has_the_cases_and_batches_that_wait_for_the_account(loaded: Office) -> None:
    office = loaded
    home, pays = poor_home(office), money(office, node="5", kind="development", source="central")
    change(office, pays, "allocations", amount=100_000_000)

    def waits(by: str) -> dict[str, Any]:
        answer = office.request(by, "GET", "/api/v1/worklist?limit=200")
        assert answer.status_code == 200, answer.json
        kinds = ("case", "grant_batch")
        return {one["link"]: one for one in answer.json["items"] if one["kind"] in kinds}

    def number(by: str, link: str) -> int:
        return int(waits(by).get(link, {"title": "0 "})["title"].split()[0])

    board = "/ho-so-ho-tro?status="
    before = {one: number("case_worker", board + one) for one in ("requested", "approved")}
    signing = number("chairman", board + "assessed")
    wanted = {"household_id": home, "programme": "2021-2025", "benefit": "housing_repair"}
    case = post(office, "cases", {"effective_on": "2023-03-01", **wanted}, by="case_worker")["id"]
    assert number("case_worker", board + "requested") == before["requested"] + 1
    day = {"effective_on": "2023-03-02"}
    post(office, f"cases/{case}/assessments", day, 1, "case_worker")
    assert number("case_worker", board + "requested") == before["requested"]
    assert number("chairman", board + "assessed") == signing + 1
    assert board + "assessed" not in waits("case_worker")
    post(office, f"cases/{case}/approvals", {**PAPER, **day, "line_id": pays}, 2, "chairman")
    assert number("case_worker", board + "approved") == before["approved"] + 1
    assert waits("case_worker")[board + "approved"]["due_on"] == "2023-12-31"
    batches = number("chairman", "/dot-chi-tra")
    other = poor_home(office)
    drawn = {"effective_on": "2023-03-01", "area": HUONG_SO, **electricity(office, other)}
    post(office, "grant-batches", drawn, by="case_worker")
    assert number("chairman", "/dot-chi-tra") == batches + 1
    assert waits("far.case_worker") == {}


def test_a_delivery_that_the_household_denies_is_no_delivery_in_time(loaded: Office) -> None:
    office = loaded
    home = poor_home(office)
    pays = money(office, node="5", source="credit")
    change(office, pays, "allocations", amount=100_000_000)
    wanted = {"household_id": home, "programme": "2021-2025", "benefit": "housing_new"}
    case = post(office, "cases", {"effective_on": "2023-03-01", **wanted}, by="case_worker")["id"]

    def step(path: str, on: str, by: str = "case_worker", **more: Any) -> None:
        version = office.request(by, "GET", f"/api/v1/cases/{case}").json["version"]
        post(office, f"cases/{case}/{path}", {"effective_on": on, **more}, version, by)

    def timed() -> tuple[int, int | None]:
        asked = f"/api/v1/coverage?benefit=2021-2025/housing_new&area={HUONG_SO}&on=2023-12-20"
        said = office.request("case_worker", "GET", asked).json["total"]["delivery"]
        return said["cases"], said["median_days"]

    step("assessments", "2023-03-02")
    step("approvals", "2023-03-03", "chairman", document=PAPER["document"], line_id=pays)
    step("grants", "2023-03-04")
    step("deliveries", "2023-03-11")
    assert timed() == (1, 10)
    page = f"/ho-cua-toi/ho-tro/{case}/chua-nhan"
    assert opened(office, home).says(page, text="Chưa có nhà").status_code == 303
    office.nudge.catch_up()
    assert timed() == (0, None)
    step("deliveries", "2023-12-20")
    assert timed() == (1, 294)
