"""A target (chỉ tiêu) says what an office is to reach in an area within a year.

    set, by the area itself or passed down from the one above -> passed down -> revised

It is a number of households by which a class is to fall or that are to be left in it, or a rate in
hundredths of a percentage point. A rate needs its denominator: all resident households, or all
officers. A target is kept apart from classification: no decision about a household reads it. Its
progress is read off movements and training records, never entered.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, TypeAlias
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, AggregateCreated

from domain import text
from domain.areas.codes import population_id
from domain.commands.command import LEFT_OUT, CommandContext, CommandResult
from domain.commands.runner import require_version
from domain.eventstore.mapper import register_events
from domain.population.population import Population
from domain.support.codes import MEASURES, RATE_MEASURES
from domain.support.errors import (
    TargetExists,
    TargetInvalid,
    TargetOfAnotherKind,
    TargetOutsideArea,
    TargetUnknown,
    TargetWithoutDenominator,
)
from domain.support.event import SupportEvent, circumstances, require_paper
from domain.support.handler import SupportCommand, SupportServices
from domain.support.officer import OfficerCount, officer_count_id

MOST_HOUSEHOLDS = 10_000_000
MOST_HUNDREDTHS = 10_000
_NAMESPACE = UUID("6f1d5a34-3c1e-5f43-9b1a-7f7f2f0a9c44")


def target_id(area: str, measure: str, year: int) -> UUID:
    """The id of the target of an area for a year."""
    return uuid5(_NAMESPACE, f"target:{area}:{measure}:{year}")


@dataclass(frozen=True, slots=True)
class DeclaredDay:
    """A declaration of resident households that a rate rests on: of which unit, for which day."""

    unit: str
    day: date


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


class RateTargetSet(TargetEvent, AggregateCreated):
    """The area has a rate as its target, in hundredths of a percentage point."""

    TOPIC = "target.rate_set:1"

    area: str
    measure: str
    year: int
    hundredths: int
    from_target: UUID | None


class RateTargetPassedDown(TargetEvent):
    """A unit below is given a rate of its own."""

    TOPIC = "target.rate_passed_down:1"

    to_target: UUID
    area: str
    hundredths: int


class RateTargetRevised(TargetEvent):
    """The rate is another one from now on."""

    TOPIC = "target.rate_revised:1"

    hundredths: int
    reason: str


EVENTS = (
    TargetSet, TargetPassedDown, TargetRevised,
    RateTargetSet, RateTargetPassedDown, RateTargetRevised,
)  # fmt: skip
register_events(EVENTS)
Recorded: TypeAlias = (
    TargetSet
    | TargetPassedDown
    | TargetRevised
    | RateTargetSet
    | RateTargetPassedDown
    | RateTargetRevised
)


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
        _require_kind(self.measure, rate=False)
        area = services.directory.resolved(self.area, context.effective_on)
        target = _set(services, context, (area, self.measure, self.year), self.households, None)
        return CommandResult(target, recorded_unchanged=False)


@dataclass(frozen=True, slots=True)
class SetRateTarget(SupportCommand):
    """A rate is set as the target of an area, in hundredths of a percentage point.

    `declared` are the declarations of residents that it rests on, each looked up here. Refused:
    TargetWithoutDenominator, TargetOfAnotherKind, and what `SetTarget` refuses.
    """

    NAME: ClassVar[str] = "target.set_rate"
    area: str
    measure: str
    year: int
    hundredths: int
    declared: tuple[DeclaredDay, ...] = field(default=(), metadata=LEFT_OUT)

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The target, new or as it was."""
        require_paper(context)
        _require_kind(self.measure, rate=True)
        area = services.directory.resolved(self.area, context.effective_on)
        _require_denominator(services, context, area, self.measure, self.declared)
        target = _set(services, context, (area, self.measure, self.year), self.hundredths, None)
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
        """Both targets. Raises TargetOutsideArea, TargetExists, TargetOfAnotherKind."""
        require_paper(context)
        target = _find(services, self.target_id, expected_version)
        _require_kind(target.measure, rate=False)
        return _passed_down(services, context, target, self.area, self.households)


@dataclass(frozen=True, slots=True)
class PassRateTargetDown(SupportCommand):
    """A unit below is given a rate, which it has as its own target; `created` is its id."""

    NAME: ClassVar[str] = "target.pass_rate_down"
    target_id: UUID
    area: str
    hundredths: int
    declared: tuple[DeclaredDay, ...] = field(default=(), metadata=LEFT_OUT)

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """Both targets. Raises as `PassTargetDown`, and TargetWithoutDenominator."""
        require_paper(context)
        target = _find(services, self.target_id, expected_version)
        _require_kind(target.measure, rate=True)
        area = services.directory.resolved(self.area, context.effective_on)
        _require_denominator(services, context, area, target.measure, self.declared)
        return _passed_down(services, context, target, area, self.hundredths)


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
        _require_kind(target.measure, rate=False)
        target.revise(context, self.households, text.required("reason", self.reason, text.NOTE))
        return _revised(services, context, target)


