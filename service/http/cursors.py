"""Places in lists: sealed, so that they tell nothing, and bound to a list and an account.

A cursor holds the sort values of the household (or line) that a page ends with, never a reference
to it: the place stays, whatever happens to that household. Only the service can read it; one that
it did not make, or made for another list or account, is refused.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import g
from marshmallow import fields

from service.problems import CursorUnknown
from service.services import current_services

MOST = 2_000
"""Letters of a cursor: the sort values of one name at its longest, sealed."""
_NONCE, _TAG = 12, 16

Place = tuple[Any, ...]


def sealed(list_: str, place: Sequence[Any] | None) -> str | None:
    """The cursor of a place in a list of the account that asks; None where there is no place.

    `place` holds texts, whole numbers and what JSON writes as one of them.
    """
    if place is None:
        return None
    nonce = secrets.token_bytes(_NONCE)
    plain = json.dumps(list(place), default=str, separators=(",", ":")).encode()
    return _text(nonce + AESGCM(_key()).encrypt(nonce, plain, _bound_to(list_)))


def page(
    list_: str, found: Sequence[Any], limit: int, place_of: Callable[[Any], Sequence[Any]]
) -> dict[str, Any]:
    """The body of a list: `limit` of what was found, and `next` where there was one more."""
    following = place_of(found[limit - 1]) if len(found) > limit else None
    return {"items": found[:limit], "next": sealed(list_, following)}


def opened(list_: str, cursor: str) -> Place:
    """The place that a cursor names. Raises CursorUnknown."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        if len(cursor) > MOST or len(raw) < _NONCE + _TAG or _text(raw) != cursor:
            raise CursorUnknown
        plain = AESGCM(_key()).decrypt(raw[:_NONCE], raw[_NONCE:], _bound_to(list_))
    except (ValueError, InvalidTag):
        raise CursorUnknown from None
    return tuple(json.loads(plain))


class Cursor(fields.String):
    """`next` of the page before, opened: a place, or None for the first page."""

    def __init__(self, list_: str, about: str = "", **kwargs: Any) -> None:
        self.list = list_
        metadata = {
            "description": about or "`next` of the page before; left out for the first.",
            **kwargs.pop("metadata", {}),
        }
        super().__init__(load_default=None, allow_none=True, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        return opened(self.list, text) if text else None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _key() -> bytes:
    return hmac.digest(current_services().settings.session_key, b"places in lists", hashlib.sha256)


def _bound_to(list_: str) -> bytes:
    return json.dumps([list_, g.get("account", "")]).encode()
