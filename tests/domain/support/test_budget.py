"""Budget lines: what comes, what goes, and what never gets below zero on any day."""

import random
import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from domain.application import SocaiApplication
from domain.commands.command import Command, CommandContext, Outcome
from domain.errors import Refusal, StaleVersion
from domain.households.codes import SOURCES
from domain.support.budget import (
    EVENTS,
    BudgetLine,
    CarriedIn,
    CarriedOver,
    LineKey,
    PassedDown,
    Received,
    totals,
)
from domain.support.budget_commands import (
    AdjustAllocation,
    AllocateMoney,
    CarryOverMoney,
    CommitMoney,
    DisburseMoney,
    OpenLine,
    PassDownMoney,
    RecoverMoney,
    ReleaseMoney,
)
from domain.support.codes import LINE_KINDS
from domain.support.errors import (
    AllocationOutsideYear,
    BudgetLineUnknown,
    BudgetYearsInvalid,
    CarriedElsewhere,
    CarriedLineTakesNoNewMoney,
    CommitmentExceeded,
    CommitmentUnknown,
    DisbursementExceeded,
    DisbursementUnknown,
    MoneyIdTaken,
    MoneyInvalid,
    MoneyMissing,
    MoneyNotOfThatYear,
    NodeUnknown,
    PassedOutsideTree,
    ProgrammeUnknown,
    SameBudgetLine,
    SupportDocumentMissing,
    SupportEffectiveInFuture,
)
from tests.conftest import Database
from tests.domain.support.conftest import (
    OFFICER,
    PAPER,
    PROVINCE,
    SupportOffice,
    context,
    province_and_communes,
)
from tests.given import HUONG_SO, RURAL
from tests.standards import standards

MILLION = 10**6
BASIS = "Nghị quyết 104/2023/QH15"


def available(office: SupportOffice, line: UUID, on: date = date(2099, 1, 1)) -> int:
    return office.line(line).available.on(on)


# Money that comes and goes.


def test_carried_money_and_new_money_are_two_lines(office: SupportOffice) -> None:
    """Ea Súp: 1,760 million of 2022 carried into 2023 beside 5,150 million of 2023."""
    of_2022 = office.funded(1_760 * MILLION, 2022)
    of_2023 = office.funded(5_150 * MILLION, 2023)
    done = office.do(
        CarryOverMoney(of_2022, 2023, "2021-2025", "2", 1_760 * MILLION, BASIS), "2023-01-31"
    )
    carried = office.line(done.created)
    assert (carried.key.allocation_year, carried.key.spending_year) == (2022, 2023)
    assert carried.key.carried
    assert available(office, of_2022) == 0
    assert [available(office, one) for one in (carried.id, of_2023)] == [
        1_760 * MILLION,
        5_150 * MILLION,
    ]
    gone, come = office.events(of_2022)[-1], office.events(carried.id)[-1]
    assert isinstance(gone, CarriedOver)
    assert isinstance(come, CarriedIn)
    assert gone.command_id == come.command_id
    assert (gone.legal_basis, come.from_line, gone.to_line) == (BASIS, of_2022, carried.id)


def test_money_is_carried_into_another_programme(office: SupportOffice) -> None:
    line = office.funded(100, 2025)
    done = office.do(CarryOverMoney(line, 2026, "2026-2035", "2.2", 40, BASIS), "2026-02-01")
    assert office.line(done.created).key == LineKey(
        PROVINCE, "2026-2035", "2.2", "central", "recurrent", 2025, 2026
    )
    assert (available(office, line), available(office, done.created)) == (60, 40)


def test_money_is_passed_down_to_a_commune_and_a_sub_project(office: SupportOffice) -> None:
    line = office.funded(100, node="3")
    done = office.do(PassDownMoney(line, HUONG_SO, "3.1", 30), "2023-02-01")
    below = office.line(done.created)
    assert (below.key.area, below.key.node) == (HUONG_SO, "3.1")
    assert (available(office, line), available(office, below.id)) == (70, 30)
    assert isinstance(office.events(line)[-1], PassedDown)
    assert isinstance(office.events(below.id)[-1], Received)


def test_money_is_committed_paid_in_parts_released_and_recovered(office: SupportOffice) -> None:
    line = office.funded(100)
    commitment = office.do(CommitMoney(line, 60, "Bò sinh sản"), "2023-03-01").created
    assert commitment is not None
    paid = office.do(DisburseMoney(line, 25, commitment), "2023-04-01").created
    assert paid is not None
    office.do(DisburseMoney(line, 15, commitment), "2023-05-01")
    office.do(ReleaseMoney(line, commitment, 20), "2023-06-01")
    assert available(office, line) == 60
    office.do(RecoverMoney(line, paid, 5, "Chi sai đối tượng"), "2023-07-01")
    office.do(DisburseMoney(line, 10), "2023-08-01")
    sums = totals(office.events(line))
    assert (sums.incoming, sums.open_commitments, sums.spent, sums.available) == (100, 0, 45, 55)
    assert available(office, line) == 55


