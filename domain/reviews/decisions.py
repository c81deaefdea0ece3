"""The chairman signs the decisions of a round: recognition and exit are two decisions.

One save records the decision and the class of every household. The list that is signed is worked
out again from the records; where it is not the one that was read, nothing is signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from domain import text
from domain.commands.command import LEFT_OUT, CommandContext, CommandResult
from domain.errors import RULE_OF_THE_SYSTEM
from domain.households.decisions import ClassInput, check_paper, classify
from domain.households.errors import SignerIsSurveyor
from domain.households.household import Household
from domain.reviews.claims import claim_number, release_review
from domain.reviews.codes import DECISION_KINDS
from domain.reviews.decision_list import (
    DecisionList,
    class_before,
    decided_households,
    decision_list,
    require_as_reported,
    require_ready,
    require_settled,
    require_there,
)
from domain.reviews.errors import (
    ConsultationMissing,
    DecisionNumberTaken,
    ListChanged,
    NothingToDecide,
    NoticeMissing,
    NoticeRuns,
    SecondSignatureMissing,
    SecondSignatureNotNeeded,
    SecondSignatureOfSameAccount,
    StepOfAnotherRole,
)
from domain.reviews.events import Decided, SecondSignatureGiven, SecondSignatureRequired
from domain.reviews.handler import RoundChange, RoundServices
from domain.reviews.round import ReviewedHousehold, Round
from domain.reviews.round_acts import SecondSignature
from domain.reviews.steps import (
    CONSULTATION,
    DECISION,
    DONE,
    EXIT,
    LISTED,
    PERIODIC,
    RoundProcedure,
    named,
    require_listed,
)


@dataclass(frozen=True, slots=True)
class ListToSign(RoundChange):
    """The base of commands about the list of a decision.

    `digest` is that of the list that was read. On a monthly track `households` may keep some that
    are ready; the periodic track decides on all at once. `current_list` are the households that
    may be on the commune's list, as a read model knows them, for the brake of a monthly track;
    each is checked on its own record.
    """

    list_code: str
    kind: str
    digest: str
    households: tuple[UUID, ...] | None = None
    current_list: tuple[UUID, ...] = field(default=(), metadata=LEFT_OUT)

    def read(
        self, round_: Round, services: RoundServices, on: date
    ) -> tuple[DecisionList, Mapping[UUID, Household]]:
        """The list as it is now, with the households of the round.

        Raises NothingToDecide, ListChanged, and what holds up a decision.
        """
        found = services.households([*round_.households])
        chosen = self._chosen(round_)
        require_there(round_, services, found, chosen, on)
        require_ready(round_, services.procedure(round_), chosen, on)
        require_settled(services, chosen)
        now = current_decision_list(
            round_, services, found, self.list_code, self.kind, on, self.households,
            self.current_list,
        )  # fmt: skip
        if not now.entries and not now.also_named:
            source = services.procedure(round_).source(DECISION)
            raise NothingToDecide(step=DECISION, source=source, list=self.list_code, kind=self.kind)
        if now.digest != self.digest:
            raise ListChanged(step=DECISION, read=self.digest, now=now.digest)
        return now, found

    def _chosen(self, round_: Round) -> list[ReviewedHousehold]:
        text.known("list", self.list_code, dict.fromkeys(round_.lists, ""))
        text.known("kind", self.kind, DECISION_KINDS)
        if self.households is None or round_.track == PERIODIC:
            chosen = list(round_.households.values())
        else:
            chosen = require_listed(round_, self.households)
        return [one for one in chosen if self.list_code not in one.decided and not one.refused_on]


def current_decision_list(
    round_: Round,
    services: RoundServices,
    found: Mapping[UUID, Household],
    list_code: str,
    kind: str,
    on: date,
    chosen: Sequence[UUID] | None = None,
    current_list: Sequence[UUID] = (),
) -> DecisionList:
    """The list of a decision; on the periodic track always of the whole round."""
    periodic = round_.track == PERIODIC
    size = None
    if not periodic:
        others = services.households([one for one in current_list if one not in found])
        decided = decided_households(round_, list_code)
        size = sum(
            1
            for one in (*found.values(), *others.values())
            if class_before(one, decided, on) in LISTED
            and services.lives_there(one, round_.area, on)
        )
    return decision_list(
        round_,
        round_.id,
        services,
        found,
        list_code=list_code,
        kind=kind,
        on=on,
        chosen=None if periodic else chosen,
        current_list=size,
    )


@dataclass(frozen=True, slots=True)
class RequireSecondSignature(ListToSign):
    """A list that the brake stops is laid before a second account.

    Refused: SecondSignatureNotNeeded, ListChanged, and what holds up a decision.
    """

    NAME: ClassVar[str] = "review.require_second_signature"

    def decide(self, round_: Round, context: CommandContext, services: RoundServices) -> None:
        """Records that a second signature is needed; nothing where it is recorded already."""
        now, _ = self.read(round_, services, context.effective_on)
        brake = services.brakes.on(context.effective_on)
        if not brake.stops(now.removed_by_round, now.listed, len(now.marked)):
            raise SecondSignatureNotNeeded(removed=now.removed_by_round, listed=now.listed)
        if (self.list_code, self.kind, now.digest) in round_.second_signatures:
            return
        round_.record(
            SecondSignatureRequired,
            context,
            list_code=self.list_code,
            kind=self.kind,
            list_digest=now.digest,
            removed=now.removed_by_round,
            listed=now.listed,
            limit_percent=brake.share_percent,
            marked=now.marked,
            brake=brake.id,
        )


@dataclass(frozen=True, slots=True)
class GiveSecondSignature(RoundChange):
    """A second account signs the list that the brake stopped, with a reason.

    Refused: SecondSignatureMissing where none is asked for this list, StepOfAnotherRole,
    SecondSignatureOfSameAccount, SignerIsSurveyor.
    """

    NAME: ClassVar[str] = "review.give_second_signature"
    list_code: str
    kind: str
    digest: str
    reason: str

    def decide(self, round_: Round, context: CommandContext, services: RoundServices) -> None:
        """Records the signature; nothing where it is given already."""
        why = text.required("reason", self.reason, text.NOTE)
        required = round_.second_signatures.get((self.list_code, self.kind, self.digest))
        if required is None:
            raise SecondSignatureMissing(step=DECISION, list=self.list_code, kind=self.kind)
        brake = services.brakes.on(context.effective_on)
        if context.actor.role not in brake.second_signers:
            raise StepOfAnotherRole(
                step=DECISION,
                source=RULE_OF_THE_SYSTEM,
                role=context.actor.role,
                roles=brake.second_signers,
            )
        if context.actor.account == required.required_by:
            raise SecondSignatureOfSameAccount(step=DECISION)
        self._require_no_surveyor(round_, context, services)
        if required.given_on is not None:
            return
        round_.record(
            SecondSignatureGiven,
            context,
            list_code=self.list_code,
            kind=self.kind,
            list_digest=self.digest,
            reason=why,
        )

    def _require_no_surveyor(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> None:
        """SignerIsSurveyor where the account surveyed a household that the decision takes off."""
        found = services.households([*round_.households])
        leaving = decision_list(
            round_, round_.id, services, found, list_code=self.list_code, kind=self.kind,
            on=context.effective_on,
        ).removed  # fmt: skip
        for one in leaving:
            require_other_than_surveyor(found[one.reviewed.household], one.reviewed, context)


@dataclass(frozen=True, slots=True)
class SignDecision(ListToSign):
    """The chairman signs a decision: every household of the list has its class by it.

    The paper of the context has number, day and signer. Refused: DecisionWithoutPaper,
    SignedInFuture, StepOfAnotherRole, ConsultationMissing, ConsultationOutdated, NoticeMissing,
    NoticeRuns, SecondSignatureMissing, DecisionNumberTaken, ListChanged, NothingToDecide,
    HouseholdsGone, GrievanceOpen, VoteUnderShare, StepOutOfOrder, PostingCutShort,
    DuplicateUnsettled, SignerIsSurveyor, and what `classify` refuses.

    A household that the round has decided on is under review no more, though the round may still
    be open for others.
    """

    NAME: ClassVar[str] = "review.sign"

    def decide(
        self, round_: Round, context: CommandContext, services: RoundServices
    ) -> CommandResult:
        """Records the decision and the class of every household."""
        procedure = services.procedure(round_)
        check_paper(context)
        procedure.require_role(DECISION, signing_office(procedure), context)
        paper = context.document
        signed_on = paper.signed_on if paper and paper.signed_on else context.effective_on
        check_number(round_, paper.number if paper else "", signed_on)
        day = min(context.effective_on, signed_on)
        now, found = self.read(round_, services, day)
        check_consultation(round_, procedure, self.list_code, day)
        check_notices(now, day)
        _check_second_signature(round_, services, context, now)
        one_list = round_.lists[self.list_code]
        standard = services.standards.edition(one_list.standard, one_list.standard_digest)
        for entry in now.entries:
            household = found[entry.reviewed.household]
            require_other_than_surveyor(household, entry.reviewed, context)
            classify(
                household,
                context,
                ClassInput(
                    class_=entry.class_,
                    survey_id=entry.result.survey_id,
                    standard=standard.id,
                    override_reason=entry.override_reason,
                ),
                standard,
                leaving=self.kind == EXIT,
            )
        round_.record(
            Decided,
            context,
            list_code=self.list_code,
            kind=self.kind,
            list_digest=now.digest,
            households=tuple(entry.decided() for entry in now.entries),
            also_named=now.also_named,
        )
        decision_id = uuid5(context.command_id, "decision")
        number = claim_number(
            services.commune_now(round_, signed_on),
            paper.number if paper else "",
            decision_id,
            context,
        )
        return CommandResult(
            round_,
            others=[found[entry.reviewed.household] for entry in now.entries],
            claims=[number],
            releases=[
                release_review(entry.reviewed.household, round_.id)
                for entry in now.entries
                if procedure.next_step(entry.reviewed) == DONE
            ],
            created=decision_id,
        )


def require_other_than_surveyor(
    household: Household, reviewed: ReviewedHousehold, context: CommandContext
) -> None:
    """SignerIsSurveyor where who signs took a survey that the round voted on, the last or not."""
    signers = {context.actor.account, context.document.signer if context.document else ""}
    for survey_id in sorted(reviewed.surveys):
        survey = household.surveys.get(survey_id)
        if survey is not None and signers & {survey.surveyor, survey.actor.account}:
            raise SignerIsSurveyor(survey_id=survey_id)


def signing_office(procedure: RoundProcedure) -> str:
    """The office of the procedure that signs."""
    return next(iter(procedure.step(DECISION).actors))


def check_number(round_: Round, number: str, signed_on: date) -> None:
    """DecisionNumberTaken by another decision of this round; of others the claim tells."""
    folded = "".join(number.split()).casefold()
    for one in round_.decisions:
        if (one.signed_on.year, "".join(one.number.split()).casefold()) == (
            signed_on.year,
            folded,
        ):
            raise DecisionNumberTaken(number=number, year=signed_on.year)


def check_consultation(round_: Round, procedure: RoundProcedure, list_code: str, day: date) -> None:
    """ConsultationMissing, ConsultationOutdated unless the level above answered on this list."""
    if not procedure.has(CONSULTATION):
        return
    known = round_.consultations.get(list_code)
    if known is None or known.answered_on is None or known.answered_on > day:
        step = procedure.step(CONSULTATION)
        raise ConsultationMissing(
            step=CONSULTATION,
            source=step.source,
            to=step.answered_by,
            sent_on=known.sent_on if known else None,
        )
    require_as_reported(round_, procedure, list_code)


def check_notices(now: DecisionList, day: date) -> None:
    """Households that lose a status had a notice of it, and its last day has passed."""
    losing = [one for one in now.entries if one.loses]
    without, running = [], []
    for one in losing:
        reason, last_day = one.reviewed.notices.get(now.list_code, ("", date.min))
        if reason != one.loses:
            without.append(one.reviewed.household)
        elif day <= last_day:
            running.append((last_day, one.reviewed.household))
    if without:
        raise NoticeMissing(step=DECISION, **named(without))
    if running:
        raise NoticeRuns(
            step=DECISION, last_day=max(running)[0], day=day, **named(one for _, one in running)
        )


def _check_second_signature(
    round_: Round, services: RoundServices, context: CommandContext, now: DecisionList
) -> None:
    brake = services.brakes.on(context.effective_on)
    removed, marked = now.removed_by_round, len(now.marked)
    if not brake.stops(removed, now.listed, marked):
        return
    key = now.list_code, now.kind, now.digest
    given: SecondSignature | None = round_.second_signatures.get(key)
    if given is None or given.given_on is None:
        raise SecondSignatureMissing(
            step=DECISION,
            list=now.list_code,
            kind=now.kind,
            removed=removed,
            listed=now.listed,
            limit_percent=brake.share_percent,
            marked=marked,
            brake=brake.id,
        )
    if given.account == context.actor.account:
        raise SecondSignatureOfSameAccount(step=DECISION)
