"""Link of an account to one person of the identity provider, made at the first single sign-on."""

from typing import Any

from psycopg import Connection

from service.access.acts import By, acting
from service.access.authentication import NAME


def named_account(claims: dict[str, Any], claim: str) -> str:
    """Returns the account that a claim names, letter by letter; "" where it names none.

    Nothing is folded: another alphabet, case or blank is another name. An e-mail address names an
    account only where the provider says that it was verified.
    """
    value = claims.get(claim)
    if not isinstance(value, str) or not NAME.fullmatch(value):
        return ""
    if claim == "email" and claims.get("email_verified") is not True:
        return ""
    return value


def identity_of(claims: dict[str, Any]) -> tuple[str, str] | None:
    """Issuer and subject of an identity token; None where either is missing."""
    issuer, subject = claims.get("iss"), claims.get("sub")
    if isinstance(issuer, str) and issuer and isinstance(subject, str) and subject:
        return issuer, subject
    return None


def pinned_to(conn: Connection[Any], account: str, issuer: str, subject: str, by: By) -> bool:
    """Whether the account belongs to this person of the provider; the first to come is pinned."""
    with acting(conn, by):
        conn.execute(
            "insert into office.sign_ons (account, issuer, subject, pinned_at)"
            " values (%s, %s, %s, %s) on conflict do nothing",
            (account, issuer, subject, by.at),
        )
        row = conn.execute(
            "select 1 from office.sign_ons where account = %s and issuer = %s and subject = %s",
            (account, issuer, subject),
        ).fetchone()
    return row is not None


def release(conn: Connection[Any], account: str, by: By) -> bool:
    """Lets the next single sign-on pin the account anew; False where it was not pinned."""
    with acting(conn, by):
        return (
            conn.execute("delete from office.sign_ons where account = %s", (account,)).rowcount > 0
        )
