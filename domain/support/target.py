"""A target (chỉ tiêu) says by how many households a class is to fall in an area within a year.

    set, by the area itself or passed down from the one above -> passed down -> revised

A target is kept apart from classification: no decision about a household reads it. Its progress is
read off the counts of households, never entered.
"""

from dataclasses import dataclass
from typing import ClassVar, TypeAlias
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, AggregateCreated

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.commands.runner import require_version
from domain.eventstore.mapper import register_events
from domain.support.codes import MEASURES
from domain.support.errors import TargetExists, TargetInvalid, TargetOutsideArea, TargetUnknown
from domain.support.event import SupportEvent, circumstances, require_paper
from domain.support.handler import SupportCommand, SupportServices

MOST_HOUSEHOLDS = 10_000_000
_NAMESPACE = UUID("6f1d5a34-3c1e-5f43-9b1a-7f7f2f0a9c44")


def target_id(area: str, measure: str, year: int) -> UUID:
    """The id of the target of an area for a year."""
    return uuid5(_NAMESPACE, f"target:{area}:{measure}:{year}")


class TargetEvent(SupportEvent):
    """A fact about one target."""

    TOPIC: ClassVar[str] = "target.event"


class TargetSet(TargetEvent, AggregateCreated):
    """The area has a target for the year; `from_target` is that which it was passed down from."""

    TOPIC = "target.set:1"

    area: str
    measure: str
    year: int
    households: int
    from_target: UUID | None


class TargetPassedDown(TargetEvent):
    """A part of the target is given to a unit below."""

    TOPIC = "target.passed_down:1"

    to_target: UUID
    area: str
    households: int


class TargetRevised(TargetEvent):
    """The target is another one from now on."""

    TOPIC = "target.revised:1"

    households: int
    reason: str


EVENTS = (TargetSet, TargetPassedDown, TargetRevised)
register_events(EVENTS)
Recorded: TypeAlias = TargetSet | TargetPassedDown | TargetRevised


@dataclass(frozen=True, slots=True)
class SetTarget(SupportCommand):
    """A target is set for an area; the same again is nothing, another number is TargetExists."""

    NAME: ClassVar[str] = "target.set"
    area: str
    measure: str
    year: int
    households: int

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The target, new or as it was."""
        require_paper(context)
        area = services.directory.resolved(self.area, context.effective_on)
        target = _set(services, context, (area, self.measure, self.year), self.households, None)
        return CommandResult(target, recorded_unchanged=False)


@dataclass(frozen=True, slots=True)
class PassTargetDown(SupportCommand):
    """A part of a target is given to a unit below, which has it as its own; `created` is its id.

    Parts may add up to more or less than the target: offices plan with a reserve.
    """

    NAME: ClassVar[str] = "target.pass_down"
    target_id: UUID
    area: str
    households: int

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Both targets. Raises TargetOutsideArea, TargetExists."""
        require_paper(context)
        target = _find(services, self.target_id, expected_version)
        area = services.directory.resolved(self.area, context.effective_on)
        if area == target.area or not services.directory.covers(
            target.area, area, context.effective_on
        ):
            raise TargetOutsideArea(area=area)
        key = area, target.measure, target.year
        below = _set(services, context, key, self.households, target.id)
        target.pass_down(context, below)
        return CommandResult(target, others=(below,), created=below.id)


@dataclass(frozen=True, slots=True)
class ReviseTarget(SupportCommand):
    """The number of a target is changed, with a reason."""

    NAME: ClassVar[str] = "target.revise"
    target_id: UUID
    households: int
    reason: str

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The target revised."""
        require_paper(context)
        target = _find(services, self.target_id, expected_version)
        target.revise(context, self.households, text.required("reason", self.reason, text.NOTE))
        return CommandResult(target)


class Target(Aggregate):
    """The target of one area, measure and year."""

    TOPIC = "target"
    Event = TargetEvent  # type: ignore[assignment]

    @classmethod
    def set(
        cls,
        context: CommandContext,
        key: tuple[str, str, int],
        households: int,
        from_target: UUID | None,
    ) -> "Target":
        """The target of an area, measure and year."""
        area, measure, year = key
        text.known("measure", measure, MEASURES)
        _check(households)
        if not 1990 <= year <= context.recorded_on.year + 5:
            raise TargetInvalid(year=year)
        return cls._create(
            TargetSet,
            id=target_id(area, measure, year),
            area=area,
            measure=measure,
            year=year,
            households=households,
            from_target=from_target,
            **circumstances(context),
        )

    def pass_down(self, context: CommandContext, below: "Target") -> None:
        """Notes the part of a unit below; the same again is nothing."""
        if self.parts.get(below.area) != below.households:
            self.trigger_event(
                TargetPassedDown,
                to_target=below.id,
                area=below.area,
                households=below.households,
                **circumstances(context),
            )

    def revise(self, context: CommandContext, households: int, reason: str) -> None:
        """Changes the number; the same number is nothing."""
        _check(households)
        if households != self.households:
            self.trigger_event(
                TargetRevised, households=households, reason=reason, **circumstances(context)
            )

    def when(self, event: Recorded) -> None:
        """Takes over the content of an event. Assigns only."""
        match event:
            case TargetSet():
                self.area, self.measure, self.year = event.area, event.measure, event.year
                self.households, self.from_target = event.households, event.from_target
                self.parts: dict[str, int] = {}
            case TargetPassedDown():
                self.parts[event.area] = event.households
            case TargetRevised():
                self.households = event.households


def _check(households: int) -> None:
    if isinstance(households, bool) or not 0 <= households <= MOST_HOUSEHOLDS:
        raise TargetInvalid(households=households, at_most=MOST_HOUSEHOLDS)


def _find(services: SupportServices, id_: UUID, expected_version: int | None) -> Target:
    target = services.find(Target, id_)
    if target is None:
        raise TargetUnknown(target=id_)
    require_version(target, expected_version)
    return target


def _set(
    services: SupportServices,
    context: CommandContext,
    key: tuple[str, str, int],
    households: int,
    from_target: UUID | None,
) -> Target:
    """The target of a key, new or as it was. Raises TargetExists where it is another number."""
    known = services.find(Target, target_id(*key))
    if known is None:
        return Target.set(context, key, households, from_target)
    if (known.households, known.from_target) != (households, from_target):
        raise TargetExists(target=known.id, households=known.households)
    return known
