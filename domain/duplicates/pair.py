"""A pair is two households that may be one.

    found -> settled -> open again (by an account, or by evidence that says more) -> settled ...

Its id follows from the two households, so that a pair is one aggregate, found once or many times.
"""

from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate

from domain import text
from domain.commands.command import CommandContext
from domain.duplicates import events
from domain.duplicates.codes import VERDICTS
from domain.duplicates.errors import (
    DuplicateInFuture,
    DuplicateOfItself,
    DuplicateOpen,
    DuplicateReasonMissing,
    DuplicateSettled,
)
from domain.duplicates.evidence import PairEvidence, says_more

_PAIRS = UUID("6f0d1c52-94a7-5b1e-8c3d-2a7e90b4d611")


def pair_id(household: UUID, other: UUID) -> UUID:
    """The id of the pair of two households, in whatever order they are named."""
    if household == other:
        raise DuplicateOfItself(household_id=household)
    return uuid5(_PAIRS, f"{min(household, other)} {max(household, other)}")


class Pair(Aggregate):
    """Two households that may be one; `verdict` is "" while the pair is open."""

    TOPIC = "duplicate"
    Event = events.DuplicateEvent  # type: ignore[assignment]

    @classmethod
    def find(
        cls,
        context: CommandContext,
        *,
        first: UUID,
        second: UUID,
        how: str,
        score: int | None,
        evidence: PairEvidence,
    ) -> "Pair":
        """The pair as it is first found; `first` is the lower id."""
        return cls._create(
            events.Found,
            id=pair_id(first, second),
            timestamp=context.recorded_at,
            effective_on=context.effective_on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            first=first,
            second=second,
            how=how,
            score=score,
            evidence=evidence.households,
            couples=evidence.couples,
        )

    @property
    def households(self) -> tuple[UUID, UUID]:
        """The two households, the lower id first."""
        return self.first, self.second

    @property
    def is_open(self) -> bool:
        """Whether a person has still to settle it."""
        return not self.verdict

    def find_again(
        self, context: CommandContext, *, how: str, score: int | None, evidence: PairEvidence
    ) -> None:
        """The pair is found once more; nothing happens unless the evidence says more."""
        if not says_more(evidence, self.evidence):
            return
        self._record(
            events.FoundAgain,
            context,
            how=how,
            score=score,
            evidence=evidence.households,
            couples=evidence.couples,
        )

    def settle(self, context: CommandContext, *, verdict: str, reason: str) -> None:
        """A person says what the pair is; the same said again is nothing."""
        text.known("verdict", verdict, VERDICTS)
        said = _reason(reason)
        _check_day(context)
        if self.verdict == verdict:
            return
        if self.verdict:
            raise DuplicateSettled(verdict=self.verdict)
        self._record(events.Settled, context, verdict=verdict, reason=said)

    def reopen(self, context: CommandContext, *, reason: str) -> None:
        """A person says that it was settled by error."""
        said = _reason(reason)
        _check_day(context)
        if self.is_open:
            raise DuplicateOpen
        self._record(events.Reopened, context, reason=said)

    def when(
        self, event: events.Found | events.FoundAgain | events.Settled | events.Reopened
    ) -> None:
        """Takes over what an event says. Assigns only."""
        if isinstance(event, events.Found):
            self.first: UUID = event.first
            self.second: UUID = event.second
        if isinstance(event, events.Found | events.FoundAgain):
            self.evidence = PairEvidence(event.evidence, event.couples)
            self.score: int | None = event.score
        self.verdict: str = event.verdict if isinstance(event, events.Settled) else ""

    def _record(
        self, event: type[events.DuplicateEvent], context: CommandContext, **fields: object
    ) -> None:
        self.trigger_event(
            event,
            timestamp=context.recorded_at,
            effective_on=context.effective_on,
            actor=context.actor,
            command_id=context.command_id,
            document=context.document,
            **fields,
        )


def _reason(reason: str) -> str:
    said = text.clean("reason", reason, text.NOTE)
    if not said:
        raise DuplicateReasonMissing
    return said


def _check_day(context: CommandContext) -> None:
    if context.effective_on > context.recorded_on:
        raise DuplicateInFuture(effective_on=context.effective_on, recorded_on=context.recorded_on)
