"""Prepares one batch of the ledger for all read models at the same position.

Everything here reads and calculates; nothing is written. An aggregate's history before the batch
is read from the events, so what a read model calculates needs no row of its own.
"""

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, Generic, NamedTuple, cast
from uuid import UUID

from domain.eventstore.mapper import registered_events
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Connection, SqlRow
from projections.engine import ledger
from projections.engine.ledger import LedgerEvent, LedgerRow
from projections.engine.parking import FAULTS, Fault
from projections.engine.read_model import (
    AggregateHistory,
    Fold,
    PerAggregateProjection,
    ReadModel,
    SequentialProjection,
    State,
)
from projections.engine.tables import Changes, merged


@contextmanager
def gc_paused() -> Iterator[None]:
    """Keeps the cycle collector from walking thousands of fresh events again and again.

    Events hold no cycles, so it finds nothing; without it decoding is three times faster. It is
    for a whole catch-up or load: switched on while a batch is there, it walks through all of it.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


TOGETHER = 40  # aggregates whose events are in memory as objects at one time


class AggregateEvents(NamedTuple):
    """The events of one aggregate in ledger order; the first `before` are not of this batch."""

    aggregate_id: UUID
    events: list[LedgerEvent]
    before: int = 0


class Batch(NamedTuple):
    """Events after one position up to `upto`; what cannot be read is in `unreadable`.

    `aggregates` are those of the batch that a per-aggregate projection follows.
    """

    upto: int
    events: list[LedgerEvent]
    aggregates: list[AggregateEvents]
    unreadable: list[Fault]


class PreparedChanges(NamedTuple, Generic[State]):
    """The changes that a per-aggregate projection is to write, and the histories they are made
    from, where these are kept. `changes` is None where calculating it failed."""

    model: PerAggregateProjection[State]
    histories: list[AggregateHistory[State]]
    changes: Changes | None


class PreparedEvents(NamedTuple):
    """The events that a sequential projection is to take."""

    model: SequentialProjection
    events: list[LedgerEvent]


Prepared = PreparedChanges[Any] | PreparedEvents


def read_batch(
    conn: Connection, after: int, limit: int, models: Sequence[ReadModel], head: int
) -> Batch:
    """Events after a position, at most `limit` of them, for models that are all there.

    With per-aggregate projections come the whole histories of the aggregates concerned.
    Sequential projections alone get events of their own topics, however far ahead these are.
    """
    upto, rows = _new_rows(conn, after, limit, models, head)
    readable, unreadable = until_unreadable([ledger.event_of(row) for row in rows])
    new = _by_aggregate(rows, topics_per_aggregate(models))
    aggregates, _ = _aggregates(conn, after, new, sorted(new, key=_bytes))
    return Batch(upto, readable, aggregates, unreadable)


def prepare_batch(
    conn: Connection,
    after: int,
    limit: int,
    models: Sequence[ReadModel],
    head: int,
    keyring: Keyring,
    parked: Mapping[str, Collection[UUID]],
) -> tuple[Batch, list[Prepared]]:
    """Prepares as `prepare` does after `read_batch`, but keeps no histories.

    Some aggregates at a time are decoded, folded and let go: what the processor's cache holds
    takes two thirds of the time of what it does not.
    """
    upto, rows = _new_rows(conn, after, limit, models, head)
    new = _by_aggregate(rows, topics_per_aggregate(models))
    in_order = tuple([model for model in models if isinstance(model, SequentialProjection)])
    beginnings = tuple([topic for model in in_order for topic in model.topics])
    events, unreadable = until_unreadable(
        [ledger.event_of(row) for row in rows if row[3].startswith(beginnings)]
    )
    del rows
    merging = Merging([model for model in models if isinstance(model, PerAggregateProjection)])
    ids = sorted(new, key=_bytes)
    for start in range(0, len(ids), TOGETHER):
        aggregates, faults = _aggregates(conn, after, new, ids[start : start + TOGETHER])
        unreadable += faults
        merging.add(aggregates, keyring, parked)
    batch = Batch(upto, events, [], unreadable)
    changes = {one.model.name: one for one in merging.prepared()}
    return batch, [
        changes[model.name]
        if isinstance(model, PerAggregateProjection)
        else _events(model, batch, parked.get(model.name, ()))
        for model in models
        if isinstance(model, PerAggregateProjection | SequentialProjection)
    ]


class Merging:
    """The changes of per-aggregate projections, calculated for some aggregates after others."""

    def __init__(self, models: Sequence[PerAggregateProjection[Any]]) -> None:
        self.models = models
        self.parts: list[list[Changes | None]] = [[] for _ in models]

    def add(
        self,
        aggregates: list[AggregateEvents],
        keyring: Keyring,
        parked: Mapping[str, Collection[UUID]],
    ) -> None:
        """Calculates what the new events of these aggregates change."""
        prepared = prepare(Batch(0, [], aggregates, []), self.models, keyring, parked)
        for parts, one in zip(self.parts, prepared, strict=True):
            parts.append(cast("PreparedChanges[Any]", one).changes)

    def prepared(self) -> list[PreparedChanges[Any]]:
        """The changes that each projection is to write, without histories."""
        found = []
        for model, parts in zip(self.models, self.parts, strict=True):
            known = [part for part in parts if part is not None]
            whole = merged(model.tables, known) if known else Changes()
            failed = len(known) < len(parts)
            found.append(PreparedChanges(model, [], None if failed else whole))
        return found


def _new_rows(
    conn: Connection, after: int, limit: int, models: Sequence[ReadModel], head: int
) -> tuple[int, list[SqlRow]]:
    if topics_per_aggregate(models):
        rows = ledger.read_rows(conn, after, min(limit, head - after))
        return (rows[-1][0] if rows else after), rows
    rows = ledger.read_rows(conn, after, limit, _topics_of(models))
    return (rows[-1][0] if len(rows) == limit else max(head, after)), rows


def _by_aggregate(rows: Iterable[SqlRow], followed: tuple[str, ...]) -> dict[UUID, list[SqlRow]]:
    new: dict[UUID, list[SqlRow]] = {}
    for row in rows:
        if row[3].startswith(followed):
            new.setdefault(row[1], []).append(row)
    return new


def _aggregates(
    conn: Connection, after: int, new: dict[UUID, list[SqlRow]], ids: Sequence[UUID]
) -> tuple[list[AggregateEvents], list[Fault]]:
    """The histories of these aggregates up to what cannot be read, and what cannot."""
    known = [id_ for id_ in ids if new[id_][0][2] > 1]
    earlier = ledger.histories_of(conn, known, after) if known else {}
    aggregates: list[AggregateEvents] = []
    unreadable: list[Fault] = []
    for id_ in ids:
        readable, faults = until_unreadable([ledger.event_of(row) for row in new[id_]])
        unreadable += faults
        if readable:
            aggregates.append(_aggregate(id_, earlier.get(id_, []), readable))
    return aggregates, unreadable


_bytes = attrgetter("bytes")  # UUIDs are compared in Python, one by one


def until_unreadable(rows: Sequence[LedgerRow]) -> tuple[list[LedgerEvent], list[Fault]]:
    """The events without those that cannot be read, and without what comes after one of them in
    its own aggregate."""
    faults: dict[UUID, Fault] = {}
    readable: list[LedgerEvent] = []
    for row in rows:
        if faults and row.originator_id in faults:
            continue
        if row.event is not None:
            readable.append(row)
        else:
            faults[row.originator_id] = Fault(row.originator_id, row.seq, row.unreadable, row.topic)
    return readable, list(faults.values())


def _topics_of(models: Sequence[ReadModel]) -> list[str]:
    beginnings = tuple(topic for model in models for topic in model.topics)
    return [topic for topic in registered_events() if topic.startswith(beginnings)]


def prepare(
    batch: Batch,
    models: Sequence[ReadModel],
    keyring: Keyring,
    parked: Mapping[str, Collection[UUID]],
) -> list[Prepared]:
    """Prepares the changes of each model, leaving out what it has parked.

    Models of the same topics and the same fold share their histories, and so the folded states.
    """
    shared: dict[tuple[object, ...], list[AggregateHistory[Any]]] = {}
    prepared: list[Prepared] = []
    for model in models:
        aside = parked.get(model.name, ())
        if isinstance(model, PerAggregateProjection):
            key = (model.topics, model.fold)
            if key not in shared:
                shared[key] = _histories(batch, model.topics, model.fold)
            prepared.append(_changes(model, shared[key], keyring, aside))
        elif isinstance(model, SequentialProjection):
            prepared.append(_events(model, batch, aside))
    return prepared


def topics_per_aggregate(models: Sequence[ReadModel]) -> tuple[str, ...]:
    """The beginnings of topics that the per-aggregate projections among the models follow."""
    per_aggregate = [model for model in models if isinstance(model, PerAggregateProjection)]
    return tuple(dict.fromkeys(topic for model in per_aggregate for topic in model.topics))


def _histories(
    batch: Batch, topics: tuple[str, ...], fold: Fold[State]
) -> list[AggregateHistory[State]]:
    return [
        AggregateHistory(aggregate_id, events, fold, before)
        for aggregate_id, events, before in batch.aggregates
        if events[0].topic.startswith(topics)
    ]


def _changes(
    model: PerAggregateProjection[State],
    histories: list[AggregateHistory[State]],
    keyring: Keyring,
    parked: Collection[UUID],
) -> PreparedChanges[State]:
    if parked:
        histories = [one for one in histories if one.aggregate_id not in parked]
    if model.events is not None:
        histories = [one for one in histories if model.looks_at(one)]
    try:
        changes = model.changes(histories, keyring)
    except FAULTS:
        changes = None  # found one by one when it is written
    return PreparedChanges(model, histories, changes)


def _events(model: SequentialProjection, batch: Batch, parked: Collection[UUID]) -> PreparedEvents:
    events = [
        event
        for event in batch.events
        if event.topic.startswith(model.topics) and event.originator_id not in parked
    ]
    return PreparedEvents(model, events)


def _aggregate(id_: UUID, earlier: list[LedgerRow], new: list[LedgerEvent]) -> AggregateEvents:
    """Raises nothing: an earlier event that cannot be read has its aggregate parked already."""
    readable = [event for event in earlier if event.event is not None]
    return AggregateEvents(id_, readable + new, len(readable))
