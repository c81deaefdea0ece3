"""Commands declare and correct denominators: all who live in a unit on a day, listed or not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository

from domain.areas.codes import population_id
from domain.areas.directory import AreaDirectoryCache
from domain.areas.handler import AreaOutcome, AreaResult, area_answer, area_outcome
from domain.areas.unit import Unit
from domain.commands.command import LEFT_OUT, Command, CommandContext, CommandResult, SaveResult
from domain.commands.runner import require_version
from domain.eventstore.recorder import MatchKeyChange
from domain.population.errors import DeclarationExists, DeclarationUnknown
from domain.population.population import Denominators, ListedCounts, Population

NOTHING_KNOWN = ListedCounts()


class PopulationCommand(Command[AreaOutcome]):
    """A command about the denominators of a unit, which may be named by a code of the day."""

    __slots__ = ()
    unit: str
    figures: Denominators

    def decide(
        self,
        known: Population | None,
        unit: Unit,
        context: CommandContext,
        expected_version: int | None,
    ) -> Population:
        """The declaration as it is then, or a refusal. Overridden by every command."""
        raise TypeError(f"{type(self).__name__} decides nothing")


@dataclass(frozen=True, slots=True)
class DeclarePopulation(PopulationCommand):
    """The figures of a unit on the effective date.

    The same figures again change nothing; others are DeclarationExists. `listed` is what the
    register counts there on that day, where the caller knows it: figures that would put a rate
    above 100% are refused.
    """

    NAME: ClassVar[str] = "population.declare"
    unit: str
    figures: Denominators
    listed: ListedCounts = field(default=NOTHING_KNOWN, metadata=LEFT_OUT)

    def decide(
        self,
        known: Population | None,
        unit: Unit,
        context: CommandContext,
        expected_version: int | None,
    ) -> Population:
        """The declaration, new or as it was."""
        if known is None:
            self.figures.check_against(self.listed)
            return Population.declare(context, unit=unit.id, figures=self.figures)
        if known.figures.fields() != self.figures.fields():
            raise DeclarationExists(unit=unit.id, on=context.effective_on)
        return known


@dataclass(frozen=True, slots=True)
class CorrectPopulation(PopulationCommand):
    """Corrects the declaration of the effective date, as a whole."""

    NAME: ClassVar[str] = "population.correct"
    unit: str
    figures: Denominators
    reason: str
    listed: ListedCounts = field(default=NOTHING_KNOWN, metadata=LEFT_OUT)

    def decide(
        self,
        known: Population | None,
        unit: Unit,
        context: CommandContext,
        expected_version: int | None,
    ) -> Population:
        """The declaration corrected."""
        if known is None:
            raise DeclarationUnknown(unit=unit.id, on=context.effective_on)
        require_version(known, expected_version)
        self.figures.check_against(self.listed)
        known.correct(context, figures=self.figures, reason=self.reason)
        return known


class PopulationHandler:
    """Handles the commands about denominators."""

    def __init__(self, cache: AreaDirectoryCache, repository: Repository[UUID]) -> None:
        self._cache = cache
        self._repository = repository

    def load(self, unit: str, on: date) -> Population | None:
        """The declaration for a unit id and that very day; None where there is none."""
        try:
            found: object = self._repository.get(population_id(unit, on))
        except AggregateNotFoundError:
            return None
        return found if isinstance(found, Population) else None

    def declared(self, unit: str, on: date) -> Denominators | None:
        """The figures declared of a unit id for that very day; None where nothing is."""
        known = self.load(unit, on)
        return known.figures if known is not None else None

    def decide(
        self, command: PopulationCommand, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Asks the command on what is declared."""
        unit = self._cache.refresh().unit_on(command.unit, context.effective_on)
        known = self.load(unit.id, context.effective_on)
        population = command.decide(known, unit, context, expected_version)
        return AreaResult(population, recorded_unchanged=False, unit=unit.id)

    def match_keys(self, results: Sequence[CommandResult]) -> MatchKeyChange:
        """None: denominators are not matched."""
        return MatchKeyChange()

    def answer(self, result: CommandResult) -> dict[str, object]:
        """The answer of a command as JSON, to be stored with it."""
        return area_answer(result)

    def outcome(self, saved: SaveResult) -> AreaOutcome:
        """The outcome of a command recorded now or before."""
        return area_outcome(saved)
