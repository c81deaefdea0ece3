"""Single sign-on by OpenID Connect, where the settings name a provider.

The provider says who a person is; what the person may do here is only what the account here may. An
account is found by one claim of the identity token, and belongs from the first sign-in on to the
person (issuer and subject) who came; no sign-in makes an account.
"""

from typing import Any

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import (
    Flask,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from joserfc.errors import JoseError
from marshmallow import fields
from requests import RequestException

from service.access import authentication, sign_ons
from service.access.acts import By
from service.access.authentication import address_of, note_sign_in
from service.access.authorization import PUBLIC, RequestContext
from service.accounts.notices import tell_what_others_did
from service.accounts.sign_in_form import sign_in_page
from service.config import Settings
from service.ui import forms
from service.ui.page_routes import PageBlueprint, begin_session
from service.ui.urls import local_path

log = structlog.get_logger("socai.service")

pages = PageBlueprint("single_sign_on", __name__)

_NEXT = "sign-on-next"
# What a provider, or somebody in its place, can make our library raise by what it answers: a token
# that is none, a key that does not fit, claims that are missing, JSON that is no object.
_UNREADABLE = (
    JoseError, AuthlibBaseError, ValueError, KeyError, TypeError, AttributeError, RuntimeError,
)  # fmt: skip


class ElsewhereQuery(forms.QueryForm):
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
        client_kwargs={"scope": _scope(settings), "code_challenge_method": "S256", "timeout": 10},
    )


def _scope(settings: Settings) -> str:
    return "openid profile email" if settings.oidc_claim == "email" else "openid profile"


def is_offered() -> bool:
    """Whether the settings name a provider that identifies people."""
    return current_app.extensions["socai-single-sign-on"] is not None


@pages.get("/dang-nhap/noi-khac", rule=PUBLIC, query=ElsewhereQuery)
def elsewhere(context: RequestContext) -> Any:
    """To the provider, with a state, a nonce and a code challenge of this browser.

    A link and no form: the policy of our pages lets forms lead nowhere else.
    """
    if not is_offered():
        return _refused(gettext("Hệ thống này không dùng đăng nhập một lần."))
    session[_NEXT] = local_path(context.query["next"])
    try:
        return _provider().authorize_redirect(_own_address(context))
    except (RequestException, *_UNREADABLE):
        return _refused(gettext("Hệ thống đăng nhập công vụ chưa phản hồi. Hãy thử lại sau."))


@pages.get("/dang-nhap/tro-lai", rule=PUBLIC)
def back(context: RequestContext) -> Any:
    """Back from the provider: the code is changed for a token, the token for an account here."""
    if not is_offered():
        return _refused(gettext("Hệ thống này không dùng đăng nhập một lần."))
    target = local_path(session.get(_NEXT, "/"))
    try:
        claims = _provider().authorize_access_token()["userinfo"]
    except (RequestException, *_UNREADABLE) as failed:
        return _not_confirmed(context, failed)
    account = _account_of(context, dict(claims))
    if account is None:
        return _refused(
            gettext(
                "Tài khoản công vụ hợp lệ nhưng chưa được cấp quyền trên hệ thống này. "
                "Đề nghị liên hệ quản trị viên."
            )
        )
    begin_session(context, account.account)
    tell_what_others_did(context, account.account)
    return redirect(target, 303)


def _not_confirmed(context: RequestContext, failed: Exception) -> Any:
    """The person refused, the state is another browser's, or the token is none."""
    note_sign_in(None, address_of(request), "not_confirmed", "single sign-on")
    log.info("sign_on_failed", error=type(failed).__qualname__)
    return _bad(context, gettext("Đăng nhập công vụ không thành công. Hãy thử lại."))


def _account_of(context: RequestContext, claims: dict[str, Any]) -> authentication.Account | None:
    """The account that the claims name and that belongs to this person there; logged."""
    services, address = context.services, address_of(request)
    name = sign_ons.named_account(claims, services.settings.oidc_claim)
    identity = sign_ons.identity_of(claims)
    with services.pool.connection() as conn:
        account = authentication.account_named(conn, name, on=context.today) if name else None
        outcome = "signed_in"
        if account is None or identity is None:
            outcome = "no_account"
        elif account.disabled_at is not None:
            outcome = "disabled"
        elif not sign_ons.pinned_to(conn, name, *identity, By(name, services.clock())):
            outcome = "another_person"
    note_sign_in(account, address, outcome, "single sign-on")
    return account if outcome == "signed_in" else None


def _provider() -> Any:
    return current_app.extensions["socai-single-sign-on"]


def _own_address(context: RequestContext) -> str:
    """The address that the provider leads back to: the public one, where there is one."""
    public = context.services.settings.public_url.rstrip("/") or request.host_url.rstrip("/")
    return public + url_for("single_sign_on.back")


def _bad(context: RequestContext, said: str) -> Any:
    """The sign-in page with the reason, as an answer to a request that is none: 400."""
    g.typed.refusal = said
    return make_response(sign_in_page(context, single_sign_on=True), 400)


def _refused(said: str) -> Any:
    flash(said, "bad")
    return redirect(url_for("signing_in.sign_in"), 303)
