"""Benefits of local resolutions: where they are given, from which day on, and by which rates."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.application import SocaiApplication
from domain.support.budget_commands import CarryOverMoney, OpenLine
from domain.support.case_commands import ApproveCase, AssessCase, GrantCase
from domain.support.errors import (
    AmountNotByRate,
    BenefitNotInForce,
    BenefitOutsideProgramme,
    DoesNotQualify,
    ProgrammeElsewhere,
    RateNotValid,
    RatePeriodUnfit,
)
from domain.support.grant_batch import GrantBatch, Recipient
from domain.support.grant_batch_commands import ApproveBatch, DrawUpBatch
from domain.support.programme import Node, Qualification
from domain.support.programme_commands import (
    ChangeRate,
    CloseProgramme,
    DefineBenefit,
    DefineBenefitWithRate,
    DefineProgramme,
)
from projections.support import grant_job
from tests.domain.support.conftest import PROVINCE, SupportOffice
from tests.domain.support.test_case import case_of, requested, sign, work
from tests.domain.support.test_programme import CASH, LOCAL, RATE
from tests.given import HUONG_SO, RURAL, Life
from tests.histories import poor

OF_COMMUNE = replace(LOCAL, code="huong-tho-nq-5", area=RURAL, benefits=(CASH,), rates=(RATE,))
QUARTERLY = replace(CASH, code="rice", title="Hỗ trợ gạo", content="food", period="quarter")
RICE = replace(RATE, benefit="rice", amount=100_000)


@pytest.fixture
def life(application: SocaiApplication) -> Life:
    found = Life(application)
    poor(found)
    return found


def asked(office: SupportOffice, life: Life, on: str, programme: str, benefit: str) -> UUID:
    """A case of a benefit for the period of the day."""
    return requested(office, life.id, on, programme=programme, benefit=benefit)


# Where.


def test_a_local_benefit_is_for_households_of_its_own_area_alone(
    office: SupportOffice, life: Life
) -> None:
    office.do(OF_COMMUNE, "2023-01-05")
    with pytest.raises(DoesNotQualify) as refused:
        asked(office, life, "2023-03-01", OF_COMMUNE.code, "monthly_cash")
    assert refused.value.values["of"] == "area"
    office.do(replace(LOCAL, benefits=(CASH,)), "2023-01-05")
    asked(office, life, "2023-03-01", LOCAL.code, "monthly_cash")


def test_a_local_benefit_names_units_of_its_own_area_alone(office: SupportOffice) -> None:
    office.do(OF_COMMUNE, "2023-01-05")
    away = replace(
        CASH, code="away", qualification=Qualification(classes=("poor",), areas=(HUONG_SO,))
    )
    for command in (
        DefineBenefit(OF_COMMUNE.code, away),
        DefineBenefitWithRate(OF_COMMUNE.code, away, replace(RATE, benefit="away")),
        replace(OF_COMMUNE, benefits=(away,)),
    ):
        with pytest.raises(BenefitOutsideProgramme):
            office.do(command, "2023-01-06")
    office.do(LOCAL, "2023-01-05")
    office.do(DefineBenefit(LOCAL.code, away), "2023-01-06")


def test_money_of_a_local_programme_is_that_of_its_area(office: SupportOffice) -> None:
    office.do(OF_COMMUNE, "2023-01-05")
    key: dict[str, Any] = {
        "programme": OF_COMMUNE.code, "node": "cash", "source": "local", "kind": "recurrent",
        "allocation_year": 2023, "spending_year": 2023,
    }  # fmt: skip
    with pytest.raises(ProgrammeElsewhere):
        office.do(OpenLine(area=HUONG_SO, **key), "2023-01-06")
    for area in (RURAL, PROVINCE, ""):
        office.do(OpenLine(area=area, **key), "2023-01-06")
    line = office.funded(1_000_000, area=HUONG_SO)
    with pytest.raises(ProgrammeElsewhere):
        office.do(
            CarryOverMoney(line, 2024, OF_COMMUNE.code, "cash", 1, "NQ 104/2023/QH15"),
            "2023-12-31",
        )


# From which day on.


def test_a_benefit_that_is_defined_within_a_period_is_given_for_it(
    office: SupportOffice, life: Life
) -> None:
    office.do(LOCAL, "2023-01-20")
    office.do(DefineBenefit(LOCAL.code, QUARTERLY), "2023-01-20")
    office.do(ChangeRate(LOCAL.code, RICE), "2023-01-20")
    case = asked(office, life, "2023-03-01", LOCAL.code, "rice")
    work(office, AssessCase(case), "2023-03-02")
    assert case_of(office, case).amount == 300_000
    line = office.funded(
        1_000_000, node="cash", programme=LOCAL.code, source="local", area=HUONG_SO
    )
    sign(office, ApproveCase(case, line), "2023-03-03")
    work(office, GrantCase(case), "2023-03-04")
    assert life.now().supports[case].period_from == date(2023, 1, 1)


def test_a_programme_that_begins_within_a_quarter_gives_for_its_own_months(
    office: SupportOffice, life: Life
) -> None:
    begins = replace(LOCAL, valid_from=date(2023, 2, 1))
    office.do(begins, "2023-02-01")
    office.do(DefineBenefit(LOCAL.code, QUARTERLY), "2023-02-01")
    office.do(ChangeRate(LOCAL.code, replace(RICE, valid_from=date(2023, 2, 1))), "2023-02-01")
    case = asked(office, life, "2023-03-01", LOCAL.code, "rice")
    work(office, AssessCase(case), "2023-03-02")
    assert case_of(office, case).amount == 200_000


# By which rates.


@pytest.mark.parametrize(
    ("period", "per"),
    [("month", "quarter"), ("month", "year"), ("year", "once"), ("once", "month")],
)
def test_a_rate_that_does_not_make_up_the_period_is_refused(
    office: SupportOffice, period: str, per: str
) -> None:
    office.do(replace(LOCAL, benefits=(replace(CASH, period=period),)), "2023-01-05")
    with pytest.raises(RatePeriodUnfit):
        office.do(ChangeRate(LOCAL.code, replace(RATE, per=per)), "2023-01-06")


@pytest.mark.parametrize(
    ("period", "per", "times"),
    [
        ("year", "quarter", 4),
        ("year", "month", 12),
        ("half_year", "quarter", 2),
        ("year", "year", 1),
    ],
)
def test_a_rate_of_a_part_of_the_period_is_added_up(
    office: SupportOffice, life: Life, period: str, per: str, times: int
) -> None:
    benefit = replace(CASH, period=period)
    whole: DefineProgramme = replace(LOCAL, benefits=(benefit,), rates=(replace(RATE, per=per),))
    office.do(whole, "2023-01-01")
    case = asked(office, life, "2023-03-01", LOCAL.code, "monthly_cash")
    work(office, AssessCase(case), "2023-03-02")
    assert case_of(office, case).amount == times * 500_000


def test_a_benefit_whose_period_changed_is_not_paid_by_the_rate_of_before(
    office: SupportOffice, life: Life
) -> None:
    yearly = replace(CASH, period="year")
    office.do(replace(LOCAL, benefits=(yearly,), rates=(replace(RATE, per="year"),)), "2023-01-01")
    office.do(DefineBenefit(LOCAL.code, CASH), "2023-02-01")
    case = asked(office, life, "2023-03-01", LOCAL.code, "monthly_cash")
    with pytest.raises(RateNotValid):
        work(office, AssessCase(case), "2023-03-02")


# Batches.


def drawn(office: SupportOffice, life: Life) -> UUID:
    """A batch of rice for one household."""
    office.do(
        replace(LOCAL, benefits=(QUARTERLY,), rates=(RICE,), nodes=(Node("cash", "", "policy",
                "Hỗ trợ thu nhập", "seen"),)), "2023-01-01",
    )  # fmt: skip
    line = office.funded(
        1_000_000, node="cash", programme=LOCAL.code, source="local", area=HUONG_SO
    )
    command = DrawUpBatch(
        HUONG_SO, LOCAL.code, "rice", date(2023, 4, 1), line, (Recipient(life.id),)
    )
    made = work(office, command, "2023-04-01").created
    assert isinstance(made, UUID)
    return made


def test_a_batch_of_a_programme_that_has_ended_is_not_approved(
    office: SupportOffice, life: Life
) -> None:
    batch = drawn(office, life)
    office.do(CloseProgramme(LOCAL.code, "Hết hiệu lực"), "2023-03-31", recorded="2023-04-02")
    with pytest.raises(BenefitNotInForce):
        sign(office, ApproveBatch(batch), "2023-04-03")


def test_a_rate_that_changes_after_the_approval_refuses_the_rows_and_ends_the_batch(
    office: SupportOffice, life: Life, clock: Any
) -> None:
    clock.advance(days=150)
    batch = drawn(office, life)
    sign(office, ApproveBatch(batch), "2023-04-03")
    office.do(ChangeRate(LOCAL.code, replace(RICE, amount=200_000)), "2023-04-04")
    assert grant_job.run(office.application, batch, office.application.clock)
    now = office.application.support.find(GrantBatch, batch)
    assert now is not None
    assert [one.code for one in now.refused] == [AmountNotByRate.code]
    assert (now.status, now.committed, now.disbursed, now.released) == (
        "finished", 300_000, 0, 300_000,
    )  # fmt: skip
