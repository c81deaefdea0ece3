"""Queries the programmes and benefits written before in an area, to offer them again."""

from collections.abc import Iterable

from domain.eventstore.postgres import Connection
from projections.engine import sql

MOST_NAMES = 200
_SUPPORT = """
select distinct s ->> 'programme', s ->> 'benefit'
  from read.register r join read.household_file f using (household_id),
       jsonb_array_elements(coalesce((f.state -> 'support')::jsonb, '[]')) s
 where r.area = any(%(units)s)
 order by 1, 2 limit %(most)s
"""


def supported(conn: Connection, units: Iterable[str]) -> list[tuple[str, str]]:
    """The programmes and benefits granted to households that live in these units, by name."""
    rows = sql.execute_unprepared(
        conn, _SUPPORT, {"units": sorted(units), "most": MOST_NAMES}
    ).fetchall()
    return [(programme, benefit) for programme, benefit in rows]
