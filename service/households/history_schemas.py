"""What happened to a household, event by event."""

from marshmallow import fields, validate

from domain.households.events import EVENTS
from service.households.bodies import PaperSchema
from service.http.cursors import Cursor
from service.http.parsing import Input, Output, QueryInteger


class HistoryQuery(Input):
    """Which events: from `after` on, all or those of one type."""

    type = fields.String(
        load_default=None,
        validate=validate.OneOf([event.TOPIC.partition(":")[0] for event in EVENTS]),
        metadata={"example": "household.surveyed"},
    )
    after = Cursor("history")
    limit = QueryInteger(1, 500, load_default=200)


class ActorSchema(Output):
    """Who recorded it, in the role and area held then."""

    account = fields.String(required=True)
    role = fields.String(required=True)
    area = fields.String(required=True)


class ChangedSchema(Output):
    """One attribute: what it said, and what it says now."""

    attribute = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class EventSchema(Output):
    """One event: when it was so, when it was recorded, by whom, on which paper."""

    seq = fields.Integer(required=True)
    household_id = fields.UUID(
        required=True, metadata={"description": "Whose event it is; another one's in a merger."}
    )
    own = fields.Boolean(required=True)
    version = fields.Integer(required=True)
    type = fields.String(required=True, metadata={"example": "household.surveyed"})
    sentence = fields.String(required=True)
    effective_on = fields.Date(required=True)
    recorded_at = fields.DateTime(required=True)
    actor = fields.Nested(ActorSchema, required=True)
    document = fields.Nested(PaperSchema, required=True, allow_none=True)
    area = fields.String(required=True)
    changes = fields.List(fields.Nested(ChangedSchema), required=True)
    withdraws = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The `version` of the entry that this withdrawal leaves out."},
    )
    withdrawn_by = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The `version` of the withdrawal that leaves this entry out."},
    )
    withdrawn_at = fields.DateTime(required=True, allow_none=True)


class HistorySchema(Output):
    """The events in the order of the ledger."""

    household_id = fields.UUID(required=True)
    items = fields.List(fields.Nested(EventSchema), required=True)
    next = fields.String(required=True, allow_none=True)
