"""Routes of pairs of households that may be one: the queue of an area, one pair, its answer."""

from typing import Any
from uuid import UUID

from domain.commands.command import Outcome
from projections.duplicates.pairs import Place
from service.access.authorization import RequestContext
from service.duplicates import rights, view
from service.duplicates.schemas import (
    PLACES,
    DescribedPairSchema,
    QueueQuery,
    QueueSchema,
    ReopeningBody,
    SettlementBody,
    SettlementSchema,
)
from service.http import cursors
from service.http.commands import etag, wait_until_visible
from service.http.routes import Answer, ApiBlueprint

ADDRESS = "/api/v1/duplicates"

routes = ApiBlueprint(
    "duplicates",
    __name__,
    url_prefix=ADDRESS,
    description="Pairs of households that are likely one, or have one person in both.",
)


@routes.get("", rule=rights.LIST, query=QueueQuery, answer=QueueSchema)
def list_duplicates(context: RequestContext) -> Any:
    """The pairs of an area that wait for an answer, or have one, the likeliest first."""
    query = context.query
    limit = query["limit"]
    found = view.queue(context, query["state"], after=place_of(query["after"]), limit=limit)
    return cursors.page(PLACES, found, limit, place)


@routes.get("/<uuid:duplicate_id>", rule=rights.READ, answer=DescribedPairSchema, etag=True)
def get_duplicate(context: RequestContext, duplicate_id: UUID) -> Answer:
    """A pair with what the account may see of its households; each reading is logged."""
    found = view.one(context, duplicate_id)
    return Answer(found, headers={"ETag": etag(found["version"])})


@routes.post(
    "/<uuid:duplicate_id>/settlement",
    rule=rights.SETTLE,
    body=SettlementBody,
    answer=SettlementSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={
        "effective_on": "2023-03-01",
        "verdict": "different",
        "reason": "Đã kiểm tra giấy tờ của hai hộ",
        "document": {"number": "07/BB-UBND"},
    },
)
def settle_duplicate(context: RequestContext, duplicate_id: UUID) -> Answer:
    """Say what the pair is. Nothing is merged: that is a command of its own."""
    return _answer(context, view.settle(context, duplicate_id))


@routes.post(
    "/<uuid:duplicate_id>/reopening",
    rule=rights.SETTLE,
    body=ReopeningBody,
    answer=SettlementSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={"effective_on": "2023-03-02", "reason": "Kết luận nhầm cặp"},
)
def reopen_duplicate(context: RequestContext, duplicate_id: UUID) -> Answer:
    """Open a pair again that was settled by error."""
    return _answer(context, view.reopen(context, duplicate_id))


def place(found: dict[str, Any]) -> list[Any]:
    """The sort values of a pair in the queue."""
    values: list[Any] = found["place"]
    return values


def place_of(came: Any) -> Place | None:
    """The place that a cursor names, None for the first page."""
    return None if came is None else (int(came[0]), UUID(came[1]))


def _answer(context: RequestContext, outcome: Outcome) -> Answer:
    visible = wait_until_visible(context, outcome.seq, view.SHOWN_BY)
    body = {
        "duplicate_id": outcome.aggregate_id,
        "version": outcome.version,
        "seq": outcome.seq,
        "status": "visible" if visible else "still_updating",
        "repeated": outcome.repeated,
    }
    headers = {
        "ETag": etag(outcome.version),
        "Location": f"{ADDRESS}/{outcome.aggregate_id}",
    }
    return Answer(body, 201 if visible else 202, headers)
