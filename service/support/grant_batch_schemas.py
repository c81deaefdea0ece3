"""Schemas of batches of grants."""

from marshmallow import fields, validate

from domain.households.support import MOST_GOODS
from domain.support.budget import MOST_MONEY
from domain.support.grant_batch import MOST_RECIPIENTS
from domain.text import CODE
from service.http.commands import Circumstances
from service.http.parsing import Day, Input, OptionalText, Output, QueryInteger, Text, Unit, Whole


class GrantBatchesQuery(Input):
    """The batches of an area and the units below; `after` is the last id of the page before."""

    area = Unit()
    after = fields.UUID(load_default=None)
    limit = QueryInteger(1, 200, load_default=50)


class RecipientBody(Input):
    """One recipient; the amount where it is not that of all."""

    household_id = fields.UUID(required=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    amount = Whole(1, MOST_MONEY, load_default=None, allow_none=True)
    quantity = Whole(1, MOST_GOODS, load_default=None, allow_none=True)


class GrantBatchBody(Circumstances):
    """A benefit for a period, and its recipients.

    Without `recipients`, the households of the area that have a class of the benefit on the last
    day of the year before the period. `amount` is that of each, where the rate is not exact. With a
    `unit` all get goods: `quantity` is that of each.
    """

    area = Unit(required=True)
    programme = Text(CODE, least=1, required=True)
    benefit = Text(CODE, least=1, required=True)
    period = Day(required=True, metadata={"description": "Any day of the period."})
    line_id = fields.UUID(required=True)
    amount = Whole(1, MOST_MONEY, load_default=None, allow_none=True)
    unit = OptionalText(CODE)
    quantity = Whole(1, MOST_GOODS, load_default=None, allow_none=True)
    recipients = fields.List(
        fields.Nested(RecipientBody),
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=MOST_RECIPIENTS),
    )


class RefusedRecipientSchema(Output):
    """A recipient who was refused: the place in the list, from 0, and the code of the refusal."""

    row = fields.Integer(required=True)
    household_id = fields.UUID(required=True)
    code = fields.String(required=True)


class GrantBatchSchema(Output):
    """A batch. Once it is finished, committed = disbursed + released, in đồng; one with a `unit`
    gives goods."""

    batch_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    area = fields.String(required=True)
    programme = fields.String(required=True)
    benefit = fields.String(required=True)
    period_from = fields.Date(required=True)
    period_until = fields.Date(required=True)
    line_id = fields.UUID(required=True)
    status = fields.String(required=True)
    recipients = fields.Integer(required=True)
    granted = fields.Integer(required=True)
    unit = fields.String(required=True)
    committed = fields.Integer(required=True)
    disbursed = fields.Integer(required=True)
    released = fields.Integer(required=True)
    refused = fields.List(fields.Nested(RefusedRecipientSchema), required=True)


class GrantBatchesSchema(Output):
    """A page of batches; `next` is None on the last one."""

    items = fields.List(fields.Nested(GrantBatchSchema), required=True)
    next = fields.UUID(required=True, allow_none=True)
