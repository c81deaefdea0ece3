"""Schemas of coverage: whom a benefit reached, and the smallest count that is shown."""

from marshmallow import fields

from domain.support.smallest_count import LEAST, MOST
from domain.text import CODE, NAME
from projections.support.coverage import GROUPS, MEASURES
from service.http.commands import Circumstances
from service.http.parsing import (
    Code,
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


class CoverageQuery(Input):
    """A benefit (programme/code) in an area on a day, as known at a moment; left out, today.

    `held_back` holds small counts back from an account that may see single households as well,
    for figures that are handed on.
    """

    benefit = Text(2 * CODE, least=3, required=True, metadata={"example": "policies/electricity"})
    area = Unit()
    on = PastDay(load_default=None)
    known_at = PastMoment(load_default=None)
    held_back = fields.Boolean(load_default=False)


class CoveredHouseholdsQuery(Input):
    """The households that a count of coverage counts.

    `of_village` is a village of the unit as recorded, "-" for households without one.
    """

    benefit = Text(2 * CODE, least=3, required=True, metadata={"example": "policies/electricity"})
    area = Unit()
    on = PastDay(load_default=None)
    known_at = PastMoment(load_default=None)
    what = Code(MEASURES, required=True)
    group = Code(["", *GROUPS], load_default="")
    of_village = OptionalText(NAME)
    after = fields.UUID(load_default=None)
    limit = QueryInteger(1, 200, load_default=100)


class DeliveryTimesSchema(Output):
    """The days from request to delivery; None without a case, or where the count is held back."""

    cases = fields.Integer(required=True, allow_none=True)
    median_days = fields.Integer(required=True, allow_none=True)
    p90_days = fields.Integer(required=True, allow_none=True)


class SharesSchema(Output):
    """Counts of one group of households among those that qualify."""

    eligible = fields.Integer(required=True, allow_none=True)
    covered = fields.Integer(required=True, allow_none=True)
    unserved = fields.Integer(required=True, allow_none=True)
    eligible_percent = fields.String(required=True, allow_none=True)
    covered_percent = fields.String(required=True, allow_none=True)


class CoverageGroupsSchema(Output):
    """Shares of households by group. `disability` is always None: it is not on record."""

    female_head = fields.Nested(SharesSchema, required=True)
    ethnic_minority = fields.Nested(SharesSchema, required=True)
    disability = fields.Raw(required=True, allow_none=True)


class AfterSchema(Output):
    """Households that left within 36 months after the benefit. It is no proof of a cause."""

    granted = fields.Integer(required=True, allow_none=True)
    left_poverty = fields.Integer(required=True, allow_none=True)
    left_near_poverty = fields.Integer(required=True, allow_none=True)
    left_poverty_percent = fields.String(required=True, allow_none=True)
    left_near_poverty_percent = fields.String(required=True, allow_none=True)


class CoverageLineSchema(Output):
    """The figures of an area, of a unit below it, or of a village of a recorded unit.

    Both are "" for households that count in the area and in no unit below. A count that is held
    back is None, and named in `hidden`.
    """

    unit = fields.String(required=True)
    village = fields.String(required=True)
    eligible = fields.Integer(required=True, allow_none=True)
    served = fields.Integer(required=True, allow_none=True)
    covered = fields.Integer(required=True, allow_none=True)
    unserved = fields.Integer(required=True, allow_none=True)
    outside = fields.Integer(required=True, allow_none=True)
    leaked = fields.Integer(required=True, allow_none=True)
    coverage_percent = fields.String(required=True, allow_none=True)
    undercoverage_percent = fields.String(required=True, allow_none=True)
    leakage_percent = fields.String(required=True, allow_none=True)
    delivery = fields.Nested(DeliveryTimesSchema, required=True)
    groups = fields.Nested(CoverageGroupsSchema, required=True)
    afterwards = fields.Nested(AfterSchema, required=True)
    hidden = fields.List(fields.String(), required=True)


class CoverageSchema(Output):
    """Whom a benefit reached. `smallest` is the lowest count that is shown, None where all are."""

    benefit = fields.String(required=True)
    area = fields.String(required=True)
    on = fields.Date(required=True)
    known_at = fields.AwareDateTime(required=True, allow_none=True)
    period_from = fields.Date(required=True)
    period_until = fields.Date(required=True)
    smallest = fields.Integer(required=True, allow_none=True)
    notes = fields.List(fields.String(), required=True)
    total = fields.Nested(CoverageLineSchema, required=True)
    items = fields.List(fields.Nested(CoverageLineSchema), required=True)


class CoveredHouseholdSchema(Output):
    """A household behind a count, as it was on the day."""

    household_id = fields.UUID(required=True)
    area = fields.String(required=True)
    village = fields.String(required=True)
    held_class = fields.String(required=True, attribute="class_", data_key="class")
    eligible = fields.Boolean(required=True)
    served = fields.Boolean(required=True)
    leaked = fields.Boolean(required=True)


class CoveredHouseholdsSchema(Output):
    """A page of households; `next` is None on the last one."""

    items = fields.List(fields.Nested(CoveredHouseholdSchema), required=True)
    next = fields.UUID(required=True, allow_none=True)


class SmallestCountBody(Circumstances):
    """The smallest count that is shown, from `effective_on` on: of a province, or of the area that
    the account has."""

    area = Unit()
    households = Whole(LEAST, MOST, required=True)
