"""The one body of every error."""

from marshmallow import Schema, fields


class FieldErrorSchema(Schema):
    """One field that is wrong."""

    field = fields.String(
        required=True, metadata={"description": "Where it stands: body.members.0.name"}
    )
    code = fields.String(required=True, metadata={"example": "required"})
    message = fields.String(required=True)


class CandidateSchema(Schema):
    """A household on record, within the reader's area, that comes close; and why."""

    ref = fields.String(required=True, metadata={"description": "To be given back in `seen`."})
    household_id = fields.UUID(required=True)
    number = fields.String(required=True)
    village = fields.String(required=True)
    area = fields.String(required=True)
    area_name = fields.String(required=True)
    name = fields.String(required=True, metadata={"description": "Of the member compared."})
    birth_date = fields.Date(required=True, allow_none=True)
    birth_year = fields.Integer(required=True, allow_none=True)
    persons = fields.Integer(required=True)
    ended = fields.Boolean(required=True)
    evidence = fields.List(fields.String(), required=True)


class ElsewhereSchema(Schema):
    """A household outside the reader's area that comes close: only whom to ask."""

    ref = fields.String(required=True)
    ask = fields.String(required=True, metadata={"description": "A unit id; empty: the country."})
    ask_name = fields.String(required=True)


class MatchingSchema(Schema):
    """Who on record comes close, with the code `possible_match`."""

    candidates = fields.List(fields.Nested(CandidateSchema), required=True)
    elsewhere = fields.List(fields.Nested(ElsewhereSchema), required=True)
    warnings = fields.List(fields.String(), required=True)


class ProblemSchema(Schema):
    """An error (RFC 9457). `code` is stable; `values` are the offending values by name."""

    type = fields.String(required=True, metadata={"example": "urn:socai:problem:stale_version"})
    title = fields.String(required=True)
    status = fields.Integer(required=True, metadata={"example": 412})
    detail = fields.String(required=True)
    code = fields.String(required=True, metadata={"example": "stale_version"})
    values = fields.Dict(keys=fields.String(), required=True)
    errors = fields.List(fields.Nested(FieldErrorSchema))
    matching = fields.Nested(MatchingSchema)
    request_id = fields.String()
