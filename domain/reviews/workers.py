"""The outcome for each worker who asked follows from the survey of the household.

Who qualifies is what the standard gives for the income of the survey: at or below the ceiling of
low-income workers, in a household that is neither poor nor near-poor. Where the ceiling or the
income is not on record, the officer records the outcome.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.commands.command import CommandContext
from domain.households.codes import LOW_INCOME_OUTCOMES
from domain.households.decisions import figures_surveyed
from domain.households.events import Surveyed
from domain.households.household import Household
from domain.households.low_income import Judgement, judge
from domain.reviews.errors import (
    StepNotInTrack,
    WorkerOutcomeContradicts,
    WorkerOutcomeMissing,
    WorkerOutcomesWrong,
)
from domain.reviews.events import WorkerOutcome, WorkersDetermined, WorkersResult
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.meetings import survey_of_result
from domain.reviews.reviewed_worker import ReviewedWorker
from domain.reviews.round import ReviewedHousehold, Round, RoundRecord
from domain.reviews.steps import (
    LOW_INCOME,
    REVERIFICATION,
    SURVEY,
    RoundProcedure,
    require_listed,
)
from domain.standards.standard import Standard, Standards

RESULT = "result"


@dataclass(frozen=True, slots=True)
class OutcomeInput:
    """An outcome for a worker, and why it is not the one computed; `outcome` "" takes that one."""

    person_id: UUID
    outcome: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WorkersInput:
    """The result of a household for its workers: those not named have the outcome computed."""

    household_id: UUID
    survey_id: UUID
    outcomes: tuple[OutcomeInput, ...] = ()


@dataclass(frozen=True, slots=True)
class DetermineWorkers(RoundChange):
    """The outcomes for the workers of households follow from the surveys.

    Refused: StepNotInTrack on another track, HouseholdNotInRound, HouseholdsGone, StepOutOfOrder,
    WorkerOutcomesWrong, WorkerOutcomeMissing, WorkerOutcomeContradicts, and a survey that does not
    count.
    """

    NAME: ClassVar[str] = "review.determine_workers"
    results: tuple[WorkersInput, ...]

    def decide(self, round_: Round, context: CommandContext, services: RoundServices) -> None:
        """Records the outcomes."""
        procedure = services.procedure(round_)
        require_workers_track(round_, procedure, SURVEY)
        reviewed = require_listed(round_, [one.household_id for one in self.results])
        waiting = [
            one for one in reviewed if procedure.next_step(one) not in (SURVEY, REVERIFICATION)
        ]
        if waiting:
            raise procedure.out_of_order(SURVEY, waiting)
        on = context.effective_on
        found = services.residents([one.household for one in reviewed], round_, on)
        standard = standard_of(round_, services.standards)
        results = tuple(
            _result(round_, procedure, context, standard, given, one, found)
            for given, one in zip(self.results, reviewed, strict=True)
        )
        if results:
            round_.record(WorkersDetermined, context, results=results)


def require_workers_track(round_: RoundRecord, procedure: RoundProcedure, step: str) -> None:
    """StepNotInTrack on a track that reviews households."""
    if round_.track != LOW_INCOME:
        raise StepNotInTrack(
            step=step,
            source=procedure.source(step),
            track=round_.track,
            procedure=round_.procedure,
        )


def standard_of(round_: RoundRecord, standards: Standards) -> Standard:
    """The edition of the standard that the list of the round is bound to."""
    bound = round_.lists[RESULT]
    return standards.edition(bound.standard, bound.standard_digest)


def judged(standard: Standard, household: Household, survey: Surveyed) -> Judgement:
    """The answer of the standard for the workers of a household by a survey, on its day."""
    class_ = household.class_on(survey.effective_on)
    return judge(standard, figures_surveyed(survey), class_)


def open_workers(one: ReviewedHousehold) -> list[ReviewedWorker]:
    """The workers of a household who wait for an answer."""
    return [worker for worker in one.workers.values() if not worker.is_answered]


def _result(
    round_: Round,
    procedure: RoundProcedure,
    context: CommandContext,
    standard: Standard,
    given: WorkersInput,
    one: ReviewedHousehold,
    found: Mapping[UUID, Household],
) -> WorkersResult:
    household = found[one.household]
    survey = survey_of_result(procedure, context, household, given.survey_id, round_)
    workers = open_workers(one)
    asked = {worker.person_id for worker in workers}
    named = [each.person_id for each in given.outcomes]
    if not workers or len(set(named)) < len(named) or not asked.issuperset(named):
        raise WorkerOutcomesWrong(step=SURVEY, household_id=one.household)
    computed = judged(standard, household, survey)
    return WorkersResult(
        household=one.household,
        survey_id=given.survey_id,
        attempt=one.attempts + 1,
        workers=_outcomes(procedure, computed, workers, given.outcomes),
    )


def _outcomes(
    procedure: RoundProcedure,
    computed: Judgement,
    workers: Sequence[ReviewedWorker],
    given: Sequence[OutcomeInput],
) -> tuple[WorkerOutcome, ...]:
    """The outcome for each worker. Raises WorkerOutcomeMissing, WorkerOutcomeContradicts."""
    by_person = {one.person_id: one for one in given}
    source, outcomes = procedure.source(SURVEY), []
    for worker in workers:
        said = by_person.get(worker.person_id)
        outcome = said.outcome if said and said.outcome else computed.outcome
        why = text.clean("reason", said.reason, text.NOTE) if said else ""
        if not outcome:
            raise WorkerOutcomeMissing(
                step=SURVEY,
                source=source,
                person_id=worker.person_id,
                why=computed.reasons[0],
            )
        text.known("outcome", outcome, LOW_INCOME_OUTCOMES)
        if computed.outcome not in ("", outcome) and not why:
            raise WorkerOutcomeContradicts(
                step=SURVEY,
                source=source,
                person_id=worker.person_id,
                computed=computed.outcome,
                given=outcome,
            )
        # Where the standard cannot say, the reason is that of the outcome given.
        reason = why if computed.outcome != outcome else ""
        outcomes.append(
            WorkerOutcome(worker.request_id, worker.person_id, computed.outcome, outcome, reason)
        )
    return tuple(outcomes)
