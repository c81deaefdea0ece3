"""Small households for the tests of the ledger."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from domain.commands.command import Actor
from domain.households.events import CausesRecorded, HouseholdEvent, MemberLeft, NeedsRecorded
from tests.domain.eventstore.saves import NOON

_ACTOR = Actor("canbo", "case_worker", "19753@2021-07-01")


def household_events(household_id: UUID, count: int) -> list[HouseholdEvent]:
    """`count` events of one aggregate, three kinds in turn."""

    def event(version: int) -> HouseholdEvent:
        context: dict[str, Any] = {
            "originator_id": household_id,
            "originator_version": version,
            "timestamp": NOON,
            "effective_on": date(2022, 11, 15),
            "actor": _ACTOR,
            "command_id": uuid4(),
            "document": None,
        }
        if version % 3 == 0:
            return MemberLeft(**context, person_id=uuid4(), reason="moved_out")
        if version % 3 == 1:
            return CausesRecorded(**context, causes=("1", "8"), note="Mất mùa")
        return NeedsRecorded(**context, needs=("health",), note="")

    return [event(version) for version in range(1, count + 1)]
