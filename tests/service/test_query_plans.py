"""No statement of a request or a batch walks through a table that grows with the households."""

import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import psycopg
import pytest

import projections.oversight
import projections.own_view
import projections.population
import projections.reviews
import projections.support
import projections.tables
from domain.support.codes import SIGNS
from domain.support.programme import Benefit, Qualification
from projections.areas import areas, breakdown, figures
from projections.duplicates.waiting_pairs import waiting_pairs
from projections.engine import ledger, sql
from projections.households import (
    certificates,
    counts,
    deprivations,
    file,
    groups,
    known_words,
    movements,
    register,
    signed_decisions,
    survey_sweep_job,
    timeline,
    worker_decisions,
)
from projections.imports import import_job
from projections.oversight import reports
from projections.oversight.replay import carried_classes, replay_job
from projections.own_view import contests
from projections.population import population
from projections.reviews import handed_lists, rounds
from projections.reviews import households as reviewed
from projections.support import (
    activities,
    balances,
    case_papers,
    cases,
    coverage,
    eligible,
    grant_batches,
    grant_list_job,
    grant_lists,
    grants,
    households,
    livelihood_models,
    officer_texts,
    officers,
    plan_progress,
    programmes,
    target_signs,
    targets,
)
from projections.tables import lists, official
from projections.tables.identities import differing, differing_codes
from projections.tables.locked_closings import late_households
from projections.tables.question import Question
from tests.query_plans import GROWING, Plans, Scan, enlarge, recording
from tests.reviews import ABOVE, POOR, Autumn
from tests.service.access.test_permissions import Case, bodies
from tests.service.conftest import AN_HOA, HUE, HUONG_SO, Office
from tests.service.expectations import API, PAGES
from tests.service.expected import ANYBODY
from tests.service.households.expectations import H
from tests.service.households.poor_household import poor
from tests.service.ui.visits import Visits

# They write and erase the rows of one import or one household number, and read nothing else.
OF_ONE_IMPORT = {
    "projections.imports.erasure.destroy_imports",
    "projections.imports.import_parts.is_first",
    "projections.imports.import_parts.mark_done",
    "projections.imports.import_parts.write_parts",
    "projections.imports.job_store.expire",
    "projections.imports.matches.write_waiting",
    "projections.imports.number_hits.note_hits",
    "projections.imports.sealed_files.destroy_file",
}
PACKAGES = (
    projections.households, projections.areas, projections.population, projections.imports,
    projections.oversight, projections.oversight.replay, projections.reviews, projections.tables,
    projections.support, projections.own_view,
)  # fmt: skip
HOUSEHOLDS = int(os.environ.get("PLANS_OF_HOUSEHOLDS", "20000"))
ELECTRICITY = Benefit(
    "electricity", "electricity", "", "electricity", "household", "quarter",
    Qualification(classes=("poor",)), "", "seen",
)  # fmt: skip
CREDIT = Benefit(
    "credit", "credit", "", "credit", "household", "once",
    Qualification(classes=("poor",), newly_escaped=True), "", "seen",
)  # fmt: skip
ON, THEN, KNOWN = date(2023, 12, 1), date(2022, 12, 31), datetime(2023, 6, 1, tzinfo=UTC)

# Words of statements that may read a whole table, each with its reason.
OF_A_PROVINCE = {
    "from read.status_spans s join read.register r": "the list of a past day is sorted by what"
    " its households are called now, so all that lived in the province are looked at",
    "with here as": "coverage counts all who live in the province and qualify or were served",
    "with found as": "who qualifies for a benefit has the class now, or had it at the end of the"
    " year before, perhaps elsewhere, so all who live in the province are looked at",
}
OF_THE_COUNTRY = {
    **OF_A_PROVINCE,
    "from read.counts": "figures of the country add up the changes of every unit",
    "from read.status_spans where scope": "the same as known at a moment",
    "from read.deprivation_counts": "the same of deprivations",
    "with listed as": "movements and deprivations of the country are of every listed household",
    "from read.recorded_days": "what changed in the country may be anywhere",
    "select status, count(*) from read.cases": "the board of the country counts every case",
    "from read.grants where": "totals of the country add up the grants of every unit",
}


