"""A budget line (nguồn vốn) holds money of one area, project, source and kind, of one year.

    opened -> allocated, adjusted, received from the line above
           -> passed down to a line below; carried over to the line of a later year
           -> committed -> released, or disbursed in parts -> recovered

`allocation_year` is the year whose budget gave the money, `spending_year` the one in which it may
be spent. New money has both alike; carried money has a line of its own with a later spending year,
so the two are never one sum. A transfer between two lines is one save of both.

The rule of dates. On each day of the record, what is available on a line, what is left of each
commitment and what is left of each disbursement is not below zero. A late entry that would make
an earlier or a later day negative is refused. Within a day there is no order: its entries count
together. So the rule holds as of each day and, as nothing is taken out again, as known at each
moment (docs/decisions/0196).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, TypeAlias
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, AggregateCreated

from domain import text
from domain.commands.command import CommandContext
from domain.eventstore.mapper import register_events
from domain.households.codes import SOURCES
from domain.support.balance import Pot, Totals
from domain.support.codes import LINE_KINDS
from domain.support.errors import (
    AllocationOutsideYear,
    BudgetYearsInvalid,
    CarriedLineTakesNoNewMoney,
    CommitmentExceeded,
    CommitmentUnknown,
    DisbursementExceeded,
    DisbursementUnknown,
    MoneyIdTaken,
    MoneyInvalid,
    MoneyMissing,
    MoneyNotOfThatYear,
    SupportEffectiveInFuture,
)
from domain.support.event import SupportEvent, circumstances

MOST_MONEY = 10**15
_NAMESPACE = UUID("0c9e3a1e-6d5b-5b39-9d0c-2b5d7a4f6c22")


@dataclass(frozen=True, slots=True)
class LineKey:
    """The area, project, source, kind and years by which a budget line is known."""

    area: str
    programme: str
    node: str
    source: str
    kind: str
    allocation_year: int
    spending_year: int

    @property
    def id(self) -> UUID:
        """The id of the line."""
        years = f"{self.allocation_year}:{self.spending_year}"
        return uuid5(
            _NAMESPACE,
            f"budget:{self.area}:{self.programme}:{self.node}:{self.source}:{self.kind}:{years}",
        )

    @property
    def carried(self) -> bool:
        """Whether it is money of an earlier year's budget."""
        return self.spending_year > self.allocation_year


# Events, in the order of the life of a line.


class BudgetEvent(SupportEvent):
    """A fact about the money of one line, in đồng."""

    TOPIC: ClassVar[str] = "budget.event"


class Opened(BudgetEvent, AggregateCreated):
    """A line begins, without money."""

    TOPIC = "budget.opened:1"

    area: str
    programme: str
    node: str
    source: str
    kind: str
    allocation_year: int
    spending_year: int


class Allocated(BudgetEvent):
    """New money comes to the line."""

    TOPIC = "budget.allocated:1"

    amount: int


class Adjusted(BudgetEvent):
    """The allocation is raised, or lowered where `amount` is negative."""

    TOPIC = "budget.adjusted:1"

    amount: int
    reason: str


class PassedDown(BudgetEvent):
    """Money goes to the line of a unit or a project below."""

    TOPIC = "budget.passed_down:1"

    amount: int
    to_line: UUID


class Received(BudgetEvent):
    """Money comes from the line above."""

    TOPIC = "budget.received:1"

    amount: int
    from_line: UUID


class CarriedOver(BudgetEvent):
    """Money goes to the line of a later year, perhaps of another programme."""

    TOPIC = "budget.carried_over:1"

    amount: int
    to_line: UUID
    legal_basis: str


class CarriedIn(BudgetEvent):
    """Money comes from the line of an earlier year, perhaps of another programme."""

    TOPIC = "budget.carried_in:1"

    amount: int
    from_line: UUID
    legal_basis: str


class Committed(BudgetEvent):
    """Money is set aside for a case or a work; `commitment` is its id."""

    TOPIC = "budget.committed:1"

    amount: int
    commitment: UUID
    purpose: str


class Released(BudgetEvent):
    """Money of a commitment is available again."""

    TOPIC = "budget.released:1"

    amount: int
    commitment: UUID


class Disbursed(BudgetEvent):
    """Money is paid, of a commitment or, where that is None, of what is available."""

    TOPIC = "budget.disbursed:1"

    amount: int
    disbursement: UUID
    commitment: UUID | None
    purpose: str


class Recovered(BudgetEvent):
    """Money that was paid comes back to the line."""

    TOPIC = "budget.recovered:1"

    amount: int
    disbursement: UUID
    reason: str


MOVEMENTS = (
    Allocated, Adjusted, PassedDown, Received, CarriedOver, CarriedIn, Committed, Released,
    Disbursed, Recovered,
)  # fmt: skip
EVENTS = (Opened, *MOVEMENTS)
register_events(EVENTS)
Movement: TypeAlias = (
    Allocated
    | Adjusted
    | PassedDown
    | Received
    | CarriedOver
    | CarriedIn
    | Committed
    | Released
    | Disbursed
    | Recovered
)
Recorded: TypeAlias = Opened | Movement


