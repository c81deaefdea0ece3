"""CSRF tokens: each form proves that a page of the same session showed it.

A token is a nonce, signed under the secret of the browser's session. It differs from page to page,
so that what a compressed answer weighs tells nothing about it, and it holds as long as the session
does: a form left open over lunch still works.
"""

import hashlib
import secrets

from flask import current_app, g, session
from itsdangerous import BadSignature, Signer

from service.problems import FormExpired

_KEPT_AS = "csrf_token"


def token() -> str:
    """The token of the page that is being made; begins the session's secret where none is kept."""
    if "csrf_token" not in g:
        if not isinstance(session.get(_KEPT_AS), str):
            session[_KEPT_AS] = secrets.token_urlsafe(32)
        nonce = secrets.token_urlsafe(16)
        g.csrf_token = _signer(session[_KEPT_AS]).sign(nonce).decode("ascii")
    token: str = g.csrf_token
    return token


def check(given: str) -> None:
    """Raises FormExpired unless the token was made within this session; takes constant time."""
    secret = session.get(_KEPT_AS)
    if not given or not isinstance(secret, str):
        raise FormExpired
    try:
        _signer(secret).unsign(given)
    except BadSignature:
        raise FormExpired from None


def _signer(secret: str) -> Signer:
    """A signer whose key comes from the service's key and the session's secret."""
    return Signer(
        current_app.secret_key or "",
        salt=f"csrf.{secret}",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )
