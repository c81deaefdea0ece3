"""A household as the API shows it."""

from marshmallow import fields, validate

from domain.households import codes
from service.households.list_query import CLASSES, INDICATOR, WAYS
from service.http.cursors import Cursor
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


class BothClocks(Input):
    """As of a day, as known at a moment; left out, as it is and as known now."""

    as_of = PastDay(load_default=None, metadata={"description": "As it was on this day."})
    known_at = PastMoment(load_default=None)


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


class PersonSchema(Output):
    """A member, present or past. Sealed attributes are null once the person is forgotten."""

    person_id = fields.UUID(required=True)
    forgotten = fields.Boolean(required=True)
    name = fields.String(required=True, metadata={"description": "[đã xoá] when forgotten."})
    relation = fields.String(required=True)
    sex = fields.String(required=True)
    birth_year = fields.Integer(required=True, allow_none=True)
    birth_date = fields.String(required=True, allow_none=True)
    id_number = fields.String(required=True, allow_none=True)
    id_issued_on = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    health = fields.String(required=True, allow_none=True)
    ethnicity = fields.String(required=True)
    residence = fields.String(required=True)
    able_to_work = fields.Boolean(required=True, allow_none=True)
    meritorious = fields.Boolean(required=True)
    joined_on = fields.Date(required=True, allow_none=True)
    joined_by = fields.String(required=True)
    left_on = fields.Date(required=True, allow_none=True)
    left_by = fields.String(required=True)


class PaperSchema(Output):
    """The paper that something rests on."""

    number = fields.String(required=True)
    signed_on = fields.Date(required=True, allow_none=True)
    signer = fields.String(required=True)


class ComparisonSchema(Output):
    """One figure compared with one figure of the standard, as it was when decided."""

    what = fields.String(required=True)
    value = fields.Integer(required=True)
    relation = fields.String(required=True)
    bound = fields.Integer(required=True)
    bound_name = fields.String(required=True)
    holds = fields.Boolean(required=True)


class StandingSchema(Output):
    """The decision in force in one scope."""

    scope = fields.String(required=True)
    class_ = fields.String(required=True, data_key="class")
    class_before = fields.String(required=True)
    movement = fields.String(required=True)
    since = fields.Date(required=True)
    seq = fields.Integer(required=True)
    standard = fields.String(required=True)
    standard_digest = fields.String(required=True)
    proposed = fields.String(required=True)
    override_reason = fields.String(required=True)
    document = fields.Nested(PaperSchema, required=True, allow_none=True)
    survey_id = fields.UUID(required=True, allow_none=True)
    facts = fields.Dict(required=True)
    comparisons = fields.List(fields.Nested(ComparisonSchema), required=True)
    reasons = fields.List(fields.String(), required=True)


class SurveySchema(Output):
    """One survey; its raw answers are in the history."""

    survey_id = fields.UUID(required=True)
    on = fields.Date(required=True)
    seq = fields.Integer(required=True)
    form = fields.String(required=True)
    area_type = fields.String(required=True)
    surveyor = fields.String(required=True)
    score_card = fields.String(required=True)
    income = fields.Integer(required=True, allow_none=True)
    b1 = fields.Integer(required=True, allow_none=True)
    b2 = fields.Integer(required=True, allow_none=True)
    deprived = fields.List(fields.String(), required=True, allow_none=True)
    attachments = fields.List(fields.String(), required=True)


class ScreeningSchema(Output):
    """One quick screening."""

    on = fields.Date(required=True)
    seq = fields.Integer(required=True)
    form = fields.String(required=True)
    outcome = fields.String(required=True)
    override_reason = fields.String(required=True)


class SupportSchema(Output):
    """One support granted; money is integer VND."""

    support_id = fields.UUID(required=True)
    on = fields.Date(required=True)
    seq = fields.Integer(required=True)
    programme = fields.String(required=True)
    benefit = fields.String(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    amount = fields.Integer(required=True, allow_none=True)
    quantity = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True)
    period_from = fields.Date(required=True)
    period_until = fields.Date(required=True)
    source = fields.String(required=True)
    funding_year = fields.Integer(required=True)


class CodesSchema(Output):
    """Causes or needs as last recorded."""

    codes = fields.List(fields.String(), required=True)
    on = fields.Date(required=True)
    note = fields.String(required=True)


class PlanSchema(Output):
    """The plan agreed with this household."""

    goal = fields.String(required=True)
    steps = fields.List(fields.String(), required=True)
    responsible = fields.String(required=True)
    on = fields.Date(required=True)
    review_on = fields.Date(required=True, allow_none=True)


class EndingSchema(Output):
    """How the household ended."""

    on = fields.Date(required=True)
    reason = fields.String(required=True)
    into = fields.UUID(required=True, allow_none=True)


class HouseholdSchema(Output):
    """A household as it was on a day, as known at a moment."""

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
    standings = fields.List(fields.Nested(StandingSchema), required=True)
    newly_escaped_until = fields.Date(required=True, allow_none=True)
    members = fields.List(fields.Nested(PersonSchema), required=True)
    former_members = fields.List(fields.Nested(PersonSchema), required=True)
    surveys = fields.List(fields.Nested(SurveySchema), required=True)
    screenings = fields.List(fields.Nested(ScreeningSchema), required=True)
    support = fields.List(fields.Nested(SupportSchema), required=True)
    causes = fields.Nested(CodesSchema, required=True, allow_none=True)
    needs = fields.Nested(CodesSchema, required=True, allow_none=True)
    plan = fields.Nested(PlanSchema, required=True, allow_none=True)
    ended = fields.Nested(EndingSchema, required=True, allow_none=True)


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
