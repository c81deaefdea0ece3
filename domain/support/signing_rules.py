"""Signing rules (thẩm quyền ký) say how many accounts sign the approval of a case, by amount.

    set -> set anew, each from its effective date on

They are settings of an office for its own area and the units below. The law's own rules were not
found and none is built in: without a setting one signature is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, AggregateCreated

from domain.commands.command import CommandContext, CommandResult
from domain.eventstore.mapper import register_events
from domain.support.errors import SigningRulesInvalid
from domain.support.event import SupportEvent, circumstances, require_paper
from domain.support.handler import SupportCommand, SupportServices

MOST_SIGNATURES = 5
_NAMESPACE = UUID("8a4f5b0c-7f0e-5d0e-8a86-51c9f3e0aa33")


def signing_rules_id(area: str) -> UUID:
    """The id of the signing rules of an area."""
    return uuid5(_NAMESPACE, f"signing:{area}")


@dataclass(frozen=True, slots=True)
class Tier:
    """The number of signatures from an amount on, in đồng."""

    from_amount: int
    signatures: int


class SigningEvent(SupportEvent):
    """A fact about the signing rules of an area."""

    TOPIC: ClassVar[str] = "signing.event"


class SigningRulesBegun(SigningEvent, AggregateCreated):
    """An area has signing rules of its own."""

    TOPIC = "signing.begun:1"

    area: str


class SigningRulesSet(SigningEvent):
    """So many accounts sign, by amount, from the effective date on."""

    TOPIC = "signing.rules_set:1"

    tiers: tuple[Tier, ...]


EVENTS = (SigningRulesBegun, SigningRulesSet)
register_events(EVENTS)


@dataclass(frozen=True, slots=True)
class SetSigningRules(SupportCommand):
    """The signing rules of an area are set, from the effective date on."""

    NAME: ClassVar[str] = "signing.set"
    area: str
    tiers: tuple[Tier, ...]

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The rules, new or changed. Raises SigningRulesInvalid, SupportDocumentMissing."""
        require_paper(context)
        area = services.directory.resolved(self.area, context.effective_on)
        rules = services.find(SigningRules, signing_rules_id(area))
        rules = rules or SigningRules.begin(context, area)
        rules.set(context, self.tiers)
        return CommandResult(rules, recorded_unchanged=False)


class SigningRules(Aggregate):
    """The signing rules of one area."""

    TOPIC = "signing"
    Event = SigningEvent  # type: ignore[assignment]

    @classmethod
    def begin(cls, context: CommandContext, area: str) -> "SigningRules":
        """The area, without rules."""
        return cls._create(
            SigningRulesBegun, id=signing_rules_id(area), area=area, **circumstances(context)
        )

    def set(self, context: CommandContext, tiers: Sequence[Tier]) -> None:
        """Sets the rules from the effective date on; the same again is nothing."""
        amounts = [one.from_amount for one in tiers]
        counts = [one.signatures for one in tiers]
        if (
            amounts[:1] != [0]
            or amounts != sorted(set(amounts))
            or counts != sorted(counts)
            or not 1 <= min(counts) <= max(counts) <= MOST_SIGNATURES
        ):
            raise SigningRulesInvalid(amounts=amounts, signatures=counts)
        if (context.effective_on, tuple(tiers)) not in self.rules:
            self.trigger_event(SigningRulesSet, tiers=tuple(tiers), **circumstances(context))

    def when(self, event: SigningRulesBegun | SigningRulesSet) -> None:
        """Takes over the content of an event. Assigns only."""
        if isinstance(event, SigningRulesBegun):
            self.area = event.area
            self.rules: list[tuple[date, tuple[Tier, ...]]] = []
        else:
            self.rules.append((event.effective_on, event.tiers))

    def needed(self, amount: int, on: date) -> int | None:
        """The number of accounts that sign for an amount on a day; None where none is set."""
        known = [(since, at) for at, (since, _) in enumerate(self.rules) if since <= on]
        if not known:
            return None
        tiers = self.rules[max(known)[1]][1]
        return max(one.signatures for one in tiers if one.from_amount <= amount)


def signatures_needed(services: SupportServices, area: str, amount: int, on: date) -> int:
    """The signatures for an amount in an area: its own rules, or those of the nearest one above."""
    for unit in (area, *services.directory.above(area, on)):
        rules = services.find(SigningRules, signing_rules_id(unit))
        needed = rules.needed(amount, on) if rules else None
        if needed is not None:
            return needed
    return 1
