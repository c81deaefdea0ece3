"""Grievances about results are lodged, and answered by a review again."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.reviews.codes import GRIEVANCE_SOURCES
from domain.reviews.errors import (
    GrievanceAnswered,
    GrievanceUnknown,
    ReverificationIncomplete,
)
from domain.reviews.events import GrievanceLodged, Reverified
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.round import Grievance, ReviewedHousehold, Round
from domain.reviews.steps import POSTING, REVERIFICATION, require_listed


@dataclass(frozen=True, slots=True)
class LodgeGrievance(RoundChange):
    """A grievance about the posted result of a household; `created` is its id.

    After the last day of the posting, or to object to a notice, it is late: it is kept and marked,
    and holds up nothing. That is so in a closed round too. Refused: HouseholdNotInRound,
    StepOutOfOrder before a posting.
    """

    NAME: ClassVar[str] = "review.lodge_grievance"
    household_id: UUID
    lodged_by: str
    text: str = field(repr=False)

    def require_open(self, round_: Round, context: CommandContext) -> None:
        """Takes a late grievance in a closed round."""
        round_.require_open(context, after_closing=True)

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the grievance, sealed."""
        text.known("lodged_by", self.lodged_by, GRIEVANCE_SOURCES)
        said = text.required("text", self.text, text.NOTE)
        (reviewed,) = require_listed(round_, [self.household_id])
        procedure = services.procedure(round_)
        if reviewed.posted_on is None:
            raise procedure.out_of_order(POSTING, [reviewed])
        procedure.require_not_before(POSTING, context, reviewed.posted_on)
        late = _is_late(round_, reviewed, context.effective_on)
        due_on = (
            None
            if late
            else procedure.last_day(REVERIFICATION, context.effective_on, reviewed.kind)
        )
        sealer = services.keyring.sealer([self.household_id])
        grievance_id = uuid5(context.command_id, "grievance")
        round_.record(
            GrievanceLodged,
            context,
            grievance_id=grievance_id,
            household=self.household_id,
            lodged_by=self.lodged_by,
            text=sealer.seal(self.household_id, {"text": said}),
            late=late,
            due_on=due_on,
        )
        return CommandResult(
            round_, sealers=[sealer], created=grievance_id, notes=("late",) if late else ()
        )


def _is_late(round_: Round, reviewed: ReviewedHousehold, on: date) -> bool:
    if round_.closed_on is not None or reviewed.refused_on is not None:
        return True
    if round_.lists.keys() <= reviewed.decided.keys():
        return True
    last_days = [last for _, last in reviewed.notices.values()]
    if reviewed.until is not None:
        last_days.append(reviewed.until)
    return bool(last_days) and on > max(last_days)


@dataclass(frozen=True, slots=True)
class AnswerGrievance(RoundChange):
    """A grievance is answered by re-verification: another survey, and another result.

    Whether the result was kept or changed follows from the results. Refused: GrievanceUnknown,
    GrievanceAnswered, ReverificationIncomplete.
    """

    NAME: ClassVar[str] = "review.answer_grievance"
    grievance_id: UUID

    def decide(self, round_: Round, context: CommandContext, services: RoundServices) -> None:
        """Records the re-verification."""
        grievance = round_.grievances.get(self.grievance_id)
        if grievance is None:
            raise GrievanceUnknown(grievance_id=self.grievance_id)
        if not grievance.is_open:
            raise GrievanceAnswered(
                grievance_id=self.grievance_id,
                late=grievance.late,
                answered_on=grievance.answered_on,
            )
        procedure = services.procedure(round_)
        (reviewed,) = require_listed(round_, [grievance.household])
        result, day = reviewed.result, reviewed.result_on
        again = result is not None and result.attempt > grievance.attempt
        if result is None or day is None or not again or reviewed.sent_back:
            raise ReverificationIncomplete(
                step=REVERIFICATION,
                source=procedure.source(POSTING, reviewed.kind),
                household_id=grievance.household,
                lodged_on=grievance.lodged_on,
            )
        procedure.require_not_before(POSTING, context, day)
        due_on = grievance.due_on
        round_.record(
            Reverified,
            context,
            grievance_id=self.grievance_id,
            household=grievance.household,
            survey_id=result.survey_id,
            outcome="kept" if _said(grievance) == _says(reviewed) else "changed",
            overdue=due_on is not None and context.effective_on > due_on,
        )


def _said(grievance: Grievance) -> tuple[dict[str, str], dict[UUID, str]]:
    """The classes by list, and the outcomes of workers, that a grievance complains of."""
    return (
        {one.list_code: one.class_ for one in grievance.proposed},
        {one.person_id: one.outcome for one in grievance.workers},
    )


def _says(reviewed: ReviewedHousehold) -> tuple[dict[str, str], dict[UUID, str]]:
    """The same of the present result."""
    outcomes = [one.outcome for one in reviewed.workers.values() if one.outcome]
    return (
        {one.list_code: one.class_ for one in reviewed.result.proposed} if reviewed.result else {},
        {one.person_id: one.outcome for one in outcomes},
    )
