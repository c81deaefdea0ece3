"""An activity (hoạt động) is a class, a fair, a work or a delivery that an office holds in an area.

    planned -> held -> corrected

It is counted as offices report it: sessions, persons, turns, households and money. A figure that
was not reported stays empty. It names no beneficiary: what one household gets is a grant.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, TypeAlias
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, AggregateCreated

from domain import text
from domain.commands.command import CommandContext, CommandResult
from domain.commands.runner import require_version
from domain.eventstore.mapper import register_events
from domain.support.budget import MOST_MONEY
from domain.support.budget_commands import check_node
from domain.support.codes import ACTIVITY_KINDS
from domain.support.errors import (
    ActivityFiguresInvalid,
    ActivityHeld,
    ActivityNotHeld,
    ActivityUnknown,
    ActivityYearInvalid,
    SupportEffectiveInFuture,
)
from domain.support.event import SupportEvent, circumstances, require_paper
from domain.support.handler import SupportCommand, SupportServices

MOST_COUNTED = 100_000_000


@dataclass(frozen=True, slots=True)
class HeldFigures:
    """The figures of an activity as they are reported; None where one is not. Money is in đồng."""

    sessions: int = 1
    persons: int | None = None
    turns: int | None = None
    households: int | None = None
    amount: int | None = None


class ActivityEvent(SupportEvent):
    """A fact about one activity."""

    TOPIC: ClassVar[str] = "activity.event"


class Planned(ActivityEvent, AggregateCreated):
    """The area has the activity in its plan of a year."""

    TOPIC = "activity.planned:1"

    area: str
    kind: str
    year: int
    title: str
    programme: str
    node: str


class Held(ActivityEvent):
    """The activity was held, with these figures."""

    TOPIC = "activity.held:1"

    figures: HeldFigures


class FiguresCorrected(ActivityEvent):
    """The figures of the activity are others."""

    TOPIC = "activity.figures_corrected:1"

    figures: HeldFigures
    reason: str


EVENTS = (Planned, Held, FiguresCorrected)
register_events(EVENTS)
Recorded: TypeAlias = Planned | Held | FiguresCorrected


@dataclass(frozen=True, slots=True)
class PlanActivity(SupportCommand):
    """An activity is planned; `created` is its id. `programme` and `node` may stay empty.

    Refused: UnknownCode, ProgrammeUnknown, NodeUnknown, ActivityYearInvalid.
    """

    NAME: ClassVar[str] = "activity.plan"
    area: str
    kind: str
    year: int
    title: str
    programme: str = ""
    node: str = ""

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The new activity."""
        area = services.directory.resolved(self.area, context.effective_on)
        text.known("kind", self.kind, ACTIVITY_KINDS)
        check_node(services, self.programme, self.node)
        activity = Activity.plan(context, self, area)
        return CommandResult(activity, created=activity.id)


@dataclass(frozen=True, slots=True)
class ReportActivity(SupportCommand):
    """An activity that was held is planned and held in one act; `created` is its id.

    Refused: as `PlanActivity` and `HoldActivity`.
    """

    NAME: ClassVar[str] = "activity.report"
    area: str
    kind: str
    year: int
    title: str
    figures: HeldFigures
    programme: str = ""
    node: str = ""

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The new activity, held on the effective date."""
        plan = PlanActivity(self.area, self.kind, self.year, self.title, self.programme, self.node)
        planned = plan.result(services, context, expected_version)
        if isinstance(planned.about, Activity):
            planned.about.hold(context, self.figures)
        return planned


@dataclass(frozen=True, slots=True)
class HoldActivity(SupportCommand):
    """An activity was held; the same figures again are nothing. Refused: ActivityHeld."""

    NAME: ClassVar[str] = "activity.hold"
    activity_id: UUID
    figures: HeldFigures

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The activity, held."""
        activity = _find(services, self.activity_id, expected_version)
        activity.hold(context, self.figures)
        return CommandResult(activity)


@dataclass(frozen=True, slots=True)
class CorrectActivity(SupportCommand):
    """The figures of an activity are corrected, on a paper and with a reason."""

    NAME: ClassVar[str] = "activity.correct"
    activity_id: UUID
    figures: HeldFigures
    reason: str

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The activity corrected. Raises ActivityNotHeld."""
        require_paper(context)
        activity = _find(services, self.activity_id, expected_version)
        activity.correct(context, self.figures, text.required("reason", self.reason, text.NOTE))
        return CommandResult(activity)


class Activity(Aggregate):
    """One activity of an area and a year."""

    TOPIC = "activity"
    Event = ActivityEvent  # type: ignore[assignment]

    @classmethod
    def plan(cls, context: CommandContext, given: PlanActivity, area: str) -> "Activity":
        """The activity, planned. A plan may be of the year after."""
        _check_day(context)
        if not 1990 <= given.year <= context.recorded_on.year + 1:
            raise ActivityYearInvalid(year=given.year)
        return cls._create(
            Planned,
            id=uuid5(context.command_id, "activity"),
            area=area,
            kind=given.kind,
            year=given.year,
            title=text.required("title", given.title),
            programme=given.programme,
            node=given.node,
            **circumstances(context),
        )

    def hold(self, context: CommandContext, figures: HeldFigures) -> None:
        """Records that it was held, in its year."""
        _check_day(context)
        _check_figures(figures)
        if context.effective_on.year != self.year:
            raise ActivityYearInvalid(year=self.year, effective_on=context.effective_on)
        if self.figures is None:
            self.trigger_event(Held, figures=figures, **circumstances(context))
        elif self.figures != figures:
            raise ActivityHeld(activity=self.id)

    def correct(self, context: CommandContext, figures: HeldFigures, reason: str) -> None:
        """Records other figures; the same are nothing."""
        _check_day(context)
        _check_figures(figures)
        if self.figures is None:
            raise ActivityNotHeld(activity=self.id)
        if figures != self.figures:
            self.trigger_event(
                FiguresCorrected, figures=figures, reason=reason, **circumstances(context)
            )

    def when(self, event: Recorded) -> None:
        """Takes over the content of an event. Assigns only."""
        match event:
            case Planned():
                self.area, self.kind, self.year = event.area, event.kind, event.year
                self.title, self.programme, self.node = event.title, event.programme, event.node
                self.figures: HeldFigures | None = None
                self.held_on: date | None = None
            case Held():
                self.figures, self.held_on = event.figures, event.effective_on
            case FiguresCorrected():
                self.figures = event.figures


def _check_day(context: CommandContext) -> None:
    if context.effective_on > context.recorded_on:
        raise SupportEffectiveInFuture(
            effective_on=context.effective_on, recorded_on=context.recorded_on
        )


def _check_figures(figures: HeldFigures) -> None:
    counted = figures.sessions, figures.persons, figures.turns, figures.households
    if any(one is not None and not 0 <= one <= MOST_COUNTED for one in counted):
        raise ActivityFiguresInvalid(at_most=MOST_COUNTED)
    if figures.amount is not None and not 0 <= figures.amount <= MOST_MONEY:
        raise ActivityFiguresInvalid(at_most=MOST_MONEY)
    if figures.turns is not None and figures.turns < (figures.persons or 0):
        raise ActivityFiguresInvalid(persons=figures.persons, turns=figures.turns)


def _find(services: SupportServices, id_: UUID, expected_version: int | None) -> Activity:
    activity = services.find(Activity, id_)
    if activity is None:
        raise ActivityUnknown(activity=id_)
    require_version(activity, expected_version)
    return activity
