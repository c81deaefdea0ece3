"""Support cases: from a request to a confirmed delivery, and all that is refused on the way."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.commands.command import Actor
from domain.errors import Refusal
from domain.households.errors import DoubleGrant, PersonUnknown
from domain.households.events import SupportGranted
from domain.households.withdrawals import WithdrawEntry
from domain.support.budget_commands import CarryOverMoney
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
    TransferCase,
)
from domain.support.case_errors import GrantWithdrawn
from domain.support.case_events import Approved, Disbursed, Granted, Signed
from domain.support.errors import (
    AlreadySigned,
    AmountNeeded,
    AmountNotByRate,
    ApproverTookPart,
    BeneficiaryMismatch,
    BenefitNotInForce,
    BenefitUnknown,
    CaseExists,
    CaseStepRefused,
    CaseUnknown,
    CommitmentExceeded,
    DigestInvalid,
    DoesNotQualify,
    HouseholdNotThere,
    LineOfAnotherProject,
    LowerOfSameContent,
    MoneyMissing,
    MoneyNotOfThatYear,
    NotFullyPaid,
    RateNotValid,
    ReasonsMissing,
    SameContentGranted,
    SigningRulesInvalid,
    SupportDocumentMissing,
)
from domain.support.signing_rules import SetSigningRules, Tier
from tests.domain.support.conftest import PROVINCE, SupportOffice
from tests.given import CASE_WORKER, CHAIRMAN, HUONG_SO, RURAL, Life
from tests.histories import NOT_LISTED, POOR, alone, decide, escaped, family, near_poor, poor

DEPUTY = Actor("phochutich", "chairman", HUONG_SO)
MILLION = 10**6


@pytest.fixture
def life(application: SocaiApplication) -> Life:
    return Life(application)


@pytest.fixture
def home(life: Life) -> Callable[..., UUID]:
    """A household at a point of its life."""

    def at(history: Callable[[Life], None] = poor) -> UUID:
        history(life)
        return life.id

    return at


def work(office: SupportOffice, command: Any, on: str, **more: Any) -> Any:
    """What the case worker does."""
    return office.do(command, on, **{"by": CASE_WORKER, "document": None, **more})


def sign(office: SupportOffice, command: Any, on: str, **more: Any) -> Any:
    """What the chairman does."""
    return office.do(command, on, **{"by": CHAIRMAN, **more})


def case_of(office: SupportOffice, id_: UUID) -> SupportCase:
    found = office.application.support.find(SupportCase, id_)
    assert found is not None
    return found


def requested(office: SupportOffice, household: UUID, on: str = "2023-03-01", **more: Any) -> UUID:
    wanted = {
        "programme": "2021-2025", "benefit": "housing_new", "period": date.fromisoformat(on), **more
    }  # fmt: skip
    return work(office, RequestCase(household, **wanted), on).created


def approved(office: SupportOffice, household: UUID, line: UUID, **more: Any) -> UUID:
    case = requested(office, household, **more)
    work(office, AssessCase(case), "2023-03-05")
    sign(office, ApproveCase(case, line), "2023-03-10")
    return case


def granted(office: SupportOffice, household: UUID, line: UUID, **more: Any) -> UUID:
    case = approved(office, household, line, **more)
    work(office, GrantCase(case), "2023-03-11")
    return case


def test_a_case_from_request_to_reconciliation(
    office: SupportOffice, home: Callable[..., UUID], life: Life
) -> None:
    household = home()
    line = office.funded(100 * MILLION, node="5")
    case = requested(office, household, note="Nhà dột", attachments=("a" * 64,))
    work(office, AssignCase(case, "canbo"), "2023-03-02")
    assert work(office, AssessCase(case), "2023-03-05").notes == ()
    sign(office, ApproveCase(case, line), "2023-03-10")
    assert office.line(line).available.on(date(2023, 12, 31)) == 60 * MILLION
    work(office, GrantCase(case), "2023-03-11")
    support = life.now().supports[case]
    assert (support.amount, support.programme, support.benefit) == (
        40 * MILLION, "2021-2025", "housing_new",
    )  # fmt: skip
    assert (support.source, support.funding_year) == ("central", 2023)
    work(office, DisburseCase(case, 25 * MILLION), "2023-04-01")
    with pytest.raises(NotFullyPaid):
        work(office, ReconcileCase(case), "2023-05-01")
    work(office, DisburseCase(case, 15 * MILLION), "2023-05-01")
    work(office, DeliverCase(case), "2023-05-02")
    work(office, ConfirmCase(case, "fingerprint", ("b" * 64,)), "2023-05-03")
    work(office, ReconcileCase(case), "2023-05-04")
    work(office, FollowUpCase(case, "helped"), "2023-09-01")
    work(office, CloseCase(case), "2023-12-01")
    now = case_of(office, case)
    assert (now.status, now.disbursed, now.followed_up) == ("closed", 40 * MILLION, "helped")
    assert now.confirmed_on == date(2023, 5, 3)
    spent = office.line(line)
    assert spent.available.on(date(2023, 12, 31)) == 60 * MILLION


def test_approval_and_grant_are_one_save_each_with_money_and_household(
    office: SupportOffice, home: Callable[..., UUID], life: Life
) -> None:
    household = home()
    line = office.funded(100 * MILLION, node="5")
    case = granted(office, household, line)
    events = {type(one): one for one in office.events(case)}
    committed, support = office.events(line)[-1], life.events()[-1]
    assert isinstance(support, SupportGranted)
    assert committed.command_id == events[Approved].command_id
    assert committed.commitment == events[Approved].commitment
    assert support.command_id == events[Granted].command_id
    assert events[Granted].basis.class_ == "poor"
    assert events[Granted].basis.by == "list"


# Who qualifies.


def test_the_list_of_the_year_before_and_a_decision_of_the_year_serve(
    office: SupportOffice, home: Callable[..., UUID], life: Life
) -> None:
    household = home()  # poor since 12/12/2022
    with pytest.raises(DoesNotQualify):
        requested(office, household, "2022-12-01")
    case_2022 = requested(
        office, household, "2022-12-20", benefit="nutrition", person_id=life["cúc"]
    )
    work(office, AssessCase(case_2022, quantity=1), "2022-12-20")
    assert case_of(office, case_2022).basis.by == "decision"
    decide(life, "2023-06-15", number="20/QĐ-UBND", figures=NOT_LISTED)
    case_2023 = requested(office, household, "2023-08-01")
    work(office, AssessCase(case_2023), "2023-08-01")
    assert case_of(office, case_2023).basis.by == "list"
    with pytest.raises(DoesNotQualify) as refused:
        requested(office, household, "2024-01-15", programme="policies", benefit="electricity")
    assert refused.value.values["of"] == "class"


def test_a_newly_escaped_household_qualifies_where_the_benefit_says_so(
    office: SupportOffice, home: Callable[..., UUID]
) -> None:
    household = home(escaped)  # until 12/12/2026
    case = requested(office, household, "2025-05-01", benefit="livelihood_model")
    work(office, AssessCase(case, amount=10 * MILLION), "2025-05-02")
    assert case_of(office, case).basis.by == "newly_escaped"
    with pytest.raises(DoesNotQualify):
        requested(office, household, "2025-05-01")
    with pytest.raises(DoesNotQualify):
        requested(
            office, household, "2026-12-13", programme="2026-2035", benefit="production_support"
        )


def test_a_class_that_does_not_qualify_is_refused(
    office: SupportOffice, home: Callable[..., UUID]
) -> None:
    household = home(near_poor)
    with pytest.raises(DoesNotQualify) as refused:
        requested(office, household, programme="policies", benefit="electricity")
    assert refused.value.values["held"] == "near_poor"


# Once only, and the highest only.


def test_one_benefit_one_beneficiary_one_period(
    office: SupportOffice, home: Callable[..., UUID], life: Life
) -> None:
    household = home()
    case = requested(office, household, "2023-02-01", programme="policies", benefit="electricity")
    assert case_of(office, case).period.last == date(2023, 3, 31)
    with pytest.raises(CaseExists) as refused:
        requested(office, household, "2023-03-31", programme="policies", benefit="electricity")
    assert refused.value.values["case_id"] == case
    requested(office, household, "2023-04-01", programme="policies", benefit="electricity")
    for person in ("cúc", "dũng"):
        requested(office, household, benefit="vocational_training", person_id=life[person])
    work(office, RefuseCase(case, ("no_money",)), "2023-03-31")
    other = requested(office, household, "2023-03-31", programme="policies", benefit="electricity")
    with pytest.raises(CaseExists):
        work(office, ReopenCase(case), "2023-04-01")
    work(office, CloseCase(other), "2023-04-01")
    work(office, ReopenCase(case), "2023-04-02")
    assert case_of(office, case).status == "requested"


def test_what_is_given_once_is_given_once(office: SupportOffice, home: Callable[..., UUID]) -> None:
    household = home()
    line = office.funded(100 * MILLION, node="5")
    case = granted(office, household, line)
    work(office, CloseCase(case), "2023-06-01")
    with pytest.raises(DoubleGrant) as refused:
        requested(office, household, "2023-09-01")
    assert refused.value.values["support_id"] == case


@pytest.mark.parametrize("closed_before", [False, True])
def test_a_grant_withdrawn_as_an_error_gives_way_to_a_new_request(
    office: SupportOffice, home: Callable[..., UUID], life: Life, closed_before: bool
) -> None:
    household, line = home(), office.funded(100 * MILLION, node="5")
    case = granted(office, household, line)
    if closed_before:
        work(office, CloseCase(case), "2023-05-01")
    entry = life.now().supports[case].originator_version
    work(office, WithdrawEntry(household, "support", entry, "Ghi nhầm hộ"), "2023-05-10")
    if not closed_before:
        work(office, CloseCase(case), "2023-05-12")
    again = requested(office, household, "2023-05-13")
    assert case_of(office, again).status == "requested"
    with pytest.raises(GrantWithdrawn):
        work(office, ReopenCase(case), "2023-05-14")


def test_of_one_content_the_highest_only_across_programmes(
    office: SupportOffice, home: Callable[..., UUID]
) -> None:
    household = home()
    line = office.funded(100 * MILLION, node="5")
    granted(office, household, line)  # 40 million
    lower = requested(office, household, benefit="housing_repair")  # 20 million
    with pytest.raises(LowerOfSameContent):
        work(office, AssessCase(lower), "2023-04-01")
    higher = requested(office, household, "2025-02-01", programme="policies", benefit="housing_new")
    with pytest.raises(DoesNotQualify):
        requested(office, uuid_of_another(office), "2025-02-01")
    with pytest.raises(SameContentGranted) as refused:
        work(office, AssessCase(higher), "2025-02-02")  # 60 million
    assert refused.value.values["granted"] == "2021-2025/housing_new"


def uuid_of_another(office: SupportOffice) -> UUID:
    """A household that was never classified."""
    other = Life(office.application)
    alone(other)
    return other.id


def test_two_accounts_racing_for_the_same_benefit_make_one_case_and_one_grant(
    office: SupportOffice, home: Callable[..., UUID], life: Life
) -> None:
    household = home()
    line = office.funded(100 * MILLION, node="5")
    made: list[UUID] = []
    refused: list[Refusal] = []

    def ask() -> None:
        try:
            made.append(requested(office, household))
        except Refusal as refusal:
            refused.append(refusal)

    run_together(ask, 6)
    assert len(made) == 1
    assert {type(one) for one in refused} == {CaseExists}
    work(office, AssessCase(made[0]), "2023-03-05")
    sign(office, ApproveCase(made[0], line), "2023-03-10")
    done: list[Any] = []

    def give() -> None:
        try:
            done.append(work(office, GrantCase(made[0]), "2023-03-11"))
        except CaseStepRefused:
            return

    run_together(give, 4)
    assert len(done) == 1
    assert len(life.now().supports) == 1


def run_together(act: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=act) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# Amounts.


def test_a_rate_that_is_not_known_asks_for_the_amount_and_says_so(
    office: SupportOffice, home: Callable[..., UUID]
) -> None:
    household = home()
    case = requested(office, household, programme="policies", benefit="electricity")
    with pytest.raises(AmountNeeded) as refused:
        work(office, AssessCase(case), "2023-03-02")
    assert refused.value.values["certainty"] == "unknown"
    done = work(office, AssessCase(case, amount=165_000), "2023-03-02")
    assert done.notes == ("rate_unknown",)


def test_a_monthly_rate_is_added_up_and_another_amount_is_refused(
    office: SupportOffice, home: Callable[..., UUID], life: Life
) -> None:
    household = home()
    decide(life, "2024-12-12", number="40/QĐ-UBND", figures=POOR)
    case = requested(office, household, "2025-02-01", programme="policies", benefit="electricity")
    with pytest.raises(AmountNotByRate):
        work(office, AssessCase(case, amount=184_000), "2025-02-02")
    work(office, AssessCase(case), "2025-02-02")
    assert case_of(office, case).amount == 3 * 61_333
    loan = requested(office, household, "2025-02-01", programme="policies", benefit="credit_poor")
    with pytest.raises(AmountNotByRate) as refused:
        work(office, AssessCase(loan, amount=100 * MILLION + 1), "2025-02-02")
    assert refused.value.values["at_most"] == 100 * MILLION
    late = requested(
        office, household, "2025-12-31", programme="policies", benefit="housing_repair"
    )
    work(office, AssessCase(late), "2025-12-31")
    after = requested(office, household, "2026-01-05", programme="policies", benefit="housing_new")
    with pytest.raises(RateNotValid):
        work(office, AssessCase(after), "2026-01-05")


# Signatures.


def test_who_assessed_does_not_approve(office: SupportOffice, home: Callable[..., UUID]) -> None:
    household = home()
    line = office.funded(100 * MILLION, node="5")
    case = requested(office, household)
    sign(office, AssessCase(case), "2023-03-05")
    with pytest.raises(ApproverTookPart):
        sign(office, ApproveCase(case, line), "2023-03-10")
    sign(office, ApproveCase(case, line), "2023-03-10", by=DEPUTY)


def test_the_office_sets_how_many_sign_by_amount(
    office: SupportOffice, home: Callable[..., UUID]
) -> None:
    household = home()
    line = office.funded(100 * MILLION, node="5")
    tiers = (Tier(0, 1), Tier(30 * MILLION, 2))
    office.do(SetSigningRules(PROVINCE, tiers), "2023-01-01")
    case = requested(office, household)
    work(office, AssessCase(case), "2023-03-05")
    first = sign(office, ApproveCase(case, line), "2023-03-10")
    assert first.notes == ("signatures_missing",)
    assert isinstance(office.events(case)[-1], Signed)
    with pytest.raises(CaseStepRefused):
        work(office, GrantCase(case), "2023-03-10")
    with pytest.raises(AlreadySigned):
        sign(office, ApproveCase(case, line), "2023-03-10")
    sign(office, ApproveCase(case, line), "2023-03-11", by=DEPUTY)
    assert case_of(office, case).status == "approved"


@pytest.mark.parametrize(
    "tiers",
    [
        (),
        (Tier(1, 1),),
        (Tier(0, 0),),
        (Tier(0, 2), Tier(5, 1)),
        (Tier(0, 1), Tier(0, 2)),
        (Tier(0, 9),),
    ],
)
def test_signing_rules_that_make_no_sense_are_refused(
    office: SupportOffice, tiers: tuple[Tier, ...]
) -> None:
    with pytest.raises(SigningRulesInvalid):
        office.do(SetSigningRules(PROVINCE, tiers), "2023-01-01")


# Money.


def test_money_that_is_not_there_is_not_approved_and_nothing_is_recorded(
    office: SupportOffice, home: Callable[..., UUID]
) -> None:
    household = home()
    small, other = office.funded(39 * MILLION, node="5"), office.funded(100 * MILLION, node="4")
    case = requested(office, household)
    work(office, AssessCase(case), "2023-03-05")
    version = case_of(office, case).version
    with pytest.raises(MoneyMissing):
        sign(office, ApproveCase(case, small), "2023-03-10")
    with pytest.raises(LineOfAnotherProject):
        sign(office, ApproveCase(case, other), "2023-03-10")
    with pytest.raises(LineOfAnotherProject):
        sign(
            office,
            ApproveCase(case, office.funded(100 * MILLION, node="5", area=RURAL)),
            "2023-03-10",
        )
    with pytest.raises(MoneyNotOfThatYear):
        sign(office, ApproveCase(case, office.funded(90 * MILLION, 2022, node="5")), "2023-03-10")
    assert case_of(office, case).version == version
    old = office.funded(90 * MILLION, 2022, node="5", kind="development")
    carried = office.do(
        CarryOverMoney(old, 2023, "2021-2025", "5", 90 * MILLION, "NQ 104/2023/QH15"), "2023-01-31"
    ).created
    sign(office, ApproveCase(case, carried), "2023-03-10")


def test_more_than_was_approved_is_not_paid_and_the_rest_is_released(
    office: SupportOffice, home: Callable[..., UUID]
) -> None:
    household = home()
    line = office.funded(50 * MILLION, node="5")
    case = granted(office, household, line)
    work(office, DisburseCase(case, 30 * MILLION), "2023-04-01")
    with pytest.raises(CommitmentExceeded):
        work(office, DisburseCase(case, 10 * MILLION + 1), "2023-04-02")
    assert [type(one) for one in office.events(case)].count(Disbursed) == 1
    work(office, CloseCase(case), "2023-06-01")
    assert office.line(line).available.on(date(2023, 12, 31)) == 20 * MILLION


def test_an_approved_case_that_is_closed_and_reopened_commits_anew(
    office: SupportOffice, home: Callable[..., UUID]
) -> None:
    household = home()
    line = office.funded(40 * MILLION, node="5")
    case = approved(office, household, line)
    work(office, CloseCase(case), "2023-04-01")
    work(office, ReopenCase(case), "2023-05-01")
    work(office, AssessCase(case), "2023-05-02")
    sign(office, ApproveCase(case, line), "2023-05-03")
    assert office.line(line).available.on(date(2023, 12, 31)) == 0


# Other refusals.


def test_steps_out_of_order_and_unknown_things_are_refused(
    office: SupportOffice, home: Callable[..., UUID], life: Life
) -> None:
    household = home()
    line, day = office.funded(50 * MILLION, node="5"), date(2023, 3, 1)
    case = requested(office, household)
    for command in (
        GrantCase(case),
        DisburseCase(case, 1),
        DeliverCase(case),
        ConfirmCase(case, "signature"),
        ReconcileCase(case),
        FollowUpCase(case, "helped"),
        ReopenCase(case),
        ApproveCase(case, line),
    ):
        with pytest.raises(CaseStepRefused):
            office.do(command, "2023-03-02", by=CASE_WORKER)
    with pytest.raises(SupportDocumentMissing):
        work(office, ApproveCase(case, line), "2023-03-02")
    for command, refusal in (
        (RefuseCase(case, ()), ReasonsMissing),
        (AssignCase(uuid4(), "canbo"), CaseUnknown),
        (TransferCase(case, RURAL), HouseholdNotThere),
        (RequestCase(household, "2021-2025", "none", date(2023, 3, 1)), BenefitUnknown),
        (
            RequestCase(household, "2026-2035", "production_support", date(2036, 1, 1)),
            BenefitNotInForce,
        ),
        (RequestCase(household, "2021-2025", "nutrition", day), BeneficiaryMismatch),
        (RequestCase(household, "2021-2025", "nutrition", day, uuid4()), PersonUnknown),
        (
            RequestCase(household, "policies", "electricity", date(2023, 3, 1), life["cúc"]),
            BeneficiaryMismatch,
        ),
        (
            RequestCase(household, "policies", "electricity", date(2023, 3, 1), attachments=("x",)),
            DigestInvalid,
        ),
    ):  # fmt: skip
        with pytest.raises(refusal):
            work(office, command, "2023-03-02")


def test_a_case_goes_with_its_household(
    office: SupportOffice, home: Callable[..., UUID], life: Life
) -> None:
    household = home(family)
    decide(life, "2022-12-12", figures=POOR)
    case = requested(office, household)
    life.do("move", "2023-04-01", village="Thôn 1", area=RURAL)
    work(office, TransferCase(case, RURAL), "2023-04-02")
    assert case_of(office, case).area == RURAL


def test_a_note_is_sealed(office: SupportOffice, home: Callable[..., UUID], database: Any) -> None:
    household = home()
    case = requested(office, household, note="Bà Cúc bị bệnh")
    event = office.events(case)[0]
    assert office.application.keyring.reveal(event.note) == {"note": "Bà Cúc bị bệnh"}
    with database.pool.connection() as conn:
        found = conn.execute(
            "select count(*) from store.events where convert_from(state, 'UTF8') like '%%bệnh%%'"
            " and topic like 'case.%%'"
        ).fetchone()
    assert found == (0,)
