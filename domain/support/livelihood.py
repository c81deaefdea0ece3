"""A livelihood model (mô hình) is what several households do together with money of a programme.

    started -> households join -> closed

`funding_year` is the year whose budget pays it: a model of carried money has an earlier one than
the year in which it starts.
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
from domain.households.claims import number_key
from domain.support.budget_commands import check_node, find_line
from domain.support.codes import MODEL_ENDINGS, MODEL_KINDS
from domain.support.errors import (
    HouseholdNumberOfSeveral,
    HouseholdNumberUnknown,
    LineOfAnotherProject,
    ModelClosed,
    ModelUnknown,
    ModelYearInvalid,
    RecipientElsewhere,
    SupportEffectiveInFuture,
)
from domain.support.event import SupportEvent, circumstances, require_paper
from domain.support.handler import SupportCommand, SupportServices
from domain.support.programme import Programme, programme_id


class ModelEvent(SupportEvent):
    """A fact about one livelihood model."""

    TOPIC: ClassVar[str] = "activity.model_event"


class ModelStarted(ModelEvent, AggregateCreated):
    """The model is approved and starts; `line_id` is the budget line that pays it, if known."""

    TOPIC = "activity.model_started:1"

    area: str
    kind: str
    title: str
    programme: str
    node: str
    line_id: UUID | None
    funding_year: int


class HouseholdJoinedModel(ModelEvent):
    """A household takes part in the model."""

    TOPIC = "activity.household_joined_model:1"

    household_id: UUID


class ModelEnded(ModelEvent):
    """The model ends."""

    TOPIC = "activity.model_closed:1"

    ending: str
    note: str


EVENTS = (ModelStarted, HouseholdJoinedModel, ModelEnded)
register_events(EVENTS)
Recorded: TypeAlias = ModelStarted | HouseholdJoinedModel | ModelEnded


@dataclass(frozen=True, slots=True)
class StartModel(SupportCommand):
    """A model is approved; `created` is its id. `line_id` is the budget line that pays it.

    Refused: UnknownCode, ProgrammeUnknown, NodeUnknown, BudgetLineUnknown, LineOfAnotherProject,
    ModelYearInvalid where the line has the money of another year.
    """

    NAME: ClassVar[str] = "model.start"
    area: str
    kind: str
    title: str
    programme: str
    node: str
    funding_year: int
    line_id: UUID | None = None

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The new model."""
        require_paper(context)
        area = services.directory.resolved(self.area, context.effective_on)
        text.known("kind", self.kind, MODEL_KINDS)
        check_node(services, self.programme, self.node)
        if self.line_id is not None:
            self._check_line(services, context, area, self.line_id)
        model = LivelihoodModel.start(context, self, area)
        return CommandResult(model, created=model.id)

    def _check_line(
        self, services: SupportServices, context: CommandContext, area: str, line_id: UUID
    ) -> None:
        key = find_line(services, line_id).key
        programme = services.find(Programme, programme_id(self.programme))
        if (
            programme is None
            or key.programme != self.programme
            or not programme.is_below(self.node, key.node)
            or not services.directory.covers(key.area, area, context.effective_on)
        ):
            raise LineOfAnotherProject(line=line_id, node=self.node)
        if key.allocation_year != self.funding_year:
            raise ModelYearInvalid(
                funding_year=self.funding_year, allocation_year=key.allocation_year
            )


@dataclass(frozen=True, slots=True)
class JoinModel(SupportCommand):
    """A household joins a model; one that has joined is nothing.

    Refused: ModelUnknown, ModelClosed, HouseholdUnknown, HouseholdEnded, RecipientElsewhere.
    """

    NAME: ClassVar[str] = "model.join"
    model_id: UUID
    household_id: UUID

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The model with the household."""
        model = find_model(services, self.model_id, expected_version)
        household = services.household(self.household_id)
        if not services.directory.covers(model.area, household.area, context.effective_on):
            raise RecipientElsewhere(household_id=household.id)
        household.require_open_on(context)
        model.join(context, household.id)
        return CommandResult(model)


@dataclass(frozen=True, slots=True)
class JoinModelByNumber(SupportCommand):
    """A household joins a model, named by its household number; one that has joined is nothing.

    `unit` is the commune where the number is looked for, "" all of the model's area. A number of
    another place is answered as one that no household has. Refused: HouseholdNumberUnknown,
    HouseholdNumberOfSeveral, and what `JoinModel` refuses.
    """

    NAME: ClassVar[str] = "model.join_by_number"
    model_id: UUID
    number: str
    unit: str = ""

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The model with the household."""
        model = find_model(services, self.model_id, None)
        number = text.required("number", self.number, text.CODE)
        area = model.area
        if self.unit:
            area = services.directory.resolved(self.unit, context.effective_on)
            if not services.directory.covers(model.area, area, context.effective_on):
                raise HouseholdNumberUnknown(number=number, area=area)
        units = services.directory.units_within(area, context.effective_on) or ()
        claims = services.claims.look([number_key(unit, number) for unit in units])
        holders = {one.holder for one in claims.values() if one.until is None}
        if not holders:
            raise HouseholdNumberUnknown(number=number, area=area)
        if len(holders) > 1:
            raise HouseholdNumberOfSeveral(number=number, households=len(holders))
        join = JoinModel(self.model_id, holders.pop())
        return join.result(services, context, expected_version)


