"""Officers of poverty reduction: their trainings, and the share of those who were trained."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from domain.areas.codes import COUNTRY
from domain.support.officer import (
    MOST_OFFICERS,
    MOST_TRAINED,
    CountOfficers,
    EnterOfficer,
    LeaveOfficer,
    MoveOfficer,
    RecordTraining,
    WithdrawTraining,
)
from domain.text import CODE, NAME, NOTE
from projections.support import officers
from projections.support.officers import TrainingShare
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.http.commands import Circumstances
from service.http.parsing import (
    Input,
    OptionalText,
    Output,
    PastDay,
    PastMoment,
    QueryInteger,
    Text,
    Unit,
    Whole,
)
from service.http.routes import Answer, ApiBlueprint
from service.support import officer_erasure, places
from service.support.answers import RecordedSchema, answered, record
from service.support.permissions import May

routes = ApiBlueprint(
    "officers",
    __name__,
    url_prefix="/api/v1/officers",
    description="Officers of poverty reduction and their training records.",
)

READ = Rule(May.READ_OFFICERS, asked_area)
ENTER = Rule(May.RECORD_OFFICERS, asked_area)
CHANGE = Rule(May.RECORD_OFFICERS, places.officer)
MOVE = Rule(May.RECORD_OFFICERS, places.officer_and_area)
FORGET = Rule(May.FORGET_OFFICERS, places.officer)
TRAIN = Rule(May.RECORD_OFFICERS, places.activity_of_body)
SHOWN_BY = ("officers",)
LIST = "/api/v1/officers"


class OfficersQuery(Input):
    """The officers of an area and the units below; `working` leaves out those who have left."""

    area = Unit()
    working = fields.Boolean(load_default=False)
    after = fields.UUID(load_default=None)
    limit = QueryInteger(1, 200, load_default=50)


class SharesQuery(Input):
    """The shares of an area and the units right below, in a year up to a day."""

    area = Unit()
    year = QueryInteger(1990, 2199, required=True)
    as_of = PastDay(load_default=None)
    known_at = PastMoment(load_default=None)


class OfficerBody(Circumstances):
    """An officer, by the account or by the name, which is sealed."""

    area = Unit(required=True)
    account = OptionalText(CODE)
    name = OptionalText(NAME)


class OfficerMoveBody(Circumstances):
    """The unit in which the officer works from now on."""

    area = Unit(required=True)


class TrainingBody(Circumstances):
    """The officers who took part in a training that was held."""

    activity_id = fields.UUID(required=True)
    officers = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_TRAINED)
    )


class TrainingWithdrawalBody(Circumstances):
    """The training that was recorded by error, and why."""

    activity_id = fields.UUID(required=True)
    reason = Text(NOTE, least=1, required=True)


class OfficerForgettingBody(Circumstances):
    """The legal basis on which the name of an officer is erased."""

    legal_basis = Text(NOTE, least=1, required=True)


class OfficerCountBody(Circumstances):
    """The number of officers of a unit, from `effective_on` on."""

    area = Unit(required=True)
    officers = Whole(1, MOST_OFFICERS, required=True)


class OfficerSchema(Output):
    """One officer; `name` is that of a named person, "" for an account, "[đã xoá]" if erased."""

    officer_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    area = fields.String(required=True)
    account = fields.String(required=True)
    name = fields.String(required=True)
    entered_on = fields.Date(required=True)
    left_on = fields.Date(required=True, allow_none=True)
    trainings = fields.Integer(required=True)
    last_trained_on = fields.Date(required=True, allow_none=True)
    forgotten = fields.Boolean(required=True)


class OfficersSchema(Output):
    """A page of officers."""

    items = fields.List(fields.Nested(OfficerSchema), required=True)
    next = fields.UUID(required=True, allow_none=True)


class ShareSchema(Output):
    """The trained officers of a unit in the year, and ever among those who still work there."""

    area = fields.String(required=True)
    year = fields.Integer(required=True)
    officers = fields.Integer(required=True, allow_none=True)
    declared_on = fields.Date(required=True, allow_none=True)
    trained = fields.Integer(required=True)
    percent = fields.String(required=True, allow_none=True)
    trained_ever = fields.Integer(required=True)
    percent_ever = fields.String(required=True, allow_none=True)


class TrainingSharesSchema(Output):
    """The share of the area first, then of each unit right below."""

    items = fields.List(fields.Nested(ShareSchema), required=True)


@routes.get("", rule=READ, query=OfficersQuery, answer=OfficersSchema)
def list_officers(context: RequestContext) -> Any:
    """The officers of an area and the units below, with the number of their trainings."""
    query = context.query
    units = context.services.areas().units_within(context.area, context.today)
    with context.services.reading() as conn:
        found = officers.officers(
            conn, context.services.keyring, areas=units, working=query["working"],
            after=query["after"], limit=query["limit"],
        )  # fmt: skip
    note_several(context, "list", len(found), officers=True)
    following = found[-1].officer_id if len(found) == query["limit"] else None
    return {"items": found, "next": following}


@routes.get("/training-shares", rule=READ, query=SharesQuery, answer=TrainingSharesSchema)
def list_shares(context: RequestContext) -> Any:
    """The share of trained officers of an area and each unit right below, in a year."""
    return {"items": shares(context, context.query["as_of"] or context.today)}


def shares(context: RequestContext, on: Any) -> list[TrainingShare]:
    """The shares of the area of the request and of each unit right below, up to a day."""
    query, lineage = context.query, context.services.areas().lineage
    standing = on if context.area == COUNTRY else lineage.last_day(context.area, on)
    below = lineage.children(context.area, standing)
    areas = [one for one in dict.fromkeys((context.area, *below)) if one != COUNTRY]
    with context.services.reading() as conn:
        return officers.training_shares(
            conn, lineage, areas, year=query["year"], on=on, known_at=query.get("known_at")
        )


@routes.post(
    "",
    rule=ENTER,
    body=OfficerBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={"effective_on": "2023-01-10", "area": "19804", "account": "canbo.giamngheo"},
)
def enter_officer(context: RequestContext) -> Answer:
    """Enter an officer, by the account or by the name; `created` is the id."""
    command = EnterOfficer(context.area, context.body["account"], context.body["name"])
    return record(context, command, SHOWN_BY, LIST)


@routes.post(
    "/counts",
    rule=ENTER,
    body=OfficerCountBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-01-01",
        "document": {"number": "12/QĐ-UBND"},
        "area": "19804",
        "officers": 12,
    },
)
def count_officers(context: RequestContext) -> Answer:
    """State the number of officers of a unit, from a day on: what the share is of."""
    command = CountOfficers(context.area, context.body["officers"])
    return record(context, command, ("officer_counts",), LIST)


@routes.post(
    "/trainings",
    rule=TRAIN,
    body=TrainingBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    example={
        "effective_on": "2023-04-01",
        "activity_id": "11111111-0000-4000-8000-000000000001",
        "officers": ["11111111-0000-4000-8000-000000000002"],
    },
)
def record_training(context: RequestContext) -> Answer:
    """Record which officers took part in a training that was held."""
    command = RecordTraining(context.body["activity_id"], tuple(context.body["officers"]))
    return record(context, command, SHOWN_BY, LIST)


@routes.post(
    "/<uuid:officer_id>/withdrawals",
    rule=CHANGE,
    body=TrainingWithdrawalBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={
        "effective_on": "2023-05-01",
        "activity_id": "11111111-0000-4000-8000-000000000001",
        "reason": "Ghi nhầm người",
    },
)
def withdraw_training(context: RequestContext, officer_id: UUID) -> Answer:
    """Withdraw a training that was recorded by error, with the reason."""
    command = WithdrawTraining(officer_id, context.body["activity_id"], context.body["reason"])
    return record(context, command, SHOWN_BY, LIST)


@routes.post(
    "/<uuid:officer_id>/moves",
    rule=MOVE,
    body=OfficerMoveBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={"effective_on": "2023-07-01", "area": "19803"},
)
def move_officer(context: RequestContext, officer_id: UUID) -> Answer:
    """Record that an officer works in another unit; the account covers both units."""
    return record(context, MoveOfficer(officer_id, context.body["area"]), SHOWN_BY, LIST)


@routes.post(
    "/<uuid:officer_id>/leaving",
    rule=CHANGE,
    body=Circumstances,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={"effective_on": "2023-12-01"},
)
def leave_officer(context: RequestContext, officer_id: UUID) -> Answer:
    """Record the last day of an officer in this work."""
    return record(context, LeaveOfficer(officer_id), SHOWN_BY, LIST)


@routes.post(
    "/<uuid:officer_id>/forgetting",
    rule=FORGET,
    body=OfficerForgettingBody,
    answer=RecordedSchema,
    statuses=(201, 202),
    etag=True,
    changes=True,
    example={
        "effective_on": "2023-12-01",
        "document": {"number": "05/QĐ-UBND", "signed_on": "2023-12-01"},
        "legal_basis": "Luật 91/2025/QH15, yêu cầu xóa dữ liệu của người đã nghỉ việc",
    },
)
def forget_officer(context: RequestContext, officer_id: UUID) -> Answer:
    """Destroy the key of a named officer on a legal basis: the record stays without the name.

    `notes` of the answer name free texts that hold the name, which no key can erase.
    """
    return answered(context, officer_erasure.forget(context, officer_id), SHOWN_BY, LIST)
