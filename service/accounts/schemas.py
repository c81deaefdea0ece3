"""Accounts, their roles and tokens, and what is opened by a stated reason."""

from marshmallow import fields, validate

from service.access.acts import LONGEST_REASON
from service.access.acts import SHORTEST_REASON as SHORTEST_WHY
from service.access.authentication import LONGEST_TOKEN_LIFETIME, TOKEN_LIFETIME
from service.access.break_glass import SHORTEST_REASON
from service.access.permissions import ROLES
from service.http.cursors import Cursor
from service.http.parsing import Code, Day, Input, Output, QueryInteger, Text, Unit, Whole

ACCOUNT = r"^[a-z0-9][a-z0-9._-]{1,62}$"
LONGEST_PASSWORD = 200


class AccountName(fields.String):
    """A login name."""

    def __init__(self, **kwargs: object) -> None:
        error = "String does not match: a-z, 0-9, dot, hyphen, underscore; 2 to 63 of them."
        super().__init__(
            validate=validate.Regexp(ACCOUNT, error=error),
            metadata={"example": "canbo.huongso"},
            **kwargs,  # type: ignore[arg-type]
        )


class AccountsQuery(Input):
    """How many accounts, and from where."""

    limit = QueryInteger(1, 200, load_default=50, metadata={"description": "How many at most."})
    after = Cursor("accounts")


class Password(fields.String):
    """A password as it is typed."""

    def __init__(self, least: int = 12, **kwargs: object) -> None:
        super().__init__(
            validate=validate.Length(min=least, max=LONGEST_PASSWORD),
            metadata={"format": "password"},
            load_only=True,
            **kwargs,  # type: ignore[arg-type]
        )


def why(**kwargs: object) -> Text:
    """Why an act of administration is done; auditors read it."""
    return Text(LONGEST_REASON, least=SHORTEST_WHY, **kwargs)  # type: ignore[arg-type]


class ReasonBody(Input):
    """Why it is done: the paper, the request. Auditors read it."""

    reason = why(required=True)


class RoleBody(Input):
    """A role within an area: `area` "" is the whole country."""

    role = Code(ROLES, required=True)
    area = fields.String(
        required=True,
        validate=validate.Regexp(
            r"^([0-9]{2,5}@[0-9]{4}-[0-9]{2}-[0-9]{2})?$",
            error="String does not match a unit id (CODE@VALID-FROM).",
        ),
        metadata={"example": "46@2025-01-01"},
    )
    villages = fields.List(
        Text(200, least=1),
        load_default=list,
        validate=validate.Length(max=200),
        metadata={"description": "Villages that a surveyor is kept to; empty: all of the area."},
    )
    valid_from = Day(load_default=None, allow_none=True, metadata={"description": "Else today."})
    valid_until = Day(load_default=None, allow_none=True)
    reason = Text(LONGEST_REASON, load_default="")


class AccountBody(Input):
    """A new account with its roles. A password given here is only good for choosing another one;
    without any the account signs in elsewhere, or gets one by a reset.
    """

    account = AccountName(required=True)
    name = Text(200, least=1, required=True)
    office = Text(200, load_default="")
    password = Password(load_default=None, allow_none=True)
    roles = fields.List(
        fields.Nested(RoleBody), load_default=list, validate=validate.Length(max=20)
    )
    reason = Text(LONGEST_REASON, load_default="")


class RoleEndBody(ReasonBody):
    """The last day of a role; left out, today. And why it ends."""

    last_day = Day(load_default=None, allow_none=True)


class RoleSchema(Output):
    """A role held within an area, first and last day inclusive."""

    id = fields.UUID(required=True)
    role = fields.String(required=True)
    area = fields.String(required=True)
    villages = fields.List(fields.String(), required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)


class AccountSchema(Output):
    """An account. Of oneself, the roles are those held today."""

    account = fields.String(required=True)
    name = fields.String(required=True)
    office = fields.String(required=True)
    created_by = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    disabled_at = fields.DateTime(required=True, allow_none=True)
    area = fields.String(required=True)
    once_until = fields.DateTime(required=True, allow_none=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)


class AccountsSchema(Output):
    """A page of accounts."""

    items = fields.List(fields.Nested(AccountSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class NewPasswordSchema(Output):
    """A one-time password: shown here and nowhere else; null where the request is a repeat."""

    account = fields.String(required=True)
    password = fields.String(required=True, allow_none=True)
    once_until = fields.DateTime(required=True, allow_none=True)


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


class SignInBody(Input):
    """The account and its password, for a token."""

    account = AccountName(required=True)
    password = Password(1, required=True)
    label = Text(100, load_default="")
    days = Whole(1, LONGEST_TOKEN_LIFETIME.days, load_default=TOKEN_LIFETIME.days)


class TokenSchema(Output):
    """A token as it is known afterwards: the token itself is never shown again."""

    id = fields.UUID(required=True)
    account = fields.String(required=True)
    label = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    expires_at = fields.DateTime(required=True)
    revoked_at = fields.DateTime(required=True, allow_none=True)


class NewTokenSchema(TokenSchema):
    """A new token: `token` is shown here and nowhere else."""

    token = fields.String(required=True)


class TokensSchema(Output):
    """The newest hundred tokens of the account."""

    items = fields.List(fields.Nested(TokenSchema), required=True)


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
