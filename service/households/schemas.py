"""A household as the API shows it."""

from marshmallow import fields, validate

from domain.households import codes
from service.households.certificates import CertificatesShown
from service.households.decisions import StandingsShown
from service.households.list_query import CLASSES, INDICATOR, WAYS
from service.households.low_income import LowIncomeShown
from service.households.members import MembersShown
from service.households.needs_and_plan import NeedsAndPlanShown
from service.households.relocation import EndingShown
from service.households.support import SupportShown
from service.households.surveys import SurveysShown
from service.http.cursors import Cursor
from service.http.parsing import (
    BothClocks,
    Code,
    Input,
    Output,
    PastDay,
    QueryInteger,
    Text,
    Unit,
    Whole,
)


class ListQuery(BothClocks):
    """Which households."""

    limit = QueryInteger(1, 200, load_default=50)
    after = Cursor("households")
    flag = Code(
        codes.FLAGS,
        load_default=None,
        metadata={"description": "Only households where this was judged true."},
    )
    newly_escaped = fields.Boolean(
        load_default=False,
        truthy={"true", "1"},
        falsy={"false", "0"},
        metadata={"description": "Only households that escaped poverty within 36 months."},
    )
    ended = fields.Boolean(
        load_default=False,
        truthy={"true", "1"},
        falsy={"false", "0"},
        metadata={"description": "Households that have ended too."},
    )

    area = Unit()
    village = Text(200, load_default=None)
    class_ = Code(
        CLASSES,
        data_key="class",
        load_default=None,
        metadata={"description": "A class; listed: poor and near-poor; none: not classified."},
    )
    cause = Code(
        codes.CAUSES,
        load_default=None,
        metadata={"description": "Only households with this cause of poverty."},
    )
    indicator = fields.String(
        load_default=None,
        validate=validate.Regexp(INDICATOR),
        metadata={
            "description": "Only listed households that are deprived in this indicator of the "
            "standard; `surveyed`: those whose deprivations are known."
        },
    )
    movement = Code(
        WAYS,
        load_default=None,
        metadata={
            "description": "Only households that moved so, into or out of the class `of`, "
            "between `since` and the day, as GET /api/v1/movements counts them."
        },
    )
    of = Code(
        codes.LISTED,
        load_default="poor",
        metadata={"description": "The class that `movement` means."},
    )
    since = PastDay(
        load_default=None,
        metadata={"description": "With `movement`; left out, the end of the year before."},
    )
    changed = PastDay(
        load_default=None,
        metadata={"description": "Only households about which something was recorded since."},
    )
    q = Text(
        200,
        load_default="",
        about="Names, household number, village; with or without diacritics. Never an identity "
        "number: use POST /api/v1/searches.",
    )


class SearchBody(Input):
    """What to look for in households of an area: a name, a number, an identity number."""

    area = Unit()
    text = Text(200, least=1, required=True, metadata={"example": "046161001234"})
    village = Text(200)
    after = Cursor("searches")
    limit = Whole(1, 200, load_default=50)


class FlagsSchema(Output):
    """Recorded judgements; null where none was made."""

    no_labour_capacity = fields.Boolean(required=True, allow_none=True)
    ethnic_minority = fields.Boolean(required=True, allow_none=True)
    meritorious = fields.Boolean(required=True, allow_none=True)


class RegisteredHousehold(Output):
    """What the record of a household itself says."""

    household_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    as_of = fields.Date(required=True, allow_none=True)
    known_at = fields.DateTime(required=True, allow_none=True)
    number = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    village = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)
    residence = fields.String(required=True)
    head = fields.UUID(required=True)
    flags = fields.Nested(FlagsSchema, required=True)
    registered_on = fields.Date(required=True)
    recorded_at = fields.DateTime(required=True)
    source = fields.String(required=True)
    split_from = fields.UUID(required=True, allow_none=True)
    class_ = fields.String(
        required=True, data_key="class", metadata={"description": "National; empty: none yet."}
    )


# The fields stand in the order of the bases, the last first.
class HouseholdSchema(
    LowIncomeShown,
    CertificatesShown,
    EndingShown,
    NeedsAndPlanShown,
    SupportShown,
    SurveysShown,
    MembersShown,
    StandingsShown,
    RegisteredHousehold,
):
    """A household as it was on a day, as known at a moment."""


class RowSchema(Output):
    """One household of a list."""

    household_id = fields.UUID(required=True)
    number = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    village = fields.String(required=True)
    head = fields.String(required=True, metadata={"description": "Name; [đã xoá] if erased."})
    class_ = fields.String(required=True, data_key="class")
    persons = fields.Integer(required=True)
    no_labour_capacity = fields.Boolean(required=True, allow_none=True)
    ethnic_minority = fields.Boolean(required=True, allow_none=True)
    meritorious = fields.Boolean(required=True, allow_none=True)
    newly_escaped_until = fields.Date(required=True, allow_none=True)
    registered_on = fields.Date(required=True)
    ended = fields.Boolean(required=True)


class HouseholdsSchema(Output):
    """A page of households in Vietnamese order of their heads' names."""

    area = fields.String(required=True)
    as_of = fields.Date(required=True, allow_none=True)
    known_at = fields.DateTime(required=True, allow_none=True)
    items = fields.List(fields.Nested(RowSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class CommandResultSchema(Output):
    """What was recorded, and the household as it stands after it.

    `household` is null and `status` "still_updating" (202) where the lists do not show it yet;
    null as well for a repeat by an account that may no longer see the household.
    `created` is the id of what the command made: a new household of a split, a survey, a support.
    """

    household_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    seq = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": ["visible", "still_updating"]})
    repeated = fields.Boolean(required=True)
    created = fields.UUID(required=True, allow_none=True)
    persons = fields.List(fields.UUID(), required=True)
    notes = fields.List(fields.String(), required=True)
    household = fields.Nested(HouseholdSchema, required=True, allow_none=True)