def test_an_allocation_is_lowered_by_what_is_left_at_most(office: SupportOffice) -> None:
    line = office.funded(100)
    office.do(AdjustAllocation(line, -40, "Giảm dự toán"), "2023-05-01")
    office.do(AdjustAllocation(line, 5, "Bổ sung"), "2023-06-01")
    assert available(office, line) == 65
    with pytest.raises(MoneyMissing) as refused:
        office.do(AdjustAllocation(line, -66, "Giảm dự toán"), "2023-06-01")
    assert refused.value.values["available"] == 65


# What is refused.


def test_more_than_a_line_holds_is_refused_in_every_way(office: SupportOffice) -> None:
    line = office.funded(100)
    for command in (
        CommitMoney(line, 101, ""),
        DisburseMoney(line, 101),
        PassDownMoney(line, HUONG_SO, "2", 101),
        CarryOverMoney(line, 2024, "2021-2025", "2", 101, BASIS),
        AdjustAllocation(line, -101, "Giảm"),
    ):
        with pytest.raises(MoneyMissing):
            office.do(command, "2023-06-01")
    assert office.line(line).version == 2


def test_a_late_entry_may_not_make_an_earlier_or_a_later_day_negative(
    office: SupportOffice,
) -> None:
    line = office.open()
    office.do(AllocateMoney(line, 50), "2023-01-10")
    office.do(AllocateMoney(line, 50), "2023-06-01")
    office.do(CommitMoney(line, 80, ""), "2023-07-01")
    # Before June there are 50, and 20 of them are left since July.
    for on, amount, left in (("2023-01-09", 1, 0), ("2023-03-01", 21, 20), ("2023-08-01", 21, 20)):
        with pytest.raises(MoneyMissing) as refused:
            office.do(CommitMoney(line, amount, ""), on, recorded="2023-09-01")
        assert refused.value.values["available"] == left
    office.do(CommitMoney(line, 20, ""), "2023-03-01", recorded="2023-09-01")
    days = [date(2023, 1, 1) + timedelta(days=day) for day in range(365)]
    assert min(office.line(line).available.on(day) for day in days) == 0


def test_money_is_spent_in_its_year_only(office: SupportOffice) -> None:
    line = office.funded(100)
    for command in (CommitMoney(line, 10, ""), DisburseMoney(line, 10)):
        for on in ("2022-12-31", "2024-01-01"):
            with pytest.raises(MoneyNotOfThatYear) as refused:
                office.do(command, on, recorded="2024-02-01")
            assert refused.value.values["spending_year"] == 2023
    with pytest.raises(MoneyNotOfThatYear):
        office.do(PassDownMoney(line, HUONG_SO, "2", 10), "2024-01-01")


def test_a_line_of_carried_money_takes_no_new_money(office: SupportOffice) -> None:
    line = office.funded(100, 2022)
    carried = office.do(CarryOverMoney(line, 2023, "2021-2025", "2", 40, BASIS), "2023-01-31")
    with pytest.raises(CarriedLineTakesNoNewMoney):
        office.do(AllocateMoney(carried.created, 10), "2023-02-01")
    with pytest.raises(CarriedLineTakesNoNewMoney):
        office.do(AdjustAllocation(carried.created, 10, "Bổ sung"), "2023-02-01")
    office.do(AdjustAllocation(carried.created, -10, "Hủy dự toán"), "2023-02-01")


def test_a_transfer_outside_the_tree_is_refused(office: SupportOffice) -> None:
    line = office.funded(100, area=HUONG_SO, node="3.1")
    for area, node in ((RURAL, "3.1"), (PROVINCE, "3.1"), (HUONG_SO, "3"), (HUONG_SO, "2")):
        with pytest.raises(PassedOutsideTree):
            office.do(PassDownMoney(line, area, node, 1), "2023-02-01")
    with pytest.raises(SameBudgetLine):
        office.do(PassDownMoney(line, HUONG_SO, "3.1", 1), "2023-02-01")
    for year in (2023, 2022):
        with pytest.raises(CarriedElsewhere):
            office.do(CarryOverMoney(line, year, "2021-2025", "3.1", 1, BASIS), "2023-02-01")
    with pytest.raises(NodeUnknown):
        office.do(PassDownMoney(line, HUONG_SO, "9", 1), "2023-02-01")
    with pytest.raises(ProgrammeUnknown):
        office.do(CarryOverMoney(line, 2024, "1999", "1", 1, BASIS), "2024-01-01")


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1, True])
def test_an_amount_is_a_whole_number_above_zero(office: SupportOffice, amount: int) -> None:
    line = office.funded(100)
    with pytest.raises(MoneyInvalid):
        office.do(CommitMoney(line, amount, ""), "2023-02-01")


