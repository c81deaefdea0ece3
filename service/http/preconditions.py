"""The two headers that make a change safe: `Idempotency-Key` and `If-Match`."""

import re
from uuid import UUID, uuid4, uuid5

from flask import g, request

from service.access.accounts import Account
from service.problems import Malformed, StaleRead, VersionNeeded

# The name space of command ids made from an account and the key it sent.
_KEYS = UUID("5b0f6a3e-6d3b-5c0e-9d0a-0b7f3c1d2e4f")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"')


def command_id_of_request(account: Account | None) -> UUID:
    """The command id that belongs to this account and its key; the same key, the same id.

    Without a key one is made. The answer names the key in use, so that even then a client that
    got the headers can repeat. Raises Malformed on a key that is not 1 to 200 visible ASCII
    characters.
    """
    key = request.headers.get("Idempotency-Key", str(uuid4()))
    refuse_malformed_key(key)
    g.idempotency_key = key
    return uuid5(uuid5(_KEYS, account.account if account else ""), key)


def refuse_malformed_key(key: str) -> None:
    """Raises Malformed on a key that is empty or not 1 to 200 visible ASCII characters."""
    if not _KEY.fullmatch(key):
        raise Malformed(
            "Idempotency-Key: 1 to 200 visible ASCII characters.", header="Idempotency-Key"
        )


def version_of_request() -> int:
    """The version in `If-Match`. Raises VersionNeeded without one, StaleRead on a foreign tag.

    A weak tag is taken as well: a proxy that compresses makes strong tags weak.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        raise VersionNeeded
    version = _ETAG.fullmatch(given)
    if version is None:
        raise StaleRead(if_match="?")
    return int(version[1])


def etag(version: int) -> str:
    """The ETag of a household at a version."""
    return f'"{version}"'
