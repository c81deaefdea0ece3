"""Counts, movements, and the denominators they rest on."""

from typing import Any

import msgspec

from domain.areas.lineage import CountedUnits
from projections.areas import record_starts
from projections.households import counts, movements
from projections.population import population
from service.access import route_areas, scope
from service.access.authorize import RequestContext, asked_area
from service.access.permissions import Rule
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
from service.http.api_routes import Answer, ApiBlueprint
from service.http.commands import context_of, wait_until_visible
from service.population import permissions as population_permissions
from service.population.declare import declare

routes = ApiBlueprint(
    "figures", __name__, url_prefix="/api/v1", description="Counts and movements."
)

READ = Rule(May.READ_COUNTS, asked_area)
READ_UNIT = Rule(May.READ_COUNTS, route_areas.unit)
DECLARE = Rule(population_permissions.May.DECLARE_POPULATION, route_areas.unit)


@routes.get("/counts", rule=READ, query=CountsQuery, answer=CountsSchema)
def get_counts(context: RequestContext) -> Any:
    """Households and persons by class, for the whole tree below an area."""
    directory, known_at = context.services.areas(), context.query["known_at"]
    on = context.query["as_of"] or context.today
    counted = scope.counted(directory, context.area, on)
    with context.services.reading() as conn:
        all_ = population.denominator(
            conn, directory.lineage, context.area, on=on, known_at=known_at
        )
        found = counts.counts(
            conn, context.area, counted, as_of=on, known_at=known_at, population=all_
        )
        starts = record_starts.record_starts(conn, _units(counted), known_at=known_at)
    start = record_starts.start_of(starts, directory.lineage, context.area, on)
    notes = (*found.notes, *all_.notes, *record_starts.counts_notes(start, on))
    return {**msgspec.structs.asdict(found), "record_starts": start, "notes": notes}


@routes.get("/movements", rule=READ, query=MovementsQuery, answer=MovementsSchema)
def get_movements(context: RequestContext) -> Any:
    """How poor and near-poor households came and went between two days."""
    query, lineage = context.query, context.services.areas().lineage
    from_, to, known_at = query["from_"], query["to"], query["known_at"]
    units = _units(scope.counted(context.services.areas(), context.area, to))
    with context.services.reading() as conn:
        found = movements.movements(
            conn, context.area, units, from_=from_, to=to, known_at=known_at
        )
        starts = record_starts.record_starts(conn, units, known_at=known_at)
    return {
        **{name: getattr(found, name) for name in found.__struct_fields__},
        "record_starts": record_starts.start_of(starts, lineage, context.area, to),
        "notes": record_starts.movement_notes(starts, lineage, context.area, from_=from_, to=to),
    }


def _units(counted: CountedUnits | None) -> frozenset[str] | None:
    return None if counted is None else counted.units | counted.to_be_placed


@routes.get(
    "/areas/<unit:unit>/population", rule=READ_UNIT, query=BothClocks, answer=PopulationSchema
)
def get_population(context: RequestContext, unit: str) -> Any:
    """All who live in a unit, as in force on a day, and as known at a moment."""
    on, known_at = context.query["as_of"] or context.today, context.query["known_at"]
    with context.services.reading() as conn:
        found = population.denominator(
            conn, context.services.areas().lineage, context.area, on=on, known_at=known_at
        )
    said = msgspec.structs.asdict(found)
    return {**said, "unit": context.area, "on": on, "known_at": known_at}


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
    said = {"status": status, **{name: getattr(outcome, name) for name in SAID}}
    where = {"Location": f"/api/v1/areas/{outcome.unit}/population"}
    return Answer(said, 201 if visible else 202, where)


SAID = ("unit", "version", "seq", "repeated")
