"""Events of a support case, in the order of its life (`domain.support.case`)."""

from datetime import date
from typing import ClassVar, TypeAlias
from uuid import UUID

from eventsourcing.domain import AggregateCreated

from domain.eventstore.mapper import register_events
from domain.eventstore.personal import Personal
from domain.support.eligibility import Basis
from domain.support.event import SupportEvent


class CaseEvent(SupportEvent):
    """A fact about one case."""

    TOPIC: ClassVar[str] = "case.event"


class Requested(CaseEvent, AggregateCreated):
    """A benefit is requested for a household, or for a person of it."""

    TOPIC = "case.requested:1"

    household_id: UUID
    area: str
    programme: str
    benefit: str
    person_id: UUID | None
    period_from: date
    period_until: date
    once: bool
    origin: str
    attachments: tuple[str, ...]
    note: Personal | None


class GrantedInBatch(CaseEvent, AggregateCreated):
    """A case begins granted, as one recipient of a batch; the batch pays it."""

    TOPIC = "case.granted_in_batch:1"

    batch_id: UUID
    household_id: UUID
    area: str
    programme: str
    benefit: str
    person_id: UUID | None
    period_from: date
    period_until: date
    once: bool
    basis: Basis
    amount: int
    rate_certainty: str
    line_id: UUID
    source: str
    funding_year: int


class GrantedInKindInBatch(CaseEvent, AggregateCreated):
    """A case begins granted with goods, as one recipient of a batch."""

    TOPIC = "case.granted_in_kind_in_batch:1"

    batch_id: UUID
    household_id: UUID
    area: str
    programme: str
    benefit: str
    person_id: UUID | None
    period_from: date
    period_until: date
    once: bool
    basis: Basis
    quantity: int
    unit: str
    rate_certainty: str
    line_id: UUID
    source: str
    funding_year: int


class PlanStepNamed(CaseEvent):
    """The case comes of a step of the household's plan: `plan` is the version of the event by
    which the plan was agreed, `step` the place of the step in it, from 1."""

    TOPIC = "case.plan_step_named:1"

    plan: int
    step: int


class Noted(CaseEvent):
    """A note or a photo is kept with the case, at any step."""

    TOPIC = "case.noted:1"

    attachments: tuple[str, ...]
    note: Personal | None


class Assigned(CaseEvent):
    """An account works on the case from now on."""

    TOPIC = "case.assigned:1"

    account: str


class Assessed(CaseEvent):
    """The case was assessed: why the household qualifies, and the amount or the goods."""

    TOPIC = "case.assessed:1"

    basis: Basis
    amount: int | None
    quantity: int | None
    unit: str
    rate_certainty: str
    attachments: tuple[str, ...]
    note: Personal | None


class Signed(CaseEvent):
    """The account signs the approval; others have to sign too."""

    TOPIC = "case.signed:1"

    line_id: UUID


class Approved(CaseEvent):
    """The last signature: the amount is committed on the budget line."""

    TOPIC = "case.approved:1"

    line_id: UUID
    commitment: UUID
    amount: int | None
    basis: Basis


class Refused(CaseEvent):
    """The case is refused, with reasons."""

    TOPIC = "case.refused:1"

    reasons: tuple[str, ...]
    note: Personal | None


class Granted(CaseEvent):
    """The support is granted; the household has it under the id of the case."""

    TOPIC = "case.granted:1"

    basis: Basis
    source: str
    funding_year: int


class Disbursed(CaseEvent):
    """A part of the amount is paid."""

    TOPIC = "case.disbursed:1"

    amount: int
    disbursement: UUID


class Delivered(CaseEvent):
    """The money, the goods or the service reached the beneficiary."""

    TOPIC = "case.delivered:1"

    quantity: int | None
    attachments: tuple[str, ...]


class Confirmed(CaseEvent):
    """The beneficiary confirmed the receipt."""

    TOPIC = "case.confirmed:1"

    means: str
    attachments: tuple[str, ...]


class ReceiptDenied(CaseEvent):
    """The household says that the support did not reach it; a closed case is open again."""

    TOPIC = "case.receipt_denied:1"


class Reconciled(CaseEvent):
    """Approved, paid and delivered were compared, and agree."""

    TOPIC = "case.reconciled:1"


class FollowedUp(CaseEvent):
    """It was seen whether the support helped."""

    TOPIC = "case.followed_up:1"

    outcome: str
    note: Personal | None


class Transferred(CaseEvent):
    """The case goes to the commune to which the household moved."""

    TOPIC = "case.transferred:1"

    area_before: str
    area: str


class Closed(CaseEvent):
    """The case ends; what was left of the commitment was released."""

    TOPIC = "case.closed:1"

    note: Personal | None


class Reopened(CaseEvent):
    """A refused or closed case is taken up again at the step where it was."""

    TOPIC = "case.reopened:1"

    note: Personal | None


EVENTS = (
    Requested, GrantedInBatch, GrantedInKindInBatch, PlanStepNamed, Noted, Assigned, Assessed,
    Signed, Approved, Refused, Granted, Disbursed, Delivered, Confirmed, ReceiptDenied, Reconciled,
    FollowedUp, Transferred, Closed, Reopened,
)  # fmt: skip
register_events(EVENTS)
Recorded: TypeAlias = (
    Requested | GrantedInBatch | GrantedInKindInBatch | PlanStepNamed | Noted | Assigned | Assessed
    | Signed | Approved | Refused | Granted | Disbursed | Delivered | Confirmed | ReceiptDenied
    | Reconciled | FollowedUp | Transferred | Closed | Reopened
)  # fmt: skip
