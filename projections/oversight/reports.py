"""Queries the locked reports of units, with their corrections."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection


class GivenReport(Struct, frozen=True):
    """Figures of a report that were given out: the locked ones, or a correction with its reason.

    `version` is 1 for the locked figures.
    """

    report_id: UUID
    version: int
    table: str
    area: str
    first_day: date
    last_day: date
    given_at: datetime
    account: str
    seq: int
    digest: str
    reason: str


_LOCKED = """
select report_id, version, table_name, area, first_day, last_day, given_at, account, seq, digest,
       reason
  from read.reports
 where area = any(%(units)s)
   and (%(table)s::text is null or table_name = %(table)s)
   and (%(last_day)s::date is null or last_day = %(last_day)s)
 order by last_day desc, length(table_name), table_name, area, first_day, version
 limit %(limit)s
"""


def reports(
    conn: Connection,
    units: Iterable[str],
    *,
    table: str | None = None,
    last_day: date | None = None,
    limit: int = 200,
) -> list[GivenReport]:
    """The reports given out of these units, latest periods first, each before its corrections."""
    parameters = {
        "units": sorted(set(units)),
        "table": table,
        "last_day": last_day,
        "limit": limit,
    }
    return [GivenReport(*row) for row in conn.execute(_LOCKED.encode(), parameters)]
