"""Commands about batches of grants; that of one recipient is carried out with many others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from uuid import UUID, uuid5

from domain import text
from domain.commands.claims import Claim
from domain.commands.command import IF_GIVEN, LEFT_OUT, CommandContext, CommandResult
from domain.commands.runner import require_version
from domain.households.double_grants import Grant, refuse_double_grant
from domain.households.household import Household
from domain.households.support import MOST_GOODS, SupportInput
from domain.households.support import grant as grant_support
from domain.support.budget import BudgetLine
from domain.support.budget_commands import find_line
from domain.support.case import SupportCase
from domain.support.case_records import is_held_in_vain, let_go
from domain.support.claims import grant_key
from domain.support.eligibility import (
    Basis,
    basis,
    benefit_in_force,
    benefit_of_period,
    check_beneficiary,
    find_programme,
    require_near,
)
from domain.support.entitlement import (
    Entitlement,
    Period,
    Wanted,
    entitlement,
    period_of,
    require_highest,
)
from domain.support.errors import (
    AmountNeeded,
    AmountNotByRate,
    CaseExists,
    GrantBatchStepRefused,
    GrantBatchUnknown,
    GrantListDrawn,
    LineOfAnotherProject,
    QuantityInvalid,
    RecipientElsewhere,
)
from domain.support.event import require_paper
from domain.support.grant_batch import (
    AnyRecipient,
    GrantBatch,
    List,
    Recipient,
    RecipientInKind,
    RefusedRecipient,
)
from domain.support.handler import SupportCommand, SupportServices
from domain.support.programme import Benefit, Programme
from domain.support.signing_rules import signatures_needed


@dataclass(frozen=True, slots=True)
class DrawUpBatch(SupportCommand):
    """The list of a batch is drawn up; `created` is its id. `period` is any day of the period.

    Of an uploaded list (`list_id`) one batch is drawn up. Refused: RecipientsMissing, AmountNeeded,
    AmountNotByRate, RateNotValid, LineOfAnotherProject, GrantListDrawn.
    """

    NAME: ClassVar[str] = "grant_batch.draw_up"
    area: str
    programme: str
    benefit: str
    period: date
    line_id: UUID
    recipients: tuple[Recipient, ...]
    list_id: UUID | None = field(default=None, metadata=IF_GIVEN)

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The new batch. Whether each recipient qualifies is decided when it is granted."""
        area = services.directory.resolved(self.area, context.effective_on)
        benefit = benefit_in_force(services, self.programme, self.benefit, self.period)
        period = period_of(benefit, self.period)
        programme = find_programme(services, self.programme)
        due = entitlement(programme, benefit, period)
        for one in self.recipients:
            if due.settled(one.amount, None) is None:
                raise AmountNeeded(certainty=due.certainty)
        require_near(period, context)
        _check_line(services, context, find_line(services, self.line_id), area, self)
        batch = GrantBatch.draw_up(
            context,
            _new_batch(services, context, self.list_id),
            List(area, self.programme, self.benefit, period, self.line_id, self.recipients),
        )
        unknown = due.certainty == "unknown"
        return CommandResult(batch, created=batch.id, notes=("rate_unknown",) if unknown else ())


@dataclass(frozen=True, slots=True)
class DrawUpBatchInKind(SupportCommand):
    """The list of a batch of goods is drawn up; `created` is its id. `unit` is what is counted.

    Of an uploaded list (`list_id`) one batch is drawn up. Refused: RecipientsMissing,
    AmountNotByRate where the rate is exact, QuantityInvalid, RateNotValid, LineOfAnotherProject,
    GrantListDrawn.
    """

    NAME: ClassVar[str] = "grant_batch.draw_up_in_kind"
    area: str
    programme: str
    benefit: str
    period: date
    line_id: UUID
    unit: str
    recipients: tuple[RecipientInKind, ...]
    list_id: UUID | None = field(default=None, metadata=IF_GIVEN)

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The new batch. Whether each recipient qualifies is decided when it is granted."""
        area = services.directory.resolved(self.area, context.effective_on)
        unit = text.required("unit", self.unit, text.CODE)
        benefit = benefit_in_force(services, self.programme, self.benefit, self.period)
        period = period_of(benefit, self.period)
        due = entitlement(find_programme(services, self.programme), benefit, period)
        for one in self.recipients:
            amount_of(due, one)
        require_near(period, context)
        _check_line(services, context, find_line(services, self.line_id), area, self)
        batch = GrantBatch.draw_up(
            context,
            _new_batch(services, context, self.list_id),
            List(area, self.programme, self.benefit, period, self.line_id, self.recipients, unit),
        )
        unknown = due.certainty == "unknown"
        return CommandResult(batch, created=batch.id, notes=("rate_unknown",) if unknown else ())


@dataclass(frozen=True, slots=True)
class ApproveBatch(SupportCommand):
    """The batch is signed. With the last signature the money of all recipients is committed.

    Refused: ApproverTookPart, AlreadySigned, CaseStepTooEarly, BenefitNotInForce, MoneyMissing,
    MoneyNotOfThatYear.
    """

    NAME: ClassVar[str] = "grant_batch.approve"
    batch_id: UUID

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The batch signed; `signatures_missing` where others have to sign."""
        require_paper(context)
        batch = find_batch(services, self.batch_id)
        require_version(batch, expected_version)
        programme = find_programme(services, batch.programme)
        benefit = benefit_of_period(services, batch.programme, batch.benefit, batch.period)
        due = entitlement(programme, benefit, batch.period)
        amount = sum(amount_of(due, one) or 0 for one in batch.recipients)
        needed = signatures_needed(
            services, batch.area, amount, context.effective_on, "batch_approval"
        )
        if not batch.sign(context, amount, needed):
            return CommandResult(batch, notes=("signatures_missing",))
        line = find_line(services, batch.line_id)
        if amount:
            line.commit(context, amount, _commitment(batch), batch.benefit)
        return CommandResult(batch, others=(line,) if line.pending_events else ())


