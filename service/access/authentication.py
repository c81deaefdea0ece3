"""Authentication: the account of a request, by a bearer token, a session, or name and password.

An API token is 256 random bits, shown once, kept as their SHA-256, with an end. A session of the
pages is opened by a sign-in and kept in the database: its cookie holds a secret, whose SHA-256
finds the row. It ends after IDLE_FOR without a request, after LASTS in any case, at sign-out, when
the account is disabled, and when its password changes. docs/decisions/0040 says why.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import argon2
import structlog
from flask import Request
from psycopg import Connection
from psycopg.rows import dict_row

from domain.calendar import day_of
from service.access.acts import By, acting
from service.access.errors import NotSignedIn, PasswordOver, TooManyFailures, WrongPassword
from service.access.throttle import sign_in_limits, token_limits
from service.problems import NoSuchThing
from service.services import Services

log = structlog.get_logger("socai.service")

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}")
# Of a token.
TOKEN_LIFETIME = timedelta(days=90)
LONGEST_TOKEN_LIFETIME = timedelta(days=366)
# Of a session.
IDLE_FOR = timedelta(hours=2)
LASTS = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)

_BEARER = re.compile(r"Bearer (socai_[A-Za-z0-9_-]{43})", re.IGNORECASE)
# Not for a session that was idle for too long: the request would renew it.
_SEEN = (
    "with seen as (update office.sessions set seen_at = %(now)s where digest = %(digest)s"
    " and seen_at > %(idle)s and seen_at <= %(noted)s)"
)
_CREDENTIAL = "sha256(convert_to(coalesce(a.password_hash, ''), 'UTF8'))"

_hasher = argon2.PasswordHasher()
# Checked when the account is unknown, so that a wrong name takes as long as a wrong password.
_NOBODYS_HASH = _hasher.hash(secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role within an area unit ("" is the whole country), first and last day inclusive."""

    id: UUID
    role: str
    area: str
    villages: tuple[str, ...]
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Account:
    """An account with the roles it holds on the day that was asked about.

    `area` is where it is administered while it has no role. `once_until` is set while its password
    is one that an administrator gave: it must be changed before anything else.
    """

    account: str
    name: str
    office: str
    created_by: str
    created_at: datetime
    disabled_at: datetime | None
    area: str = ""
    once_until: datetime | None = None
    roles: tuple[HeldRole, ...] = ()


def accounts_where(
    conn: Connection[Any],
    where: str,
    values: dict[str, Any],
    *,
    on: date | None,
    together_with: str = "",
) -> list[Account]:
    """The accounts (`a`) that joins and conditions find; roles as in `account_named`.

    `together_with` is a `with` clause: something that is noted in the same statement.
    """
    rows = (
        conn.cursor(row_factory=dict_row)
        .execute(
            f"{together_with} select a.account, a.name, a.office, a.created_by, a.created_at,"
            " a.disabled_at, a.area, a.once_until,"
            " (select coalesce(jsonb_agg(jsonb_build_array(r.id, r.role, r.area, r.villages,"
            "   r.valid_from, r.valid_until) order by r.granted_at, r.id), '[]')"
            "  from office.held_roles r where r.account = a.account"
            "  and (%(on)s::date is null or daterange(r.valid_from, r.valid_until, '[]')"
            "       @> %(on)s::date)) as roles"
            f" from office.accounts a {where}",
            {**values, "on": on},
        )
        .fetchall()
    )
    return [Account(**{**row, "roles": tuple(map(_held, row["roles"]))}) for row in rows]


def _held(row: list[Any]) -> HeldRole:
    role_id, role, area, villages, valid_from, valid_until = row
    return HeldRole(
        UUID(role_id),
        role,
        area,
        tuple(villages),
        date.fromisoformat(valid_from),
        date.fromisoformat(valid_until) if valid_until else None,
    )


def account_named(conn: Connection[Any], account: str, *, on: date | None) -> Account | None:
    """One account with the roles held on a day, or with every role it ever had (`on` None)."""
    where = "where a.account = %(account)s"
    return next(iter(accounts_where(conn, where, {"account": account}, on=on)), None)


