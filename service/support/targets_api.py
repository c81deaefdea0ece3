"""Targets: set and passed down by the officer of a province, with progress by real movements."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from marshmallow import fields, validate
from msgspec.structs import asdict

from domain.areas.lineage import Lineage
from domain.commands.command import Command, Outcome
from domain.eventstore.postgres import Connection
from domain.support.codes import MEASURES
from domain.support.errors import TargetInvalid
from domain.support.target import (
    MOST_HOUSEHOLDS,
    DeclaredDay,
    PassRateTargetDown,
    PassTargetDown,
    ReviseRateTarget,
    ReviseTarget,
    SetRateTarget,
    SetTarget,
)
from domain.text import NOTE
from projections.support import targets
from projections.support.targets import TargetRow
from service.access.authorization import RequestContext, Rule, asked_area
from service.http.commands import Circumstances, etag
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
from service.problems import NoSuchThing
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
READ_TARGET = Rule(May.READ_TARGETS, places.target)
SHOWN_BY = ("targets",)
TARGET = "/api/v1/targets/{id}"
PAPER = {"document": {"number": "108/KH-UBND"}}


class TargetsQuery(Input):
    """The targets of an area and the units below, with progress on a day."""

    area = Unit()
    year = QueryInteger(1990, 2199, load_default=None)
    measure = Code(MEASURES, load_default=None)
    as_of = PastDay(load_default=None)
    known_at = PastMoment(load_default=None)


class Points(fields.String):
    """Percentage points with at most two decimals, as hundredths; a comma is read as a point."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validate=validate.Regexp(r"[0-9]{1,3}([.,][0-9]{1,2})?$"),
            metadata={"example": "0.32"},
            **kwargs,
        )


class NumberBody(Circumstances):
    """The number of a target: `households`, or `percent_points` where it is a rate."""

    households = Whole(0, MOST_HOUSEHOLDS, load_default=None, allow_none=True)
    percent_points = Points(load_default=None, allow_none=True)


class TargetBody(NumberBody):
    """What an area is to reach in a year."""

    area = Unit(required=True)
    measure = Code(MEASURES, required=True)
    year = Whole(1990, 2199, required=True)


class TargetPartBody(NumberBody):
    """The part of a unit below."""

    area = Unit(required=True)


class RevisionBody(NumberBody):
    """Another number, with the reason."""

    reason = Text(NOTE, least=1, required=True)


class ProgressSchema(Output):
    """Households of the class at the end of the year before and on a day, how many fewer, and the
    rates of both days; of officers, those trained in the year. `reached` is null without a rate."""

    on = fields.Date(required=True)
    before = fields.Integer(required=True)
    now = fields.Integer(required=True)
    down = fields.Integer(required=True)
    percent_before = fields.String(required=True, allow_none=True)
    percent_now = fields.String(required=True, allow_none=True)
    percent_points = fields.String(required=True, allow_none=True)
    reached = fields.Boolean(required=True, allow_none=True)


class AllocatedSchema(Output):
    """The parts against the target: their sum, or what they make of the whole area's rate."""

    parts = fields.Integer(required=True)
    households = fields.Integer(required=True, allow_none=True)
    percent_points = fields.String(required=True, allow_none=True)
    difference = fields.String(required=True, allow_none=True)


class TargetSchema(Output):
    """A target with its parts and its progress; of a rate, `rate_parts` are the parts."""

    target_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    area = fields.String(required=True)
    measure = fields.String(required=True)
    year = fields.Integer(required=True)
    households = fields.Integer(required=True, allow_none=True)
    percent_points = fields.String(required=True, allow_none=True)
    from_target = fields.UUID(required=True, allow_none=True)
    parts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    rate_parts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    allocated = fields.Nested(AllocatedSchema, required=True)
    progress = fields.Nested(ProgressSchema, required=True)


class TargetsSchema(Output):
    """Targets by year, measure and area."""

    items = fields.List(fields.Nested(TargetSchema), required=True)


class MonthsQuery(Input):
    """Up to which day, as known at which moment."""

    as_of = PastDay(load_default=None)
    known_at = PastMoment(load_default=None)


