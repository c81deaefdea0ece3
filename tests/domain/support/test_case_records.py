"""Cases against the record of their households: moves, ends, withdrawn grants, days, signatures."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.commands.command import Actor
from domain.households.errors import HouseholdEnded
from domain.support.budget_commands import RecoverMoney
from domain.support.case_commands import (
    ApproveCase,
    AssessCase,
    CloseCase,
    ConfirmCase,
    DeliverCase,
    DisburseCase,
    GrantCase,
    ReconcileCase,
    ReopenCase,
    RequestCase,
    TransferCase,
)
from domain.support.case_errors import (
    CaseStepTooEarly,
    GrantWithdrawn,
    PeriodTooFar,
    SignedForAnotherLine,
)
from domain.support.errors import (
    CommitmentExceeded,
    HouseholdNotThere,
    MoneyInvalid,
    MoneyMissing,
    NotFullyPaid,
    QuantityInvalid,
)
from domain.support.grant_batch import Recipient
from domain.support.grant_batch_commands import ApproveBatch, DrawUpBatch
from domain.support.office_errors import StepsApart
from domain.support.plan_cases import RequestCasesOfPlan, StepBenefit
from domain.support.signing_rules import AddSigningVersion, SetSigningRules, Tier
from projections.support import grant_job
from tests.domain.support.conftest import PROVINCE, SupportOffice
from tests.domain.support.households import poor_households
from tests.domain.support.test_case import (
    DEPUTY,
    MILLION,
    approved,
    case_of,
    granted,
    requested,
    sign,
    work,
)
from tests.given import CASE_WORKER, CHAIRMAN, HUONG_SO, RURAL, Life
from tests.histories import poor, supported


@pytest.fixture
def life(application: SocaiApplication) -> Life:
    found = Life(application)
    poor(found)
    return found


def withdraw(life: Life, on: str, case: UUID) -> None:
    """The support of a case is withdrawn from the household's record."""
    entry = life.now().supports[case].originator_version
    life.do("withdraw", on, kind="support", entry=entry, reason="Ghi nhầm hộ")


# A household that moved or ended between the request and the grant.


def test_a_household_that_moved_away_is_granted_nothing_until_its_case_followed_it(
    office: SupportOffice, life: Life
) -> None:
    line = office.funded(100 * MILLION, node="5")
    case = approved(office, life.id, line)
    waiting = requested(office, life.id, programme="policies", benefit="electricity")
    life.do("move", "2023-03-15", village="Thôn 1", area=RURAL)
    with pytest.raises(HouseholdNotThere):
        work(office, GrantCase(case), "2023-03-20")
    with pytest.raises(HouseholdNotThere):
        work(office, AssessCase(waiting, amount=165_000), "2023-03-20")
    assert life.now().supports == {}
    work(office, TransferCase(case, RURAL), "2023-03-21")
    work(office, GrantCase(case), "2023-03-22")
    assert list(life.now().supports) == [case]


def test_no_money_is_committed_for_a_household_that_has_ended(
    office: SupportOffice, life: Life
) -> None:
    line = office.funded(100 * MILLION, node="5")
    case = requested(office, life.id)
    work(office, AssessCase(case), "2023-03-05")
    life.do("dissolve", "2023-03-08", reason="moved_away")
    with pytest.raises(HouseholdEnded):
        sign(office, ApproveCase(case, line), "2023-03-10")
    assert office.line(line).available.on(date(2023, 12, 31)) == 100 * MILLION


# A grant that was withdrawn.


def test_what_was_withdrawn_is_neither_paid_nor_delivered_nor_reconciled(
    office: SupportOffice, life: Life
) -> None:
    line = office.funded(100 * MILLION, node="5")
    case = granted(office, life.id, line)
    withdraw(life, "2023-03-20", case)
    for command in (
        DisburseCase(case, 10 * MILLION),
        DeliverCase(case),
        ConfirmCase(case, "signature"),
        ReconcileCase(case),
    ):
        with pytest.raises(GrantWithdrawn):
            work(office, command, "2023-03-21")
    work(office, CloseCase(case), "2023-03-22")
    assert office.line(line).available.on(date(2023, 12, 31)) == 100 * MILLION
    with pytest.raises(GrantWithdrawn):
        work(office, ReopenCase(case), "2023-03-23")


def test_the_benefit_of_a_withdrawn_grant_may_be_given_again(
    office: SupportOffice, life: Life
) -> None:
    line = office.funded(100 * MILLION, node="5")
    first = granted(office, life.id, line)
    withdraw(life, "2023-03-20", first)
    second = requested(office, life.id, "2023-04-01")
    work(office, AssessCase(second), "2023-04-02")
    sign(office, ApproveCase(second, line), "2023-04-03")
    work(office, GrantCase(second), "2023-04-04")
    assert list(life.now().supports) == [second]


