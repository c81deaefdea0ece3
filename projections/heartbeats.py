"""Heartbeats tell which processes of the workers live.

A heartbeat is a row. A process that ends in order takes its row away; one that froze or was killed
leaves it behind, and its age says since when. All moments are of the database's clock. The table
may be forgotten: where no process of a kind says anything, its state is unknown, never fine.
"""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from domain.eventstore.postgres import Connection

KINDS = ("nudges", "jobs", "clock")  # a whole system has at least one process of each
BEAT_SECONDS = 2.0
SILENT_SECONDS = 10  # a process that says nothing for longer is frozen, or was killed
_FORGOTTEN = "1 hour"  # after that the others are all there is


class Heartbeat(Struct, frozen=True):
    """One process: its host and pid, its kinds of `KINDS`, and when it last said something."""

    host: str
    pid: int
    does: tuple[str, ...]
    seen: datetime
    seconds: float
    """How long ago that was."""

    @property
    def silent(self) -> bool:
        """Whether it is frozen, or was killed and not replaced."""
        return self.seconds > SILENT_SECONDS


def beat(conn: Connection, *, host: str, pid: int, born: float, does: Collection[str]) -> None:
    """Says that a process lives. `born` in seconds since 1970; `conn` is in autocommit mode."""
    conn.execute(
        "insert into read.heartbeats (host, pid, born, does, seen)"
        " values (%s, %s, %s, %s, clock_timestamp()) on conflict (host, pid) do update"
        " set born = excluded.born, does = excluded.does, seen = excluded.seen",
        [host, pid, born, sorted(does)],
    )


def end(conn: Connection, *, host: str, pid: int) -> None:
    """Takes the row of a process away that ends, or is known to be dead."""
    conn.execute("delete from read.heartbeats where host = %s and pid = %s", [host, pid])


def births(conn: Connection, host: str) -> dict[int, float]:
    """When the processes of a host were born, by pid, in seconds since 1970."""
    rows = conn.execute("select pid, born from read.heartbeats where host = %s", [host])
    return dict(rows.fetchall())


def heartbeats(conn: Connection) -> tuple[Heartbeat, ...]:
    """All processes that said something in the last hour, the ones longest silent first."""
    rows = conn.execute(
        "select host, pid, does, seen,"
        " greatest(0, extract(epoch from clock_timestamp() - seen))::float8"
        " from read.heartbeats where seen > clock_timestamp() - %s::interval"
        " order by seen, host, pid",
        [_FORGOTTEN],
    ).fetchall()
    return tuple(
        Heartbeat(host, pid, tuple(does), seen, seconds) for host, pid, does, seen, seconds in rows
    )
