"""Signs that a target bends decisions, for those who inspect and not for those who decide."""

from datetime import date
from typing import Any

from marshmallow import fields

from domain.areas.codes import COUNTRY
from domain.support.codes import SIGNS
from projections.support import target_signs
from projections.support.target_signs import Period, Sign
from service.access.authorization import RequestContext, Rule, asked_area
from service.access.read_log import note_several
from service.http.parsing import Code, Input, Output, PastDay, PastMoment, QueryInteger, Unit
from service.http.routes import ApiBlueprint
from service.support.permissions import May

routes = ApiBlueprint(
    "target signs",
    __name__,
    url_prefix="/api/v1/targets/signs",
    description="Signs that a target bends decisions, each by an exact test.",
)

READ = Rule(May.WATCH_TARGETS, asked_area)


class SignsQuery(Input):
    """The signs of an area and the units right below, in the decisions of a year."""

    area = Unit()
    year = QueryInteger(1990, 2199, required=True)
    as_of = PastDay(load_default=None)
    known_at = PastMoment(load_default=None)


class SignHouseholdsQuery(SignsQuery):
    """The households behind one sign of an area."""

    sign = Code(SIGNS, required=True)


class SignSchema(Output):
    """One sign: `numbers` are those behind it, `chance` that of so much where nothing was bent.

    `raised` is whether the chance is at most `false_alarm`. A sign proves nothing about one
    household or account: docs/support.md says what each means and what else may look alike.
    """

    sign = fields.String(required=True)
    numbers = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    chance = fields.String(required=True)
    raised = fields.Boolean(required=True)


class AreaSignsSchema(Output):
    """The signs of one unit."""

    area = fields.String(required=True)
    signs = fields.List(fields.Nested(SignSchema), required=True)


class SignsSchema(Output):
    """The signs of the area first, then of each unit right below.

    `tests` counts all of them: where nothing was bent, at most `false_alarm` of them are raised.
    """

    year = fields.Integer(required=True)
    cut_off = fields.Date(required=True)
    false_alarm = fields.String(required=True)
    tests = fields.Integer(required=True)
    raised = fields.Integer(required=True)
    items = fields.List(fields.Nested(AreaSignsSchema), required=True)


class SignHouseholdsSchema(Output):
    """The households whose decisions make up a sign."""

    households = fields.List(fields.UUID(), required=True)


def period_of(query: dict[str, Any], today: date, on: str = "as_of") -> Period:
    """The period of a question."""
    return Period(query["year"], query[on] or today, query["known_at"])


def found_signs(context: RequestContext, of: Period) -> dict[str, list[Sign]]:
    """The signs of the area and of each unit right below, that of the area first."""
    directory = context.services.areas()
    day = min(of.until, of.cut_off)
    standing = day if context.area == COUNTRY else directory.lineage.last_day(context.area, day)
    below = directory.lineage.children(context.area, standing)
    areas = {one: _units(context, one, day) for one in dict.fromkeys((context.area, *below))}
    with context.services.reading() as conn:
        return target_signs.signs(conn, context.services.application.standards, areas, of)


def households_of(context: RequestContext, sign: str, of: Period) -> list[Any]:
    """The households behind a sign of the area."""
    units = _units(context, context.area, min(of.until, of.cut_off))
    with context.services.reading() as conn:
        return target_signs.households(
            conn, context.services.application.standards, sign, units, of
        )


def _units(context: RequestContext, area: str, on: date) -> frozenset[str] | None:
    found = context.services.areas().units_within(area, on)
    return None if area == COUNTRY or found is None else frozenset(found)


@routes.get("", rule=READ, query=SignsQuery, answer=SignsSchema)
def list_signs(context: RequestContext) -> Any:
    """The signs that a target bends decisions, by unit."""
    of = period_of(context.query, context.today)
    found = found_signs(context, of)
    every = [one for signs in found.values() for one in signs]
    return {
        "year": of.year,
        "cut_off": of.cut_off,
        "false_alarm": "0.01",
        "tests": len(every),
        "raised": sum(one.raised for one in every),
        "items": [{"area": area, "signs": signs} for area, signs in found.items()],
    }


@routes.get("/households", rule=READ, query=SignHouseholdsQuery, answer=SignHouseholdsSchema)
def list_households_of_sign(context: RequestContext) -> Any:
    """The households whose decisions make up a sign; each look is in the read log."""
    found = households_of(context, context.query["sign"], period_of(context.query, context.today))
    note_several(context, "list", len(found), found=found, sign=context.query["sign"])
    return {"households": found}
