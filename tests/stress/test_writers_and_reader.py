"""Eight writers and a tailing reader in processes of their own, and writers killed with kill -9.

Whatever happens: no event is missed, none is seen twice, seq has no gap, and the events of one
save stand side by side, all of them or none.
"""

import multiprocessing
import random
import signal
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from projections.engine import ledger
from tests.stress import processes

WRITERS = 8
ROUNDS = 6
SECONDS = 1.2
PATIENCE = 30

_spawn = multiprocessing.get_context("spawn")


class Worker:
    """A process and the pipe to it."""

    def __init__(self, target: Callable[..., None], *arguments: Any) -> None:
        self.pipe, theirs = _spawn.Pipe()
        self.process = _spawn.Process(target=target, args=self._place(arguments, theirs))
        self.process.start()

    @staticmethod
    def _place(arguments: tuple[Any, ...], pipe: Connection) -> tuple[Any, ...]:
        *first, seed = arguments
        return (*first, pipe, seed)

    def order(self, what: str, number: float = 0) -> None:
        self.pipe.send((what, number))

    def answer(self) -> Any:
        assert self.pipe.poll(PATIENCE), "no answer"
        return self.pipe.recv()

    def kill(self) -> None:
        self.process.kill()
        self.process.join(PATIENCE)
        assert self.process.exitcode == -signal.SIGKILL

    def end(self) -> None:
        if self.process.is_alive():
            self.process.kill()
        self.process.join(PATIENCE)


class Stage:
    """Writers, a reader, and what they noted."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.notes = [folder / f"writer-{n}" for n in range(WRITERS)]
        self.reader = Worker(processes.tail, url, 0)
        self.writers = [self.writer(n, seed=n) for n in range(WRITERS)]
        for worker in (self.reader, *self.writers):
            assert worker.answer() == "ready"

    def writer(self, n: int, seed: int) -> Worker:
        return Worker(processes.write, self.url, self.notes[n], seed)

    def acknowledged(self) -> set[UUID]:
        """The saves that returned to their writer."""
        saves: set[UUID] = set()
        for notes in self.notes:
            noted = notes.read_bytes() if notes.exists() else b""
            saves |= {UUID(bytes=noted[at : at + 16]) for at in range(0, len(noted), 16)}
        return saves

    def close(self) -> None:
        for worker in (self.reader, *self.writers):
            worker.end()


@pytest.fixture
def stage(durable_database: Any, tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(durable_database.url, tmp_path)
    try:
        yield stage
    finally:
        stage.close()


def test_no_event_is_missed_and_none_is_seen_twice(stage: Stage, durable_database: Any) -> None:
    chance = random.Random(20221212)
    with psycopg.connect(durable_database.url, autocommit=True) as conn:
        for round_ in range(ROUNDS):
            victim = chance.randrange(WRITERS)
            if round_ % 2:
                killed_in_an_open_transaction(stage, victim, conn)
            else:
                killed_while_saving(stage, victim, chance)
            stage.writers[victim] = stage.writer(victim, seed=100 + round_)
            settle(conn)
            stage.reader.order("upto", ledger.head(conn))
            check(stage, conn, stage.reader.answer())
            assert stage.writers[victim].answer() == "ready"


def killed_while_saving(stage: Stage, victim: int, chance: random.Random) -> None:
    for writer in stage.writers:
        writer.order("save", SECONDS)
    assert not stage.writers[victim].pipe.poll(chance.uniform(0.2, 0.8) * SECONDS)
    stage.writers[victim].kill()
    await_the_others(stage, victim)


def killed_in_an_open_transaction(stage: Stage, victim: int, conn: psycopg.Connection[Any]) -> None:
    stage.writers[victim].order("hang")
    assert stage.writers[victim].answer() == "hanging"
    for n, writer in enumerate(stage.writers):
        if n != victim:
            writer.order("save", SECONDS)
    await_the_others(stage, victim)
    held = ledger.oldest_writer(conn)
    assert held is not None
    assert held.held_back > 0
    stage.writers[victim].kill()


def await_the_others(stage: Stage, victim: int) -> None:
    for n, writer in enumerate(stage.writers):
        if n != victim:
            assert writer.answer() == "done"


def settle(conn: psycopg.Connection[Any]) -> None:
    """Waits until no transaction holds anything back, then takes the rest into the ledger."""
    deadline = time.monotonic() + PATIENCE
    while True:
        ledger.extend(conn)
        waiting = conn.execute(
            "select count(*) - (select count(*) from store.ledger) from store.events"
        ).fetchone()
        if waiting == (0,):
            return
        assert time.monotonic() < deadline


def check(stage: Stage, conn: psycopg.Connection[Any], seen: list[tuple[Any, ...]]) -> None:
    assert [row[0] for row in seen] == list(range(1, len(seen) + 1))
    stored = conn.execute("select originator_id, originator_version from store.events").fetchall()
    assert len(stored) == len(seen)
    assert {row[1:3] for row in seen} == set(stored)

    saves = [(save, list(rows)) for save, rows in groupby(seen, key=lambda row: row[3])]
    assert len({save for save, _ in saves}) == len(saves), "a save was torn apart"
    for _, rows in saves:
        assert [row[4] for row in rows] == list(range(rows[0][5]))

    commands = {row[0] for row in conn.execute("select command_id from store.commands")}
    assert commands == {save for save, _ in saves}
    acknowledged = stage.acknowledged()
    assert acknowledged <= commands
    # Only the save that a kill interrupted may be there without its writer knowing.
    assert len(commands - acknowledged) <= ROUNDS
    assert ledger.verify(conn).ok
