"""The demo's households are planned from its figures, and its load survives interruptions."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.application import SocaiApplication
from domain.areas.directory import AreaDirectory
from domain.areas.seed.national import plan as national_plan
from domain.households.errors import HouseholdUnknown
from domain.imports.layout import fold
from domain.text import clean
from service.access import authentication
from service.demo import loader
from service.demo.accounts import MADE, make_accounts, shown_accounts
from service.demo.loader import LocalityPlan, is_loaded, load, plan_localities, planted
from service.demo.localities import Locality, localities, wrong_decisions
from service.demo.plans import NEAR, POOR
from service.demo.run_steps import StepRunner


@pytest.fixture(scope="module")
def directory() -> AreaDirectory:
    """All units of the country."""
    units = national_plan(datetime(2026, 1, 1, tzinfo=UTC)).units
    return AreaDirectory([one.unit for one in units])


@pytest.fixture(scope="module")
def planned(directory: AreaDirectory) -> list[LocalityPlan]:
    return list(plan_localities(directory))


def test_the_same_seed_tells_the_same(
    planned: list[LocalityPlan], directory: AreaDirectory
) -> None:
    again = list(plan_localities(directory))
    for one, other in zip(planned, again, strict=True):
        assert [(p.key, p.members, p.number) for p in one.plans] == [
            (p.key, p.members, p.number) for p in other.plans
        ]
        assert [(s.key, s.effective_on, s.recorded_at) for s in one.steps] == [
            (s.key, s.effective_on, s.recorded_at) for s in other.steps
        ]


def test_as_many_households_and_persons_are_planned_as_are_stated(
    planned: list[LocalityPlan],
) -> None:
    for one in planned:
        for class_, figures in ((POOR, one.locality.poor), (NEAR, one.locality.near_poor)):
            there = [plan for plan in one.plans if plan.closing == class_]
            assert len(there) == figures.households
            assert sum(plan.size for plan in there) == figures.persons
    assert 12_000 <= sum(len(one.plans) for one in planned) <= 16_000


def test_every_kind_of_event_of_a_households_life_happens(planned: list[LocalityPlan]) -> None:
    done = Counter(step.do for one in planned for step in one.steps)
    assert {
        "register", "survey", "classify", "exit", "misjudge", "join_member", "leave_member",
        "correct_member", "correct_household", "move", "split", "merge", "dissolve",
        "record_causes", "record_needs", "agree_plan", "grant_support",
    } == set(done)  # fmt: skip


def test_no_step_has_the_name_of_another(planned: list[LocalityPlan]) -> None:
    names = Counter(step.key for one in planned for step in one.steps)
    assert [name for name, count in names.items() if count > 1] == []


def test_everything_is_recorded_after_it_was_so(planned: list[LocalityPlan]) -> None:
    for one in planned:
        for step in one.steps:
            assert step.recorded_at.date() >= step.effective_on


def test_names_of_all_peoples_are_there_and_nobody_has_two_numbers(
    planned: list[LocalityPlan],
) -> None:
    people = [person for one in planned for plan in one.plans for person in plan.members]
    assert all(clean("name", person.name) == person.name for person in people)
    assert {"Kinh", "Ê Đê", "M'Nông", "Gia Rai", "Tà Ôi"} <= {one.ethnicity for one in people}
    assert any(person.name.startswith("H'") for person in people)
    assert any(fold(person.name).startswith("y bham") for person in people)
    numbers = Counter(person.id_number for person in people if person.id_number)
    assert max(numbers.values()) == 1


def test_each_wrong_decision_is_planned_once(planned: list[LocalityPlan]) -> None:
    wrong = [plan.wrong for one in planned for plan in one.plans if plan.wrong is not None]
    assert sorted(one.why for one in wrong) == sorted(one.why for one in wrong_decisions())


# Loading.


@pytest.fixture
def one_locality(monkeypatch: pytest.MonkeyPatch) -> Locality:
    """Only Đống Đa, and of the country's units only those of Hà Nội."""
    found = next(one for one in localities() if one.key == "dong_da")
    monkeypatch.setattr(loader, "localities", lambda: (found,))
    monkeypatch.setattr(loader, "BATCH", 40)
    monkeypatch.setattr(
        "domain.areas.seed.load.plan", lambda moment: _only_ha_noi(national_plan(moment))
    )
    return found


