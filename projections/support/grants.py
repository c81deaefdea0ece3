"""Queries how many households were granted what, and for how much money."""

from collections.abc import Sequence

from msgspec import Struct

from domain.eventstore.postgres import Connection


class GrantTotals(Struct, frozen=True):
    """Grants of one benefit and funding year; `amount` is in đồng, goods add nothing to it."""

    programme: str
    benefit: str
    funding_year: int
    households: int
    grants: int
    amount: int


_TOTALS = """
select programme, benefit, funding_year, count(distinct household_id), count(*),
       coalesce(sum(amount), 0)::bigint
  from read.grants
 where (%(areas)s::text[] is null or area = any(%(areas)s))
   and (%(programme)s::text is null or programme = %(programme)s)
   and (%(benefit)s::text is null or benefit = %(benefit)s)
   and (%(year)s::integer is null or funding_year = %(year)s)
 group by programme, benefit, funding_year
 order by programme, benefit, funding_year
"""


def totals(
    conn: Connection,
    *,
    areas: Sequence[str] | None,
    programme: str | None = None,
    benefit: str | None = None,
    year: int | None = None,
) -> list[GrantTotals]:
    """The totals of these units (None: the country) by programme, benefit and funding year."""
    asked = {
        "areas": None if areas is None else list(areas),
        "programme": programme,
        "benefit": benefit,
        "year": year,
    }
    return [GrantTotals(*row) for row in conn.execute(_TOTALS, asked)]
