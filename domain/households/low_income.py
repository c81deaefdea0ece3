"""Low-income workers are recognised by signed decisions: a status of a person, not of a household.

Người lao động có thu nhập thấp, Nghị định 30/2025/NĐ-CP: a member of a household that is neither
poor nor near-poor, with an income per head at or below the ceiling of the standard. How the status
ends no text was found to say. It ends here by a signed withdrawal, and with the membership in the
household whose income it rests on; it is not carried into another household.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain import text
from domain.commands.command import CommandContext
from domain.households import events
from domain.households.claims import worker_review_key
from domain.households.codes import LISTED, LOW_INCOME_OUTCOMES, LOW_INCOME_WITHDRAWALS
from domain.households.decisions import check_paper, decided_survey, figures_surveyed
from domain.households.errors import TextMissing, UnderReview
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household, HouseholdRecord, Stay
from domain.households.low_income_errors import (
    IncomeAboveCeiling,
    StatusNotThen,
    WorkerNotRecognised,
    WorkerOfListedHousehold,
    WorkerRecognisedAlready,
)
from domain.standards import reasons as say
from domain.standards.decide import SurveyFigures
from domain.standards.standard import NATIONAL, Standard

LINE = "low_income_worker"
RECOGNISED, NOT_RECOGNISED = LOW_INCOME_OUTCOMES
WITHDRAWN, LEFT = "withdrawn", "left"


@dataclass(frozen=True, slots=True)
class RecogniseLowIncomeWorker(HouseholdChange):
    """A signed decision recognises a member; the paper is that of the context.

    The standard is the national one in force on the effective date. An income above its ceiling
    needs an `override_reason`.

    Refused: UnderReview, DecisionWithoutPaper, SignedInFuture, PersonUnknown, PersonAlreadyLeft,
    PersonIsForgotten, PersonNotMemberThen, WorkerRecognisedAlready, WorkerOfListedHousehold,
    IncomeAboveCeiling, OutOfOrder, SurveyUnknown, SurveyLaterThanDecision, SignerIsSurveyor,
    NoStandardInForce, StatusNotThen.
    """

    NAME: ClassVar[str] = "recognise_low_income_worker"
    person_id: UUID
    survey_id: UUID | None = None
    override_reason: str = ""

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the recognition."""
        key = worker_review_key(self.person_id)
        claim = services.claims.look([key]).get(key)
        if claim is not None and claim.until is None and claim.since <= context.effective_on:
            raise UnderReview(person_id=self.person_id, round_id=claim.holder, since=claim.since)
        recognise(
            household,
            context,
            services.standards.in_force(context.effective_on, NATIONAL),
            person_id=self.person_id,
            survey_id=self.survey_id,
            override_reason=text.clean("override_reason", self.override_reason, text.NOTE),
        )


@dataclass(frozen=True, slots=True)
class WithdrawLowIncomeRecognition(HouseholdChange):
    """A signed decision withdraws the recognition of a person from the effective date on.

    `reasons` are codes of LOW_INCOME_WITHDRAWALS. Refused: DecisionWithoutPaper, SignedInFuture,
    TextMissing, WorkerNotRecognised, OutOfOrder.
    """

    NAME: ClassVar[str] = "withdraw_low_income_recognition"
    person_id: UUID
    reasons: tuple[str, ...]

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the withdrawal."""
        household.require_within_lifetime(context)
        check_paper(context)
        if not self.reasons:
            raise TextMissing(field="reasons")
        for one in self.reasons:
            text.known("reasons", one, LOW_INCOME_WITHDRAWALS)
        day = context.effective_on
        if standing_on(household, self.person_id, day) is None:
            raise WorkerNotRecognised(person_id=self.person_id, day=day)
        household.require_not_before(context, *_days_of(household, self.person_id))
        household.record(
            events.LowIncomeRecognitionWithdrawn,
            context,
            person_id=self.person_id,
            reasons=tuple(one for one in LOW_INCOME_WITHDRAWALS if one in self.reasons),
        )


def recognise(
    household: Household,
    context: CommandContext,
    standard: Standard,
    *,
    person_id: UUID,
    survey_id: UUID | None,
    override_reason: str = "",
    round_id: UUID | None = None,
) -> None:
    """Records that a signed decision recognises a member, by the ceiling of `standard`."""
    household.require_open_on(context, late=True)
    check_paper(context)
    day = context.effective_on
    _check_status_then(standard, day)
    check_worker(household, person_id, day)
    household.require_not_before(context, *_days_of(household, person_id))
    class_ = household.class_on(day)
    if class_ in LISTED:
        raise WorkerOfListedHousehold(class_=class_, day=day)
    surveyed = decided_survey(household, context, survey_id) if survey_id else None
    figures = figures_surveyed(surveyed) if surveyed else None
    judged = judge(standard, figures, class_)
    overrides = judged.outcome == NOT_RECOGNISED
    if overrides and not override_reason:
        raise IncomeAboveCeiling(
            standard=standard.id, income=figures.income if figures else None, ceiling=judged.ceiling
        )
    household.record(
        events.LowIncomeWorkerRecognised,
        context,
        person_id=person_id,
        standard=standard.id,
        standard_digest=standard.digest,
        survey_id=survey_id,
        round_id=round_id,
        proposed=judged.outcome,
        override_reason=override_reason if overrides else "",
        comparisons=judged.comparisons,
        reasons=judged.reasons,
    )


def check_worker(household: Household, person_id: UUID, day: date) -> None:
    """Refuses a person who is no member, or is recognised on that day already.

    Raises PersonUnknown, PersonAlreadyLeft, PersonIsForgotten, PersonNotMemberThen,
    WorkerRecognisedAlready.
    """
    household.member(person_id)
    household.was_member(person_id, day)
    standing = standing_on(household, person_id, day)
    if standing is not None:
        raise WorkerRecognisedAlready(person_id=person_id, since=standing.since)


def _check_status_then(standard: Standard, day: date) -> None:
    """StatusNotThen before the day on which the text of the ceiling was signed."""
    line = standard.lines.get(LINE)
    signed_on = standard.source(line.source).signed_on if line else None
    if line and signed_on is not None and day < signed_on:
        raise StatusNotThen(source=line.source, signed_on=signed_on, day=day)


# ---- what the standard gives --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer of the standard for a worker, a code of LOW_INCOME_OUTCOMES, "" if it has none."""

    outcome: str
    comparisons: tuple[events.Comparison, ...]
    reasons: tuple[str, ...]
    ceiling: int | None = None


