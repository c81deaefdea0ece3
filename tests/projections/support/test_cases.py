"""The read models of cases, batches and targets: the same rows for any cut, and after a rebuild."""

import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.commands.command import Actor
from domain.errors import Refusal
from domain.support.activity import CorrectActivity, HeldFigures, HoldActivity, PlanActivity
from domain.support.case import SupportCase
from domain.support.case_commands import (
    ApproveCase,
    AssessCase,
    AssignCase,
    CloseCase,
    ConfirmCase,
    DeliverCase,
    DisburseCase,
    FollowUpCase,
    GrantCase,
    ReconcileCase,
    RefuseCase,
    ReopenCase,
    RequestCase,
)
from domain.support.grant_batch import Recipient
from domain.support.grant_batch_commands import ApproveBatch, DrawUpBatch
from domain.support.livelihood import CloseModel, JoinModel, StartModel
from domain.support.load import published
from domain.support.officer import (
    CountOfficers,
    EnterOfficer,
    LeaveOfficer,
    MoveOfficer,
    RecordTraining,
    WithdrawTraining,
)
from domain.support.target import (
    PassTargetDown,
    ReviseRateTarget,
    ReviseTarget,
    SetRateTarget,
    SetTarget,
)
from projections.catch_up import catch_up
from projections.read_models import named
from projections.rebuild import rebuild_job
from projections.support import cases, grant_job
from tests.conftest import Database
from tests.domain.support.conftest import PROVINCE, SupportOffice, province_and_communes
from tests.domain.support.households import poor_households
from tests.given import CASE_WORKER, CHAIRMAN, HUONG_SO, RURAL
from tests.projections.dumps import dump, empty
from tests.standards import standards

OURS = named(
    (
        "cases", "grant_batches", "targets", "budget_balances", "activities", "livelihood_models",
        "officers", "officer_counts", "decision_figures",
    )
)  # fmt: skip
DEPUTY = Actor("phochutich", "chairman", HUONG_SO)


@pytest.fixture
def office(database: Database, keyring: Any, clock: Any) -> SupportOffice:
    clock.advance(days=400)
    made = SupportOffice(
        SocaiApplication(
            database.pool, keyring, standards(), clock, directory=province_and_communes()
        )
    )
    for command in published():
        made.do(command, command.valid_from, recorded="2022-12-15", document=None)
    return made


def some_step(rng: random.Random, case: UUID, line: UUID) -> Any:
    """A step of a case, possible or not."""
    return rng.choice(
        (
            AssignCase(case, "canbo"),
            AssessCase(case),
            AssessCase(case),
            ApproveCase(case, line),
            ApproveCase(case, line),
            GrantCase(case),
            GrantCase(case),
            DisburseCase(case, rng.randint(1, 20_000_000)),
            DeliverCase(case),
            ConfirmCase(case, "signature"),
            ReconcileCase(case),
            FollowUpCase(case, "helped", "Nhà mới"),
            RefuseCase(case, ("other",), "Đề nghị rút"),
            CloseCase(case),
            ReopenCase(case),
        )
    )


def train(office: SupportOffice, rng: random.Random) -> None:
    """Officers who are counted, trained, moved and gone, and a rate of them as a target."""
    office.do(CountOfficers(HUONG_SO, 9), "2023-01-01")
    office.do(CountOfficers(HUONG_SO, 10), "2023-03-01")
    rate = office.do(SetRateTarget(HUONG_SO, "officers_trained", 2023, 3000), "2023-03-05")
    office.do(ReviseRateTarget(rate.aggregate_id, 4000, "Điều chỉnh"), "2023-03-06")
    plan = PlanActivity(HUONG_SO, "officer_training", 2023, "Tập huấn")
    held = office.do(plan, "2023-02-01").aggregate_id
    office.do(HoldActivity(held, HeldFigures(persons=4)), "2023-04-01")
    people = [
        office.do(EnterOfficer(HUONG_SO, name=name), "2023-01-02").aggregate_id
        for name in ("Lê Thị Bình", "Hồ Văn An", "Trần Văn Cảnh", "Y Djap")
    ]
    office.do(RecordTraining(held, tuple(rng.sample(people, 3))), "2023-04-01")
    office.do(RecordTraining(held, tuple(people)), "2023-04-01", recorded="2023-04-09")
    office.do(WithdrawTraining(people[0], held, "Ghi nhầm"), "2023-05-01")
    office.do(MoveOfficer(people[1], RURAL), "2023-06-01")
    office.do(LeaveOfficer(people[2]), "2023-07-01")


