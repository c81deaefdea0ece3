"""Batches of grants: one act for many, each recipient decided by itself, paid to the đồng."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.households.errors import TextMissing
from domain.support.case import SupportCase
from domain.support.case_errors import CaseStepTooEarly
from domain.support.errors import (
    AlreadySigned,
    AmountNeeded,
    AmountNotByRate,
    ApproverTookPart,
    GrantBatchStepRefused,
    GrantBatchUnknown,
    LineOfAnotherProject,
    MoneyMissing,
    QuantityInvalid,
    RecipientsMissing,
)
from domain.support.grant_batch import (
    Approved,
    DrawnUp,
    DrawnUpInKind,
    Finished,
    GrantBatch,
    Recipient,
    RecipientInKind,
)
from domain.support.grant_batch_commands import (
    ApproveBatch,
    DrawUpBatch,
    DrawUpBatchInKind,
    GrantToRecipient,
)
from domain.support.signing_rules import SetSigningRules, Tier
from projections.support import grant_job
from tests.domain.support.conftest import PROVINCE, SupportOffice
from tests.domain.support.households import poor_households
from tests.given import CASE_WORKER, CHAIRMAN, HUONG_SO, RURAL, Life
from tests.histories import ALONE, near_poor

EACH = 165_000


def batch_of(office: SupportOffice, id_: UUID) -> GrantBatch:
    found = office.application.support.find(GrantBatch, id_)
    assert found is not None
    return found


def draw_up(office: SupportOffice, line: UUID, *whom: Recipient, **more: Any) -> UUID:
    wanted = {
        "area": HUONG_SO, "programme": "policies", "benefit": "electricity",
        "period": date(2023, 2, 1), **more,
    }  # fmt: skip
    command = DrawUpBatch(line_id=line, recipients=whom, **wanted)
    return office.do(command, "2023-03-01", by=CASE_WORKER, document=None).created


def approve(office: SupportOffice, batch: UUID, **more: Any) -> Any:
    return office.do(ApproveBatch(batch), "2023-03-02", **{"by": CHAIRMAN, **more})


def work(office: SupportOffice, batch: UUID, chunk: int = 3) -> bool:
    return grant_job.run(office.application, batch, office.application.clock, chunk=chunk)


def money(office: SupportOffice) -> UUID:
    return office.funded(10_000_000, node="electricity", programme="policies", area=HUONG_SO)


@pytest.fixture
def office(office: SupportOffice, clock: Any) -> SupportOffice:
    clock.advance(days=100)
    return office


def test_each_recipient_gets_one_grant_and_the_money_is_reconciled(office: SupportOffice) -> None:
    line, homes = money(office), poor_households(office.application, 10)
    batch = draw_up(office, line, *(Recipient(one, amount=EACH) for one in homes))
    approve(office, batch)
    assert office.line(line).available.on(date(2023, 12, 31)) == 10_000_000 - 10 * EACH
    assert work(office, batch)
    now = batch_of(office, batch)
    assert (now.status, now.committed, now.disbursed, now.released) == (
        "finished", 10 * EACH, 10 * EACH, 0,
    )  # fmt: skip
    for row, one in enumerate(homes):
        case = office.application.support.find(SupportCase, now.case_id(row))
        assert case is not None
        assert (case.status, case.amount, case.household_id) == ("granted", EACH, one)
        assert case.basis is not None
        assert case.basis.class_ == "poor"
        household = office.application.households.load(one)
        assert list(household.supports) == [case.id]
    kinds = [type(one) for one in office.events(batch)]
    assert kinds == [DrawnUp, Approved, Finished]


def test_refused_recipients_are_listed_and_harm_no_other(office: SupportOffice, life: Life) -> None:
    line, homes = money(office), poor_households(office.application, 4)
    near_poor(life)
    unclassified = Life(office.application)
    unclassified.register("2022-11-15", ALONE)
    batch = draw_up(
        office,
        line,
        *(Recipient(one, amount=EACH) for one in homes),
        Recipient(life.id, amount=EACH),
        Recipient(unclassified.id, amount=EACH),
        Recipient(uuid4(), amount=EACH),
    )
    served = draw_up(office, line, Recipient(homes[1], amount=EACH))
    approve(office, served)
    work(office, served)
    approve(office, batch)
    work(office, batch)
    now = batch_of(office, batch)
    assert [(one.row, one.code) for one in now.refused] == [
        (1, "double_grant"),
        (4, "does_not_qualify"),
        (5, "does_not_qualify"),
        (6, "household_unknown"),
    ]
    assert (now.committed, now.disbursed, now.released) == (7 * EACH, 3 * EACH, 4 * EACH)
    assert office.line(line).available.on(date(2023, 12, 31)) == 10_000_000 - 4 * EACH
    assert all(len(office.application.households.load(one).supports) == 1 for one in homes)


def test_a_batch_of_goods_commits_no_money_and_grants_each_its_quantity(
    office: SupportOffice,
) -> None:
    line = office.funded(10_000_000, node="2", programme="2021-2025", area=HUONG_SO)
    homes = poor_households(office.application, 3)
    wanted = {"area": HUONG_SO, "programme": "2021-2025", "benefit": "livelihood_model"}
    period = date(2023, 2, 1)

    def drawn(*whom: RecipientInKind, unit: str = "con", **more: Any) -> UUID:
        command = DrawUpBatchInKind(
            **{**wanted, **more}, period=period, line_id=line, unit=unit, recipients=whom
        )
        return office.do(command, "2023-03-01", by=CASE_WORKER, document=None).created

    batch = drawn(*(RecipientInKind(one, 1 + at) for at, one in enumerate(homes)))
    approve(office, batch)
    assert work(office, batch)
    now = batch_of(office, batch)
    assert (now.status, now.unit, now.committed, now.disbursed, now.released) == (
        "finished", "con", 0, 0, 0,
    )  # fmt: skip
    assert office.line(line).available.on(date(2023, 12, 31)) == 10_000_000
    for row, home in enumerate(homes):
        (support,) = office.application.households.load(home).supports.values()
        assert (support.amount, support.quantity, support.unit) == (None, 1 + row, "con")
        case = office.application.support.find(SupportCase, now.case_id(row))
        assert case is not None
        assert (case.status, case.quantity, case.unit) == ("granted", 1 + row, "con")
    assert [type(one) for one in office.events(batch)] == [DrawnUpInKind, Approved, Finished]
    with pytest.raises(QuantityInvalid):
        drawn(RecipientInKind(homes[0], 0))
    with pytest.raises(AmountNotByRate):
        drawn(RecipientInKind(homes[0], 1), benefit="housing_new")
    with pytest.raises(TextMissing):
        drawn(RecipientInKind(homes[0], 1), unit=" ")


@pytest.fixture
def life(office: SupportOffice) -> Life:
    return Life(office.application)


def test_a_batch_that_was_stopped_goes_on_and_grants_nothing_twice(
    office: SupportOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, homes = money(office), poor_households(office.application, 10)
    batch = draw_up(office, line, *(Recipient(one, amount=EACH) for one in homes))
    approve(office, batch)

    def stop(done: int, total: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grant_job.run(office.application, batch, office.application.clock, stop, chunk=3)
    assert batch_of(office, batch).status == "approved"
    assert work(office, batch, chunk=4)
    assert not work(office, batch)
    now = batch_of(office, batch)
    assert (now.disbursed, now.refused) == (10 * EACH, ())
    assert all(len(office.application.households.load(one).supports) == 1 for one in homes)


def test_what_makes_no_sense_is_refused_and_nothing_is_recorded(office: SupportOffice) -> None:
    line, homes = money(office), poor_households(office.application, 2)
    other = office.funded(10_000_000, node="credit", programme="policies", area=HUONG_SO)
    away = office.funded(10_000_000, node="electricity", programme="policies", area=RURAL)
    one = Recipient(homes[0], amount=EACH)
    for whom, more, refusal in (
        ((), {}, RecipientsMissing),
        ((one, one), {}, RecipientsMissing),
        ((Recipient(homes[0]),), {}, AmountNeeded),
        ((one,), {"period": date(2025, 1, 1)}, AmountNotByRate),
        ((one,), {"line_id": other}, LineOfAnotherProject),
        ((one,), {"line_id": away}, LineOfAnotherProject),
    ):
        with pytest.raises(refusal):
            draw_up(office, more.pop("line_id", line), *whom, **more)  # type: ignore[arg-type]
    with pytest.raises(GrantBatchUnknown):
        approve(office, uuid4())


def test_a_batch_is_signed_by_others_and_only_with_the_money(office: SupportOffice) -> None:
    line, homes = money(office), poor_households(office.application, 2)
    office.do(SetSigningRules(PROVINCE, (Tier(0, 1), Tier(2 * EACH, 2))), "2023-01-01")
    batch = draw_up(office, line, *(Recipient(one, amount=EACH) for one in homes))
    with pytest.raises(GrantBatchStepRefused):
        office.do(GrantToRecipient(batch, 0, Recipient(homes[0], amount=EACH)), "2023-03-02")
    with pytest.raises(ApproverTookPart):
        approve(office, batch, by=CASE_WORKER)
    with pytest.raises(CaseStepTooEarly):
        office.do(ApproveBatch(batch), "2023-02-28", recorded="2023-03-02", by=CHAIRMAN)
    assert approve(office, batch).notes == ("signatures_missing",)
    with pytest.raises(AlreadySigned):
        approve(office, batch)
    assert not work(office, batch)
    costly = draw_up(office, line, Recipient(homes[0], amount=10_000_001), period=date(2023, 4, 1))
    approve(office, costly)
    deputy = CHAIRMAN.__class__("phochutich", "chairman", HUONG_SO)
    with pytest.raises(MoneyMissing):
        approve(office, costly, by=deputy)
    approve(office, batch, by=deputy)
    assert work(office, batch)
