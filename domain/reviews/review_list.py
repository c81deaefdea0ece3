"""Households come on the list of households to review, and leave it where they are gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.commands.command import LEFT_OUT, CommandContext, CommandResult
from domain.households.household import Household
from domain.reviews.claims import claim_review, release_review, reviewed_key
from domain.reviews.codes import UNLISTING_REASONS
from domain.reviews.decision_list import require_no_grievance
from domain.reviews.errors import (
    HouseholdsLeftOut,
    HouseholdsNotOnList,
    HouseholdTwice,
    RequestMissing,
    StepNotInTrack,
    TooManyHouseholds,
    UnlistingReasonWrong,
)
from domain.reviews.events import HouseholdsListed, HouseholdsUnlisted, ListedHousehold
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.requests import SURVEYED
from domain.reviews.round import Request, Round
from domain.reviews.steps import (
    CONSULTATION,
    LISTED,
    LISTING,
    LOW_INCOME,
    PERIODIC,
    RoundProcedure,
    named,
    require_listed,
)

AN_EVENT = 1_000
AN_ACT = 20_000
CURRENT_LIST, REQUEST = "current_list", "request"
BY_ERROR = "error"


@dataclass(frozen=True, slots=True)
class ListHouseholds(RoundChange):
    """Households are listed: of the current list (periodic track), or by their requests.

    Those that are listed already stay as they are. Refused: HouseholdsGone, HouseholdsNotOnList,
    RequestMissing, HouseholdInAnotherRound, TooManyHouseholds.
    """

    NAME: ClassVar[str] = "review.list"
    source: str
    households: tuple[UUID, ...]

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the listing."""
        procedure = services.procedure(round_)
        _check_step(round_, procedure, self.source)
        if len(set(self.households)) < len(self.households):
            raise HouseholdTwice(count=len(self.households))
        if len(self.households) > AN_ACT:
            raise TooManyHouseholds(count=len(self.households), at_most=AN_ACT)
        new = [one for one in self.households if one not in round_.households]
        found = services.residents(new, round_, context.effective_on)
        if self.source == REQUEST:
            _check_requests(round_, procedure, context, new)
        else:
            missing = [one for one in new if not _on_list(found[one], context)]
            if missing:
                raise HouseholdsNotOnList(
                    step=LISTING, source=procedure.source(LISTING), **named(missing)
                )
        return _listed(round_, context, self.source, new, found)


@dataclass(frozen=True, slots=True)
class ListCurrentList(RoundChange):
    """The whole current list of the commune is listed.

    `proposed` are the households that may be on it, as a read model knows them: each is checked on
    its own record, and one that is not on the list, or is gone, is left out. One in another open
    round is left out and named in the notes, as "in_another_round/ID".
    """

    NAME: ClassVar[str] = "review.list_current_list"
    proposed: tuple[UUID, ...] = field(metadata=LEFT_OUT)

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the listing."""
        _check_step(round_, services.procedure(round_), CURRENT_LIST)
        if len(self.proposed) > AN_ACT:
            raise TooManyHouseholds(count=len(self.proposed), at_most=AN_ACT)
        new = [one for one in dict.fromkeys(self.proposed) if one not in round_.households]
        found = services.households(new)
        on = context.effective_on
        listed = [
            one
            for one in new
            if one in found
            and services.lives_there(found[one], round_.area, on)
            and _on_list(found[one], context)
        ]
        held = services.claims.look([reviewed_key(one) for one in listed])
        elsewhere = {
            one
            for one in listed
            if (claim := held.get(reviewed_key(one))) is not None and claim.holder != round_.id
        }
        free = [one for one in listed if one not in elsewhere]
        result = _listed(round_, context, CURRENT_LIST, free, found)
        result.notes = tuple(sorted(f"in_another_round/{one}" for one in elsewhere))
        return result


@dataclass(frozen=True, slots=True)
class UnlistHouseholds(RoundChange):
    """Households leave the list of households to review: gone, or listed by error.

    What the round recorded of them before counts no more. Refused: HouseholdNotInRound,
    StepOutOfOrder for one that is decided, UnlistingReasonWrong for one that is said to be gone and
    lives there; of those listed by error GrievanceOpen, and StepNotInTrack after the report, as
    they cannot be listed again then.
    """

    NAME: ClassVar[str] = "review.unlist"
    households: tuple[UUID, ...]
    reason: str

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records that they are not reviewed in this round."""
        text.known("reason", self.reason, UNLISTING_REASONS)
        reviewed = require_listed(round_, self.households)
        procedure = services.procedure(round_)
        decided = [
            one
            for one in reviewed
            if one.decided
            or one.refused_on
            or any(worker.is_answered for worker in one.workers.values())
        ]
        if decided:
            raise procedure.out_of_order(LISTING, decided)
        if not reviewed:
            return CommandResult(round_)
        procedure.require_not_before(LISTING, context, max(one.listed_on for one in reviewed))
        self._check_reason(round_, procedure, context, services)
        round_.record(HouseholdsUnlisted, context, households=self.households, reason=self.reason)
        if round_.track == LOW_INCOME:  # a worker's request still waits for its answer
            return CommandResult(round_)
        return CommandResult(
            round_, releases=[release_review(one, round_.id) for one in self.households]
        )

    def _check_reason(
        self,
        round_: Round,
        procedure: RoundProcedure,
        context: CommandContext,
        services: RoundServices,
    ) -> None:
        """Those that are said to be gone are gone; an error is put right before it matters."""
        if self.reason == BY_ERROR:
            _require_no_report(round_, procedure)
            require_no_grievance(procedure, [round_.households[one] for one in self.households])
            return
        found = services.households(self.households)
        there = [
            one
            for one in self.households
            if one in found and services.lives_there(found[one], round_.area, context.effective_on)
        ]
        if there:
            raise UnlistingReasonWrong(reason=self.reason, **named(there))


