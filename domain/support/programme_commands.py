"""Commands about programmes: they are defined, completed, given rates, and closed."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.commands.runner import require_version
from domain.support.errors import ProgrammeClosed, ProgrammeExists, ProgrammeUnknown
from domain.support.event import require_paper
from domain.support.handler import SupportCommand, SupportServices
from domain.support.programme import (
    Benefit,
    Definition,
    LegalSource,
    Node,
    Programme,
    Rate,
    programme_id,
)


class ProgrammeCommand(SupportCommand):
    """A command about one programme, which is named by its code."""

    __slots__ = ()
    programme: str

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The programme changed. Raises ProgrammeUnknown, ProgrammeClosed, StaleVersion."""
        programme = services.find(Programme, programme_id(self.programme))
        if programme is None:
            raise ProgrammeUnknown(programme=self.programme)
        require_version(programme, expected_version)
        if programme.last_day is not None and context.effective_on > programme.last_day:
            raise ProgrammeClosed(programme=self.programme, last_day=programme.last_day)
        require_paper(context)
        benefit = self.defines()
        if benefit is not None:
            programme.require_within(benefit, context.effective_on, services.directory)
        self.decide(programme, context)
        return CommandResult(programme, recorded_unchanged=False)

    def defines(self) -> Benefit | None:
        """The benefit that the command defines; None for other commands."""
        return None

    def decide(self, programme: Programme, context: CommandContext) -> None:
        """Changes the programme, or refuses. Overridden by every command."""
        raise TypeError(f"{type(self).__name__} decides nothing")


@dataclass(frozen=True, slots=True)
class DefineProgramme(SupportCommand):
    """A programme is defined as a whole, or completed by what it does not hold yet.

    The published programmes are loaded by it. Refused: ProgrammeExists where level, area or days
    are others, ProgrammeTreeInvalid, and what `DefineBenefit` and `ChangeRate` refuse.
    """

    NAME: ClassVar[str] = "programme.define"
    code: str
    title: str
    level: str
    area: str
    valid_from: date
    valid_until: date | None
    nodes: tuple[Node, ...]
    sources: tuple[LegalSource, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    rates: tuple[Rate, ...] = ()
    title_en: str = ""

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The programme, new or with what it lacked."""
        programme = services.find(Programme, programme_id(self.code))
        if self.level == "local":
            require_paper(context)
        if programme is None:
            programme = Programme.define(context, self._definition())
        elif programme.identity != (self.level, self.area, self.valid_from, self.valid_until):
            raise ProgrammeExists(programme=self.code)
        else:
            programme.add_nodes(context, self.nodes)
        for benefit in self.benefits:
            programme.require_within(benefit, context.effective_on, services.directory)
            programme.define_benefit(context, benefit)
        for rate in self.rates:
            programme.change_rate(context, rate)
        return CommandResult(programme, recorded_unchanged=False)

    def _definition(self) -> Definition:
        return Definition(
            self.code, self.title, self.title_en, self.level, self.area, self.valid_from,
            self.valid_until, self.nodes, self.sources,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class DefineBenefit(ProgrammeCommand):
    """A benefit is defined, from the effective date on.

    Refused: NodeUnknown, BenefitForNone, BenefitOutsideProgramme, UnknownCode,
    SupportDocumentMissing.
    """

    NAME: ClassVar[str] = "programme.define_benefit"
    programme: str
    benefit: Benefit

    def defines(self) -> Benefit:
        """The benefit."""
        return self.benefit

    def decide(self, programme: Programme, context: CommandContext) -> None:
        """Records the benefit."""
        programme.define_benefit(context, self.benefit)


@dataclass(frozen=True, slots=True)
class ChangeRate(ProgrammeCommand):
    """A rate is set for some days.

    Refused: BenefitUnknown, RateInvalid, RatePeriodUnfit, SupportDocumentMissing.
    """

    NAME: ClassVar[str] = "programme.change_rate"
    programme: str
    rate: Rate

    def decide(self, programme: Programme, context: CommandContext) -> None:
        """Records the rate."""
        programme.change_rate(context, self.rate)


@dataclass(frozen=True, slots=True)
class DefineBenefitWithRate(ProgrammeCommand):
    """A benefit is defined together with its rate, both or neither.

    Refused: RateOutsideProgramme, and what `DefineBenefit` and `ChangeRate` refuse.
    """

    NAME: ClassVar[str] = "programme.define_benefit_with_rate"
    programme: str
    benefit: Benefit
    rate: Rate | None = None

    def defines(self) -> Benefit:
        """The benefit."""
        return self.benefit

    def decide(self, programme: Programme, context: CommandContext) -> None:
        """Records the benefit and the rate."""
        programme.define_benefit(context, self.benefit)
        if self.rate is not None:
            programme.change_rate(context, self.rate)


@dataclass(frozen=True, slots=True)
class CloseProgramme(ProgrammeCommand):
    """The effective date is the last day of the programme."""

    NAME: ClassVar[str] = "programme.close"
    programme: str
    reason: str

    def decide(self, programme: Programme, context: CommandContext) -> None:
        """Records the end."""
        programme.close(context, text.required("reason", self.reason, text.NOTE))
