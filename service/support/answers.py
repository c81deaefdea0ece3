"""The answer of a command about support: what was recorded, and whether it is shown yet."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields

from domain.commands.command import Command, Outcome
from service.access.authorization import RequestContext
from service.http.commands import context_of, etag, wait_until_visible
from service.http.parsing import Output
from service.http.routes import Answer


class RecordedSchema(Output):
    """The thing that was changed or made, and its version; `created` is what else was made."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    seq = fields.Integer(required=True, allow_none=True)
    status = fields.String(required=True, metadata={"enum": ["visible", "still_updating"]})
    repeated = fields.Boolean(required=True)
    created = fields.UUID(required=True, allow_none=True)
    notes = fields.List(fields.String(), required=True)


def record(
    context: RequestContext, command: Command[Outcome], models: Sequence[str], address: str
) -> Answer:
    """Runs a command and answers; `address` is where the thing is, with {id} in it."""
    outcome = context.services.application.run(
        command, context_of(context), expected_version=context.expected_version
    )
    return answered(context, outcome, models, address)


def answered(
    context: RequestContext, outcome: Outcome, models: Sequence[str], address: str
) -> Answer:
    """The answer of a command that was run."""
    visible = wait_until_visible(context, outcome.seq, models)
    body: dict[str, Any] = {
        "id": outcome.aggregate_id,
        "version": outcome.version,
        "seq": outcome.seq,
        "status": "visible" if visible else "still_updating",
        "repeated": outcome.repeated,
        "created": outcome.created,
        "notes": outcome.notes,
    }
    where = {
        "Location": address.format(id=outcome.aggregate_id),
        "ETag": etag(outcome.version),
    }
    return Answer(body, 201 if visible else 202, where)
