"""The handler of commands about households loads them, asks the command, keeps the match keys.

Every command takes a `CommandContext` (when it was so, who records it, the command's id, the
moment, the paper) and answers with an `Outcome`. A command that changes nothing is recorded as
answered. All refusals are in `domain.households.errors`, `domain.standards.errors`,
`domain.matching.errors` and `domain.errors`. Personal data comes in as plain text, in inputs whose
repr does not show it, is sealed by the commands, and never gets into an event, a message or a log.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, TypedDict, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.domain import BaseAggregate, DomainEventProtocol

from domain import text
from domain.areas.directory import AreaDirectory
from domain.commands.batch import PlannedCommand
from domain.commands.claims import BatchClaims, Claim, ClaimReader
from domain.commands.command import (
    Command,
    CommandContext,
    CommandResult,
    Document,
    Outcome,
    SaveResult,
)
from domain.commands.runner import Handler, require_version
from domain.eventstore.mapper import StateMapper, aggregate_of
from domain.eventstore.personal import Keyring, Personal, Sealer
from domain.eventstore.postgres import Pool, autocommitting
from domain.eventstore.recorder import MatchKeyChange, PostgresRecorder, StoredAnswer
from domain.households.claims import IDENTITY, identity_key, person_key
from domain.households.double_grants import (
    BenefitNames,
    GrantCheck,
    checked_before,
    free_words,
)
from domain.households.errors import HouseholdUnknown, SignedInFuture
from domain.households.household import Household
from domain.households.person_name import signer
from domain.matching.matcher import Matcher
from domain.matching.records import match_keys
from domain.matching.settlement import Settlement
from domain.standards.score_card import ScoreCard, read_score_card
from domain.standards.standard import Standards

PairsFound = Callable[
    [Household, Sequence[UUID], Sequence[Settlement], CommandContext],
    Iterator[tuple[BaseAggregate[UUID], list[Claim]]],
]


@dataclass(frozen=True, slots=True)
class HouseholdServices:
    """The services that commands about households use beside the household.

    `load` raises HouseholdUnknown. `pairs_found` makes the pairs, with their claims, of a household
    with those that were passed when it, or the persons, were entered.
    """

    pool: Pool
    keyring: Keyring
    standards: Standards
    directory: AreaDirectory
    claims: ClaimReader
    matcher: Matcher
    load: Callable[[UUID], Household]
    is_recorded: Callable[[UUID], bool]
    benefits: Callable[[], BenefitNames]
    check_grant: GrantCheck
    pairs_found: PairsFound

    def identity_key(self, id_number: str) -> bytes:
        """The key of the claim to an identity number."""
        return identity_key(self.keyring.blind_index(id_number))

    def address(
        self, household_id: UUID, now: Personal | None, address: str
    ) -> tuple[Personal | None, list[Sealer]]:
        """The address sealed for a household; the same text as `now` stays the same."""
        address = text.clean("address", address, text.NOTE)
        if not address:
            return None, []
        if now is not None and self.keyring.reveal(now) == {"address": address}:
            return now, []
        sealer = self.keyring.sealer([household_id])
        return sealer.seal(household_id, {"address": address}), [sealer]

    def score_card(self, name: str) -> ScoreCard:
        """The score card of a name. Raises ScoreCardUnknown."""
        with autocommitting(self.pool) as conn:
            return read_score_card(conn, name)

    def unit_now(self, unit: str, on: date) -> str:
        """The unit that a unit's land has all gone over into by a day, where there is one."""
        place = self.directory.lineage.place(unit, on)
        return str(place.node) if place.exact else unit


