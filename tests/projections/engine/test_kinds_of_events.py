"""A read model names every kind of event that can change one of its rows."""

from typing import Any
from uuid import UUID

from hypothesis import given, settings

from domain.households import events as e
from projections.engine.ledger import LedgerEvent
from projections.engine.read_model import AggregateHistory, PerAggregateProjection
from projections.read_models import MODELS
from tests.projections.engine.test_same_rows import FEW
from tests.projections.random_histories import histories_in, make_world, record, seeds, some_keyring

CHOOSY = [
    model
    for model in MODELS
    if isinstance(model, PerAggregateProjection) and model.events is not None
]


@settings(FEW, max_examples=60)
@given(seed=seeds())
def test_an_event_that_a_read_model_does_not_look_at_changes_no_row(
    database: Any, seed: int
) -> None:
    keyring = some_keyring(database.pool)
    world = make_world(seed, 120, keyring.sealer())
    record(database, (), world.sealer)
    for household, events in histories_in(world.events).items():
        for model in CHOOSY:
            _compare_around_unseen_events(model, household, events, keyring)


def _compare_around_unseen_events(
    model: PerAggregateProjection[Any], household: UUID, events: list[LedgerEvent], keyring: Any
) -> None:
    for end in range(2, len(events) + 1):
        history = AggregateHistory(household, events[:end], model.fold, end - 1)
        if not model.looks_at(history):
            before = AggregateHistory(household, events[: end - 1], model.fold)
            after = AggregateHistory(household, events[:end], model.fold)
            kind = type(events[end - 1].event)
            assert model.changes([after], keyring) == model.changes([before], keyring), kind


def test_the_end_of_a_household_counts_wherever_its_order_of_events_does() -> None:
    for model in CHOOSY:
        if e.Moved in model.events:
            assert {e.MergedInto, e.Dissolved} <= model.events, model.name
