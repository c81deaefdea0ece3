"""Waits until read models hold a position of the ledger."""

import time
from collections.abc import Sequence

from domain.eventstore.postgres import Connection, Pool

_FIRST_PAUSE = 0.004
_LONGEST_PAUSE = 0.05


def position_of(conn: Connection, models: Sequence[str]) -> int:
    """The seq up to which all of these read models are; 0 where one of them is not there."""
    row = conn.execute(
        "select case when count(*) = %s then coalesce(min(seq), 0) else 0 end from read.positions"
        " where model = any(%s)",
        [len(set(models)), list(models)],
    ).fetchone()
    return row[0] if row else 0


def stand_together(conn: Connection, models: Sequence[str]) -> bool:
    """Whether these read models hold the same part of the ledger, so that sums of one are those
    of another's rows: not while a new one comes up or one is made again."""
    row = conn.execute(
        "select count(*) = %s and count(distinct seq) = 1 from read.positions"
        " where model = any(%s)",
        [len(models), list(models)],
    ).fetchone()
    return bool(row and row[0])


def wait_until(pool: Pool, models: Sequence[str], seq: int, *, timeout: float) -> bool:
    """Waits until all of these read models hold everything up to `seq`, `timeout` seconds at most.

    No connection is held while it waits. False: not yet.
    """
    deadline = time.monotonic() + timeout
    pause = _FIRST_PAUSE
    while True:
        with pool.connection() as conn:
            if position_of(conn, models) >= seq:
                return True
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
