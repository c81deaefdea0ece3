"""The chairman signs a decision that recognises low-income workers.

One save records the decision of the round and the recognition of each person with the household.
The list that is signed is worked out again from the records; where it is not the one that was read,
nothing is signed. No person loses a status by it, so it has no notice, and the brake does not
look at it.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID, uuid5

import msgspec

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.households.decisions import ClassInput, check_paper, check_standard
from domain.households.household import Household
from domain.households.low_income import RECOGNISED, recognise
from domain.reviews.claims import claim_number
from domain.reviews.decision_list import require_ready, require_settled, require_there
from domain.reviews.decisions import check_number, require_other_than_surveyor, signing_office
from domain.reviews.errors import ListChanged, NothingToDecide
from domain.reviews.events import RecognisedWorker, WorkerOutcome, WorkersRecognised
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.round import ReviewedHousehold, Round, RoundRecord
from domain.reviews.steps import DECISION, DONE, RoundProcedure, require_listed
from domain.reviews.workers import RESULT, open_workers, require_workers_track, standard_of


@dataclass(frozen=True, slots=True)
class WorkerEntry:
    """One worker of a decision, with the outcome and the survey that it rests on."""

    reviewed: ReviewedHousehold
    survey_id: UUID
    outcome: WorkerOutcome

    def recognised(self) -> RecognisedWorker:
        """The worker as the decision names them."""
        return RecognisedWorker(
            self.outcome.person_id,
            self.reviewed.household,
            self.outcome.request_id,
            self.survey_id,
        )


@dataclass(frozen=True, slots=True)
class WorkerList:
    """The list of a decision: the workers whose outcome is that they are recognised."""

    round_id: UUID
    standard_digest: str
    entries: tuple[WorkerEntry, ...]

    @property
    def digest(self) -> str:
        """SHA-256 hex of what is signed: the workers with survey and outcome, by person."""
        content = {
            "round": str(self.round_id),
            "standard": self.standard_digest,
            "workers": [
                [
                    str(one.outcome.person_id),
                    str(one.reviewed.household),
                    str(one.survey_id),
                    one.outcome.computed,
                    one.outcome.override_reason,
                ]
                for one in self.entries
            ],
        }
        return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()


def worker_list(
    round_: RoundRecord, id_: UUID, chosen: Collection[UUID] | None = None
) -> WorkerList:
    """The list of the decision of a round as it is now, of some of its households where chosen."""
    entries = [
        WorkerEntry(one, one.result.survey_id, worker.outcome)
        for one in round_.households.values()
        if one.result is not None and (chosen is None or one.household in chosen)
        for worker in open_workers(one)
        if worker.outcome is not None and worker.outcome.outcome == RECOGNISED
    ]
    entries.sort(key=lambda one: one.outcome.person_id)
    return WorkerList(id_, round_.lists[RESULT].standard_digest, tuple(entries))


@dataclass(frozen=True, slots=True)
class SignWorkers(RoundChange):
    """The chairman signs: every worker of the list is recognised from the effective date on.

    `digest` is that of the list that was read; `households` keeps some that are ready. The paper of
    the context has number, day and signer. Refused: DecisionWithoutPaper, SignedInFuture,
    StepNotInTrack, StepOfAnotherRole, DecisionNumberTaken, ListChanged, NothingToDecide,
    HouseholdsGone, GrievanceOpen, StepOutOfOrder, PostingCutShort, DuplicateUnsettled,
    StandardNotInForce, and what `recognise` refuses (SignerIsSurveyor, PersonAlreadyLeft,
    WorkerRecognisedAlready, WorkerOfListedHousehold).
    """

    NAME: ClassVar[str] = "review.sign_workers"
    digest: str
    households: tuple[UUID, ...] | None = None

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the decision, and the recognition of every worker."""
        procedure = services.procedure(round_)
        require_workers_track(round_, procedure, DECISION)
        check_paper(context)
        procedure.require_role(DECISION, signing_office(procedure), context)
        paper = context.document
        signed_on = paper.signed_on if paper and paper.signed_on else context.effective_on
        number = paper.number if paper else ""
        check_number(round_, number, signed_on)
        chosen = _chosen(round_, procedure, self.households)
        found = services.households([one.household for one in chosen])
        day = min(context.effective_on, signed_on)
        require_there(round_, services, found, chosen, day)
        require_ready(round_, procedure, chosen, day)
        require_settled(services, chosen)
        now = worker_list(round_, round_.id, {one.household for one in chosen})
        if not now.entries:
            raise NothingToDecide(step=DECISION, source=procedure.source(DECISION), list=RESULT)
        if now.digest != self.digest:
            raise ListChanged(step=DECISION, read=self.digest, now=now.digest)
        _recognise(round_, context, services, now, found)
        round_.record(
            WorkersRecognised,
            context,
            list_code=RESULT,
            list_digest=now.digest,
            workers=tuple(one.recognised() for one in now.entries),
        )
        decision_id = uuid5(context.command_id, "decision")
        ids = dict.fromkeys(one.reviewed.household for one in now.entries)
        return CommandResult(
            round_,
            others=[found[one] for one in ids],
            claims=[
                claim_number(services.commune_now(round_, signed_on), number, decision_id, context)
            ],
            created=decision_id,
        )


def _chosen(
    round_: Round, procedure: RoundProcedure, households: tuple[UUID, ...] | None
) -> list[ReviewedHousehold]:
    """The households that are decided on: those named, or all that wait for an answer."""
    if households is not None:
        return require_listed(round_, households)
    return [one for one in round_.households.values() if procedure.next_step(one) != DONE]


def _recognise(
    round_: Round,
    context: CommandContext,
    services: RoundServices,
    now: WorkerList,
    found: Mapping[UUID, Household],
) -> None:
    """Records each recognition with the household of the worker."""
    standard = standard_of(round_, services.standards)
    check_standard(standard, ClassInput(), context)
    for one in now.entries:
        household = found[one.reviewed.household]
        require_other_than_surveyor(household, one.reviewed, context)
        recognise(
            household,
            context,
            standard,
            person_id=one.outcome.person_id,
            survey_id=one.survey_id,
            override_reason=text.clean("reason", one.outcome.override_reason, text.NOTE),
            round_id=round_.id,
        )
