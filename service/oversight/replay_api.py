"""Routes of replays: an inspector requests one, a worker runs it, readers of the area see it."""

from functools import partial
from typing import Any
from uuid import UUID

from psycopg import Connection

from projections.oversight.replay import job_store, runs
from service.access import authorization
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.http import cursors
from service.http.commands import once
from service.http.routes import Answer, ApiBlueprint
from service.oversight.permissions import May
from service.oversight.replay_schemas import (
    ReplayBody,
    ReplayQuery,
    ReplaySchema,
    ReplaysQuery,
    ReplaysSchema,
    ReplayWithOutcomesSchema,
)

TASK = "run_replay"

routes = ApiBlueprint(
    "replays", __name__, url_prefix="/api/v1/replays", description="Decide again."
)


@routes.post(
    "",
    rule=Rule(May.REPLAY, asked_area),
    body=ReplayBody,
    answer=ReplaySchema,
    statuses=(202,),
    example={"area": "46", "from": "2022-01-01", "to": "2022-12-31"},
)
def start_replay(context: RequestContext) -> Answer:
    """Decide all decisions of an area and period again. The outcome is read by its id."""
    made, _ = once(context, "start_replay", context.body, partial(_request, context))
    replay_id = UUID(made["id"])
    context.services.nudge.job(TASK, replay_id)
    with context.services.reading() as conn:
        started = runs.get(conn, replay_id)
    return Answer(started, 202, {"Location": f"/api/v1/replays/{replay_id}"})


def _request(context: RequestContext, conn: Connection[Any], replay_id: UUID) -> dict[str, Any]:
    body, services = context.body, context.services
    job_store.request(
        conn,
        replay_id=replay_id,
        area=context.area,
        units=services.areas().units_within(context.area, body["to"]) or [],
        from_on=body["from_"],
        to_on=body["to"],
        requested_by=context.actor.account,
        requested_at=services.clock(),
        seq=body["seq"],
    )
    return {"id": str(replay_id)}


@routes.get("", rule=Rule(May.READ_REPLAYS, asked_area), query=ReplaysQuery, answer=ReplaysSchema)
def list_replays(context: RequestContext) -> Any:
    """The latest replays of an area and the units below it, newest first."""
    within = context.services.areas().units_within(context.area, context.today)
    limit = context.query["limit"]
    with context.services.reading() as conn:
        found = runs.of_areas(conn, within, limit=limit + 1, after=context.query["after"])
    return cursors.page("replays", found, limit, lambda one: [one.requested_at, one.id])


@routes.get(
    "/<uuid:replay_id>",
    rule=Rule(May.READ_REPLAYS, authorization.replay),
    query=ReplayQuery,
    answer=ReplayWithOutcomesSchema,
)
def get_replay(context: RequestContext, replay_id: UUID) -> Any:
    """A replay as it stands, with a page of its outcomes."""
    query = context.query
    with context.services.reading() as conn:
        found = runs.get(conn, replay_id)
        page = runs.outcomes(
            conn,
            replay_id,
            outcome=query["outcome"],
            after=query["after"][0] if query["after"] else 0,
            limit=query["limit"],
        )
    note_several(context, "replay", len(page), replay=str(replay_id))
    more = [page[-1].seq] if len(page) == query["limit"] else None
    return {
        **found._asdict(),
        "outcomes": page,
        "next": cursors.sealed("outcomes", more),
    }
