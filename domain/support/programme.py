"""A programme (chương trình, chính sách) is a tree of nodes, with the benefits that they give.

    defined -> benefits and rates are defined, each since a day, and defined anew
            -> closed

One programme is one version: the programme of 2021-2025 has projects and sub-projects, that of
2026-2035 components and contents, and both stand beside each other. A local resolution is a
programme of its own area. A benefit says for whom it is, what it counts, and for which content:
of several benefits with one content a beneficiary gets the highest only, whichever programme they
are of. A rate has its days and its source; one that was not found has no amount and the certainty
"unknown".
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar, TypeAlias
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, AggregateCreated

from domain import text
from domain.areas.directory import AreaDirectory
from domain.commands.command import CommandContext
from domain.eventstore.mapper import register_events
from domain.households.codes import CLASSES
from domain.support.codes import (
    CERTAINTIES,
    COUNTED,
    GROUPS,
    LEVELS,
    MONTHS,
    NODE_KINDS,
    PERIODS,
)
from domain.support.errors import (
    BenefitForNone,
    BenefitOutsideProgramme,
    BenefitUnknown,
    NodeUnknown,
    ProgrammeCodeInvalid,
    ProgrammePeriodInvalid,
    ProgrammeTreeInvalid,
    RateInvalid,
    RateOutsideProgramme,
    RatePeriodUnfit,
)
from domain.support.event import SupportEvent, circumstances

MOST_RATE = 10**12
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_NAMESPACE = UUID("5d1f8c52-62fb-5a5c-8f0e-3f6f5a0f5b11")


def programme_id(code: str) -> UUID:
    """The id of the programme of a code."""
    return uuid5(_NAMESPACE, f"programme:{code}")


# Values.


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree: a project, a component, a policy. `parent` is "" at the top."""

    code: str
    parent: str
    kind: str
    title: str
    certainty: str
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class LegalSource:
    """A legal text: its number, its title, and how far it was compared with the text."""

    number: str
    title: str
    certainty: str
    signed_on: date | None = None
    in_force_on: date | None = None


@dataclass(frozen=True, slots=True)
class Qualification:
    """Those whom a benefit is for: households of these classes, newly escaped ones, or both.

    With `groups` the household is in one of them besides; with `areas` it lives in one of these
    units or below.
    """

    classes: tuple[str, ...] = ()
    newly_escaped: bool = False
    groups: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Benefit:
    """A benefit of a node. `content` is what it is for, by which the highest only is found."""

    code: str
    node: str
    title: str
    content: str
    counted: str
    period: str
    qualification: Qualification
    source: str
    certainty: str
    title_en: str = ""
    note: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of a benefit: `amount` is exact, `at_most` a ceiling, in đồng `per` period.

    Without both it is unknown: the paper of each case states the amount. `valid_until` None is
    open.
    """

    benefit: str
    valid_from: date
    valid_until: date | None
    per: str
    amount: int | None
    at_most: int | None
    source: str
    certainty: str
    note: str = ""
    note_en: str = ""

    def covers(self, day: date) -> bool:
        """Whether the rate is valid on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Definition:
    """A programme as it is defined: `area` is "" for the whole country, else a unit id."""

    code: str
    title: str
    title_en: str
    level: str
    area: str
    valid_from: date
    valid_until: date | None
    nodes: tuple[Node, ...]
    sources: tuple[LegalSource, ...]


# Events, in the order of the life of a programme.


class ProgrammeEvent(SupportEvent):
    """A fact about one programme."""

    TOPIC: ClassVar[str] = "programme.event"


class ProgrammeDefined(ProgrammeEvent, AggregateCreated):
    """A programme begins, with its tree. `area` is "" for the whole country, else a unit id."""

    TOPIC = "programme.defined:1"

    code: str
    title: str
    title_en: str
    level: str
    area: str
    valid_from: date
    valid_until: date | None
    nodes: tuple[Node, ...]
    sources: tuple[LegalSource, ...]


class NodesAdded(ProgrammeEvent):
    """Nodes come to the tree."""

    TOPIC = "programme.nodes_added:1"

    nodes: tuple[Node, ...]


class BenefitDefined(ProgrammeEvent):
    """A benefit is so from the effective date on; a later definition of its code replaces it."""

    TOPIC = "programme.benefit_defined:1"

    benefit: Benefit


class RateChanged(ProgrammeEvent):
    """A rate is valid in its days; where two are valid on a day, the one recorded later counts."""

    TOPIC = "programme.rate_changed:1"

    rate: Rate


class Closed(ProgrammeEvent):
    """The programme ends; `effective_on` is its last day."""

    TOPIC = "programme.closed:1"

    reason: str


