"""Schemas of the queries of the read log, break-glass access and acts."""

from marshmallow import fields

from service.accounts.schemas import AccountName
from service.http.cursors import Cursor
from service.http.parsing import Input, QueryInteger, Unit


class AreaQuery(Input):
    """An area; left out, the only area of the account."""

    area = Unit()


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
