"""A household at a point of its life, and short words for what it does with its own view."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.application import SocaiApplication
from domain.commands.command import Actor, CommandContext, Outcome
from domain.own_view.codes import household_itself
from domain.own_view.one_time_codes import GiveCode, RevokeCode, UseCode
from domain.own_view.own_view import OwnView
from tests.domain.households.conftest import application
from tests.given import CASE_WORKER, HUONG_SO, Life

__all__ = ["application", "life"]

CODE, WRONG = "12345678", "87654321"
PAPER = b"certificate 001"
GIVEN = datetime(2023, 3, 1, 3, tzinfo=UTC)
HOUSEHOLD = household_itself(HUONG_SO)


def at(minutes: float = 0) -> datetime:
    """A moment some minutes after the code was given."""
    return GIVEN + timedelta(minutes=minutes)


@dataclass
class Counter:
    """The counter where a household gets its code, and the phone on which it types it."""

    application: SocaiApplication
    household: UUID
    papers: tuple[bytes, ...] = (PAPER,)

    def run(
        self, command: Any, moment: datetime, by: Actor = CASE_WORKER, id_: UUID | None = None
    ) -> Outcome:
        """Runs a command at a moment."""
        context = CommandContext(moment.date(), by, id_ or uuid4(), moment)
        return self.application.run(command, context)

    def give(self, moment: datetime = GIVEN, *, code: str = CODE, **more: Any) -> Outcome:
        """Gives a code to a member who comes, or by letter."""
        id_ = more.pop("id_", None)
        asked = {"person_id": None, "way": "counter", "papers": self.papers, **more}
        return self.run(GiveCode(self.household, code=code, **asked), moment, id_=id_)

    def type(
        self, code: str, minutes: float = 1, *, paper: bytes = PAPER, id_: UUID | None = None
    ) -> str:
        """Types two codes; the note of the outcome."""
        outcome = self.run(UseCode(paper, code), at(minutes), HOUSEHOLD, id_)
        (note,) = outcome.notes
        return note

    def revoke(self, minutes: float = 1) -> Outcome:
        """Revokes the code."""
        return self.run(RevokeCode(self.household), at(minutes))

    def says(self, command: Any, on: str | date) -> Outcome:
        """What the household records itself on a day."""
        day = on if isinstance(on, date) else date.fromisoformat(on)
        return self.run(command, datetime.combine(day, time(3), tzinfo=UTC), HOUSEHOLD)

    def now(self) -> OwnView:
        """The own view as it stands in the store."""
        found = self.application.own_views.of_household(self.household)
        assert found is not None
        return found

    def events(self) -> list[str]:
        """The names of its events, from the store."""
        return [type(one).__name__ for one in self.application.events.get(self.now().id)]


@pytest.fixture
def life(application: SocaiApplication) -> Life:
    """A household of which nothing is known yet."""
    return Life(application)
