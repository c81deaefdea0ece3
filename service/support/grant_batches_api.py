"""Batches of grants: drawn up by the case worker, approved by the chairman, done by a worker."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.commands.command import Command, Outcome
from domain.support.grant_batch import Recipient, RecipientInKind
from domain.support.grant_batch_commands import ApproveBatch, DrawUpBatch, DrawUpBatchInKind
from domain.support.programme import Programme, programme_id
from projections.support import grant_batches
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.http.commands import Circumstances, etag
from service.http.routes import Answer, ApiBlueprint
from service.problems import NoSuchThing
from service.support import grant_batch_schemas as schemas
from service.support import places
from service.support.answers import RecordedSchema, record
from service.support.permissions import May

routes = ApiBlueprint(
    "grant batches",
    __name__,
    url_prefix="/api/v1/grant-batches",
    description="One benefit for one period to many recipients in one act.",
)

READ = Rule(May.READ_CASES, asked_area)
READ_BATCH = Rule(May.READ_CASES, places.batch)
DRAW_UP = Rule(May.WORK_ON_CASES, asked_area)
APPROVE = Rule(May.APPROVE_CASES, places.batch)
SHOWN_BY = ("grant_batches",)
BATCH = "/api/v1/grant-batches/{id}"
TASK = "run_grant_batch"


@routes.get("", rule=READ, query=schemas.GrantBatchesQuery, answer=schemas.GrantBatchesSchema)
def list_grant_batches(context: RequestContext) -> Any:
    """The batches of an area and the units below, a page of them."""
    query = context.query
    units = context.services.areas().units_within(context.area, context.today)
    with context.services.reading() as conn:
        found = grant_batches.batches(conn, areas=units, after=query["after"], limit=query["limit"])
    note_several(context, "list", sum(len(one.refused) for one in found))
    return {
        "items": found,
        "next": found[-1].batch_id if len(found) == query["limit"] else None,
    }


@routes.get("/<uuid:grant_batch_id>", rule=READ_BATCH, answer=schemas.GrantBatchSchema, etag=True)
def get_grant_batch(context: RequestContext, grant_batch_id: UUID) -> Any:
    """One batch: how many are granted, what was paid, and the recipients refused."""
    with context.services.reading() as conn:
        found = grant_batches.batch(conn, grant_batch_id)
    if found is None:
        raise NoSuchThing
    note_several(context, "list", len(found.refused))
    return Answer(found, 200, {"ETag": etag(found.version)})


@routes.post(
    "",
    rule=DRAW_UP,
    body=schemas.GrantBatchBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-03-01",
        "area": "19804",
        "programme": "policies",
        "benefit": "electricity",
        "period": "2023-01-01",
        "line_id": "11111111-0000-4000-8000-000000000001",
        "amount": 165000,
    },
)
def draw_up_grant_batch(context: RequestContext) -> Answer:
    """Draw up a batch: a benefit, a period and its recipients."""
    return record(context, _drawn_up(context), SHOWN_BY, BATCH)


@routes.post(
    "/<uuid:grant_batch_id>/approvals",
    rule=APPROVE,
    body=Circumstances,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={"effective_on": "2023-03-02", "document": {"number": "12/QĐ-UBND"}},
)
def approve_grant_batch(context: RequestContext, grant_batch_id: UUID) -> Answer:
    """Sign the batch; the last signature commits the money and starts the grants."""
    answer = record(context, ApproveBatch(grant_batch_id), SHOWN_BY, BATCH)
    context.services.nudge.job(TASK, grant_batch_id)
    return answer


def _drawn_up(context: RequestContext) -> Command[Outcome]:
    """The command of the body: money, or goods where it states a unit."""
    body = context.body
    given = body["recipients"] or _proposed(context)
    about = (
        context.area, body["programme"], body["benefit"], body["period"], body["line_id"],
    )  # fmt: skip
    if body["unit"]:
        goods = tuple(
            RecipientInKind(
                one["household_id"], one["quantity"] or body["quantity"] or 0, one["person_id"]
            )
            for one in given
        )
        return DrawUpBatchInKind(*about, body["unit"], goods)
    recipients = tuple(
        Recipient(one["household_id"], one["person_id"], one["amount"] or body["amount"])
        for one in given
    )
    return DrawUpBatch(*about, recipients)


def _proposed(context: RequestContext) -> list[dict[str, Any]]:
    """The households that have a class of the benefit at the end of the year before."""
    body = context.body
    programme = context.services.application.support.find(
        Programme, programme_id(body["programme"])
    )
    if programme is None:
        return []
    classes = programme.benefit(body["benefit"], body["period"]).qualification.classes
    on = date(body["period"].year - 1, 12, 31)
    units = context.services.areas().units_within(context.area, body["effective_on"])
    with context.services.reading() as conn:
        found = grant_batches.listed_households(conn, areas=units, classes=classes, on=on)
    return [
        {"household_id": one, "person_id": None, "amount": None, "quantity": None} for one in found
    ]
