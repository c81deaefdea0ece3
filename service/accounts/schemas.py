"""Schemas of accounts, their roles and tokens."""

from marshmallow import fields, validate

from service.access.acts import LONGEST_REASON
from service.access.acts import SHORTEST_REASON as SHORTEST_WHY
from service.access.authentication import LONGEST_TOKEN_LIFETIME, TOKEN_LIFETIME
from service.access.permissions import ROLES
from service.http.cursors import Cursor
from service.http.parsing import (
    AccountName,
    Code,
    Day,
    Input,
    Output,
    QueryInteger,
    Text,
    Whole,
)

LONGEST_PASSWORD = 200


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
