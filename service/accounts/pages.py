"""Accounts, for the administrator; and for every account itself and its tokens."""

import secrets
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext
from marshmallow import fields, validate
from psycopg import Connection

from domain.areas.codes import COUNTRY
from projections.areas import areas
from service.access import acts, authentication
from service.access.accounts import set_password
from service.access.authentication import check_sign_in
from service.access.authorization import SIGNED_IN, RequestContext, Rule, own_name
from service.access.errors import WrongPassword
from service.access.permissions import ROLES
from service.accounts import administration
from service.accounts.administration import administered_account
from service.accounts.permissions import May
from service.accounts.schemas import Password, why
from service.http.commands import once
from service.http.cursors import Cursor
from service.http.parsing import AccountName
from service.problems import FieldsRefused
from service.ui import forms, labels, page_routes, paging, render
from service.ui.forms import Choice, Field, Form
from service.ui.page_routes import PageBlueprint, begin_session

pages = PageBlueprint("account_pages", __name__)

MANAGE = Rule(May.MANAGE_ACCOUNTS)
PLACES = "accounts pages"


class AccountsQuery(forms.QueryForm):
    """Where to go on."""

    after = Cursor(PLACES)


class NewAccountForm(forms.QueryForm):
    """A new account; its password is made here and shown once."""

    account = AccountName(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    office = fields.String(load_default="", validate=validate.Length(max=200))
    reason = why(required=True)


class ReasonForm(forms.QueryForm):
    """Why it is done; auditors read it."""

    reason = why(required=True)


class RoleForm(ReasonForm):
    """A role within an area for some days."""

    role = fields.String(required=True, validate=validate.OneOf(list(ROLES)))
    reach = fields.String(required=True, validate=validate.OneOf(["unit", "country"]))
    area = fields.String(load_default="", validate=validate.Length(max=200))
    villages = fields.String(load_default="", validate=validate.Length(max=2000))
    valid_from = forms.TypedDay(load_default=None)
    valid_until = forms.TypedDay(load_default=None)


class TokenForm(forms.QueryForm):
    """What a token is for, how long it holds, and the password in force."""

    present_for_token = fields.String(required=True, validate=validate.Length(max=1000))
    label = fields.String(required=True, validate=validate.Length(1, 100))
    days = fields.Integer(
        load_default=authentication.TOKEN_LIFETIME.days,
        validate=validate.Range(1, authentication.LONGEST_TOKEN_LIFETIME.days),
    )


class PasswordForm(forms.QueryForm):
    """The password in force, and another one."""

    present = fields.String(required=True, validate=validate.Length(max=1000))
    password = Password(required=True)


def _why() -> Field:
    help_ = gettext("Văn bản, đề nghị làm căn cứ; kiểm toán viên xem được.")
    return Field("reason", gettext("Lý do"), required=True, most=500, help=help_)


def _new_account(context: RequestContext) -> tuple[Field, ...]:
    example = gettext("Chữ thường không dấu, số, dấu chấm; ví dụ canbo.huongso")
    return (
        Field("account", gettext("Tên đăng nhập"), required=True, most=63, help=example),
        Field("name", gettext("Họ tên"), required=True, most=200),
        Field("office", gettext("Cơ quan"), most=200),
        _why(),
    )


def _role(context: RequestContext) -> tuple[Field, ...]:
    reaches = Choice("unit", gettext("Một đơn vị")), Choice("country", gettext("Cả nước"))
    roles = tuple(Choice(role, name) for role, name in labels.ROLES.items())
    return (
        Field("role", gettext("Vai trò"), "choice", required=True, choices=roles),
        Field("reach", gettext("Phạm vi"), "radio", required=True, choices=reaches, initial="unit"),
        Field("area", gettext("Đơn vị"), most=200,
              help=gettext("Mã hoặc tên, ví dụ 19804 hoặc Hương Sơ")),
        Field("villages", gettext("Chỉ trong các thôn, tổ dân phố"), most=2000,
              help=gettext("Cách nhau bằng dấu chấm phẩy. Để trống: tất cả.")),
        Field("valid_from", gettext("Từ ngày"), "day", mark_optional=False,
              initial=context.today.isoformat()),
        Field("valid_until", gettext("Đến hết ngày"), "day"),
        _why(),
    )  # fmt: skip


def _new_token(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("label", gettext("Mục đích sử dụng"), required=True, most=100),
        Field("days", gettext("Số ngày có hiệu lực"), "whole", required=True,
              initial=str(authentication.TOKEN_LIFETIME.days)),
        Field("present_for_token", gettext("Mật khẩu đang dùng"), "password", required=True,
              most=1000, autocomplete="current-password",
              help=gettext("Mã hết hiệu lực khi mật khẩu được đổi.")),
    )  # fmt: skip


def _new_password(context: RequestContext) -> tuple[Field, ...]:
    return (
        Field("present", gettext("Mật khẩu đang dùng"), "password", required=True, most=1000,
              autocomplete="current-password"),
        Field("password", gettext("Mật khẩu mới"), "password", required=True, most=1000,
              autocomplete="new-password",
              help=gettext("Ít nhất 12 ký tự; một câu ngắn dễ nhớ là tốt.")),
    )  # fmt: skip


NEW_ACCOUNT = Form(NewAccountForm, _new_account)
ROLE = Form(RoleForm, _role)
NEW_TOKEN = Form(TokenForm, _new_token)
NEW_PASSWORD = Form(PasswordForm, _new_password)


@pages.get("/tai-khoan", rule=MANAGE, query=AccountsQuery)
def accounts(context: RequestContext) -> str:
    """The accounts of the administrator's area by name, and the form for another."""
    came = (context.query or {}).get("after")
    place = paging.place_of(came)
    found = administration.administered_accounts(
        context, place[0] if place else "", limit=paging.PAGE + 1
    )
    return render.render(
        "accounts/accounts.html",
        title=gettext("Tài khoản"),
        page=paging.page(PLACES, found, came, lambda one: [one.account]),
        filled=NEW_ACCOUNT.bound(context),
        today=context.today,
    )


@pages.post(
    "/tai-khoan",
    rule=MANAGE,
    form=NEW_ACCOUNT,
    again=accounts,
    beside={"account_taken": "account", "account_name_refused": "account"},
)
def add_account(context: RequestContext) -> str:
    """Make an account without any role, and show its password once."""
    body, password = context.body, secrets.token_urlsafe(12)

    def act(conn: Connection[Any], _: UUID) -> dict[str, Any]:
        made = {name: body[name] for name in ("name", "office", "reason")}
        administration.make_account(context, conn, body["account"], **made, password=password)
        return {"account": body["account"]}

    _, repeated = once(context, "add_account", body, act)
    _with_empty_forms()
    return _account(context, body["account"], password=None if repeated else password)


@pages.get("/tai-khoan/cua-toi", rule=SIGNED_IN)
def own(context: RequestContext) -> str:
    """One's own account: roles, password, tokens."""
    return _own(context)


@pages.get("/tai-khoan/<account:name>", rule=MANAGE)
def account(context: RequestContext, name: str) -> str:
    """One account with every role it ever had."""
    return _account(context, name)


def account_of_role(context: RequestContext, name: str, role_id: UUID) -> str:
    """The account again, where one of its roles could not be ended."""
    return _account(context, name)


@pages.post(
    "/tai-khoan/<account:name>/vai-tro",
    rule=MANAGE,
    form=ROLE,
    again=account,
    beside={"dates_reversed": "valid_until", "roles_exclude": "role"},
)
def add_role(context: RequestContext, name: str) -> Any:
    """Give a role within an area, from a day on."""
    administered_account(context, name)
    body, area = context.body, _area(context)
    administration.require_area(context, area)

    def act(conn: Connection[Any], command_id: UUID) -> dict[str, Any]:
        administration.give_role(
            context,
            conn,
            name,
            body["role"],
            area,
            villages=_villages(body["villages"]),
            valid_from=body["valid_from"],
            valid_until=body["valid_until"],
            reason=body["reason"],
            role_id=command_id,
        )
        return {"account": name}

    once(context, "add_role", [name, body], act)
    flash(gettext("Đã giao vai trò."))
    return redirect(url_for("account_pages.account", name=name), 303)


@pages.post(
    "/tai-khoan/<account:name>/vai-tro/<uuid:role_id>/het",
    rule=MANAGE,
    form=ReasonForm,
    again=account_of_role,
    page="account",
)
def end_role(context: RequestContext, name: str, role_id: UUID) -> Any:
    """The role ends with today."""
    reason = context.body["reason"]
    with context.services.pool.connection() as conn:
        administration.end_role(context, conn, name, role_id, last_day=None, reason=reason)
    flash(gettext("Vai trò hết hiệu lực từ cuối ngày hôm nay."))
    return redirect(url_for("account_pages.account", name=name), 303)


@pages.post("/tai-khoan/<account:name>/khoa", rule=MANAGE, form=ReasonForm, again=account)
def disable(context: RequestContext, name: str) -> Any:
    """End the account, its sessions and its tokens. Nothing is deleted."""
    with context.services.pool.connection() as conn:
        administration.disable(context, conn, name, context.body["reason"])
    flash(
        gettext(
            "Đã khóa tài khoản; mọi phiên làm việc và mã truy cập của tài khoản đã hết hiệu lực."
        )
    )
    return redirect(url_for("account_pages.account", name=name), 303)


@pages.post("/tai-khoan/<account:name>/mo-lai", rule=MANAGE, form=ReasonForm, again=account)
def reopen(context: RequestContext, name: str) -> Any:
    """Open a disabled account again, with the roles that it still holds."""
    with context.services.pool.connection() as conn:
        administration.reopen(context, conn, name, context.body["reason"])
    flash(gettext("Đã mở lại tài khoản, với những vai trò còn hiệu lực."))
    return redirect(url_for("account_pages.account", name=name), 303)


@pages.post("/tai-khoan/<account:name>/mat-khau", rule=MANAGE, form=ReasonForm, again=account)
def new_password(context: RequestContext, name: str) -> str:
    """A one-time password, shown once; sessions and tokens of the account end."""
    with context.services.pool.connection() as conn:
        password = administration.reset_password(context, conn, name, context.body["reason"])
    _with_empty_forms()
    return _account(context, name, password=password)


@pages.post("/tai-khoan/cua-toi/ma", rule=SIGNED_IN, form=NEW_TOKEN, again=own)
def add_token(context: RequestContext) -> str:
    """A token for a program; shown here and never again. It takes the password in force."""
    _require_password(context, "present_for_token")
    with context.services.pool.connection() as conn:
        _, secret = authentication.issue_token(
            conn,
            own_name(context),
            label=context.body["label"],
            now=context.services.clock(),
            lifetime=timedelta(days=context.body["days"]),
        )
    _with_empty_forms()
    return _own(context, token=secret)


@pages.post("/tai-khoan/cua-toi/ma/<uuid:token_id>/het", rule=SIGNED_IN)
def end_token(context: RequestContext, token_id: UUID) -> Any:
    """End one of one's own tokens."""
    with context.services.pool.connection() as conn:
        authentication.revoke_token(conn, own_name(context), token_id, now=context.services.clock())
    flash(gettext("Mã truy cập đã hết hiệu lực."))
    return redirect(url_for("account_pages.own"), 303)


@pages.post("/tai-khoan/cua-toi/mat-khau", rule=SIGNED_IN, form=NEW_PASSWORD, again=own)
def change_password(context: RequestContext) -> Any:
    """Another password for oneself; every session ends, and this one begins anew."""
    name = own_name(context)
    _require_password(context, "present")
    if context.body["present"] == context.body["password"]:
        message = "This is the password in force."
        wrong = {"field": "form.password", "code": "password_same", "message": message}
        raise FieldsRefused([wrong])
    by = acts.By(name, context.services.clock())
    with context.services.pool.connection() as conn:
        set_password(conn, name, context.body["password"], by=by)
        authentication.close_sessions(conn, name)
    begin_session(context, name)
    flash(gettext("Đã đổi mật khẩu."))
    return redirect(url_for("account_pages.own"), 303)


def _require_password(context: RequestContext, field: str) -> None:
    """Raises FieldsRefused beside the field where it is not the password in force."""
    try:
        check_sign_in(context.services, request, own_name(context), context.body[field])
    except WrongPassword:
        message = "This is not the password."
        wrong = {"field": f"form.{field}", "code": "password_wrong", "message": message}
        raise FieldsRefused([wrong]) from None


def _with_empty_forms() -> None:
    """The page that answers has forms of its own: neither what was typed nor its key is theirs."""
    g.typed = page_routes.Typed()


def _account(context: RequestContext, name: str, password: str | None = None) -> str:
    return render.render(
        "accounts/account.html",
        title=name,
        crumbs=[(gettext("Tài khoản"), url_for("account_pages.accounts")), (name, "")],
        one=administered_account(context, name),
        password=password,
        today=context.today,
        holds=_holds,
        role=ROLE.bound(context),
    )


def _own(context: RequestContext, token: str | None = None) -> str:
    with context.services.reading() as conn:
        held = authentication.tokens_of(conn, own_name(context))
    return render.render(
        "accounts/own.html",
        title=gettext("Tài khoản của tôi"),
        token=token,
        tokens=held,
        now_=context.services.clock(),
        new_password=NEW_PASSWORD.bound(context),
        new_token=NEW_TOKEN.bound(context),
    )


def _holds(held: authentication.HeldRole, on: date) -> bool:
    return held.valid_until is None or held.valid_until >= on


def _villages(typed: str) -> list[str]:
    """The villages that a text names, between semicolons."""
    return [one.strip() for one in typed.split(";") if one.strip()]


def _area(context: RequestContext) -> str:
    """The unit that the form names by code or name, in force on the first day of the role.

    "" where it says the whole country. Where no unit or several are meant, or one that stands on
    other days, those of that day are offered.
    """
    body, written = context.body, context.body["area"].strip()
    if body["reach"] == "country":
        return COUNTRY
    on = body["valid_from"] or context.today
    found, exact = _units_named(context, written, on)
    if len(exact) == 1:
        return exact[0].unit
    g.candidates = [one for one in found if administration.reaches_area(context, one.unit)]
    code = "area_not_valid_on" if _stands_otherwise(context, written) else "not_in_list"
    wrong = {"field": "form.area", "code": code, "message": "Which unit of that day is meant?"}
    raise FieldsRefused([wrong])


def _units_named(
    context: RequestContext, written: str, on: date
) -> tuple[list[areas.Area], list[areas.Area]]:
    """The units of a day that a text may mean, and those that it means: by id, by code, by name.

    A unit that stands on other days only may mean those on its land.
    """
    directory = context.services.areas()
    with context.services.reading() as conn:
        found = areas.find(conn, on=on, q=written, limit=6) if written else []
        exact = [one for one in found if written in (one.code, one.name)]
        named = [one for one in found if one.found_by is None and not written.isdigit()]
        if not exact and len(named) == 1:
            exact = named
        known = [written, *(one.id for one in directory.with_code(written))]
        if not found:
            later = areas.find(conn, on=context.today, q=written, limit=6) if written else []
            known += [one.unit for one in later]
        land = [
            unit
            for one in known
            if one in directory.lineage.units
            for unit in directory.lineage.on_land_of(one, on)
        ]
        if written in land:
            exact = areas.shown(conn, [written], on)
        elif not found:
            found = areas.shown(conn, list(dict.fromkeys(land)), on)
    return found, exact


def _stands_otherwise(context: RequestContext, written: str) -> bool:
    """Whether a code or id is that of a unit of other days."""
    directory = context.services.areas()
    return written in directory.lineage.units or bool(directory.with_code(written))
