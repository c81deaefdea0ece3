"""Totals of what households were granted, by benefit and funding year."""

from typing import Any

from marshmallow import fields

from domain.text import NAME
from projections.support import grants
from service.access.authorization import RequestContext, Rule, asked_area
from service.http.parsing import Input, OptionalText, Output, QueryInteger, Unit
from service.http.routes import ApiBlueprint
from service.support.permissions import May

routes = ApiBlueprint(
    "grants",
    __name__,
    url_prefix="/api/v1/grants",
    description="How many households were granted what; names no household.",
)

READ = Rule(May.READ_CASES, asked_area)


class GrantsQuery(Input):
    """The grants of households of an area and the units below; `year` is the funding year.

    `benefit` is one benefit, or several codes with commas.
    """

    area = Unit()
    programme = OptionalText(NAME)
    benefit = OptionalText(NAME)
    year = QueryInteger(1990, 2199, load_default=None)


class GrantTotalsSchema(Output):
    """Grants of one benefit and funding year. Money is in đồng."""

    programme = fields.String(required=True)
    benefit = fields.String(required=True)
    funding_year = fields.Integer(required=True)
    households = fields.Integer(required=True)
    grants = fields.Integer(required=True)
    amount = fields.Integer(required=True)


class GrantCountsSchema(Output):
    """Totals by programme, benefit and funding year, and the number of all grants."""

    items = fields.List(fields.Nested(GrantTotalsSchema), required=True)
    grants = fields.Integer(required=True)
    amount = fields.Integer(required=True)


@routes.get("", rule=READ, query=GrantsQuery, answer=GrantCountsSchema)
def count_grants(context: RequestContext) -> Any:
    """How many households of an area were granted what, and for how much."""
    with context.services.reading() as conn:
        found = grants.totals(conn, asked_grants(context))
    return {
        "items": found,
        "grants": sum(one.grants for one in found),
        "amount": sum(one.amount for one in found),
    }


def asked_grants(context: RequestContext) -> grants.GrantFilter:
    """The grants that a request of this address asks for."""
    query = context.query
    benefit = query["benefit"]
    return grants.GrantFilter(
        areas=context.services.areas().units_within(context.area, context.today),
        programme=query["programme"] or None,
        benefits=list({benefit, *benefit.split(",")}) if benefit else None,
        year=query["year"],
    )
