"""Schemas of the queries of the read log, break-glass access and acts."""

from marshmallow import fields

from service.access.break_glass import SHORTEST_REASON
from service.http.cursors import Cursor
from service.http.parsing import AccountName, AreaQuery, Input, Output, QueryInteger, Text, Unit


class GrantsQuery(AreaQuery):
    """The opened areas to list."""

    limit = QueryInteger(1, 200, load_default=50, metadata={"description": "How many at most."})
    after = Cursor("access-grants")


class ReadsQuery(AreaQuery):
    """The lines of the read log to list."""

    limit = QueryInteger(1, 200, load_default=50, metadata={"description": "How many at most."})
    after = Cursor("read-log")

    household = fields.UUID(load_default=None)
    account = AccountName(load_default=None)


class ActsQuery(AreaQuery):
    """The acts of administration to list: of an account, done to it or by it."""

    limit = QueryInteger(1, 200, load_default=50, metadata={"description": "How many at most."})
    after = Cursor("administration")
    account = AccountName(load_default=None)


class ActSchema(Output):
    """One act of administration: who did what to which account, when and why."""

    id = fields.Integer(required=True)
    acted_at = fields.DateTime(required=True)
    actor = fields.String(required=True)
    account = fields.String(required=True)
    act = fields.String(required=True)
    role = fields.String(required=True, allow_none=True)
    role_area = fields.String(required=True, allow_none=True)
    villages = fields.List(fields.String(), required=True, allow_none=True)
    valid_from = fields.Date(required=True, allow_none=True)
    valid_until = fields.Date(required=True, allow_none=True)
    label = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)


class ActsSchema(Output):
    """A page of acts, newest first."""

    items = fields.List(fields.Nested(ActSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class GrantBody(Input):
    """Which area to read for three hours, and why. The reason is kept and shown to auditors."""

    area = Unit(required=True)
    reason = Text(1000, least=SHORTEST_REASON, required=True)


class GrantSchema(Output):
    """An area opened for one account by a stated reason."""

    id = fields.UUID(required=True)
    account = fields.String(required=True)
    area = fields.String(required=True)
    reason = fields.String(required=True)
    granted_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)


class GrantsSchema(Output):
    """A page of grants, newest first."""

    items = fields.List(fields.Nested(GrantSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class ReadSchema(Output):
    """One reading: of one household, or of `count` of them that `filter` asked for.

    `reason` where the area was opened by one; `households` are the ids of what a search found.
    """

    id = fields.Integer(required=True)
    read_at = fields.DateTime(required=True)
    account = fields.String(required=True)
    role = fields.String(required=True)
    role_area = fields.String(required=True)
    household_id = fields.UUID(required=True, allow_none=True)
    area = fields.String(required=True)
    what = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    count = fields.Integer(required=True, allow_none=True)
    filter = fields.Dict(keys=fields.String(), required=True)
    households = fields.List(fields.UUID(), required=True)


class ReadsSchema(Output):
    """A page of readings, newest first."""

    items = fields.List(fields.Nested(ReadSchema), required=True)
    next = fields.String(required=True, allow_none=True)
