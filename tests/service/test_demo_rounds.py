"""The demo's review rounds stand as the law lets them on the day of the load."""

import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest

from domain.application import SocaiApplication
from domain.areas.seed.national import plan as national_plan
from domain.calendar import is_working_day
from domain.reviews.load import published
from domain.reviews.round import round_id
from projections.catch_up import catch_up
from projections.reviews import rounds as asked
from projections.reviews.rounds import StepCount
from service.access import authentication
from service.demo import loader
from service.demo.accounts import MADE, make_accounts
from service.demo.loader import load, rounds_shown
from service.demo.localities import ClassTotals, Locality, localities
from service.demo.round_days import round_days, working_day
from service.demo.round_runner import RoundRunner
from tests.conftest import fresh_database
from tests.service.conftest import Office, _open

TODAY = date(2026, 11, 28)
MORNING = datetime(2026, 11, 28, 2, tzinfo=UTC)
HUONG_AN, THANH_SEN, TRAN_PHU, CAM_BINH = (
    f"{code}@2025-07-01" for code in ("19804", "18073", "18100", "18685")
)
PERIODIC = round_id(HUONG_AN, "periodic", 2026, None)
MONTHLY = round_id(HUONG_AN, "on_demand", 2026, 11)
WORKERS = round_id(HUONG_AN, "low_income", 2026, 11)


# The days, without a database.


def test_in_autumn_a_round_goes_on_and_the_one_of_ha_tinh_was_closed_last_week() -> None:
    days = round_days(published(), date(2026, 11, 27))
    assert days.autumn is not None
    assert days.closed is not None
    assert days.reported is not None
    assert days.why_not_open == ""
    assert (days.closed.opened.year, days.closed.closed) == (2026, date(2026, 11, 20))


def test_outside_the_window_the_round_of_the_year_before_is_shown_closed() -> None:
    days = round_days(published(), date(2026, 3, 10))
    assert (days.autumn, days.reported) == (None, None)
    assert days.closed is not None
    assert days.closed.closed == date(2025, 12, 12)
    assert days.why_not_open == "it is opened from 01/09 to 14/12 only"
    assert days.month is not None
    assert days.month.opened == date(2026, 2, 23)  # after the days off of Tết


def test_while_the_procedure_is_not_loaded_nothing_is_open() -> None:
    days = round_days(published(), date(2027, 2, 1))
    assert (days.autumn, days.month, days.reported) == (None, None, None)
    assert days.closed is not None
    assert days.closed.closed == date(2026, 12, 14)
    assert days.why_not_open == "the procedure of 01/02/2027 is not loaded"


def test_in_the_first_days_of_september_no_round_is_half_surveyed() -> None:
    days = round_days(published(), date(2026, 9, 7))
    assert days.autumn is None
    assert days.closed is not None
    assert days.closed.closed.year == 2025


@pytest.mark.parametrize("month", range(1, 13))
def test_on_every_day_of_a_year_the_days_of_a_round_are_working_days_in_order(month: int) -> None:
    for number in range(1, 29):
        today = date(2026, month, number)
        days = round_days(published(), today)
        for one in (days.autumn, days.month, days.reported, days.closed):
            if one is None:
                continue
            told = [getattr(one, name) for name in one.__dataclass_fields__]
            flat = [day for part in told for day in (part if isinstance(part, tuple) else (part,))]
            assert flat == sorted(flat)
            assert all(map(is_working_day, flat))
            assert flat[-1] < today or not is_working_day(today)