@dataclass(frozen=True, slots=True)
class GrantToRecipient(SupportCommand):
    """One recipient of an approved batch gets the benefit, in a case of its own.

    Refused: HouseholdUnknown, RecipientElsewhere, DoesNotQualify, CaseExists, DoubleGrant,
    LowerOfSameContent, SameContentGranted, BeneficiaryMismatch, HouseholdEnded.
    """

    NAME: ClassVar[str] = "grant_batch.grant"
    batch_id: UUID
    row: int
    recipient: AnyRecipient = field(metadata=LEFT_OUT)

    def households_needed(self) -> Iterable[UUID]:
        """The household of the recipient."""
        return (self.recipient.household_id,)

    def keys_needed(self, services: SupportServices) -> Iterable[bytes]:
        """The claim to the benefit."""
        batch = find_batch(services, self.batch_id)
        return (key_of(batch.programme, batch.benefit, self.recipient, batch.period),)

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The case, granted, and the household with its support."""
        batch = find_batch(services, self.batch_id)
        if batch.status != "approved":
            raise GrantBatchStepRefused(status=batch.status, needs="approved")
        person = self.recipient.person_id
        case_id = batch.case_id(self.row)
        programme = find_programme(services, batch.programme)
        benefit = benefit_of_period(services, batch.programme, batch.benefit, batch.period)
        terms = Terms(batch.area, programme, benefit, batch.period)
        found = decide_recipient(services, terms, self.recipient, context.effective_on, case_id)
        household, why = found.household, found.why
        _require_approved_rate(batch, self.recipient, found)
        granted = _granted(batch, self.recipient, found)
        line = find_line(services, batch.line_id)
        support = SupportInput(
            programme=batch.programme,
            benefit=batch.benefit,
            period_from=batch.period.first,
            period_until=batch.period.last,
            source=line.key.source,
            funding_year=line.key.allocation_year,
            person_id=person,
            **granted,
        )
        grant_support(household, context, support, support_id=case_id, benefits=services.benefits)
        case = SupportCase.grant_in_batch(
            context,
            case_id,
            {
                "batch_id": batch.id,
                "household_id": household.id,
                "area": household.area,
                "programme": batch.programme,
                "benefit": batch.benefit,
                "person_id": person,
                "period_from": batch.period.first,
                "period_until": batch.period.last,
                "once": batch.period.once,
                "basis": why,
                **granted,
                "rate_certainty": found.certainty,
                "line_id": line.id,
                "source": line.key.source,
                "funding_year": line.key.allocation_year,
            },
        )
        claim = Claim(found.key, case_id, context.effective_on)
        return CommandResult(
            case,
            others=(household,),
            claims=[claim],
            releases=let_go(services, claim.key),
            created=case_id,
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of a list of recipients: the benefit of a programme, the area and the period."""

    area: str
    programme: Programme
    benefit: Benefit
    period: Period


@dataclass(frozen=True, slots=True)
class DecidedRecipient:
    """A recipient who gets the benefit: why, how much, and the claim that the case takes."""

    household: Household
    why: Basis
    amount: int | None
    certainty: str
    key: bytes


def _granted(batch: GrantBatch, recipient: AnyRecipient, found: DecidedRecipient) -> dict[str, Any]:
    """The amount, or the goods with their unit."""
    if isinstance(recipient, RecipientInKind):
        return {"quantity": recipient.quantity, "unit": batch.unit}
    return {"amount": found.amount}


def _require_approved_rate(
    batch: GrantBatch, recipient: AnyRecipient, found: DecidedRecipient
) -> None:
    """Raises AmountNotByRate where the rate is another one since the batch was approved.

    What an exact rate gives to each, of as many as there are, is what the approval committed.
    """
    if not isinstance(recipient, Recipient) or recipient.amount is not None:
        return
    committed = (found.amount or 0) * len(batch.recipients)
    if committed != batch.committed:
        raise AmountNotByRate(amount=found.amount, committed=batch.committed)


