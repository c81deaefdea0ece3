"""Writing what a batch changes: rows and positions together, or not at all.

Where one aggregate cannot be written, the others are, and it is parked.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from psycopg import Connection

from projections import ledger
from projections.batches import Batch, Prepared, is_by_household
from projections.parking import (
    FAULTS,
    MOST_AT_ONCE,
    Fault,
    TooManyFaults,
    park,
    reason_of,
)
from projections.read_model import ByHousehold, Changes, History, InOrder, ReadModel

if TYPE_CHECKING:
    from domain.eventstore.personal import Keyring


class Overtaken(Exception):
    """Somebody else moved the position: two catch up at once, which the lock should prevent."""


@contextmanager
def in_schema(conn: Connection[Any], schema: str) -> Iterator[None]:
    """A transaction in which unqualified names mean this schema.

    A commit here need not be flushed: rows and position go together, and what a crash takes is
    calculated again.
    """
    with conn.transaction():
        conn.execute(
            "select set_config('search_path', %s, true),"
            " set_config('synchronous_commit', 'off', true)",
            [schema],
        )
        yield


def write_batch(
    conn: Connection[Any],
    schema: str,
    keyring: "Keyring",
    position: int,
    batch: Batch,
    prepared: Sequence[Prepared],
) -> int:
    """Rows and positions of one batch in one transaction; returns how many were parked."""
    parked = 0
    names = [one.model.name for one in prepared]
    with in_schema(conn, schema):
        moved = conn.execute(
            "update positions set seq = %s, moved_at = now() where model = any(%s) and seq = %s",
            [batch.upto, names, position],
        )
        if moved.rowcount != len(names):
            raise Overtaken(f"{', '.join(names)} no longer at {position}")
        for one in prepared:
            faults = [*batch.unreadable, *_write_model(conn, keyring, one)]
            park(conn, one.model.name, faults)
            parked += len(faults)
    return parked


def _write_model(conn: Connection[Any], keyring: "Keyring", one: Prepared) -> list[Fault]:
    if is_by_household(one.model):
        model = cast(ByHousehold, one.model)
        if _wrote(conn, model, one.changes):
            return []
        faults = _bisect(conn, keyring, model, one.histories)
    else:
        if not one.events or _projected(conn, keyring, cast(InOrder, one.model), one.events):
            return []
        faults = _bisect_events(conn, keyring, cast(InOrder, one.model), one.events)
    if len(faults) > MOST_AT_ONCE:
        raise TooManyFaults(one.model.name, [fault.reason for fault in faults[:5]])
    return faults


def _wrote(conn: Connection[Any], model: ByHousehold, changes: Changes | None) -> bool:
    if changes is None:
        return False
    try:
        with conn.transaction():
            model.write(conn, changes)
    except FAULTS:
        return False
    return True


def _bisect(
    conn: Connection[Any], keyring: "Keyring", model: ByHousehold, histories: list[History]
) -> list[Fault]:
    """Writes all that can be written, and names the households that cannot."""
    if not histories:
        return []
    try:
        with conn.transaction():
            model.write(conn, model.changes(histories, keyring))
    except FAULTS as error:
        if len(histories) == 1:
            (bad,) = histories
            return [Fault(bad.household_id, bad.new_facts[0].seq, reason_of(error))]
    else:
        return []
    middle = len(histories) // 2
    faults = _bisect(conn, keyring, model, histories[:middle])
    if len(faults) > MOST_AT_ONCE:
        return faults
    return faults + _bisect(conn, keyring, model, histories[middle:])


def _projected(
    conn: Connection[Any], keyring: "Keyring", model: InOrder, events: Sequence[ledger.LedgerEvent]
) -> bool:
    try:
        with conn.transaction():
            model.project(conn, events, keyring)
    except FAULTS:
        return False
    return True


def _bisect_events(
    conn: Connection[Any],
    keyring: "Keyring",
    model: InOrder,
    events: Sequence[ledger.LedgerEvent],
) -> list[Fault]:
    """Event by event in order; from the first that fails on, its aggregate waits."""
    faults: dict[UUID, Fault] = {}
    for fact in events:
        if fact.originator_id in faults:
            continue
        try:
            with conn.transaction():
                model.project(conn, [fact], keyring)
        except FAULTS as error:
            faults[fact.originator_id] = Fault(fact.originator_id, fact.seq, reason_of(error))
    return list(faults.values())


def take_in_again(
    conn: Connection[Any],
    keyring: "Keyring",
    model: ReadModel,
    facts: list[ledger.LedgerEvent],
    waiting: list[ledger.LedgerEvent],
) -> None:
    """Takes in the waiting events of one parked aggregate, and parks it no longer.

    Raises what stands against it.
    """
    unreadable = next((fact.unreadable for fact in facts if fact.unreadable), None)
    if unreadable is not None:
        raise ValueError(unreadable)
    with in_schema(conn, "read"):
        if is_by_household(model):
            history = History(waiting[0].originator_id, facts, len(facts) - len(waiting))
            by_household = cast(ByHousehold, model)
            by_household.write(conn, by_household.changes([history], keyring))
        else:
            cast(InOrder, model).project(conn, waiting, keyring)
        conn.execute(
            "delete from parked where model = %s and originator_id = %s",
            [model.name, waiting[0].originator_id],
        )
