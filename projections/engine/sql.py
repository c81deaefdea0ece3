"""Runs queries about sets of units, each planned for the units asked about.

A plan kept for any units suits none: for one ward it walks through the names of a whole province.
Where PostgreSQL guesses badly, a query has one form for few units and one for many.
"""

from collections.abc import Mapping

from psycopg import Cursor

from domain.eventstore.postgres import Connection, SqlRow

FEW_UNITS = 40
"""A commune with all that it came from, or a former district, but no province."""


def few(units: object) -> bool:
    """Whether these are the units of a commune or a district; None, the country, is not."""
    return isinstance(units, list) and len(units) <= FEW_UNITS


def execute_unprepared(
    conn: Connection, query: str, parameters: Mapping[str, object]
) -> Cursor[SqlRow]:
    """The rows of a query, which is never kept as a prepared statement."""
    return conn.execute(query.encode(), parameters, prepare=False)
