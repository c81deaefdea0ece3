"""Accounts of officials with the roles that they hold: in which area, on which days.

Passwords are kept as argon2id hashes. Every function takes a connection and the present moment
(UTC), and works in the caller's transaction. A function that changes an account takes `by`: the
actor and the reason, which the database keeps as an act (service/access/acts.py).
"""

import secrets
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg import Connection
from psycopg.errors import UniqueViolation

from service.access.acts import By, acting, who_disabled
from service.access.authentication import NAME, Account, accounts_where, password_hash
from service.access.errors import (
    AccountNameRefused,
    AccountTaken,
    DatesReversed,
    OtherAdministrator,
    RolesExclude,
)
from service.problems import NoSuchThing

# How long a password that an administrator gave lets its owner choose another one.
ONCE_FOR = timedelta(days=7)

# A surveyor never signs, and an administrator of accounts reads no household.
EXCLUDING = (frozenset({"surveyor", "chairman"}), frozenset({"case_worker", "chairman"}))


def create_account(
    conn: Connection[Any],
    *,
    account: str,
    name: str,
    office: str = "",
    password: str | None = None,
    created_by: str,
    now: datetime,
    area: str = "",
    once: bool = False,
    reason: str = "",
) -> None:
    """Makes an account without any role: it may do nothing yet.

    With `once` the password is only good for choosing another one. Raises AccountTaken,
    AccountNameRefused.
    """
    if not NAME.fullmatch(account):
        raise AccountNameRefused(account=account[:63])
    hashed = password_hash(password) if password else None
    try:
        with acting(conn, By(created_by, now, reason)):
            conn.execute(
                "insert into office.accounts (account, name, office, password_hash, created_by,"
                " created_at, area, once_until) values (%s, %s, %s, %s, %s, %s, %s, %s)",
                (account, name, office, hashed, created_by, now, area,
                 now + ONCE_FOR if hashed and once else None),
            )  # fmt: skip
    except UniqueViolation as taken:
        raise AccountTaken(account=account) from taken


def set_password(
    conn: Connection[Any],
    account: str,
    password: str,
    *,
    by: By | None = None,
    once: bool = False,
) -> None:
    """Sets the password, which ends tokens and sessions of the account. Raises NoSuchThing.

    With `once` it is only good for choosing another one; `by` must then be given.
    """
    until = by.at + ONCE_FOR if once and by else None
    _change_password(conn, account, password, by, until)


def reset_password(conn: Connection[Any], account: str, *, by: By) -> str:
    """Gives a random password, good for a week and only for choosing another. NoSuchThing."""
    password = secrets.token_urlsafe(12)
    _change_password(conn, account, password, by, by.at + ONCE_FOR)
    return password


def _change_password(
    conn: Connection[Any], account: str, password: str, by: By | None, once_until: datetime | None
) -> None:
    with acting(conn, by):
        changed = conn.execute(
            "update office.accounts set password_hash = %s, once_until = %s where account = %s",
            (password_hash(password), once_until, account),
        )
        if not changed.rowcount:
            raise NoSuchThing(account=account)
        _end_tokens(conn, account, by.at if by else None)


def _end_tokens(conn: Connection[Any], account: str, now: datetime | None) -> None:
    conn.execute(
        "update office.tokens set revoked_at = coalesce(%s, now())"
        " where account = %s and revoked_at is null",
        (now, account),
    )


def disable_account(
    conn: Connection[Any], account: str, *, now: datetime, by: By | None = None
) -> None:
    """Ends the account and all its tokens. Nothing is deleted. Raises NoSuchThing."""
    with acting(conn, by):
        changed = conn.execute(
            "update office.accounts set disabled_at = coalesce(disabled_at, %s) where account = %s",
            (now, account),
        )
        if not changed.rowcount:
            raise NoSuchThing(account=account)
        _end_tokens(conn, account, now)


def reopen_account(conn: Connection[Any], account: str, *, by: By) -> None:
    """Opens a disabled account again, with the roles that it still holds and without its tokens.

    Raises NoSuchThing, and OtherAdministrator for the one who disabled it and for itself.
    """
    with acting(conn, by):
        row = conn.execute(
            "select disabled_at from office.accounts where account = %s for update", (account,)
        ).fetchone()
        if row is None:
            raise NoSuchThing(account=account)
        if by.actor in (account, who_disabled(conn, account)) and by.actor != "cli":
            raise OtherAdministrator(account=account)
        conn.execute("update office.accounts set disabled_at = null where account = %s", (account,))


def grant_role(
    conn: Connection[Any],
    *,
    account: str,
    role: str,
    area: str,
    villages: tuple[str, ...] = (),
    valid_from: date,
    valid_until: date | None = None,
    granted_by: str,
    now: datetime,
    role_id: UUID | None = None,
    reason: str = "",
) -> UUID:
    """Gives a role within an area for some days.

    Raises NoSuchThing, DatesReversed, RolesExclude.
    """
    if valid_until is not None and valid_until < valid_from:
        raise DatesReversed(valid_from=valid_from, valid_until=valid_until)
    known = conn.execute(
        "select 1 from office.accounts where account = %s for update", (account,)
    ).fetchone()
    if known is None:
        raise NoSuchThing(account=account)
    _refuse_excluding(conn, account, role, valid_from, valid_until)
    role_id = role_id or uuid4()
    with acting(conn, By(granted_by, now, reason)):
        conn.execute(
            "insert into office.held_roles (id, account, role, area, villages, valid_from,"
            " valid_until, granted_by, granted_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (role_id, account, role, area, list(villages), valid_from, valid_until, granted_by,
             now),
        )  # fmt: skip
    return role_id


def _refuse_excluding(
    conn: Connection[Any], account: str, role: str, valid_from: date, valid_until: date | None
) -> None:
    held = conn.execute(
        "select distinct role from office.held_roles where account = %s"
        " and daterange(valid_from, valid_until, '[]') && daterange(%s, %s, '[]')",
        (account, valid_from, valid_until),
    ).fetchall()
    for (other,) in held:
        pair = frozenset({role, other})
        if len(pair) == 2 and (pair in EXCLUDING or "administrator" in pair):
            raise RolesExclude(held=other, asked=role)


def end_role(
    conn: Connection[Any], account: str, role_id: UUID, *, last_day: date, by: By | None = None
) -> None:
    """Ends a role with this day, or takes back one that had not begun. Raises NoSuchThing."""
    with acting(conn, by):
        changed = conn.execute(
            "update office.held_roles set valid_until = least(coalesce(valid_until, %s), %s)"
            " where id = %s and account = %s and valid_from <= %s",
            (last_day, last_day, role_id, account, last_day),
        )
        if changed.rowcount:
            return
        removed = conn.execute(
            "delete from office.held_roles where id = %s and account = %s and valid_from > %s",
            (role_id, account, last_day),
        )
        if not removed.rowcount:
            raise NoSuchThing(role=role_id)


def accounts_after(conn: Connection[Any], after: str, *, limit: int) -> list[Account]:
    """Accounts in the order of their names after this one, with every role they ever had."""
    where = "where a.account > %(after)s order by a.account limit %(limit)s"
    return accounts_where(conn, where, {"after": after, "limit": limit}, on=None)


def names_of(conn: Connection[Any], named: set[str]) -> dict[str, str]:
    """The names of the people behind these accounts, as they are today."""
    rows = conn.execute(
        "select account, name from office.accounts where account = any(%s)", [sorted(named)]
    ).fetchall()
    return dict(rows)
