"""Imports of official lists: what is uploaded, how far it is, what was said of its rows."""

from flask_smorest.fields import Upload
from marshmallow import fields

from domain.imports.remarks import KINDS
from projections.imports.imports import OUTCOMES
from service.http.cursors import Cursor
from service.http.parsing import (
    AreaQuery,
    Code,
    Day,
    Input,
    OptionalText,
    Output,
    QueryInteger,
    Unit,
)
from service.http.problem_schema import MatchingSchema

JOB = ("waiting", "checking", "recording", "listing", "done", "refused")


class ImportForm(Input):
    """An Excel list in the official layout. Without an effective date that of its decisions."""

    file = Upload(required=True, metadata={"description": "The Excel file (.xlsx)."})
    area = Unit()
    effective_on = Day(load_default=None, data_key="effective_on")
    sheet = OptionalText(100, about="Name of the sheet; left out, the first that fits.")
    dry_run = fields.Boolean(
        load_default=False,
        truthy={"true", "1"},
        falsy={"false", "0"},
        metadata={"description": "Say what would happen, and record nothing."},
    )


class ImportsQuery(AreaQuery):
    """Which imports."""

    limit = QueryInteger(1, 200, load_default=50)
    after = Cursor("imports")


class ImportQuery(Input):
    """Which remarks on rows to show."""

    kind = Code(KINDS, load_default=None)
    skip = QueryInteger(0, 10_000_000, load_default=0)
    limit = QueryInteger(1, 1000, load_default=100)


class OutcomesQuery(Input):
    """Which households of a list to show."""

    outcome = Code(OUTCOMES, load_default=None)
    skip = QueryInteger(0, 10_000_000, load_default=0)
    limit = QueryInteger(1, 1000, load_default=100)


class ImportSchema(Output):
    """An import as it stands. All counts but rows and persons are households."""

    id = fields.UUID(required=True)
    area = fields.String(required=True)
    effective_on = fields.Date(required=True, allow_none=True)
    dry_run = fields.Boolean(required=True)
    status = fields.String(required=True, metadata={"enum": [*JOB]})
    refusal = fields.Dict(required=True, allow_none=True)
    error = fields.String(required=True)
    columns = fields.Dict(required=True, allow_none=True)
    lists = fields.List(fields.Dict(), required=True)
    row_counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    rows = fields.Integer(required=True)
    households = fields.Integer(required=True)
    to_record = fields.Integer(required=True)
    done = fields.Integer(required=True)
    recorded = fields.Integer(required=True)
    persons = fields.Integer(required=True)
    reclassified = fields.Integer(required=True)
    already = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    possible = fields.Integer(required=True)
    repeated = fields.Integer(required=True)
    requested_by = fields.String(required=True)
    requested_at = fields.DateTime(required=True)
    started_at = fields.DateTime(required=True, allow_none=True)
    finished_at = fields.DateTime(required=True, allow_none=True)
    kept = fields.Boolean(required=True)
    progress = fields.Float(required=True)


class RemarkSchema(Output):
    """One remark on one row of the file; `sentence` is in the language asked for.

    `number` and `head` name the household of the row as the list has them.
    """

    row = fields.Integer(required=True)
    kind = fields.String(required=True)
    code = fields.String(required=True)
    field = fields.String(required=True)
    column = fields.String(required=True)
    details = fields.Dict(required=True)
    sheet = fields.Integer(required=True)
    number = fields.String(required=True)
    head = fields.String(required=True)
    sentence = fields.String(required=True)


class ImportWithRemarksSchema(ImportSchema):
    """An import with a page of its remarks, by row, and how many rows there are of each kind."""

    remarks = fields.List(fields.Nested(RemarkSchema), required=True)
    remark_counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ImportsSchema(Output):
    """Imports, newest first."""

    items = fields.List(fields.Nested(ImportSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ListedHouseholdSchema(Output):
    """A household of a list, as the list names it, and what came of it.

    Its rows run from `first_row` to `last_row` of the list `sheet`, counted from 0.
    """

    sheet = fields.Integer(required=True)
    first_row = fields.Integer(required=True)
    last_row = fields.Integer(required=True)
    rows = fields.Integer(required=True)
    outcome = fields.String(required=True, metadata={"enum": list(OUTCOMES)})
    household_id = fields.UUID(required=True, allow_none=True)
    number = fields.String(required=True)
    head = fields.String(required=True)


class ListedHouseholdsSchema(Output):
    """Households of a list by row, and how many there are of each outcome."""

    items = fields.List(fields.Nested(ListedHouseholdSchema), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ListedSchema(Output):
    """What the list says of a household."""

    name = fields.String(required=True, metadata={"description": "Of the head."})
    birth_date = fields.Date(required=True, allow_none=True)
    birth_year = fields.Integer(required=True, allow_none=True)
    number = fields.String(required=True)
    village = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    persons = fields.Integer(required=True)
    class_ = fields.String(required=True, data_key="class", attribute="class")


class WaitingRowSchema(MatchingSchema):
    """A household of a list that waits for a person to say who it is, or was settled."""

    row = fields.Integer(required=True, metadata={"description": "Names the row in paths."})
    sheet = fields.Integer(required=True)
    row_number = fields.Integer(required=True)
    listed = fields.Nested(ListedSchema, required=True)
    verdict = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, metadata={"description": "Why it was refused."})
    reason = fields.String(required=True)
    account = fields.String(required=True, metadata={"description": "Who said so."})
    said_at = fields.DateTime(required=True, allow_none=True)


class WaitingRowsSchema(Output):
    """Rows that wait or were settled, by row; the next page begins after the last one."""

    items = fields.List(fields.Nested(WaitingRowSchema), required=True)


class WaitingQuery(Input):
    """Which rows."""

    after = QueryInteger(0, 2**40, load_default=0)
    limit = QueryInteger(1, 100, load_default=20)


class SettleBody(Input):
    """Who a row is: one of its candidates, or another household, which takes a reason."""

    same_as = fields.UUID(load_default=None, allow_none=True)
    reason = OptionalText(2000, about="Why it is somebody else.")
