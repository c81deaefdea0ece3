"""What a command answers."""

from marshmallow import fields

from service.households.schemas import HouseholdSchema
from service.http.fields import Output


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
