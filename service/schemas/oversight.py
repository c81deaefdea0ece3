"""What the lists of readings and of opened areas take."""

from marshmallow import fields

from service.schemas.accounts import AccountName
from service.schemas.fields import Asked, Input, Moment, Pages, Unit


class AreaQuery(Input):
    """An area; left out, the only area of the account."""

    area = Unit()


class GrantsQuery(AreaQuery):
    """Which opened areas."""

    before = Moment(load_default=None)
    limit = Asked(1, 200, load_default=50)


class ReadsQuery(AreaQuery, Pages):
    """Which readings."""

    household = fields.UUID(load_default=None)
    account = AccountName(load_default=None)
