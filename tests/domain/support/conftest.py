"""A province with two communes, a programme with its tree, and short words for commands."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.areas.directory import AreaDirectory
from domain.areas.unit import Unit
from domain.commands.command import Actor, Command, CommandContext, Document, Outcome
from domain.eventstore.personal import Keyring
from domain.support import load
from domain.support.budget import BudgetLine
from domain.support.budget_commands import AllocateMoney, OpenLine
from domain.support.programme import Programme, programme_id
from tests.conftest import TEMPLATE, Database, Postgres, fresh_database, furnished_template
from tests.given import HUONG_SO, RURAL
from tests.standards import standards

published = cache(load.published)
PROVINCE = "46@2016-01-01"
OFFICER = Actor("tinh.hue", "province_officer", PROVINCE)
PAPER = Document("12/QĐ-UBND")


def province_and_communes() -> AreaDirectory:
    """One province with an urban and a rural commune."""

    def unit(id_: str, name: str, level: str, parent: str, area_type: str) -> Unit:
        code, _, since = id_.partition("@")
        day = date.fromisoformat(since)
        return Unit(
            id=id_,
            code=code,
            level=level,
            valid_from=day,
            certain=True,
            source="tests",
            names=((day, name),),
            kinds=((day, name.split()[0].lower()),),
            area_types=((day, area_type),),
            parents=((day, parent),),
        )

    return AreaDirectory(
        [
            unit(PROVINCE, "Tỉnh Thừa Thiên Huế", "province", "", ""),
            unit(HUONG_SO, "Phường Hương Sơ", "commune", PROVINCE, "urban"),
            unit(RURAL, "Xã Hương Thọ", "commune", PROVINCE, "rural"),
        ]
    )


def context(
    on: str | date,
    *,
    recorded: str | date | None = None,
    by: Actor = OFFICER,
    document: Document | None = PAPER,
    command_id: UUID | None = None,
) -> CommandContext:
    """Effective on a day and recorded that day, or on `recorded`."""

    def day(text: str | date) -> date:
        return text if isinstance(text, date) else date.fromisoformat(text)

    return CommandContext(
        effective_on=day(on),
        actor=by,
        command_id=command_id or uuid4(),
        recorded_at=datetime.combine(day(recorded or on), time(3), tzinfo=UTC),
        document=document,
    )


@dataclass
class SupportOffice:
    """The write side of support, by short words."""

    application: SocaiApplication

    def do(self, command: Command[Outcome], on: str | date, **more: Any) -> Outcome:
        """Runs a command of that day."""
        version = more.pop("expected_version", None)
        return self.application.run(command, context(on, **more), expected_version=version)

    def line(self, id_: UUID) -> BudgetLine:
        """The line as it is in the store."""
        found = self.application.support.find(BudgetLine, id_)
        assert found is not None
        return found

    def programme(self, code: str) -> Programme:
        """The programme as it is in the store."""
        found = self.application.support.find(Programme, programme_id(code))
        assert found is not None
        return found

    def open(self, year: int = 2023, *, area: str = PROVINCE, node: str = "2", **more: Any) -> UUID:
        """A line of Project 2 of the programme of 2021-2025, opened on 1 January of the year."""
        key = {"programme": "2021-2025", "source": "central", "kind": "recurrent", **more}
        command = OpenLine(
            area=area, node=node, allocation_year=year, spending_year=year, **key
        )  # fmt: skip
        return self.do(command, date(year, 1, 1), recorded=date(year, 12, 31)).aggregate_id

    def funded(self, amount: int, year: int = 2023, **more: Any) -> UUID:
        """A line to which money was allocated on 2 January of the year."""
        line = self.open(year, **more)
        self.do(AllocateMoney(line, amount), date(year, 1, 2))
        return line

    def events(self, id_: UUID) -> list[Any]:
        """The events of an aggregate, from the store."""
        return list(self.application.events.get(id_))


@pytest.fixture
def application(database: Any, keyring: Any, clock: Callable[[], datetime]) -> SocaiApplication:
    """The write side with the units of one province."""
    return SocaiApplication(
        database.pool, keyring, standards(), clock, directory=province_and_communes()
    )


@pytest.fixture(scope="session")
def published_programmes(postgres: Postgres) -> Iterator[str]:
    """The name of a database with the published programmes, recorded once for all tests."""

    def furnish(database: Database) -> None:
        keyring = Keyring(database.pool, secrets.token_bytes(32), secrets.token_bytes(32))
        application = SocaiApplication(
            database.pool, keyring, standards(), directory=province_and_communes()
        )
        with_programmes(SupportOffice(application))

    yield from furnished_template(postgres, furnish)


@pytest.fixture
def database(request: Any, postgres: Postgres, published_programmes: str) -> Iterator[Database]:
    """A fresh database of the test; with the programmes where the test asks for the `office`."""
    template = published_programmes if "office" in request.fixturenames else TEMPLATE
    yield from fresh_database(postgres, template)


@pytest.fixture
def office(application: SocaiApplication) -> SupportOffice:
    """The write side with the published programmes."""
    return with_programmes(SupportOffice(application))


def with_programmes(office: SupportOffice) -> SupportOffice:
    """The same office, with the published programmes; a copied database has them already."""
    commands = published()
    if office.application.support.find(Programme, programme_id(commands[0].code)) is None:
        for command in commands:
            office.do(command, command.valid_from, recorded="2022-12-15", document=None)
    return office