def test_a_batch_gives_again_what_was_withdrawn(
    office: SupportOffice, life: Life, clock: Any
) -> None:
    clock.advance(days=100)
    line = office.funded(MILLION, node="electricity", programme="policies", area=HUONG_SO)

    def given(on: str) -> list[Any]:
        recipients = (Recipient(life.id, amount=165_000),)
        batch = office.do(
            DrawUpBatch(
                HUONG_SO, "policies", "electricity", date(2023, 2, 1), line, recipients
            ),
            on, by=CASE_WORKER, document=None,
        ).created  # fmt: skip
        office.do(ApproveBatch(batch), on, by=CHAIRMAN)
        assert grant_job.run(office.application, batch, office.application.clock)
        return list(life.now().supports)

    [first] = given("2023-02-01")
    withdraw(life, "2023-02-10", first)
    [second] = given("2023-02-20")
    assert second != first


def test_a_plan_asks_again_for_what_was_withdrawn(
    office: SupportOffice, application: SocaiApplication
) -> None:
    life = Life(application)
    supported(life)
    [plan] = life.now().plans
    line = office.funded(100 * MILLION, node="5")
    first = granted(office, life.id, line)
    withdraw(life, "2023-03-20", first)
    step = StepBenefit(1, "2021-2025", "housing_new", date(2023, 4, 1))
    command = RequestCasesOfPlan(life.id, plan.originator_version, (step,))
    second = work(office, command, "2023-04-01").created
    assert case_of(office, second).status == "requested"


# Closed and taken up again.


def test_a_granted_case_that_was_closed_is_paid_of_what_is_available_when_it_is_reopened(
    office: SupportOffice, life: Life
) -> None:
    line = office.funded(50 * MILLION, node="5")
    case = granted(office, life.id, line)
    work(office, DisburseCase(case, 10 * MILLION), "2023-04-01")
    work(office, CloseCase(case), "2023-06-01")
    assert office.line(line).available.on(date(2023, 12, 31)) == 40 * MILLION
    work(office, ReopenCase(case), "2023-07-01")
    with pytest.raises(CommitmentExceeded):
        work(office, DisburseCase(case, 30 * MILLION + 1), "2023-07-02")
    work(office, DisburseCase(case, 30 * MILLION), "2023-07-02")
    assert office.line(line).available.on(date(2023, 12, 31)) == 10 * MILLION
    work(office, DeliverCase(case), "2023-07-03")
    work(office, ReconcileCase(case), "2023-07-04")


def test_a_reopened_case_is_not_paid_with_money_that_others_have_taken(
    office: SupportOffice, life: Life
) -> None:
    line = office.funded(40 * MILLION, node="5")
    case = granted(office, life.id, line)
    work(office, CloseCase(case), "2023-06-01")
    [other] = poor_households(office.application, 1)
    taken = requested(office, other, "2023-06-02")
    work(office, AssessCase(taken), "2023-06-03")
    sign(office, ApproveCase(taken, line), "2023-06-04")
    work(office, ReopenCase(case), "2023-07-01")
    with pytest.raises(MoneyMissing):
        work(office, DisburseCase(case, 40 * MILLION), "2023-07-02")


# Days.


def test_no_step_is_dated_before_the_one_that_it_rests_on(
    office: SupportOffice, life: Life
) -> None:
    line = office.funded(100 * MILLION, node="5")
    case = requested(office, life.id, "2023-03-10")

    def refused(command: Any, day: str, by: Actor = CASE_WORKER) -> None:
        with pytest.raises(CaseStepTooEarly):
            office.do(command, day, recorded="2023-12-01", by=by)

    refused(AssessCase(case), "2023-03-09")
    work(office, AssessCase(case), "2023-03-12")
    refused(ApproveCase(case, line), "2023-03-11", CHAIRMAN)
    sign(office, ApproveCase(case, line), "2023-03-14")
    refused(GrantCase(case), "2023-03-13")
    work(office, GrantCase(case), "2023-03-16")
    refused(DisburseCase(case, MILLION), "2023-03-15")
    refused(DeliverCase(case), "2023-03-15")
    work(office, DeliverCase(case), "2023-03-18")
    refused(ConfirmCase(case, "signature"), "2023-03-17")


def test_support_is_for_this_year_or_the_next_one(office: SupportOffice, life: Life) -> None:
    wanted = RequestCase(life.id, "policies", "electricity", date(2025, 1, 1))
    with pytest.raises(PeriodTooFar) as refused:
        work(office, wanted, "2023-12-20")
    assert refused.value.values["last_year"] == 2024
    work(office, RequestCase(life.id, "policies", "electricity", date(2024, 1, 1)), "2023-12-20")


# Amounts and goods.


