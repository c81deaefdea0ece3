"""Signing rules (thẩm quyền ký) say how many accounts sign an act, by amount, and who may not.

    set for all acts -> set anew, each from its effective date on
    a version of one act is added, from a day after that of the version before

They are settings of an office for its own area and the units below. The law's own rules were not
found and none is built in: without a setting one signature is enough. Whatever the rules say, the
account that requested or assessed a case does not approve it; `apart` are further steps that an
account which signed may not take.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, AggregateCreated

from domain import text
from domain.commands.command import CommandContext, CommandResult, Document
from domain.eventstore.mapper import register_events
from domain.support.codes import SIGNING_ACTS, STEPS_APART
from domain.support.errors import SigningRulesInvalid
from domain.support.event import SupportEvent, circumstances, require_paper
from domain.support.handler import SupportCommand, SupportServices
from domain.support.office_errors import SigningVersionOverlaps, StepsApart

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


@dataclass(frozen=True, slots=True)
class SigningVersion:
    """The rules of an act from a day on; `act` is "" for rules that are of all acts."""

    act: str
    since: date
    tiers: tuple[Tier, ...]
    apart: tuple[str, ...]
    document: Document | None
    account: str

    def signatures(self, amount: int) -> int:
        """The number of accounts that sign for an amount."""
        return max(one.signatures for one in self.tiers if one.from_amount <= amount)


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


class SigningVersionAdded(SigningEvent):
    """The rules of one act, from the effective date on; `apart` are steps for other accounts."""

    TOPIC = "signing.version_added:1"

    act: str
    tiers: tuple[Tier, ...]
    apart: tuple[str, ...]


EVENTS = (SigningRulesBegun, SigningRulesSet, SigningVersionAdded)
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


@dataclass(frozen=True, slots=True)
class AddSigningVersion(SupportCommand):
    """The signing rules of one act, from the effective date on; the same again is nothing.

    Refused: SigningRulesInvalid, SigningVersionOverlaps where rules of the act begin on that day or
    later, SupportDocumentMissing.
    """

    NAME: ClassVar[str] = "signing.add_version"
    area: str
    act: str
    tiers: tuple[Tier, ...]
    apart: tuple[str, ...] = ()

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The rules with the version."""
        require_paper(context)
        area = services.directory.resolved(self.area, context.effective_on)
        rules = services.find(SigningRules, signing_rules_id(area))
        rules = rules or SigningRules.begin(context, area)
        rules.add_version(context, self.act, self.tiers, self.apart)
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
        _check(tiers)
        if not self._has("", context.effective_on, tuple(tiers), ()):
            self.trigger_event(SigningRulesSet, tiers=tuple(tiers), **circumstances(context))

    def add_version(
        self, context: CommandContext, act: str, tiers: Sequence[Tier], apart: Sequence[str]
    ) -> None:
        """Adds the rules of an act, which begin after all that are there."""
        text.known("act", act, SIGNING_ACTS)
        for step in apart:
            text.known("apart", step, STEPS_APART)
        _check(tiers)
        steps = tuple(sorted(set(apart)))
        if self._has(act, context.effective_on, tuple(tiers), steps):
            return
        later = [one.since for one in self._of_act(act) if one.since >= context.effective_on]
        if later:
            raise SigningVersionOverlaps(act=act, begins=max(later))
        self.trigger_event(
            SigningVersionAdded,
            act=act,
            tiers=tuple(tiers),
            apart=steps,
            **circumstances(context),
        )

    def when(self, event: SigningRulesBegun | SigningRulesSet | SigningVersionAdded) -> None:
        """Takes over the content of an event. Assigns only."""
        match event:
            case SigningRulesBegun():
                self.area = event.area
                self.versions: list[SigningVersion] = []
            case SigningRulesSet():
                self._keep(event, "", ())
            case SigningVersionAdded():
                self._keep(event, event.act, event.apart)

    def _keep(
        self, event: SigningRulesSet | SigningVersionAdded, act: str, apart: tuple[str, ...]
    ) -> None:
        self.versions.append(
            SigningVersion(
                act, event.effective_on, event.tiers, apart, event.document, event.actor.account
            )
        )

    def _has(self, act: str, since: date, tiers: tuple[Tier, ...], apart: tuple[str, ...]) -> bool:
        return any(
            (one.act, one.since, one.tiers, one.apart) == (act, since, tiers, apart)
            for one in self.versions
        )

    def _of_act(self, act: str) -> list[SigningVersion]:
        return [one for one in self.versions if one.act in ("", act)]

    def version_on(self, act: str, on: date) -> SigningVersion | None:
        """The rules of an act on a day; of one day those recorded later. None where none is set."""
        known = [one for one in self._of_act(act) if one.since <= on]
        return max(reversed(known), key=lambda one: one.since) if known else None


def _check(tiers: Sequence[Tier]) -> None:
    """Raises SigningRulesInvalid unless amounts rise from 0 and signatures do not fall."""
    amounts = [one.from_amount for one in tiers]
    counts = [one.signatures for one in tiers]
    if (
        amounts[:1] != [0]
        or amounts != sorted(set(amounts))
        or counts != sorted(counts)
        or not 1 <= min(counts) <= max(counts) <= MOST_SIGNATURES
    ):
        raise SigningRulesInvalid(amounts=amounts, signatures=counts)


def version_for(services: SupportServices, area: str, act: str, on: date) -> SigningVersion | None:
    """The rules of an act in an area on a day: of the nearest office that answers for it that day.

    The rules of a unit that has ended end with it: its land has those of where it lies now.
    """
    for unit in services.directory.offices_over(area, on):
        rules = services.find(SigningRules, signing_rules_id(unit))
        found = rules.version_on(act, on) if rules else None
        if found is not None:
            return found
    return None


def signatures_needed(
    services: SupportServices, area: str, amount: int, on: date, act: str = "case_approval"
) -> int:
    """The signatures for an amount in an area, by the rules of the nearest office on the day."""
    version = version_for(services, area, act, on)
    return version.signatures(amount) if version is not None else 1


def require_apart(
    services: SupportServices,
    area: str,
    act: str,
    step: str,
    signed_by: Collection[str],
    context: CommandContext,
) -> None:
    """Raises StepsApart where an account that signed the approval may not take this step."""
    if step not in STEPS_APART or context.actor.account not in signed_by:
        return
    version = version_for(services, area, act, context.effective_on)
    if version is not None and step in version.apart:
        raise StepsApart(step=step)
