"""Loading the parts of a rebuild: whole histories by ranges of household ids.

Each step commits its rows together with how far its part came.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from psycopg import Connection
from psycopg_pool import ConnectionPool

from projections import ledger
from projections.batches import (
    HOUSEHOLD,
    Batch,
    is_by_household,
    no_collection,
    prepare,
    until_unreadable,
)
from projections.parking import Fault
from projections.read_model import History, ReadModel
from projections.taking_in import in_schema, write_model

if TYPE_CHECKING:
    from domain.eventstore.personal import Keyring

Whole = tuple[UUID, list[ledger.LedgerEvent]]

STEP = 2_000  # events a transaction: about a tenth of a second
FINISHING = 1_023
_LOCKS = 1397703508  # first key of the advisory locks of parts; the second is rebuild and part


def claim(conn: Connection[Any], rebuild: int) -> int | None:
    """A part that is not done and that nobody works on. Neighbours are far apart, so that workers
    seldom add to the same row of a count."""
    parts = [
        part
        for (part,) in conn.execute(
            "select part from read.rebuild_parts where rebuild = %s and not done", [rebuild]
        ).fetchall()
    ]
    for part in sorted(parts, key=lambda part: f"{part:010b}"[::-1]):
        if try_lock(conn, lock_of(rebuild, part)):
            still = one_row(
                conn,
                "select not done from read.rebuild_parts where rebuild = %s and part = %s",
                [rebuild, part],
            )[0]
            if still:
                return part
            conn.execute("select pg_advisory_unlock(%s, %s)", lock_of(rebuild, part))
    return None


def load(
    pool: ConnectionPool[Any],
    conn: Connection[Any],
    keyring: "Keyring",
    models: Sequence[ReadModel],
    rebuild: int,
    part: int,
    upto: int,
) -> None:
    """Folds the histories of one part into `building`, from where it was left."""
    by_household = [model for model in models if is_by_household(model)]
    first, last, done_to = one_row(
        conn,
        "select first, last, done_to from read.rebuild_parts where rebuild = %s and part = %s",
        [rebuild, part],
    )
    start = first if done_to is None else UUID(int=done_to.int + 1)
    if by_household and start <= last:
        with pool.connection() as reading, no_collection():
            whole = ledger.histories(reading, start, last, upto)
            with closing(cast("Generator[Whole, None, None]", whole)):
                for step in _steps(whole):
                    _write_step(conn, keyring, by_household, rebuild, part, step)
    conn.execute(
        "update read.rebuild_parts set done = true, done_to = last"
        " where rebuild = %s and part = %s",
        [rebuild, part],
    )


def _steps(whole: Iterable[Whole]) -> Iterator[list[Whole]]:
    """Histories, some at a time: about STEP events."""
    step: list[Whole] = []
    size = 0
    for originator_id, facts in whole:
        step.append((originator_id, facts))
        size += len(facts)
        if size >= STEP:
            yield step
            step, size = [], 0
    if step:
        yield step


def _write_step(
    conn: Connection[Any],
    keyring: "Keyring",
    models: Sequence[ReadModel],
    rebuild: int,
    part: int,
    step: list[Whole],
) -> None:
    """Some whole histories: calculated, then written with how far the part came."""
    histories: list[History] = []
    unreadable: list[Fault] = []
    for originator_id, facts in step:
        if facts[0].topic.startswith(HOUSEHOLD):
            readable, faults = until_unreadable(facts)
            unreadable += faults
            if readable:
                readable.sort(key=lambda fact: fact.seq)
                histories.append(History(originator_id, readable))
    prepared = prepare(Batch(0, [], histories, unreadable), models, keyring, {})
    with in_schema(conn, "building"):
        for one in prepared:
            write_model(conn, keyring, one, unreadable)
        conn.execute(
            "update read.rebuild_parts set done_to = %s, events = events + %s"
            " where rebuild = %s and part = %s",
            [step[-1][0], sum(len(facts) for _, facts in step), rebuild, part],
        )


def lock_of(rebuild: int, part: int) -> tuple[int, int]:
    """The advisory lock of one part."""
    return _LOCKS, rebuild % 1_000_000 * 1_024 + part


def try_lock(conn: Connection[Any], key: tuple[int, int]) -> bool:
    """Takes an advisory lock of the session if nobody has it."""
    return bool(one_row(conn, "select pg_try_advisory_lock(%s, %s)", key)[0])


def one_row(conn: Connection[Any], query: str, parameters: Sequence[Any]) -> tuple[Any, ...]:
    """The one row of a query about a rebuild. Raises LookupError."""
    row: tuple[Any, ...] | None = conn.execute(query.encode(), parameters).fetchone()
    if row is None:
        raise LookupError("there is no such rebuild")
    return row
