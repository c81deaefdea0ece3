"""Runs queries about sets of units, each planned for the units asked about.

A plan kept for any units suits none: for one ward it walks through the names of a whole province.
"""

from collections.abc import Mapping

from psycopg import Cursor

from domain.eventstore.postgres import Connection, SqlRow


def execute_unprepared(
    conn: Connection, query: str, parameters: Mapping[str, object]
) -> Cursor[SqlRow]:
    """The rows of a query, which is never kept as a prepared statement."""
    return conn.execute(query.encode(), parameters, prepare=False)
