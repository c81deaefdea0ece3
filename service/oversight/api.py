"""Routes of break-glass access, the read log and the acts of administration."""

from typing import Any
from uuid import UUID

from psycopg import Connection

from service.access import acts, break_glass, read_log
from service.access.authorization import RequestContext, Rule, asked_area, own_name
from service.http import cursors
from service.http.commands import once
from service.http.routes import Answer, ApiBlueprint
from service.oversight.permissions import May
from service.oversight.schemas import (
    ActsQuery,
    ActsSchema,
    GrantBody,
    GrantSchema,
    GrantsQuery,
    GrantsSchema,
    ReadsQuery,
    ReadsSchema,
)

routes = ApiBlueprint(
    "oversight", __name__, url_prefix="/api/v1", description="Who read what, and why."
)

READ_LOG = Rule(May.READ_READ_LOG, asked_area)


@routes.post(
    "/access-grants",
    rule=Rule(May.OPEN_AREA),
    body=GrantBody,
    answer=GrantSchema,
    statuses=(201,),
    errors=(404,),
    example={"area": "19804", "reason": "Hộ chuyển đến từ xã khác, cần đối chiếu hồ sơ cũ"},
)
def open_area(context: RequestContext) -> Answer:
    """Open a commune outside one's own area for reading, for three hours, on record."""
    services, body = context.services, context.body
    area = services.areas().require(body["area"], context.today)

    def act(conn: Connection[Any], command_id: UUID) -> dict[str, Any]:
        break_glass.open_break_glass(
            conn,
            grant_id=command_id,
            account=own_name(context),
            area=area,
            reason=body["reason"],
            now=services.clock(),
        )
        return {"id": str(command_id)}

    made, _ = once(context, "open_area", body, act)
    with services.pool.connection() as conn:
        return Answer(break_glass.access_with_id(conn, UUID(made["id"])), 201)


@routes.get("/access-grants", rule=READ_LOG, query=GrantsQuery, answer=GrantsSchema)
def list_grants(context: RequestContext) -> Any:
    """Which areas were opened by whom and why, newest first."""
    with context.services.reading() as conn:
        found = break_glass.accesses_in(
            conn,
            context.services.areas().units_within(context.area, context.today),
            after=context.query["after"],
            limit=context.query["limit"] + 1,
        )
    return cursors.page(
        "access-grants", found, context.query["limit"], lambda one: [one.granted_at, one.id]
    )


@routes.get("/read-log", rule=READ_LOG, query=ReadsQuery, answer=ReadsSchema)
def list_reads(context: RequestContext) -> Any:
    """Which account saw which households of this area, newest first."""
    query, limit = context.query, context.query["limit"]
    with context.services.reading() as conn:
        found = read_log.reads(
            conn,
            areas=context.services.areas().units_within(context.area, context.today),
            above=context.services.areas().above(context.area, context.today),
            household_id=query["household"],
            account=query["account"],
            before=query["after"][0] if query["after"] else None,
            limit=limit + 1,
        )
    return {
        "items": found[:limit],
        "next": cursors.sealed("read-log", [found[limit - 1].id] if len(found) > limit else None),
    }


@routes.get("/administration", rule=READ_LOG, query=ActsQuery, answer=ActsSchema)
def list_acts(context: RequestContext) -> Any:
    """What administrators did to the accounts of this area, and why, newest first."""
    query, limit = context.query, context.query["limit"]
    with context.services.reading() as conn:
        found = acts.acts_in(
            conn,
            context.services.areas().units_within(context.area, context.today),
            account=query["account"],
            before=query["after"][0] if query["after"] else None,
            limit=limit + 1,
        )
    return cursors.page("administration", found, limit, lambda act: [act.id])
