"""The worklist of the account that asks. It names no person."""

from typing import Any

from marshmallow import fields, validate

from service.access.authorization import RequestContext, Rule
from service.http import cursors
from service.http.cursors import Cursor
from service.http.parsing import Input, Output, QueryInteger
from service.http.routes import ApiBlueprint
from service.reviews import worklist
from service.reviews.permissions import May

PLACES = "worklist"
KINDS = (
    "survey", "request", "listing", "meeting", "results", "posting", "posting_runs", "reposting",
    "grievance", "notice", "consultation", "consultation_runs", "sign", "second_signature",
    "closing", "round", "contest",
    "duplicate", "duplicate_runs", "merger", "handed_list", "handed_list_changed",
    "case", "grant_batch",
)  # fmt: skip

routes = ApiBlueprint(
    "worklist", __name__, url_prefix="/api/v1", description="What waits for an account."
)


class WorklistQuery(Input):
    """How many items, and where to go on."""

    limit = QueryInteger(1, 200, load_default=50)
    after = Cursor(PLACES)


class WorklistItemSchema(Output):
    """One thing to do. `blocked_by` says why it cannot be done yet, "" where it can; an item is
    `overdue` once its last day has passed, blocked or not. `provisional` last days may still move
    with the yearly notice on days off. `link` is a page."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = fields.String(required=True)
    where = fields.String(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    provisional = fields.Boolean(required=True)
    overdue = fields.Boolean(required=True)
    blocked_by = fields.String(required=True)
    link = fields.String(required=True)


class WorklistSchema(Output):
    """A page of the worklist, the earliest last day first."""

    items = fields.List(fields.Nested(WorklistItemSchema), required=True)
    next = fields.String(required=True, allow_none=True)


@routes.get("/worklist", rule=Rule(May.READ_WORKLIST), query=WorklistQuery, answer=WorklistSchema)
def get_worklist(context: RequestContext) -> Any:
    """What waits for the account, by last day."""
    start = context.query["after"][0] if context.query["after"] else 0
    limit = context.query["limit"]
    found = worklist.items(context)[start : start + limit + 1]
    return cursors.page(PLACES, found, limit, lambda _: [start + limit])
