"""Contests of a household are lodged through its own view, and answered by the office.

A contest of the class is a grievance of the review round that has the household, where that round
takes one in time: then the round answers it by a review again. Any other contest is answered by the
office within its own limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID, uuid5

from eventsourcing.domain import BaseAggregate

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.eventstore.personal import Sealer
from domain.own_view.codes import CONTEST_SUBJECTS, RECEIPT
from domain.own_view.handler import OwnViewCommand, OwnViewServices
from domain.own_view.own_view import OwnView
from domain.reviews.claims import reviewed_key
from domain.reviews.errors import HouseholdNotInRound, RoundHasEnded, StepOutOfOrder, StepTooEarly
from domain.reviews.grievances import LodgeGrievance
from domain.support.case_commands import find_case
from domain.support.case_records import require_on_record
from domain.support.errors import CaseUnknown

# What a round refuses that takes no grievance of the household at present.
_NOT_NOW = (HouseholdNotInRound, RoundHasEnded, StepOutOfOrder, StepTooEarly)


@dataclass(frozen=True, slots=True)
class LodgeContest(OwnViewCommand):
    """The household contests something of its file; `created` is the contest.

    The notes have `grievance` where it is a grievance of a round. Refused: TextMissing,
    TooManyContests, OwnViewUnknown.
    """

    NAME: ClassVar[str] = "own_view.lodge_contest"
    household_id: UUID
    about: str
    text: str = field(repr=False)

    def result(self, services: OwnViewServices, context: CommandContext) -> CommandResult:
        """The contest, with the round where it is a grievance."""
        said = text.required("text", self.text, text.NOTE)
        text.known("about", self.about, CONTEST_SUBJECTS)
        own_view = services.own_view(self.household_id)
        grievance = None
        if self.about == "class":
            grievance = _grievance(services, context, self.household_id, said)
        return _lodged(services, context, own_view, (self.about, said), grievance=grievance)


@dataclass(frozen=True, slots=True)
class ConfirmReceipt(OwnViewCommand):
    """The household confirms through its own view that it received the support of a case.

    The same again records nothing. Refused: CaseUnknown for a case of another household,
    CaseStepRefused before the delivery, GrantWithdrawn.
    """

    NAME: ClassVar[str] = "own_view.confirm_receipt"
    household_id: UUID
    case_id: UUID

    def result(self, services: OwnViewServices, context: CommandContext) -> CommandResult:
        """The case confirmed."""
        case = find_case(services.support(), self.case_id)
        if case.household_id != self.household_id:
            raise CaseUnknown(case_id=self.case_id)
        require_on_record(case, services.support())
        case.confirm_by_household(context)
        own_view = services.own_view(self.household_id)
        return CommandResult(own_view, others=(case,) if case.pending_events else ())


@dataclass(frozen=True, slots=True)
class DenyReceipt(OwnViewCommand):
    """The household says that it did not receive the support of a case; `created` is the contest.

    The case is open again where it was closed, and waits for its delivery. Refused: CaseUnknown
    for a case of another household, CaseStepRefused before the grant, GrantWithdrawn,
    TooManyContests.
    """

    NAME: ClassVar[str] = "own_view.deny_receipt"
    household_id: UUID
    case_id: UUID
    text: str = field(default="", repr=False)

    def result(self, services: OwnViewServices, context: CommandContext) -> CommandResult:
        """The contest with the case; nothing where the case waits already for the same."""
        own_view = services.own_view(self.household_id)
        case = find_case(services.support(), self.case_id)
        if case.household_id != self.household_id:
            raise CaseUnknown(case_id=self.case_id)
        require_on_record(case, services.support())
        case.deny_receipt(context)
        if not case.pending_events:
            return CommandResult(own_view)
        said = text.clean("text", self.text, text.NOTE)
        return _lodged(
            services, context, own_view, (RECEIPT, said), others=(case,), case_id=case.id
        )


@dataclass(frozen=True, slots=True)
class AnswerContest(OwnViewCommand):
    """The office answers a contest; the household reads it in its own view.

    Refused: ContestUnknown, ContestAnswered, ContestInRound, TextMissing.
    """

    NAME: ClassVar[str] = "own_view.answer_contest"
    household_id: UUID
    contest_id: UUID
    outcome: str
    text: str = field(repr=False)

    def result(self, services: OwnViewServices, context: CommandContext) -> CommandResult:
        """The own view with the answer."""
        said = text.required("text", self.text, text.NOTE)
        own_view = services.own_view(self.household_id)
        sealer = services.keyring.sealer([self.household_id])
        sealed = sealer.seal(self.household_id, {"text": said})
        own_view.answer(context, self.contest_id, self.outcome, sealed)
        return CommandResult(own_view, sealers=[sealer], created=self.contest_id)


def _lodged(
    services: OwnViewServices,
    context: CommandContext,
    own_view: OwnView,
    contested: tuple[str, str],
    *,
    grievance: CommandResult | None = None,
    others: Sequence[BaseAggregate[UUID]] = (),
    case_id: UUID | None = None,
) -> CommandResult:
    """The result of a contest: what it is about, and what the household says of it."""
    about, said = contested
    limits = services.limits_of(context)
    household_id = own_view.household_id
    sealer: Sealer = grievance.sealers[0] if grievance else services.keyring.sealer([household_id])
    contest_id = uuid5(context.command_id, "contest")
    own_view.lodge(
        context,
        {
            "contest_id": contest_id,
            "about": about,
            "text": sealer.seal(household_id, {"text": said}),
            "case_id": case_id,
            "round_id": grievance.about.id if grievance else None,
            "grievance_id": grievance.created if grievance else None,
            "due_on": None if grievance else limits.answer_due(context.recorded_on),
        },
        limits,
    )
    return CommandResult(
        own_view,
        others=(*others, grievance.about) if grievance else others,
        sealers=[sealer],
        created=contest_id,
        notes=("grievance",) if grievance else (),
    )


def _grievance(
    services: OwnViewServices, context: CommandContext, household_id: UUID, said: str
) -> CommandResult | None:
    """The grievance in the round that has the household; None where it takes none in time."""
    round_id = services.claims.holder(reviewed_key(household_id))
    if round_id is None:
        return None
    command = LodgeGrievance(round_id, household_id, "household", said)
    try:
        lodged = command.result(services.rounds(), context, None)
    except _NOT_NOW:
        return None
    return None if "late" in lodged.notes else lodged
