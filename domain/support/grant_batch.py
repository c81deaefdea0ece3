"""A batch of grants (đợt chi trả) gives one benefit for one period to many recipients in one act.

    drawn up -> signed -> approved -> its recipients are granted in parts -> finished

Approval commits the money of all recipients on a budget line. Then each recipient is decided by
itself: the household's class at the time, the highest benefit only, one grant a period. One that
is refused harms no other. At the end the sum of all grants is paid of the commitment, and the rest
is released, so that committed = disbursed + released to the đồng.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, TypeAlias
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, AggregateCreated

from domain.commands.command import CommandContext
from domain.eventstore.mapper import register_events
from domain.support.case_errors import CaseStepTooEarly
from domain.support.entitlement import Period
from domain.support.errors import (
    AlreadySigned,
    ApproverTookPart,
    GrantBatchStepRefused,
    RecipientsMissing,
    SupportEffectiveInFuture,
)
from domain.support.event import SupportEvent, circumstances

MOST_RECIPIENTS = 20_000


@dataclass(frozen=True, slots=True)
class Recipient:
    """A household, or a person of it, and the amount where the rate does not give it."""

    household_id: UUID
    person_id: UUID | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class RecipientInKind:
    """A household, or a person of it, and how much of the goods of the batch it gets."""

    household_id: UUID
    quantity: int
    person_id: UUID | None = None


AnyRecipient: TypeAlias = Recipient | RecipientInKind


@dataclass(frozen=True, slots=True)
class RefusedRecipient:
    """The row of a recipient who was refused, and the code of the refusal."""

    row: int
    household_id: UUID
    code: str


# Events, in the order of the life of a batch.


class GrantBatchEvent(SupportEvent):
    """A fact about one batch of grants."""

    TOPIC: ClassVar[str] = "grant_batch.event"


class DrawnUp(GrantBatchEvent, AggregateCreated):
    """The list of recipients is drawn up for a benefit and a period."""

    TOPIC = "grant_batch.drawn_up:1"

    area: str
    programme: str
    benefit: str
    period_from: date
    period_until: date
    once: bool
    line_id: UUID
    recipients: tuple[Recipient, ...]


class DrawnUpInKind(GrantBatchEvent, AggregateCreated):
    """The list of those who get goods is drawn up; `unit` says what `quantity` counts."""

    TOPIC = "grant_batch.drawn_up_in_kind:1"

    area: str
    programme: str
    benefit: str
    period_from: date
    period_until: date
    once: bool
    line_id: UUID
    unit: str
    recipients: tuple[RecipientInKind, ...]


class Signed(GrantBatchEvent):
    """The account signs the approval; others have to sign too."""

    TOPIC = "grant_batch.signed:1"


class Approved(GrantBatchEvent):
    """The last signature: the money of all recipients is committed; goods commit none."""

    TOPIC = "grant_batch.approved:1"

    commitment: UUID
    amount: int


class Finished(GrantBatchEvent):
    """Every recipient is granted or refused; `amount` is paid and `released` available again."""

    TOPIC = "grant_batch.finished:1"

    amount: int
    released: int
    disbursement: UUID
    refused: tuple[RefusedRecipient, ...]


EVENTS = (DrawnUp, DrawnUpInKind, Signed, Approved, Finished)
register_events(EVENTS)
Recorded: TypeAlias = DrawnUp | DrawnUpInKind | Signed | Approved | Finished


@dataclass(frozen=True, slots=True)
class List:
    """A list of recipients as it is checked; with a `unit` all of them get goods."""

    area: str
    programme: str
    benefit: str
    period: Period
    line_id: UUID
    recipients: tuple[AnyRecipient, ...]
    unit: str = ""


class GrantBatch(Aggregate):
    """One batch of grants."""

    TOPIC = "grant_batch"
    Event = GrantBatchEvent  # type: ignore[assignment]

    @classmethod
    def draw_up(cls, context: CommandContext, batch_id: UUID, given: List) -> "GrantBatch":
        """The batch, with its recipients."""
        if context.effective_on > context.recorded_on:
            raise SupportEffectiveInFuture(
                effective_on=context.effective_on, recorded_on=context.recorded_on
            )
        whom = {(one.household_id, one.person_id) for one in given.recipients}
        if not 0 < len(whom) == len(given.recipients) <= MOST_RECIPIENTS:
            raise RecipientsMissing(recipients=len(given.recipients), different=len(whom))
        goods = {"unit": given.unit} if given.unit else {}
        kind: type[DrawnUp] | type[DrawnUpInKind] = DrawnUpInKind if given.unit else DrawnUp
        return cls._create(
            kind,
            id=batch_id,
            area=given.area,
            programme=given.programme,
            benefit=given.benefit,
            period_from=given.period.first,
            period_until=given.period.last,
            once=given.period.once,
            line_id=given.line_id,
            recipients=given.recipients,
            **goods,
            **circumstances(context),
        )

    def sign(self, context: CommandContext, amount: int, needed: int) -> bool:
        """Signs the approval; True where it is the last signature, which approves the batch."""
        self._require("drawn_up")
        if context.effective_on < self.drawn_up_on:
            raise CaseStepTooEarly(effective_on=context.effective_on, not_before=self.drawn_up_on)
        account = context.actor.account
        if account == self.drawn_up_by:
            raise ApproverTookPart(account=account)
        if account in self.signed_by:
            raise AlreadySigned(account=account)
        if len(self.signed_by) + 1 < needed:
            self.trigger_event(Signed, **circumstances(context))
            return False
        self.trigger_event(
            Approved, commitment=uuid5(self.id, "commitment"), amount=amount,
            **circumstances(context),
        )  # fmt: skip
        return True

    def finish(
        self, context: CommandContext, amount: int, refused: tuple[RefusedRecipient, ...]
    ) -> None:
        """Ends the batch; a second time is nothing."""
        self._require("approved", "finished")
        if self.status == "approved":
            self.trigger_event(
                Finished,
                amount=amount,
                released=self.committed - amount,
                disbursement=uuid5(self.id, "disbursement"),
                refused=refused,
                **circumstances(context),
            )

    def when(self, event: Recorded) -> None:
        """Takes over the content of an event. Assigns only."""
        match event:
            case DrawnUp() | DrawnUpInKind():
                self.unit = event.unit if isinstance(event, DrawnUpInKind) else ""
                self.area, self.line_id = event.area, event.line_id
                self.programme, self.benefit = event.programme, event.benefit
                self.period = Period(event.period_from, event.period_until, event.once)
                self.recipients: tuple[AnyRecipient, ...] = event.recipients
                self.drawn_up_by, self.drawn_up_on = event.actor.account, event.effective_on
                self.signed_by: set[str] = set()
                self.status = "drawn_up"
                self.committed = self.disbursed = self.released = 0
                self.refused: tuple[RefusedRecipient, ...] = ()
                self.approval: Approved | None = None
            case Signed():
                self.signed_by.add(event.actor.account)
            case Approved():
                self.status, self.committed = "approved", event.amount
                self.approval = event
            case Finished():
                self.status = "finished"
                self.disbursed, self.released = event.amount, event.released
                self.refused = event.refused

    # Questions.

    @property
    def signers(self) -> set[str]:
        """The accounts that signed the approval."""
        last = {self.approval.actor.account} if self.approval is not None else set()
        return self.signed_by | last

    def case_id(self, row: int) -> UUID:
        """The id of the case of a recipient, by its place in the list, which begins with 0."""
        return uuid5(self.id, f"case:{row}")

    def command_id(self, row: int) -> UUID:
        """The id of the command that grants to a recipient: the same each time it is tried."""
        return uuid5(self.id, f"grant:{row}")

    def _require(self, *statuses: str) -> None:
        if self.status not in statuses:
            raise GrantBatchStepRefused(status=self.status, needs=statuses)
