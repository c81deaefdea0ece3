"""Schemas of pairs of households that may be one."""

from marshmallow import fields

from domain.duplicates.codes import VERDICTS, WAYS
from projections.duplicates.pairs import OPEN, STATES
from service.http.commands import Circumstances
from service.http.cursors import Cursor
from service.http.parsing import AreaQuery, Code, Input, Output, QueryInteger, Text, Unit

PLACES = "duplicates"
STATED = [*STATES]


class QueueQuery(AreaQuery):
    """Which pairs."""

    village = Text(200, load_default=None)
    state = Code(STATES, load_default=OPEN, metadata={"description": "Open ones, or settled."})
    limit = QueryInteger(1, 200, load_default=50)
    after = Cursor(PLACES)


class SettlementBody(Circumstances):
    """What the pair is, and what that rests on."""

    verdict = Code(VERDICTS, required=True)
    reason = Text(2000, required=True)


class ReopeningBody(Circumstances):
    """Why the pair was settled by error."""

    reason = Text(2000, required=True)


class CoupleSchema(Output):
    """Two persons, one of each household, and what of them agrees or differs."""

    first = fields.UUID(required=True)
    second = fields.UUID(required=True)
    evidence = fields.List(fields.String(), required=True)


class DuplicateMemberSchema(Output):
    """A member of a household within reach."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    relation = fields.String(required=True)
    sex = fields.String(required=True)
    birth_date = fields.Date(required=True, allow_none=True)
    birth_year = fields.Integer(required=True, allow_none=True)
    id_number = fields.String(required=True, allow_none=True)


class SideSchema(Output):
    """One household of a pair; only its commune where it is outside the account's reach."""

    within_reach = fields.Boolean(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    household_id = fields.UUID(required=True, allow_none=True)
    number = fields.String(required=True, allow_none=True)
    village = fields.String(required=True, allow_none=True)
    persons = fields.Integer(required=True, allow_none=True)
    ended = fields.Boolean(required=True, allow_none=True)
    head = fields.String(required=True, allow_none=True)


class DescribedSideSchema(SideSchema):
    """The same, with the members of a household within reach."""

    members = fields.List(fields.Nested(DuplicateMemberSchema), required=True)


class PairSchema(Output):
    """A pair as the account may see it.

    Score, evidence and reason are told to an account that reaches both households.
    """

    duplicate_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": STATED})
    how = fields.String(required=True, metadata={"enum": ["", *WAYS]})
    score = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Probability in thousandths."}
    )
    evidence = fields.List(fields.String(), required=True)
    couples = fields.List(fields.Nested(CoupleSchema), required=True)
    found_at = fields.DateTime(required=True)
    verdict = fields.String(required=True, metadata={"enum": ["", *VERDICTS]})
    reason = fields.String(required=True, allow_none=True)
    settled_on = fields.Date(required=True, allow_none=True)
    settled_at = fields.DateTime(required=True, allow_none=True)
    settled_by = fields.String(required=True, allow_none=True)
    paper = fields.String(required=True, allow_none=True)
    within_reach = fields.Boolean(required=True)
    sides = fields.List(fields.Nested(SideSchema), required=True)


class DescribedPairSchema(PairSchema):
    """A pair with the members of the households within reach."""

    sides = fields.List(fields.Nested(DescribedSideSchema), required=True)


class QueueSchema(Output):
    """A page of pairs, the likeliest first."""

    items = fields.List(fields.Nested(PairSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class SettlementSchema(Output):
    """What was recorded of a pair."""

    duplicate_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    seq = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": ["visible", "still_updating"]})
    repeated = fields.Boolean(required=True)


class DuplicateSearchBody(Input):
    """The area whose households are compared with each other."""

    area = Unit()


class DuplicateSearchesQuery(AreaQuery):
    """The searches to list."""

    limit = QueryInteger(1, 50, load_default=10)


class DuplicateSearchSchema(Output):
    """A search as it stands.

    `found` pairs came close enough. `recorded` of them are new or open again; `passed_over` were
    told apart before, or a household of them has ended or moved away.
    """

    id = fields.UUID(required=True)
    area = fields.String(required=True)
    status = fields.String(
        required=True, metadata={"enum": ["waiting", "running", "done", "failed"]}
    )
    stage = fields.String(required=True, metadata={"enum": ["", "reading", "scoring", "recording"]})
    progress = fields.Float(required=True)
    households = fields.Integer(required=True)
    found = fields.Integer(required=True)
    recorded = fields.Integer(required=True)
    passed_over = fields.Integer(required=True)
    error = fields.String(required=True)
    requested_by = fields.String(required=True)
    requested_at = fields.DateTime(required=True)
    started_at = fields.DateTime(required=True, allow_none=True)
    finished_at = fields.DateTime(required=True, allow_none=True)


class DuplicateSearchesSchema(Output):
    """The latest searches, newest first."""

    items = fields.List(fields.Nested(DuplicateSearchSchema), required=True)
