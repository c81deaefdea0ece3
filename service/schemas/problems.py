"""The one body of every error."""

from marshmallow import Schema, fields


class FieldErrorSchema(Schema):
    """One field that is wrong."""

    field = fields.String(
        required=True, metadata={"description": "Where it stands: body.members.0.name"}
    )
    code = fields.String(required=True, metadata={"example": "required"})
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """An error (RFC 9457). `code` is stable; `values` are the offending values by name."""

    type = fields.String(required=True, metadata={"example": "urn:socai:problem:stale_version"})
    title = fields.String(required=True)
    status = fields.Integer(required=True, metadata={"example": 412})
    detail = fields.String(required=True)
    code = fields.String(required=True, metadata={"example": "stale_version"})
    values = fields.Dict(keys=fields.String(), required=True)
    errors = fields.List(fields.Nested(FieldErrorSchema))
    request_id = fields.String()