@dataclass(frozen=True, slots=True)
class ReviseRateTarget(SupportCommand):
    """The rate of a target is changed, with a reason."""

    NAME: ClassVar[str] = "target.revise_rate"
    target_id: UUID
    hundredths: int
    reason: str

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The target revised."""
        require_paper(context)
        target = _find(services, self.target_id, expected_version)
        _require_kind(target.measure, rate=True)
        target.revise(context, self.hundredths, text.required("reason", self.reason, text.NOTE))
        return _revised(services, context, target)


class Target(Aggregate):
    """The target of one area, measure and year.

    `number` counts households, or hundredths of a percentage point where the measure is a rate.
    """

    TOPIC = "target"
    Event = TargetEvent  # type: ignore[assignment]

    @property
    def is_rate(self) -> bool:
        """Whether the target is a rate."""
        return self.measure in RATE_MEASURES

    @classmethod
    def set(
        cls,
        context: CommandContext,
        key: tuple[str, str, int],
        number: int,
        from_target: UUID | None,
    ) -> "Target":
        """The target of an area, measure and year."""
        area, measure, year = key
        text.known("measure", measure, MEASURES)
        _check(measure, number)
        if not 1990 <= year <= context.recorded_on.year + 5:
            raise TargetInvalid(year=year)
        rate = measure in RATE_MEASURES
        return cls._create(
            RateTargetSet if rate else TargetSet,
            id=target_id(area, measure, year),
            area=area,
            measure=measure,
            year=year,
            from_target=from_target,
            **{"hundredths" if rate else "households": number},
            **circumstances(context),
        )

    def pass_down(self, context: CommandContext, below: "Target") -> None:
        """Notes the part of a unit below; the same again is nothing."""
        if self.parts.get(below.area) != below.number:
            kind, name = _shape(self.measure, RateTargetPassedDown, TargetPassedDown)
            self.trigger_event(
                kind,
                to_target=below.id,
                area=below.area,
                **{name: below.number},
                **circumstances(context),
            )

    def revise(self, context: CommandContext, number: int, reason: str) -> None:
        """Changes the number; the same number is nothing."""
        _check(self.measure, number)
        if number != self.number:
            kind, name = _shape(self.measure, RateTargetRevised, TargetRevised)
            self.trigger_event(kind, reason=reason, **{name: number}, **circumstances(context))

    def when(self, event: Recorded) -> None:
        """Takes over the content of an event. Assigns only."""
        match event:
            case TargetSet() | RateTargetSet():
                self.area, self.measure, self.year = event.area, event.measure, event.year
                self.from_target = event.from_target
                self.number = _number(event)
                self.parts: dict[str, int] = {}
            case TargetPassedDown() | RateTargetPassedDown():
                self.parts[event.area] = _number(event)
            case TargetRevised() | RateTargetRevised():
                self.number = _number(event)


def _number(event: Recorded) -> int:
    """The number that an event states, in the unit of its measure."""
    if isinstance(event, RateTargetSet | RateTargetPassedDown | RateTargetRevised):
        return event.hundredths
    return event.households


def _shape(
    measure: str, rate: type[TargetEvent], count: type[TargetEvent]
) -> tuple[type[TargetEvent], str]:
    """The kind of event that states the number of a measure, and the name of its field."""
    return (rate, "hundredths") if measure in RATE_MEASURES else (count, "households")


def _check(measure: str, number: int) -> None:
    most = MOST_HUNDREDTHS if measure in RATE_MEASURES else MOST_HOUSEHOLDS
    if isinstance(number, bool) or not 0 <= number <= most:
        raise TargetInvalid(number=number, at_most=most)


def _require_kind(measure: str, *, rate: bool) -> None:
    """Raises TargetOfAnotherKind where a rate is given for a number, or the other way round."""
    text.known("measure", measure, MEASURES)
    if (measure in RATE_MEASURES) != rate:
        raise TargetOfAnotherKind(measure=measure)


def _require_denominator(
    services: SupportServices,
    context: CommandContext,
    area: str,
    measure: str,
    declared: Iterable[DeclaredDay],
) -> None:
    """Raises TargetWithoutDenominator unless all that the rate is a share of is declared.

    The area itself has a figure, or each unit right below it has one or is made of such units.
    """
    days: dict[str, list[date]] = {}
    for one in declared:
        if services.find(Population, population_id(one.unit, one.day)) is not None:
            days.setdefault(one.unit, []).append(one.day)

    def has(unit: str) -> bool:
        if measure == "officers_trained":
            return services.find(OfficerCount, officer_count_id(unit)) is not None
        return unit in days

    lineage, on = services.directory.lineage, context.effective_on

    def covered(unit: str) -> bool:
        below = lineage.children(unit, on)
        return has(unit) or (bool(below) and all(map(covered, below)))

    if not covered(area):
        raise TargetWithoutDenominator(area=area, measure=measure)


def _find(services: SupportServices, id_: UUID, expected_version: int | None) -> Target:
    target = services.find(Target, id_)
    if target is None:
        raise TargetUnknown(target=id_)
    require_version(target, expected_version)
    return target


def _passed_down(
    services: SupportServices, context: CommandContext, target: Target, area: str, number: int
) -> CommandResult:
    """Both targets of a part. Raises TargetOutsideArea, TargetExists."""
    area = services.directory.resolved(area, context.effective_on)
    if area == target.area or not services.directory.covers(
        target.area, area, context.effective_on
    ):
        raise TargetOutsideArea(area=area)
    below = _set(services, context, (area, target.measure, target.year), number, target.id)
    target.pass_down(context, below)
    return CommandResult(target, others=(below,), created=below.id)


def _revised(services: SupportServices, context: CommandContext, target: Target) -> CommandResult:
    """The revised target, with the one above, of which it is a part."""
    above = services.find(Target, target.from_target) if target.from_target is not None else None
    if above is None or not target.pending_events:
        return CommandResult(target)
    above.pass_down(context, target)
    return CommandResult(target, others=(above,) if above.pending_events else ())


def _set(
    services: SupportServices,
    context: CommandContext,
    key: tuple[str, str, int],
    number: int,
    from_target: UUID | None,
) -> Target:
    """The target of a key, new or as it was. Raises TargetExists where it is another number."""
    known = services.find(Target, target_id(*key))
    if known is None:
        return Target.set(context, key, number, from_target)
    if (known.number, known.from_target) != (number, from_target):
        raise TargetExists(target=known.id, number=known.number)
    return known