@pytest.fixture(scope="module")
def plans(with_passwords: Office) -> Plans:
    """The plans of what every route, every page, every question and every batch asks."""
    office = with_passwords
    visits, case = Visits(office), Case(office)
    for _ in range(4):
        poor(office)
    _commands(office, case)
    _round(office)
    with psycopg.connect(office.database.superuser_url) as conn:
        enlarge(conn, HOUSEHOLDS, AN_HOA)
    plans = Plans()
    with recording(plans), mock.patch("tests.service.conftest._keep_apart", _keep_apart):
        _requests(visits, case)
        _commands(office, case)
        _jobs(office, case)
        with office.services.pool.connection() as conn:
            for unit in (HUONG_SO, HUE, ""):
                _questions(conn, office, UUID(visits.ids["household_id"]), unit)
            # A province has hundreds of former units.
            with mock.patch.object(sql, "FEW_UNITS", 1):
                _questions(conn, office, UUID(visits.ids["household_id"]), HUE)
    return plans


def _keep_apart(_: Office, owner: psycopg.Connection) -> None:
    """As that of the office, but the copies keep their match keys, all of which start alike."""
    owner.execute("delete from store.match_keys where key < '\\xffffffff'::bytea")
    owner.execute("delete from store.claims where key >= 'w' and key < 'x'")


def _round(office: Office) -> None:
    """A round in which some households are surveyed, and one complains."""
    autumn = Autumn(office.services.application, HUONG_SO)
    autumn.posted("poor", "near_poor", "poor", scores=[POOR, ABOVE, POOR])
    autumn.complain(autumn.ids[0])
    autumn.request(autumn.household(""))
    office.nudge.catch_up()


def _requests(visits: Visits, case: Case) -> None:
    for send, table in ((case.request, API), (visits.request, PAGES)):
        for route, expected in table.items():
            role = "" if expected.roles == ANYBODY else (expected.roles.split() or [""])[-1]
            assert send(role, route).status_code < 500, route


def _commands(office: Office, case: Case) -> None:
    """Every command of a household, each on one of its own, and the batch that it makes."""
    for route in sorted(route for route in API if route.startswith(f"POST {H}")):
        made = office.household()
        ids = {**case.ids, "household_id": made["household_id"], "person_id": made["persons"][1]}
        body = bodies(office.household()["household_id"], made["persons"])[
            route.replace("{household_id}", "H")
        ]
        office.request(
            API[route].roles.split()[-1], "POST", route[5:].format(**ids), body, version=1
        )


def _jobs(office: Office, case: Case) -> None:
    import_job.run(office.services.application, UUID(case.ids["import_id"]), office.services.clock)
    services, now = office.services, office.services.clock()
    replay_job.run(
        services.pool, services.application.standards, UUID(case.ids["replay_id"]), now,
    )  # fmt: skip
    with services.pool.connection() as conn:  # as for a list of recipients, of which there is none
        grant_list_job.write_checked(conn, uuid4(), [], now)
        grant_list_job.write_refused(conn, uuid4(), "no_grant_list", now)
        grant_list_job.note_batch(conn, uuid4(), uuid4())
        grant_list_job.destroy_files(conn, services.keyring, [uuid4()])
        grant_list_job.expire(conn, services.keyring, datetime(2000, 1, 1, tzinfo=UTC))


