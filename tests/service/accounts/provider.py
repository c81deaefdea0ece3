"""An OpenID Connect provider for tests: it signs tokens for any subject that the form names.

Authorization code with PKCE, as service/accounts/single_sign_on.py asks for it. It has no
passwords: the form has one field, the subject. `PUT /users/SUBJECT` gives further claims.
"""

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey

LASTS = 300
FORM = """<!doctype html><title>Provider</title><form method="post">
<label>Subject <input name="sub"></label><button>Authorize</button></form>"""


def application(**clients: str) -> Flask:
    """The provider as a WSGI application; `clients` are names with their secrets.

    More clients are added by POST /oauth2/clients, which answers with a name and a secret.
    """
    app = Flask("provider")
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
    codes: dict[str, dict[str, str]] = {}
    claims: dict[str, dict[str, Any]] = {}

    @app.get("/.well-known/openid-configuration")
    def metadata() -> Response:
        here = _issuer()
        return jsonify(
            issuer=here,
            authorization_endpoint=f"{here}/oauth2/authorize",
            token_endpoint=f"{here}/oauth2/token",
            jwks_uri=f"{here}/jwks",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
            token_endpoint_auth_methods_supported=["client_secret_basic"],
            code_challenge_methods_supported=["S256"],
        )

    @app.get("/jwks")
    def keys() -> Response:
        return jsonify(keys=[key.as_dict(private=False)])

    @app.post("/oauth2/clients")
    def register() -> tuple[Response, int]:
        name, secret = f"client-{len(clients)}", secrets.token_urlsafe()
        clients[name] = secret
        return jsonify(client_id=name, client_secret=secret), 201

    @app.put("/users/<subject>")
    def describe(subject: str) -> tuple[str, int]:
        claims[subject] = request.get_json()
        return "", 204

    @app.get("/oauth2/authorize")
    def ask() -> str:
        return FORM

    @app.post("/oauth2/authorize")
    def authorize() -> Any:
        asked = request.args
        known = asked.get("client_id") in clients and asked.get("response_type") == "code"
        if not known or asked.get("code_challenge_method") != "S256":
            abort(400)
        code = secrets.token_urlsafe()
        codes[code] = {**asked, "sub": request.form["sub"]}
        back = urlencode({"code": code, "state": asked["state"]})
        return redirect(f"{asked['redirect_uri']}?{back}")

    @app.post("/oauth2/token")
    def token() -> Any:
        who = request.authorization
        asked = codes.pop(request.form.get("code", ""), None)
        if who is None or not hmac.compare_digest(
            clients.get(who.username or "", ""), who.password or ""
        ):
            return jsonify(error="invalid_client"), 401
        if (
            asked is None
            or asked["client_id"] != who.username
            or asked["redirect_uri"] != request.form.get("redirect_uri")
            or asked["code_challenge"] != _challenge(request.form.get("code_verifier", ""))
        ):
            return jsonify(error="invalid_grant"), 400
        now = int(time.time())
        said = {
            "iss": _issuer(),
            "sub": asked["sub"],
            "aud": asked["client_id"],
            "iat": now,
            "exp": now + LASTS,
            "nonce": asked["nonce"],
            **claims.get(asked["sub"], {}),
        }
        return jsonify(
            access_token=secrets.token_urlsafe(),
            token_type="Bearer",
            expires_in=LASTS,
            id_token=jwt.encode({"alg": "RS256", "kid": key.kid}, said, key),
        )

    return app


def _issuer() -> str:
    return request.host_url.rstrip("/")


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
