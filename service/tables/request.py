"""Makes the table that a request asks for, of an area and a period."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.areas.codes import COMMUNE, COUNTRY, level_of, parse_unit
from projections.tables.official import official_table
from projections.tables.table import Table
from service.access.authorization import RequestContext


@dataclass(frozen=True, slots=True)
class Period:
    """The ends of two days, and what was known when."""

    from_: date
    to: date
    known_at: datetime | None


def period_of(context: RequestContext) -> Period:
    """The period of a query: the year so far where none is named."""
    query = context.query
    to = query["to"] or context.today
    first = query["from_"] or date(to.year - 1, 12, 31)
    return Period(min(first, to), to, query["known_at"])


def table_of_request(context: RequestContext, name: str) -> Table:
    """The table of the area that the request is authorized for."""
    period, villages = period_of(context), context.query["villages"]
    if villages is None:
        villages = context.area != COUNTRY and level_of(parse_unit(context.area)[0]) == COMMUNE
    with context.services.reading() as conn:
        return official_table(
            conn,
            context.services.areas().lineage,
            name,
            context.area,
            from_=period.from_,
            to=period.to,
            known_at=period.known_at,
            villages=villages,
        )
