"""Causes, needs and the plan of a household: why it is poor, and what was agreed with it.

Free text must name no person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain import text
from domain.commands.command import CommandContext
from domain.households import events
from domain.households.codes import CAUSES, NEEDS
from domain.households.errors import PeriodReversed, TextMissing
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household
from domain.households.person_name import signer


@dataclass(frozen=True, slots=True)
class RecordCauses(HouseholdChange):
    """Records why a household is poor: codes of `codes.CAUSES`, several allowed."""

    NAME: ClassVar[str] = "record_causes"
    causes: Sequence[str]
    note: str = ""

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the causes."""
        note = text.clean("note", self.note, text.NOTE)
        record_causes(household, context, causes=tuple(self.causes), note=note)


@dataclass(frozen=True, slots=True)
class RecordNeeds(HouseholdChange):
    """Records what a household needs: codes of `codes.NEEDS`, several allowed."""

    NAME: ClassVar[str] = "record_needs"
    needs: Sequence[str]
    note: str = ""

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the needs."""
        note = text.clean("note", self.note, text.NOTE)
        record_needs(household, context, needs=tuple(self.needs), note=note)


@dataclass(frozen=True, slots=True)
class AgreePlan(HouseholdChange):
    """The plan for one household is agreed; `responsible` is an office or an account."""

    NAME: ClassVar[str] = "agree_plan"
    goal: str
    steps: Sequence[str]
    responsible: str
    review_on: date | None = None

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the plan."""
        agree_plan(
            household,
            context,
            goal=text.required("goal", self.goal, text.NOTE),
            steps=tuple(text.required("steps", one, text.NOTE) for one in self.steps),
            responsible=text.required("responsible", signer("responsible", self.responsible)),
            review_on=self.review_on,
        )


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


def _codes(field: str, given: tuple[str, ...], codes: dict[str, str]) -> tuple[str, ...]:
    """Each code once, in the order of the list; TextMissing if there is none."""
    if not given:
        raise TextMissing(field=field)
    for one in given:
        text.known(field, one, codes)
    return tuple(code for code in codes if code in given)


def _says_the_same(
    earlier: Sequence[events.HouseholdEvent], day: date, fields: Mapping[str, object]
) -> bool:
    """Whether the last of these on or before the day, and none later, already says this."""
    if any(one.effective_on > day for one in earlier):
        return False
    latest = max((one.effective_on for one in earlier), default=None)
    said = [one for one in earlier if one.effective_on == latest]
    return bool(said) and said[-1].says(fields)
