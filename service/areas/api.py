"""Administrative units, for every account that is signed in: they are public knowledge."""

from typing import Any

import msgspec

from projections.areas import areas
from service.access.authorization import RequestContext, Rule
from service.access.authorization import unit as place_of_unit
from service.areas.permissions import May
from service.areas.schemas import AreaInFullSchema, AreaQuery, AreasQuery, AreasSchema
from service.http import cursors
from service.http.routes import ApiBlueprint
from service.problems import NoSuchThing

READ = Rule(May.READ_AREAS)

routes = ApiBlueprint(
    "areas", __name__, url_prefix="/api/v1/areas", description="Administrative units."
)


@routes.get("", rule=READ, query=AreasQuery, answer=AreasSchema)
def list_areas(context: RequestContext) -> Any:
    """Units in force on a day: searched by any name they ever had, or those under a parent."""
    query, limit = context.query, context.query["limit"]
    skip = query["after"][0] if query["after"] else 0
    on, parent = query["on"] or context.today, query["parent"]
    if parent is not None:
        parent = context.services.areas().resolved(parent, on)
    with context.services.reading() as conn:
        found = areas.find(
            conn,
            on=on,
            q=query["q"],
            parent=parent,
            level=query["level"],
            limit=limit + 1,
            offset=skip,
        )
    following = [skip + limit] if len(found) > limit else None
    return {"items": found[:limit], "next": cursors.sealed("areas", following)}


@routes.get("/<unit:unit>", rule=READ, query=AreaQuery, answer=AreaInFullSchema, errors=(404,))
def get_area(context: RequestContext, unit: str) -> Any:
    """One unit: what it is on a day, what it came from, and what became of it."""
    on = context.query["on"] or context.today
    unit_id = place_of_unit(context, {"unit": unit}, on).area
    with context.services.reading() as conn:
        found = areas.area(conn, unit_id, on)
        if found is None:
            raise NoSuchThing
        above = areas.path(conn, unit_id, on)
        periods = areas.periods(conn, unit_id)
    return {**msgspec.structs.asdict(found), "path": above, "periods": periods}
