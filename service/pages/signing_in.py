"""Signing in with a password, and out."""

from typing import Any

from flask import flash, g, redirect, request, session, url_for
from flask_babel import gettext
from marshmallow import fields, validate

from service import sessions
from service.access import Asked
from service.auth import check_sign_in
from service.errors import FormExpired, PasswordOver, TooManyFailures, WrongPassword, status_of
from service.pages import kept_forms, showing, single_sign_on, typed
from service.pages.addresses import local_path
from service.pages.frame import CHOOSING, SESSION, Pages, begin_session, show_given_back
from service.pages.telling import tell_what_others_did
from service.permissions import PUBLIC, SIGNED_IN

pages = Pages("signing_in", __name__)


class NextQuery(typed.Form):
    """Where to go once signed in."""

    next = fields.String(load_default="/")


class SignInForm(typed.Form):
    """An account with its password."""

    account = fields.String(required=True, validate=validate.Length(max=63))
    password = fields.String(required=True, validate=validate.Length(max=1000))
    next = fields.String(load_default="/")


@pages.get("/dang-nhap", rule=PUBLIC, query=NextQuery)
def sign_in(asked: Asked) -> Any:
    """The form; for whoever is signed in, on to where they wanted to go."""
    target = local_path(asked.query["next"])
    if asked.account is not None:
        return redirect(target, 303)
    return _form(target)


def sign_in_again(asked: Asked) -> str:
    """The form once more, with what was typed but the password."""
    return _form(local_path((asked.body or {}).get("next", "/")))


@pages.post("/dang-nhap", rule=PUBLIC, form=SignInForm, again=sign_in_again)
def sign_in_now(asked: Asked) -> Any:
    """Check the password and open a session under a new secret."""
    body = asked.body
    try:
        account = check_sign_in(asked.wiring, request, body["account"], body["password"])
    except (WrongPassword, TooManyFailures, PasswordOver) as refused:
        g.typed.refusal = showing.refusal_text(refused.code, {})
        return _form(local_path(body["next"])), status_of(refused.code), refused.headers
    begin_session(asked, account.account)
    tell_what_others_did(asked, account.account)
    if account.once_until is not None:
        return redirect(url_for(CHOOSING, _anchor="password"), 303)
    return redirect(local_path(body["next"]), 303)


@pages.get("/lam-tiep/<string:kept_id>", rule=SIGNED_IN)
def given_back(asked: Asked, kept_id: str) -> Any:
    """The form that this account sent when its session had ended."""
    account = asked.account.account if asked.account else ""
    form = kept_forms.kept(asked.wiring, account, kept_id)
    if form is None:
        raise FormExpired
    return show_given_back(form)


@pages.post("/dang-xuat", rule=PUBLIC)
def sign_out(asked: Asked) -> Any:
    """End the session, here and in the database."""
    secret = session.get(SESSION)
    session.clear()
    if isinstance(secret, str):
        with asked.wiring.pool.connection() as conn:
            sessions.close_session(conn, secret)
    flash(gettext("Đã đăng xuất."))
    return redirect(url_for("signing_in.sign_in"), 303)


def _form(target: str) -> str:
    return showing.show(
        "frame/sign_in.html", next=target, single_sign_on=single_sign_on.is_offered()
    )
