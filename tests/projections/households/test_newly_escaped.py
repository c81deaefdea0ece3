"""Until when a household counts as newly escaped: only a new listing by the national standard ends
it before its day."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.application import SocaiApplication
from domain.households.decisions import ClassInput, Figures
from domain.households.events import Classified
from projections.engine.ledger import LedgerEvent
from projections.households.state import fold
from tests.given import CHAIRMAN, Life, a_few_areas, paper
from tests.histories import NEAR_POOR, NOT_LISTED, POOR, escaped, poor
from tests.standards import standards

UNTIL = date(2026, 12, 12)


@pytest.fixture
def life(database: Any, keyring: Any, clock: Any) -> Life:
    """A household of which nothing is known yet."""
    return Life(
        SocaiApplication(database.pool, keyring, standards(), clock, directory=a_few_areas())
    )


def folded(events: list[Any]) -> Any:
    return fold(
        [
            LedgerEvent(
                seq, one.originator_id, one.originator_version, one.TOPIC, one.timestamp, one
            )
            for seq, one in enumerate(events, 1)
        ]
    )


def state_of(life: Life) -> Any:
    return folded(life.events())


def decide_later(life: Life, figures: Figures, on: str = "2024-12-10") -> None:
    given = ClassInput(figures=figures)
    life.do("classify", on, given, by=CHAIRMAN, document=paper("40/QĐ-UBND", on))


def test_the_day_is_that_of_the_exit(life: Life) -> None:
    escaped(life)
    assert state_of(life).newly_escaped_until == UNTIL


def test_a_later_decision_that_does_not_list_it_leaves_the_day(life: Life) -> None:
    escaped(life)
    decide_later(life, NOT_LISTED)
    assert state_of(life).classes["national"].since == date(2024, 12, 10)
    assert state_of(life).newly_escaped_until == UNTIL


@pytest.mark.parametrize("figures", [POOR, NEAR_POOR], ids=["poor", "near_poor"])
def test_a_new_listing_ends_it(life: Life, figures: Figures) -> None:
    escaped(life)
    decide_later(life, figures)
    assert state_of(life).newly_escaped_until is None


def test_leaving_for_the_near_poor_is_no_escape(life: Life) -> None:
    poor(life)
    decide_later(life, NEAR_POOR)
    assert state_of(life).left_poverty == "to_near_poor"
    assert state_of(life).newly_escaped_until is None


@pytest.mark.parametrize("class_", ["poor", "near_poor", "not_poor"])
def test_a_class_by_a_local_standard_leaves_the_day(life: Life, class_: str) -> None:
    escaped(life)
    events = life.events()
    decision = next(one for one in reversed(events) if isinstance(one, Classified))
    local = replace(
        decision, originator_version=len(events) + 1, scope="hue", class_=class_,
        effective_on=date(2024, 6, 1),
    )  # fmt: skip
    state = folded([*events, local])
    assert state.classes["hue"].class_ == class_
    assert state.newly_escaped_until == UNTIL
