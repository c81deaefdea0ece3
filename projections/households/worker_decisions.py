"""Queries a decision on low-income workers by its check code: whether it holds for any of them."""

from datetime import date
from typing import NamedTuple

from domain.eventstore.postgres import Connection


class WorkerDecision(NamedTuple):
    """One decision of a round over all workers that it recognises.

    `withdrawn_on` is the last day on which a recognition was withdrawn, None where none was.
    """

    area: str
    number: str
    signed_on: date | None
    effective_on: date
    workers: int
    withdrawn: int
    withdrawn_on: date | None

    @property
    def stands(self) -> bool:
        """Whether it holds for some worker still."""
        return self.withdrawn < self.workers


_BY_KEY = b"""
select r.area, d.number, d.signed_on, min(d.effective_on), count(*),
       count(*) filter (where d.withdrawn_on <= %(on)s), max(d.withdrawn_on)
  from read.worker_decisions d join read.rounds r using (round_id)
 where d.check_key = %(key)s
 group by r.area, d.number, d.signed_on
"""


def by_check_key(conn: Connection, key: bytes, *, on: date) -> WorkerDecision | None:
    """The decision of a check code as it is on a day."""
    row = conn.execute(_BY_KEY, {"key": key, "on": on}).fetchone()
    return WorkerDecision(*row) if row else None