def test_working_days_are_counted_from_the_day_before_a_day_off() -> None:
    assert working_day(date(2026, 11, 29), 0) == date(2026, 11, 27)
    assert working_day(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert working_day(date(2026, 11, 30), -1) == date(2026, 11, 27)


# The rounds of a loaded demo.


def _only(*provinces: str) -> Any:
    """The units of the country that lie in some provinces."""
    plan = national_plan(datetime(2026, 1, 1, tzinfo=UTC))
    units = {one.unit.id: one.unit for one in plan.units}

    def lies_there(unit: Any) -> bool:
        while unit.last_parent in units:
            unit = units[unit.last_parent]
        return unit.code in provinces

    return type(plan)(tuple(one for one in plan.units if lies_there(one.unit)), plan.findings)


def _ha_tinh() -> Locality:
    return next(one for one in localities() if one.key == "ha_tinh")


def _small_hue() -> Locality:
    """Huế with its ward, and a quarter of the other households."""
    hue = next(one for one in localities() if one.key == "hue")
    return msgspec.structs.replace(
        hue, poor=ClassTotals(700, 2100), near_poor=ClassTotals(900, 3200)
    )


@pytest.fixture(scope="module")
def demo(
    postgres: Any, _valkey_server: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """The demo of Huế and Hà Tĩnh on a day of November 2026, with its accounts."""
    databases = fresh_database(postgres)
    database = next(databases)
    keys = {name: secrets.token_bytes(32) for name in ("master_key", "index_key", "session_key")}
    units = _only("46", "42")
    with _open(database, _valkey_server, keys) as office, pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "localities", lambda: (_small_hue(), _ha_tinh()))
        patch.setattr("domain.areas.seed.load.plan", lambda moment: units)
        load(office.services.application, today=TODAY)
        while catch_up(office.services.pool, office.services.keyring):
            continue
        office.clock.now = MORNING
        with psycopg.connect(database.url) as conn:
            make_accounts(conn, tmp_path_factory.mktemp("accounts"), MORNING)
            for one in MADE:
                _, office.tokens[one.account] = authentication.issue_token(
                    conn, one.account, label="", now=MORNING
                )
        yield office
    databases.close()


def progress(office: Office, *rounds: UUID) -> list[StepCount]:
    with office.services.pool.connection() as conn:
        return asked.progress(conn, rounds, on=TODAY)


def test_the_autumn_round_is_half_surveyed_with_two_villages_met(demo: Office) -> None:
    steps: Counter[str] = Counter()
    villages: dict[str, dict[str, int]] = {}
    for one in progress(demo, PERIODIC):
        steps[one.step] += one.households
        villages.setdefault(one.village, {})[one.step] = one.households
    listed = sum(steps.values())
    met = {"posted", "grievance"}, {"met", "sent_back"}
    assert [set(villages[f"Tổ dân phố {number}"]) for number in (1, 2)] == [*met]
    assert steps["grievance"] == steps["sent_back"] == 1
    assert steps["listed"] == listed - listed // 2
    assert steps["surveyed"] == listed // 2 - sum(
        steps[one] for one in ("posted", "grievance", "met", "sent_back")
    )
    assert "ready" not in steps
    unmet = [name for name, found in villages.items() if set(found) <= {"listed", "surveyed"}]
    assert len(unmet) == len(villages) - 2


def test_one_posting_runs_and_one_grievance_and_three_requests_wait(demo: Office) -> None:
    found = demo.services.application.rounds.load(PERIODIC)
    (posting,) = found.postings.values()
    assert posting.until >= TODAY
    (grievance,) = found.grievances.values()
    assert grievance.is_open
    assert grievance.due_on >= TODAY
    assert [one.outcome for one in found.requests.values()] == ["", "", ""]


def test_the_worklist_of_each_account_is_filled(demo: Office) -> None:
    def kinds(account: str) -> set[str]:
        answer = demo.request(account, "GET", "/api/v1/worklist")
        assert answer.status_code == 200, answer.json
        assert not any(one["overdue"] for one in answer.json["items"])
        return {one["kind"] for one in answer.json["items"]}

    assert kinds("khaosat.huongso") == {"survey"}
    assert kinds("canbo.huongso") == {
        "request", "survey", "meeting", "posting", "posting_runs", "grievance", "notice",
        "case",
    }  # fmt: skip
    assert kinds("tinh.hue") == {"consultation"}
    assert "sign" in kinds("chutich.huongso")


def test_the_surveyor_finds_the_household_with_a_grievance_first(demo: Office) -> None:
    (grievance,) = demo.services.application.rounds.load(PERIODIC).grievances.values()
    first, *others = demo.request("khaosat.huongso", "GET", "/api/v1/worklist").json["items"]
    assert first["title"] == "Tổ dân phố 1: 1 hộ có khiếu nại chờ thu thập lại Phiếu B"
    assert first["due_on"] == grievance.due_on.isoformat()
    assert [one["title"] for one in others if "khiếu nại" in one["title"]] == []