def test_other_entries_that_make_no_sense_are_refused(office: SupportOffice) -> None:
    line = office.funded(100)
    commitment = office.do(CommitMoney(line, 50, ""), "2023-02-10").created
    paid = office.do(DisburseMoney(line, 20, commitment), "2023-03-10").created
    assert commitment is not None
    assert paid is not None
    for command, on, refusal in (
        (AllocateMoney(line, 1), "2024-01-01", AllocationOutsideYear),
        (AllocateMoney(line, 1), "2021-12-31", AllocationOutsideYear),
        (AllocateMoney(uuid4(), 1), "2023-01-01", BudgetLineUnknown),
        (ReleaseMoney(line, uuid4(), 1), "2023-05-01", CommitmentUnknown),
        (ReleaseMoney(line, commitment, 31), "2023-05-01", CommitmentExceeded),
        (ReleaseMoney(line, commitment, 1), "2023-02-09", CommitmentExceeded),
        (DisburseMoney(line, 31, commitment), "2023-05-01", CommitmentExceeded),
        (RecoverMoney(line, paid, 21, "Sai"), "2023-05-01", DisbursementExceeded),
        (RecoverMoney(line, paid, 1, "Sai"), "2023-03-09", DisbursementExceeded),
        (RecoverMoney(line, uuid4(), 1, "Sai"), "2023-05-01", DisbursementUnknown),
    ):
        with pytest.raises(refusal):
            office.do(command, on, recorded="2024-03-01")
    with pytest.raises(SupportDocumentMissing):
        office.do(AllocateMoney(line, 1), "2023-02-01", document=None)
    with pytest.raises(SupportEffectiveInFuture):
        office.do(AllocateMoney(line, 1), "2023-02-02", recorded="2023-02-01")
    with pytest.raises(StaleVersion):
        office.do(AllocateMoney(line, 1), "2023-02-01", expected_version=1)
    with pytest.raises(BudgetYearsInvalid):
        office.do(
            OpenLine(PROVINCE, "2021-2025", "2", "central", "recurrent", 2023, 2022), "2023-01-01"
        )


def test_a_commitment_of_the_same_id_is_the_same_one_or_refused(office: SupportOffice) -> None:
    line = office.line(office.funded(100))
    case = uuid4()
    line.commit(context("2023-02-01"), 10, case)
    line.commit(context("2023-02-01"), 10, case)
    assert len(line.pending_events) == 1
    with pytest.raises(MoneyIdTaken):
        line.commit(context("2023-02-01"), 11, case)
    line.disburse(context("2023-02-02"), 10, case, case)
    line.disburse(context("2023-02-02"), 10, case, case)
    assert len(line.pending_events) == 2


# Any order, any writers.

PLACES = ((PROVINCE, "3"), (PROVINCE, "3.1"), (HUONG_SO, "3.1"), (RURAL, "3.2"))
ELSEWHERE = (("2021-2025", "3.1"), ("2021-2025", "2"), ("2026-2035", "2.2"), ("policies", "credit"))
"""Where carried money may go: into the same programme, or into another one."""


def some_command(rng: random.Random, lines: list[UUID], known: dict[UUID, BudgetLine]) -> Command:
    """A command about some line, possible or not."""
    line = rng.choice(lines)
    amount = rng.randint(1, 60)
    commitments = [*known[line].commitments, uuid4()]
    payments = [*known[line].disbursements, uuid4()]
    area, node = rng.choice(PLACES)
    programme, into = rng.choice(ELSEWHERE)
    later = known[line].key.spending_year + rng.choice((0, 1, 2))
    return rng.choice(
        (
            AllocateMoney(line, amount),
            AdjustAllocation(line, rng.choice((amount, -amount)), "Điều chỉnh"),
            PassDownMoney(line, area, rng.choice((node, known[line].key.node)), amount),
            CarryOverMoney(line, later, programme, into, amount, BASIS),
            CommitMoney(line, amount, ""),
            ReleaseMoney(line, rng.choice(commitments), amount),
            DisburseMoney(line, amount),
            DisburseMoney(line, amount, rng.choice(commitments)),
            RecoverMoney(line, rng.choice(payments), rng.choice((1, amount)), "Thu hồi"),
        )
    )


