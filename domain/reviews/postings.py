"""Results are posted in the village and at the commune office, and again after re-verification."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID, uuid5

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.reviews.codes import POSTING_PLACES
from domain.reviews.errors import PostingLimitUnknown, PostingPlaceMissing
from domain.reviews.events import Posted, Reposted
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.round import ReviewedHousehold, Round
from domain.reviews.steps import POSTING, REPOSTING, RoundProcedure, require_listed


@dataclass(frozen=True, slots=True)
class PostResults(RoundChange):
    """Results are posted from the effective date; `created` is the id of the posting.

    Without `households` all that wait for it are posted: first those that were not posted yet, or,
    with `again`, those that were re-verified. The last day follows from the procedure. Refused:
    HouseholdNotInRound, StepOutOfOrder, StepTooEarly, PostingPlaceMissing, PostingLimitUnknown.
    """

    NAME: ClassVar[str] = "review.post_results"
    places: tuple[str, ...]
    households: tuple[UUID, ...] | None = None
    again: bool = False

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the posting."""
        procedure = services.procedure(round_)
        step = REPOSTING if self.again else POSTING
        places = tuple(sorted({text.known("places", one, POSTING_PLACES) for one in self.places}))
        if not places:
            raise PostingPlaceMissing(step=POSTING, source=procedure.source(POSTING))
        chosen = self._chosen(round_, procedure, step)
        if not self.again:
            _check_places(procedure, places, chosen)
        waiting = [one for one in chosen if procedure.next_step(one) != step]
        if waiting:
            raise procedure.out_of_order(POSTING, waiting)
        if not chosen:
            return CommandResult(round_)
        _check_days(procedure, context, {one.household: one for one in chosen})
        until = {procedure.last_day(step, context.effective_on, one.kind) for one in chosen}
        last = None if None in until else max(one for one in until if one is not None)
        if last is None and not self.again:
            raise PostingLimitUnknown(step=POSTING, source=procedure.source(POSTING))
        posting_id = uuid5(context.command_id, "posting")
        round_.record(
            Reposted if self.again else Posted,
            context,
            posting_id=posting_id,
            households=tuple(sorted(one.household for one in chosen)),
            places=places,
            until=last,
        )
        return CommandResult(round_, created=posting_id)

    def _chosen(
        self, round_: Round, procedure: RoundProcedure, step: str
    ) -> list[ReviewedHousehold]:
        if self.households is not None:
            return require_listed(round_, self.households)
        every = round_.households.values()
        return [one for one in every if procedure.next_step(one) == step]


def _check_places(
    procedure: RoundProcedure, places: Collection[str], chosen: Sequence[ReviewedHousehold]
) -> None:
    """PostingPlaceMissing unless the results are posted at every place that the procedure names.

    Where the results of re-verification are posted, nothing that was read says.
    """
    for kind in sorted({one.kind for one in chosen}):
        step = procedure.step(POSTING, kind)
        missing = [one for one in step.places if one not in places]
        if missing:
            raise PostingPlaceMissing(step=POSTING, source=step.source, missing=missing)


def _check_days(
    procedure: RoundProcedure, context: CommandContext, chosen: Mapping[UUID, ReviewedHousehold]
) -> None:
    """StepTooEarly for a posting before the result that it shows."""
    days = [one.result_on for one in chosen.values() if one.result_on is not None]
    answered = [
        grievance.answered_on
        for one in chosen.values()
        for grievance in one.grievances.values()
        if grievance.answered_on is not None
    ]
    procedure.require_not_before(POSTING, context, max((*days, *answered), default=None))
