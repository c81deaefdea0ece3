"""A round is closed when every household and every request has its answer, or is abandoned."""

from dataclasses import dataclass
from typing import ClassVar

from domain import text
from domain.commands.claims import Release
from domain.commands.command import CommandContext, CommandResult
from domain.reviews.claims import release_review, release_worker
from domain.reviews.codes import CLOSING_OUTCOMES
from domain.reviews.errors import ClosingWithoutReason, RoundUndecided
from domain.reviews.events import RoundClosed
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.review_list import require_none_left_out
from domain.reviews.round import Round
from domain.reviews.steps import DECISION, DONE, LOW_INCOME, named

COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class CloseRound(RoundChange):
    """A round ends; its households may be reviewed in another one from then on.

    Refused: RoundUndecided while a household waits for a step or a request for its answer,
    HouseholdsLeftOut, ClosingWithoutReason for one that is abandoned.
    """

    NAME: ClassVar[str] = "review.close"
    outcome: str = COMPLETED
    reason: str = ""

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the end, and lets the households go."""
        text.known("outcome", self.outcome, CLOSING_OUTCOMES)
        why = text.clean("reason", self.reason, text.NOTE)
        procedure = services.procedure(round_)
        if self.outcome != COMPLETED and not why:
            raise ClosingWithoutReason(outcome=self.outcome)
        if self.outcome == COMPLETED:
            waiting = [
                one.household
                for one in round_.households.values()
                if procedure.next_step(one) != DONE
            ]
            requests = [
                one
                for one in round_.requests.values()
                if one.refused_on is None and one.household not in round_.households
            ]
            if waiting or requests:
                raise RoundUndecided(step=DECISION, requests=len(requests), **named(waiting))
            require_none_left_out(round_, procedure, services, context.effective_on)
        last = max((one.signed_on for one in round_.decisions), default=None)
        procedure.require_not_before(DECISION, context, last)
        round_.record(
            RoundClosed,
            context,
            outcome=self.outcome,
            reason=why if self.outcome != COMPLETED else "",
        )
        return CommandResult(round_, releases=_releases(round_))


def _releases(round_: Round) -> list[Release]:
    """The households of the round go, or its workers on the track that reviews persons."""
    if round_.track != LOW_INCOME:
        return [release_review(one, round_.id) for one in round_.households]
    return [
        release_worker(one.person_id, round_.id)
        for one in round_.requests.values()
        if one.person_id is not None and one.refused_on is None
    ]
