"""Accounts, for the administrator; and for everybody their own account and tokens."""

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
from service.access import accounts as records
from service.access import acts, sessions, tokens
from service.access.authenticate import check_sign_in
from service.access.authorize import RequestContext
from service.access.permissions import ROLES, SIGNED_IN, May, Rule
from service.accounts import administration
from service.accounts.api import own_name, shown_account
from service.accounts.schemas import AccountName, Password, why
from service.http.cursors import Cursor
from service.http.idempotency import once
from service.problems import FieldsRefused, WrongPassword
from service.ui import paging, query_form, render
from service.ui.page_routes import PageBlueprint, begin_session

pages = PageBlueprint("account_pages", __name__)

MANAGE = Rule(May.MANAGE_ACCOUNTS)
PLACES = "accounts pages"


class AccountsQuery(query_form.QueryForm):
    """Where to go on."""

    after = Cursor(PLACES)


class NewAccountForm(query_form.QueryForm):
    """A new account; its password is made here and shown once."""

    account = AccountName(required=True)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    office = fields.String(load_default="", validate=validate.Length(max=200))
    reason = why(required=True)


class ReasonForm(query_form.QueryForm):
    """Why it is done; auditors read it."""

    reason = why(required=True)


class RoleForm(ReasonForm):
    """A role within an area for some days."""

    role = fields.String(required=True, validate=validate.OneOf(list(ROLES)))
    reach = fields.String(required=True, validate=validate.OneOf(["unit", "country"]))
    area = fields.String(load_default="", validate=validate.Length(max=200))
    villages = fields.String(load_default="", validate=validate.Length(max=2000))
    valid_from = query_form.TypedDay(load_default=None)
    valid_until = query_form.TypedDay(load_default=None)


class TokenForm(query_form.QueryForm):
    """What a token is for, how long it holds, and the password in force."""

    present_for_token = fields.String(required=True, validate=validate.Length(max=1000))
    label = fields.String(required=True, validate=validate.Length(1, 100))
    days = fields.Integer(
        load_default=tokens.LIFETIME.days,
        validate=validate.Range(1, tokens.LONGEST_LIFETIME.days),
    )


class PasswordForm(query_form.QueryForm):
    """The password in force, and another one."""

    present = fields.String(required=True, validate=validate.Length(max=1000))
    password = Password(required=True)


@pages.get("/tai-khoan", rule=MANAGE, query=AccountsQuery)
def accounts(asked: RequestContext) -> str:
    """The accounts of the administrator's area by name, and the form for another."""
    came = (asked.query or {}).get("after")
    place = paging.place_of(came)
    found = administration.administered_accounts(
        asked, place[0] if place else "", limit=paging.PAGE + 1
    )
    return render.render(
        "accounts/accounts.html",
        title=gettext("Tài khoản"),
        page=paging.page(PLACES, found, came, lambda one: [one.account]),
        today=asked.today,
    )


@pages.post(
    "/tai-khoan",
    rule=MANAGE,
    form=NewAccountForm,
    again=accounts,
    beside={"account_taken": "account", "account_name_refused": "account"},
)
def add_account(asked: RequestContext) -> str:
    """Make an account without any role, and show its password once."""
    body, password = asked.body, secrets.token_urlsafe(12)

    def act(conn: Connection[Any], _: UUID) -> dict[str, Any]:
        records.create_account(
            conn,
            account=body["account"],
            name=body["name"],
            office=body["office"],
            password=password,
            created_by=own_name(asked),
            now=asked.wiring.clock(),
            area=administration.home_area(asked),
            once=True,
            reason=body["reason"],
        )
        return {"account": body["account"]}

    _, repeated = once(asked, "add_account", body, act)
    _with_empty_forms()
    return _account(asked, body["account"], password=None if repeated else password)


@pages.get("/tai-khoan/cua-toi", rule=SIGNED_IN)
def own(asked: RequestContext) -> str:
    """One's own account: roles, password, tokens."""
    return _own(asked)


@pages.get("/tai-khoan/<account:name>", rule=MANAGE)
def account(asked: RequestContext, name: str) -> str:
    """One account with every role it ever had."""
    return _account(asked, name)


