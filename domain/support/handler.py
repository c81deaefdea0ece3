"""The handler of commands about support loads programmes, lines, cases and households for them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypedDict, TypeVar, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.domain import BaseAggregate

from domain import text
from domain.areas.directory import AreaDirectory
from domain.commands.batch import PlannedCommand
from domain.commands.claims import BatchClaims, ClaimReader
from domain.commands.command import Command, CommandContext, CommandResult, Outcome, SaveResult
from domain.commands.runner import Handler
from domain.eventstore.mapper import StateMapper, aggregate_of
from domain.eventstore.personal import Keyring, Personal, Sealer
from domain.eventstore.postgres import Pool
from domain.eventstore.recorder import MatchKeyChange, PostgresRecorder
from domain.households.double_grants import BenefitNames, KnownBenefits
from domain.households.errors import HouseholdUnknown
from domain.households.handler import HouseholdHandler, clean_context
from domain.households.household import Household

Kind = TypeVar("Kind", bound=BaseAggregate[UUID])


@dataclass(frozen=True, slots=True)
class SupportServices:
    """The services that commands about support use beside their aggregate.

    `load` gives the aggregate of an id or None, `load_many` those of several ids in one query;
    `known_benefits` the benefits of all programmes, by what grants call them.
    """

    load: Callable[[UUID], object]
    load_many: Callable[[Iterable[UUID]], Mapping[UUID, object]]
    directory: AreaDirectory
    household: Callable[[UUID], Household]
    keyring: Keyring
    claims: ClaimReader
    known_benefits: Callable[[], KnownBenefits]

    @property
    def benefits(self) -> BenefitNames:
        """The benefit that a programme and a benefit of a grant name."""
        return self.known_benefits().named

    def find(self, kind: type[Kind], id_: UUID) -> Kind | None:
        """The aggregate of this kind and id as it is now; None where there is none."""
        found = self.load(id_)
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

    def households_needed(self) -> Iterable[UUID]:
        """The households that a batch reads ahead for this command."""
        return ()

    def keys_needed(self, services: SupportServices) -> Iterable[bytes]:
        """The keys of claims that a batch reads ahead for this command."""
        return ()


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
        recorder: PostgresRecorder,
        mapper: StateMapper,
        households: HouseholdHandler,
        directory: Callable[[], AreaDirectory],
        keyring: Keyring,
        pool: Pool,
        known_benefits: Callable[[], KnownBenefits],
    ) -> None:
        self._repository = repository
        self._recorder = recorder
        self._mapper = mapper
        self._households = households
        self._directory = directory
        self._keyring = keyring
        self._pool = pool
        self._known_benefits = known_benefits

    def services(self) -> SupportServices:
        """The services that commands use, as they are now."""
        return SupportServices(
            self._load,
            self._load_many,
            self._directory(),
            self._households.load,
            self._keyring,
            ClaimReader(self._pool),
            cache(self._known_benefits),
        )

    def _load(self, id_: UUID) -> object:
        try:
            return self._repository.get(id_)
        except AggregateNotFoundError:
            return None

    def _load_many(self, ids: Iterable[UUID]) -> dict[UUID, object]:
        histories = self._recorder.select_histories(ids)
        return {
            id_: aggregate_of(map(self._mapper.to_domain_event, events))
            for id_, events in histories.items()
        }

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

    def for_batch(
        self,
        planned: Sequence[PlannedCommand[SupportCommand]],
        claims: BatchClaims,
        recorded: Collection[UUID],
    ) -> Handler[SupportCommand, Outcome]:
        """The handler on households and claims that are read once."""
        waiting = [one.command for one in planned if one.context.command_id not in recorded]
        needed = {id_ for command in waiting for id_ in command.households_needed()}
        return SupportBatch(self, self._households, needed, claims, waiting)


class SupportBatch:
    """Handles the commands of one batch: what one of them did, the next one sees.

    Everything but households is loaded once and only read.
    """

    def __init__(
        self,
        handler: SupportHandler,
        households: HouseholdHandler,
        household_ids: Iterable[UUID],
        claims: BatchClaims,
        waiting: Iterable[SupportCommand],
    ) -> None:
        self._loaded = households.load_many(household_ids)
        self._known: dict[UUID, object] = {}
        self._households = households
        services = handler.services()
        self._load = services.load
        self._services = replace(
            services,
            load=self.load,
            household=self.household,
            claims=claims,
        )
        self.match_keys = handler.match_keys
        self.answer = handler.answer
        self.outcome = handler.outcome
        claims.look({key for one in waiting for key in one.keys_needed(self._services)})

    def load(self, id_: UUID) -> object:
        """The aggregate of an id, loaded once."""
        if id_ not in self._known:
            self._known[id_] = self._load(id_)
        return self._known[id_]

    def household(self, household_id: UUID) -> Household:
        """The household with what earlier commands of the batch did to it."""
        if household_id not in self._loaded:
            raise HouseholdUnknown(household_id=household_id)
        return self._loaded[household_id]

    def decide(
        self, command: SupportCommand, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Asks the command on the state of the batch."""
        return command.result(self._services, clean_context(context), expected_version)
