"""API tokens: 256 random bits, shown once, kept as their SHA-256, with an end."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection

from domain.calendar import day_of
from service.access import accounts
from service.access.acts import By, acting
from service.problems import NoSuchThing

LIFETIME = timedelta(days=90)
LONGEST_LIFETIME = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is listed, without its secret."""

    id: UUID
    account: str
    label: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def issue_token(
    conn: Connection[Any],
    account: str,
    *,
    label: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
    token_id: UUID | None = None,
    by: By | None = None,
) -> tuple[Token, str]:
    """Makes a token of a working account; the second value is its secret, which is not kept.

    It ends with its time, with the account, and when the account gets another password.
    """
    working = conn.execute(
        "select 1 from office.accounts where account = %s and disabled_at is null", (account,)
    ).fetchone()
    if working is None:
        raise NoSuchThing(account=account)
    secret = "socai_" + secrets.token_urlsafe(32)
    token = Token(token_id or uuid4(), account, label, now, now + lifetime, None)
    with acting(conn, by or By(account, now)):
        conn.execute(
            "insert into office.tokens (id, account, digest, label, created_at, expires_at)"
            " values (%s, %s, %s, %s, %s, %s)",
            (token.id, account, _digest(secret), label, now, token.expires_at),
        )
    return token, secret


def revoke_token(conn: Connection[Any], account: str, token_id: UUID, *, now: datetime) -> None:
    """Ends one of the account's own tokens. Raises NoSuchThing."""
    with acting(conn, By(account, now)):
        changed = conn.execute(
            "update office.tokens set revoked_at = coalesce(revoked_at, %s)"
            " where id = %s and account = %s",
            (now, token_id, account),
        )
    if not changed.rowcount:
        raise NoSuchThing(token=token_id)


def tokens_of(conn: Connection[Any], account: str) -> list[Token]:
    """The newest hundred tokens of an account, newest first."""
    rows = conn.execute(
        "select id, account, label, created_at, expires_at, revoked_at from office.tokens"
        " where account = %s order by created_at desc, id limit 100",
        (account,),
    ).fetchall()
    return [Token(*row) for row in rows]


def account_of_token(
    conn: Connection[Any], secret: str, *, now: datetime
) -> accounts.Account | None:
    """Returns the account of a token, with the roles held today; None for an ended or unknown
    token.
    """
    found = accounts.accounts_where(
        conn,
        "join office.tokens t using (account) where t.digest = %(digest)s"
        " and t.revoked_at is null and t.expires_at > %(now)s and a.disabled_at is null",
        {"digest": _digest(secret), "now": now},
        on=day_of(now),
    )
    return next(iter(found), None)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
