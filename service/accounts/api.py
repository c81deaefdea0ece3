"""Accounts and their roles, for the administrator; and what an account may do for itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import request
from psycopg import Connection

from service.access import authentication
from service.access.authentication import check_sign_in
from service.access.authorization import PUBLIC, SIGNED_IN, RequestContext, Rule, own_name
from service.access.errors import PasswordToChange
from service.accounts import administration
from service.accounts.administration import administered_account
from service.accounts.permissions import May
from service.accounts.schemas import (
    AccountBody,
    AccountSchema,
    AccountsQuery,
    AccountsSchema,
    NewPasswordSchema,
    NewTokenSchema,
    ReasonBody,
    RoleBody,
    RoleEndBody,
    SignInBody,
    TokensSchema,
)
from service.http import cursors
from service.http.commands import once
from service.http.routes import Answer, ApiBlueprint

MANAGE = Rule(May.MANAGE_ACCOUNTS)

routes = ApiBlueprint(
    "accounts", __name__, url_prefix="/api/v1", description="Accounts and tokens."
)


@routes.get("/me", rule=SIGNED_IN, answer=AccountSchema)
def me(context: RequestContext) -> Any:
    """The account that asks, with the roles it holds today."""
    return context.account


@routes.post(
    "/tokens",
    rule=PUBLIC,
    keyed=False,
    body=SignInBody,
    answer=NewTokenSchema,
    statuses=(201,),
    errors=(401, 429),
    example={"account": "canbo.huongso", "password": "as up printed it", "label": "my script"},
)
def sign_in(context: RequestContext) -> Answer:
    """Get a token for an account and its password. It is shown here and never again.

    It ends when the account gets another password. A password that an administrator gave is
    refused: its owner chooses another one on the pages first.
    """
    body, services = context.body, context.services
    account = check_sign_in(services, request, body["account"], body["password"])
    if account.once_until is not None:
        raise PasswordToChange
    with services.pool.connection() as conn:
        token, secret = authentication.issue_token(
            conn,
            body["account"],
            label=body["label"],
            now=services.clock(),
            lifetime=timedelta(days=body["days"]),
        )
    return Answer({**_shown(token), "token": secret}, 201)


@routes.get("/tokens", rule=SIGNED_IN, answer=TokensSchema)
def my_tokens(context: RequestContext) -> Any:
    """The tokens of the account that asks."""
    with context.services.reading() as conn:
        return {"items": authentication.tokens_of(conn, own_name(context))}


@routes.delete("/tokens/<uuid:token_id>", rule=SIGNED_IN, answer=None, errors=(404,))
def revoke_token(context: RequestContext, token_id: UUID) -> None:
    """End one of one's own tokens."""
    with context.services.pool.connection() as conn:
        authentication.revoke_token(conn, own_name(context), token_id, now=context.services.clock())


@routes.get("/accounts", rule=MANAGE, query=AccountsQuery, answer=AccountsSchema)
def list_accounts(context: RequestContext) -> Any:
    """The accounts of one's area by name, with every role they ever had."""
    limit = context.query["limit"]
    after = (context.query["after"] or ("",))[0]
    found = administration.administered_accounts(context, after, limit=limit + 1)
    more = [found[limit - 1].account] if len(found) > limit else None
    return {"items": found[:limit], "next": cursors.sealed("accounts", more)}


@routes.get("/accounts/<account:name>", rule=MANAGE, answer=AccountSchema, errors=(404,))
def get_account(context: RequestContext, name: str) -> Any:
    """One account, with every role it ever had."""
    return administered_account(context, name)


@routes.post(
    "/accounts",
    rule=MANAGE,
    body=AccountBody,
    answer=AccountSchema,
    statuses=(201,),
    example={
        "account": "canbo.huongso",
        "name": "Trần Văn Cam",
        "office": "UBND phường Hương Sơ",
        "roles": [{"role": "case_worker", "area": "19804@2004-07-08"}],
    },
)
def add_account(context: RequestContext) -> Answer:
    """Make an account with its roles."""
    body = context.body
    made, _ = once(context, "add_account", _nameless(body), lambda conn, _: _add(conn, context))
    name = str(made["account"])
    return Answer(
        administered_account(context, name), 201, {"Location": f"/api/v1/accounts/{name}"}
    )