def _only_ha_noi(plan: Any) -> Any:
    ours = {"01", "006"}
    units = [
        one for one in plan.units
        if one.unit.code in ours or one.unit.last_parent.startswith("006@")
    ]  # fmt: skip
    return type(plan)(tuple(units), plan.findings)


def _events(application: SocaiApplication) -> list[tuple[Any, ...]]:
    with application.pool.connection() as conn:
        return conn.execute(
            "select topic, count(*) from store.events group by topic order by topic"
        ).fetchall()


def test_a_load_that_is_interrupted_anywhere_ends_as_one_that_is_not(
    application: SocaiApplication, one_locality: Locality, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, calls = loader._Loading._batch, []

    def sometimes(self: Any, *batch: Any) -> None:
        calls.append(1)
        if len(calls) in (1, 3):
            raise KeyboardInterrupt  # before the save
        save(self, *batch)
        if len(calls) in (5, 6):
            raise KeyboardInterrupt  # after the save, before it is remembered

    monkeypatch.setattr(loader._Loading, "_batch", sometimes)
    stops = 0
    while True:
        try:
            load(application)
            break
        except KeyboardInterrupt:
            stops += 1
    assert stops == 4
    found = dict(_events(application))
    assert found["household.registered:1"] == 599 + 20
    assert found["household.support_granted:1"] == 60
    assert found["household.surveyed:1"] > 60
    with application.pool.connection() as conn:
        assert is_loaded(conn)
    load(application)
    assert dict(_events(application)) == found


def test_progress_is_told_from_beginning_to_end(
    application: SocaiApplication, one_locality: Locality
) -> None:
    seen: list[tuple[str, int, int]] = []
    load(application, lambda *what: seen.append(what))
    done = [(now, total) for what, now, total in seen if what.startswith("households")]
    assert done == sorted(done)
    assert done[-1][0] == done[-1][1]
    kinds = [one.kind for one in planted(application)]
    assert kinds == ["one_tier_before_2022"]


def test_a_batch_is_saved_whole_or_not_at_all(
    application: SocaiApplication, planned: list[LocalityPlan], directory: AreaDirectory
) -> None:
    """A refusal in the middle of a batch leaves nothing of it."""
    writing = SocaiApplication(
        application.pool, application.keyring, application.standards, directory=directory
    )
    one = planned[0]
    good, other = [step for step in one.steps if step.do == "register"][:2]
    bad = replace(other, do="dissolve", what={"reason": "other"}, key="no such household")
    offices = {one.locality.key: StepRunner(application.standards, one.locality, {})}
    loading = loader._Loading(writing, lambda *_: None)
    with pytest.raises(HouseholdUnknown):
        loading._batch([(good, one.locality.key), (bad, one.locality.key)], offices)
    assert _events(application) == []
    loading._batch([(good, one.locality.key)], offices)
    assert [topic for topic, _ in _events(application)] == ["household.registered:1"]


# Accounts.


def test_the_accounts_of_the_demo_have_passwords_of_their_own(
    database: Any, tmp_path: Path
) -> None:
    assert shown_accounts(tmp_path) == []
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with psycopg.connect(database.url) as conn:
        for _ in range(2):
            make_accounts(conn, tmp_path, now)
        shown = shown_accounts(tmp_path)
        assert [one.name for one in shown] == [one.account for one in MADE]
        assert len({one.password for one in shown}) == len(shown)
        for one in shown[:2]:
            assert authentication.check_password(conn, one.name, one.password)
        officer = authentication.account_named(conn, "tinh.hue", on=date(2026, 1, 1))
        assert officer is not None
        assert [(held.role, held.area) for held in officer.roles] == [
            ("province_officer", "46@2004-07-08")
        ]
    assert (tmp_path / "accounts.json").stat().st_mode & 0o077 == 0
