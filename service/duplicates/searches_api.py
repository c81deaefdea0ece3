"""Routes of searches for duplicates: an officer requests one, a worker runs it."""

from functools import partial
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.duplicates.errors import DuplicateSearchNotInstalled
from projections.duplicates import linkage, searches
from service.access.authorization import RequestContext
from service.duplicates import rights
from service.duplicates.schemas import (
    DuplicateSearchBody,
    DuplicateSearchesQuery,
    DuplicateSearchesSchema,
    DuplicateSearchSchema,
)
from service.http.commands import once
from service.http.routes import Answer, ApiBlueprint

TASK = "run_duplicate_search"
ADDRESS = "/api/v1/duplicate-searches"

routes = ApiBlueprint(
    "duplicate searches",
    __name__,
    url_prefix=ADDRESS,
    description="Households of an area compared with each other.",
)


@routes.post(
    "",
    rule=rights.SEARCH,
    body=DuplicateSearchBody,
    answer=DuplicateSearchSchema,
    statuses=(202,),
    example={"area": "46"},
)
def start_duplicate_search(context: RequestContext) -> Answer:
    """Compare all households of an area with each other. What is found waits in the queue."""
    started = start(context)
    return Answer(started, 202, {"Location": f"{ADDRESS}/{started.id}"})


def start(context: RequestContext) -> searches.Search:
    """Requests a search of the area of the request, once. Raises DuplicateSearchNotInstalled."""
    if not linkage.is_installed():
        raise DuplicateSearchNotInstalled
    made, _ = once(context, "start_duplicate_search", context.body, partial(_request, context))
    search_id = UUID(made["id"])
    context.services.nudge.job(TASK, search_id)
    with context.services.reading() as conn:
        return searches.get(conn, search_id)


def _request(context: RequestContext, conn: Connection[Any], search_id: UUID) -> dict[str, Any]:
    services = context.services
    searches.request(
        conn,
        search_id=search_id,
        area=context.area,
        units=services.areas().units_within(context.area, context.today) or [],
        by=context.actor,
        at=services.clock(),
    )
    return {"id": str(search_id)}


@routes.get("", rule=rights.SEARCHES, query=DuplicateSearchesQuery, answer=DuplicateSearchesSchema)
def list_duplicate_searches(context: RequestContext) -> Any:
    """The latest searches of an area and the units below it, newest first."""
    within = context.services.areas().units_within(context.area, context.today)
    with context.services.reading() as conn:
        return {"items": searches.of_areas(conn, within, context.query["limit"])}


@routes.get("/<uuid:search_id>", rule=rights.READ_SEARCH, answer=DuplicateSearchSchema)
def get_duplicate_search(context: RequestContext, search_id: UUID) -> Any:
    """A search as it stands, with its progress."""
    with context.services.reading() as conn:
        return searches.get(conn, search_id)