@routes.post(
    "/accounts/<account:name>/disabled",
    rule=MANAGE,
    body=ReasonBody,
    answer=AccountSchema,
    errors=(404,),
    example={"reason": "Chuyển công tác theo quyết định 12/QĐ-UBND"},
)
def disable_account(context: RequestContext, name: str) -> Any:
    """End an account, its sessions and its tokens; nothing is deleted."""

    def act(conn: Connection[Any], _: UUID) -> dict[str, Any]:
        administration.disable(context, conn, name, context.body["reason"])
        return {"account": name}

    once(context, "disable_account", [name, context.body], act)
    return administered_account(context, name)


@routes.post(
    "/accounts/<account:name>/reopened",
    rule=MANAGE,
    body=ReasonBody,
    answer=AccountSchema,
    errors=(404, 409),
    example={"reason": "Trở lại làm việc theo quyết định 15/QĐ-UBND"},
)
def reopen_account(context: RequestContext, name: str) -> Any:
    """Open a disabled account again: by another administrator than the one who disabled it."""

    def act(conn: Connection[Any], _: UUID) -> dict[str, Any]:
        administration.reopen(context, conn, name, context.body["reason"])
        return {"account": name}

    once(context, "reopen_account", [name, context.body], act)
    return administered_account(context, name)


@routes.post(
    "/accounts/<account:name>/password",
    rule=MANAGE,
    body=ReasonBody,
    answer=NewPasswordSchema,
    statuses=(201,),
    errors=(404,),
    example={"reason": "Quên mật khẩu, đã gặp trực tiếp"},
)
def reset_password(context: RequestContext, name: str) -> Answer:
    """Give an account a one-time password: shown once, good for a week, to choose another with.

    A repeat of the request answers without it: ask anew.
    """
    given: list[str] = []

    def act(conn: Connection[Any], _: UUID) -> dict[str, Any]:
        given.append(administration.reset_password(context, conn, name, context.body["reason"]))
        return {"account": name}

    once(context, "reset_password", [name, context.body], act)
    account = administered_account(context, name)
    said = {"account": name, "password": given[0] if given else None}
    return Answer({**said, "once_until": account.once_until}, 201)


@routes.post(
    "/accounts/<account:name>/roles",
    rule=MANAGE,
    body=RoleBody,
    answer=AccountSchema,
    statuses=(201,),
    errors=(404,),
)
def add_role(context: RequestContext, name: str) -> Answer:
    """Give an account a role within an area, which lies within one's own."""
    administered_account(context, name)

    def act(conn: Connection[Any], command_id: UUID) -> dict[str, Any]:
        _give_role(context, conn, name, context.body, role_id=command_id)
        return {"account": name}

    once(context, "add_role", [name, context.body], act)
    return Answer(
        administered_account(context, name), 201, {"Location": f"/api/v1/accounts/{name}"}
    )


@routes.post(
    "/accounts/<account:name>/roles/<uuid:role_id>/end",
    rule=MANAGE,
    body=RoleEndBody,
    answer=AccountSchema,
    errors=(404,),
)
def end_role(context: RequestContext, name: str, role_id: UUID) -> Any:
    """End a role with a day."""
    administered_account(context, name)

    def act(conn: Connection[Any], _: UUID) -> dict[str, Any]:
        administration.end_role(context, conn, name, role_id, **context.body)
        return {"account": name}

    once(context, "end_role", [name, role_id, context.body], act)
    return administered_account(context, name)


def _add(conn: Connection[Any], context: RequestContext) -> dict[str, Any]:
    body = context.body
    account, reason = body["account"], body["reason"]
    made = {name: body[name] for name in ("name", "office", "reason", "password")}
    administration.make_account(context, conn, account, **made)
    for role in body["roles"]:
        _give_role(context, conn, account, {**role, "reason": role["reason"] or reason})
    return {"account": account}


def _give_role(
    context: RequestContext,
    conn: Connection[Any],
    account: str,
    role: dict[str, Any],
    role_id: UUID | None = None,
) -> None:
    administration.give_role(context, conn, account, **role, role_id=role_id)


def _nameless(body: dict[str, Any]) -> dict[str, Any]:
    """What names this request, without the password."""
    return {name: value for name, value in body.items() if name != "password"}


def _shown(token: authentication.Token) -> dict[str, Any]:
    return {name: getattr(token, name) for name in authentication.Token.__dataclass_fields__}
