"""Schemas of uploaded lists of recipients."""

from flask_smorest.fields import Upload
from marshmallow import fields

from domain.support.budget import MOST_MONEY
from domain.text import CODE
from service.http.commands import Circumstances
from service.http.parsing import (
    Code,
    Day,
    Input,
    OptionalText,
    Output,
    PastDay,
    QueryInteger,
    Text,
    Unit,
)

STATES = ("waiting", "checked", "refused")


class GrantListForm(Input):
    """An Excel list of recipients of a benefit in a period; `amount` is of rows without one."""

    file = Upload(required=True, metadata={"description": "The Excel file (.xlsx)."})
    area = Unit(required=True)
    programme = Text(CODE, least=1, required=True)
    benefit = Text(CODE, least=1, required=True)
    period = Day(required=True, metadata={"description": "Any day of the period."})
    effective_on = PastDay(required=True)
    line_id = fields.UUID(required=True)
    amount = QueryInteger(1, MOST_MONEY, load_default=None, allow_none=True)
    unit = OptionalText(CODE, about="What a list of goods counts; left out, the list is of money.")


class GrantListQuery(Input):
    """Which rows: those that fit, those that do not, or all; a page of them by `skip`."""

    which = Code({"all": "", "fitting": "", "refused": ""}, load_default="all")
    skip = QueryInteger(0, 1_000_000, load_default=0)
    limit = QueryInteger(1, 1000, load_default=200)


class ListedRowSchema(Output):
    """A row by its number in the file. `code` is that of its refusal, "" where it fits."""

    row = fields.Integer(required=True)
    household_id = fields.UUID(required=True, allow_none=True)
    person_id = fields.UUID(required=True, allow_none=True)
    amount = fields.Integer(required=True, allow_none=True)
    quantity = fields.Integer(required=True, allow_none=True)
    code = fields.String(required=True)
    field = fields.String(required=True)
    sentence = fields.String(required=True)


class GrantListSchema(Output):
    """A list: whether it is checked, how many rows fit, and the batch that was drawn up of it."""

    id = fields.UUID(required=True)
    area = fields.String(required=True)
    programme = fields.String(required=True)
    benefit = fields.String(required=True)
    period = fields.Date(required=True)
    line_id = fields.UUID(required=True)
    amount = fields.Integer(required=True, allow_none=True)
    unit = fields.String(required=True)
    effective_on = fields.Date(required=True)
    status = fields.String(required=True, metadata={"enum": STATES})
    refusal = fields.String(required=True)
    fitting = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    batch_id = fields.UUID(required=True, allow_none=True)


class GrantListWithRowsSchema(GrantListSchema):
    """A list with a page of its rows."""

    rows = fields.List(fields.Nested(ListedRowSchema), required=True)


class BatchOfListBody(Circumstances):
    """The day on which the batch is drawn up of the rows that fit."""
