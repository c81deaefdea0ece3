"""Settlements record what a person said of a household or its head, with the command concerned."""

from collections.abc import Sequence

from domain.commands.context import CommandContext
from domain.households import membership
from domain.households.commands.handler import HouseholdServices
from domain.households.household import Household
from domain.matching.matcher import warnings_about_head
from domain.matching.records import described
from domain.matching.settlement import Anyway, Settlement, pass_or_refuse


def record_settlements(
    household: Household, context: CommandContext, settled: Sequence[Settlement], source: str
) -> None:
    """Records what a person said about who the household is."""
    for one in settled:
        membership.settle_match(
            household,
            context,
            candidate=one.candidate,
            verdict=one.verdict,
            evidence=one.evidence,
            reason=one.reason,
            source=source,
        )


def confirm_head(
    household: Household,
    context: CommandContext,
    services: HouseholdServices,
    anyway: Anyway | None,
) -> None:
    """Records that a head who is a child was confirmed. Raises PossibleMatch with the warning,
    unless `anyway` passes it; one who can no longer be read is taken as grown up."""
    head = household.members.get(household.head) if household.ended_on is None else None
    value = services.keyring.reveal(head.private) if head else None
    if head is None or value is None:
        return
    person = described(value, head.sex, head.birth_year)
    warnings = warnings_about_head(person, context.effective_on)
    record_settlements(household, context, pass_or_refuse((), warnings, anyway), "entry")
