"""The handler of commands about own views loads the household, its own view, rounds and cases."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypedDict, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository

from domain.commands.claims import ClaimReader
from domain.commands.command import Command, CommandContext, CommandResult, Outcome, SaveResult
from domain.eventstore.personal import Keyring
from domain.eventstore.recorder import MatchKeyChange
from domain.households.handler import HouseholdHandler, clean_context
from domain.households.household import Household
from domain.own_view.errors import OwnViewUnknown
from domain.own_view.limits import Limits, LimitVersions
from domain.own_view.own_view import OwnView, own_view_id
from domain.reviews.handler import RoundHandler, RoundServices
from domain.support.handler import SupportHandler, SupportServices


@dataclass(frozen=True, slots=True)
class OwnViewServices:
    """The services that commands about own views use beside their aggregate.

    `find` gives the own view of an id, None where there is none.
    """

    find: Callable[[UUID], OwnView | None]
    household: Callable[[UUID], Household]
    claims: ClaimReader
    keyring: Keyring
    limits: LimitVersions
    rounds: Callable[[], RoundServices]
    support: Callable[[], SupportServices]

    def limits_of(self, context: CommandContext) -> Limits:
        """The limits on the day of recording."""
        return self.limits.on(context.recorded_on)

    def own_view(self, household_id: UUID) -> OwnView:
        """The own view of a household. Raises OwnViewUnknown."""
        found = self.find(own_view_id(household_id))
        if found is None:
            raise OwnViewUnknown(household_id=household_id)
        return found


class OwnViewCommand(Command[Outcome]):
    """A command about the own view of a household."""

    __slots__ = ()

    def result(self, services: OwnViewServices, context: CommandContext) -> CommandResult:
        """The result of the command: what it wants saved. Raises Refusal."""
        raise TypeError(f"{type(self).__name__} decides nothing")


class OwnViewAnswer(TypedDict):
    """The stored answer of a command about an own view; ids are texts."""

    about: str
    created: str | None
    notes: list[str]


class OwnViewHandler:
    """Handles the commands about own views, and loads own views."""

    def __init__(
        self,
        repository: Repository[UUID],
        households: HouseholdHandler,
        rounds: RoundHandler,
        support: SupportHandler,
        claims: ClaimReader,
        keyring: Keyring,
        limits: Callable[[], LimitVersions],
    ) -> None:
        self._repository = repository
        self._households = households
        self._rounds = rounds
        self._support = support
        self._claims = claims
        self._keyring = keyring
        self._limits = limits

    def services(self) -> OwnViewServices:
        """The services that commands use, as they are now."""
        return OwnViewServices(
            self.find,
            self._households.load,
            self._claims,
            self._keyring,
            self._limits(),
            self._rounds.services,
            self._support.services,
        )

    def find(self, id_: UUID) -> OwnView | None:
        """The own view of an id as it is now; None where there is none."""
        try:
            found: object = self._repository.get(id_)
        except AggregateNotFoundError:
            return None
        return found if isinstance(found, OwnView) else None

    def of_household(self, household_id: UUID) -> OwnView | None:
        """The own view of a household as it is now; None where it never got a code."""
        return self.find(own_view_id(household_id))

    def decide(
        self, command: OwnViewCommand, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Asks the command on everything as it is now."""
        return command.result(self.services(), clean_context(context))

    def match_keys(self, results: Sequence[CommandResult]) -> MatchKeyChange:
        """None: an own view changes nothing by which a household is recognised."""
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
        answer = cast("OwnViewAnswer", saved.answer)
        about = UUID(answer["about"])
        return Outcome(
            aggregate_id=about,
            version=saved.versions[about],
            seq=saved.seq,
            repeated=saved.repeated,
            created=UUID(answer["created"]) if answer["created"] else None,
            notes=tuple(answer["notes"]),
        )
