"""Decide again: an inspector asks for it, a worker does it, whoever oversees the area reads it."""

from functools import partial
from typing import Any
from uuid import UUID

from psycopg import Connection

from projections.queries import replays
from service import cursors, places, territory
from service.access import Asked, asked_area
from service.api.door import Answer, Doors
from service.once import once
from service.permissions import May, Rule
from service.readlog import note_several
from service.schemas.replays import (
    ReplayBody,
    ReplayQuery,
    ReplaySchema,
    ReplaysQuery,
    ReplaysSchema,
    ReplayWithOutcomesSchema,
)

TASK = "run_replay"

doors = Doors("replays", __name__, url_prefix="/api/v1/replays", description="Decide again.")


@doors.post(
    "",
    rule=Rule(May.REPLAY, asked_area),
    body=ReplayBody,
    answer=ReplaySchema,
    statuses=(202,),
    example={"area": "46", "from": "2022-01-01", "to": "2022-12-31"},
)
def start_replay(asked: Asked) -> Answer:
    """Decide all decisions of an area and period again. Ask for the outcome by the id."""
    made, _ = once(asked, "start_replay", asked.body, partial(_request, asked))
    replay_id = UUID(made["id"])
    asked.wiring.nudge.job(TASK, replay_id)
    with asked.wiring.reading() as conn:
        started = replays.get(conn, replay_id)
    return Answer(started, 202, {"Location": f"/api/v1/replays/{replay_id}"})


def _request(asked: Asked, conn: Connection[Any], replay_id: UUID) -> dict[str, Any]:
    body, wiring = asked.body, asked.wiring
    replays.request(
        conn,
        replay_id=replay_id,
        area=asked.area,
        units=territory.units_within(wiring.areas(), asked.area, body["to"]) or [],
        from_on=body["from_"],
        to_on=body["to"],
        requested_by=asked.actor.account,
        requested_at=wiring.clock(),
        seq=body["seq"],
    )
    return {"id": str(replay_id)}


@doors.get("", rule=Rule(May.READ_REPLAYS, asked_area), query=ReplaysQuery, answer=ReplaysSchema)
def list_replays(asked: Asked) -> Any:
    """The latest replays of an area and the units below it, newest first."""
    within = territory.units_within(asked.wiring.areas(), asked.area, asked.today)
    limit = asked.query["limit"]
    with asked.wiring.reading() as conn:
        found = replays.of_areas(conn, within, limit=limit + 1, after=asked.query["after"])
    return cursors.page("replays", found, limit, lambda one: [one.requested_at, one.id])


@doors.get(
    "/<uuid:replay_id>",
    rule=Rule(May.READ_REPLAYS, places.replay),
    query=ReplayQuery,
    answer=ReplayWithOutcomesSchema,
)
def get_replay(asked: Asked, replay_id: UUID) -> Any:
    """A replay as it stands, with a page of its outcomes."""
    query = asked.query
    with asked.wiring.reading() as conn:
        found = replays.get(conn, replay_id)
        page = replays.outcomes(
            conn,
            replay_id,
            outcome=query["outcome"],
            after=query["after"][0] if query["after"] else 0,
            limit=query["limit"],
        )
    note_several(asked, "replay", len(page), replay=str(replay_id))
    more = [page[-1].seq] if len(page) == query["limit"] else None
    return {
        **found._asdict(),
        "outcomes": page,
        "next": cursors.sealed("outcomes", more),
    }