def judge(standard: Standard, figures: SurveyFigures | None, class_: str) -> Judgement:
    """Compares the income per head of a household of a recognised class with the ceiling.

    At the ceiling is inside. A score is no income: the actual income of twelve months counts.
    """
    if class_ in LISTED:
        return Judgement(NOT_RECOGNISED, (), (say.reason(say.LISTED_HOUSEHOLD, recognised=class_),))
    if figures is None:
        return Judgement("", (), (say.reason(say.FIGURES_NOT_RECORDED),))
    area, line = figures.area_type, standard.lines.get(LINE)
    ceiling = line.income.get(area) if line else None
    if ceiling is None or ceiling.value is None:
        return Judgement("", (), (say.reason(say.WORKER_CEILING_UNKNOWN, area=area),))
    income, bound = figures.income, ceiling.value
    if income is None:
        why = say.reason(say.NOT_COMPUTABLE, why="missing_figures")
        return Judgement("", (), (why,), bound)
    holds = income <= bound
    code = say.AT_OR_BELOW if holds else say.ABOVE
    found = [say.reason(code, figure="income", value=income, bound=bound, line=LINE, area=area)]
    if ceiling.certainty != "seen":
        found.append(
            say.reason(say.UNCONFIRMED, figure="income", bound=bound, line=LINE, area=area)
        )
    return Judgement(
        RECOGNISED if holds else NOT_RECOGNISED,
        (events.Comparison("income", income, "<=", bound, LINE, holds),),
        tuple(found),
        bound,
    )


# ---- who has the status -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """The time of one recognition: from `since` up to the day before `until`.

    `ended_by` is "withdrawn" or "left" (the household), "" while it stands.
    """

    event: events.LowIncomeWorkerRecognised
    until: date | None = None
    ended_by: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def since(self) -> date:
        """The first day."""
        return self.event.effective_on

    def covers(self, day: date) -> bool:
        """Whether the person has the status on a day by this recognition."""
        return self.since <= day and (self.until is None or day < self.until)


def standings(household: HouseholdRecord) -> dict[UUID, list[Standing]]:
    """Every recognition of each person, in the order of their days."""
    found: dict[UUID, list[Standing]] = {}
    for event in sorted(household.low_income, key=lambda one: one.effective_on):
        if isinstance(event, events.LowIncomeWorkerRecognised):
            stays = household.stays.get(event.person_id, [])
            found.setdefault(event.person_id, []).append(_in_stay(event, stays))
        elif isinstance(event, events.LowIncomeRecognitionWithdrawn):
            earlier = found.get(event.person_id, [])
            if earlier and earlier[-1].covers(event.effective_on):
                last = earlier[-1].event
                earlier[-1] = Standing(last, event.effective_on, WITHDRAWN, event.reasons)
    return found


def _in_stay(event: events.LowIncomeWorkerRecognised, stays: list[Stay]) -> Standing:
    """The recognition, up to the end of the stay in which it was given."""
    stay = next((one for one in stays if one.covers(event.effective_on)), None)
    if stay is None or stay.until is None:
        return Standing(event)
    return Standing(event, stay.until, LEFT)


def standing_on(household: HouseholdRecord, person_id: UUID, day: date) -> Standing | None:
    """The recognition by which a person has the status on a day."""
    every = standings(household).get(person_id, [])
    return next((one for one in every if one.covers(day)), None)


def _days_of(household: HouseholdRecord, person_id: UUID) -> list[date]:
    """The days of what was recorded of a person's status."""
    return [
        one.effective_on
        for one in household.low_income
        if getattr(one, "person_id", None) == person_id
    ]
