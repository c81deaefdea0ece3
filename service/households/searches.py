"""Seals the words of a search in the address of its results, for the session that searched.

The words are encrypted under a key made of the service's key and the secret of the session, which
is in its cookie only. The same words give the same token, so that Back and reload find them again;
after the end of the session, and in another session, the token cannot be read.
"""

import base64
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import session

from service.services import current_services

MOST = 1_400
_SESSION = "id"
_NONCE = 12
_BLOCK = 64
"""Bytes: the length of a token tells no length of a name."""


def sealed_words(words: str) -> str:
    """The token of the words of a search; "" for no words."""
    if not words:
        return ""
    plain = words.encode()
    plain += b"\0" * (-len(plain) % _BLOCK)
    nonce = hmac.digest(_key(), plain, hashlib.sha256)[:_NONCE]
    raw = nonce + AESGCM(_key()).encrypt(nonce, plain, None)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def opened_words(token: str) -> str | None:
    """The words of a token of this session; None for another session's token or no token."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        plain = AESGCM(_key()).decrypt(raw[:_NONCE], raw[_NONCE:], None)
        return plain.rstrip(b"\0").decode()
    except (ValueError, InvalidTag):
        return None


def _key() -> bytes:
    secret = str(session.get(_SESSION, ""))
    return hmac.digest(
        current_services().settings.session_key, f"searches {secret}".encode(), hashlib.sha256
    )
