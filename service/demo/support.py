"""Programmes, money, targets, activities and models of the demo, from `support.toml`.

Each entry becomes the commands that the officer of that place would give. Their ids follow from
the entry, so that a load which was interrupted goes on and records nothing twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID, uuid5

import msgspec

from domain.application import SocaiApplication
from domain.commands.command import Actor, CommandContext, Document
from domain.support.activity import HeldFigures, HoldActivity, PlanActivity
from domain.support.budget import LineKey
from domain.support.budget_commands import (
    AllocateMoney,
    CarryOverMoney,
    DisburseMoney,
    OpenLine,
)
from domain.support.handler import SupportCommand
from domain.support.livelihood import JoinModel, StartModel
from domain.support.load import load_published
from domain.support.officer import CountOfficers, EnterOfficer, RecordTraining, officer_id
from domain.support.programme import Node
from domain.support.programme_commands import DefineProgramme
from domain.support.target import (
    DeclaredDay,
    PassTargetDown,
    SetRateTarget,
    SetTarget,
    target_id,
)
from service.demo.localities import localities, read
from service.demo.run_steps import NAMESPACE

LOADER = Actor("socai", "administrator")
PAPER = "Số liệu minh họa"
DELAY = timedelta(days=3)
JOINED = timedelta(days=21)
"""How long after its start a model has its households."""


class Resolution(msgspec.Struct, frozen=True):
    """A local programme with one policy."""

    locality: str
    area: str
    code: str
    title: str
    node: str
    since: date


class Line(msgspec.Struct, frozen=True):
    """A budget line with the money that came and went, in đồng."""

    locality: str
    area: str
    programme: str
    node: str
    source: str
    kind: str
    year: int
    allocated: int
    allocated_on: date
    carried_on: date | None = None
    disbursed: int = 0
    disbursed_on: date | None = None


class DemoActivity(msgspec.Struct, frozen=True):
    """An activity, or as many alike as `count` says, each with as many sessions.

    Persons, turns, households and money are those of all together.
    """

    locality: str
    area: str
    kind: str
    title: str
    on: date
    programme: str = ""
    node: str = ""
    count: int = 1
    sessions: int = 1
    persons: int | None = None
    turns: int | None = None
    households: int | None = None
    amount: int | None = None

    def figures(self, number: int) -> HeldFigures:
        """The figures of one of them: the whole is shared out in whole parts."""
        wholes = self.persons, self.turns, self.households, self.amount
        parts = [
            None if one is None else one * number // self.count - one * (number - 1) // self.count
            for one in wholes
        ]
        return HeldFigures(self.sessions, *parts)


class DemoModels(msgspec.Struct, frozen=True):
    """Livelihood models alike, of as many households each as `members` says; `line` says that the
    line of this node and year pays them."""

    locality: str
    area: str
    kind: str
    title: str
    on: date
    count: int
    funding_year: int
    programme: str
    node: str
    members: int = 0
    line: bool = False


class DemoTarget(msgspec.Struct, frozen=True):
    """A target with the parts passed down, each by the codes of the units that lead to it.

    A rate is in hundredths of a percentage point.
    """

    locality: str
    area: str
    measure: str
    on: date
    paper: str
    households: int = 0
    hundredths: int | None = None
    parts: dict[str, int] = {}


class DemoOfficers(msgspec.Struct, frozen=True):
    """The officers of an area, and how many of them took part in a training."""

    locality: str
    area: str
    title: str
    counted_on: date
    on: date
    officers: int
    trained: int


class Content(msgspec.Struct, frozen=True):
    """The whole file."""

    resolution: tuple[Resolution, ...]
    line: tuple[Line, ...]
    activity: tuple[DemoActivity, ...]
    models: tuple[DemoModels, ...]
    target: tuple[DemoTarget, ...]
    officers: tuple[DemoOfficers, ...]


Entry = TypeVar("Entry", Resolution, Line, DemoActivity, DemoModels, DemoTarget, DemoOfficers)


@dataclass(frozen=True, slots=True)
class Planned:
    """A command with its name, which makes its id, its day, its paper and its office."""

    name: str
    command: SupportCommand
    on: date
    area: str
    paper: str = PAPER

    @property
    def id(self) -> UUID:
        """The id of the command."""
        return uuid5(NAMESPACE, f"support/{self.name}")


def load(application: SocaiApplication, localities: Mapping[str, Sequence[UUID]]) -> None:
    """Loads the support of these localities; what is there already is not recorded again.

    Each comes with households that are on its list all year, of whom some join its models.
    """
    load_published(application.run, LOADER, datetime.now(tz=UTC))
    for one in planned(application, localities):
        unit = application.areas.directory.unit_on(one.area, one.on).id
        context = CommandContext(
            one.on,
            Actor(f"tinh.{one.area}", "province_officer", unit),
            one.id,
            datetime.combine(one.on, time(3), UTC) + DELAY,
            Document(one.paper, one.on),
        )
        application.run(one.command, context)


def planned(
    application: SocaiApplication, localities: Mapping[str, Sequence[UUID]]
) -> Iterator[Planned]:
    """The commands of these localities, in the order in which they depend on each other."""
    content = msgspec.convert(read("support.toml"), Content)

    def here(entries: Iterable[Entry]) -> Iterator[Entry]:
        return (one for one in entries if one.locality in localities)

    for resolution in here(content.resolution):
        yield _resolution(application, resolution)
    for line in here(content.line):
        yield from _line(application, line)
    for activity in here(content.activity):
        yield from _activity(application, activity)
    for models in here(content.models):
        yield from _models(application, models, localities[models.locality])
    for target in here(content.target):
        yield from _target(application, target)
    for officers in here(content.officers):
        yield from _officers(application, officers)


def _unit(application: SocaiApplication, code: str, on: date) -> str:
    return application.areas.directory.unit_on(code, on).id


def _resolution(application: SocaiApplication, one: Resolution) -> Planned:
    node = Node("policy", "", "policy", one.node, "seen")
    area = _unit(application, one.area, one.since)
    command = DefineProgramme(one.code, one.title, "local", area, one.since, None, (node,))
    return Planned(one.code, command, one.since, one.area)


def _key(application: SocaiApplication, one: Line | DemoModels, year: int, until: int) -> LineKey:
    on = date(until, 1, 1)
    source, kind = (one.source, one.kind) if isinstance(one, Line) else ("central", "recurrent")
    return LineKey(
        _unit(application, one.area, on), one.programme, one.node, source, kind, year, until
    )


def _line(application: SocaiApplication, one: Line) -> Iterator[Planned]:
    key = _key(application, one, one.year, one.year)
    name = f"line/{one.area}/{one.programme}/{one.node}/{one.source}/{one.kind}/{one.year}"
    opened: dict[str, Any] = {field: getattr(key, field) for field in key.__dataclass_fields__}
    yield Planned(f"{name}/open", OpenLine(**opened), one.allocated_on, one.area)
    money = AllocateMoney(key.id, one.allocated)
    yield Planned(f"{name}/allocate", money, one.allocated_on, one.area)
    if one.carried_on is not None:
        carried = CarryOverMoney(
            key.id, one.year + 1, one.programme, one.node, one.allocated, PAPER
        )
        yield Planned(f"{name}/carry", carried, one.carried_on, one.area)
    if one.disbursed_on is not None:
        paid = DisburseMoney(key.id, one.disbursed)
        yield Planned(f"{name}/disburse", paid, one.disbursed_on, one.area)


def _activity(application: SocaiApplication, one: DemoActivity) -> Iterator[Planned]:
    area = _unit(application, one.area, one.on)
    for number in range(1, one.count + 1):
        title = one.title if one.count == 1 else f"{one.title} số {number}"
        name = f"activity/{one.area}/{one.kind}/{one.title}/{one.on.year}/{number}"
        plan = Planned(
            name,
            PlanActivity(area, one.kind, one.on.year, title, one.programme, one.node),
            one.on.replace(month=1, day=15),
            one.area,
        )
        yield plan
        held = HoldActivity(uuid5(plan.id, "activity"), one.figures(number))
        yield Planned(f"{name}/held", held, one.on, one.area)


def _models(
    application: SocaiApplication, one: DemoModels, homes: Sequence[UUID]
) -> Iterator[Planned]:
    """The models, each with other households of the list; a household may be in one of each."""
    area = _unit(application, one.area, one.on)
    paid_by = _key(application, one, one.funding_year, one.on.year).id if one.line else None
    shuffled = Random(f"socai demo {one.title} {one.funding_year}")  # noqa: S311 - made-up members
    members = shuffled.sample(homes, min(len(homes), one.count * one.members))
    joined = one.on + JOINED
    for number in range(1, one.count + 1):
        command = StartModel(
            area, one.kind, f"{one.title} số {number}", one.programme, one.node,
            one.funding_year, paid_by,
        )  # fmt: skip
        name = f"model/{one.area}/{one.kind}/{one.title}/{one.funding_year}/{number}"
        start = Planned(name, command, one.on, one.area)
        yield start
        for home in members[(number - 1) * one.members : number * one.members]:
            join = JoinModel(uuid5(start.id, "model"), home)
            yield Planned(f"{name}/{home}", join, joined, one.area)


def _target(application: SocaiApplication, one: DemoTarget) -> Iterator[Planned]:
    area, year = _unit(application, one.area, one.on), one.on.year
    name = f"target/{one.area}/{one.measure}/{year}"
    command: SupportCommand = SetTarget(area, one.measure, year, one.households)
    if one.hundredths is not None:
        declared = (DeclaredDay(area, _declared_on(one.locality)),)
        command = SetRateTarget(area, one.measure, year, one.hundredths, declared)
    yield Planned(name, command, one.on, one.area, one.paper)
    for codes, households in one.parts.items():
        above, _, code = codes.rpartition("/")
        given_by = above.rpartition("/")[2] or one.area
        part = PassTargetDown(
            target_id(_unit(application, given_by, one.on), one.measure, year),
            _unit(application, code, one.on),
            households,
        )
        yield Planned(f"{name}/{code}", part, one.on, given_by, one.paper)


def _declared_on(locality: str) -> date:
    """The day for which the residents of a locality are declared."""
    return next(one.as_of for one in localities() if one.key == locality)


def _officers(application: SocaiApplication, one: DemoOfficers) -> Iterator[Planned]:
    """The officers by their accounts, their number, and a training that some took part in."""
    area, name = _unit(application, one.area, one.on), f"officers/{one.area}"
    count = CountOfficers(area, one.officers)
    yield Planned(f"{name}/count", count, one.counted_on, one.area)
    accounts = [f"giamngheo.{one.area}.{number:02}" for number in range(1, one.officers + 1)]
    for account in accounts:
        yield Planned(f"{name}/{account}", EnterOfficer(area, account), one.counted_on, one.area)
    plan = Planned(
        f"{name}/training",
        PlanActivity(area, "officer_training", one.on.year, one.title),
        one.counted_on,
        one.area,
    )
    yield plan
    training = uuid5(plan.id, "activity")
    held = HoldActivity(training, HeldFigures(persons=one.trained))
    yield Planned(f"{name}/training/held", held, one.on, one.area)
    trained = RecordTraining(training, tuple(officer_id(it) for it in accounts[: one.trained]))
    yield Planned(f"{name}/training/record", trained, one.on, one.area)