def left_out(round_: Round, services: RoundServices, on: date) -> list[UUID]:
    """The households that were taken off as listed by error, and are on the current list still.

    The periodic track reviews every household of that list, so each has to be listed again.
    """
    if round_.track != PERIODIC:
        return []
    ids = [one for one, reason in round_.unlisted.items() if reason == BY_ERROR]
    found = services.households(ids)
    return [
        one
        for one in ids
        if one in found
        and services.lives_there(found[one], round_.area, on)
        and found[one].class_on(on) in LISTED
    ]


def require_none_left_out(
    round_: Round, procedure: RoundProcedure, services: RoundServices, on: date
) -> None:
    """HouseholdsLeftOut where the review leaves out households of the current list."""
    missing = left_out(round_, services, on)
    if missing:
        raise HouseholdsLeftOut(step=LISTING, source=procedure.source(LISTING), **named(missing))


def _check_step(round_: Round, procedure: RoundProcedure, source: str) -> None:
    """Refuses another source than the track has, and a listing after the list was reported."""
    text.known("source", source, {CURRENT_LIST: "", REQUEST: ""})
    if source == CURRENT_LIST and round_.track != PERIODIC:
        raise StepNotInTrack(
            step=LISTING,
            source=procedure.track().steps[0].source,
            track=round_.track,
            procedure=round_.procedure,
        )
    _require_no_report(round_, procedure)


def _require_no_report(round_: Round, procedure: RoundProcedure) -> None:
    """StepNotInTrack once the list was reported to the level above."""
    if round_.consultations:
        raise StepNotInTrack(
            step=LISTING,
            source=procedure.source(CONSULTATION),
            track=round_.track,
            procedure=round_.procedure,
        )


def _check_requests(
    round_: Round, procedure: RoundProcedure, context: CommandContext, ids: Sequence[UUID]
) -> None:
    """RequestMissing for households without a request that leads to a review."""
    requests = {one.household: one for one in round_.requests.values() if one.refused_on is None}

    def leads_here(request: Request | None) -> bool:
        if request is None:
            return False
        return request.outcome == SURVEYED or not procedure.track(request.kind).screening.used

    missing = [one for one in ids if not leads_here(requests.get(one))]
    if missing:
        raise RequestMissing(step=LISTING, source=procedure.source(LISTING), **named(missing))
    for one in ids:
        procedure.require_not_before(LISTING, context, requests[one].received_on)


def _on_list(household: Household, context: CommandContext) -> bool:
    return household.class_on(context.effective_on) in LISTED


def _listed(
    round_: Round,
    context: CommandContext,
    source: str,
    ids: Sequence[UUID],
    found: Mapping[UUID, Household],
) -> CommandResult:
    listed = [
        ListedHousehold(one, found[one].village, found[one].class_on(context.effective_on))
        for one in ids
    ]
    listed.sort(key=lambda one: (one.village, one.household))
    for first in range(0, len(listed), AN_EVENT):
        part = tuple(listed[first : first + AN_EVENT])
        round_.record(HouseholdsListed, context, source=source, households=part)
    if round_.track == LOW_INCOME:  # its claims are those of the workers, from their requests on
        return CommandResult(round_)
    return CommandResult(round_, claims=[claim_review(one, round_.id, context) for one in ids])
