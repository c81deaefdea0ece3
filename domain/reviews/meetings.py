"""Village meetings vote on the results of households; other tracks take the result of the survey.

The class that a result proposes is what the standard of each list gives for the survey. It is never
typed; a class against the standard needs a reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID, uuid5

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.households.decisions import (
    ClassInput,
    check_against_standard,
    figures_surveyed,
)
from domain.households.errors import SurveyUnknown, SurveyWasWithdrawn
from domain.households.events import Surveyed
from domain.households.household import Household
from domain.reviews.errors import (
    AttendanceMissing,
    ChairWrong,
    HouseholdOfAnotherVillage,
    IncomeNotSurveyed,
    MeetingBeforeSurvey,
    StepNotInTrack,
    SurveyBeforeListing,
    SurveyUsedBefore,
    VotesAboveAttendance,
)
from domain.reviews.events import (
    HouseholdResult,
    MeetingHeld,
    ProposedClass,
    ResultsDetermined,
    SentBack,
)
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.round import Round
from domain.reviews.steps import (
    AVERAGE,
    LOW_INCOME,
    MEETING,
    REVERIFICATION,
    SURVEY,
    RoundProcedure,
    named,
    require_listed,
)
from domain.standards.standard import Standards


@dataclass(frozen=True, slots=True)
class OverriddenClass:
    """A class on one list of the round that is not the one computed, and why."""

    list_code: str
    class_: str
    reason: str


@dataclass(frozen=True, slots=True)
class ResultInput:
    """The result of a household: the survey that it rests on, and the votes for it."""

    household_id: UUID
    survey_id: UUID
    votes_for: int = 0
    overrides: tuple[OverriddenClass, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldMeeting(RoundChange):
    """A village meeting is held on the effective date; `created` is the id of the meeting.

    Households under the procedure's share of votes are sent back to survey in the same save.
    Refused: AttendanceMissing, VotesAboveAttendance, ChairWrong, HouseholdNotInRound,
    HouseholdsGone, HouseholdOfAnotherVillage, StepNotInTrack, StepOutOfOrder, and a survey that
    does not count.
    """

    NAME: ClassVar[str] = "review.hold_meeting"
    village: str
    attendance: int
    chaired_by: str
    results: tuple[ResultInput, ...]

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the meeting, and whom it sends back."""
        reviewed = require_listed(round_, [one.household_id for one in self.results])
        procedure = services.procedure(round_)
        step = procedure.step(MEETING, reviewed[0].kind if reviewed else "")
        village = text.required("village", self.village)
        if self.attendance < 1:
            raise AttendanceMissing(step=MEETING, source=step.source, attendance=self.attendance)
        above = [one.household_id for one in self.results if one.votes_for > self.attendance]
        if above:
            raise VotesAboveAttendance(
                step=MEETING, source=step.source, attendance=self.attendance, **named(above)
            )
        chairs = step.chaired_by or step.actors
        if self.chaired_by not in chairs:
            raise ChairWrong(
                step=MEETING, source=step.source, chaired_by=self.chaired_by, actors=chairs
            )
        found = services.residents(
            [one.household for one in reviewed], round_, context.effective_on
        )
        elsewhere = [
            id_
            for id_, one in found.items()
            if village.casefold() not in (one.village.casefold(), _village(round_, id_))
        ]
        if elsewhere:
            raise HouseholdOfAnotherVillage(step=MEETING, source=step.source, **named(elsewhere))
        meeting_id = uuid5(context.command_id, "meeting")
        results = results_of(round_, procedure, context, services.standards, self.results, found)
        round_.record(
            MeetingHeld,
            context,
            meeting_id=meeting_id,
            village=village,
            attendance=self.attendance,
            chaired_by=self.chaired_by,
            results=results,
        )
        share = step.agreement_percent.value if step.agreement_percent else None
        if share is not None:
            under = [
                one.household for one in results if one.votes_for * 100 < share * self.attendance
            ]
            if under:
                round_.record(
                    SentBack,
                    context,
                    meeting_id=meeting_id,
                    households=tuple(under),
                    agreement_percent=share,
                )
        return CommandResult(round_, created=meeting_id)


def _village(round_: Round, household: UUID) -> str:
    return round_.households[household].village.casefold()


