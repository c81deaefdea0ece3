"""Fixtures with the units of the whole country, loaded once and only read."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from domain.areas.directory import AreaDirectory
from domain.areas.seed.national import Plan, plan
from domain.commands.command import Actor, CommandContext, Document


@pytest.fixture(scope="session")
def national() -> Plan:
    """Every unit's history as it is loaded."""
    return plan(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def country(national: Plan) -> AreaDirectory:
    """The directory of all units of the country."""
    return AreaDirectory(one.unit for one in national.units)


def context(on: date, paper: str = "1/NQ") -> CommandContext:
    """A command of that day, recorded on 1 June 2026."""
    return CommandContext(
        effective_on=on,
        actor=Actor("tinh.hue", "province_officer"),
        command_id=uuid4(),
        recorded_at=datetime(2026, 6, 1, 2, 0, tzinfo=UTC),
        document=Document(paper) if paper else None,
    )
