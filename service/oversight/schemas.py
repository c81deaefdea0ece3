"""What the lists of readings and of opened areas take."""

from marshmallow import fields

from service.accounts.schemas import AccountName
from service.http.cursors import Cursor
from service.http.fields import Input, QueryInteger, Unit


class AreaQuery(Input):
    """An area; left out, the only area of the account."""

    area = Unit()


class GrantsQuery(AreaQuery):
    """Which opened areas."""

    limit = QueryInteger(1, 200, load_default=50, metadata={"description": "How many at most."})
    after = Cursor("access-grants")


class ReadsQuery(AreaQuery):
    """Which readings."""

    limit = QueryInteger(1, 200, load_default=50, metadata={"description": "How many at most."})
    after = Cursor("read-log")

    household = fields.UUID(load_default=None)
    account = AccountName(load_default=None)


class ActsQuery(AreaQuery):
    """Which acts of administration: of an account, done to it or by it."""

    limit = QueryInteger(1, 200, load_default=50, metadata={"description": "How many at most."})
    after = Cursor("administration")
    account = AccountName(load_default=None)
