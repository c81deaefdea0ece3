"""Sessions of the pages: opened by a sign-in, kept in the database, ended by time.

The cookie holds a secret; its SHA-256 finds the row. A session ends after IDLE_FOR without
a request, after LASTS in any case, at sign-out, when the account is disabled, and when its password
changes. docs/decisions/0040 says why.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

from domain.calendar import day_of
from service.access import accounts

IDLE_FOR = timedelta(hours=2)
LASTS = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)

# Not for a session that was idle for too long: the request would renew it.
_SEEN = (
    "with seen as (update office.sessions set seen_at = %(now)s where digest = %(digest)s"
    " and seen_at > %(idle)s and seen_at <= %(noted)s)"
)
_CREDENTIAL = "sha256(convert_to(coalesce(a.password_hash, ''), 'UTF8'))"


def open_session(conn: Connection[Any], account: str, *, now: datetime) -> str:
    """A new session of a working account; the secret for its cookie, seen only here.

    Rows of sessions that have ended go with it.
    """
    secret = secrets.token_urlsafe(32)
    conn.execute(
        "delete from office.sessions where account = %s and (ends_at <= %s or seen_at <= %s)",
        (account, now, now - IDLE_FOR),
    )
    conn.execute(
        "insert into office.sessions (digest, account, credential, opened_at, seen_at, ends_at)"
        f" select %s, a.account, {_CREDENTIAL}, %s, %s, %s from office.accounts a"
        " where a.account = %s and a.disabled_at is null",
        (_digest(secret), now, now, now + LASTS, account),
    )
    return secret


def close_session(conn: Connection[Any], secret: str) -> None:
    """Ends one session."""
    conn.execute("delete from office.sessions where digest = %s", (_digest(secret),))


def close_sessions(conn: Connection[Any], account: str) -> None:
    """Ends every session of an account."""
    conn.execute("delete from office.sessions where account = %s", (account,))


def account_of_session(
    conn: Connection[Any], secret: str, *, now: datetime
) -> accounts.Account | None:
    """Returns the account of a session, with the roles held today; None once it has ended."""
    found = accounts.accounts_where(
        conn,
        "join office.sessions s using (account) where s.digest = %(digest)s"
        f" and s.credential = {_CREDENTIAL} and a.disabled_at is null"
        " and s.ends_at > %(now)s and s.seen_at > %(idle)s",
        {
            "digest": _digest(secret),
            "now": now,
            "idle": now - IDLE_FOR,
            "noted": now - NOTED_EVERY,
        },
        on=day_of(now),
        together_with=_SEEN,
    )
    return next(iter(found), None)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
