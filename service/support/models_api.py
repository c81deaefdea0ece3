"""Livelihood models with their households: started, joined, closed, with counts."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from msgspec.structs import asdict

from domain.support.codes import MODEL_ENDINGS, MODEL_KINDS
from domain.support.livelihood import CloseModel, JoinModel, StartModel
from domain.text import CODE, NAME, NOTE
from projections.support import livelihood_models
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.http.commands import Circumstances, etag
from service.http.parsing import Code, Input, OptionalText, Output, QueryInteger, Text, Unit, Whole
from service.http.routes import Answer, ApiBlueprint
from service.problems import NoSuchThing
from service.support import places
from service.support.answers import RecordedSchema, record
from service.support.permissions import May

routes = ApiBlueprint(
    "models",
    __name__,
    url_prefix="/api/v1/models",
    description="Livelihood models and the households that take part in them.",
)

READ = Rule(May.READ_ACTIVITIES, asked_area)
READ_MODEL = Rule(May.READ_ACTIVITIES, places.model)
START = Rule(May.RECORD_ACTIVITIES, asked_area)
RECORD = Rule(May.RECORD_ACTIVITIES, places.model)
SHOWN_BY = ("livelihood_models",)
MODEL = "/api/v1/models/{id}"
PAPER = {"document": {"number": "12/QĐ-UBND"}}


class ModelsQuery(Input):
    """The models of an area and the units below; `year` is that of the start."""

    area = Unit()
    kind = Code(MODEL_KINDS, load_default=None)
    year = QueryInteger(1990, 2199, load_default=None)
    funding_year = QueryInteger(1990, 2199, load_default=None)
    after = fields.UUID(load_default=None)
    limit = QueryInteger(1, 200, load_default=50)


class ModelBody(Circumstances):
    """A model of an area; `line_id` is the budget line that pays it, where it is known."""

    area = Unit(required=True)
    kind = Code(MODEL_KINDS, required=True)
    title = Text(NAME, least=1, required=True)
    programme = OptionalText(CODE)
    node = OptionalText(CODE)
    funding_year = Whole(1990, 2199, required=True)
    line_id = fields.UUID(load_default=None, allow_none=True)


class JoiningBody(Circumstances):
    """A household that takes part."""

    household_id = fields.UUID(required=True)


class ModelClosingBody(Circumstances):
    """How the model ends."""

    ending = Code(MODEL_ENDINGS, required=True)
    note = OptionalText(NOTE)


class ModelTotalsSchema(Output):
    """The numbers of models and of households that joined them."""

    models = fields.Integer(required=True)
    households = fields.Integer(required=True)


class ModelGroupSchema(Output):
    """The totals of one kind, area and year."""

    kind = fields.String(required=True)
    area = fields.String(required=True)
    year = fields.Integer(required=True)
    totals = fields.Nested(ModelTotalsSchema, required=True)


class ModelSchema(Output):
    """One model with the number of its households."""

    model_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    area = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    programme = fields.String(required=True)
    node = fields.String(required=True)
    line_id = fields.UUID(required=True, allow_none=True)
    funding_year = fields.Integer(required=True)
    started_on = fields.Date(required=True)
    ended_on = fields.Date(required=True, allow_none=True)
    ending = fields.String(required=True)
    households = fields.Integer(required=True)


class ModelsSchema(Output):
    """A page of models; the totals are over all that were asked for."""

    items = fields.List(fields.Nested(ModelSchema), required=True)
    next = fields.UUID(required=True, allow_none=True)
    totals = fields.Nested(ModelTotalsSchema, required=True)
    groups = fields.List(fields.Nested(ModelGroupSchema), required=True)


class JoinedSchema(Output):
    """A household of a model, and since when."""

    household_id = fields.UUID(required=True)
    joined_on = fields.Date(required=True)


class ModelWithHouseholdsSchema(ModelSchema):
    """A model with its households."""

    joined = fields.List(fields.Nested(JoinedSchema), required=True)


@routes.get("", rule=READ, query=ModelsQuery, answer=ModelsSchema)
def list_models(context: RequestContext) -> Any:
    """The models of an area and the units below, with counts by kind, area and year."""
    query = context.query
    asked = livelihood_models.ModelFilter(
        areas=context.services.areas().units_within(context.area, context.today),
        kind=query["kind"],
        year=query["year"],
        funding_year=query["funding_year"],
    )
    with context.services.reading() as conn:
        found = livelihood_models.models(conn, asked, after=query["after"], limit=query["limit"])
        groups = livelihood_models.totals(conn, asked)
    return {
        "items": found,
        "next": found[-1].model_id if len(found) == query["limit"] else None,
        "totals": livelihood_models.added(groups),
        "groups": groups,
    }


@routes.get("/<uuid:model_id>", rule=READ_MODEL, answer=ModelWithHouseholdsSchema, etag=True)
def get_model(context: RequestContext, model_id: UUID) -> Any:
    """One model with the households that joined it."""
    with context.services.reading() as conn:
        found = livelihood_models.model(conn, model_id)
        joined = livelihood_models.households(conn, model_id)
    if found is None:
        raise NoSuchThing
    note_several(context, "list", len(joined))
    shown = [{"household_id": household, "joined_on": day} for household, day in joined]
    return Answer({**asdict(found), "joined": shown}, 200, {"ETag": etag(found.version)})


@routes.post(
    "",
    rule=START,
    body=ModelBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-06-01",
        **PAPER,
        "area": "19804",
        "kind": "livelihood",
        "title": "Mô hình nuôi bò sinh sản",
        "programme": "2021-2025",
        "node": "2",
        "funding_year": 2023,
    },
)
def start_model(context: RequestContext) -> Answer:
    """Start a livelihood model; `created` is its id."""
    body = context.body
    command = StartModel(
        context.area, body["kind"], body["title"], body["programme"], body["node"],
        body["funding_year"], body["line_id"],
    )  # fmt: skip
    return record(context, command, SHOWN_BY, MODEL)


@routes.post(
    "/<uuid:model_id>/households",
    rule=RECORD,
    body=JoiningBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={
        "effective_on": "2023-06-02",
        "household_id": "11111111-0000-4000-8000-000000000001",
    },
)
def join_model(context: RequestContext, model_id: UUID) -> Answer:
    """Record that a household joins a model."""
    return record(context, JoinModel(model_id, context.body["household_id"]), SHOWN_BY, MODEL)


@routes.post(
    "/<uuid:model_id>/closing",
    rule=RECORD,
    body=ModelClosingBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={"effective_on": "2023-11-01", "ending": "finished"},
)
def close_model(context: RequestContext, model_id: UUID) -> Answer:
    """Record that a model ends."""
    body = context.body
    return record(context, CloseModel(model_id, body["ending"], body["note"]), SHOWN_BY, MODEL)
