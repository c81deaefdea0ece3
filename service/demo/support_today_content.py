"""The content of `support_today.toml`: the support of the demo in the year of the load."""

from typing import Literal

import msgspec

Where = Literal["ward", "city"]


class Production(msgspec.Struct, frozen=True):
    """The benefit of production, and the last year in which it is given."""

    last_year: int
    programme: str
    node: str
    benefit: str


class LineBefore(msgspec.Struct, frozen=True):
    """The money of the year before: what is not disbursed is carried over."""

    allocated: int
    disbursed: int
    ward: int = 0
    city: int = 0


class TodayLine(msgspec.Struct, frozen=True):
    """The line of a province, and what its communes get of it; that of production has no code."""

    name: str
    source: str
    kind: str
    allocated: int
    programme: str = ""
    node: str = ""
    ward: int = 0
    city: int = 0
    before: LineBefore | None = None


class TodayCase(msgspec.Struct, frozen=True):
    """A case up to a step, and how it ends, if it does."""

    line: str
    benefit: str
    begun: int
    until: str
    where: Where = "ward"
    amount: int | None = None
    quantity: int | None = None
    unit: str = ""
    of_person: bool = False
    paid_percent: int = 100
    outcome: str = ""
    end: Literal["", "refuse", "close"] = ""
    reason: str = ""
    note: str = ""


class TodayBatch(msgspec.Struct, frozen=True):
    """The batches: days back of what happened to the one before and of the drawing up of the one
    that waits."""

    line: str
    benefit: str
    amount: int
    households: int
    refused: int
    drawn_up: int
    approved: int
    delivered: int
    waiting: int


class TodayActivity(msgspec.Struct, frozen=True):
    """An activity; without `held` it is only planned."""

    kind: str
    title: str
    where: Where = "ward"
    held: int | None = None
    sessions: int = 1
    persons: int | None = None
    turns: int | None = None


class TodayModel(msgspec.Struct, frozen=True):
    """A livelihood model of new or of carried money."""

    title: str
    households: int
    begun: int
    where: Where = "ward"
    carried: bool = False


class TodayTarget(msgspec.Struct, frozen=True):
    """A target of the province with the same part for each commune."""

    measure: str
    province: int
    commune: int


class TodayContent(msgspec.Struct, frozen=True):
    """The whole file."""

    production: tuple[Production, ...]
    line: tuple[TodayLine, ...]
    case: tuple[TodayCase, ...]
    batch: TodayBatch
    activity: tuple[TodayActivity, ...]
    model: tuple[TodayModel, ...]
    target: tuple[TodayTarget, ...]
