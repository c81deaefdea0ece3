"""Activities: planned and held by the case worker or the officer of the province, with totals."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate
from msgspec.structs import asdict

from domain.support.activity import (
    MOST_COUNTED,
    CorrectActivity,
    HeldFigures,
    HoldActivity,
    PlanActivity,
)
from domain.support.budget import MOST_MONEY
from domain.support.codes import ACTIVITY_KINDS
from domain.text import CODE, NAME, NOTE
from projections.support import activities
from projections.support.activities import ActivityTotals, GroupTotals
from service.access.authorization import RequestContext, Rule, asked_area
from service.http.commands import Circumstances
from service.http.parsing import (
    Code,
    Input,
    OptionalText,
    Output,
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
    "activities",
    __name__,
    url_prefix="/api/v1/activities",
    description="What offices hold, build or deliver, in the figures that they report.",
)

READ = Rule(May.READ_ACTIVITIES, asked_area)
PLAN = Rule(May.RECORD_ACTIVITIES, asked_area)
RECORD = Rule(May.RECORD_ACTIVITIES, places.activity)
SHOWN_BY = ("activities",)
LIST = "/api/v1/activities"
ONE_OF = "|".join(ACTIVITY_KINDS)


class ActivitiesQuery(Input):
    """The activities of an area and the units below; `kind` is one kind or several with commas."""

    area = Unit()
    kind = fields.String(load_default=None, validate=validate.Regexp(rf"({ONE_OF})(,({ONE_OF}))*$"))
    year = QueryInteger(1990, 2199, load_default=None)
    programme = Text(CODE, least=1, load_default=None)
    after = fields.UUID(load_default=None)
    limit = QueryInteger(1, 200, load_default=50)


class ActivityBody(Circumstances):
    """An activity in the plan of a year."""

    area = Unit(required=True)
    kind = Code(ACTIVITY_KINDS, required=True)
    year = Whole(1990, 2199, required=True)
    title = Text(NAME, least=1, required=True)
    programme = OptionalText(CODE)
    node = OptionalText(CODE)


class FiguresBody(Circumstances):
    """The figures of an activity; one that was not reported is left out. Money is in đồng."""

    sessions = Whole(0, MOST_COUNTED, load_default=1)
    persons = Whole(0, MOST_COUNTED, load_default=None, allow_none=True)
    turns = Whole(0, MOST_COUNTED, load_default=None, allow_none=True)
    households = Whole(0, MOST_COUNTED, load_default=None, allow_none=True)
    amount = Whole(0, MOST_MONEY, load_default=None, allow_none=True)


class FiguresCorrectionBody(FiguresBody):
    """Other figures, with the reason."""

    reason = Text(NOTE, least=1, required=True)


class ActivityTotalsSchema(Output):
    """Sums over activities that were held; `planned` counts all."""

    planned = fields.Integer(required=True)
    held = fields.Integer(required=True)
    sessions = fields.Integer(required=True)
    persons = fields.Integer(required=True)
    turns = fields.Integer(required=True)
    households = fields.Integer(required=True)
    amount = fields.Integer(required=True)
    amount_per_turn = fields.Integer(required=True, allow_none=True)


class ActivityGroupSchema(Output):
    """The totals of one kind, area and year."""

    kind = fields.String(required=True)
    area = fields.String(required=True)
    year = fields.Integer(required=True)
    totals = fields.Nested(ActivityTotalsSchema, required=True)


class ActivitySchema(Output):
    """One activity; figures that were not reported are null."""

    activity_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    area = fields.String(required=True)
    kind = fields.String(required=True)
    year = fields.Integer(required=True)
    title = fields.String(required=True)
    programme = fields.String(required=True)
    node = fields.String(required=True)
    held_on = fields.Date(required=True, allow_none=True)
    sessions = fields.Integer(required=True, allow_none=True)
    persons = fields.Integer(required=True, allow_none=True)
    turns = fields.Integer(required=True, allow_none=True)
    households = fields.Integer(required=True, allow_none=True)
    amount = fields.Integer(required=True, allow_none=True)


class ActivitiesSchema(Output):
    """A page of activities; the totals are over all that were asked for."""

    items = fields.List(fields.Nested(ActivitySchema), required=True)
    next = fields.UUID(required=True, allow_none=True)
    totals = fields.Nested(ActivityTotalsSchema, required=True)
    groups = fields.List(fields.Nested(ActivityGroupSchema), required=True)


@routes.get("", rule=READ, query=ActivitiesQuery, answer=ActivitiesSchema)
def list_activities(context: RequestContext) -> Any:
    """The activities of an area and the units below, with totals by kind, area and year."""
    query = context.query
    asked = activities.ActivityFilter(
        areas=context.services.areas().units_within(context.area, context.today),
        kinds=query["kind"].split(",") if query["kind"] else None,
        year=query["year"],
        programme=query["programme"],
    )
    with context.services.reading() as conn:
        found = activities.activities(conn, asked, after=query["after"], limit=query["limit"])
        groups = activities.totals(conn, asked)
    return {
        "items": found,
        "next": found[-1].activity_id if len(found) == query["limit"] else None,
        "totals": _totals(activities.added(groups)),
        "groups": [_group(one) for one in groups],
    }


@routes.post(
    "",
    rule=PLAN,
    body=ActivityBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-02-01",
        "area": "19804",
        "kind": "job_fair",
        "year": 2023,
        "title": "Phiên giao dịch việc làm lưu động",
    },
)
def plan_activity(context: RequestContext) -> Answer:
    """Plan an activity; `created` is its id."""
    body = context.body
    command = PlanActivity(
        context.area, body["kind"], body["year"], body["title"], body["programme"], body["node"]
    )
    return record(context, command, SHOWN_BY, LIST)


@routes.post(
    "/<uuid:activity_id>/holding",
    rule=RECORD,
    body=FiguresBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={"effective_on": "2023-04-01", "sessions": 2, "persons": 120},
)
def hold_activity(context: RequestContext, activity_id: UUID) -> Answer:
    """Record that an activity was held, with its figures."""
    return record(context, HoldActivity(activity_id, _figures(context)), SHOWN_BY, LIST)


@routes.post(
    "/<uuid:activity_id>/corrections",
    rule=RECORD,
    body=FiguresCorrectionBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={
        "effective_on": "2023-05-01",
        "document": {"number": "15/BC-UBND"},
        "sessions": 2,
        "persons": 118,
        "reason": "Đếm trùng hai người",
    },
)
def correct_activity(context: RequestContext, activity_id: UUID) -> Answer:
    """Correct the figures of an activity, with the reason."""
    command = CorrectActivity(activity_id, _figures(context), context.body["reason"])
    return record(context, command, SHOWN_BY, LIST)


def _figures(context: RequestContext) -> HeldFigures:
    names = "sessions", "persons", "turns", "households", "amount"
    return HeldFigures(**{name: context.body[name] for name in names})


def _totals(found: ActivityTotals) -> dict[str, Any]:
    return {**asdict(found), "amount_per_turn": found.amount_per_turn}


def _group(one: GroupTotals) -> dict[str, Any]:
    return {
        "kind": one.kind, "area": one.area, "year": one.year, "totals": _totals(one.totals),
    }  # fmt: skip