EVENTS = (ProgrammeDefined, NodesAdded, BenefitDefined, RateChanged, Closed)
register_events(EVENTS)
Recorded: TypeAlias = ProgrammeDefined | NodesAdded | BenefitDefined | RateChanged | Closed


# The aggregate.


class Programme(Aggregate):
    """One version of a programme."""

    TOPIC = "programme"
    Event = ProgrammeEvent  # type: ignore[assignment]

    @classmethod
    def define(cls, context: CommandContext, given: Definition) -> "Programme":
        """The programme with its tree."""
        code = text.required("code", given.code, text.CODE)
        if not CODE.fullmatch(code):
            raise ProgrammeCodeInvalid(code=code)
        text.known("level", given.level, LEVELS)
        if (given.level == "local") != bool(given.area):
            raise ProgrammeTreeInvalid(level=given.level, area=given.area)
        if given.valid_until is not None and given.valid_until < given.valid_from:
            raise ProgrammePeriodInvalid(valid_from=given.valid_from, valid_until=given.valid_until)
        _check_tree((), given.nodes)
        for source in given.sources:
            text.known("certainty", source.certainty, CERTAINTIES)
        return cls._create(
            ProgrammeDefined,
            id=programme_id(code),
            code=code,
            title=text.required("title", given.title),
            title_en=text.clean("title_en", given.title_en),
            level=given.level,
            area=given.area,
            valid_from=given.valid_from,
            valid_until=given.valid_until,
            nodes=given.nodes,
            sources=given.sources,
            **circumstances(context),
        )

    def add_nodes(self, context: CommandContext, nodes: Sequence[Node]) -> None:
        """Adds those that are not in the tree yet."""
        new = tuple(one for one in nodes if one.code not in self.nodes)
        if new:
            _check_tree(tuple(self.nodes.values()), new)
            self.trigger_event(NodesAdded, nodes=new, **circumstances(context))

    def define_benefit(self, context: CommandContext, benefit: Benefit) -> None:
        """Defines a benefit from the effective date on; the same again is nothing."""
        if benefit.node not in self.nodes:
            raise NodeUnknown(programme=self.code, node=benefit.node)
        for field, value, known in (
            ("counted", benefit.counted, COUNTED),
            ("period", benefit.period, PERIODS),
            ("certainty", benefit.certainty, CERTAINTIES),
            *(("classes", one, CLASSES) for one in benefit.qualification.classes),
            *(("groups", one, dict.fromkeys(GROUPS, "")) for one in benefit.qualification.groups),
        ):
            text.known(field, value, known)
        for field in ("code", "content", "source"):
            text.required(field, getattr(benefit, field), text.CODE)
        text.required("title", benefit.title)
        if not benefit.qualification.classes and not benefit.qualification.newly_escaped:
            raise BenefitForNone(benefit=benefit.code)
        if (context.effective_on, benefit) not in self.definitions:
            self.trigger_event(BenefitDefined, benefit=benefit, **circumstances(context))

    def change_rate(self, context: CommandContext, rate: Rate) -> None:
        """Sets a rate for its days; the same again is nothing."""
        if rate.benefit not in {one.code for _, one in self.definitions}:
            raise BenefitUnknown(programme=self.code, benefit=rate.benefit)
        text.known("per", rate.per, PERIODS)
        text.known("certainty", rate.certainty, CERTAINTIES)
        text.required("source", rate.source, text.CODE)
        figures = [one for one in (rate.amount, rate.at_most) if one is not None]
        if any(isinstance(one, bool) or not 0 < one <= MOST_RATE for one in figures):
            raise RateInvalid(benefit=rate.benefit, amount=rate.amount, at_most=rate.at_most)
        if len(figures) > 1 or bool(figures) == (rate.certainty == "unknown"):
            raise RateInvalid(benefit=rate.benefit, certainty=rate.certainty)
        if rate.valid_until is not None and rate.valid_until < rate.valid_from:
            raise ProgrammePeriodInvalid(valid_from=rate.valid_from, valid_until=rate.valid_until)
        known = [one for _, one in self.definitions if one.code == rate.benefit]
        if parts_of_period(known[-1].period, rate.per) is None:
            raise RatePeriodUnfit(benefit=rate.benefit, per=rate.per, period=known[-1].period)
        ends = self.last_day is not None and rate.valid_from > self.last_day
        if self.level == "local" and (rate.valid_from < self.valid_from or ends):
            raise RateOutsideProgramme(benefit=rate.benefit, valid_from=rate.valid_from)
        if rate not in self.rates:
            self.trigger_event(RateChanged, rate=rate, **circumstances(context))

    def close(self, context: CommandContext, reason: str) -> None:
        """Ends the programme with the effective date; the same end again is nothing."""
        if self.closed_on != context.effective_on:
            self.trigger_event(Closed, reason=reason, **circumstances(context))

    def when(self, event: Recorded) -> None:
        """Takes over the content of an event. Assigns only."""
        match event:
            case ProgrammeDefined():
                self.code, self.title, self.title_en = event.code, event.title, event.title_en
                self.level, self.area = event.level, event.area
                self.valid_from, self.valid_until = event.valid_from, event.valid_until
                self.sources = event.sources
                self.nodes = {one.code: one for one in event.nodes}
                self.definitions: list[tuple[date, Benefit]] = []
                self.rates: list[Rate] = []
                self.closed_on: date | None = None
            case NodesAdded():
                self.nodes |= {one.code: one for one in event.nodes}
            case BenefitDefined():
                self.definitions.append((event.effective_on, event.benefit))
            case RateChanged():
                self.rates.append(event.rate)
            case Closed():
                self.closed_on = event.effective_on

    # Questions.

    @property
    def identity(self) -> tuple[str, str, date, date | None]:
        """Level, area and days, which a second definition of the code must not change."""
        return self.level, self.area, self.valid_from, self.valid_until

    @property
    def last_day(self) -> date | None:
        """The last day of the programme, None while it is open."""
        days = [one for one in (self.valid_until, self.closed_on) if one is not None]
        return min(days, default=None)

    def is_in_force(self, day: date) -> bool:
        """Whether the programme gives benefits on a day."""
        return self.valid_from <= day and (self.last_day is None or day <= self.last_day)

    def node(self, code: str) -> Node:
        """The node of a code. Raises NodeUnknown."""
        if code not in self.nodes:
            raise NodeUnknown(programme=self.code, node=code)
        return self.nodes[code]

    def is_below(self, code: str, above: str) -> bool:
        """Whether a node is another one or stands below it."""
        while code and code != above:
            code = self.nodes[code].parent
        return code == above

    def benefit(self, code: str, on: date) -> Benefit:
        """The benefit as defined on a day. Raises BenefitUnknown."""
        known = [(since, at) for at, (since, one) in enumerate(self.definitions)
                 if one.code == code and since <= on]  # fmt: skip
        if not known:
            raise BenefitUnknown(programme=self.code, benefit=code, on=on)
        return self._kept_to_own_area(self.definitions[max(known)[1]][1])

    def first_day_of(self, code: str, first: date, last: date) -> date:
        """The first day of a period on which the programme has a benefit; the first one if none.

        A resolution that takes effect within a quarter gives its benefits for that quarter.
        """
        since = [on for on, one in self.definitions if one.code == code and on <= last]
        day = max(first, self.valid_from, min(since, default=first))
        return day if day <= last else first

    def _kept_to_own_area(self, benefit: Benefit) -> Benefit:
        """The benefit; one of a local programme that names no units is for the own area alone."""
        wanted = benefit.qualification
        if not self.area or wanted.areas:
            return benefit
        return replace(benefit, qualification=replace(wanted, areas=(self.area,)))

    def require_within(self, benefit: Benefit, on: date, directory: AreaDirectory) -> None:
        """Raises BenefitOutsideProgramme where a benefit names units outside the own area."""
        for unit in benefit.qualification.areas:
            if not directory.lies_in(self.area, unit, on):
                raise BenefitOutsideProgramme(benefit=benefit.code, area=unit)

    def rate(self, benefit: str, on: date) -> Rate | None:
        """The rate that is valid on a day; None where none was recorded."""
        valid = (one for one in reversed(self.rates) if one.benefit == benefit and one.covers(on))
        return next(valid, None)


def parts_of_period(period: str, per: str) -> int | None:
    """The times that a rate `per` a period makes up another period; None where it does not.

    A monthly rate makes up a quarter by three; what is given once has a rate for once.
    """
    whole, part = MONTHS.get(period), MONTHS.get(per)
    if whole is None or part is None:
        return 1 if whole is part else None
    return whole // part if whole % part == 0 else None


def _check_tree(known: Iterable[Node], new: Sequence[Node]) -> None:
    """Raises ProgrammeTreeInvalid unless each new node comes after the one above it."""
    codes = {one.code for one in known}
    for one in new:
        text.known("kind", one.kind, NODE_KINDS)
        text.known("certainty", one.certainty, CERTAINTIES)
        text.required("code", one.code, text.CODE)
        text.required("title", one.title)
        if one.code in codes or (one.parent and one.parent not in codes):
            raise ProgrammeTreeInvalid(node=one.code, parent=one.parent)
        codes.add(one.code)
    if not codes:
        raise ProgrammeTreeInvalid(nodes=0)
