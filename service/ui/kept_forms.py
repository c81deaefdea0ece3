"""Forms that were sent after the session had ended: kept for a while, and given back.

Each form names the account that it was made for by a signed token. What such a form held is sealed
under a key of its own and kept in Redis for KEPT_FOR; only that account gets it back, once it has
signed in again, and nothing is recorded before it sends the form anew. Passwords and files are
never kept. docs/decisions/0076 says why.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer
from redis.exceptions import RedisError
from werkzeug.datastructures import MultiDict

from service.services import Services
from service.ui import forms

KEPT_FOR = 3600  # seconds
HOLDS = 86_400  # seconds in which a form may still say whose it was: longer than any session
MOST_BYTES = 200_000
MOST_AT_ONCE = 20  # forms of one account
_NEVER = ("password", "present", "secret", "token")
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: its address and its inputs in order."""

    address: str
    inputs: tuple[tuple[str, str], ...]


def made_for(account: str) -> str:
    """The token by which a form says for which account it was made."""
    return str(_signer().dumps(account))


def account_of(form: MultiDict[str, Any]) -> str:
    """The account that a form was made for; "" where it does not say so, or too long ago."""
    given = form.get(forms.WHO, "")
    try:
        account = _signer().loads(given, max_age=HOLDS)
    except BadSignature:
        return ""
    return account if isinstance(account, str) else ""


def inputs_of(form: MultiDict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What may be kept of a form: its texts, without passwords and without its CSRF token."""
    return tuple(
        (name, value)
        for name, value in form.items(multi=True)
        if isinstance(value, str)
        and name not in (forms.CSRF, forms.WHO, forms.AGAIN)
        and not any(word in name for word in _NEVER)
    )


def keep(services: Services, account: str, address: str, form: MultiDict[str, Any]) -> str:
    """Keeps a form for its account; the id to get it back by, "" where it cannot be kept."""
    plain = json.dumps([address, inputs_of(form)]).encode()
    if len(plain) > MOST_BYTES:
        return ""
    kept_id = secrets.token_urlsafe(16)
    sealed = seal(services, plain, _about(account, kept_id))
    count = f"{services.settings.instance}:kept:{_digest(account)}"
    try:
        pipe = services.redis.pipeline()
        pipe.incr(count)
        pipe.expire(count, KEPT_FOR, nx=True)
        if pipe.execute()[0] > MOST_AT_ONCE:
            return ""
        services.redis.set(_name(services, kept_id), sealed, ex=KEPT_FOR)
    except RedisError:
        return ""
    return kept_id


def kept(services: Services, account: str, kept_id: str) -> Kept | None:
    """The form kept under an id for this account; None for another account, or too late."""
    try:
        sealed: Any = services.redis.get(_name(services, kept_id))
    except RedisError:
        return None
    if not sealed:
        return None
    plain = unseal(services, sealed, _about(account, kept_id))
    if plain is None:
        return None
    address, inputs = json.loads(plain)
    return Kept(address, tuple((name, value) for name, value in inputs))


def seal(services: Services, plain: bytes, about: str) -> bytes:
    """Seals what is kept of a form, bound to what it is about."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _cipher(services).encrypt(nonce, plain, about.encode())


def unseal(services: Services, sealed: bytes, about: str) -> bytes | None:
    """Opens what is kept of a form; None where it is about something else."""
    try:
        return _cipher(services).decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
    except InvalidTag:
        return None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_app.secret_key or "",
        salt="form made for",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _cipher(services: Services) -> AESGCM:
    return AESGCM(hmac.digest(services.settings.session_key, b"kept forms", hashlib.sha256))


def _about(account: str, kept_id: str) -> str:
    return f"{account}/{kept_id}"


def _name(services: Services, kept_id: str) -> str:
    return f"{services.settings.instance}:kept:{_digest(kept_id)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
