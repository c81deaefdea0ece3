"""A household confirms that support reached it, or says that it did not."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.own_view.contests import ConfirmReceipt, DenyReceipt
from domain.support.case import SupportCase
from domain.support.case_commands import (
    CloseCase,
    ConfirmCase,
    DeliverCase,
    DisburseCase,
    ReconcileCase,
)
from domain.support.errors import CaseStepRefused, CaseUnknown, NotFullyPaid
from tests.domain.own_view.conftest import Counter
from tests.domain.support.conftest import SupportOffice, application, office
from tests.domain.support.test_case import MILLION, granted, requested, work
from tests.given import Life
from tests.histories import alone, poor

__all__ = ["application", "office"]


@pytest.fixture
def counter(application: SocaiApplication) -> Counter:
    """A poor household with a code."""
    life = Life(application)
    poor(life)
    made = Counter(application, life.id)
    made.give(datetime(2023, 1, 2, 3, tzinfo=UTC))
    return made


@pytest.fixture
def case(office: SupportOffice, counter: Counter) -> UUID:
    """A case that is granted and paid."""
    line = office.funded(100 * MILLION, node="5")
    made = granted(office, counter.household, line)
    work(office, DisburseCase(made, 40 * MILLION), "2023-04-01")
    return made


def now(office: SupportOffice, case: UUID) -> SupportCase:
    found = office.application.support.find(SupportCase, case)
    assert found is not None
    return found


def of(counter: Counter, kind: Any, case: UUID) -> Any:
    return kind(counter.household, case)


def test_the_household_confirms_a_delivered_case_once(
    office: SupportOffice, counter: Counter, case: UUID
) -> None:
    with pytest.raises(CaseStepRefused):
        counter.says(of(counter, ConfirmReceipt, case), "2023-05-01")
    work(office, DeliverCase(case), "2023-05-02")
    for _ in range(2):
        counter.says(of(counter, ConfirmReceipt, case), "2023-05-03")
    events = [one for one in office.events(case) if type(one).__name__ == "Confirmed"]
    assert [(one.means, one.actor.role) for one in events] == [("own_view", "household")]
    assert now(office, case).confirmed_on == date(2023, 5, 3)
    work(office, ReconcileCase(case), "2023-05-04")


def test_an_officer_cannot_confirm_in_the_household_s_place(
    office: SupportOffice, case: UUID
) -> None:
    work(office, DeliverCase(case), "2023-05-02")
    with pytest.raises(Exception, match="means"):
        work(office, ConfirmCase(case, "own_view"), "2023-05-03")


def test_what_did_not_arrive_opens_the_case_again_and_waits_for_an_answer(
    office: SupportOffice, counter: Counter, case: UUID
) -> None:
    work(office, DeliverCase(case), "2023-05-02")
    work(office, ConfirmCase(case, "fingerprint"), "2023-05-03")
    work(office, ReconcileCase(case), "2023-05-04")
    work(office, CloseCase(case), "2023-06-01")
    said = DenyReceipt(counter.household, case, "Chưa ai đưa tiền")
    lodged = counter.says(said, "2023-06-02")
    found = now(office, case)
    assert (found.status, found.denied_on, found.delivered_on) == (
        "granted", date(2023, 6, 2), None,
    )  # fmt: skip
    contest = counter.now().contest(lodged.created or uuid4())
    assert (contest.about, contest.case_id, contest.waits) == ("receipt", case, True)
    with pytest.raises(NotFullyPaid):
        work(office, ReconcileCase(case), "2023-06-03")
    assert counter.says(said, "2023-06-03").created is None
    assert len(counter.now().contests) == 1
    work(office, DeliverCase(case), "2023-06-05")
    counter.says(of(counter, ConfirmReceipt, case), "2023-06-06")
    work(office, ReconcileCase(case), "2023-06-07")
    assert now(office, case).denied_on is None


def test_before_the_grant_there_is_nothing_to_receive(
    office: SupportOffice, counter: Counter
) -> None:
    asked = requested(office, counter.household)
    with pytest.raises(CaseStepRefused):
        counter.says(of(counter, DenyReceipt, asked), "2023-05-01")


@pytest.mark.parametrize("kind", [ConfirmReceipt, DenyReceipt])
def test_the_case_of_another_household_looks_like_none(
    application: SocaiApplication, counter: Counter, case: UUID, kind: Any
) -> None:
    other = Life(application)
    alone(other)
    stranger = Counter(application, other.id, papers=(b"certificate 009",))
    stranger.give(datetime.combine(date(2023, 1, 2), time(3), tzinfo=UTC))
    for id_ in (case, uuid4()):
        with pytest.raises(CaseUnknown):
            stranger.says(of(stranger, kind, id_), "2023-05-01")