def signed_in(services: Services, request: Request) -> Account:
    """Returns the account of the request's bearer token.

    Raises NotSignedIn, or TooManyFailures for an address that keeps sending wrong tokens.
    """
    given = request.headers.get("Authorization", "")
    shape = _BEARER.fullmatch(given.strip())
    if shape:
        with services.reading() as conn:
            account = account_of_token(conn, shape[1], now=services.clock())
        if account is not None:
            return account
    if given:
        services.failures.take(*token_limits(address_of(request)))
    raise NotSignedIn


def check_sign_in(services: Services, request: Request, typed: str, password: str) -> Account:
    """Returns the account of a name and password; logs the try with address and outcome.

    The try is counted before the password is looked at, so that many tries at once cost no hashes
    and gain nothing. Raises WrongPassword, TooManyFailures, and PasswordOver for a one-time
    password that was not changed in time.
    """
    name = account_name(typed)
    address, now = address_of(request), services.clock()
    with services.pool.connection() as conn:
        account = account_named(conn, name, on=day_of(now))
    limits = sign_in_limits(name, address)
    try:
        services.failures.take(*limits)
    except TooManyFailures:
        note_sign_in(account, address, "locked")
        raise
    with services.pool.connection() as conn:
        right = check_password(conn, name, password)
    if not right or account is None:
        note_sign_in(account, address, "disabled" if _ended(account) else "wrong_password")
        raise WrongPassword
    services.failures.forgive(*limits)
    if account.once_until is not None and account.once_until <= now:
        note_sign_in(account, address, "password_over")
        raise PasswordOver
    note_sign_in(account, address, "signed_in")
    return account


def account_name(typed: str) -> str:
    """Normalises a typed account name: small ASCII letters, blanks around it left out.

    Returns "" for a text that names no account: no other letter is taken for one of ASCII.
    """
    name = typed.strip(" \t")
    if not name.isascii():
        return ""
    name = name.lower()
    return name if NAME.fullmatch(name) else ""


def note_sign_in(
    account: Account | None, address: str, outcome: str, how: str = "password"
) -> None:
    """Logs a try to sign in. A name that is no account's is not repeated: people type passwords
    and names of persons there."""
    log.info(
        "sign_in",
        account=account.account if account else "unknown",
        address=address,
        outcome=outcome,
        how=how,
    )


def address_of(request: Request) -> str:
    """The client's address as the trusted proxy gave it, or as the socket says."""
    return request.remote_addr or "unknown"


def _ended(account: Account | None) -> bool:
    return account is not None and account.disabled_at is not None


def password_hash(password: str) -> str:
    """The argon2id hash that is kept of a password."""
    return _hasher.hash(password)


def check_password(conn: Connection[Any], account: str, password: str) -> bool:
    """Whether the password is that of a working account; takes as long for an unknown one."""
    row = conn.execute(
        "select password_hash from office.accounts where account = %s and disabled_at is null",
        (account,),
    ).fetchone()
    hashed = (row[0] if row else None) or _NOBODYS_HASH
    try:
        _hasher.verify(hashed, password)
    except argon2.exceptions.VerifyMismatchError:
        return False
    if hashed is not _NOBODYS_HASH and _hasher.check_needs_rehash(hashed):
        with acting(conn, None, rehash=True):
            conn.execute(
                "update office.accounts set password_hash = %s where account = %s",
                (password_hash(password), account),
            )
    return hashed is not _NOBODYS_HASH


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
    lifetime: timedelta = TOKEN_LIFETIME,
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


def account_of_token(conn: Connection[Any], secret: str, *, now: datetime) -> Account | None:
    """Returns the account of a token, with the roles held today; None for an ended or unknown
    token.
    """
    found = accounts_where(
        conn,
        "join office.tokens t using (account) where t.digest = %(digest)s"
        " and t.revoked_at is null and t.expires_at > %(now)s and a.disabled_at is null",
        {"digest": _digest(secret), "now": now},
        on=day_of(now),
    )
    return next(iter(found), None)


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


def account_of_session(conn: Connection[Any], secret: str, *, now: datetime) -> Account | None:
    """Returns the account of a session, with the roles held today; None once it has ended."""
    found = accounts_where(
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
