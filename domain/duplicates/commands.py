"""Commands find pairs of households, settle them and open them again; nothing is merged here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Repository

from domain import text
from domain.commands.claims import Claim
from domain.commands.command import (
    Command,
    CommandContext,
    CommandResult,
    Fingerprinted,
    Outcome,
    SaveResult,
)
from domain.commands.runner import require_version
from domain.duplicates.claims import let_households_go, take_households
from domain.duplicates.codes import CERTAIN_SCORE, DIFFERENT, WAYS
from domain.duplicates.errors import DuplicateEnded, DuplicateToldApart, DuplicateUnknown
from domain.duplicates.events import Couple
from domain.duplicates.evidence import PairEvidence, codes_say_more, ordered_pair
from domain.duplicates.found_at_entry import found_at_entry
from domain.duplicates.pair import Pair, pair_id
from domain.duplicates.unsettled_households import unsettled
from domain.eventstore.postgres import Pool
from domain.eventstore.recorder import MatchKeyChange
from domain.households import events as household_events
from domain.households.handler import HouseholdHandler, clean_context
from domain.households.household import Household
from domain.matching.settlement import SOMEBODY_ELSE, Settlement


class DuplicateCommand(Command[Outcome]):
    """A command about a pair of households."""

    __slots__ = ()

    def result(
        self, handler: "DuplicateHandler", context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The result of the command. Raises Refusal. Overridden by every command."""
        raise TypeError(f"{type(self).__name__} decides nothing")


@dataclass(frozen=True, slots=True)
class FoundEvidence(Fingerprinted):
    """The evidence of a finding: codes of the households, and couples of persons, the first of
    each of the command's `household`."""

    households: tuple[str, ...]
    couples: tuple[Couple, ...] = ()

    def fingerprint(self) -> object:
        """The evidence as lists of texts."""
        return [
            list(self.households),
            [[str(one.first), str(one.second), *one.evidence] for one in self.couples],
        ]