@dataclass(frozen=True, slots=True)
class CloseModel(SupportCommand):
    """A model ends; a second time is nothing. Refused: ModelClosed before a household joined."""

    NAME: ClassVar[str] = "model.close"
    model_id: UUID
    ending: str
    note: str = ""

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The model, closed."""
        text.known("ending", self.ending, MODEL_ENDINGS)
        model = find_model(services, self.model_id, expected_version)
        model.close(context, self.ending, text.clean("note", self.note, text.NOTE))
        return CommandResult(model)


class LivelihoodModel(Aggregate):
    """One livelihood model with its households."""

    TOPIC = "model"
    Event = ModelEvent  # type: ignore[assignment]

    @classmethod
    def start(cls, context: CommandContext, given: StartModel, area: str) -> "LivelihoodModel":
        """The model, paid by the money of its own year or of an earlier one."""
        _check_day(context)
        if not 1990 <= given.funding_year <= context.effective_on.year:
            raise ModelYearInvalid(funding_year=given.funding_year)
        return cls._create(
            ModelStarted,
            id=uuid5(context.command_id, "model"),
            area=area,
            kind=given.kind,
            title=text.required("title", given.title),
            programme=given.programme,
            node=given.node,
            line_id=given.line_id,
            funding_year=given.funding_year,
            **circumstances(context),
        )

    def join(self, context: CommandContext, household_id: UUID) -> None:
        """Takes a household in."""
        _check_day(context)
        if household_id in self.households:
            return
        if self.ending or context.effective_on < self.started_on:
            raise ModelClosed(model=self.id, effective_on=context.effective_on)
        self.trigger_event(
            HouseholdJoinedModel, household_id=household_id, **circumstances(context)
        )

    def close(self, context: CommandContext, ending: str, note: str) -> None:
        """Ends the model."""
        _check_day(context)
        if self.ending:
            if self.ending != ending:
                raise ModelClosed(model=self.id, effective_on=context.effective_on)
            return
        if context.effective_on < max((self.started_on, *self.households.values())):
            raise ModelClosed(model=self.id, effective_on=context.effective_on)
        self.trigger_event(ModelEnded, ending=ending, note=note, **circumstances(context))

    def when(self, event: Recorded) -> None:
        """Takes over the content of an event. Assigns only."""
        match event:
            case ModelStarted():
                self.area, self.kind, self.title = event.area, event.kind, event.title
                self.programme, self.node = event.programme, event.node
                self.line_id, self.funding_year = event.line_id, event.funding_year
                self.started_on = event.effective_on
                self.households: dict[UUID, date] = {}
                self.ending = ""
                self.ended_on: date | None = None
            case HouseholdJoinedModel():
                self.households[event.household_id] = event.effective_on
            case ModelEnded():
                self.ending, self.ended_on = event.ending, event.effective_on


def _check_day(context: CommandContext) -> None:
    if context.effective_on > context.recorded_on:
        raise SupportEffectiveInFuture(
            effective_on=context.effective_on, recorded_on=context.recorded_on
        )


def find_model(
    services: SupportServices, id_: UUID, expected_version: int | None
) -> LivelihoodModel:
    """The model as it is now. Raises ModelUnknown, and where its version is another one."""
    model = services.find(LivelihoodModel, id_)
    if model is None:
        raise ModelUnknown(model=id_)
    require_version(model, expected_version)
    return model
