"""Processes of the stress test: writers that may be killed, and a reader of the ledger.

Each takes orders through a pipe. A writer notes every save that was acknowledged in a file, by
one write to the kernel, so that the note outlives a kill -9.
"""

import os
import random
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

import psycopg
from eventsourcing.domain import AggregateEvent
from psycopg_pool import ConnectionPool

from domain.eventstore import recorder
from domain.eventstore.mapper import StampedEvent, StateMapper, register_events
from domain.eventstore.recorder import Alongside, CommandRecord, PostgresRecorder
from projections.engine import ledger


class Saved(AggregateEvent):
    """Event `n` of the `of` events of one save."""

    TOPIC: ClassVar[str] = "test.saved:1"

    save: UUID
    n: int
    of: int


register_events([Saved])
_mapper = StateMapper()


def one_save(chance: random.Random) -> tuple[UUID, list[StampedEvent]]:
    """A save of one to three new aggregates with up to twelve events."""
    save = uuid4()
    lengths = [chance.randint(1, 4) for _ in range(chance.randint(1, 3))]
    places = [(id_, version) for id_, length in ((uuid4(), length) for length in lengths)
              for version in range(1, length + 1)]  # fmt: skip
    events = [
        Saved(id_, version, datetime.now(UTC), save, n, len(places))
        for n, (id_, version) in enumerate(places)
    ]
    return save, [_mapper.to_stored_event(event) for event in events]


def write(url: str, notes: Path, orders: Connection, seed: int) -> None:
    """Runs the orders `("save", seconds)`, `("hang", 0)` and `("end", 0)`."""
    chance = random.Random(seed)
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with ConnectionPool(url, min_size=1, max_size=2, open=True) as pool:
        recorder = PostgresRecorder(pool, wait_seconds=0.2)
        orders.send("ready")
        while True:
            order, seconds = orders.recv()
            if order == "end":
                return
            if order == "hang":
                _hang_in_a_transaction(url, orders, chance)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                save, events = one_save(chance)
                asked = CommandRecord(save, "stress", b"", {}, datetime.now(UTC))
                recorder.insert_events(events, commands=[asked], wait=chance.random() < 0.5)
                os.write(file, save.bytes)
            orders.send("done")


def _hang_in_a_transaction(url: str, orders: Connection, chance: random.Random) -> None:
    """Saves without committing, says so, and waits for the kill."""
    with psycopg.connect(url) as conn:
        _, events = one_save(chance)
        recorder.append(conn, events, Alongside())
        orders.send("hanging")
        orders.recv()


def tail(url: str, orders: Connection, seed: int) -> None:
    """Follows the ledger; ("upto", seq) answers with what was seen once it stands there.

    What was seen is a list of (seq, originator, version, save, n, of).
    """
    chance = random.Random(seed)
    seen: list[tuple[int, UUID, int, UUID, int, int]] = []
    upto: int | None = None
    orders.send("ready")
    with psycopg.connect(url, autocommit=True) as conn:
        while True:
            if upto is None and orders.poll():
                order, upto = orders.recv()
                if order == "end":
                    return
            if chance.random() < 0.3:
                ledger.extend(conn, chance.choice([1, 7, 100, 5_000]))
            rows = ledger.read(conn, seen[-1][0] if seen else 0, chance.randint(1, 700))
            seen += [_what(row) for row in rows]
            if upto is not None and seen and seen[-1][0] >= upto:
                orders.send(seen)
                upto = None


def _what(row: ledger.LedgerEvent) -> tuple[int, UUID, int, UUID, int, int]:
    event: Any = row.event
    return row.seq, row.originator_id, row.version, event.save, event.n, event.of
