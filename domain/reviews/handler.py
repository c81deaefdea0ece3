"""The handler of commands about review rounds loads a round and its households, asks the command.

A command loads what it checks from the events, never from a read model. All refusals are in
`domain.reviews.errors`, and those of households and standards where a step is about them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository

from domain.areas.directory import AreaDirectory
from domain.commands.batch import gc_paused
from domain.commands.claims import ClaimReader
from domain.commands.command import (
    Command,
    CommandContext,
    CommandResult,
    Outcome,
    SaveResult,
)
from domain.commands.runner import require_version
from domain.errors import Refusal
from domain.eventstore.personal import Keyring
from domain.eventstore.recorder import MatchKeyChange
from domain.households.handler import HouseholdHandler, clean_context
from domain.households.household import Household
from domain.reviews.brake import Brakes
from domain.reviews.errors import HouseholdsGone, RoundUnknown
from domain.reviews.procedure import Procedures
from domain.reviews.round import Round, RoundRecord
from domain.reviews.steps import RoundProcedure, named
from domain.standards.standard import Standards


@dataclass(frozen=True, slots=True)
class RoundServices:
    """The services that commands about rounds use beside the round.

    `load` raises RoundUnknown; `households` leaves out those that do not exist; `unsettled` keeps
    those that have an unsettled duplicate.
    """

    standards: Standards
    directory: AreaDirectory
    procedures: Procedures
    brakes: Brakes
    keyring: Keyring
    claims: ClaimReader
    load: Callable[[UUID], Round]
    exists: Callable[[UUID], bool]
    households: Callable[[Iterable[UUID]], Mapping[UUID, Household]]
    unsettled: Callable[[Iterable[UUID]], frozenset[UUID]]

    def procedure(self, round_: RoundRecord) -> RoundProcedure:
        """The procedure that a round was opened under."""
        return RoundProcedure(round_, self.procedures)

    def commune_now(self, round_: RoundRecord, on: date) -> str:
        """The commune that has the land of the round's commune on a day, whose numbers are used.

        The round's own where it stands, or where its land was divided.
        """
        try:
            return self.directory.commune_of(round_.area, on)
        except Refusal:
            return round_.area

    def lives_there(self, household: Household, area: str, on: date) -> bool:
        """Whether a household is on record in a commune, and has not ended."""
        return household.ended_on is None and self.directory.covers(area, household.area, on)

    def residents(
        self, ids: Sequence[UUID], round_: RoundRecord, on: date
    ) -> Mapping[UUID, Household]:
        """The households, all of which live in the commune of the round. Raises HouseholdsGone."""
        found = self.households(ids)
        gone = [
            one
            for one in ids
            if one not in found or not self.lives_there(found[one], round_.area, on)
        ]
        if gone:
            raise HouseholdsGone(area=round_.area, **named(gone))
        return found


class RoundCommand(Command[Outcome]):
    """A command about review rounds."""

    __slots__ = ()

    def result(
        self, services: RoundServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The result of the command: what it wants saved. Raises Refusal."""
        raise TypeError(f"{type(self).__name__} decides nothing")


@dataclass(frozen=True, slots=True)
class RoundChange(RoundCommand):
    """A command about one round on record."""

    round_id: UUID

    def result(
        self, services: RoundServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The result of the command: what it wants saved. Raises RoundUnknown, StaleVersion."""
        round_ = services.load(self.round_id)
        require_version(round_, expected_version)
        self.require_open(round_, context)
        return self.decide(round_, context, services) or CommandResult(round_)

    def require_open(self, round_: Round, context: CommandContext) -> None:
        """Refuses a closed round and a day that cannot be."""
        round_.require_open(context)

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult | None:
        """Asks the round; None where only its own events are to be saved."""
        raise TypeError(f"{type(self).__name__} decides nothing")


class RoundAnswer(TypedDict):
    """The stored answer of a command about a round; ids are texts."""

    round: str
    created: str | None
    notes: list[str]


class RoundHandler:
    """Handles the commands about review rounds, and loads rounds."""

    def __init__(
        self,
        repository: Repository[UUID],
        households: HouseholdHandler,
        standards: Standards,
        keyring: Keyring,
        claims: ClaimReader,
        directory: Callable[[], AreaDirectory],
        procedures: Callable[[], Procedures],
        brakes: Callable[[], Brakes],
        unsettled: Callable[[Iterable[UUID]], frozenset[UUID]],
    ) -> None:
        self._repository = repository
        self._households = households
        self._standards = standards
        self._keyring = keyring
        self._claims = claims
        self._directory = directory
        self._procedures = procedures
        self._brakes = brakes
        self._unsettled = unsettled

    def load(self, round_id: UUID) -> Round:
        """The round as it is now; RoundUnknown if there is none."""
        try:
            found: object = self._repository.get(round_id)
        except AggregateNotFoundError:
            raise RoundUnknown(round_id=round_id) from None
        if not isinstance(found, Round):
            raise RoundUnknown(round_id=round_id)
        return found

    def exists(self, round_id: UUID) -> bool:
        """Whether there is such a round."""
        return round_id in self._repository

    def services(self) -> RoundServices:
        """The services that commands use, as they are now."""
        return RoundServices(
            self._standards,
            self._directory(),
            self._procedures(),
            self._brakes(),
            self._keyring,
            self._claims,
            self.load,
            self.exists,
            self._households.load_many,
            self._unsettled,
        )

    def decide(
        self, command: RoundCommand, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Asks the command on everything as it is now.

        A decision on thousands of households makes as many objects that live until it is saved.
        """
        with gc_paused():
            return command.result(self.services(), clean_context(context), expected_version)

    def match_keys(self, results: Sequence[CommandResult]) -> MatchKeyChange:
        """None: a round changes no person and no place."""
        return MatchKeyChange()

    def answer(self, result: CommandResult) -> dict[str, object]:
        """The answer of a command as JSON, to be stored with it."""
        return {
            "round": str(result.about.id),
            "created": str(result.created) if result.created else None,
            "notes": list(result.notes),
        }

    def outcome(self, saved: SaveResult) -> Outcome:
        """The outcome of a command that was recorded now or before."""
        answer = cast("RoundAnswer", saved.answer)
        round_id = UUID(answer["round"])
        return Outcome(
            aggregate_id=round_id,
            version=saved.versions[round_id],
            seq=saved.seq,
            repeated=saved.repeated,
            created=UUID(answer["created"]) if answer["created"] else None,
            notes=tuple(answer["notes"]),
        )
