"""CommandRunner that withdraw what was recorded by error."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from domain import text
from domain.commands.context import CommandContext
from domain.commands.outcome import Outcome
from domain.households.commands.runner import CommandRunner
from domain.households.household import Household


class WithdrawalCommands(CommandRunner):
    """An entry of a household's history is withdrawn: the history keeps both."""

    def withdraw(
        self,
        household_id: UUID,
        facts: CommandContext,
        *,
        kind: str,
        entry: int,
        reason: str,
        expected_version: int | None = None,
    ) -> Outcome:
        """Withdraws the entry with the version `entry`, of a kind of `withdrawing.KINDS`.

        `facts.effective_on` is not looked at: a withdrawal takes effect with its entry. A
        decision is withdrawn by the chairman, on the paper `facts.document`.

        Refused: EntryUnknown, EntryOfAnotherKind, EntryNotWithdrawable, AlreadyWithdrawn,
        TextMissing, WithdrawalByChairman, DecisionWithoutPaper, SignedInFuture,
        DecisionRestsOnSurvey, ExitRestsOnDecision, ExitGoesWithDecision.
        """

        def act(household: Household, facts: CommandContext) -> None:
            cleaned = text.required("reason", reason, text.NOTE)
            household.withdraw(facts, kind=kind, entry=entry, reason=cleaned)

        # A repeat that comes on another day is the same command.
        facts = replace(facts, effective_on=date.min)
        asked = {"kind": kind, "entry": entry, "reason": reason}
        return self._ask("withdraw", household_id, facts, asked, expected_version, act)