def account_of_role(asked: RequestContext, name: str, role_id: UUID) -> str:
    """The account again, where one of its roles could not be ended."""
    return _account(asked, name)


@pages.post(
    "/tai-khoan/<account:name>/vai-tro",
    rule=MANAGE,
    form=RoleForm,
    again=account,
    beside={"dates_reversed": "valid_until", "roles_exclude": "role"},
)
def add_role(asked: RequestContext, name: str) -> Any:
    """Give a role within an area, from a day on."""
    shown_account(asked, name)
    body, area = asked.body, _area(asked)
    administration.require_area(asked, area)

    def act(conn: Connection[Any], command_id: UUID) -> dict[str, Any]:
        records.grant_role(
            conn,
            account=name,
            role=body["role"],
            area=area,
            villages=tuple(one.strip() for one in body["villages"].split(";") if one.strip()),
            valid_from=body["valid_from"] or asked.today,
            valid_until=body["valid_until"],
            granted_by=own_name(asked),
            now=asked.wiring.clock(),
            role_id=command_id,
            reason=body["reason"],
        )
        return {"account": name}

    once(asked, "add_role", [name, body], act)
    flash(gettext("Đã giao vai trò."))
    return redirect(url_for("account_pages.account", name=name), 303)


@pages.post(
    "/tai-khoan/<account:name>/vai-tro/<uuid:role_id>/het",
    rule=MANAGE,
    form=ReasonForm,
    again=account_of_role,
)
def end_role(asked: RequestContext, name: str, role_id: UUID) -> Any:
    """The role ends with today."""
    shown_account(asked, name)
    by = administration.by(asked, asked.body["reason"])
    with asked.wiring.pool.connection() as conn:
        records.end_role(conn, name, role_id, last_day=asked.today, by=by)
    flash(gettext("Vai trò hết hiệu lực từ cuối ngày hôm nay."))
    return redirect(url_for("account_pages.account", name=name), 303)


@pages.post("/tai-khoan/<account:name>/khoa", rule=MANAGE, form=ReasonForm, again=account)
def disable(asked: RequestContext, name: str) -> Any:
    """End the account, its sessions and its tokens. Nothing is deleted."""
    with asked.wiring.pool.connection() as conn:
        administration.disable(asked, conn, name, asked.body["reason"])
    flash(
        gettext(
            "Đã khóa tài khoản; mọi phiên làm việc và mã truy cập của tài khoản đã hết hiệu lực."
        )
    )
    return redirect(url_for("account_pages.account", name=name), 303)


@pages.post("/tai-khoan/<account:name>/mo-lai", rule=MANAGE, form=ReasonForm, again=account)
def reopen(asked: RequestContext, name: str) -> Any:
    """Open a disabled account again, with the roles that it still holds."""
    with asked.wiring.pool.connection() as conn:
        administration.reopen(asked, conn, name, asked.body["reason"])
    flash(gettext("Đã mở lại tài khoản, với những vai trò còn hiệu lực."))
    return redirect(url_for("account_pages.account", name=name), 303)


@pages.post("/tai-khoan/<account:name>/mat-khau", rule=MANAGE, form=ReasonForm, again=account)
def new_password(asked: RequestContext, name: str) -> str:
    """A one-time password, shown once; sessions and tokens of the account end."""
    with asked.wiring.pool.connection() as conn:
        password = administration.reset_password(asked, conn, name, asked.body["reason"])
    _with_empty_forms()
    return _account(asked, name, password=password)


@pages.post("/tai-khoan/cua-toi/ma", rule=SIGNED_IN, form=TokenForm, again=own)
def add_token(asked: RequestContext) -> str:
    """A token for a program; shown here and never again. It takes the password in force."""
    _require_password(asked, "present_for_token")
    with asked.wiring.pool.connection() as conn:
        _, secret = tokens.issue_token(
            conn,
            own_name(asked),
            label=asked.body["label"],
            now=asked.wiring.clock(),
            lifetime=timedelta(days=asked.body["days"]),
        )
    _with_empty_forms()
    return _own(asked, token=secret)


@pages.post("/tai-khoan/cua-toi/ma/<uuid:token_id>/het", rule=SIGNED_IN)
def end_token(asked: RequestContext, token_id: UUID) -> Any:
    """End one of one's own tokens."""
    with asked.wiring.pool.connection() as conn:
        tokens.revoke_token(conn, own_name(asked), token_id, now=asked.wiring.clock())
    flash(gettext("Mã truy cập đã hết hiệu lực."))
    return redirect(url_for("account_pages.own"), 303)