@dataclass(frozen=True, slots=True)
class FindDuplicate(DuplicateCommand):
    """Two households are found to be likely one, or to have one person in both.

    The same found again records nothing, nor does less evidence; more opens a settled pair again.
    Refused: DuplicateEnded, DuplicateToldApart where an officer said of the same evidence that
    they are two, HouseholdUnknown.
    """

    NAME: ClassVar[str] = "duplicate.find"
    household: UUID
    other: UUID
    how: str
    score: int | None
    evidence: FoundEvidence = field(repr=False)

    def result(
        self, handler: "DuplicateHandler", context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The pair, new or found again, with its claims."""
        text.known("how", self.how, WAYS)
        if self.score is not None and not 0 <= self.score <= CERTAIN_SCORE:
            raise ValueError("a score is between 0 and 1000")
        first, second, evidence = ordered_pair(
            self.household,
            self.other,
            PairEvidence(self.evidence.households, self.evidence.couples),
        )
        pair = handler.find(pair_id(first, second))
        homes = handler.households.load(first), handler.households.load(second)
        if any(one.ended_on is not None for one in homes):
            raise DuplicateEnded
        if pair is None:
            if handler.told_apart(*homes, evidence.households):
                raise DuplicateToldApart
            pair = Pair.find(
                context,
                first=first,
                second=second,
                how=self.how,
                score=self.score,
                evidence=evidence,
            )
        else:
            pair.find_again(context, how=self.how, score=self.score, evidence=evidence)
        claims = take_households(pair, context) if pair.pending_events else []
        return CommandResult(pair, claims=claims, recorded_unchanged=False)


@dataclass(frozen=True, slots=True)
class SettleDuplicate(DuplicateCommand):
    """A person says what a pair is, with the reason: a code of VERDICTS.

    "Different" lets the two households go. The others hold them until the officer has merged the
    households or taken the person out of one, by the forms that are there for it.
    """

    NAME: ClassVar[str] = "duplicate.settle"
    pair: UUID
    verdict: str
    reason: str

    def result(
        self, handler: "DuplicateHandler", context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The pair settled."""
        pair = handler.load(self.pair)
        require_version(pair, expected_version)
        pair.settle(context, verdict=self.verdict, reason=self.reason)
        releases = let_households_go(pair) if self.verdict == DIFFERENT else []
        return CommandResult(pair, releases=releases)


@dataclass(frozen=True, slots=True)
class ReopenDuplicate(DuplicateCommand):
    """A person says that a pair was settled by error, with the reason."""

    NAME: ClassVar[str] = "duplicate.reopen"
    pair: UUID
    reason: str

    def result(
        self, handler: "DuplicateHandler", context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The pair open again, with its claims."""
        pair = handler.load(self.pair)
        require_version(pair, expected_version)
        pair.reopen(context, reason=self.reason)
        return CommandResult(pair, claims=take_households(pair, context))


class DuplicateHandler:
    """Handles the commands about pairs, loads pairs, and says which households are unsettled."""

    def __init__(
        self, pool: Pool, repository: Repository[UUID], households: HouseholdHandler
    ) -> None:
        self._pool = pool
        self._repository = repository
        self.households = households

    def find(self, id_: UUID) -> Pair | None:
        """The pair as it is now; None where there is none."""
        try:
            found: object = self._repository.get(id_)
        except AggregateNotFoundError:
            return None
        return found if isinstance(found, Pair) else None

    def load(self, id_: UUID) -> Pair:
        """The pair as it is now; DuplicateUnknown if there is none."""
        found = self.find(id_)
        if found is None:
            raise DuplicateUnknown(duplicate_id=id_)
        return found

    def unsettled(self, household_ids: Iterable[UUID]) -> frozenset[UUID]:
        """Those of the households that have an unsettled duplicate; see `unsettled_households`."""
        return unsettled(self._pool, self.find, self.households.load_many, household_ids)

    def found_at_entry(
        self,
        household: Household,
        persons: Sequence[UUID],
        settled: Sequence[Settlement],
        context: CommandContext,
    ) -> Iterator[tuple[Pair, list[Claim]]]:
        """The pairs to be saved with a household that was entered; see `found_at_entry`."""
        return found_at_entry(self.find, household, persons, settled, context)

    def told_apart(self, home: Household, other: Household, codes: Sequence[str]) -> bool:
        """Whether an officer said of two households, when one was entered, that they are two, on
        evidence of which these codes say no more. Asked of two without a pair: entries of today
        come with one."""
        said = (*self._said_of(home, other.id), *self._said_of(other, home.id))
        return any(not codes_say_more(codes, known) for known in said)

    def _said_of(self, home: Household, other: UUID) -> list[tuple[str, ...]]:
        """The evidence on which a household was told apart from another one."""
        if not any(one[:2] == (other, SOMEBODY_ELSE) for one in home.settled):
            return []
        history = self.households.events_of(home.id)
        return [
            one.evidence
            for one in history
            if isinstance(one, household_events.Matched)
            and (one.candidate, one.verdict) == (other, SOMEBODY_ELSE)
        ]

    def decide(
        self, command: DuplicateCommand, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Asks the command on the pair as it is now."""
        return command.result(self, clean_context(context), expected_version)

    def match_keys(self, results: Sequence[CommandResult]) -> MatchKeyChange:
        """None: a pair changes no household."""
        return MatchKeyChange()

    def answer(self, result: CommandResult) -> dict[str, object]:
        """The answer of a command as JSON, to be stored with it."""
        return {"duplicate": str(result.about.id)}

    def outcome(self, saved: SaveResult) -> Outcome:
        """The outcome of a command recorded now or before."""
        id_ = UUID(str(saved.answer["duplicate"]))
        return Outcome(id_, saved.versions[id_], saved.seq, saved.repeated)
