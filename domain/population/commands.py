"""The commands about denominators: all who live in a unit on a day, listed or not."""

from datetime import date
from typing import Any

from eventsourcing.application import AggregateNotFoundError

from domain.areas.codes import population_id
from domain.areas.directory import AreaDirectory
from domain.areas.errors import DeclarationExists, DeclarationUnknown
from domain.areas.runner import AreaOutcome, CommandResult, CommandRunner
from domain.commands.context import CommandContext
from domain.population.population import Denominators, ListedCounts, Population

NOTHING_KNOWN = ListedCounts()


class PopulationCommands(CommandRunner):
    """Declares and corrects denominators.

    `listed` is what the register counts there on that day, where the caller knows it: figures
    that would put a rate above 100% are refused.
    """

    def declare_population(
        self,
        unit: str,
        facts: CommandContext,
        *,
        figures: Denominators,
        listed: ListedCounts = NOTHING_KNOWN,
    ) -> AreaOutcome:
        """The figures of a unit on `facts.effective_on`; `unit` may be a code of that day.

        The same figures again change nothing; others are DeclarationExists.
        """

        def act(areas: AreaDirectory) -> CommandResult:
            found = areas.unit_on(unit, facts.effective_on)
            known = self._declared(found.id, facts.effective_on)
            if known is None:
                figures.check_against(listed)
                return CommandResult(
                    found.id, Population.declare(facts, unit=found.id, figures=figures)
                )
            if known.figures.fields() != figures.fields():
                raise DeclarationExists(unit=found.id, on=facts.effective_on)
            return CommandResult(found.id, known)

        asked = {"unit": unit, "figures": figures.fields()}
        return self._run("population.declare", facts, asked, act, on_paper=False)

    def correct_population(
        self,
        unit: str,
        facts: CommandContext,
        *,
        figures: Denominators,
        reason: str,
        listed: ListedCounts = NOTHING_KNOWN,
        expected_version: int | None = None,
    ) -> AreaOutcome:
        """What was declared of `facts.effective_on` reads otherwise, as a whole."""

        def act(areas: AreaDirectory) -> CommandResult:
            found = areas.unit_on(unit, facts.effective_on)
            known = self._declared(found.id, facts.effective_on)
            if known is None:
                raise DeclarationUnknown(unit=found.id, on=facts.effective_on)
            self._as_expected(known.version, expected_version)
            figures.check_against(listed)
            known.correct(facts, figures=figures, reason=reason)
            return CommandResult(found.id, known)

        asked = {"unit": unit, "figures": figures.fields(), "reason": reason}
        return self._run("population.correct", facts, asked, act, on_paper=False)

    def declared_population(self, unit: str, on: date) -> Denominators | None:
        """What is declared of a unit id for that very day; None where nothing is."""
        known = self._declared(unit, on)
        return known.figures if known is not None else None

    def _declared(self, unit: str, on: date) -> Population | None:
        try:
            found: Any = self._casework.repository.get(population_id(unit, on))
        except AggregateNotFoundError:
            return None
        return found if isinstance(found, Population) else None
