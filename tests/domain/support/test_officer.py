"""Officers: entered, trained, moved and gone; a name is sealed; the number of a unit is dated."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.errors import Refusal
from domain.support.activity import HeldFigures, HoldActivity, PlanActivity
from domain.support.errors import ActivityNotHeld, ActivityUnknown, ActivityYearInvalid
from domain.support.office_errors import (
    OfficerCountInvalid,
    OfficerExists,
    OfficerInvalid,
    OfficerNamedInBasis,
    OfficerNotThere,
    OfficersMissing,
    OfficerUnknown,
    OfficerWithoutName,
    TrainingOfOthers,
    TrainingUnknown,
)
from domain.support.officer import (
    CountOfficers,
    EnterOfficer,
    LeaveOfficer,
    MoveOfficer,
    Officer,
    OfficerCount,
    OfficerEntered,
    OfficerForgotten,
    OfficerLeft,
    OfficerMoved,
    OfficerTrained,
    RecordTraining,
    TrainingWithdrawn,
    WithdrawTraining,
    officer_count_id,
)
from domain.support.officer_erasure import ForgetOfficer
from tests.domain.support.conftest import PROVINCE, SupportOffice
from tests.given import HUONG_SO, RURAL


def training(office: SupportOffice, area: str = PROVINCE, kind: str = "officer_training") -> UUID:
    """A training of officers that was held on 1 April 2023."""
    plan = office.do(PlanActivity(area, kind, 2023, "Tập huấn"), "2023-02-01")
    office.do(HoldActivity(plan.aggregate_id, HeldFigures(persons=20)), "2023-04-01")
    return plan.aggregate_id


def officer(office: SupportOffice, account: str = "canbo.huongso", **more: Any) -> UUID:
    given = {"area": HUONG_SO, "account": account, **more}
    return office.do(EnterOfficer(**given), "2023-01-10").aggregate_id


def test_a_name_is_sealed_and_an_account_is_not(office: SupportOffice, keyring: Any) -> None:
    named = officer(office, account="", name="Lê Thị  Bình")
    [made] = office.events(named)
    assert isinstance(made, OfficerEntered)
    assert made.account == ""
    assert made.private.subject == named
    assert keyring.reveal(made.private) == {"name": "Lê Thị Bình"}
    [made] = office.events(officer(office))
    assert (made.account, made.private) == ("canbo.huongso", None)


def test_an_officer_is_trained_once_by_one_training_and_keeps_it_when_moving(
    office: SupportOffice,
) -> None:
    held, who = training(office), officer(office)
    for _again in range(2):
        office.do(RecordTraining(held, (who,)), "2023-04-01")
    office.do(MoveOfficer(who, RURAL), "2023-06-01")
    office.do(LeaveOfficer(who), "2023-07-01")
    office.do(LeaveOfficer(who), "2023-07-02")
    assert [type(one) for one in office.events(who)] == [
        OfficerEntered, OfficerTrained, OfficerMoved, OfficerLeft,
    ]  # fmt: skip


def test_a_training_recorded_by_error_is_withdrawn_and_may_be_recorded_again(
    office: SupportOffice,
) -> None:
    held, who = training(office), officer(office)
    office.do(RecordTraining(held, (who,)), "2023-04-01")
    office.do(WithdrawTraining(who, held, "Ghi nhầm"), "2023-05-01")
    with pytest.raises(TrainingUnknown):
        office.do(WithdrawTraining(who, held, "Ghi nhầm"), "2023-05-01")
    office.do(RecordTraining(held, (who,)), "2023-04-01", recorded="2023-05-02")
    kinds = [type(one) for one in office.events(who)]
    assert kinds[1:] == [OfficerTrained, TrainingWithdrawn, OfficerTrained]


def test_all_officers_of_a_training_are_recorded_or_none(office: SupportOffice) -> None:
    held, here = training(office, HUONG_SO), officer(office)
    elsewhere = officer(office, "canbo.huongtho", area=RURAL)
    with pytest.raises(OfficerNotThere):
        office.do(RecordTraining(held, (here, elsewhere)), "2023-04-01")
    assert len(office.events(here)) == 1


def test_what_may_not_be_is_refused_by_name(office: SupportOffice) -> None:
    held, who = training(office), officer(office)
    planned = office.do(PlanActivity(PROVINCE, "officer_training", 2023, "Tập huấn"), "2023-02-01")
    gone = officer(office, "canbo.cu")
    office.do(LeaveOfficer(gone), "2023-02-01")
    refused: list[tuple[Any, str, type[Refusal]]] = [
        (EnterOfficer(HUONG_SO), "2023-01-10", OfficerInvalid),
        (EnterOfficer(HUONG_SO, "canbo", "Lê Thị Bình"), "2023-01-10", OfficerInvalid),
        (EnterOfficer(RURAL, "canbo.huongso"), "2023-01-11", OfficerExists),
        (RecordTraining(held, ()), "2023-04-01", OfficersMissing),
        (RecordTraining(uuid4(), (who,)), "2023-04-01", ActivityUnknown),
        (RecordTraining(training(office, kind="workshop"), (who,)), "2023-04-01",
         TrainingOfOthers),
        (RecordTraining(planned.aggregate_id, (who,)), "2023-04-01", ActivityNotHeld),
        (RecordTraining(held, (who,)), "2024-04-01", ActivityYearInvalid),
        (RecordTraining(held, (uuid4(),)), "2023-04-01", OfficerUnknown),
        (RecordTraining(held, (gone,)), "2023-04-01", OfficerNotThere),
        (RecordTraining(held, (who,)), "2023-01-09", OfficerNotThere),
        (CountOfficers(HUONG_SO, 0), "2023-04-01", OfficerCountInvalid),
    ]  # fmt: skip
    for command, on, refusal in refused:
        with pytest.raises(refusal):
            office.do(command, on)


def test_the_number_of_officers_of_one_day_is_the_one_recorded_last(office: SupportOffice) -> None:
    for on, number in (("2023-01-01", 9), ("2023-03-01", 10), ("2023-03-01", 10),
                       ("2023-03-01", 11)):  # fmt: skip
        office.do(CountOfficers(HUONG_SO, number), on)
    found = office.application.support.find(OfficerCount, officer_count_id(HUONG_SO))
    assert found is not None
    assert found.version == 3
    assert list(found.counts.values()) == [9, 11]


BASIS = "Luật 91/2025/QH15, đơn ngày 01/12/2023"


def test_an_erased_name_cannot_be_read_and_the_trainings_stay(
    office: SupportOffice, keyring: Any
) -> None:
    held, who = training(office), officer(office, account="", name="Lê Thị Bình")
    office.do(RecordTraining(held, (who,)), "2023-04-01")
    for _again in range(2):
        office.do(ForgetOfficer(who, BASIS), "2023-12-01")
    made, *_, last = office.events(who)
    assert isinstance(last, OfficerForgotten)
    assert last.legal_basis == BASIS
    assert keyring.reveal(made.private) is None
    assert [type(one) for one in office.events(who)] == [
        OfficerEntered, OfficerTrained, OfficerForgotten,
    ]  # fmt: skip
    found = office.application.support.find(Officer, who)
    assert found is not None
    assert (found.area, list(found.trainings)) == (HUONG_SO, [held])


def test_an_erased_officer_goes_on_without_a_name(office: SupportOffice) -> None:
    held, who = training(office), officer(office, account="", name="Lê Thị Bình")
    office.do(ForgetOfficer(who, BASIS), "2023-02-01")
    office.do(RecordTraining(held, (who,)), "2023-04-01")
    office.do(MoveOfficer(who, RURAL), "2023-06-01")
    office.do(LeaveOfficer(who), "2023-07-01")
    kinds = [type(one) for one in office.events(who)]
    assert kinds[1:] == [OfficerForgotten, OfficerTrained, OfficerMoved, OfficerLeft]


def test_the_name_of_another_officer_stays(office: SupportOffice, keyring: Any) -> None:
    who, other = (officer(office, account="", name="Lê Thị Bình") for _ in range(2))
    office.do(ForgetOfficer(who, BASIS), "2023-12-01")
    [made] = office.events(other)
    assert keyring.reveal(made.private) == {"name": "Lê Thị Bình"}


@pytest.mark.parametrize(
    ("basis", "refusal"),
    [
        ("Đơn của bà LÊ  THỊ BÌNH ngày 01/12/2023", OfficerNamedInBasis),
        ("", Refusal),
    ],
)
def test_a_legal_basis_is_needed_and_does_not_keep_the_name(
    office: SupportOffice, basis: str, refusal: type[Refusal]
) -> None:
    who = officer(office, account="", name="Lê Thị Bình")
    with pytest.raises(refusal):
        office.do(ForgetOfficer(who, basis), "2023-12-01")
    assert len(office.events(who)) == 1


def test_an_officer_by_account_has_no_name_to_erase(office: SupportOffice) -> None:
    who = officer(office)
    with pytest.raises(OfficerWithoutName):
        office.do(ForgetOfficer(who, BASIS), "2023-12-01")
    with pytest.raises(OfficerUnknown):
        office.do(ForgetOfficer(uuid4(), BASIS), "2023-12-01")
