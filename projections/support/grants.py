"""Queries which households were granted what, how many, and for how much money."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from domain.eventstore.postgres import Connection
from projections.engine.tables import FOREVER


class GrantTotals(Struct, frozen=True):
    """Grants of one benefit and funding year; `amount` is in đồng, goods add nothing to it."""

    programme: str
    benefit: str
    funding_year: int
    households: int
    grants: int
    amount: int


class Grant(Struct, frozen=True):
    """One support of a household."""

    household_id: UUID
    support_id: UUID
    area: str
    benefit: str
    granted_on: date
    amount: int | None


class GrantFilter(Struct, frozen=True):
    """The grants asked for; None leaves a condition out. `year` is the funding year."""

    areas: Sequence[str] | None = None
    programme: str | None = None
    benefits: Sequence[str] | None = None
    year: int | None = None

    @property
    def values(self) -> dict[str, object]:
        """The values of the query."""
        return {
            "areas": None if self.areas is None else list(self.areas),
            "programme": self.programme,
            "benefits": None if self.benefits is None else list(self.benefits),
            "year": self.year,
        }


def withdrawn(conn: Connection, cases: Iterable[tuple[UUID, UUID]]) -> set[UUID]:
    """The supports that were withdrawn, of pairs of a household and a support; by the support."""
    pairs = list(cases)
    rows = conn.execute(
        "select support_id from read.coverage_grants"
        " where household_id = any(%s) and support_id = any(%s) and known_to < %s",
        [[home for home, _ in pairs], [support for _, support in pairs], FOREVER],
    )
    return {support for (support,) in rows}


_WHERE = """
 where (%(areas)s::text[] is null or area = any(%(areas)s))
   and (%(programme)s::text is null or programme = %(programme)s)
   and (%(benefits)s::text[] is null or benefit = any(%(benefits)s))
   and (%(year)s::integer is null or funding_year = %(year)s)
"""
_TOTALS = f"""
select programme, benefit, funding_year, count(distinct household_id), count(*),
       coalesce(sum(amount), 0)::bigint
  from read.grants
{_WHERE}
 group by programme, benefit, funding_year
 order by programme, benefit, funding_year
"""


def totals(conn: Connection, asked: GrantFilter) -> list[GrantTotals]:
    """The totals by programme, benefit and funding year."""
    return [GrantTotals(*row) for row in conn.execute(_TOTALS.encode(), asked.values)]


def grants(
    conn: Connection, asked: GrantFilter, *, after: tuple[UUID, UUID] | None = None, limit: int = 50
) -> list[Grant]:
    """A page of grants in the order of household and support, behind `after`."""
    household, support = after or (None, None)
    rows = conn.execute(
        f"select {', '.join(Grant.__struct_fields__)} from read.grants {_WHERE}"
        " and (%(household)s::uuid is null or (household_id, support_id)"
        " > (%(household)s, %(support)s::uuid))"
        " order by household_id, support_id limit %(limit)s".encode(),
        {**asked.values, "household": household, "support": support, "limit": limit},
    )
    return [Grant(*row) for row in rows]
