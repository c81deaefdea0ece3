"""The handler of commands about support loads programmes, lines, cases and households for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypedDict, TypeVar, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.domain import BaseAggregate

from domain import text
from domain.areas.directory import AreaDirectory
from domain.commands.command import Command, CommandContext, CommandResult, Outcome, SaveResult
from domain.eventstore.personal import Keyring, Personal, Sealer
from domain.eventstore.recorder import MatchKeyChange
from domain.households.handler import HouseholdHandler, clean_context
from domain.households.household import Household

Kind = TypeVar("Kind", bound=BaseAggregate[UUID])


@dataclass(frozen=True, slots=True)
class SupportServices:
    """The services that commands about support use beside their aggregate."""

    repository: Repository[UUID]
    directory: AreaDirectory
    household: Callable[[UUID], Household]
    keyring: Keyring

    def find(self, kind: type[Kind], id_: UUID) -> Kind | None:
        """The aggregate of this kind and id as it is now; None where there is none."""
        try:
            found: object = self.repository.get(id_)
        except AggregateNotFoundError:
            return None
        return found if isinstance(found, kind) else None

    def note(self, household_id: UUID, note: str) -> tuple[Personal | None, list[Sealer]]:
        """A note sealed under the key of a household, with what made a new key."""
        note = text.clean("note", note, text.NOTE)
        if not note:
            return None, []
        sealer = self.keyring.sealer([household_id])
        return sealer.seal(household_id, {"note": note}), [sealer]


class SupportCommand(Command[Outcome]):
    """A command about programmes, money or cases."""

    __slots__ = ()

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The result of the command: what it wants saved. Raises Refusal."""
        raise TypeError(f"{type(self).__name__} decides nothing")


class SupportAnswer(TypedDict):
    """The stored answer of a command about support; ids are texts."""

    about: str
    created: str | None
    notes: list[str]


class SupportHandler:
    """Handles the commands about support."""

    def __init__(
        self,
        repository: Repository[UUID],
        households: HouseholdHandler,
        directory: Callable[[], AreaDirectory],
        keyring: Keyring,
    ) -> None:
        self._repository = repository
        self._households = households
        self._directory = directory
        self._keyring = keyring

    def services(self) -> SupportServices:
        """The services that commands use, as they are now."""
        return SupportServices(
            self._repository, self._directory(), self._households.load, self._keyring
        )

    def find(self, kind: type[Kind], id_: UUID) -> Kind | None:
        """The aggregate of this kind and id as it is now; None where there is none."""
        return self.services().find(kind, id_)

    def decide(
        self, command: SupportCommand, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Asks the command on everything as it is now."""
        return command.result(self.services(), clean_context(context), expected_version)

    def match_keys(self, results: Sequence[CommandResult]) -> MatchKeyChange:
        """None: support changes nothing by which a household is recognised."""
        return MatchKeyChange()

    def answer(self, result: CommandResult) -> dict[str, object]:
        """The answer of a command as JSON, to be stored with it."""
        return {
            "about": str(result.about.id),
            "created": str(result.created) if result.created else None,
            "notes": list(result.notes),
        }

    def outcome(self, saved: SaveResult) -> Outcome:
        """The outcome of a command that was recorded now or before."""
        answer = cast("SupportAnswer", saved.answer)
        about = UUID(answer["about"])
        return Outcome(
            aggregate_id=about,
            version=saved.versions[about],
            seq=saved.seq,
            repeated=saved.repeated,
            created=UUID(answer["created"]) if answer["created"] else None,
            notes=tuple(answer["notes"]),
        )