def _questions(conn: Any, office: Office, household: UUID, unit: str) -> None:
    keyring, lineage = office.services.keyring, office.services.areas().lineage
    units = sorted(lineage.counted(unit, ON).all) if unit else None
    for q in ("", "an", "nguyen van an", "hoyen", "19804-1"):
        for filters in (
            {}, {"class_": "poor"}, {"as_of": THEN}, {"ended": True},
            *([{"village": "Tổ 1"}] if unit else []),
        ):  # fmt: skip
            page = register.households(conn, keyring, units=units, q=q, **filters)
            register.count(conn, units=units, q=q, **filters)
        if page.next:
            register.households(conn, keyring, units=units, q=q, ended=True, after=page.next)
        register.search(conn, keyring, q, units=units)
    register.search(conn, keyring, "046080001234", units=units)
    register.villages(conn, units or [HUONG_SO])
    register.listed_households(conn, units or [HUONG_SO])
    known_words.supported(conn, units or [HUONG_SO])
    for known_at in (None, KNOWN):
        asked: dict[str, Any] = {"known_at": known_at}
        figures.area_figures(conn, lineage, unit, on=ON, **asked)
        figures.area_movements(conn, lineage, unit, from_=THEN, to=ON, **asked)
        breakdown.breakdown(conn, lineage, unit, on=ON, **asked)
        breakdown.time_series(conn, lineage, unit, [THEN, ON], on=ON, **asked)
        movements.moved_households(
            conn, units, "closing", class_="poor", from_=THEN, to=ON, **asked
        )
        deprivations.deprivations(conn, units, on=ON, **asked)
        deprivations.deprived_households(conn, units, "latrine", on=ON, **asked)
        deprivations.caused_households(conn, units, "2", on=ON, **asked)
        deprivations.changed_households(conn, units, ON, **asked)
        _tables(conn, office, unit, known_at)
        file.household(conn, household, **asked)
        file.households_in(conn, [household], **asked)
    certificates.of_household(conn, household)
    certificates.by_check_key(conn, b"k" * 15)
    certificates.households_without(conn, units or [HUONG_SO], ["poor"], on=ON, decision="1")
    signed_decisions.by_check_key(conn, b"k" * 15)
    signed_decisions.of_areas(conn, units or [HUONG_SO], limit=20)
    signed_decisions.households_of(conn, b"k" * 15)
    survey_sweep_job.remove_expired_drafts(conn, datetime(2000, 1, 1, tzinfo=UTC))
    _questions_of_rounds(conn, keyring, units)
    for known_at in (None, KNOWN):
        for benefit, unserved in ((ELECTRICITY, False), (CREDIT, True)):
            eligible.eligible(
                conn, benefit, programme="policies", areas=units, on=ON, known_at=known_at,
                unserved=unserved,
            )  # fmt: skip
        question = coverage.Question("policies", ELECTRICITY, units, ON, known_at)
        coverage.groups(conn, question)
        coverage.delivered(conn, question)
        coverage.households(conn, question, "unserved")
    _questions_of_support(conn, office, household, unit)
    _questions_of_contests(conn, keyring, household, units)
    signed_decisions.households_decided(conn, units or [HUONG_SO])
    file.home(conn, household)
    for asked in ({}, {"newest": True, "limit": 1}, {"types": ["household.surveyed"]}):
        timeline.history(conn, keyring, household, **asked)
    timeline.recorded(conn, household, 2)
    places = [seq for seq, _ in timeline.positions(conn, household)]
    timeline.versions_at(conn, places)
    timeline.areas_at(conn, places)
    areas.children(conn, unit, ON)
    carried = carried_classes.Carried(household, household, "national", ON)
    carried_classes.with_withdrawn_sources(conn, [], {1: carried}, upto=10)
    ledger.history(conn, household)
    ledger.histories_of(conn, [household, *(uuid4() for _ in range(199))])
    ledger.read(conn, ledger.head(conn) - 100, 100)


def _questions_of_rounds(conn: Any, keyring: Any, units: list[str] | None) -> None:
    found = rounds.rounds(conn, units=units, running=True)
    rounds.rounds(conn, units=units, after=(2030, "2030-01-01", str(uuid4())))
    ids = [one.round_id for one in found][:3] or [uuid4()]
    of_these = (
        rounds.recorded_steps, rounds.requests, rounds.grievances, rounds.consultations,
        rounds.signatures, rounds.decisions, rounds.without_notice,
    )  # fmt: skip
    for ask in of_these:
        ask(conn, ids)
    rounds.requests(conn, ids, waiting=True)
    rounds.grievances(conn, ids, waiting=True)
    rounds.objections_until(conn, ids, on=ON)
    rounds.progress(conn, ids, on=ON)
    waiting_pairs(conn, units=units, villages=("Tổ 1",), rounds=ids)
    rounds.round_of(conn, ids[0])
    handed_lists.of_round(conn, ids[0])
    handed_lists.of_areas(conn, units, since=2025)
    handed_lists.decided_rounds(conn, units, ("periodic", "on_demand"), since=2025)
    handed_lists.changed(conn, ids[0], "insurance", units or [HUONG_SO], on=ON)
    worker_decisions.by_check_key(conn, b"k" * 15, on=ON)
    reviewed.changes(conn, ids[0])
    reviewed.ids_in_step(conn, ids[0], "Tổ 1", "met")
    register.listed_households(conn, units or [HUONG_SO])
    for more in ({}, {"steps": ["surveyed"]}, {"villages": ["Tổ 1"]}, {"sort": "doubt"}):
        page = reviewed.households(conn, keyring, ids, on=ON, **more)
    for one in page[:1]:
        reviewed.rounds_of_household(conn, keyring, one.household_id, on=ON)
    reviewed.rounds_of_household(conn, keyring, uuid4(), on=ON)