def some_day(rng: random.Random) -> date:
    return date(2022, 1, 1) + timedelta(days=rng.randrange(3 * 365))


def check(histories: dict[UUID, list]) -> None:
    """At every position and on every day nothing is below zero, and the sums agree.

    The sums of a line change on the days of its own events alone.
    """
    every = sorted(
        (event for events in histories.values() for event in events),
        key=lambda event: (event.timestamp, event.originator_version),
    )
    for events in histories.values():
        for known in range(1, len(events) + 1):
            for day in sorted({one.effective_on for one in events}):
                sums = totals(one for one in events[:known] if one.effective_on <= day)
                assert sums.available >= 0
                assert sums.open_commitments >= 0
                assert sums.spent >= 0
                assert sums.incoming == (
                    sums.passed_down + sums.carried_over + sums.open_commitments + sums.spent
                    + sums.available
                )  # fmt: skip
    whole = totals(every)
    assert whole.passed_down == whole.received
    assert whole.carried_over == whole.carried_in
    lines = [totals(events) for events in histories.values()]
    assert whole.allocated + whole.adjusted == sum(
        one.available + one.open_commitments + one.spent for one in lines
    )


def in_memory(office: SupportOffice, seed: int) -> dict[UUID, BudgetLine]:
    """The lines after sixty commands with effective days in no order; none is stored."""
    rng = random.Random(seed)
    services = office.application.support.services()
    key = LineKey(PROVINCE, "2021-2025", "3", "central", "recurrent", 2022, 2022)
    lines = {key.id: BudgetLine.open(context("2022-01-01"), key)}
    recorded = datetime(2025, 1, 1, tzinfo=UTC)
    for _ in range(60):
        recorded += timedelta(minutes=1)
        command = some_command(rng, list(lines), lines)
        made = CommandContext(some_day(rng), OFFICER, uuid4(), recorded, PAPER)
        try:
            result = command.result(_Memory(services, lines), made, None)
        except Refusal:
            continue
        lines |= {one.id: one for one in result.aggregates}
    return lines


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@hypothesis_given(seed=st.integers(0, 2**32))
def test_commands_in_any_order_of_days_never_overspend(office: SupportOffice, seed: int) -> None:
    check({id_: list(line.pending_events) for id_, line in in_memory(office, seed).items()})


def test_random_commands_reach_every_movement_and_other_programmes(office: SupportOffice) -> None:
    lines = [line for seed in range(40) for line in in_memory(office, seed).values()]
    assert {type(one) for line in lines for one in line.pending_events} == set(EVENTS)
    carried = {line.key.programme for line in lines if line.key.carried}
    assert carried == {programme for programme, _ in ELSEWHERE}


class _Memory:
    """Services of a command that find lines in memory, and the rest in the store."""

    def __init__(self, services, lines: dict[UUID, BudgetLine]) -> None:
        self._services, self._lines = services, lines
        self.directory = services.directory

    def find(self, kind: type, id_: UUID):
        return self._lines.get(id_) if kind is BudgetLine else self._services.find(kind, id_)


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@hypothesis_given(seed=st.integers(0, 2**32))
def test_many_writers_on_the_real_database_never_overspend(
    database: Database, office: SupportOffice, seed: int
) -> None:
    """Eight threads with an application each race for the money of the same few lines."""
    source, kind = random.Random(seed).choice([(s, k) for s in SOURCES for k in LINE_KINDS])
    top = office.funded(400, 2022, node="3", source=source, kind=kind)
    refused: list[Refusal] = []
    failed: list[BaseException] = []

    def write(number: int) -> None:
        rng = random.Random(seed + number)
        application = SocaiApplication(
            database.pool,
            office.application.keyring,
            standards(),
            office.application.clock,
            directory=province_and_communes(),
        )
        mine = SupportOffice(application)
        lines = [top]
        for _ in range(25):
            known = {one: mine.line(one) for one in lines}
            command = some_command(rng, lines, known)
            try:
                done: Outcome = mine.do(command, some_day(rng), recorded="2025-01-01")
            except Refusal as refusal:
                refused.append(refusal)
                continue
            except BaseException as error:
                failed.append(error)
                raise
            if isinstance(command, PassDownMoney | CarryOverMoney) and done.created:
                lines.append(done.created)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert refused
    histories: dict[UUID, list] = {}
    with database.pool.connection() as conn:
        ids = conn.execute(
            "select distinct originator_id from store.events where topic like 'budget.%'"
        ).fetchall()
    for (id_,) in ids:
        key = office.line(id_).key
        if (key.source, key.kind) == (source, kind):
            histories[id_] = office.events(id_)
    assert len(histories) > 2
    check(histories)
