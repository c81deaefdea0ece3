"""What is on record of a household follows from one clause for each event."""

from domain.households.events import EVENTS
from domain.households.household import CLAUSES


def test_every_event_has_a_clause() -> None:
    assert set(CLAUSES) == set(EVENTS)