# The aggregate.


class BudgetLine(Aggregate):
    """The money of one area, project, source, kind and pair of years."""

    TOPIC = "budget"
    Event = BudgetEvent  # type: ignore[assignment]

    @classmethod
    def open(cls, context: CommandContext, key: LineKey) -> "BudgetLine":
        """The line, empty."""
        _check_day(context)
        text.known("source", key.source, SOURCES)
        text.known("kind", key.kind, LINE_KINDS)
        if not 1990 <= key.allocation_year <= key.spending_year <= context.recorded_on.year + 1:
            raise BudgetYearsInvalid(
                allocation_year=key.allocation_year, spending_year=key.spending_year
            )
        return cls._create(
            Opened,
            id=key.id,
            area=key.area,
            programme=key.programme,
            node=key.node,
            source=key.source,
            kind=key.kind,
            allocation_year=key.allocation_year,
            spending_year=key.spending_year,
            **circumstances(context),
        )

    # Money that comes.

    def allocate(self, context: CommandContext, amount: int) -> None:
        """New money comes to the line of its own year."""
        self._check(context, amount)
        if self.key.carried:
            raise CarriedLineTakesNoNewMoney(line=self.id)
        self._check_year_of_allocation(context)
        self.trigger_event(Allocated, amount=amount, **circumstances(context))

    def adjust(self, context: CommandContext, amount: int, reason: str) -> None:
        """The allocation is raised or lowered, on a paper."""
        self._check(context, abs(amount))
        reason = text.required("reason", reason, text.NOTE)
        if amount < 0:
            self._require(context, -amount)
        elif self.key.carried:
            raise CarriedLineTakesNoNewMoney(line=self.id)
        else:
            self._check_year_of_allocation(context)
        self.trigger_event(Adjusted, amount=amount, reason=reason, **circumstances(context))

    # Money that goes to another line; the other side is recorded in the same save.

    def pass_down(self, context: CommandContext, amount: int, to: "BudgetLine") -> None:
        """Money goes to a line below."""
        self._check(context, amount)
        if context.effective_on.year > self.key.spending_year:
            raise MoneyNotOfThatYear(
                spending_year=self.key.spending_year, year=context.effective_on.year
            )
        self._require(context, amount)
        self.trigger_event(PassedDown, amount=amount, to_line=to.id, **circumstances(context))
        to.trigger_event(Received, amount=amount, from_line=self.id, **circumstances(context))

    def carry_over(
        self, context: CommandContext, amount: int, to: "BudgetLine", legal_basis: str
    ) -> None:
        """Money goes to the line of a later year on a legal basis."""
        self._check(context, amount)
        legal_basis = text.required("legal_basis", legal_basis)
        self._require(context, amount)
        self.trigger_event(
            CarriedOver, amount=amount, to_line=to.id, legal_basis=legal_basis,
            **circumstances(context),
        )  # fmt: skip
        to.trigger_event(
            CarriedIn, amount=amount, from_line=self.id, legal_basis=legal_basis,
            **circumstances(context),
        )  # fmt: skip

    # Money that is spent.

    def commit(
        self, context: CommandContext, amount: int, commitment: UUID, purpose: str = ""
    ) -> None:
        """Money is set aside; the same commitment again is nothing."""
        self._check(context, amount)
        earlier = self.commitments.get(commitment)
        if earlier is not None:
            if (earlier.amount, earlier.on) == (amount, context.effective_on):
                return
            raise MoneyIdTaken(commitment=commitment)
        self._check_year_of_spending(context)
        self._require(context, amount)
        self.trigger_event(
            Committed, amount=amount, commitment=commitment,
            purpose=text.clean("purpose", purpose, text.NOTE), **circumstances(context),
        )  # fmt: skip

    def release(self, context: CommandContext, amount: int, commitment: UUID) -> None:
        """Money of a commitment is available again."""
        self._check(context, amount)
        self._require_left(context, amount, commitment)
        self.trigger_event(Released, amount=amount, commitment=commitment, **circumstances(context))

    def disburse(
        self,
        context: CommandContext,
        amount: int,
        disbursement: UUID,
        commitment: UUID | None = None,
        purpose: str = "",
    ) -> None:
        """Money is paid; the same disbursement again is nothing."""
        self._check(context, amount)
        earlier = self.disbursements.get(disbursement)
        if earlier is not None:
            if (earlier.amount, earlier.on) == (amount, context.effective_on):
                return
            raise MoneyIdTaken(disbursement=disbursement)
        self._check_year_of_spending(context)
        if commitment is None:
            self._require(context, amount)
        else:
            self._require_left(context, amount, commitment)
        self.trigger_event(
            Disbursed, amount=amount, disbursement=disbursement, commitment=commitment,
            purpose=text.clean("purpose", purpose, text.NOTE), **circumstances(context),
        )  # fmt: skip

    def recover(
        self, context: CommandContext, amount: int, disbursement: UUID, reason: str
    ) -> None:
        """Money that was paid comes back."""
        self._check(context, amount)
        reason = text.required("reason", reason, text.NOTE)
        paid = self.disbursements.get(disbursement)
        if paid is None:
            raise DisbursementUnknown(line=self.id, disbursement=disbursement)
        left = paid.left.lowest_from(context.effective_on)
        if left < amount:
            raise DisbursementExceeded(left=left, amount=amount)
        self.trigger_event(
            Recovered, amount=amount, disbursement=disbursement, reason=reason,
            **circumstances(context),
        )  # fmt: skip

    def when(self, event: Recorded) -> None:
        """Takes over the content of an event. Assigns only."""
        if isinstance(event, Opened):
            self.key = LineKey(
                event.area, event.programme, event.node, event.source, event.kind,
                event.allocation_year, event.spending_year,
            )  # fmt: skip
            self.available = Pot()
            self.commitments: dict[UUID, Spending] = {}
            self.disbursements: dict[UUID, Spending] = {}
            return
        self.available.add(event.effective_on, change_of_available(event))
        match event:
            case Committed():
                self.commitments[event.commitment] = Spending.of(event)
            case Disbursed():
                self.disbursements[event.disbursement] = Spending.of(event)
                if event.commitment is not None:
                    self.commitments[event.commitment].left.add(event.effective_on, -event.amount)
            case Released():
                self.commitments[event.commitment].left.add(event.effective_on, -event.amount)
            case Recovered():
                paid = self.disbursements[event.disbursement]
                paid.left.add(event.effective_on, -event.amount)

    # Limits.

    def left_of(self, commitment: UUID, on: date) -> int:
        """The money left of a commitment from a day on; zero for an unknown one."""
        known = self.commitments.get(commitment)
        return known.left.lowest_from(on) if known else 0

    def _check(self, context: CommandContext, amount: int) -> None:
        _check_day(context)
        if isinstance(amount, bool) or not 0 < amount <= MOST_MONEY:
            raise MoneyInvalid(amount=amount, at_most=MOST_MONEY)

    def _check_year_of_allocation(self, context: CommandContext) -> None:
        year = self.key.allocation_year
        if not year - 1 <= context.effective_on.year <= year:
            raise AllocationOutsideYear(allocation_year=year, year=context.effective_on.year)

    def _check_year_of_spending(self, context: CommandContext) -> None:
        if context.effective_on.year != self.key.spending_year:
            raise MoneyNotOfThatYear(
                spending_year=self.key.spending_year, year=context.effective_on.year
            )

    def _require(self, context: CommandContext, amount: int) -> None:
        available = self.available.lowest_from(context.effective_on)
        if available < amount:
            raise MoneyMissing(line=self.id, available=available, amount=amount)

    def _require_left(self, context: CommandContext, amount: int, commitment: UUID) -> None:
        if commitment not in self.commitments:
            raise CommitmentUnknown(line=self.id, commitment=commitment)
        left = self.left_of(commitment, context.effective_on)
        if left < amount:
            raise CommitmentExceeded(commitment=commitment, left=left, amount=amount)


