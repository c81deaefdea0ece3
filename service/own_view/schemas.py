"""Schemas of one-time codes and contests of households."""

from marshmallow import fields, validate

from domain.own_view.codes import CODE_WAYS, CONTEST_OUTCOMES
from domain.text import NOTE
from service.http.cursors import Cursor
from service.http.parsing import AreaQuery, Code, Input, Output, QueryInteger, Text
from service.own_view.slip import LONGEST

PLACES = "contests"


class OneTimeCodeBody(Input):
    """The member that asks for the code, and the way in which the household gets it."""

    person_id = fields.UUID(load_default=None, allow_none=True)
    way = Code(CODE_WAYS, required=True)


class OneTimeCodeSchema(Output):
    """The code, shown here and never again; null for a repeat, which was shown it before.

    `paper_code` is the code of the letter, null where the household has a certificate with one.
    `slip` is what the slip is printed with.
    """

    household_id = fields.UUID(required=True)
    code_id = fields.UUID(required=True)
    code = fields.String(required=True, allow_none=True)
    paper_code = fields.String(required=True, allow_none=True)
    slip = fields.String(required=True, allow_none=True)
    valid_until = fields.DateTime(required=True)
    repeated = fields.Boolean(required=True)


class SlipBody(Input):
    """The sealed code, as the answer that gave it has it."""

    slip = fields.String(required=True, validate=validate.Length(max=LONGEST))


class CodeRevokedSchema(Output):
    """The household whose last code was revoked."""

    household_id = fields.UUID(required=True)
    repeated = fields.Boolean(required=True)


class ContestsQuery(AreaQuery):
    """Which contests: those that wait for this office, or all."""

    waiting = fields.Boolean(load_default=False)
    limit = QueryInteger(1, 200, load_default=50)
    after = Cursor(PLACES)


class ContestSchema(Output):
    """A contest; one with a `round_id` is a grievance of that round, which answers it."""

    household_id = fields.UUID(required=True)
    contest_id = fields.UUID(required=True)
    area = fields.String(required=True)
    village = fields.String(required=True)
    about = fields.String(required=True)
    lodged_on = fields.Date(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    case_id = fields.UUID(required=True, allow_none=True)
    round_id = fields.UUID(required=True, allow_none=True)
    answered_on = fields.Date(required=True, allow_none=True)
    outcome = fields.String(required=True)


class ContestsSchema(Output):
    """A page of contests, those lodged first."""

    items = fields.List(fields.Nested(ContestSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ContestToldSchema(ContestSchema):
    """A contest with what was written; null once the household's key is destroyed."""

    text = fields.String(required=True, allow_none=True)
    answer = fields.String(required=True, allow_none=True)


class ContestAnswerBody(Input):
    """What comes of a contest, and what the household is told."""

    outcome = Code(CONTEST_OUTCOMES, required=True)
    text = Text(NOTE, required=True, least=1)


class ContestAnsweredSchema(Output):
    """The contest that was answered."""

    household_id = fields.UUID(required=True)
    contest_id = fields.UUID(required=True)
    seq = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": ["visible", "still_updating"]})
    repeated = fields.Boolean(required=True)
