"""Counts, movements, and the denominators they rest on."""

from typing import Any

import msgspec

from projections.areas.figures import area_figures, area_movements
from projections.population.population import denominator
from service.access import authorization
from service.access.authorization import RequestContext, Rule, asked_area
from service.areas.figures_schemas import (
    CountsQuery,
    CountsSchema,
    MovementsQuery,
    MovementsSchema,
    PopulationSchema,
)
from service.areas.permissions import May
from service.http.openapi import FIGURES
from service.http.parsing import BothClocks

routes = FIGURES

READ = Rule(May.READ_COUNTS, asked_area)
READ_UNIT = Rule(May.READ_COUNTS, authorization.unit)


@routes.get("/counts", rule=READ, query=CountsQuery, answer=CountsSchema)
def get_counts(context: RequestContext) -> Any:
    """Households and persons by class, for the whole tree below an area."""
    query = context.query
    with context.services.reading() as conn:
        figures = area_figures(
            conn,
            context.services.areas().lineage,
            context.area,
            on=query["as_of"] or context.today,
            known_at=query["known_at"],
        )
    counts = msgspec.structs.asdict(figures.counts)
    return {**counts, "record_starts": figures.start, "notes": figures.notes}


@routes.get("/movements", rule=READ, query=MovementsQuery, answer=MovementsSchema)
def get_movements(context: RequestContext) -> Any:
    """How poor and near-poor households came and went between two days."""
    query = context.query
    with context.services.reading() as conn:
        figures = area_movements(
            conn,
            context.services.areas().lineage,
            context.area,
            from_=query["from_"],
            to=query["to"],
            known_at=query["known_at"],
        )
    moved = figures.movements
    return {
        **{name: getattr(moved, name) for name in moved.__struct_fields__},
        "record_starts": figures.start,
        "notes": figures.notes,
    }


@routes.get(
    "/areas/<unit:unit>/population", rule=READ_UNIT, query=BothClocks, answer=PopulationSchema
)
def get_population(context: RequestContext, unit: str) -> Any:
    """All who live in a unit, as in force on a day, and as known at a moment."""
    on, known_at = context.query["as_of"] or context.today, context.query["known_at"]
    with context.services.reading() as conn:
        base = denominator(
            conn, context.services.areas().lineage, context.area, on=on, known_at=known_at
        )
    return {**msgspec.structs.asdict(base), "unit": context.area, "on": on, "known_at": known_at}