@dataclass(slots=True)
class Spending:
    """A commitment or a disbursement, and what is left of it."""

    on: date
    amount: int
    left: Pot

    @staticmethod
    def of(event: Committed | Disbursed) -> "Spending":
        """The commitment or disbursement that an event records, whole."""
        day = event.effective_on
        return Spending(day, event.amount, Pot({day: event.amount}))


def change_of_available(event: Movement) -> int:
    """The change that an event makes in what is available on its line."""
    match event:
        case PassedDown() | CarriedOver() | Committed():
            return -event.amount
        case Disbursed():
            return 0 if event.commitment is not None else -event.amount
        case _:
            return event.amount


def totals(movements: Iterable[Recorded]) -> Totals:
    """The sums of these events of a line."""
    sums: dict[str, int] = {}
    for event in movements:
        if isinstance(event, Opened):
            continue
        name = SUMS[type(event)]
        sums[name] = sums.get(name, 0) + event.amount
        if isinstance(event, Disbursed) and event.commitment is not None:
            sums["of_commitments"] = sums.get("of_commitments", 0) + event.amount
    return Totals(**sums)


SUMS: Mapping[type[Movement], str] = {
    Allocated: "allocated",
    Adjusted: "adjusted",
    PassedDown: "passed_down",
    Received: "received",
    CarriedOver: "carried_over",
    CarriedIn: "carried_in",
    Committed: "committed",
    Released: "released",
    Disbursed: "disbursed",
    Recovered: "recovered",
}
"""The name of the sum to which an event adds."""


def _check_day(context: CommandContext) -> None:
    if context.effective_on > context.recorded_on:
        raise SupportEffectiveInFuture(
            effective_on=context.effective_on, recorded_on=context.recorded_on
        )
