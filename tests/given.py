"""given(history).when(command).then(events or refusal), through the real write side.

A history is a function that takes a `Life` and does something with it (`tests/histories.py`); so
is a command. `then` looks at what the command recorded, or at how it was refused.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4, uuid5

from domain.application import SocaiApplication
from domain.areas.directory import AreaDirectory
from domain.areas.unit import Unit
from domain.commands.command import Actor, CommandContext, Document, Outcome
from domain.errors import Refusal
from domain.households.household import Household
from domain.households.person import NewMember
from domain.households.registration import NewHousehold
from tests import calls

HUONG_SO = "19753@2021-07-01"
OLD_WARD = "19754@2016-01-01"
RURAL = "19960@2016-01-01"
UNITS = {
    HUONG_SO: ("Phường Hương Sơ", "urban", None),
    OLD_WARD: ("Phường An Hòa", "urban", date(2021, 7, 1)),
    RURAL: ("Xã Hương Thọ", "rural", None),
}

CASE_WORKER = Actor("canbo", "case_worker", HUONG_SO)
SURVEYOR = Actor("khaosat", "surveyor", HUONG_SO)
CHAIRMAN = Actor("chutich", "chairman", HUONG_SO)


def a_few_areas() -> AreaDirectory:
    """The real directory, of three communes: one urban, one rural, one that ended."""

    def unit(id_: str, name: str, area_type: str, until: date | None) -> Unit:
        code, _, since = id_.partition("@")
        day = date.fromisoformat(since)
        return Unit(
            id=id_,
            code=code,
            level="commune",
            valid_from=day,
            certain=True,
            source="tests",
            names=((day, name),),
            kinds=((day, name.split()[0].lower()),),
            area_types=((day, area_type),),
            parents=((day, ""),),
            valid_to=until,
            ending="closed" if until else "",
        )

    return AreaDirectory([unit(id_, *what) for id_, what in UNITS.items()])


def day(text: str | date) -> date:
    """A date from ISO text."""
    return text if isinstance(text, date) else date.fromisoformat(text)


def paper(number: str = "12/QĐ-UBND", signed_on: str | date = "2022-12-10") -> Document:
    """A decision signed by the chairman."""
    return Document(number, day(signed_on), "chutich")


class Life:
    """One household in a test, with names for its people and short words for facts.

    `persons` maps a word ("head", "wife") to a person id.
    """

    def __init__(self, application: SocaiApplication) -> None:
        self.application = application
        self.households = calls.households(application)
        self.id = uuid4()
        self.persons: dict[str, UUID] = {}
        self.outcome: Outcome | None = None
        self.notes: dict[str, Any] = {}

    def context(
        self,
        on: str | date,
        *,
        recorded: str | date | None = None,
        by: Actor = CASE_WORKER,
        document: Document | None = None,
        command_id: UUID | None = None,
    ) -> CommandContext:
        """Effective on a day and recorded that day at 10:00 in Việt Nam, or on `recorded`."""
        recorded_on = day(recorded or on)
        return CommandContext(
            effective_on=day(on),
            actor=by,
            command_id=command_id or uuid4(),
            recorded_at=datetime.combine(recorded_on, time(3), tzinfo=UTC),
            document=document,
        )

    def register(self, on: str | date, household: NewHousehold, **context: Any) -> Outcome:
        """Enters a household; its members are known by their relation, or a name they are given."""
        self.outcome = self.households.register(self.context(on, **context), household)
        self.id = self.outcome.aggregate_id
        self.know(self.outcome.persons, household.members)
        return self.outcome

    def know(self, ids: Iterable[UUID], members: Iterable[NewMember]) -> None:
        """Gives persons their word: the last word of the name, in lower case."""
        for id_, member in zip(ids, members, strict=True):
            self.persons[member.name.split()[-1].lower()] = id_

    def do(self, command: str, on: str | date, /, *args: Any, **kwargs: Any) -> Outcome:
        """Runs a command of `application.households` on this household."""
        given = {
            key: kwargs.pop(key)
            for key in ("recorded", "by", "document", "command_id")
            if key in kwargs
        }
        run = getattr(self.households, command)
        self.outcome = run(self.id, self.context(on, **given), *args, **kwargs)
        return self.outcome

    def __getitem__(self, word: str) -> UUID:
        return self.persons[word]

    def now(self, household_id: UUID | None = None) -> Household:
        """The household as it stands in the store."""
        return self.households.load(household_id or self.id)

    def events(self, household_id: UUID | None = None) -> list[Any]:
        """All its events, from the store."""
        return list(self.application.events.get(household_id or self.id))


Step = Callable[[Life], Any]


@dataclass(frozen=True)
class Happened:
    """An event that is expected: its class, and what it should say of some of its fields."""

    event: type[Any]
    says: dict[str, Any]

    def differs(self, event: Any) -> str:
        """How an event is not the one expected, "" if it is."""
        if type(event) is not self.event:
            return f"{type(event).__name__} instead of {self.event.__name__}"
        names = {one.name for one in fields(self.event)}
        for name, expected in self.says.items():
            assert name in names, f"{self.event.__name__} has no field {name}"
            if getattr(event, name) != expected:
                return f"{name} is {getattr(event, name)!r}, not {expected!r}"
        return ""


def happened(event: type[Any], **says: Any) -> Happened:
    """An event of a class with these fields; other fields are not looked at."""
    return Happened(event, says)


class Result:
    """Result of a command: `life` after it, and its events or its refusal."""

    def __init__(self, life: Life, before: int, command: Step) -> None:
        self.life = life
        self.refusal: Refusal | None = None
        self.outcome: Any = None
        household = life.id
        try:
            self.outcome = command(life)
        except Refusal as refusal:
            self.refusal = refusal
        self.events = life.events()[before if life.id == household else 0 :]

    def then(self, *expected: "Happened | type[Refusal]", **values: Any) -> Life:
        """Exactly these events were recorded, or it was refused so, with these values."""
        first = expected[0] if expected else None
        if isinstance(first, type) and issubclass(first, Refusal):
            assert self.refusal is not None, f"not refused; recorded {names(self.events)}"
            assert type(self.refusal) is first, f"refused as {self.refusal!r}"
            for name, value in values.items():
                assert self.refusal.values.get(name) == value, self.refusal.values
            assert self.events == [], "refused, and recorded all the same"
            return self.life
        if self.refusal is not None:
            raise AssertionError(f"refused: {self.refusal}") from self.refusal
        assert len(self.events) == len(expected), names(self.events)
        for event, wanted in zip(self.events, expected, strict=True):
            assert isinstance(wanted, Happened)
            assert not wanted.differs(event), wanted.differs(event)
        return self.life

    def then_nothing(self) -> Life:
        """The command was taken and recorded nothing."""
        return self.then()


def names(events: Iterable[Any]) -> list[str]:
    """The names of some events."""
    return [type(event).__name__ for event in events]


class Given:
    """A household at some point of its life, ready for a command."""

    def __init__(self, life: Life, *history: Step) -> None:
        self.life = life
        for step in history:
            step(life)

    def when(self, command: Step) -> Result:
        """Runs the command and keeps what came of it."""
        before = len(self.life.events()) if self.life.outcome else 0
        return Result(self.life, before, command)


def command_id(*of: object) -> UUID:
    """A command id that is the same each time for the same words."""
    return uuid5(UUID(int=0), "/".join(map(str, of)))