def _questions_of_support(conn: Any, office: Office, household: UUID, unit: str) -> None:
    """What is asked of programmes, money, cases and grants."""
    keyring, lineage = office.services.keyring, office.services.areas().lineage
    units = sorted(lineage.counted(unit, ON).all) if unit else None
    activities.activities(conn, activities.ActivityFilter(areas=units))
    activities.totals(conn, activities.ActivityFilter(areas=units, year=2023))
    for asked in ({}, {"year": 2023}, {"as_of": ON, "known_at": KNOWN}):
        lines = balances.balances(conn, areas=units, **asked)
    balances.movements(conn, lines[0].line if lines else uuid4())
    for asked in ({}, {"status": "granted"}, {"benefit": "policies/electricity"}):
        found = cases.cases(conn, areas=units, **asked)
    cases.cases(conn, areas=None, household=household)
    cases.counts(conn, areas=units)
    cases.waiting(conn, areas=units)
    cases.counts(conn, areas=units, benefit="policies/electricity")
    one = found[0].case_id if found else uuid4()
    cases.case(conn, one)
    case_papers.papers(conn, keyring, one)
    drawn = grant_batches.batches(conn, areas=units)
    batch = drawn[0].batch_id if drawn else uuid4()
    grant_batches.batch(conn, batch)
    cases.of_batch(conn, batch)
    grant_batches.drawn_up(conn, areas=units)
    grant_batches.unfinished(conn)
    grant_batches.listed_households(conn, areas=units, classes=["poor"], on=ON)
    grant_lists.of_areas(conn, units)
    grant_lists.unfinished(conn)
    grant_lists.lists_holding(conn, keyring, "Hồ Văn An", ["046080001234"])
    for granted in (grants.GrantFilter(areas=units), grants.GrantFilter(areas=units, year=2023)):
        grants.totals(conn, granted)
        grants.grants(conn, granted)
        grants.grants(conn, granted, after=(household, household))
    households.named_households(conn, keyring, [household])
    started = livelihood_models.models(conn, livelihood_models.ModelFilter(areas=units))
    model = started[0].model_id if started else uuid4()
    livelihood_models.model(conn, model)
    livelihood_models.households(conn, model)
    livelihood_models.totals(conn, livelihood_models.ModelFilter(areas=units))
    plan_progress.plans(conn, household)
    programmes.programmes(conn, on=ON, areas=units)
    programmes.programme(conn, "policies")
    programmes.benefit_names(conn)
    entered = officers.officers(conn, keyring, areas=units)
    officers.trainings(conn, entered[0].officer_id if entered else uuid4())
    officers.trained_by(conn, uuid4())
    officer_texts.texts_naming(conn, uuid4(), "Quách Văn Chôm")
    _questions_of_targets(conn, office, unit)


def _questions_of_targets(conn: Any, office: Office, unit: str) -> None:
    lineage, standards = office.services.areas().lineage, office.services.application.standards
    units = lineage.counted(unit, ON).all if unit else None
    for known_at in (None, KNOWN):
        of = target_signs.Period(2023, ON, known_at)
        target_signs.signs(conn, standards, {unit: units}, of)
        for sign in SIGNS:
            target_signs.households(conn, standards, sign, units, of)
    targets.targets(conn, areas=None if units is None else sorted(units), year=2023)
    targets.target(conn, uuid4())
    if not unit:
        return  # a target is set for a province or a unit below
    targets.declared_days(conn, lineage, unit, ON)
    for measure in ("poor_households_down", "poor_rate_down", targets.OFFICERS):
        one = targets.TargetRow(uuid4(), 1, unit, measure, 2023, 10, 10, None, {})
        for known_at in (None, KNOWN):
            targets.progress(conn, lineage, one, on=ON, known_at=known_at)
            targets.months(conn, lineage, one, on=ON, known_at=known_at)
        targets.allocated(conn, lineage, one, on=ON)


