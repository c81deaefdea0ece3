"""Connections of a pool in autocommit mode: each statement stands alone, in one round trip.

A read in a transaction of its own costs three: begin, statement, commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool


@contextmanager
def autocommitting(pool: ConnectionPool[Any]) -> Iterator[Connection[Any]]:
    """A connection of the pool in autocommit mode; it goes back as it came."""
    with pool.connection() as conn:
        autocommit = conn.autocommit
        if autocommit:
            yield conn
            return
        conn.set_autocommit(True)
        try:
            yield conn
        finally:
            if not conn.closed:
                conn.set_autocommit(autocommit)
