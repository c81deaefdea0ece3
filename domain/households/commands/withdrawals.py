"""The command that withdraws what was recorded by error."""

from dataclasses import dataclass
from typing import ClassVar

from domain import text
from domain.commands.context import CommandContext
from domain.households import withdrawals
from domain.households.commands.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household


@dataclass(frozen=True, slots=True)
class WithdrawEntry(HouseholdChange):
    """The entry with the version `entry`, of a kind of `withdrawals.KINDS`, is withdrawn.

    The history keeps both. A withdrawal takes effect with its entry, whatever the effective date
    says. A decision is withdrawn by the chairman, on the paper of the context.

    Refused: EntryUnknown, EntryOfAnotherKind, EntryNotWithdrawable, AlreadyWithdrawn,
    TextMissing, WithdrawalByChairman, DecisionWithoutPaper, SignedInFuture,
    DecisionRestsOnSurvey, ExitRestsOnDecision, ExitGoesWithDecision.
    """

    NAME: ClassVar[str] = "withdraw"
    UNDATED: ClassVar[bool] = True
    kind: str
    entry: int
    reason: str

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the withdrawal."""
        reason = text.required("reason", self.reason, text.NOTE)
        withdrawals.withdraw(household, context, kind=self.kind, entry=self.entry, reason=reason)
