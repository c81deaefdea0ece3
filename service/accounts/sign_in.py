"""Signing in with a password, and out."""

from typing import Any

from flask import flash, g, redirect, request, session, url_for
from flask_babel import gettext
from marshmallow import fields

from service.access import authentication
from service.access.authentication import check_sign_in
from service.access.authorization import PUBLIC, SIGNED_IN, RequestContext
from service.access.errors import PasswordOver, TooManyFailures, WrongPassword
from service.accounts import single_sign_on
from service.accounts.notices import tell_what_others_did
from service.accounts.sign_in_form import SIGN_IN, sign_in_page, target
from service.problems import FormExpired, status_of
from service.ui import forms, kept_forms, render
from service.ui.page_routes import CHOOSING, SESSION, PageBlueprint, begin_session, show_given_back

pages = PageBlueprint("signing_in", __name__)


class NextQuery(forms.QueryForm):
    """Where to go once signed in."""

    next = fields.String(load_default="/")


@pages.get("/dang-nhap", rule=PUBLIC, query=NextQuery)
def sign_in(context: RequestContext) -> Any:
    """The form; an account that is signed in is led on to the page it asked for."""
    if context.account is not None:
        return redirect(target(context), 303)
    return _form(context)


def sign_in_again(context: RequestContext) -> str:
    """The form once more, with what was typed but the password."""
    return _form(context)


@pages.post("/dang-nhap", rule=PUBLIC, form=SIGN_IN, again=sign_in_again)
def sign_in_now(context: RequestContext) -> Any:
    """Check the password and open a session under a new secret."""
    body = context.body
    try:
        account = check_sign_in(context.services, request, body["account"], body["password"])
    except (WrongPassword, TooManyFailures, PasswordOver) as refused:
        g.typed.refusal = render.refusal_text(refused.code, {})
        return _form(context), status_of(refused.code), refused.headers
    begin_session(context, account.account)
    tell_what_others_did(context, account.account)
    if account.once_until is not None:
        return redirect(url_for(CHOOSING, _anchor="password"), 303)
    return redirect(target(context), 303)


@pages.get("/lam-tiep/<string:kept_id>", rule=SIGNED_IN)
def given_back(context: RequestContext, kept_id: str) -> Any:
    """The form that this account sent when its session had ended."""
    account = context.account.account if context.account else ""
    form = kept_forms.kept(context.services, account, kept_id)
    if form is None:
        raise FormExpired
    return show_given_back(form)


@pages.post("/dang-xuat", rule=PUBLIC)
def sign_out(context: RequestContext) -> Any:
    """End the session, here, in the database, and what the browser keeps of its forms."""
    secret = session.get(SESSION)
    session.clear()
    if isinstance(secret, str):
        with context.services.pool.connection() as conn:
            authentication.close_session(conn, secret)
    flash(gettext("Đã đăng xuất."))
    answer = redirect(url_for("signing_in.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _form(context: RequestContext) -> str:
    return sign_in_page(context, single_sign_on=single_sign_on.is_offered())
