"""Schemas of replays: request, state and outcomes."""

from marshmallow import fields

from projections.oversight.replay.recorded_decisions import OUTCOMES
from service.http.cursors import Cursor
from service.http.parsing import AreaQuery, Code, Day, Input, Output, QueryInteger, Unit, Whole


class ReplayBody(Input):
    """Which decisions to make again: those of an area whose effective date lies in a period."""

    area = Unit()
    from_ = Day(data_key="from", required=True)
    to = Day(required=True)
    seq = Whole(
        1,
        2**53,
        load_default=None,
        allow_none=True,
        metadata={"description": "The last ledger position that counts; left out, the present."},
    )


class ReplayQuery(Input):
    """Which outcomes to show."""

    outcome = Code(OUTCOMES, load_default=None)
    after = Cursor("outcomes")
    limit = QueryInteger(1, 1000, load_default=100)


class ReplaysQuery(AreaQuery):
    """Which replays."""

    limit = QueryInteger(1, 200, load_default=50)
    after = Cursor("replays")


class ReplaySchema(Output):
    """A replay as it stands. `digest` is there when it is done, and always the same."""

    id = fields.UUID(required=True)
    area = fields.String(required=True)
    from_on = fields.Date(required=True, data_key="from")
    to_on = fields.Date(required=True, data_key="to")
    seq = fields.Integer(required=True)
    status = fields.String(required=True, metadata={"enum": ["waiting", "running", "done"]})
    error = fields.String(required=True)
    digest = fields.String(required=True)
    requested_by = fields.String(required=True)
    requested_at = fields.DateTime(required=True)
    started_at = fields.DateTime(required=True, allow_none=True)
    finished_at = fields.DateTime(required=True, allow_none=True)
    progress = fields.Float(required=True)
    same = fields.Integer(required=True)
    different = fields.Integer(required=True)
    not_reproducible = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)


class OutcomeSchema(Output):
    """One decision: the recorded class, and in `detail` the recomputed one."""

    seq = fields.Integer(required=True)
    household_id = fields.UUID(required=True)
    effective_on = fields.Date(required=True, allow_none=True)
    recorded = fields.String(required=True)
    outcome = fields.String(required=True)
    detail = fields.Dict(required=True)


class ReplayWithOutcomesSchema(ReplaySchema):
    """A replay with a page of its outcomes, in the order of the ledger."""

    outcomes = fields.List(fields.Nested(OutcomeSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ReplaysSchema(Output):
    """Replays, newest first."""

    items = fields.List(fields.Nested(ReplaySchema), required=True)
    next = fields.String(required=True, allow_none=True)
