"""Sessions of households at their own view: apart from those of accounts, short, one for each code.

The cookie holds a secret, whose SHA-256 finds the row. A session ends after some minutes without a
request, after an hour in any case, when it is closed, and when the office revokes the code. A row
that has ended stays for a day, so that a repeat of the request that opened it opens nothing.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask import Response, request
from psycopg import Connection

from domain.own_view.limits import Limits
from service.access.authorization import RequestContext

REPEATED_WITHIN = timedelta(minutes=1)
_KEPT_FOR = timedelta(days=1)


class OpenPage(NamedTuple):
    """An open own view: the household, and the code that opened it."""

    household_id: UUID
    code_id: UUID


def open_session(
    conn: Connection[Any], page: OpenPage, *, now: datetime, limits: Limits
) -> str | None:
    """A session of this code; the secret for its cookie, seen only here.

    None where the code opened one before that is closed, or longer ago than a minute.
    """
    secret = secrets.token_urlsafe(32)
    conn.execute("delete from office.own_view_sessions where ends_at < %s", (now - _KEPT_FOR,))
    made = conn.execute(
        "insert into office.own_view_sessions"
        " (code_id, household_id, digest, opened_at, seen_at, ends_at)"
        " values (%(code)s, %(household)s, %(digest)s, %(now)s, %(now)s, %(ends)s)"
        " on conflict (code_id) do update set digest = excluded.digest"
        " where office.own_view_sessions.opened_at > %(lately)s"
        " and office.own_view_sessions.ends_at > %(now)s returning 1",
        {
            "code": page.code_id,
            "household": page.household_id,
            "digest": _digest(secret),
            "now": now,
            "ends": now + timedelta(minutes=limits.open_minutes),
            "lately": now - REPEATED_WITHIN,
        },
    ).fetchone()
    return secret if made else None


def page_of(
    conn: Connection[Any], secret: str, *, now: datetime, limits: Limits
) -> OpenPage | None:
    """The page of a session, which lasts longer by this request; None once it has ended."""
    row = conn.execute(
        "update office.own_view_sessions set seen_at = %(now)s where digest = %(digest)s"
        " and ends_at > %(now)s and seen_at > %(idle)s returning household_id, code_id",
        {
            "now": now,
            "digest": _digest(secret),
            "idle": now - timedelta(minutes=limits.idle_minutes),
        },
    ).fetchone()
    return OpenPage(*row) if row else None


def close_session(conn: Connection[Any], secret: str, *, now: datetime) -> None:
    """Ends one session."""
    conn.execute(
        "update office.own_view_sessions set ends_at = least(ends_at, %s) where digest = %s",
        (now, _digest(secret)),
    )


def close_sessions(conn: Connection[Any], household_id: UUID, *, now: datetime) -> None:
    """Ends all sessions of a household."""
    conn.execute(
        "update office.own_view_sessions set ends_at = least(ends_at, %s) where household_id = %s",
        (now, household_id),
    )


def secret_of_request(context: RequestContext) -> str:
    """The secret that the browser sent; "" for none."""
    return request.cookies.get(_cookie_name(context), "")


def keep_in_cookie(context: RequestContext, response: Response, secret: str) -> None:
    """Gives the browser the secret for as long as it runs; "" takes it away."""
    name, secure = _cookie_name(context), _is_secure(context)
    if secret:
        response.set_cookie(name, secret, httponly=True, samesite="Strict", secure=secure)
    else:
        response.delete_cookie(name, httponly=True, samesite="Strict", secure=secure)


def _cookie_name(context: RequestContext) -> str:
    return "__Host-socai-own-view" if _is_secure(context) else "socai-own-view"


def _is_secure(context: RequestContext) -> bool:
    return context.services.settings.public_url.startswith("https://")


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