def test_the_chairman_signs_forty_households_through_the_api(demo: Office) -> None:
    address = f"/api/v1/rounds/{MONTHLY}"
    waiting = progress(demo, MONTHLY)
    assert {one.step for one in waiting} == {"ready"}
    assert sum(one.households for one in waiting) == 40
    signed = 0
    for number, kind in enumerate(("recognition", "exit"), 501):
        read = demo.request("chutich.huongso", "GET", f"{address}/decisions?kind={kind}").json
        assert (read["held_up_by"], read["brake"]["stops"]) == (None, False)
        version = demo.request("chutich.huongso", "GET", address).json["version"]
        answer = demo.request(
            "chutich.huongso", "POST", f"{address}/decisions",
            {
                "effective_on": TODAY.isoformat(), "kind": kind, "digest": read["digest"],
                "document": {
                    "number": f"{number}/QĐ-UBND", "signed_on": TODAY.isoformat(),
                    "signer": "Chủ tịch",
                },
            },
            version=version,
        )  # fmt: skip
        assert answer.status_code == 201, answer.json
        signed += read["count"]
    assert signed == 40
    assert demo.request("chutich.huongso", "GET", address).json["waiting"] == {"done": 40}


def test_three_workers_asked_in_the_ward_and_their_outcomes_are_posted(demo: Office) -> None:
    found = demo.services.application.rounds.load(WORKERS)
    outcomes = Counter(
        worker.outcome.outcome
        for one in found.households.values()
        for worker in one.workers.values()
        if worker.outcome is not None
    )
    assert outcomes == {"recognised": 2, "not_recognised": 1}
    (posting,) = found.postings.values()
    assert len(posting.households) == 3
    assert found.decisions == []


@pytest.mark.parametrize("area", [THANH_SEN, TRAN_PHU, CAM_BINH])
def test_ha_tinh_has_closed_its_round_with_decisions_and_certificates(
    demo: Office, area: str
) -> None:
    application = demo.services.application
    found = application.rounds.load(round_id(area, "periodic", 2026, None))
    assert found.closed_on == date(2026, 11, 20)
    assert found.outcome == "completed"
    kinds = {one.kind: one.households for one in found.decisions}
    assert "recognition" in kinds
    recognised = [one.household for one in kinds["recognition"]]
    households = application.households.load_many(recognised)
    assert all(len(one.certificates) == 1 for one in households.values())
    assert {one.class_on(TODAY) for one in households.values()} <= {"poor", "near_poor"}
    gone = [one.household for one in kinds.get("exit", ())]
    after = {one.class_on(TODAY) for one in application.households.load_many(gone).values()}
    assert after <= {"not_listed"}
    handed = {code: one.number for code, (one,) in found.handed_lists.items()}
    assert handed == {"insurance": 1, "bank": 1}


def test_the_case_worker_of_ha_tinh_finds_the_closed_rounds(demo: Office) -> None:
    answer = demo.request("canbo.hatinh", "GET", "/api/v1/rounds?area=18073&year=2026")
    assert answer.status_code == 200, answer.json
    assert [one["closed_on"] for one in answer.json["items"]] == ["2026-11-20"]


def test_rates_of_today_show_for_the_communes_with_a_round(demo: Office) -> None:
    for account, code in (("canbo.huongso", "19804"), ("canbo.hatinh", "18073")):
        path = f"/api/v1/counts?area={code}&as_of={TODAY.isoformat()}"
        answer = demo.request(account, "GET", path)
        assert answer.status_code == 200, answer.json
        assert float(answer.json["poor"]["rate_percent"]) > 0


def test_the_demo_says_which_rounds_it_shows(demo: Office) -> None:
    with demo.services.pool.connection() as conn:
        said = rounds_shown(conn)
    assert said == "Review rounds as of 28/11/2026: open in phường Hương An, closed in Hà Tĩnh."


# Support of the year of the load.


def items(demo: Office, account: str, path: str) -> list[dict[str, Any]]:
    answer = demo.request(account, "GET", f"/api/v1/{path}")
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def steps_of(case: dict[str, Any]) -> set[str]:
    return {one["what"] for one in case["steps"]}


def test_the_board_of_the_ward_has_cases_at_every_step(demo: Office) -> None:
    cases = items(demo, "chutich.huongso", f"cases?area={HUONG_AN}&limit=200")
    assert {one["status"] for one in cases} == {
        "requested", "assessed", "approved", "granted", "refused", "closed",
    }  # fmt: skip
    done = set().union(*map(steps_of, cases))
    assert done >= {
        "requested", "assigned", "assessed", "signed", "approved", "granted", "disbursed",
        "delivered", "confirmed", "reconciled", "followed_up", "closed", "refused",
        "granted_in_batch",
    }  # fmt: skip
    assert any({"delivered", "confirmed"} & steps_of(one) == {"delivered"} for one in cases)
    (half_signed,) = [one for one in cases if "signed" in steps_of(one)]
    assert half_signed["status"] == "assessed"


