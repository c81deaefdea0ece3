"""Support is granted to a household or to one of its members. Free text must name no person."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.households import events
from domain.households.codes import SOURCES
from domain.households.double_grants import (
    BenefitNames,
    Grant,
    GrantCheck,
    checked_before,
    free_words,
    refuse_double_grant,
)
from domain.households.errors import AmountInvalid, PeriodReversed, SupportIdTaken
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household

MOST_MONEY = 10**12
MOST_GOODS = 10**6


@dataclass(frozen=True, slots=True)
class SupportInput:
    """One support granted; see `SupportGranted`. Give `amount` (VND), or `quantity` and `unit`."""

    programme: str
    benefit: str
    period_from: date
    period_until: date
    source: str
    funding_year: int
    person_id: UUID | None = None
    amount: int | None = None
    quantity: int | None = None
    unit: str = ""
    support_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class GrantSupport(HouseholdChange):
    """One support is granted; the outcome's `created` is the support id.

    Refused: DoubleGrant, PeriodReversed, AmountInvalid, PersonUnknown, PersonNotMemberThen; and
    what a case of the benefit is refused for, where programme and benefit name one. Otherwise a
    note says that nothing was checked.
    """

    NAME: ClassVar[str] = "grant_support"
    support: SupportInput

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> CommandResult:
        """Records the support."""
        support = replace(
            self.support,
            programme=text.required("programme", self.support.programme),
            benefit=text.required("benefit", self.support.benefit),
            unit=text.clean("unit", self.support.unit, text.CODE),
        )
        support_id = support.support_id or uuid5(context.command_id, "support")
        notes = grant(
            household, context, support, support_id=support_id, benefits=services.benefits(),
            check=services.check_grant,
        )  # fmt: skip
        return CommandResult(household, created=support_id, notes=notes)


def grant(
    household: Household,
    context: CommandContext,
    support: SupportInput,
    *,
    support_id: UUID,
    benefits: BenefitNames = free_words,
    check: GrantCheck = checked_before,
) -> tuple[str, ...]:
    """Grants one support, whose texts are checked already; returns the notes of its check.

    One benefit goes to one beneficiary (the household, or one person) once for a period.
    `benefits` knows the benefits of programmes, `check` their rules. What is on record already is
    not checked again.
    """
    household.require_open_on(context, late=True)
    text.known("source", support.source, SOURCES)
    amounts = {"amount": (support.amount, MOST_MONEY), "quantity": (support.quantity, MOST_GOODS)}
    if support.amount is None and support.quantity is None:
        raise AmountInvalid(field="amount")
    for name, (value, most) in amounts.items():
        if value is not None and not 0 < value <= most:
            raise AmountInvalid(field=name, value=value, at_most=most)
    if support.period_until < support.period_from:
        raise PeriodReversed(period_from=support.period_from, period_until=support.period_until)
    if not 1990 <= support.funding_year <= context.recorded_on.year + 1:
        raise AmountInvalid(field="funding_year", value=support.funding_year)
    if support.person_id is not None:
        household.was_member(support.person_id, context.effective_on)
    content: dict[str, object] = {one.name: getattr(support, one.name) for one in fields(support)}
    content.pop("support_id")
    earlier = household.supports.get(support_id)
    if earlier is not None:
        if earlier.says({"effective_on": context.effective_on, **content}):
            return ()
        raise SupportIdTaken(support_id=support_id)
    if support_id in household.withdrawn_ids:
        raise SupportIdTaken(support_id=support_id)
    wanted = Grant(
        support.programme, support.benefit, support.person_id, support.period_from,
        support.period_until,
    )  # fmt: skip
    refuse_double_grant(household, wanted, benefits)
    notes = check(household, wanted, support.amount, context.effective_on)
    household.record(events.SupportGranted, context, support_id=support_id, **content)
    return notes
