"""Counts, movements, and the denominators they rest on."""

from typing import Any

import msgspec

from projections.areas.figures import area_figures, area_movements
from projections.population.population import denominator
from service.access import scope
from service.access.authorization import Rule
from service.access.scope import RequestContext, asked_area
from service.areas.figures_schemas import (
    CountsQuery,
    CountsSchema,
    DeclarationSchema,
    MovementsQuery,
    MovementsSchema,
    PopulationBody,
    PopulationSchema,
)
from service.areas.permissions import May
from service.households.schemas import BothClocks
from service.http.commands import context_of, wait_until_visible
from service.http.routes import Answer, ApiBlueprint
from service.population import permissions as population_permissions
from service.population.declare import declare

routes = ApiBlueprint(
    "figures", __name__, url_prefix="/api/v1", description="Counts and movements."
)

READ = Rule(May.READ_COUNTS, asked_area)
READ_UNIT = Rule(May.READ_COUNTS, scope.unit)
OUTCOME = ("unit", "version", "seq", "repeated")
DECLARE = Rule(population_permissions.May.DECLARE_POPULATION, scope.unit)


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


@routes.post(
    "/areas/<unit:unit>/population",
    rule=DECLARE,
    body=PopulationBody,
    answer=DeclarationSchema,
    statuses=(201, 202),
    example={"effective_on": "2022-12-31", "households": 3488, "persons": 12940},
)
def declare_population(context: RequestContext, unit: str) -> Answer:
    """Declare who lives in a unit on a day, or correct it, giving the reason."""
    outcome = declare(context, context_of(context))
    visible = wait_until_visible(context, outcome.seq, ("denominators",))
    status = "visible" if visible else "still_updating"
    body = {"status": status, **{name: getattr(outcome, name) for name in OUTCOME}}
    where = {"Location": f"/api/v1/areas/{outcome.unit}/population"}
    return Answer(body, 201 if visible else 202, where)
