"""Requests for review are received, screened by form A, or refused in writing."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from domain import text
from domain.commands.command import IF_GIVEN, CommandContext, CommandResult
from domain.households.codes import SCREENINGS
from domain.households.events import Answers
from domain.households.household import Household
from domain.households.low_income import NOT_RECOGNISED, check_worker
from domain.households.surveys import cleaned_answers, screen
from domain.reviews.claims import claim_worker, release_worker
from domain.reviews.codes import REFUSAL_REASONS, REQUEST_KINDS, REQUEST_REASONS
from domain.reviews.decision_list import require_ready
from domain.reviews.errors import (
    RefusalWithoutReason,
    RequestAfterResult,
    RequestAnswered,
    RequestFormWrong,
    RequestKindWrong,
    RequestPersonWrong,
    RequestRepeated,
    RequestUnknown,
    ScreeningContradicts,
    ScreeningNotUsed,
)
from domain.reviews.events import RequestReceived, RequestRefused, RequestScreened
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.round import Request, ReviewedHousehold, Round
from domain.reviews.steps import (
    AVERAGE,
    DECISION,
    EXIT,
    LISTED,
    LOW_INCOME,
    ON_DEMAND,
    RoundProcedure,
    decision_kind,
)

SURVEYED, SCREENED_OUT = "survey", "not_poor"


@dataclass(frozen=True, slots=True)
class ReceiveRequest(RoundChange):
    """A household's request is received; the outcome's `created` is the id of the request.

    `form` "" takes the procedure's form. On the track of low-income workers the request is of a
    member, `person_id`. Refused: HouseholdsGone, RequestRepeated, RequestKindWrong,
    RequestFormWrong, RequestPersonWrong; of a member RequestAfterResult, PersonInAnotherRound, and
    what `check_worker` refuses.
    """

    NAME: ClassVar[str] = "review.receive_request"
    household_id: UUID
    kind: str = "entry"
    form: str = ""
    reasons: tuple[str, ...] = ()
    person_id: UUID | None = field(default=None, metadata=IF_GIVEN)

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the request."""
        text.known("kind", self.kind, REQUEST_KINDS)
        for reason in self.reasons:
            text.known("reasons", reason, REQUEST_REASONS)
        procedure = services.procedure(round_)
        forms = procedure.track(self.kind).requests
        form = self.form or (forms[0] if forms else "")
        if form not in forms:
            raise RequestFormWrong(
                step="request",
                source=procedure.source("request", self.kind),
                form=form,
                forms=forms,
            )
        household = services.residents([self.household_id], round_, context.effective_on)[
            self.household_id
        ]
        source = procedure.source("request", self.kind)
        self._check_kind(household, round_, source, context.effective_on)
        self._check_person(household, round_, source, context.effective_on)
        for one in round_.requests.values():
            same = (one.household, one.person_id) == (self.household_id, self.person_id)
            if same and one.refused_on is None:
                raise RequestRepeated(request_id=one.request_id)
        request_id = uuid5(context.command_id, "request")
        round_.record(
            RequestReceived,
            context,
            request_id=request_id,
            household=self.household_id,
            person_id=self.person_id,
            kind=self.kind,
            form=form,
            reasons=tuple(sorted(set(self.reasons))),
        )
        worker = self.person_id
        claims = [claim_worker(worker, round_.id, context)] if worker else []
        return CommandResult(round_, created=request_id, claims=claims)

    def _check_person(self, household: Household, round_: Round, source: str, on: date) -> None:
        """The person is a member who is not recognised, of a household without a result yet."""
        if (self.person_id is None) == (round_.track == LOW_INCOME):
            raise RequestPersonWrong(step="request", source=source, track=round_.track)
        if self.person_id is None:
            return
        check_worker(household, self.person_id, on)
        reviewed = round_.households.get(self.household_id)
        if reviewed is not None and reviewed.result is not None:
            raise RequestAfterResult(step="request", result_on=reviewed.result_on)

    def _check_kind(self, household: Household, round_: Round, source: str, on: date) -> None:
        """An exit is of a listed household; an entry of one that is not poor already."""
        class_ = household.class_on(on)
        if self.kind == EXIT:
            fits = round_.track == ON_DEMAND and class_ in LISTED
        elif round_.track in (AVERAGE, LOW_INCOME):
            fits = class_ not in LISTED
        else:
            fits = class_ != "poor"
        if not fits:
            raise RequestKindWrong(
                step="request", source=source, kind=self.kind, track=round_.track, class_=class_
            )


def pending(round_: Round, request_id: UUID) -> Request:
    """A request that is not refused. Raises RequestUnknown, RequestAnswered."""
    found = round_.requests.get(request_id)
    if found is None:
        raise RequestUnknown(request_id=request_id)
    if found.refused_on is not None:
        raise RequestAnswered(request_id=request_id, refused_on=found.refused_on)
    return found


