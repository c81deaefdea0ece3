"""Counts the pairs that wait for a person: unsettled ones, and one household recorded twice that is
not merged yet; and which of them a review round waits for.

It reads the households of rounds beside the pairs and names no household.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.duplicates.codes import SAME_HOUSEHOLD
from domain.eventstore.postgres import Connection
from projections.engine.sql import execute_unprepared


class WaitingPairs(NamedTuple):
    """Pairs of one verdict ("" is unsettled) between households recorded in two units, or in one.

    `oldest` is when the first of them was found; `held` of them have a household of `rounds` that
    waits for a decision.
    """

    area: str
    other: str
    verdict: str
    pairs: int
    oldest: datetime
    held: int
    rounds: tuple[UUID, ...]


_WAITING = """
select area, other, verdict, count(distinct duplicate_id), min(found_at),
       count(distinct duplicate_id) filter (where round_id is not null),
       coalesce(array_agg(distinct round_id) filter (where round_id is not null), '{{}}')
  from (select least(a.area, b.area) as area, greatest(a.area, b.area) as other, d.verdict,
               d.duplicate_id, d.found_at, h.round_id
          from read.duplicates d
          join read.register a on a.household_id = d.first
          join read.register b on b.household_id = d.second
          left join lateral (
               select r.round_id from read.round_households r
                where r.household_id = any(array[d.first, d.second])
                  and r.round_id = any(%(rounds)s)
                  and r.step not in ('decided', 'not_recognised') offset 0) h on true
         where d.verdict in ('', %(same)s) and not a.ended and not b.ended
           and (%(units)s::text[] is null or {a} or {b})) as waiting
 group by 1, 2, 3 order by 1, 2, 3"""
_THERE = (
    "({0}.area = any(%(units)s)"
    " and (cardinality(%(villages)s::text[]) = 0 or lower({0}.village) = any(%(villages)s)))"
)
_QUERY = _WAITING.format(a=_THERE.format("a"), b=_THERE.format("b"))


def waiting_pairs(
    conn: Connection,
    *,
    units: Sequence[str] | None,
    villages: Collection[str] = (),
    rounds: Collection[UUID],
) -> list[WaitingPairs]:
    """Pairs with a household in one of these units (None: any), by the units of the two; with
    `villages`, in one of those."""
    rows = execute_unprepared(
        conn,
        _QUERY,
        {
            "units": None if units is None else list(units),
            "villages": [one.lower() for one in villages],
            "rounds": list(rounds),
            "same": SAME_HOUSEHOLD,
        },
    )
    return [WaitingPairs._make((*row[:6], tuple(row[6]))) for row in rows]
