"""Parks aggregates that a read model cannot project, while all others go on.

From the event at which it failed, the aggregate's rows in that read model stay as they were, and
later events of it wait. Once the cause is mended, `unpark` takes all of them in at once.
"""

from collections.abc import Iterable
from datetime import datetime
from types import TracebackType
from typing import NamedTuple
from uuid import UUID

import psycopg
from msgspec import Struct

from domain.eventstore.errors import SealBroken
from domain.eventstore.postgres import Connection

# What an event's content can cause. Anything else (no connection, no right, no table, no memory)
# is no fault of one aggregate, and stops the work instead.
FAULTS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    SealBroken,
    psycopg.DataError,
    psycopg.IntegrityError,
)
MOST_AT_ONCE = 25


class TooManyFaults(Exception):
    """So many aggregates of one batch failed that the read model itself must be broken.

    Nothing of the batch was written. `reasons` are the first few.
    """

    def __init__(self, model: str, reasons: list[str]) -> None:
        self.model, self.reasons = model, reasons
        super().__init__(f"{model}: {'; '.join(dict.fromkeys(reasons))}")


class Fault(NamedTuple):
    """One aggregate that a read model could not take: from which event on, and why."""

    originator_id: UUID
    seq: int
    reason: str
    topic: str


class Parked(Struct, frozen=True):
    """An aggregate that waits. `waiting` counts its events from `seq` on."""

    model: str
    originator_id: UUID
    seq: int
    reason: str
    parked_at: datetime
    waiting: int


def reason_of(error: BaseException) -> str:
    """The type and place of an error, without any value: messages may quote what was recorded."""
    if isinstance(error, psycopg.Error):
        at = [error.diag.table_name, error.diag.column_name, error.diag.constraint_name]
        place = " ".join(name for name in at if name)
        return f"{type(error).__name__} ({error.sqlstate}) {place}".strip()
    return f"{type(error).__name__} in {_place(error.__traceback__)}"


def _place(trace: TracebackType | None) -> str:
    """The innermost line of ours that the error went through."""
    place = "?"
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "?")
        if module.split(".")[0] in ("projections", "domain") or place == "?":
            place = f"{module}.{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place


def park(conn: Connection, model: str, faults: Iterable[Fault]) -> None:
    """Puts aggregates aside, in the transaction and search path of the batch that met them."""
    rows = [(model, fault.originator_id, fault.seq, fault.reason) for fault in faults]
    if rows:
        with conn.cursor() as cursor:
            cursor.executemany(
                "insert into parked (model, originator_id, seq, reason) values (%s, %s, %s, %s)"
                " on conflict do nothing",
                rows,
            )


def parked_ids(conn: Connection) -> dict[str, set[UUID]]:
    """The parked aggregates of each read model, in the schema of the search path."""
    found: dict[str, set[UUID]] = {}
    for model, originator_id in conn.execute("select model, originator_id from parked").fetchall():
        found.setdefault(model, set()).add(originator_id)
    return found


def listed(conn: Connection, limit: int = 100) -> list[Parked]:
    """The aggregates parked in the live read models, the oldest first."""
    rows = conn.execute(
        """
        select p.model, p.originator_id, p.seq, p.reason, p.parked_at,
               (select count(*) from store.events e join store.ledger l using (position)
                 where e.originator_id = p.originator_id and l.seq >= p.seq)
          from read.parked p order by p.parked_at, p.model, p.originator_id limit %s
        """,
        [limit],
    ).fetchall()
    return [Parked(*row) for row in rows]