class HouseholdCommand(Command[Outcome]):
    """A command about households."""

    __slots__ = ()
    FINGERPRINT_NAMES: ClassVar[dict[str, str]] = {
        "household_id": "household",
        "person_id": "person",
        "new_household_id": "new_household",
    }

    def result(
        self, services: HouseholdServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The result of the command: what it wants saved. Raises Refusal."""
        raise TypeError(f"{type(self).__name__} decides nothing")

    def households_needed(self) -> Iterable[UUID]:
        """The households that a batch reads ahead for this command."""
        return ()

    def keys_needed(self, services: HouseholdServices, context: CommandContext) -> Iterable[bytes]:
        """The keys of claims that a batch reads ahead for this command."""
        return ()


@dataclass(frozen=True, slots=True)
class HouseholdChange(HouseholdCommand):
    """A command about one household on record."""

    household_id: UUID

    def result(
        self, services: HouseholdServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The result of the command: what it wants saved. Raises HouseholdUnknown, StaleVersion."""
        household = services.load(self.household_id)
        require_version(household, expected_version)
        return self.decide(household, context, services) or CommandResult(household)

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult | None:
        """Asks the household; None where only its own events are to be saved."""
        raise TypeError(f"{type(self).__name__} decides nothing")

    def households_needed(self) -> Iterable[UUID]:
        """The household itself."""
        return (self.household_id,)


def clean_context(given: CommandContext) -> CommandContext:
    """The same circumstances with the paper's texts in NFC. Raises SignedInFuture."""
    paper = given.document
    if paper is None:
        return given
    number = text.clean("document.number", paper.number, text.CODE)
    signed_by = signer("document.signer", paper.signer)
    if paper.signed_on is not None and paper.signed_on > given.recorded_on:
        raise SignedInFuture(signed_on=paper.signed_on, recorded_on=given.recorded_on)
    if (number, signed_by) == (paper.number, paper.signer):
        return given
    return CommandContext(
        given.effective_on,
        given.actor,
        given.command_id,
        given.recorded_at,
        Document(number, paper.signed_on, signed_by),
    )


class HouseholdAnswer(TypedDict):
    """The stored answer of a command about a household; ids are texts."""

    household: str
    created: str | None
    persons: list[str]
    notes: list[str]


def household_of(stored: StoredAnswer) -> UUID:
    """The household that a recorded command was about."""
    return UUID(cast("HouseholdAnswer", stored["answer"])["household"])


class HouseholdHandler:
    """Handles the commands about households, and loads households."""

    def __init__(
        self,
        repository: Repository[UUID],
        recorder: PostgresRecorder,
        mapper: StateMapper,
        pool: Pool,
        keyring: Keyring,
        standards: Standards,
        directory: Callable[[], AreaDirectory],
        pairs_found: PairsFound,
        benefits: Callable[[], BenefitNames] = lambda: free_words,
        check_grant: GrantCheck = checked_before,
    ) -> None:
        self._repository = repository
        self._recorder = recorder
        self._mapper = mapper
        self._pool = pool
        self._keyring = keyring
        self._standards = standards
        self._directory = directory
        self._benefits = benefits
        self._check_grant = check_grant
        self._pairs_found = pairs_found
        self._claims = ClaimReader(pool)
        self.matcher = Matcher(
            pool,
            keyring,
            lambda ids: self.load_many(ids),
            lambda unit: self._directory().lineage.related(unit),
        )

    def load(self, household_id: UUID) -> Household:
        """The household as it is now; HouseholdUnknown if there is none."""
        try:
            found: object = self._repository.get(household_id)
        except AggregateNotFoundError:
            raise HouseholdUnknown(household_id=household_id) from None
        if not isinstance(found, Household):
            raise HouseholdUnknown(household_id=household_id)
        return found

    def load_many(self, household_ids: Iterable[UUID]) -> dict[UUID, Household]:
        """The households as they are now, in one query; those that do not exist are left out."""
        found: dict[UUID, Household] = {}
        for household_id, events in self._recorder.select_histories(household_ids).items():
            history = map(self._mapper.to_domain_event, events)
            household: object = aggregate_of(history)
            if isinstance(household, Household):
                found[household_id] = household
        return found

    def events_of(self, household_id: UUID) -> list[DomainEventProtocol[UUID]]:
        """All events of a household, in the order of recording; none of an unknown one."""
        return [
            self._mapper.to_domain_event(one) for one in self._recorder.select_events(household_id)
        ]

    def version(self, household_id: UUID) -> int:
        """The version of a household as it is now; HouseholdUnknown if there is none."""
        return self.load(household_id).version

    def services(self) -> HouseholdServices:
        """The services that commands use, as they are now."""
        return HouseholdServices(
            self._pool,
            self._keyring,
            self._standards,
            self._directory(),
            self._claims,
            self.matcher,
            self.load,
            lambda id_: self._recorder.find_command(id_) is not None,
            self._benefits,
            self._check_grant,
            self._pairs_found,
        )

    def decide(
        self, command: HouseholdCommand, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Asks the command on everything as it is now."""
        return command.result(self.services(), clean_context(context), expected_version)

    def match_keys(self, results: Sequence[CommandResult]) -> MatchKeyChange:
        """The match keys of the households whose persons or place the results change.

        Those of a new household replace none, but for persons who were known before.
        """
        every = {
            one.id: one
            for result in results
            for one in result.aggregates
            if isinstance(one, Household)
        }
        changed = [one for one in every.values() if one.changes_traits()]
        return match_keys(changed, results, self._keyring) if changed else MatchKeyChange()

    def answer(self, result: CommandResult) -> dict[str, object]:
        """The answer of a command as JSON, to be stored with it."""
        return {
            "household": str(result.about.id),
            "created": str(result.created) if result.created else None,
            "persons": [str(one) for one in result.persons],
            "notes": list(result.notes),
        }

    def outcome(self, saved: SaveResult) -> Outcome:
        """The outcome of a command that was recorded now or before."""
        answer = cast("HouseholdAnswer", saved.answer)
        household_id = UUID(answer["household"])
        return Outcome(
            aggregate_id=household_id,
            version=saved.versions[household_id],
            seq=saved.seq,
            repeated=saved.repeated,
            created=UUID(answer["created"]) if answer["created"] else None,
            persons=tuple(UUID(one) for one in answer["persons"]),
            notes=tuple(answer["notes"]),
        )

    def for_batch(
        self,
        planned: Sequence[PlannedCommand[HouseholdCommand]],
        claims: BatchClaims,
        recorded: Collection[UUID],
    ) -> Handler[HouseholdCommand, Outcome]:
        """The handler on households and claims that are read once."""
        met = {id_ for one in planned for id_ in one.command.households_needed()}
        batch = HouseholdBatch(self, met, claims, recorded)
        batch.read_ahead(planned)
        return batch


class HouseholdBatch:
    """Handles the commands of one batch: what one of them did, the next one sees."""

    def __init__(
        self,
        handler: HouseholdHandler,
        household_ids: Iterable[UUID],
        claims: BatchClaims,
        recorded: Collection[UUID],
    ) -> None:
        self._handler = handler
        self._claims = claims
        self._recorded = recorded
        self._households = handler.load_many(household_ids)
        self._services = replace(
            handler.services(),
            claims=claims,
            load=self.load,
            is_recorded=lambda id_: id_ in recorded,
        )
        self.match_keys = handler.match_keys
        self.answer = handler.answer
        self.outcome = handler.outcome

    def read_ahead(self, planned: Iterable[PlannedCommand[HouseholdCommand]]) -> None:
        """Reads the claims that commands will meet, in two queries."""
        keys = {
            key
            for one in planned
            if one.context.command_id not in self._recorded
            for key in one.command.keys_needed(self._services, one.context)
        }
        found = self._claims.look(keys)
        persons = [person_key(one.holder) for key, one in found.items() if IDENTITY.has(key)]
        self._claims.look(persons)

    def load(self, household_id: UUID) -> Household:
        """The household with what earlier commands of the batch did to it."""
        if household_id not in self._households:
            self._households[household_id] = self._handler.load(household_id)
        return self._households[household_id]

    def decide(
        self, command: HouseholdCommand, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Asks the command on the state of the batch."""
        result = command.result(self._services, clean_context(context), expected_version)
        for one in result.aggregates:
            if isinstance(one, Household):
                self._households[one.id] = one
        return result