@dataclass(frozen=True, slots=True)
class DetermineResults(RoundChange):
    """Results follow from the surveys alone, on a track without village meeting.

    Refused as HoldMeeting; StepOutOfOrder on a track that has meetings, StepNotInTrack on that of
    low-income workers, IncomeNotSurveyed on that of farm households, which goes by the income.
    """

    NAME: ClassVar[str] = "review.determine_results"
    results: tuple[ResultInput, ...]

    def decide(self, round_: Round, context: CommandContext, services: RoundServices) -> None:
        """Records the results."""
        reviewed = require_listed(round_, [one.household_id for one in self.results])
        procedure = services.procedure(round_)
        if round_.track == LOW_INCOME:
            raise StepNotInTrack(
                step=SURVEY, track=round_.track, source=procedure.source(SURVEY),
                procedure=round_.procedure,
            )  # fmt: skip
        with_meeting = [one for one in reviewed if procedure.has(MEETING, one.kind)]
        if with_meeting:
            raise procedure.out_of_order(SURVEY, with_meeting)
        found = services.residents(
            [one.household for one in reviewed], round_, context.effective_on
        )
        results = results_of(round_, procedure, context, services.standards, self.results, found)
        if results:
            round_.record(ResultsDetermined, context, results=results)


def results_of(
    round_: Round,
    procedure: RoundProcedure,
    context: CommandContext,
    standards: Standards,
    given: Sequence[ResultInput],
    found: Mapping[UUID, Household],
) -> tuple[HouseholdResult, ...]:
    """The results with the classes that the standards give. Raises StepOutOfOrder and others."""
    waiting = [
        one
        for one in (round_.households[result.household_id] for result in given)
        if procedure.next_step(one) not in (MEETING, SURVEY, REVERIFICATION)
    ]
    if waiting:
        raise procedure.out_of_order(MEETING, waiting)
    results = []
    for one in given:
        survey = survey_of_result(
            procedure, context, found[one.household_id], one.survey_id, round_
        )
        if round_.track == AVERAGE and survey.income is None:
            raise IncomeNotSurveyed(
                step=SURVEY, source=procedure.source(SURVEY), household_id=one.household_id
            )
        results.append(
            HouseholdResult(
                household=one.household_id,
                survey_id=one.survey_id,
                attempt=round_.households[one.household_id].attempts + 1,
                proposed=_proposed(round_, standards, one, survey),
                votes_for=one.votes_for,
            )
        )
    return tuple(results)


def survey_of_result(
    procedure: RoundProcedure,
    context: CommandContext,
    household: Household,
    survey_id: UUID,
    round_: Round,
) -> Surveyed:
    """The survey of a result, taken since the household waits for one and by the meeting's day."""
    reviewed = round_.households[household.id]
    survey = household.surveys.get(survey_id)
    if survey is None and survey_id in household.withdrawn_ids:
        raise SurveyWasWithdrawn(survey_id=survey_id)
    if survey is None:
        raise SurveyUnknown(survey_id=survey_id)
    known: dict[str, object] = {
        "step": SURVEY,
        "source": procedure.source(SURVEY, reviewed.kind),
        "household_id": household.id,
        "surveyed_on": survey.effective_on,
    }
    if survey.effective_on > context.effective_on:
        raise MeetingBeforeSurvey(**known, effective_on=context.effective_on)
    if survey_id in reviewed.surveys:
        raise SurveyUsedBefore(**known, attempt=reviewed.attempts + 1)
    if survey.effective_on < reviewed.since:
        raise SurveyBeforeListing(**known, since=reviewed.since)
    return survey


def _proposed(
    round_: Round, standards: Standards, given: ResultInput, survey: Surveyed
) -> tuple[ProposedClass, ...]:
    figures = figures_surveyed(survey)
    overrides = {one.list_code: one for one in given.overrides}
    for code in overrides:
        text.known("list", code, dict.fromkeys(round_.lists, ""))
    proposed = []
    for code, one in round_.lists.items():
        override = overrides.get(code)
        why = text.clean("override_reason", override.reason, text.NOTE) if override else ""
        asked = ClassInput(
            class_=override.class_ if override else None,
            survey_id=given.survey_id,
            override_reason=why,
        )
        standard = standards.edition(one.standard, one.standard_digest)
        checked = check_against_standard(standard, asked, figures)
        # Where the standard cannot say, the reason is that of the class given.
        reason = checked.override_reason or ("" if checked.proposed else why)
        proposed.append(ProposedClass(code, checked.proposed, checked.class_, reason))
    return tuple(proposed)
