"""Pairs as a search finds them, for the tests of their routes and pages."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from domain.commands.command import Actor, CommandContext
from domain.duplicates.commands import FindDuplicate, FoundEvidence
from domain.duplicates.events import Couple
from tests.service.conftest import HUE, NOW


def found(
    office: Any, first: str, second: str, *, score: int = 970, codes: tuple[str, ...] = ("name",)
) -> str:
    """A pair of two households, with a couple of their heads; returns its id."""
    application = office.services.application
    homes = [application.households.load(UUID(one)) for one in (first, second)]
    couple = Couple(homes[0].head, homes[1].head, codes)
    context = CommandContext(date(2023, 2, 1), Actor("tinh", "province_officer", HUE), uuid4(), NOW)
    outcome = application.run(
        FindDuplicate(homes[0].id, homes[1].id, "bulk", score, FoundEvidence(codes, (couple,))),
        context,
    )
    office.services.nudge.catch_up()
    return str(outcome.aggregate_id)
