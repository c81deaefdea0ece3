"""CommandRunner about causes, needs, the plan and support."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from domain import text
from domain.commands.context import CommandContext
from domain.commands.outcome import Outcome
from domain.households.commands.runner import CommandResult, CommandRunner
from domain.households.household import Household
from domain.households.inputs import SupportInput
from domain.households.person_name import signer


class SupportCommands(CommandRunner):
    """Why a household is poor, what it needs and gets. Free text must name no person."""

    def record_causes(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        causes: Sequence[str],
        note: str = "",
        expected_version: int | None = None,
    ) -> Outcome:
        """Why it is poor: codes of `codes.CAUSES`, several allowed."""

        def act(household: Household, facts: CommandContext) -> None:
            cleaned = text.clean("note", note, text.NOTE)
            household.record_causes(facts, causes=tuple(causes), note=cleaned)

        asked = {"causes": list(causes), "note": note}
        return self._ask("record_causes", household_id, facts, asked, expected_version, act)

    def record_needs(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        needs: Sequence[str],
        note: str = "",
        expected_version: int | None = None,
    ) -> Outcome:
        """What it needs: codes of `codes.NEEDS`, several allowed."""

        def act(household: Household, facts: CommandContext) -> None:
            cleaned = text.clean("note", note, text.NOTE)
            household.record_needs(facts, needs=tuple(needs), note=cleaned)

        asked = {"needs": list(needs), "note": note}
        return self._ask("record_needs", household_id, facts, asked, expected_version, act)

    def agree_plan(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        goal: str,
        steps: Sequence[str],
        responsible: str,
        review_on: date | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Agrees the plan for this household; `responsible` is an office or an account."""

        def act(household: Household, facts: CommandContext) -> None:
            household.agree_plan(
                facts,
                goal=text.required("goal", goal, text.NOTE),
                steps=tuple(text.required("steps", one, text.NOTE) for one in steps),
                responsible=text.required("responsible", signer("responsible", responsible)),
                review_on=review_on,
            )

        asked = {
            "goal": goal,
            "steps": list(steps),
            "responsible": responsible,
            "review_on": review_on,
        }
        return self._ask("agree_plan", household_id, facts, asked, expected_version, act)

    def grant_support(
        self,
        household_id: UUID,
        facts: CommandContext,
        support: SupportInput,
        *,
        expected_version: int | None = None,
    ) -> Outcome:
        """Grants one support; the outcome's `created` is the support id.

        Refused: DoubleGrant, PeriodReversed, AmountInvalid, PersonUnknown, PersonNotMemberThen.
        """
        support_id = support.support_id or uuid5(facts.command_id, "support")

        def act(household: Household, facts: CommandContext) -> CommandResult:
            household.grant(
                facts,
                support_id=support_id,
                programme=text.required("programme", support.programme),
                benefit=text.required("benefit", support.benefit),
                person_id=support.person_id,
                amount=support.amount,
                quantity=support.quantity,
                unit=text.clean("unit", support.unit, text.CODE),
                period_from=support.period_from,
                period_until=support.period_until,
                source=support.source,
                funding_year=support.funding_year,
            )
            return CommandResult(created=support_id)

        return self._ask(
            "grant_support", household_id, facts, {"support": support}, expected_version, act
        )
