"""Types of a connection, a pool and a row, and connections in autocommit mode.

SQL says in its own text what columns a row has, so a row is a tuple of anything; what leaves a
module is a value of its own class.

In autocommit mode each statement is one round trip. A read in a transaction of its own costs
three: begin, statement, commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

import psycopg
import psycopg.rows
from psycopg_pool import ConnectionPool

SqlRow: TypeAlias = psycopg.rows.TupleRow
Connection: TypeAlias = psycopg.Connection[SqlRow]
Pool: TypeAlias = ConnectionPool[Connection]


@contextmanager
def autocommitting(pool: Pool) -> Iterator[Connection]:
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