def amount_of(due: Entitlement, recipient: AnyRecipient) -> int | None:
    """The amount of a recipient; None for goods. Raises AmountNotByRate, AmountNeeded,
    QuantityInvalid."""
    if isinstance(recipient, Recipient):
        return due.settled(recipient.amount, None)
    if not 0 < recipient.quantity <= MOST_GOODS:
        raise QuantityInvalid(quantity=recipient.quantity, at_most=MOST_GOODS)
    if due.amount is not None:
        raise AmountNotByRate(by_rate=due.amount)
    return None


def key_of(programme: str, benefit: str, recipient: AnyRecipient, period: Period) -> bytes:
    """The claim of a recipient to a benefit in a period."""
    beneficiary = recipient.person_id or recipient.household_id
    return grant_key(programme, benefit, beneficiary, period)


def decide_recipient(
    services: SupportServices, terms: Terms, recipient: AnyRecipient, on: date, case_id: UUID
) -> DecidedRecipient:
    """Decides what one recipient gets on a day, in the case of this id, by the household's events.

    Raises HouseholdUnknown, RecipientElsewhere, BeneficiaryMismatch, DoesNotQualify, RateNotValid,
    AmountNeeded, AmountNotByRate, QuantityInvalid, DoubleGrant, LowerOfSameContent,
    SameContentGranted, CaseExists.
    """
    household = services.household(recipient.household_id)
    programme, benefit, period = terms.programme, terms.benefit, terms.period
    if not services.directory.covers(terms.area, household.area, on):
        raise RecipientElsewhere(household_id=household.id)
    check_beneficiary(household, benefit, recipient.person_id, on)
    why = basis(household, benefit, period.within(on), services.directory)
    due = entitlement(programme, benefit, period)
    amount = amount_of(due, recipient)
    person = recipient.person_id
    grant = Grant(programme.code, benefit.code, person, period.first, period.last)
    refuse_double_grant(household, grant, services.benefits, own=case_id)
    require_highest(household, Wanted(programme.code, benefit, person, period, amount), services)
    key = key_of(programme.code, benefit.code, recipient, period)
    held = services.claims.look([key]).get(key)
    free = held is None or held.free_for(case_id, on)
    if held is not None and not free and not is_held_in_vain(services, held):
        raise CaseExists(case_id=held.holder)
    return DecidedRecipient(household, why, amount, due.certainty, key)


@dataclass(frozen=True, slots=True)
class FinishBatch(SupportCommand):
    """The batch ends: what was granted is paid of its commitment, and the rest is released."""

    NAME: ClassVar[str] = "grant_batch.finish"
    batch_id: UUID
    refused: tuple[RefusedRecipient, ...] = field(metadata=LEFT_OUT)

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The batch and the line; the sum is that of the cases themselves."""
        batch = find_batch(services, self.batch_id)
        cases = services.load_many([batch.case_id(row) for row in range(len(batch.recipients))])
        amount = sum(one.amount or 0 for one in cases.values() if isinstance(one, SupportCase))
        batch.finish(context, amount, self.refused)
        line = find_line(services, batch.line_id)
        if batch.pending_events and amount:
            paid = uuid5(batch.id, "disbursement")
            line.disburse(context, amount, paid, _commitment(batch), batch.benefit)
        if batch.pending_events and batch.released:
            line.release(context, batch.released, _commitment(batch))
        return CommandResult(batch, others=(line,) if line.pending_events else ())


def find_batch(services: SupportServices, batch_id: UUID) -> GrantBatch:
    """The batch as it is now. Raises GrantBatchUnknown."""
    batch = services.find(GrantBatch, batch_id)
    if batch is None:
        raise GrantBatchUnknown(batch_id=batch_id)
    return batch


def batch_of_list(list_id: UUID) -> UUID:
    """The id of the one batch of an uploaded list."""
    return uuid5(list_id, "batch")


def _new_batch(services: SupportServices, context: CommandContext, list_id: UUID | None) -> UUID:
    """The id of a batch to draw up. Raises GrantListDrawn where its list has one."""
    if list_id is None:
        return uuid5(context.command_id, "batch")
    batch_id = batch_of_list(list_id)
    if services.find(GrantBatch, batch_id) is not None:
        raise GrantListDrawn(batch_id=batch_id)
    return batch_id


def _commitment(batch: GrantBatch) -> UUID:
    return uuid5(batch.id, "commitment")


def _check_line(
    services: SupportServices,
    context: CommandContext,
    line: BudgetLine,
    area: str,
    command: DrawUpBatch | DrawUpBatchInKind,
) -> None:
    programme = find_programme(services, command.programme)
    benefit = programme.benefit(command.benefit, command.period)
    if (
        not services.directory.covers(line.key.area, area, context.effective_on)
        or line.key.programme != command.programme
        or not programme.is_below(benefit.node, line.key.node)
    ):
        raise LineOfAnotherProject(line=line.id, node=benefit.node)
