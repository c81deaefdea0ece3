"""Commands about budget lines. A transfer changes two lines, which are saved together or not."""

from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID, uuid5

from domain.commands.command import CommandContext, CommandResult
from domain.commands.runner import require_version
from domain.support.budget import BudgetLine, LineKey
from domain.support.errors import (
    BudgetLineUnknown,
    CarriedElsewhere,
    PassedOutsideTree,
    ProgrammeElsewhere,
    ProgrammeUnknown,
    SameBudgetLine,
)
from domain.support.event import require_paper
from domain.support.handler import SupportCommand, SupportServices
from domain.support.programme import Programme, programme_id


@dataclass(frozen=True, slots=True)
class OpenLine(SupportCommand):
    """A line is opened, without money; one that is there stays as it is.

    Refused: ProgrammeUnknown, NodeUnknown, ProgrammeElsewhere, BudgetYearsInvalid, UnknownCode.
    """

    NAME: ClassVar[str] = "budget.open"
    area: str
    programme: str
    node: str
    source: str
    kind: str
    allocation_year: int
    spending_year: int

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The line."""
        area = self.area and services.directory.resolved(self.area, context.effective_on)
        _programme(services, self.programme).node(self.node)
        key = LineKey(
            area, self.programme, self.node, self.source, self.kind,
            self.allocation_year, self.spending_year,
        )  # fmt: skip
        return CommandResult(_line_at(services, context, key), recorded_unchanged=False)


class LineCommand(SupportCommand):
    """A command about one budget line."""

    __slots__ = ()
    FINGERPRINT_NAMES: ClassVar[dict[str, str]] = {"line_id": "line"}
    line_id: UUID

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The line changed. Raises BudgetLineUnknown, StaleVersion."""
        line = find_line(services, self.line_id)
        require_version(line, expected_version)
        return self.decide(line, context, services) or CommandResult(line)

    def decide(
        self, line: BudgetLine, context: CommandContext, services: SupportServices
    ) -> CommandResult | None:
        """Changes the line; None where only its own events are to be saved."""
        raise TypeError(f"{type(self).__name__} decides nothing")


@dataclass(frozen=True, slots=True)
class AllocateMoney(LineCommand):
    """New money is allocated. Refused: AllocationOutsideYear, CarriedLineTakesNoNewMoney."""

    NAME: ClassVar[str] = "budget.allocate"
    line_id: UUID
    amount: int

    def decide(self, line: BudgetLine, context: CommandContext, services: SupportServices) -> None:
        """Records the allocation."""
        require_paper(context)
        line.allocate(context, self.amount)


@dataclass(frozen=True, slots=True)
class AdjustAllocation(LineCommand):
    """The allocation is raised, or lowered by a negative amount. Refused: MoneyMissing."""

    NAME: ClassVar[str] = "budget.adjust"
    line_id: UUID
    amount: int
    reason: str

    def decide(self, line: BudgetLine, context: CommandContext, services: SupportServices) -> None:
        """Records the adjustment."""
        require_paper(context)
        line.adjust(context, self.amount, self.reason)


