"""Authentication of a request: bearer tokens of programs, and sign-in with name and password."""

import re

import structlog
from flask import Request

from domain.calendar import day_of
from service.access import accounts, tokens
from service.access.accounts import NAME, Account
from service.access.errors import NotSignedIn, PasswordOver, TooManyFailures, WrongPassword
from service.access.throttle import sign_in_limits, token_limits
from service.services import Services

log = structlog.get_logger("socai.service")

_BEARER = re.compile(r"Bearer (socai_[A-Za-z0-9_-]{43})", re.IGNORECASE)


def signed_in(services: Services, request: Request) -> Account:
    """Returns the account of the request's bearer token.

    Raises NotSignedIn, or TooManyFailures for an address that keeps sending wrong tokens.
    """
    given = request.headers.get("Authorization", "")
    shape = _BEARER.fullmatch(given.strip())
    if shape:
        with services.reading() as conn:
            account = tokens.account_of_token(conn, shape[1], now=services.clock())
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
        account = accounts.account_named(conn, name, on=day_of(now))
    limits = sign_in_limits(name, address)
    try:
        services.failures.take(*limits)
    except TooManyFailures:
        note_sign_in(account, address, "locked")
        raise
    with services.pool.connection() as conn:
        right = accounts.check_password(conn, name, password)
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
