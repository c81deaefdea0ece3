"""Targets: set and passed down by the officer of a province, with progress by the counts."""

from typing import Any
from uuid import UUID

from marshmallow import fields
from msgspec.structs import asdict

from domain.support.codes import MEASURES
from domain.support.target import MOST_HOUSEHOLDS, PassTargetDown, ReviseTarget, SetTarget
from domain.text import NOTE
from projections.support import targets
from service.access.authorization import RequestContext, Rule, asked_area
from service.http.commands import Circumstances
from service.http.parsing import (
    Code,
    Input,
    Output,
    PastDay,
    PastMoment,
    QueryInteger,
    Text,
    Unit,
    Whole,
)
from service.http.routes import Answer, ApiBlueprint
from service.support import places
from service.support.answers import RecordedSchema, record
from service.support.permissions import May

routes = ApiBlueprint(
    "targets",
    __name__,
    url_prefix="/api/v1/targets",
    description="Targets of areas, which no decision reads.",
)

READ = Rule(May.READ_TARGETS, asked_area)
SET = Rule(May.SET_TARGETS, asked_area)
CHANGE = Rule(May.SET_TARGETS, places.target)
SHOWN_BY = ("targets",)
LIST = "/api/v1/targets"
PAPER = {"document": {"number": "108/KH-UBND"}}


class TargetsQuery(Input):
    """The targets of an area and the units below, with progress on a day."""

    area = Unit()
    year = QueryInteger(1990, 2199, load_default=None)
    measure = Code(MEASURES, load_default=None)
    as_of = PastDay(load_default=None)
    known_at = PastMoment(load_default=None)


class TargetBody(Circumstances):
    """By how many households a class is to fall in a year."""

    area = Unit(required=True)
    measure = Code(MEASURES, required=True)
    year = Whole(1990, 2199, required=True)
    households = Whole(0, MOST_HOUSEHOLDS, required=True)


class TargetPartBody(Circumstances):
    """The part of a unit below."""

    area = Unit(required=True)
    households = Whole(0, MOST_HOUSEHOLDS, required=True)


class RevisionBody(Circumstances):
    """Another number, with the reason."""

    households = Whole(0, MOST_HOUSEHOLDS, required=True)
    reason = Text(NOTE, least=1, required=True)


class ProgressSchema(Output):
    """Households of the class at the end of the year before and on a day; how many fewer."""

    on = fields.Date(required=True)
    before = fields.Integer(required=True)
    now = fields.Integer(required=True)
    down = fields.Integer(required=True)


class TargetSchema(Output):
    """A target with its parts and its progress."""

    target_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    area = fields.String(required=True)
    measure = fields.String(required=True)
    year = fields.Integer(required=True)
    households = fields.Integer(required=True)
    from_target = fields.UUID(required=True, allow_none=True)
    parts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    progress = fields.Nested(ProgressSchema, required=True)


class TargetsSchema(Output):
    """Targets by year, measure and area."""

    items = fields.List(fields.Nested(TargetSchema), required=True)


@routes.get("", rule=READ, query=TargetsQuery, answer=TargetsSchema)
def list_targets(context: RequestContext) -> Any:
    """The targets of an area and the units below, each with its progress."""
    query, directory = context.query, context.services.areas()
    on = query["as_of"] or context.today
    units = directory.units_within(context.area, on)
    with context.services.reading() as conn:
        found = targets.targets(conn, areas=units, year=query["year"])
        # The target of the area itself comes first, those of the units below after it.
        found.sort(key=lambda one: one.area != context.area)
        items = [
            {**asdict(one), "progress": targets.progress(
                conn, directory.lineage, one, on=on, known_at=query["known_at"])}
            for one in found
            if query["measure"] in (None, one.measure)
        ]  # fmt: skip
    return {"items": items}


@routes.post(
    "",
    rule=SET,
    body=TargetBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2022-03-29",
        **PAPER,
        "area": "46",
        "measure": "poor_households_down",
        "year": 2022,
        "households": 331,
    },
)
def set_target(context: RequestContext) -> Answer:
    """Set a target of an area for a year."""
    body = context.body
    command = SetTarget(context.area, body["measure"], body["year"], body["households"])
    return record(context, command, SHOWN_BY, LIST)


@routes.post(
    "/<uuid:target_id>/parts",
    rule=CHANGE,
    body=TargetPartBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={"effective_on": "2022-04-01", **PAPER, "area": "19804", "households": 20},
)
def pass_target_down(context: RequestContext, target_id: UUID) -> Answer:
    """Give a part of a target to a unit below; `created` is its target."""
    command = PassTargetDown(target_id, context.body["area"], context.body["households"])
    return record(context, command, SHOWN_BY, LIST)


@routes.post(
    "/<uuid:target_id>/revisions",
    rule=CHANGE,
    body=RevisionBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={"effective_on": "2022-06-01", **PAPER, "households": 340, "reason": "Điều chỉnh"},
)
def revise_target(context: RequestContext, target_id: UUID) -> Answer:
    """Change the number of a target, with the reason."""
    command = ReviseTarget(target_id, context.body["households"], context.body["reason"])
    return record(context, command, SHOWN_BY, LIST)
