"""Decisions on the causes, needs, plan and support of a household.

Decisions on a household.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from domain.commands.context import CommandContext
from domain.households import events
from domain.households.codes import CAUSES, NEEDS, SOURCES, known
from domain.households.errors import (
    AmountInvalid,
    DoubleGrant,
    PeriodReversed,
    SupportIdTaken,
    TextMissing,
)
from domain.households.household import Household
from domain.households.inputs import SupportInput, event_fields

MOST_MONEY = 10**12
MOST_GOODS = 10**6


def record_causes(
    household: Household, context: CommandContext, *, causes: tuple[str, ...], note: str = ""
) -> None:
    """Codes of CAUSES, several allowed; the same as last recorded is nothing."""
    household.require_open_on(context, late=True)
    fields = {"causes": _codes("causes", causes, CAUSES), "note": note}
    if not _says_the_same(household.causes, context.effective_on, fields):
        household.record(events.CausesRecorded, context, **fields)


def record_needs(
    household: Household, context: CommandContext, *, needs: tuple[str, ...], note: str = ""
) -> None:
    """Codes of NEEDS, several allowed; the same as last recorded is nothing."""
    household.require_open_on(context, late=True)
    fields = {"needs": _codes("needs", needs, NEEDS), "note": note}
    if not _says_the_same(household.needs, context.effective_on, fields):
        household.record(events.NeedsRecorded, context, **fields)


def agree_plan(
    household: Household,
    context: CommandContext,
    *,
    goal: str,
    steps: tuple[str, ...],
    responsible: str,
    review_on: date | None = None,
) -> None:
    """The plan for this household; the same as last agreed is nothing."""
    household.require_open_on(context, late=True)
    if review_on is not None and review_on < context.effective_on:
        raise PeriodReversed(period_from=context.effective_on, period_until=review_on)
    fields = {"goal": goal, "steps": steps, "responsible": responsible, "review_on": review_on}
    if not _says_the_same(household.plans, context.effective_on, fields):
        household.record(events.PlanAgreed, context, **fields)


def grant(
    household: Household, context: CommandContext, support: SupportInput, *, support_id: UUID
) -> None:
    """Grants one support, whose texts are checked already.

    One benefit goes to one beneficiary (the household, or one person) once for a period.
    """
    household.require_open_on(context, late=True)
    known("source", support.source, SOURCES)
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
    fields = event_fields(support)
    earlier = household.supports.get(support_id)
    if earlier is not None:
        if all(getattr(earlier, name) == value for name, value in fields.items()):
            return
        raise SupportIdTaken(support_id=support_id)
    if support_id in household.withdrawn_ids:
        raise SupportIdTaken(support_id=support_id)
    for one in household.supports.values():
        same = (one.programme, one.benefit, one.person_id) == (
            support.programme, support.benefit, support.person_id,
        )  # fmt: skip
        if (
            same
            and one.period_from <= support.period_until
            and support.period_from <= one.period_until
        ):
            raise DoubleGrant(
                benefit=one.benefit,
                support_id=one.support_id,
                period_from=one.period_from,
                period_until=one.period_until,
            )
    household.record(events.SupportGranted, context, support_id=support_id, **fields)


def _codes(field: str, given: tuple[str, ...], codes: dict[str, str]) -> tuple[str, ...]:
    """Each code once, in the order of the list; TextMissing if there is none."""
    if not given:
        raise TextMissing(field=field)
    for one in given:
        known(field, one, codes)
    return tuple(code for code in codes if code in given)


def _says_the_same(
    earlier: Sequence[events.HouseholdEvent], day: date, fields: Mapping[str, object]
) -> bool:
    """Whether the last of these on or before the day, and none later, already says this."""
    if any(one.effective_on > day for one in earlier):
        return False
    latest = max((one.effective_on for one in earlier), default=None)
    said = [one for one in earlier if one.effective_on == latest]
    return bool(said) and all(getattr(said[-1], name) == value for name, value in fields.items())
