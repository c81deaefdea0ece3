"""Queries the decisions of a commune: which were signed, about whom, and whether they stand."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.eventstore.postgres import Connection


class SignedDecision(NamedTuple):
    """One decision of a commune, over all households that it is about.

    `exits` leave poverty or near-poverty by it, `averages` are recognised as of average living
    standard.
    """

    area: str
    number: str
    signed_on: date | None
    effective_on: date
    households: int
    exits: int
    averages: int
    withdrawn: int
    check_key: bytes

    @property
    def is_of_average(self) -> bool:
        """Whether it recognises households of average living standard, and no others."""
        return self.averages == self.households

    @property
    def stands(self) -> bool:
        """Whether it holds for some household still."""
        return self.withdrawn < self.households


class DecidedHousehold(NamedTuple):
    """A household that a decision is about, and its class before and after."""

    household_id: UUID
    effective_on: date
    class_: str
    class_before: str


_EXIT = (
    "class_before in ('poor', 'near_poor') and class not in ('poor', 'near_poor')"
    " or class_before = 'poor' and class = 'near_poor'"
)
_SUMS = f"""
select area, number, signed_on, min(effective_on), count(*), count(*) filter (where {_EXIT}),
       count(*) filter (where class = 'average' and not ({_EXIT})),
       count(*) filter (where withdrawn), check_key
  from read.signed_decisions
"""
_GROUPED = " group by area, number, signed_on, check_key"


def by_check_key(conn: Connection, key: bytes) -> SignedDecision | None:
    """The decision of a check code."""
    row = conn.execute(_SUMS + " where check_key = %s" + _GROUPED, [key]).fetchone()
    return SignedDecision(*row) if row else None


def of_areas(conn: Connection, units: Sequence[str] | None, *, limit: int) -> list[SignedDecision]:
    """The latest decisions of some units (None: of all), the newest first."""
    rows = conn.execute(
        _SUMS
        + (" where area = any(%(units)s::text[])" if units is not None else "")
        + _GROUPED
        + " order by signed_on desc nulls last, number limit %(limit)s",
        {"units": units if units is None else list(units), "limit": limit},
    )
    return [SignedDecision(*row) for row in rows]


def households_of(conn: Connection, key: bytes) -> list[DecidedHousehold]:
    """The households that a decision is about, without those for whom it was withdrawn."""
    rows = conn.execute(
        "select household_id, effective_on, class, class_before from read.signed_decisions"
        " where check_key = %s and not withdrawn order by household_id",
        [key],
    )
    return [DecidedHousehold(*row) for row in rows]


_DECIDED = """
select household_id from read.signed_decisions where area = any(%(units)s::text[])
union
select household_id from read.register where area = any(%(units)s::text[]) and class <> ''
 order by 1
"""


def households_decided(conn: Connection, units: Sequence[str]) -> list[UUID]:
    """All households that were ever recognised in some units, or live there with a class."""
    return [id_ for (id_,) in conn.execute(_DECIDED.encode(), {"units": list(units)})]