def _questions_of_contests(
    conn: Any, keyring: Any, household: UUID, units: list[str] | None
) -> None:
    for waiting in (False, True):
        found = contests.contests(conn, areas=units, waiting=waiting)
        contests.contests(conn, areas=units, waiting=waiting, after=(ON, uuid4()))
    contests.waiting_in(conn, units)
    for id_ in (household, found[0].household_id if found else uuid4()):
        contests.of_household(conn, id_)
    contests.texts(conn, keyring, household, [uuid4()])


def _tables(conn: Any, office: Office, unit: str, known_at: datetime | None) -> None:
    """The official tables, and what is asked where one does not balance."""
    lineage, keyring = office.services.areas().lineage, office.services.keyring
    asked: dict[str, Any] = {"known_at": known_at}
    units = sorted(lineage.counted(unit, ON).all) if unit else None
    for name in official.TABLES:
        official.official_table(
            conn, lineage, name, unit, from_=THEN, to=ON, villages=True, **asked
        )
    counts.by_unit(conn, units, on=ON, **asked)
    movements.moves_by_village(conn, units, from_=THEN, to=ON, **asked)
    groups.groups(conn, units, on=ON, **asked)
    groups.ethnicities_of_heads(conn, units, on=ON, **asked)
    groups.ethnicities_of_members(conn, units, on=ON, **asked)
    for kind in ("deprived", "causes"):
        groups.surveyed_groups(conn, units, kind=kind, born_after=2007, on=ON, **asked)
    population.residents(conn, lineage, unit, on=ON, **asked)
    for name in ("R14", "R15"):
        lists.members(conn, keyring, name, units, from_=THEN, to=ON, limit=5, **asked)
    reports.reports(conn, units or [HUE])
    if unit == HUONG_SO:
        question = Question(conn, lineage, unit, THEN, ON, known_at)
        differing(question, unit, "poor", (THEN, ON))
        list(differing_codes(question, unit))
        list(late_households(question, "poor", 1))


def test_nothing_walks_through_a_table_that_grows(plans: Plans) -> None:
    scans = sorted(scan for scan in plans.scans if not _is_excepted(scan))
    assert not scans, "\n\n".join(
        f"{table}{' of the country' * country}: {text[:1200]}" for table, text, country in scans
    )


def _is_excepted(scan: Scan) -> bool:
    allowed = OF_THE_COUNTRY if scan.country else OF_A_PROVINCE
    return any(words in scan.statement for words in allowed)


def test_every_exception_is_needed(plans: Plans) -> None:
    statements = [scan.statement for scan in plans.scans if scan.country]
    unneeded = [one for one in OF_THE_COUNTRY if not any(one in text for text in statements)]
    assert not unneeded


def test_every_table_that_grows_is_read_by_some_statement(plans: Plans) -> None:
    assert GROWING - plans.of == set()


def test_every_question_was_asked(plans: Plans) -> None:
    asked = _questions_of_projections()
    assert len(asked) > 40
    missing = {f"{module}.{name}" for module, name in asked - plans.asking}
    assert missing == OF_ONE_IMPORT


def _questions_of_projections() -> set[tuple[str, str]]:
    return {
        (module.__name__, name)
        for package in PACKAGES
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
        for module in [importlib.import_module(found.name)]
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if next(iter(inspect.signature(function).parameters), "") == "conn"
    }


@pytest.mark.parametrize(
    ("indexes", "ask"),
    [
        ("register_area register_villages", lambda conn, _: register.count(
            conn, units=[HUONG_SO], flags=["meritorious"])),
        ("register_words", lambda conn, keyring: register.households(
            conn, keyring, units=None, q="hoyen")),
        ("status_spans_area status_spans_now", lambda conn, _: movements.movements(
            conn, "x", [HUONG_SO], from_=THEN, to=ON)),
        ("register_names", lambda conn, keyring: register.households(
            conn, keyring, units=None)),
    ],
)  # fmt: skip
def test_a_dropped_index_is_noticed(
    plans: Plans, with_passwords: Office, indexes: str, ask: Callable[[Any, Any], object]
) -> None:
    noticed = Plans("postgres")
    with psycopg.connect(with_passwords.database.superuser_url) as conn:
        for index in indexes.split():
            conn.execute(f"drop index read.{index}".encode())
        with recording(noticed):
            ask(conn, with_passwords.services.keyring)
        conn.rollback()
    assert [scan for scan in noticed.scans if not _is_excepted(scan)]