@pytest.mark.parametrize("amount", [0, -165_000, 10**12 + 1])
def test_an_amount_that_can_not_be_granted_is_not_assessed(
    office: SupportOffice, life: Life, amount: int
) -> None:
    case = requested(office, life.id, programme="policies", benefit="electricity")
    with pytest.raises(MoneyInvalid):
        work(office, AssessCase(case, amount=amount), "2023-03-02")
    line = office.funded(MILLION, node="electricity", programme="policies", area=HUONG_SO)
    recipients = (Recipient(life.id, amount=amount),)
    with pytest.raises(MoneyInvalid):
        work(
            office,
            DrawUpBatch(HUONG_SO, "policies", "electricity", date(2023, 4, 1), line, recipients),
            "2023-03-02",
        )


def goods(office: SupportOffice, life: Life, quantity: int) -> UUID:
    """A case of goods, granted."""
    line = office.funded(MILLION, node="2")
    case = requested(office, life.id, benefit="livelihood_model")
    work(office, AssessCase(case, quantity=quantity, unit="con"), "2023-03-05")
    sign(office, ApproveCase(case, line), "2023-03-10")
    work(office, GrantCase(case), "2023-03-11")
    return case


def test_goods_are_reconciled_when_all_of_them_were_delivered(
    office: SupportOffice, life: Life
) -> None:
    case = goods(office, life, 10)
    work(office, DeliverCase(case, 4), "2023-04-01")
    with pytest.raises(NotFullyPaid):
        work(office, ReconcileCase(case), "2023-04-02")
    for quantity in (0, -1, 7):
        with pytest.raises(QuantityInvalid):
            work(office, DeliverCase(case, quantity), "2023-04-03")
    work(office, DeliverCase(case, 6), "2023-04-03")
    work(office, ReconcileCase(case), "2023-04-04")
    with pytest.raises(QuantityInvalid):
        work(office, AssessCase(requested(office, life.id, benefit="community_production"),
                                quantity=-3), "2023-04-05")  # fmt: skip


def test_goods_that_are_delivered_without_a_number_are_all_of_them(
    office: SupportOffice, life: Life
) -> None:
    case = goods(office, life, 10)
    work(office, DeliverCase(case), "2023-04-01")
    work(office, ReconcileCase(case), "2023-04-02")


def test_a_payment_that_came_back_is_not_reconciled(office: SupportOffice, life: Life) -> None:
    line = office.funded(100 * MILLION, node="5")
    case = granted(office, life.id, line)
    paid = work(office, DisburseCase(case, 40 * MILLION), "2023-04-01").created
    work(office, DeliverCase(case), "2023-04-02")
    office.do(RecoverMoney(line, paid, MILLION, "Chi sai tài khoản"), "2023-04-03")
    with pytest.raises(NotFullyPaid):
        work(office, ReconcileCase(case), "2023-04-04")


# Signatures.


def test_all_who_sign_a_case_sign_for_one_budget_line(office: SupportOffice, life: Life) -> None:
    line, other = (
        office.funded(100 * MILLION, node="5", source=source) for source in ("central", "local")
    )
    office.do(SetSigningRules(PROVINCE, (Tier(0, 2),)), "2023-01-01")
    case = requested(office, life.id)
    work(office, AssessCase(case), "2023-03-05")
    sign(office, ApproveCase(case, line), "2023-03-10")
    with pytest.raises(SignedForAnotherLine) as refused:
        sign(office, ApproveCase(case, other), "2023-03-11", by=DEPUTY)
    assert refused.value.values["line"] == line
    work(office, AssessCase(case), "2023-03-12")
    sign(office, ApproveCase(case, other), "2023-03-13")
    sign(office, ApproveCase(case, other), "2023-03-13", by=DEPUTY)
    assert case_of(office, case).line_id == other


def test_an_account_that_signed_a_batch_takes_no_step_of_it_that_is_kept_apart(
    office: SupportOffice, life: Life, clock: Any
) -> None:
    clock.advance(days=100)
    one = (Tier(0, 1),)
    office.do(AddSigningVersion(PROVINCE, "batch_approval", one, ("deliver",)), "2023-01-01")
    line = office.funded(MILLION, node="electricity", programme="policies", area=HUONG_SO)
    recipients = (Recipient(life.id, amount=165_000),)
    drawn = DrawUpBatch(HUONG_SO, "policies", "electricity", date(2023, 2, 1), line, recipients)
    batch = work(office, drawn, "2023-03-01").created
    sign(office, ApproveBatch(batch), "2023-03-02")
    assert grant_job.run(office.application, batch, office.application.clock)
    [case] = life.now().supports
    with pytest.raises(StepsApart):
        sign(office, DeliverCase(case), "2023-03-03")
    work(office, DeliverCase(case), "2023-03-03")
