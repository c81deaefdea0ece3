"""One batch of the ledger, made ready for all read models that stand before it.

Everything here reads and calculates; nothing is written. A household's history before the batch
is read from the events, so what a read model calculates needs no row of its own.
"""

import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import UUID

from psycopg import Connection

from domain.eventstore.mapper import registered_events
from projections.engine import ledger
from projections.engine.ledger import LedgerEvent
from projections.engine.parking import FAULTS, Fault
from projections.engine.read_model import (
    AggregateHistory,
    Changes,
    PerAggregateProjection,
    ReadModel,
)

if TYPE_CHECKING:
    from domain.eventstore.personal import Keyring

HOUSEHOLD = "household."


@contextmanager
def gc_paused() -> Iterator[None]:
    """Keeps the cycle collector from walking thousands of fresh events again and again.

    Events hold no cycles, so it finds nothing; leaving it out makes decoding three times faster.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Batch(NamedTuple):
    """Events after one position up to `upto`; what cannot be read is in `unreadable`."""

    upto: int
    events: list[LedgerEvent]
    histories: list[AggregateHistory]
    unreadable: list[Fault]


class Prepared(NamedTuple):
    """What one read model is to write. `changes` is None where calculating it failed, or where
    the model takes events in order; `histories` and `events` are what it is made from."""

    model: ReadModel
    histories: list[AggregateHistory]
    events: list[LedgerEvent]
    changes: Changes | None


def read_batch(
    conn: Connection[Any], after: int, limit: int, models: Sequence[ReadModel], head: int
) -> Batch:
    """Events after a position, at most `limit` of them, for models that all stand there.

    With models by household come the whole histories of the households concerned. Models in
    order alone get events of their own topics, however far ahead these are.
    """
    if any(map(is_by_household, models)):
        events = ledger.read(conn, after, min(limit, head - after))
        upto = events[-1].seq if events else after
    else:
        events = ledger.read(conn, after, limit, _topics_of(models))
        upto = events[-1].seq if len(events) == limit else max(head, after)
    readable, unreadable = until_unreadable(events)
    by_household: dict[UUID, list[LedgerEvent]] = {}
    for fact in readable:
        if fact.topic.startswith(HOUSEHOLD):
            by_household.setdefault(fact.originator_id, []).append(fact)
    known = [id_ for id_, facts in by_household.items() if facts[0].version > 1]
    earlier = ledger.histories_of(conn, known, after) if known else {}
    histories = [
        _history(id_, earlier.get(id_, []), by_household[id_]) for id_ in sorted(by_household)
    ]
    return Batch(upto, readable, histories, unreadable)


def until_unreadable(events: Sequence[LedgerEvent]) -> tuple[list[LedgerEvent], list[Fault]]:
    """The events without those that cannot be read, and without what comes after one of them in
    its own aggregate."""
    faults: dict[UUID, Fault] = {}
    readable = []
    for fact in events:
        if fact.originator_id in faults:
            continue
        if fact.unreadable is None:
            readable.append(fact)
        else:
            faults[fact.originator_id] = Fault(
                fact.originator_id, fact.seq, fact.unreadable, fact.topic
            )
    return readable, list(faults.values())


def _topics_of(models: Sequence[ReadModel]) -> list[str]:
    beginnings = tuple(topic for model in models for topic in model.topics)
    return [topic for topic in registered_events() if topic.startswith(beginnings)]


def prepare(
    batch: Batch,
    models: Sequence[ReadModel],
    keyring: "Keyring",
    parked: Mapping[str, Collection[UUID]],
) -> list[Prepared]:
    """What each model is to write, leaving out what it has parked."""
    return [_prepared(batch, model, keyring, parked.get(model.name, ())) for model in models]


def is_by_household(model: ReadModel) -> bool:
    """Whether its rows are a function of each household's history."""
    return hasattr(model, "changes")


def _prepared(
    batch: Batch, model: ReadModel, keyring: "Keyring", parked: Collection[UUID]
) -> Prepared:
    if not is_by_household(model):
        events = [
            fact
            for fact in batch.events
            if fact.topic.startswith(model.topics) and fact.originator_id not in parked
        ]
        return Prepared(model, [], events, None)
    histories = batch.histories
    if parked:
        histories = [h for h in histories if h.household_id not in parked]
    try:
        changes = cast(PerAggregateProjection, model).changes(histories, keyring)
    except FAULTS:
        changes = None  # found one by one when it is written
    return Prepared(model, histories, [], changes)


def _history(id_: UUID, earlier: list[LedgerEvent], new: list[LedgerEvent]) -> AggregateHistory:
    """Raises nothing: an earlier event that cannot be read has its household parked already."""
    readable = [fact for fact in earlier if fact.event is not None]
    return AggregateHistory(id_, readable + new, len(readable))
