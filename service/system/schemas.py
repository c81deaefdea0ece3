"""Schemas of health, readiness and the lag of the read models."""

from marshmallow import fields

from service.http.parsing import Output


class HealthSchema(Output):
    """The process answers."""

    status = fields.String(required=True, metadata={"enum": ["ok"]})


class ProcessSchema(Output):
    """One kind of process. "unknown": no process of the kind sent a heartbeat in the last hour."""

    does = fields.String(required=True, metadata={"enum": ["nudges", "jobs", "clock"]})
    state = fields.String(required=True, metadata={"enum": ["ok", "silent", "unknown"]})
    live = fields.Integer(required=True, metadata={"description": "Processes that work."})
    silent_since = fields.AwareDateTime(
        allow_none=True,
        metadata={"description": "When the one longest silent last said something."},
    )


class ReadinessSchema(Output):
    """The state of what the service needs, and the lag behind the ledger."""

    status = fields.String(required=True, metadata={"enum": ["ok", "degraded"]})
    database = fields.String(required=True, metadata={"enum": ["ok"]})
    queue = fields.String(required=True, metadata={"enum": ["ok", "down"]})
    ledger_length = fields.Integer(required=True)
    lag = fields.Integer(required=True, metadata={"description": "Events the slowest is behind."})
    parked = fields.Integer(required=True)
    held_back = fields.Integer(
        required=True,
        metadata={"description": "Events that wait behind the oldest write transaction."},
    )
    wants = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "What an operator should look at: parked, held_back, outdated,"
            " newer_version, clock_set_back, ledger_shorter_than_read_models, silent_process,"
            " unknown_process.",
        },
    )
    processes = fields.List(
        fields.Nested(ProcessSchema),
        required=True,
        metadata={"description": "What brings recorded facts into the lists and does long work."},
    )


class LedgerSchema(Output):
    """The ledger's length, which is its last seq."""

    length = fields.Integer(required=True)
    unsequenced = fields.Integer(required=True)


class ReadModelSchema(Output):
    """One read model."""

    name = fields.String(required=True)
    seq = fields.Integer(required=True)
    lag = fields.Integer(required=True)
    parked = fields.Integer(required=True)
    outdated = fields.Boolean(required=True)
    newer = fields.Boolean(required=True)
    ahead = fields.Integer(required=True)


class ReadModelsSchema(Output):
    """All read models, and the ledger they follow."""

    ledger_length = fields.Integer(required=True)
    items = fields.List(fields.Nested(ReadModelSchema), required=True)