class MonthSchema(Output):
    """How the households of the class came and went in a month, by kind of movement."""

    month = fields.String(required=True)
    until = fields.Date(required=True)
    opening = fields.Integer(required=True)
    entered = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    left = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    entries = fields.Integer(required=True)
    exits = fields.Integer(required=True)
    net = fields.Integer(required=True)
    closing = fields.Integer(required=True)
    percent = fields.String(required=True, allow_none=True)


class TargetWithMonthsSchema(TargetSchema):
    """A target with each month of its year."""

    months = fields.List(fields.Nested(MonthSchema), required=True)


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
            shown(conn, directory.lineage, one, on, query["known_at"])
            for one in found
            if query["measure"] in (None, one.measure)
        ]
    return {"items": items}


@routes.get(
    "/<uuid:target_id>", rule=READ_TARGET, query=MonthsQuery, answer=TargetWithMonthsSchema,
    etag=True,
)  # fmt: skip
def get_target(context: RequestContext, target_id: UUID) -> Any:
    """One target with its progress by month, by real movements."""
    query, lineage = context.query, context.services.areas().lineage
    on = query["as_of"] or context.today
    with context.services.reading() as conn:
        found = targets.target(conn, target_id)
        if found is None:
            raise NoSuchThing
        body = shown(conn, lineage, found, on, query["known_at"])
        body["months"] = targets.months(conn, lineage, found, on=on, known_at=query["known_at"])
    return Answer(body, 200, {"ETag": etag(found.version)})


def shown(
    conn: Connection, lineage: Lineage, one: TargetRow, on: date, known_at: datetime | None
) -> dict[str, Any]:
    """A target with its parts and its progress, as the API answers it."""
    parts = targets.allocated(conn, lineage, one, on=on)
    number, difference = parts.number, parts.difference
    return {
        **asdict(one),
        "percent_points": targets.percent(one.number) if one.is_rate else None,
        "parts": {} if one.is_rate else one.parts,
        "rate_parts": {
            area: targets.percent(part) for area, part in one.parts.items() if one.is_rate
        },
        "allocated": {
            "parts": parts.parts,
            "households": None if one.is_rate else number,
            "percent_points": None if number is None or not one.is_rate
            else targets.percent(number),
            "difference": None if difference is None
            else targets.percent(difference) if one.is_rate else str(difference),
        },
        "progress": targets.progress(conn, lineage, one, on=on, known_at=known_at),
    }  # fmt: skip


def points_of(body: dict[str, Any]) -> int | None:
    """The percentage points of a body as hundredths."""
    given = body["percent_points"]
    return None if given is None else targets.hundredths(given.replace(",", "."))


def number_of(body: dict[str, Any]) -> int:
    """The households of a body. Raises TargetInvalid where neither number nor rate is given."""
    households: int | None = body["households"]
    if households is None:
        raise TargetInvalid(households=None)
    return households


def declared_for(context: RequestContext, area: str) -> tuple[DeclaredDay, ...]:
    """The declarations that a rate of an area rests on; the command looks each up itself."""
    on: date = context.body["effective_on"]
    directory = context.services.areas()
    unit = directory.resolved(area, on)
    with context.services.reading() as conn:
        found = targets.declared_days(conn, directory.lineage, unit, on)
    return tuple(DeclaredDay(*one) for one in found)


def setting(context: RequestContext) -> Command[Outcome]:
    """The command that sets a target, of a checked body."""
    body, points = context.body, points_of(context.body)
    key = context.area, body["measure"], body["year"]
    if points is not None:
        return SetRateTarget(*key, points, declared_for(context, context.area))
    return SetTarget(*key, number_of(body))


def passing(context: RequestContext, target_id: UUID) -> Command[Outcome]:
    """The command that gives a part to a unit below."""
    body, points = context.body, points_of(context.body)
    if points is not None:
        declared = declared_for(context, body["area"])
        return PassRateTargetDown(target_id, body["area"], points, declared)
    return PassTargetDown(target_id, body["area"], number_of(body))


def revision(context: RequestContext, target_id: UUID) -> Command[Outcome]:
    """The command that changes the number."""
    body, points = context.body, points_of(context.body)
    if points is not None:
        return ReviseRateTarget(target_id, points, body["reason"])
    return ReviseTarget(target_id, number_of(body), body["reason"])


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
    return record(context, setting(context), SHOWN_BY, TARGET)


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
    return record(context, passing(context, target_id), SHOWN_BY, TARGET)


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
    return record(context, revision(context, target_id), SHOWN_BY, TARGET)
