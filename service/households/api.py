"""Households as they are read: the list, the search, the file, the history."""

from typing import Any
from uuid import UUID

from service.access import route_areas
from service.access.authorize import RequestContext, asked_area
from service.access.permissions import Rule
from service.access.read_log import note_read
from service.households import file_view, list_query
from service.households.history_schemas import HistoryQuery, HistorySchema
from service.households.permissions import May
from service.households.schemas import (
    BothClocks,
    HouseholdSchema,
    HouseholdsSchema,
    ListQuery,
    SearchBody,
)
from service.http import parsing
from service.http.api_routes import Answer, ApiBlueprint
from service.http.preconditions import etag
from service.problems import NoSuchThing

routes = ApiBlueprint(
    "households", __name__, url_prefix="/api/v1", description="Households, as read."
)

LIST = Rule(May.READ_HOUSEHOLDS, asked_area)
READ = Rule(May.READ_HOUSEHOLDS, route_areas.household)


@routes.get("/households", rule=LIST, query=ListQuery, answer=HouseholdsSchema)
def list_households(context: RequestContext) -> Any:
    """The households of an area, in Vietnamese order of their heads' names."""
    return list_query.listed(context)


@routes.post(
    "/searches",
    rule=LIST,
    keyed=False,
    body=SearchBody,
    answer=HouseholdsSchema,
    example={"text": "046161001234", "area": "46"},
)
def search_households(context: RequestContext) -> Any:
    """Search by name, household number or identity number, out of the address."""
    return list_query.searched(context)


@routes.get(
    "/households/<uuid:household_id>",
    rule=READ,
    query=BothClocks,
    answer=HouseholdSchema,
    etag=True,
)
def get_household(context: RequestContext, household_id: UUID) -> Answer:
    """The household as it was on a day, as known at a moment. Reading is logged."""
    as_of, known_at = context.query["as_of"], context.query["known_at"]
    shown = file_view.as_it_was(context, household_id, as_of=as_of, known_at=known_at)
    if shown is None:
        raise NoSuchThing
    note_read(context, household_id, context.area, "file")
    present = as_of is None and known_at is None
    return Answer(shown, 200, {"ETag": etag(shown["version"])} if present else None)


@routes.get(
    "/households/<uuid:household_id>/history",
    rule=READ,
    query=HistoryQuery,
    answer=HistorySchema,
)
def get_history(context: RequestContext, household_id: UUID) -> Any:
    """What happened to a household, in order, each with a sentence. Reading is logged."""
    note_read(context, household_id, context.area, "history")
    return list_query.history(context, household_id, parsing.language())
