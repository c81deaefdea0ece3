"""Key files of an instance that keeps its own: made once, readable by their owner only."""

import base64
import hmac
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from psycopg import Connection

from service.config import SETTINGS, SettingRefused

KEY_FIELDS = ("master_key", "index_key", "session_key")


def secret_file(path: Path, make: Callable[[], str]) -> str:
    """The text of a secret file; made with what `make` gives if there is none.

    Folder 0700, file 0600, whole or not there at all, and the first of two racing makers wins.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)  # mode 0600
        try:
            with os.fdopen(handle, "w") as file:
                file.write(make() + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(name)
    return path.read_text().strip()


def new_key() -> str:
    """32 random bytes in base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def embedded_keys(
    data: Path, environment: Mapping[str, str], *, first_start: bool
) -> dict[str, str]:
    """Variables that name the key files under `data/keys`, for every key not set by hand.

    Keys are made only at the first start: where a database exists already, a missing key is a
    lost key, and a new one in its place would make every name unreadable for good.
    """
    named = {}
    for row in SETTINGS:
        if row.field not in KEY_FIELDS or row.variable in environment:
            continue
        if row.file_variable in environment:
            continue
        path = data / "keys" / f"{row.field.removesuffix('_key')}.key"
        if not path.exists() and not first_start and row.field != "session_key":
            raise SettingRefused(
                f"{path} is missing although its database exists; put the key back from where "
                "keys are kept (docs/operations.md)"
            )
        secret_file(path, new_key)
        named[row.file_variable] = str(path)
    return named


def check_keys(conn: Connection[Any], keys: Mapping[str, bytes]) -> None:
    """Refuse keys that are not those which this database was written with.

    `keys` maps a setting's field to its value. The first check notes the fingerprints.
    """
    known = {}
    for name, key in keys.items():
        conn.execute(
            "insert into office.key_checks values (%s, %s) on conflict do nothing",
            [name, fingerprint(name, key)],
        )
        row = conn.execute(
            "select fingerprint from office.key_checks where key = %s", [name]
        ).fetchone()
        known[name] = bytes(row[0]) if row else b""
    compare_keys(known, keys)


def compare_keys(known: Mapping[str, bytes], keys: Mapping[str, bytes]) -> None:
    """Refuse keys whose fingerprints differ from those that are known. Raises SettingRefused."""
    variables = {row.field: row.variable for row in SETTINGS}
    for name, key in keys.items():
        if name in known and known[name] != fingerprint(name, key):
            raise SettingRefused(
                f"{variables[name]} is not the key that this database was written with; "
                "put the right one back (docs/operations.md)"
            )


def fingerprint(name: str, key: bytes) -> bytes:
    """Returns the 16 bytes by which a key is recognised; they disclose nothing of the key."""
    return hmac.digest(key, b"socai key check: " + name.encode(), "sha256")[:16]