@pages.post("/tai-khoan/cua-toi/mat-khau", rule=SIGNED_IN, form=PasswordForm, again=own)
def change_password(asked: RequestContext) -> Any:
    """Another password for oneself; every session ends, and this one begins anew."""
    name = own_name(asked)
    _require_password(asked, "present")
    if asked.body["present"] == asked.body["password"]:
        message = "This is the password in force."
        wrong = {"field": "form.password", "code": "password_same", "message": message}
        raise FieldsRefused([wrong])
    by = acts.By(name, asked.wiring.clock())
    with asked.wiring.pool.connection() as conn:
        records.set_password(conn, name, asked.body["password"], by=by)
        sessions.close_sessions(conn, name)
    begin_session(asked, name)
    flash(gettext("Đã đổi mật khẩu."))
    return redirect(url_for("account_pages.own"), 303)


def _require_password(asked: RequestContext, field: str) -> None:
    """Raises FieldsRefused beside the field where it is not the password in force."""
    try:
        check_sign_in(asked.wiring, request, own_name(asked), asked.body[field])
    except WrongPassword:
        message = "This is not the password."
        wrong = {"field": f"form.{field}", "code": "password_wrong", "message": message}
        raise FieldsRefused([wrong]) from None


def _with_empty_forms() -> None:
    """The page that answers has forms of its own: neither what was typed nor its key is theirs."""
    g.typed = query_form.Typed()


def _account(asked: RequestContext, name: str, password: str | None = None) -> str:
    return render.render(
        "accounts/account.html",
        title=name,
        crumbs=[(gettext("Tài khoản"), url_for("account_pages.accounts")), (name, "")],
        one=shown_account(asked, name),
        password=password,
        today=asked.today,
        holds=_holds,
    )


def _own(asked: RequestContext, token: str | None = None) -> str:
    with asked.wiring.reading() as conn:
        held = tokens.tokens_of(conn, own_name(asked))
    return render.render(
        "accounts/own.html",
        title=gettext("Tài khoản của tôi"),
        token=token,
        tokens=held,
        now_=asked.wiring.clock(),
    )


def _holds(held: records.HeldRole, on: date) -> bool:
    return held.valid_until is None or held.valid_until >= on


def _area(asked: RequestContext) -> str:
    """The unit that the form names by code or name, in force on the first day of the role.

    "" where it says the whole country. Where no unit or several are meant, or one that stands on
    other days, those of that day are offered.
    """
    body, written = asked.body, asked.body["area"].strip()
    if body["reach"] == "country":
        return COUNTRY
    on = body["valid_from"] or asked.today
    found, exact = _units_named(asked, written, on)
    if len(exact) == 1:
        return exact[0].unit
    g.candidates = [one for one in found if administration.reaches_area(asked, one.unit)]
    code = "area_not_valid_on" if _stands_otherwise(asked, written) else "not_in_list"
    wrong = {"field": "form.area", "code": code, "message": "Which unit of that day is meant?"}
    raise FieldsRefused([wrong])


def _units_named(
    asked: RequestContext, written: str, on: date
) -> tuple[list[areas.Area], list[areas.Area]]:
    """The units of a day that a text may mean, and those that it means: by id, by code, by name.

    A unit that stands on other days only may mean those on its land.
    """
    directory = asked.wiring.areas()
    with asked.wiring.reading() as conn:
        found = areas.find(conn, on=on, q=written, limit=6) if written else []
        exact = [one for one in found if written in (one.code, one.name)]
        named = [one for one in found if one.found_by is None and not written.isdigit()]
        if not exact and len(named) == 1:
            exact = named
        known = [written, *(one.id for one in directory.with_code(written))]
        if not found:
            later = areas.find(conn, on=asked.today, q=written, limit=6) if written else []
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


def _stands_otherwise(asked: RequestContext, written: str) -> bool:
    """Whether a code or id is that of a unit of other days."""
    directory = asked.wiring.areas()
    return written in directory.lineage.units or bool(directory.with_code(written))