@dataclass(frozen=True, slots=True)
class ScreenRequest(RoundChange):
    """Form A of a request; the household records it too.

    Every answer that is true is a sign. `outcome` "" is what the rule gives; another one needs
    `override_reason`. Refused: RequestUnknown, RequestAnswered, ScreeningNotUsed,
    ScreeningContradicts.
    """

    NAME: ClassVar[str] = "review.screen_request"
    request_id: UUID
    form: str
    answers: Answers
    outcome: str = ""
    override_reason: str = ""

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the screening in the round and in the household."""
        request = pending(round_, self.request_id)
        procedure = services.procedure(round_)
        rule = procedure.track(request.kind).screening
        source = procedure.source("listing", request.kind)
        if not rule.used or rule.fewer_than is None:
            raise ScreeningNotUsed(step="listing", source=source, track=round_.track)
        if request.outcome or request.household in round_.households:
            raise RequestAnswered(request_id=self.request_id, outcome=request.outcome)
        procedure.require_not_before("listing", context, request.received_on)
        answers = cleaned_answers(self.answers)
        signs = sum(1 for one in answers.values() if one is True)
        by_rule = SURVEYED if signs < rule.fewer_than else SCREENED_OUT
        outcome = text.known("outcome", self.outcome or by_rule, SCREENINGS)
        why = text.clean("override_reason", self.override_reason, text.NOTE)
        if outcome != by_rule and not why:
            raise ScreeningContradicts(
                step="listing", source=source, signs=signs, fewer_than=rule.fewer_than
            )
        form = text.required("form", self.form, text.CODE)
        reason = why if outcome != by_rule else ""
        household = services.residents([request.household], round_, context.effective_on)[
            request.household
        ]
        screen(
            household,
            context,
            form=form,
            answers=answers,
            outcome=outcome,
            override_reason=reason,
        )
        round_.record(
            RequestScreened,
            context,
            request_id=self.request_id,
            household=request.household,
            form=form,
            answers=answers,
            signs=signs,
            fewer_than=rule.fewer_than,
            outcome=outcome,
            override_reason=reason,
        )
        return CommandResult(round_, others=(household,) if household.pending_events else ())


@dataclass(frozen=True, slots=True)
class RefuseRequest(RoundChange):
    """A request is refused with reasons: before its listing, or as its result gives nothing.

    Refused: RequestUnknown, RequestAnswered, RefusalWithoutReason; of a household under review
    StepOutOfOrder where its result belongs to a decision, and what `require_ready` refuses. A
    worker who is no member any more, or whose household is poor or near-poor, is refused at any
    step.
    """

    NAME: ClassVar[str] = "review.refuse_request"
    request_id: UUID
    reasons: tuple[str, ...]
    note: str = ""

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the refusal."""
        request = pending(round_, self.request_id)
        procedure = services.procedure(round_)
        if not self.reasons:
            raise RefusalWithoutReason(
                step="request", source=procedure.source("request", request.kind)
            )
        for reason in self.reasons:
            text.known("reasons", reason, REFUSAL_REASONS)
        procedure.require_not_before("request", context, request.received_on)
        reviewed = round_.households.get(request.household)
        if reviewed is not None and not _is_out(request, round_, services, context.effective_on):
            _check_result(request, reviewed, round_, procedure, context.effective_on)
        round_.record(
            RequestRefused,
            context,
            request_id=self.request_id,
            household=request.household,
            reasons=tuple(sorted(set(self.reasons))),
            note=text.clean("note", self.note, text.NOTE),
        )
        worker = request.person_id
        releases = [release_worker(worker, round_.id)] if worker else []
        return CommandResult(round_, releases=releases)


def _check_result(
    request: Request,
    reviewed: ReviewedHousehold,
    round_: Round,
    procedure: RoundProcedure,
    on: date,
) -> None:
    """Refuses a refusal before the result is final, or where the result belongs to a decision."""
    worker = reviewed.workers.get(request.request_id)
    if worker is not None:
        if worker.is_answered:
            raise RequestAnswered(request_id=request.request_id)
        decided = worker.outcome is None or worker.outcome.outcome != NOT_RECOGNISED
    else:
        decided = any(
            decision_kind(
                round_.track, reviewed.kind, reviewed.class_before, reviewed.class_on_list(code)
            )
            for code in round_.lists
        )
    if procedure.next_step(reviewed) != DECISION or decided:
        raise procedure.out_of_order("request", [reviewed])
    require_ready(round_, procedure, [reviewed], on)


def _is_out(request: Request, round_: Round, services: RoundServices, on: date) -> bool:
    """Whether a worker cannot be recognised any more, whatever the result says."""
    if request.person_id is None:
        return False
    reviewed = round_.households.get(request.household)
    worker = reviewed.workers.get(request.request_id) if reviewed else None
    if worker is not None and worker.is_answered:
        return False
    household = services.households([request.household]).get(request.household)
    return (
        household is None
        or not services.lives_there(household, round_.area, on)
        or request.person_id not in household.members
        or household.class_on(on) in LISTED
    )
