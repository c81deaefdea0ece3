"""The commune reports a list to the level above, which answers; only where the procedure has it."""

from dataclasses import dataclass
from typing import ClassVar

from domain import text
from domain.commands.command import CommandContext
from domain.reviews.codes import OPINIONS
from domain.reviews.decision_list import require_ready, whole_digest
from domain.reviews.errors import ConsultationMissing, ConsultationRepeated, NothingToDecide
from domain.reviews.events import ConsultationAnswered, ConsultationSent
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.review_list import require_none_left_out
from domain.reviews.round import Round
from domain.reviews.steps import CONSULTATION


@dataclass(frozen=True, slots=True)
class SendConsultation(RoundChange):
    """A list of the round is reported, once every household of it is ready for the decision.

    It is reported again where a class in it has changed since, by a re-verification. Refused:
    StepNotInTrack, ConsultationRepeated, HouseholdsLeftOut, and what `require_ready` refuses.
    """

    NAME: ClassVar[str] = "review.send_consultation"
    list_code: str = "result"

    def decide(self, round_: Round, context: CommandContext, services: RoundServices) -> None:
        """Records the report."""
        text.known("list", self.list_code, dict.fromkeys(round_.lists, ""))
        procedure = services.procedure(round_)
        step = procedure.step(CONSULTATION)
        known = round_.consultations.get(self.list_code)
        if known is not None and not round_.changed_since_report(self.list_code):
            raise ConsultationRepeated(step=CONSULTATION, source=step.source, sent_on=known.sent_on)
        if known is not None:
            procedure.require_not_before(CONSULTATION, context, known.answered_on or known.sent_on)
        households = list(round_.households.values())
        if not households:
            raise NothingToDecide(step=CONSULTATION, source=step.source)
        require_ready(round_, procedure, households, context.effective_on)
        require_none_left_out(round_, procedure, services, context.effective_on)
        round_.record(
            ConsultationSent,
            context,
            list_code=self.list_code,
            list_digest=whole_digest(round_, round_.id, self.list_code),
            to=step.answered_by,
            due_on=procedure.last_day(CONSULTATION, context.effective_on),
        )


@dataclass(frozen=True, slots=True)
class AnswerConsultation(RoundChange):
    """The level above answers a report; its account is that of the office in the procedure.

    Refused: StepNotInTrack, ConsultationMissing, ConsultationRepeated, StepOfAnotherRole.
    """

    NAME: ClassVar[str] = "review.answer_consultation"
    opinion: str
    list_code: str = "result"
    note: str = ""

    def decide(self, round_: Round, context: CommandContext, services: RoundServices) -> None:
        """Records the answer."""
        text.known("list", self.list_code, dict.fromkeys(round_.lists, ""))
        text.known("opinion", self.opinion, OPINIONS)
        procedure = services.procedure(round_)
        step = procedure.step(CONSULTATION)
        known = round_.consultations.get(self.list_code)
        if known is None:
            raise ConsultationMissing(step=CONSULTATION, source=step.source, to=step.answered_by)
        if known.answered_on is not None:
            raise ConsultationRepeated(
                step=CONSULTATION, source=step.source, answered_on=known.answered_on
            )
        procedure.require_role(CONSULTATION, known.to, context)
        procedure.require_not_before(CONSULTATION, context, known.sent_on)
        round_.record(
            ConsultationAnswered,
            context,
            list_code=self.list_code,
            answered_by=known.to,
            opinion=self.opinion,
            note=text.clean("note", self.note, text.NOTE),
            overdue=known.due_on is not None and context.effective_on > known.due_on,
        )