@dataclass(frozen=True, slots=True)
class PassDownMoney(LineCommand):
    """Money goes to the line of a unit below, of the same project or one below it.

    The outcome's `created` is the id of that line. Refused: MoneyMissing, PassedOutsideTree.
    """

    NAME: ClassVar[str] = "budget.pass_down"
    line_id: UUID
    area: str
    node: str
    amount: int

    def decide(
        self, line: BudgetLine, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records both sides."""
        require_paper(context)
        area = services.directory.resolved(self.area, context.effective_on)
        programme = _programme(services, line.key.programme)
        programme.node(self.node)
        covered = services.directory.covers(line.key.area, area, context.effective_on)
        if not covered or not programme.is_below(self.node, line.key.node):
            raise PassedOutsideTree(area=area, node=self.node)
        to = _other(services, context, line, replace(line.key, area=area, node=self.node))
        line.pass_down(context, self.amount, to)
        return CommandResult(line, others=(to,), created=to.id)


@dataclass(frozen=True, slots=True)
class CarryOverMoney(LineCommand):
    """Money goes to the line of a later year, perhaps of another programme, on a legal basis.

    The outcome's `created` is the id of that line. Refused: MoneyMissing, CarriedElsewhere,
    ProgrammeElsewhere.
    """

    NAME: ClassVar[str] = "budget.carry_over"
    line_id: UUID
    spending_year: int
    programme: str
    node: str
    amount: int
    legal_basis: str

    def decide(
        self, line: BudgetLine, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records both sides."""
        require_paper(context)
        if self.spending_year <= line.key.spending_year:
            raise CarriedElsewhere(spending_year=self.spending_year)
        _programme(services, self.programme).node(self.node)
        key = replace(
            line.key, programme=self.programme, node=self.node, spending_year=self.spending_year
        )
        to = _other(services, context, line, key)
        line.carry_over(context, self.amount, to, self.legal_basis)
        return CommandResult(line, others=(to,), created=to.id)


@dataclass(frozen=True, slots=True)
class CommitMoney(LineCommand):
    """Money is set aside for a work; `created` is the id of the commitment.

    Refused: MoneyMissing, MoneyNotOfThatYear.
    """

    NAME: ClassVar[str] = "budget.commit"
    line_id: UUID
    amount: int
    purpose: str

    def decide(
        self, line: BudgetLine, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records the commitment."""
        commitment = uuid5(context.command_id, "commitment")
        line.commit(context, self.amount, commitment, self.purpose)
        return CommandResult(line, created=commitment)


@dataclass(frozen=True, slots=True)
class ReleaseMoney(LineCommand):
    """Money of a commitment is available again. Refused: CommitmentUnknown, CommitmentExceeded."""

    NAME: ClassVar[str] = "budget.release"
    line_id: UUID
    commitment: UUID
    amount: int

    def decide(self, line: BudgetLine, context: CommandContext, services: SupportServices) -> None:
        """Records the release."""
        line.release(context, self.amount, self.commitment)


@dataclass(frozen=True, slots=True)
class DisburseMoney(LineCommand):
    """Money is paid, of a commitment or of what is available; `created` is its id.

    Refused: MoneyMissing, MoneyNotOfThatYear, CommitmentUnknown, CommitmentExceeded.
    """

    NAME: ClassVar[str] = "budget.disburse"
    line_id: UUID
    amount: int
    commitment: UUID | None = None
    purpose: str = ""

    def decide(
        self, line: BudgetLine, context: CommandContext, services: SupportServices
    ) -> CommandResult:
        """Records the payment."""
        paid = uuid5(context.command_id, "disbursement")
        line.disburse(context, self.amount, paid, self.commitment, self.purpose)
        return CommandResult(line, created=paid)


@dataclass(frozen=True, slots=True)
class RecoverMoney(LineCommand):
    """Money that was paid comes back. Refused: DisbursementUnknown, DisbursementExceeded."""

    NAME: ClassVar[str] = "budget.recover"
    line_id: UUID
    disbursement: UUID
    amount: int
    reason: str

    def decide(self, line: BudgetLine, context: CommandContext, services: SupportServices) -> None:
        """Records the recovery."""
        line.recover(context, self.amount, self.disbursement, self.reason)


def find_line(services: SupportServices, line_id: UUID) -> BudgetLine:
    """The line as it is now. Raises BudgetLineUnknown."""
    line = services.find(BudgetLine, line_id)
    if line is None:
        raise BudgetLineUnknown(line=line_id)
    return line


def check_node(services: SupportServices, programme: str, node: str) -> None:
    """Raises ProgrammeUnknown or NodeUnknown where a named programme has no such node."""
    if programme or node:
        _programme(services, programme).node(node)


def _programme(services: SupportServices, code: str) -> Programme:
    programme = services.find(Programme, programme_id(code))
    if programme is None:
        raise ProgrammeUnknown(programme=code)
    return programme


def _line_at(services: SupportServices, context: CommandContext, key: LineKey) -> BudgetLine:
    """The line of a key, opened where there is none. Raises ProgrammeElsewhere."""
    found = services.find(BudgetLine, key.id)
    if found is not None:
        return found
    programme, on = _programme(services, key.programme), context.effective_on
    directory = services.directory
    inside = directory.lies_in(programme.area, key.area, on)
    if not inside and not directory.covers(key.area, programme.area, on):
        raise ProgrammeElsewhere(programme=programme.code, area=key.area)
    return BudgetLine.open(context, key)


def _other(
    services: SupportServices, context: CommandContext, line: BudgetLine, key: LineKey
) -> BudgetLine:
    if key == line.key:
        raise SameBudgetLine(line=line.id)
    return _line_at(services, context, key)
