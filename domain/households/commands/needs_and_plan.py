"""Commands record causes, needs, the plan and support. Free text must name no person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar
from uuid import uuid5

from domain import text
from domain.commands.context import CommandContext
from domain.commands.result import CommandResult
from domain.households import needs_and_plan
from domain.households.commands.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household
from domain.households.inputs import SupportInput
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
        needs_and_plan.record_causes(household, context, causes=tuple(self.causes), note=note)


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
        needs_and_plan.record_needs(household, context, needs=tuple(self.needs), note=note)


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
        needs_and_plan.agree_plan(
            household,
            context,
            goal=text.required("goal", self.goal, text.NOTE),
            steps=tuple(text.required("steps", one, text.NOTE) for one in self.steps),
            responsible=text.required("responsible", signer("responsible", self.responsible)),
            review_on=self.review_on,
        )


@dataclass(frozen=True, slots=True)
class GrantSupport(HouseholdChange):
    """One support is granted; the outcome's `created` is the support id.

    Refused: DoubleGrant, PeriodReversed, AmountInvalid, PersonUnknown, PersonNotMemberThen.
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
        needs_and_plan.grant(household, context, support, support_id=support_id)
        return CommandResult(household, created=support_id)
