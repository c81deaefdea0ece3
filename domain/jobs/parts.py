"""Claims the parts of a job for workers; one worker holds a part at a time.

A part whose work spans transactions has a lease (`claim`). One that is read and written in a single
transaction is held by that transaction (`claim_in_transaction`), and free as soon as it ends.
"""

from collections.abc import Callable, Collection
from uuid import UUID

from domain.eventstore.postgres import Connection
from domain.jobs.leases import Lease, take

FROZEN_SECONDS = 60
LONGEST_SECONDS = 600  # a part takes seconds


def claim(
    conn: Connection, job: str, open_parts: Callable[[], Collection[int]]
) -> tuple[int, Lease] | None:
    """A part of a job that is open and on which no other worker is, with its lease; None if
    there is none. `job` is the job's name, `conn` is in autocommit mode.

    Neighbours are tried far apart, so that workers seldom add to the same row of a count.
    """
    for part in sorted(open_parts(), key=lambda part: f"{part:010b}"[::-1]):
        lease = take(conn, lease_name(job, part))
        if lease is None:
            continue
        if part in open_parts():  # another worker may have finished it meanwhile
            return part, lease
        lease.give_back(conn)
    return None


def claim_in_transaction(conn: Connection, job: UUID, part: int) -> bool:
    """Whether the caller's transaction now holds the part. Gives the transaction no id.

    The server ends the transaction of a worker that is frozen, so that another takes the part:
    after FROZEN_SECONDS between two statements, and, from PostgreSQL 17 on, after LONGEST_SECONDS
    where it froze while it sent one.
    """
    row = conn.execute(
        "select pg_try_advisory_xact_lock(%s::int, %s::int),"
        " set_config('idle_in_transaction_session_timeout', %s, true),"
        " (select set_config(name, %s, true) from pg_settings where name = 'transaction_timeout')",
        [job.int & 0x7FFF_FFFF, part, f"{FROZEN_SECONDS}s", f"{LONGEST_SECONDS}s"],
    ).fetchone()
    return row is not None and bool(row[0])


def lease_name(job: str, part: int | str) -> str:
    """The name of the lease of one part."""
    return f"{job}: {part}"
