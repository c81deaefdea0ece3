"""The handler of commands about administrative units reads all units, decides and takes codes.

Every change of units rests on a document (the resolution) and names the day it takes effect,
which may lie ahead. All that a command changes is saved at once: a merger ends the old units and
begins the new one in one transaction. A command that changes nothing is not recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypedDict, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.domain import BaseAggregate

from domain.areas.area import AreaUnit
from domain.areas.claims import area_code_key
from domain.areas.codes import aggregate_id
from domain.areas.directory import AreaDirectory, AreaDirectoryCache
from domain.areas.errors import AreaUnknown, DocumentMissing
from domain.commands.claims import Claim, Release
from domain.commands.command import Command, CommandContext, CommandResult, Outcome, SaveResult
from domain.commands.runner import require_version
from domain.eventstore.recorder import MatchKeyChange


@dataclass(frozen=True, slots=True)
class AreaOutcome(Outcome):
    """The answer to a command: the unit it was about, or made, and the ids of all it made."""

    unit: str = ""
    units: tuple[str, ...] = ()


@dataclass(slots=True)
class AreaResult(CommandResult):
    """The result of a command about a unit; `begun` units take their codes, `ended` ones leave
    them."""

    unit: str = ""
    begun: tuple[str, ...] = ()


@dataclass(slots=True)
class AreaChange:
    """The units that a command changed. `about` is the one that it answers with."""

    about: AreaUnit
    others: list[AreaUnit] = field(default_factory=list)
    begun: list[AreaUnit] = field(default_factory=list)
    ended: list[AreaUnit] = field(default_factory=list)

    def result(self) -> AreaResult:
        """The result of the change: each unit once, if it has anything to save."""
        every = {one.id: one for one in (*self.begun, *self.ended, *self.others)}
        every.pop(self.about.id, None)
        changed: Sequence[BaseAggregate[UUID]] = [
            one for one in every.values() if one.pending_events
        ]
        return AreaResult(
            self.about,
            others=changed,
            claims=[
                Claim(area_code_key(one.unit.code), one.id, one.unit.valid_from)
                for one in self.begun
            ],
            releases=[
                Release(area_code_key(one.unit.code), one.id, one.unit.valid_to)
                for one in self.ended
            ],
            recorded_unchanged=False,
            unit=self.about.unit.id,
            begun=tuple(one.unit.id for one in self.begun),
        )


class Units:
    """The units as they are when a command is decided: all of them, and each by its history."""

    def __init__(self, directory: AreaDirectory, repository: Repository[UUID]) -> None:
        self.directory = directory
        self._repository = repository

    def load(self, unit: str, expected_version: int | None = None) -> AreaUnit:
        """The unit's own history. Raises AreaUnknown or StaleVersion."""
        try:
            found: AreaUnit = self._repository.get(aggregate_id(unit))
        except AggregateNotFoundError:
            raise AreaUnknown(area=unit) from None
        require_version(found, expected_version)
        return found


class AreaCommand(Command[AreaOutcome]):
    """A command about administrative units. It rests on a document."""

    __slots__ = ()

    def decide(
        self, units: Units, context: CommandContext, expected_version: int | None
    ) -> AreaChange:
        """The units changed, or a refusal. Overridden by every command."""
        raise TypeError(f"{type(self).__name__} decides nothing")


class AreaHandler:
    """Handles the commands about units."""

    def __init__(self, cache: AreaDirectoryCache, repository: Repository[UUID]) -> None:
        self._cache = cache
        self._repository = repository

    def decide(
        self, command: AreaCommand, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Asks the command on all units as they are now. Raises DocumentMissing."""
        if context.document is None or not context.document.number.strip():
            raise DocumentMissing(command=command.NAME)
        units = Units(self._cache.refresh(), self._repository)
        return command.decide(units, context, expected_version).result()

    def match_keys(self, results: Sequence[CommandResult]) -> MatchKeyChange:
        """None: units are not matched."""
        return MatchKeyChange()

    def answer(self, result: CommandResult) -> dict[str, object]:
        """The answer of a command as JSON, to be stored with it."""
        return area_answer(result)

    def outcome(self, saved: SaveResult) -> AreaOutcome:
        """The outcome of a command recorded now or before. This process sees it at once."""
        self._cache.refresh()
        return area_outcome(saved)


class AreaAnswer(TypedDict):
    """The stored answer of a command about units; `about` is the id of the aggregate."""

    unit: str
    about: str
    created: list[str]


def area_answer(result: CommandResult) -> dict[str, object]:
    """The answer of a command as JSON, to be stored with it."""
    if not isinstance(result, AreaResult):
        raise TypeError("a command about units answers with a unit")
    return {"unit": result.unit, "about": str(result.about.id), "created": list(result.begun)}


def area_outcome(saved: SaveResult) -> AreaOutcome:
    """The outcome of a command from its stored answer."""
    answer = cast("AreaAnswer", saved.answer)
    id_ = UUID(answer["about"])
    return AreaOutcome(
        id_,
        saved.versions[id_],
        saved.seq,
        saved.repeated,
        unit=answer["unit"],
        units=tuple(answer["created"]),
    )
