"""Settlements record what a person said of a household or its head, with the command concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.commands.command import CommandContext, CommandResult
from domain.households import events
from domain.households.handler import HouseholdChange, HouseholdServices
from domain.households.household import Household
from domain.matching.matcher import warnings_about_head
from domain.matching.records import described
from domain.matching.settlement import SAME, Anyway, Settlement, pass_or_refuse


@dataclass(frozen=True, slots=True)
class SettleSame(HouseholdChange):
    """A person said that a row of a list is this household; recorded once for each source."""

    NAME: ClassVar[str] = "settle_same"
    settled: Settlement
    source: str

    def decide(
        self, household: Household, context: CommandContext, services: HouseholdServices
    ) -> None:
        """Records the settled match."""
        settle_match(
            household,
            context,
            candidate=self.settled.candidate,
            verdict=SAME,
            evidence=self.settled.evidence,
            reason=self.settled.reason,
            source=self.source,
        )


def record_settlements(
    household: Household, context: CommandContext, settled: Sequence[Settlement], source: str
) -> None:
    """Records what a person said about who the household is."""
    for one in settled:
        settle_match(
            household,
            context,
            candidate=one.candidate,
            verdict=one.verdict,
            evidence=one.evidence,
            reason=one.reason,
            source=source,
        )


def record_passed(
    household: Household,
    result: CommandResult,
    context: CommandContext,
    services: HouseholdServices,
    settled: Sequence[Settlement],
    source: str,
) -> None:
    """Records what was said of households that come close to one entered or joined, and the pairs
    that wait for an answer in the same save."""
    record_settlements(household, context, settled, source)
    for pair, claims in services.pairs_found(household, result.persons, settled, context):
        result.others = (*result.others, pair)
        result.claims += claims


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


def settle_match(
    household: Household,
    context: CommandContext,
    *,
    candidate: UUID | None,
    verdict: str,
    evidence: tuple[str, ...],
    reason: str,
    source: str,
) -> None:
    """Records that a person said who this is; the same said of the same again is nothing.

    A warning that was confirmed (no candidate) is one of that moment: another is recorded.
    """
    if candidate is not None and (candidate, verdict, source) in household.settled:
        return
    household.record(
        events.Matched,
        context,
        candidate=candidate,
        verdict=verdict,
        evidence=evidence,
        reason=reason,
        source=source,
    )
