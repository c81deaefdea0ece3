"""A support case (hồ sơ hỗ trợ) is one benefit for one beneficiary in one period.

    requested -> assigned -> assessed -> signed -> approved -> granted -> closed
    granted: disbursed in parts, delivered, confirmed, reconciled, followed up
    refused instead of approved; granted at once as a recipient of a batch
    the household says that it received nothing: granted again, and to be delivered again
    noted at any step; transferred with its household; closed and refused cases are reopened

Approval commits the money of a budget line in the same save, and granting records the support of
the household in the same save. The case holds its benefit, beneficiary and period by a claim, so
that no second case can have them. Notes are sealed under the key of the household.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate

from domain import text
from domain.commands.command import CommandContext
from domain.eventstore.personal import Personal
from domain.support.case_errors import CaseStepTooEarly, SignedForAnotherLine
from domain.support.case_events import (
    Approved,
    Assessed,
    Assigned,
    CaseEvent,
    Closed,
    Confirmed,
    Delivered,
    Disbursed,
    FollowedUp,
    Granted,
    GrantedInBatch,
    GrantedInKindInBatch,
    Noted,
    PlanStepNamed,
    ReceiptDenied,
    Reconciled,
    Recorded,
    Refused,
    Reopened,
    Requested,
    Signed,
    Transferred,
)
from domain.support.codes import (
    CASE_STATUSES,
    CONFIRMATIONS,
    FOLLOW_UPS,
    OWN_VIEW,
    REFUSAL_REASONS,
)
from domain.support.eligibility import Basis
from domain.support.entitlement import Period
from domain.support.errors import (
    AlreadySigned,
    ApproverTookPart,
    CaseStepRefused,
    CommitmentExceeded,
    NoteMissing,
    NotFullyPaid,
    QuantityInvalid,
    ReasonsMissing,
    SupportEffectiveInFuture,
)
from domain.support.event import circumstances


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is checked: who, what, for which period."""

    household_id: UUID
    area: str
    programme: str
    benefit: str
    person_id: UUID | None
    period: Period
    origin: str
    attachments: tuple[str, ...]
    note: Personal | None
    plan_step: "PlanStep | None" = None


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step of a household's plan: `plan` is the version of the event that agreed it, `step` its
    place, from 1."""

    plan: int
    step: int


class SupportCase(Aggregate):
    """One case."""

    TOPIC = "case"
    Event = CaseEvent  # type: ignore[assignment]

    @classmethod
    def request(cls, context: CommandContext, case_id: UUID, wanted: Request) -> "SupportCase":
        """The case, requested."""
        if context.effective_on > context.recorded_on:
            raise SupportEffectiveInFuture(
                effective_on=context.effective_on, recorded_on=context.recorded_on
            )
        case = cls._create(
            Requested,
            id=case_id,
            household_id=wanted.household_id,
            area=wanted.area,
            programme=wanted.programme,
            benefit=wanted.benefit,
            person_id=wanted.person_id,
            period_from=wanted.period.first,
            period_until=wanted.period.last,
            once=wanted.period.once,
            origin=wanted.origin,
            attachments=wanted.attachments,
            note=wanted.note,
            **circumstances(context),
        )
        if wanted.plan_step is not None:
            case.trigger_event(
                PlanStepNamed, plan=wanted.plan_step.plan, step=wanted.plan_step.step,
                **circumstances(context),
            )  # fmt: skip
        return case

    @classmethod
    def grant_in_batch(
        cls, context: CommandContext, case_id: UUID, facts: Mapping[str, object]
    ) -> "SupportCase":
        """The case of a recipient of a batch, granted; `facts` are the fields of the event."""
        kind: type[GrantedInBatch] | type[GrantedInKindInBatch] = GrantedInBatch
        if "quantity" in facts:
            kind = GrantedInKindInBatch
        return cls._create(kind, id=case_id, **facts, **circumstances(context))

    def write_down(
        self, context: CommandContext, note: Personal | None, attachments: tuple[str, ...]
    ) -> None:
        """Keeps a note or attachments, at any step."""
        self._require(context, *CASE_STATUSES)
        if note is None and not attachments:
            raise NoteMissing()
        self.trigger_event(Noted, attachments=attachments, note=note, **circumstances(context))

    def assign(self, context: CommandContext, account: str) -> None:
        """Gives the case to an account; the same again is nothing."""
        self._require(context, "requested", "assessed", "approved", "granted")
        if account != self.assigned_to:
            self.trigger_event(Assigned, account=account, **circumstances(context))

    def assess(self, context: CommandContext, assessment: "Assessment") -> None:
        """Says why the household qualifies, and the amount or the goods."""
        self._require(context, "requested", "assessed")
        self._require_not_before(context, self.requested_on)
        self.trigger_event(
            Assessed,
            basis=assessment.basis,
            amount=assessment.amount,
            quantity=assessment.quantity,
            unit=text.clean("unit", assessment.unit, text.CODE),
            rate_certainty=assessment.rate_certainty,
            attachments=assessment.attachments,
            note=assessment.note,
            **circumstances(context),
        )

    def sign(self, context: CommandContext, line_id: UUID, basis: Basis, needed: int) -> bool:
        """Signs the approval; True where it is the last signature, which approves the case."""
        self._require(context, "assessed")
        self._require_not_before(context, self.assessed_on)
        account = context.actor.account
        if account in self.took_part:
            raise ApproverTookPart(account=account)
        if account in self.signed_by:
            raise AlreadySigned(account=account)
        if self.signed_by and line_id != self.signed_line:
            raise SignedForAnotherLine(line=self.signed_line)
        if len(self.signed_by) + 1 < needed:
            self.trigger_event(Signed, line_id=line_id, **circumstances(context))
            return False
        self.trigger_event(
            Approved,
            line_id=line_id,
            commitment=uuid5(self.id, f"commitment:{self.approvals + 1}"),
            amount=self.amount,
            basis=basis,
            **circumstances(context),
        )
        return True

    def refuse(
        self, context: CommandContext, reasons: tuple[str, ...], note: Personal | None
    ) -> None:
        """Refuses the case."""
        self._require(context, "requested", "assessed")
        if not reasons:
            raise ReasonsMissing()
        for one in reasons:
            text.known("reasons", one, REFUSAL_REASONS)
        self.trigger_event(Refused, reasons=reasons, note=note, **circumstances(context))

    def grant(self, context: CommandContext, basis: Basis, source: str, funding_year: int) -> None:
        """Grants the support."""
        self._require(context, "approved")
        self._require_not_before(context, self.approved_on)
        self.trigger_event(
            Granted, basis=basis, source=source, funding_year=funding_year,
            **circumstances(context),
        )  # fmt: skip

    def disburse(self, context: CommandContext, amount: int, disbursement: UUID) -> None:
        """A part is paid, never more than was approved."""
        self._require(context, "granted")
        self._require_not_before(context, self.granted_on)
        left = (self.amount or 0) - self.disbursed
        if self.commitment is not None and left < amount:
            raise CommitmentExceeded(commitment=self.commitment, left=left, amount=amount)
        self.trigger_event(
            Disbursed, amount=amount, disbursement=disbursement, **circumstances(context)
        )

    def deliver(
        self, context: CommandContext, quantity: int | None, attachments: tuple[str, ...]
    ) -> None:
        """It reached the beneficiary; of goods the whole that is left, or a part of it."""
        self._require(context, "granted")
        self._require_not_before(context, self.granted_on)
        if self.quantity is not None and quantity is not None:
            left = self.quantity - self.delivered
            if not 0 < quantity <= left:
                raise QuantityInvalid(quantity=quantity, at_most=left)
        self.trigger_event(
            Delivered, quantity=quantity, attachments=attachments, **circumstances(context)
        )

    def confirm(self, context: CommandContext, means: str, attachments: tuple[str, ...]) -> None:
        """The beneficiary confirms the receipt of what was delivered."""
        self._require(context, "granted")
        text.known("means", means, CONFIRMATIONS)
        if self.delivered_on is None:
            raise CaseStepRefused(status="granted", needs="delivered")
        self._require_not_before(context, self.delivered_on)
        self.trigger_event(
            Confirmed, means=means, attachments=attachments, **circumstances(context)
        )

    def confirm_by_household(self, context: CommandContext) -> None:
        """The household confirms the receipt through its own view; a second time is nothing."""
        self._require(context, "granted")
        if self.delivered_on is None:
            raise CaseStepRefused(status="granted", needs="delivered")
        if self.confirmed_on is None:
            self.trigger_event(Confirmed, means=OWN_VIEW, attachments=(), **circumstances(context))

    def deny_receipt(self, context: CommandContext) -> None:
        """The household says that it received nothing; a second time is nothing.

        A confirmation that others recorded does not keep it from saying so.
        """
        self._require(context, "granted", "closed")
        if self.granted_on is None:
            raise CaseStepRefused(status=self.status, needs="granted")
        if self.denied_on is None:
            self.trigger_event(ReceiptDenied, **circumstances(context))

    def reconcile(self, context: CommandContext, recovered: int = 0) -> None:
        """Approved, paid and delivered agree; a second time is nothing.

        `recovered` is what came back of its payments, by the budget line.
        """
        self._require(context, "granted")
        paid = self.disbursed - recovered
        if (
            self.delivered_on is None
            or self.delivered != (self.quantity or 0)
            or paid != (self.amount or 0)
        ):
            raise NotFullyPaid(amount=self.amount, disbursed=paid, delivered=self.delivered_on)
        self._require_not_before(context, self.delivered_on)
        if self.reconciled_on is None:
            self.trigger_event(Reconciled, **circumstances(context))

    def follow_up(self, context: CommandContext, outcome: str, note: Personal | None) -> None:
        """Says whether it helped; a closed case is followed up too."""
        self._require(context, "granted", "closed")
        self._require_not_before(context, self.granted_on)
        text.known("outcome", outcome, FOLLOW_UPS)
        self.trigger_event(FollowedUp, outcome=outcome, note=note, **circumstances(context))

    def transfer(self, context: CommandContext, area: str) -> None:
        """Follows the household to its commune; the same commune is nothing."""
        self._require(context, "requested", "assessed", "approved", "granted", "closed")
        if area != self.area:
            self.trigger_event(
                Transferred, area_before=self.area, area=area, **circumstances(context)
            )

    def close(self, context: CommandContext, note: Personal | None) -> None:
        """Ends the case at any step; one that is closed stays so."""
        self._require(context, "requested", "assessed", "approved", "granted", "closed")
        if self.status != "closed":
            self.trigger_event(Closed, note=note, **circumstances(context))

    def reopen(self, context: CommandContext, note: Personal | None) -> None:
        """Takes a refused or closed case up again."""
        self._require(context, "refused", "closed")
        self.trigger_event(Reopened, note=note, **circumstances(context))

    def _begin(self, event: Requested | GrantedInBatch | GrantedInKindInBatch) -> None:
        self.household_id, self.area = event.household_id, event.area
        self.programme, self.benefit = event.programme, event.benefit
        self.person_id = event.person_id
        self.period = Period(event.period_from, event.period_until, event.once)
        self.requested_on = event.effective_on
        self.status = self.status_before = "requested"
        self.assigned_to, self.unit, self.followed_up = "", "", ""
        self.basis: Basis | None = None
        self.amount: int | None = None
        self.quantity: int | None = None
        self.line_id: UUID | None = None
        self.signed_line: UUID | None = None
        self.took_part = {event.actor.account}
        self.signed_by: set[str] = set()
        self.commitment: UUID | None = None
        self.batch_id: UUID | None = None
        self.plan_step: PlanStep | None = None
        self.attachments: set[str] = set()
        self.payments: set[UUID] = set()
        self.released = False
        self.disbursed = self.delivered = self.approvals = 0
        self.assessed_on: date | None = None
        self.approved_on: date | None = None
        self.granted_on: date | None = None
        self.delivered_on: date | None = None
        self.confirmed_on: date | None = None
        self.reconciled_on: date | None = None
        self.denied_on: date | None = None

    def when(self, event: Recorded) -> None:
        """Takes over the content of an event. Assigns only."""
        self._change(event)
        self.attachments.update(getattr(event, "attachments", ()))

    def _change(self, event: Recorded) -> None:
        match event:
            case PlanStepNamed():
                self.plan_step = PlanStep(event.plan, event.step)
            case Requested():
                self._begin(event)
            case GrantedInBatch():
                self._begin(event)
                self.status, self.granted_on = "granted", event.effective_on
                self.basis, self.line_id, self.batch_id = event.basis, event.line_id, event.batch_id
                self.amount = self.disbursed = event.amount
            case GrantedInKindInBatch():
                self._begin(event)
                self.status, self.granted_on = "granted", event.effective_on
                self.basis, self.line_id, self.batch_id = event.basis, event.line_id, event.batch_id
                self.quantity, self.unit = event.quantity, event.unit
            case Assigned():
                self.assigned_to = event.account
            case Assessed():
                self.status, self.basis = "assessed", event.basis
                self.amount, self.quantity, self.unit = event.amount, event.quantity, event.unit
                self.signed_by = set()
                self.took_part.add(event.actor.account)
                self.assessed_on = event.effective_on
            case Signed():
                self.signed_by.add(event.actor.account)
                self.signed_line = event.line_id
            case Approved():
                self.status, self.basis = "approved", event.basis
                self.approved_on, self.released = event.effective_on, False
                self.line_id, self.commitment = event.line_id, event.commitment
                self.approvals += 1
                self.signed_by.add(event.actor.account)
            case Refused():
                self.status_before, self.status = "requested", "refused"
            case Granted():
                self.status, self.granted_on, self.basis = (
                    "granted",
                    event.effective_on,
                    event.basis,
                )
            case Disbursed():
                self.disbursed += event.amount
                self.payments.add(event.disbursement)
            case Delivered():
                self.delivered_on = event.effective_on
                self.delivered = self._delivered_by(event)
                self.denied_on = None
            case Confirmed():
                self.confirmed_on = event.effective_on
                self.denied_on = None
            case ReceiptDenied():
                self.status, self.denied_on = "granted", event.effective_on
                self.delivered_on = self.confirmed_on = self.reconciled_on = None
                self.delivered = 0
            case Reconciled():
                self.reconciled_on = event.effective_on
            case FollowedUp():
                self.followed_up = event.outcome
            case Transferred():
                self.area = event.area
            case Closed():
                # What was committed is released: an approved case begins again, and a granted one
                # that is reopened is paid of what is available.
                self.released = True
                before = "requested" if self.status == "approved" else self.status
                self.status_before, self.status = before, "closed"
            case Reopened():
                self.status = self.status_before
                self.signed_by = set()

    # Questions.

    @property
    def beneficiary(self) -> UUID:
        """The person, or the household."""
        return self.person_id or self.household_id

    @property
    def reserved(self) -> UUID | None:
        """The commitment of which the case is paid; None once it was released."""
        return None if self.released else self.commitment

    def _delivered_by(self, event: Delivered) -> int:
        """The goods that reached the beneficiary with an event; without a number all of them."""
        if self.quantity is None or event.quantity is None:
            return self.quantity or 0
        return self.delivered + event.quantity

    def _require_not_before(self, context: CommandContext, day: date | None) -> None:
        """Raises CaseStepTooEarly for a day before that of the step on which this one rests."""
        if day is not None and context.effective_on < day:
            raise CaseStepTooEarly(effective_on=context.effective_on, not_before=day)

    def _require(self, context: CommandContext, *statuses: str) -> None:
        """Raises CaseStepRefused unless the case is at one of these steps."""
        if context.effective_on > context.recorded_on:
            raise SupportEffectiveInFuture(
                effective_on=context.effective_on, recorded_on=context.recorded_on
            )
        if self.status not in statuses:
            raise CaseStepRefused(status=self.status, needs=statuses)


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment as it is checked."""

    basis: Basis
    amount: int | None
    quantity: int | None
    unit: str
    rate_certainty: str
    attachments: tuple[str, ...]
    note: Personal | None
