"""The demo, loaded whole, says what the five articles say (tests/figures.json)."""

import json
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from domain.application import SocaiApplication
from domain.eventstore.personal import Keyring
from projections.catch_up import catch_up
from projections.engine.ledger import verify
from projections.households.counts import Counts, counts
from projections.households.movements import movements
from projections.oversight.replay import job_store, replay_job, runs
from projections.population.population import denominator
from service.access.authentication import issue_token, open_session
from service.demo.loader import is_loaded, load, localities, planted
from service.http.addresses import at_pointer
from service.ui.page_routes import SESSION
from tests.conftest import Database, fresh_database
from tests.service.conftest import Office, _open
from tests.standards import standards

FIGURES = json.loads((Path(__file__).parent / "figures.json").read_text(encoding="utf-8"))
HUE, HUONG_SO, HA_TINH = "474", "19804", "436"


class Demo:
    """The loaded demo, and what it answers."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.pool = database.pool
        self.keys = {
            name: secrets.token_bytes(32) for name in ("master_key", "index_key", "session_key")
        }
        self.keyring = Keyring(self.pool, self.keys["master_key"], self.keys["index_key"])
        self.application = SocaiApplication(self.pool, self.keyring, standards())
        load(self.application)
        while catch_up(self.pool, self.keyring):
            continue
        self.lineage = self.application.areas.refresh().lineage

    def counts(self, code: str, on: date, known_at: datetime | None = None) -> Counts:
        unit = self.application.areas.directory.unit_on(code, on).id
        with self.pool.connection() as conn:
            return counts(
                conn,
                unit,
                self.lineage.counted(unit, on),
                as_of=on,
                known_at=known_at,
                population=denominator(conn, self.lineage, unit, on=on, known_at=known_at),
            )

    def one(self, query: str, *values: object) -> Any:
        with self.pool.connection() as conn:
            row = conn.execute(query.encode(), list(values)).fetchone()
        assert row is not None
        return row[0]


@pytest.fixture(scope="module")
def demo(postgres: Any) -> Iterator[Demo]:
    making = fresh_database(postgres)
    yield Demo(next(making))
    for _ in making:
        continue


def stated(figures: dict[str, Any], class_: str) -> tuple[int, int, str]:
    return tuple(figures[class_][name] for name in ("households", "persons", "rate_percent"))  # type: ignore[return-value]


def shown(found: Counts, class_: str) -> tuple[int, int, str | None]:
    one = getattr(found, class_)
    return one.households, one.persons, one.rate_percent


@pytest.mark.parametrize("class_", ["poor", "near_poor"])
def test_hue_has_the_households_persons_and_rates_of_the_article(demo: Demo, class_: str) -> None:
    found = demo.counts(HUE, date(2022, 12, 31))
    assert shown(found, class_) == stated(FIGURES["hue_2022"], class_)


def test_phuong_huong_so_has_the_figures_of_the_article(demo: Demo) -> None:
    figures = FIGURES["hue_2022"]["ward"]
    found = demo.counts(HUONG_SO, date(2022, 12, 31))
    assert found.all.households == figures["households_all"]
    assert found.poor.households == figures["poor_households"]
    assert found.poor.rate_percent == figures["rate_percent"]
    assert found.poor.no_labour_capacity == figures["poor_without_labour_capacity"]


@pytest.mark.parametrize("class_", ["poor", "near_poor"])
def test_ha_tinh_has_the_households_persons_and_rates_of_the_article(
    demo: Demo, class_: str
) -> None:
    found = demo.counts(HA_TINH, date(2023, 12, 31))
    assert shown(found, class_) == stated(FIGURES["ha_tinh_2023"], class_)


def test_dong_da_met_the_targets_of_its_plan(demo: Demo) -> None:
    target = FIGURES["dong_da_2019"]["target"]
    before = demo.counts("006", date(2019, 1, 1))
    after = demo.counts("006", date(2019, 12, 31))
    assert before.poor.households - after.poor.households == target["poor_households_down"]
    down = before.near_poor.households - after.near_poor.households
    assert down == target["near_poor_households_down"]


def test_ea_sup_granted_the_houses_of_the_article(demo: Demo) -> None:
    project = FIGURES["ea_sup_2023"]["project_5"]
    granted = "select count(*) from store.events where topic like 'household.support_granted:%%'"
    of = " and convert_from(state, 'UTF8')::jsonb ->> 'benefit' = %s"
    assert demo.one(granted + of, "housing_new") == project["new_build"]
    assert demo.one(granted + of, "housing_repair") == project["repair"]


def test_hai_phong_supported_the_electricity_of_as_many_as_the_article_says(demo: Demo) -> None:
    figures = FIGURES["hai_phong_2023"]
    assert (
        demo.counts("31", date(2023, 1, 1)).poor.households
        == (figures["electricity"]["poor_households"])
    )
    end = demo.counts("31", date(2023, 12, 31))
    assert end.poor.rate_percent == figures["target_2024"]["poor_rate_down_percent"]
    paid = demo.one(
        "select sum((s ->> 'amount')::bigint) from (select convert_from(state, 'UTF8')::jsonb as s"
        " from store.events where topic like 'household.support_granted:%%') g"
        " where s ->> 'benefit' = 'electricity' and s ->> 'funding_year' = '2023'"
    )
    assert paid // 1_000_000 == figures["electricity"]["paid"]


@pytest.fixture(scope="module")
def auditor(demo: Demo, _valkey_server: Any) -> Iterator[Office]:
    """The service on the loaded demo, with an auditor of the whole country."""
    with _open(demo.database, _valkey_server, demo.keys) as office:
        office.clock.now = datetime(2026, 11, 1, tzinfo=UTC)
        office.account("kiemtoan", ("auditor", ""))
        with demo.pool.connection() as conn:
            _, office.tokens["kiemtoan"] = issue_token(
                conn, "kiemtoan", label="", now=office.clock.now
            )
        yield office


def computed(office: Office, item: dict[str, Any]) -> Decimal:
    """The value that following a published figure gives, in the unit of the stated one."""
    answer = office.request("kiemtoan", "GET", item["get"])
    assert answer.status_code == 200, (item["figure"], answer.json)
    value = Decimal(str(at_pointer(answer.json, item["pointer"]))) / item["scale"]
    return value.quantize(Decimal(item["stated"]), rounding=ROUND_HALF_UP)


def stated_figures() -> dict[str, str]:
    """The figures of the articles by their places in figures.json; texts about them left out."""
    found: dict[str, str] = {}

    def walk(path: str, value: Any) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(f"{path}.{name}" if path else name, inner)
        elif re.fullmatch(r"[0-9.]+", str(value)) and not path.endswith(".as_of"):
            found[path] = str(value)

    walk("", FIGURES)
    return found


def test_every_figure_of_the_articles_is_published_as_it_is_stated(auditor: Office) -> None:
    items = auditor.request("kiemtoan", "GET", "/api/v1/published-figures").json["items"]
    assert {one["figure"]: one["stated"] for one in items} == stated_figures()
    assert all(bool(one["get"]) == bool(one["pointer"]) for one in items)
    assert all(bool(one["get"]) != bool(one.get("why")) for one in items)


def test_each_published_figure_follows_to_what_the_system_computes(auditor: Office) -> None:
    items = auditor.request("kiemtoan", "GET", "/api/v1/published-figures").json["items"]
    followed = [one for one in items if one["get"]]
    wrong = {
        one["figure"]: (one["stated"], str(computed(auditor, one)))
        for one in followed
        if computed(auditor, one) != Decimal(one["stated"])
    }
    stated = FIGURES["hai_phong_2023"]["job_credit"]
    assert wrong == {
        "hai_phong_2023.job_credit.average_stated": (
            stated["average_stated"], stated["average_computed"],
        ),
    }  # fmt: skip
    assert {one["figure"] for one in items if "differs" in one} == set(wrong)


def followed(office: Office, name: str) -> Any:
    """The whole answer that a published figure is read from."""
    items = office.request("kiemtoan", "GET", "/api/v1/published-figures").json["items"]
    item = next(one for one in items if one["figure"] == name)
    return office.request("kiemtoan", "GET", item["get"]).json


def test_models_of_carried_money_are_told_from_those_of_new_money(auditor: Office) -> None:
    """Which line pays each model, not what was typed beside it."""
    project = FIGURES["ea_sup_2023"]["project_2"]
    balances = followed(auditor, "ea_sup_2023.project_2.allocated_2023")
    lines = {one["line"]: one for one in balances["lines"]}
    for name, carried, year in (
        ("models_approved_from_carried", True, 2022),
        ("models_approved_from_2023", False, 2023),
    ):
        models = followed(auditor, f"ea_sup_2023.project_2.{name}")["items"]
        assert len(models) == project[name]
        paid_by = [lines[one["line_id"]] for one in models]
        assert {one["carried"] for one in paid_by} == {carried}
        assert {one["allocation_year"] for one in paid_by} == {year}
        assert all(one["households"] > 0 for one in models)
    assert balances["carried"]["allocated"] == balances["new"]["carried_in"] == 0


def test_parts_of_figures_add_up_as_the_articles_say(auditor: Office) -> None:
    project = FIGURES["ea_sup_2023"]["project_5"]
    houses = followed(auditor, "ea_sup_2023.project_5.households_approved")
    granted = {one["benefit"]: one["households"] for one in houses["items"]}
    assert granted == {"housing_new": project["new_build"], "housing_repair": project["repair"]}
    works = followed(auditor, "ea_sup_2023.project_1.works")["groups"]
    assert {one["kind"]: one["totals"]["held"] for one in works} == {
        "road": FIGURES["ea_sup_2023"]["project_1"]["roads"],
        "school": FIGURES["ea_sup_2023"]["project_1"]["schools"],
    }
    classes = followed(auditor, "ea_sup_2023.extension.classes")
    assert sum(one["turns"] for one in classes["items"]) == classes["totals"]["turns"]
    fund = followed(auditor, "ea_sup_2023.fund_for_the_poor.raised_over")
    assert {one["source"] for one in fund["lines"]} == {"mobilised"}
    loans = followed(auditor, "hai_phong_2023.job_credit.average_computed")["totals"]
    assert loans["amount_per_turn"] == round(loans["amount"] / loans["turns"])


def test_targets_are_passed_down_from_the_province_to_the_ward(auditor: Office) -> None:
    city = followed(auditor, "hue_2022.target.poor_households_down")["items"][0]
    ward = followed(auditor, "hue_2022.ward.target_down")["items"][0]
    assert city["from_target"] is not None
    assert ward["from_target"] == city["target_id"]
    dong_da = followed(auditor, "dong_da_2019.target.poor_households_down")["items"][0]
    assert dong_da["progress"]["down"] == dong_da["households"]


@pytest.fixture
def page_of(auditor: Office) -> Iterator[Any]:
    """The text of a page as the auditor sees it."""
    with auditor.app.test_client() as client:
        with client.session_transaction() as session, auditor.database.pool.connection() as conn:
            session[SESSION] = open_session(conn, "kiemtoan", now=auditor.clock.now)
        yield lambda address: client.get(address).text


def test_the_page_of_published_figures_shows_stated_beside_computed(page_of: Any) -> None:
    page = page_of("/so-lieu-da-cong-bo?source=hai_phong_2023")
    job = FIGURES["hai_phong_2023"]["job_credit"]
    row = page.partition('id="hai_phong_2023.job_credit.average_stated"')[2].partition("</tr>")[0]
    assert job["average_stated"].replace(".", ",") in row
    assert job["average_computed"].replace(".", ",") in row
    apart = Decimal(job["average_computed"]) - Decimal(job["average_stated"])
    assert f"Cao hơn số đã công bố {apart} triệu đồng".replace(".", ",") in row
    name = "ea_sup_2023.project_2.models_approved_from_carried"
    one = page_of(f"/so-lieu-da-cong-bo/{name}")
    assert (
        one.count("Mô hình nuôi bò sinh sản số")
        == (FIGURES["ea_sup_2023"]["project_2"]["models_approved_from_carried"])
    )


def test_each_figure_has_a_page_in_words_down_to_what_it_is_made_of(
    auditor: Office, page_of: Any
) -> None:
    items = auditor.request("kiemtoan", "GET", "/api/v1/published-figures").json["items"]
    for item in items:
        page = page_of(f"/so-lieu-da-cong-bo/{item['figure']}")
        shown = page.partition("<main")[2].partition("Cho người dùng API")[0]
        assert "<code>" not in shown, item["figure"]
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", re.sub(r"<[^>]*>", "", shown)), item["figure"]
        if item["get"]:
            assert "Hệ thống tính thế nào" in shown, item["figure"]


def test_the_households_behind_a_figure_of_grants_are_listed_and_the_look_is_noted(
    auditor: Office, page_of: Any, demo: Demo
) -> None:
    looks = "select coalesce(max(id), 0) from office.read_log"
    before = demo.one(looks)
    page = page_of("/so-lieu-da-cong-bo/ea_sup_2023.project_5.repair")
    assert page.count("20.000.000") >= 50
    assert "Trang sau" in page
    assert demo.one(looks) > before


def test_no_published_figure_stands_in_code_or_in_a_template() -> None:
    """Distinctive ones: four digits or more, by themselves or as millions of đồng."""
    numbers = {one for one in stated_figures().values() if re.fullmatch(r"[0-9]{4,}", one)}
    root = Path(__file__).parents[1]
    paths = [
        path
        for room in ("domain", "projections", "service", "workers")
        for kind in ("*.py", "*.html", "*.js")
        for path in (root / room).rglob(kind)
    ]
    assert len(paths) > 500
    found = {
        (path.name, number)
        for path in paths
        for number in re.findall(r"[0-9]+", path.read_text("utf-8").replace("_", ""))
        if number in numbers or number.removesuffix("000000") in numbers
    }
    assert found == set()


def test_every_locality_has_its_planned_totals_on_its_day(demo: Demo) -> None:
    for locality in localities():
        found = demo.counts(locality.code, locality.as_of)
        for class_, planned in (("poor", locality.poor), ("near_poor", locality.near_poor)):
            one = getattr(found, class_)
            assert (one.households, one.persons) == (planned.households, planned.persons)


def test_nothing_is_parked_and_the_ledger_is_whole(demo: Demo) -> None:
    assert demo.one("select count(*) from read.parked") == 0
    with demo.pool.connection() as conn:
        report = verify(conn, lambda *_: None)
    assert report.ok
    assert report.pending == 0


@pytest.mark.parametrize("locality", localities(), ids=lambda one: one.key)
def test_movements_between_the_months_balance(demo: Demo, locality: Any) -> None:
    unit = demo.application.areas.directory.unit_on(locality.code, locality.as_of).id
    units = demo.lineage.counted(unit, locality.as_of).units
    days = [date(locality.as_of.year, month, 1) for month in (1, 4, 7, 10)] + [locality.as_of]
    with demo.pool.connection() as conn:
        for first, last in pairwise(days):
            found = movements(conn, unit, units, from_=first, to=last)
            assert found.poor.balances
            assert found.near_poor.balances
            assert found.poor.went["poor_to_near_poor"] == found.near_poor.came["poor_to_near_poor"]


def test_returns_to_poverty_show_in_the_second_half_of_the_year(demo: Demo) -> None:
    unit = demo.application.areas.directory.unit_on(HUE, date(2022, 12, 31)).id
    units = demo.lineage.counted(unit, date(2022, 12, 31)).units
    with demo.pool.connection() as conn:
        found = movements(conn, unit, units, from_=date(2022, 6, 1), to=date(2022, 12, 31))
    again = found.poor.came["re_poverty"].households + found.near_poor.came["re_poverty"].households
    assert again == 22


def test_what_was_learnt_late_is_not_in_what_was_known_then(demo: Demo) -> None:
    end = datetime(2022, 12, 31, 12, tzinfo=UTC)
    then = demo.counts(HUE, date(2022, 12, 31), known_at=end)
    assert then.poor.households - demo.counts(HUE, date(2022, 12, 31)).poor.households == 25


def test_households_count_in_the_units_that_took_over_their_land(demo: Demo) -> None:
    """Phường Hương Sơ went over whole into phường Hương An on 1 July 2025."""
    old = demo.application.areas.directory.unit_on(HUONG_SO, date(2025, 6, 30)).id
    place = demo.lineage.place(old, date(2025, 7, 1))
    assert place.exact
    before = demo.counts(HUONG_SO, date(2025, 6, 30)).poor.households
    after = demo.counts(place.node.partition("@")[0], date(2025, 7, 1)).poor.households
    assert after > before > 0


def test_decide_again_finds_the_wrong_decisions_and_no_others(demo: Demo) -> None:
    replay = uuid4()
    now = datetime(2026, 1, 2, tzinfo=UTC)
    with demo.pool.connection() as conn:
        job_store.request(
            conn,
            replay_id=replay,
            area="",
            units=[],
            from_on=date(2018, 1, 1),
            to_on=date(2025, 12, 31),
            requested_by="thanhtra",
            requested_at=now,
        )
    assert replay_job.run(demo.pool, demo.application.standards, replay, now)
    with demo.pool.connection() as conn:
        found = runs.outcomes(conn, replay, outcome="different", limit=100)
        missing = runs.outcomes(conn, replay, outcome="not_reproducible", limit=1000)
    assert sorted((one.household_id, one.effective_on) for one in found) == sorted(
        (one.household_id, one.effective_on) for one in planted(demo.application)
    )
    whats = {entry["what"] for one in missing for entry in one.detail["missing"]}
    assert whats == {"carried_over"}  # households that split off keep the class on paper


def test_loading_again_changes_nothing(demo: Demo) -> None:
    before = demo.one("select count(*) from store.events")
    load(demo.application)
    assert demo.one("select count(*) from store.events") == before
    with demo.pool.connection() as conn:
        assert is_loaded(conn)