def record(office: SupportOffice, seed: int) -> list[UUID]:
    """Cases with steps in any order, a batch and two targets; the ids of the cases."""
    rng = random.Random(seed)
    homes = poor_households(office.application, 6)
    line = office.funded(900_000_000, node="5")
    made = [
        office.do(
            RequestCase(home, "2021-2025", "housing_new", date(2023, 3, 1), note="Nhà dột"),
            "2023-03-01", by=CASE_WORKER,
        ).created
        for home in homes
    ]  # fmt: skip
    for number in range(90):
        on = date(2023, 3, 2) + timedelta(days=number)
        try:
            office.do(some_step(rng, rng.choice(made), line), on, by=rng.choice((CHAIRMAN, DEPUTY)))
        except Refusal:
            continue
    pays = office.funded(9_000_000, node="electricity", programme="policies")
    whom = tuple(Recipient(one, amount=165_000) for one in homes)
    command = DrawUpBatch(HUONG_SO, "policies", "electricity", date(2023, 1, 1), pays, whom)
    batch = office.do(command, "2023-03-01", by=CASE_WORKER).created
    office.do(ApproveBatch(batch), "2023-03-02", by=CHAIRMAN)
    assert grant_job.run(office.application, batch, office.application.clock, chunk=2)
    set_ = office.do(SetTarget(PROVINCE, "poor_households_down", 2023, 331), "2023-01-05")
    office.do(PassTargetDown(set_.aggregate_id, HUONG_SO, 20), "2023-01-06")
    office.do(ReviseTarget(set_.aggregate_id, 340, "Điều chỉnh"), "2023-02-06")
    train(office, rng)
    activity = office.do(PlanActivity(HUONG_SO, "job_fair", 2023, "Phiên giao dịch"), "2023-02-01")
    for persons in rng.sample(range(900), 3):
        on, figures = "2023-05-01", HeldFigures(persons=persons)
        try:
            office.do(HoldActivity(activity.aggregate_id, figures), on)
        except Refusal:
            office.do(CorrectActivity(activity.aggregate_id, figures, "Đếm lại"), on)
    office.do(PlanActivity(HUONG_SO, "legal_aid", 2023, "Trợ giúp pháp lý"), "2023-02-01")
    start = StartModel(HUONG_SO, "livelihood", "Nuôi bò", "2021-2025", "2", 2023)
    model = office.do(start, "2023-06-01").aggregate_id
    for home in rng.sample(homes, 4):
        office.do(JoinModel(model, home), "2023-06-02", by=CASE_WORKER)
    office.do(CloseModel(model, "finished"), "2023-11-01")
    return made


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_the_same_for_any_cut_and_after_a_rebuild(
    database: Database, office: SupportOffice, keyring: Any, seed: int
) -> None:
    record(office, seed)
    catch_up(database.pool, keyring)

    def rows() -> Any:
        with database.pool.connection() as conn:
            return dump(conn, OURS)

    at_once = rows()
    assert all(at_once[table.name] for model in OURS for table in model.tables)
    with database.pool.connection() as conn:
        empty(conn)
    catch_up(database.pool, keyring, batch=4 + seed)
    assert rows() == at_once
    rebuild = rebuild_job.request(database.pool, parts=4)
    assert rebuild_job.work(database.pool, keyring, rebuild)
    assert rows() == at_once


def test_a_case_is_read_as_its_aggregate_says(
    database: Database, office: SupportOffice, keyring: Any
) -> None:
    made = record(office, seed=5)
    catch_up(database.pool, keyring)
    with database.pool.connection() as conn:
        shown = [cases.case(conn, one) for one in made]
    for id_, row in zip(made, shown, strict=True):
        case = office.application.support.find(SupportCase, id_)
        assert case is not None
        assert row is not None
        assert (row.status, row.amount, row.disbursed, row.version) == (
            case.status, case.amount, case.disbursed, case.version,
        )  # fmt: skip
        assert len(row.steps) == case.version
