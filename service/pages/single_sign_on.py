"""Single sign-on by OpenID Connect, where the settings name a provider.

The provider says who somebody is; what they may do here is only what their account here may. An
account is found by one claim of the identity token; nobody gets an account by signing in.
"""

from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext
from marshmallow import fields
from requests import RequestException

from service import accounts
from service.access import Asked
from service.config import Settings
from service.pages import typed
from service.pages.addresses import local_path
from service.pages.frame import Pages, begin_session
from service.permissions import PUBLIC

pages = Pages("single_sign_on", __name__)

_NEXT = "sign-on-next"


class ElsewhereQuery(typed.Form):
    """Where to go once signed in."""

    next = fields.String(load_default="/")


def register(app: Flask, settings: Settings) -> None:
    """Makes the provider of the settings known; without one nothing is offered."""
    oauth = OAuth(app)
    app.extensions["socai-single-sign-on"] = None
    if not settings.oidc_issuer:
        return
    app.extensions["socai-single-sign-on"] = oauth.register(
        "provider",
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": 10},
    )


def is_offered() -> bool:
    """Whether this service lets another one vouch for people."""
    return current_app.extensions["socai-single-sign-on"] is not None


@pages.get("/dang-nhap/noi-khac", rule=PUBLIC, query=ElsewhereQuery)
def elsewhere(asked: Asked) -> Any:
    """To the provider, with a state, a nonce and a code challenge of this browser.

    A link and no form: the policy of our pages lets forms lead nowhere else.
    """
    if not is_offered():
        return _refused(gettext("Hệ thống này không dùng đăng nhập một lần."))
    session[_NEXT] = local_path(asked.query["next"])
    try:
        return _provider().authorize_redirect(_own_address(asked))
    except (OAuthError, RequestException):
        return _refused(gettext("Nơi xác nhận danh tính không trả lời. Hãy thử lại sau."))


@pages.get("/dang-nhap/tro-lai", rule=PUBLIC)
def back(asked: Asked) -> Any:
    """Back from the provider: the code is changed for a token, the token for an account here."""
    if not is_offered():
        return _refused(gettext("Hệ thống này không dùng đăng nhập một lần."))
    target = local_path(session.get(_NEXT, "/"))
    try:
        claims = _provider().authorize_access_token().get("userinfo") or {}
    except (OAuthError, RequestException):
        return _refused(gettext("Nơi xác nhận danh tính không xác nhận. Hãy thử lại."))
    name = str(claims.get(asked.wiring.settings.oidc_claim, "")).strip().lower()
    with asked.wiring.pool.connection() as conn:
        account = accounts.account_named(conn, name, on=asked.today) if name else None
    if account is None or account.disabled_at is not None:
        return _refused(gettext("Danh tính đúng, nhưng chưa có tài khoản ở đây. Hãy hỏi quản trị."))
    begin_session(asked, account.account)
    return redirect(target, 303)


def _provider() -> Any:
    return current_app.extensions["socai-single-sign-on"]


def _own_address(asked: Asked) -> str:
    """The address that the provider leads back to: the public one, where there is one."""
    public = asked.wiring.settings.public_url.rstrip("/") or request.host_url.rstrip("/")
    return public + url_for("single_sign_on.back")


def _refused(said: str) -> Any:
    flash(said, "bad")
    return redirect(url_for("signing_in.sign_in"), 303)
