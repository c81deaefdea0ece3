"""Bringing read models up, in processes of their own, with memory and time seen from outside."""

import io
import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from psycopg_pool import ConnectionPool

from bench.ours import KEYS
from domain.areas.loading import load_national
from domain.casework import Casework
from domain.eventstore.personal import Keyring
from domain.facts import Actor
from domain.standards import load_standards
from projections import importing
from projections.catching_up import catch_up
from projections.queries import imports


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process needed: wall seconds, its largest memory in MiB, and what it answered."""

    seconds: float
    memory: float
    answer: Any


def alone(work: Callable[..., Any], *arguments: Any) -> Spent:
    """Run a function in a fresh process and account for it."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1, maxtasksperchild=1) as pool:
        return pool.apply(_account, (work, arguments))


def _account(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Spent:
    started = time.perf_counter()
    answer = work(*arguments)
    seconds = time.perf_counter() - started
    return Spent(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, answer)


def _pool(url: str) -> ConnectionPool[Any]:
    return ConnectionPool(url, min_size=1, max_size=6, open=True)


def project_all(url: str) -> int:
    """Take everything in the store into every read model; returns the steps of the ledger."""
    with _pool(url) as pool:
        return catch_up(pool, Keyring(pool, *KEYS))


def load_areas(url: str) -> int:
    """The country's units, as the import looks them up; returns how many."""
    with _pool(url) as pool:
        casework = Casework(pool, Keyring(pool, *KEYS), load_standards())
        return load_national(casework, datetime.now(UTC)).units


def import_list(url: str, path: Path) -> dict[str, int]:
    """Import a workbook and bring every read model up; returns the tallies of the import."""
    with _pool(url) as pool:
        keyring = Keyring(pool, *KEYS)
        casework = Casework(pool, keyring, load_standards())
        import_id = uuid4()
        with pool.connection() as conn:
            imports.request(
                conn,
                keyring,
                import_id=import_id,
                area="474",
                file=io.BytesIO(path.read_bytes()).getvalue(),
                actor=Actor("bench", "case_worker"),
                requested_at=datetime.now(UTC),
            )
        importing.run(casework, import_id, lambda: datetime.now(UTC))
        while catch_up(pool, keyring):
            pass
        with pool.connection() as conn:
            done = imports.get(conn, import_id)
            row = conn.execute("select sum(households), sum(persons) from read.counts").fetchone()
    households, persons = row or (0, 0)
    return {
        "recorded": done.recorded,
        "refused": done.refused,
        "households": int(households or 0),
        "persons": int(persons or 0),
    }