def test_one_batch_is_granted_and_half_confirmed_and_one_waits(demo: Office) -> None:
    batches = {
        one["status"]: one
        for one in items(demo, "chutich.huongso", f"grant-batches?area={HUONG_AN}")
    }
    assert set(batches) == {"finished", "drawn_up"}
    done = batches["finished"]
    assert {one["code"] for one in done["refused"]} == {"does_not_qualify"}
    assert done["committed"] == done["disbursed"] + done["released"]
    cases = items(demo, "canbo.huongso", f"cases?area={HUONG_AN}&limit=200")
    granted = [one for one in cases if one["batch_id"] == done["batch_id"]]
    assert len(granted) == done["granted"]
    confirmed = sum("confirmed" in steps_of(one) for one in granted)
    assert confirmed == len(granted) // 2


def test_the_ward_has_new_and_carried_money_models_activities_and_targets(demo: Office) -> None:
    of_year = f"area={HUONG_AN}&year={TODAY.year}"
    held = demo.request("tinh.hue", "GET", f"/api/v1/balances?{of_year}").json
    assert held["new"]["received"] > held["new"]["spent"] > 0
    assert held["carried"]["received"] > 0
    models = items(demo, "canbo.huongso", f"models?{of_year}")
    assert {one["funding_year"] for one in models} == {TODAY.year - 1, TODAY.year}
    assert all(one["households"] >= 5 for one in models)
    activities = items(demo, "canbo.huongso", f"activities?{of_year}")
    assert {one["held_on"] is None for one in activities} == {True, False}
    assert items(demo, "canbo.huongso", f"targets?{of_year}")
    reached = items(demo, "canbo.hatinh", f"targets?area=18073&year={TODAY.year}")
    assert any(one["progress"]["down"] for one in reached)


def test_ha_tinh_has_cases_up_to_the_approval(demo: Office) -> None:
    cases = items(demo, "canbo.hatinh", "cases?limit=200")
    assert {one["status"] for one in cases} == {"requested", "assessed", "approved"}


# Other days, and interruptions: Hà Tĩnh alone.


@pytest.fixture
def only_ha_tinh(monkeypatch: pytest.MonkeyPatch) -> None:
    units = _only("42")
    monkeypatch.setattr(loader, "localities", lambda: (_ha_tinh(),))
    monkeypatch.setattr("domain.areas.seed.load.plan", lambda moment: units)


@pytest.mark.usefixtures("only_ha_tinh")
@pytest.mark.parametrize(
    ("today", "closed", "why"),
    [
        (date(2026, 3, 10), date(2025, 12, 12), "it is opened from 01/09 to 14/12 only"),
        (date(2027, 2, 1), date(2026, 12, 14), "the procedure of 01/02/2027 is not loaded"),
    ],
)
def test_on_a_day_without_a_round_the_newest_one_is_closed_and_the_demo_says_why(
    application: SocaiApplication, today: date, closed: date, why: str
) -> None:
    load(application, today=today)
    found = application.rounds.load(round_id(THANH_SEN, "periodic", closed.year, None))
    assert found.closed_on == closed
    with application.pool.connection() as conn:
        said = rounds_shown(conn)
    assert f"no periodic round is open ({why})" in said
    assert f"closed on {closed:%d/%m/%Y}" in said


@pytest.mark.usefixtures("only_ha_tinh")
def test_rounds_that_are_interrupted_go_on_as_of_the_day_on_which_they_began(
    application: SocaiApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, calls = RoundRunner.run, Counter[str]()

    def sometimes(self: Any, what: str, *rest: Any, **more: Any) -> None:
        calls[what] += 1
        if what in ("report", "decision/exit", "closing") and calls[what] == 1:
            raise KeyboardInterrupt
        run(self, what, *rest, **more)

    monkeypatch.setattr(RoundRunner, "run", sometimes)
    stops = 0
    for days_later in range(9):
        try:
            load(application, today=date(2026, 11, 28 + days_later % 3))
            break
        except KeyboardInterrupt:
            stops += 1
    assert stops == 3
    for area in (THANH_SEN, TRAN_PHU, CAM_BINH):
        found = application.rounds.load(round_id(area, "periodic", 2026, None))
        assert found.closed_on == date(2026, 11, 20)
