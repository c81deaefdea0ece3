"""The smallest count (ngưỡng che số liệu nhỏ) is the lowest count of households that is shown.

    begun -> set, each from its effective date on

It holds where figures go to those who may not see single households. It is a setting of the office
of a province, for all figures of the province, or of the country. No text of law was found that
names a number: DEFAULT is this program's own, and counts where neither has set another one.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID, uuid5

from eventsourcing.domain import Aggregate, AggregateCreated

from domain.areas.codes import COUNTRY
from domain.commands.command import CommandContext, CommandResult
from domain.eventstore.mapper import register_events
from domain.support.errors import SmallestCountInvalid, SmallestCountOfProvince
from domain.support.event import SupportEvent, circumstances, require_paper
from domain.support.handler import SupportCommand, SupportServices

DEFAULT = 5
LEAST, MOST = 2, 100
_NAMESPACE = UUID("3f0b7a0e-9b57-5c4e-b1ad-6b9f9a2c77d1")


def smallest_count_id(area: str) -> UUID:
    """The id of the smallest count of an area."""
    return uuid5(_NAMESPACE, f"smallest:{area}")


class SmallestCountEvent(SupportEvent):
    """A fact about the smallest count of an area."""

    TOPIC: ClassVar[str] = "smallest_count.event"


class SmallestCountBegun(SmallestCountEvent, AggregateCreated):
    """An area has a smallest count of its own."""

    TOPIC = "smallest_count.begun:1"

    area: str


class SmallestCountSet(SmallestCountEvent):
    """Counts of fewer households are held back, from the effective date on."""

    TOPIC = "smallest_count.set:1"

    households: int


EVENTS = (SmallestCountBegun, SmallestCountSet)
register_events(EVENTS)


@dataclass(frozen=True, slots=True)
class SetSmallestCount(SupportCommand):
    """The smallest count of a province is set, from the effective date on.

    Refused: SmallestCountInvalid, SmallestCountOfProvince, SupportDocumentMissing.
    """

    NAME: ClassVar[str] = "smallest_count.set"
    area: str
    households: int

    def result(
        self, services: SupportServices, context: CommandContext, expected_version: int | None
    ) -> CommandResult:
        """The smallest count, new or changed."""
        require_paper(context)
        area = self.area and services.directory.resolved(self.area, context.effective_on)
        if services.directory.above(area, context.effective_on) not in ([], [COUNTRY]):
            raise SmallestCountOfProvince(area=area)
        setting = services.find(SmallestCount, smallest_count_id(area))
        setting = setting or SmallestCount.begin(context, area)
        setting.set(context, self.households)
        return CommandResult(setting, recorded_unchanged=False)


class SmallestCount(Aggregate):
    """The smallest count of one area."""

    TOPIC = "smallest_count"
    Event = SmallestCountEvent  # type: ignore[assignment]

    @classmethod
    def begin(cls, context: CommandContext, area: str) -> "SmallestCount":
        """The area, without a number."""
        return cls._create(
            SmallestCountBegun, id=smallest_count_id(area), area=area, **circumstances(context)
        )

    def set(self, context: CommandContext, households: int) -> None:
        """Sets the number from the effective date on; the same again is nothing."""
        if not LEAST <= households <= MOST:
            raise SmallestCountInvalid(households=households, least=LEAST, most=MOST)
        if (context.effective_on, households) not in self.numbers:
            self.trigger_event(SmallestCountSet, households=households, **circumstances(context))

    def when(self, event: SmallestCountBegun | SmallestCountSet) -> None:
        """Takes over the content of an event. Assigns only."""
        if isinstance(event, SmallestCountBegun):
            self.area = event.area
            self.numbers: list[tuple[date, int]] = []
        else:
            self.numbers.append((event.effective_on, event.households))

    def on(self, day: date) -> int | None:
        """The number that holds on a day; None before the first."""
        known = [(since, at) for at, (since, _) in enumerate(self.numbers) if since <= day]
        return self.numbers[max(known)[1]][1] if known else None


def smallest_count(services: SupportServices, province: str, on: date) -> int:
    """The smallest count of a province on a day: its own, or that of the country, or DEFAULT."""
    for unit in dict.fromkeys((province, COUNTRY)):
        setting = services.find(SmallestCount, smallest_count_id(unit))
        households = setting.on(on) if setting else None
        if households is not None:
            return households
    return DEFAULT
