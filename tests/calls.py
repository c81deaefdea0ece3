"""Commands by short names, as tests run them one after the other."""

from collections.abc import Callable, Sequence
from typing import Any

from domain.application import SocaiApplication
from domain.areas import commands as areas
from domain.commands.batch import PlannedCommand
from domain.commands.command import Command, CommandContext, Outcome
from domain.errors import Refusal
from domain.households import (
    certificates,
    corrections,
    decisions,
    erasure,
    low_income,
    members,
    needs_and_plan,
    papers,
    registration,
    relocation,
    settlements,
    support,
    surveys,
    withdrawals,
)
from domain.households.classification_batch import PlannedDecision, groups_of
from domain.households.handler import HouseholdCommand
from domain.households.registration import NewHousehold, RegisterListedHousehold, plan_registration
from domain.population import commands as population

# Each command about a household that one can name; `register` is that of a single household.
COMMANDS: dict[str, Callable[..., Command[Any]]] = {
    found.NAME: found
    for module in (
        certificates,
        corrections,
        decisions,
        erasure,
        low_income,
        members,
        needs_and_plan,
        papers,
        relocation,
        settlements,
        support,
        surveys,
        withdrawals,
    )
    for found in vars(module).values()
    if isinstance(found, type) and issubclass(found, HouseholdCommand) and "NAME" in vars(found)
}
COMMANDS["register"] = registration.RegisterHousehold
AREA_COMMANDS: dict[str, Callable[..., Command[Any]]] = {
    "establish": areas.EstablishUnit,
    "rename": areas.RenameUnit,
    "change_area_type": areas.ChangeAreaType,
    "put_under": areas.PutUnitUnder,
    "transfer_part": areas.TransferPart,
    "merge": areas.MergeUnits,
    "split": areas.SplitUnit,
    "close": areas.CloseUnit,
    "declare_population": population.DeclarePopulation,
    "correct_population": population.CorrectPopulation,
}


class Calls:
    """Commands by name: `calls.dissolve(household_id, context, reason="other")`.

    `other` has the methods that are no commands.
    """

    def __init__(
        self,
        application: SocaiApplication,
        commands: dict[str, Callable[..., Command[Any]]],
        other: object,
    ) -> None:
        self._casework = application
        self._commands = commands
        self._other = other

    def __getattr__(self, name: str) -> Any:
        if name not in self._commands:
            return getattr(self._other, name)

        def call(*args: Any, expected_version: int | None = None, **fields: Any) -> Any:
            (context,) = [one for one in args if isinstance(one, CommandContext)]
            rest = [one for one in args if not isinstance(one, CommandContext)]
            command = self._commands[name](*rest, **fields)
            return self._casework.run(command, context, expected_version=expected_version)

        return call


def households(application: SocaiApplication) -> Any:
    """The commands about households, and the handler that loads them."""
    return Calls(application, COMMANDS, application.households)


def areas_of(application: SocaiApplication) -> Any:
    """The commands about units and denominators, and the directory of all units."""
    return Calls(application, AREA_COMMANDS, application.areas)


def planned(
    context: CommandContext, household: NewHousehold, **more: Any
) -> PlannedCommand[RegisterListedHousehold]:
    """A registration of a list, checked by itself."""
    return plan_registration(context, RegisterListedHousehold(household, **more))


def record_many(
    application: SocaiApplication, plans: Sequence[PlannedCommand[Any]], *, dry_run: bool = False
) -> list[Outcome | Refusal]:
    """Registrations, saved together."""
    return application.run_many([[one] for one in plans], dry_run=dry_run)


def decide_many(
    application: SocaiApplication, plans: Sequence[PlannedDecision], *, dry_run: bool = False
) -> list[Outcome | Refusal]:
    """Decisions about households on record, saved together."""
    return application.run_many(groups_of(plans), dry_run=dry_run)
