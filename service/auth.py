"""Finding out who asks: a bearer token for programs. Sessions of the pages come in here too."""

import re

from flask import Request

from service import accounts, tokens
from service.accounts import Account
from service.errors import NotSignedIn, WrongPassword
from service.throttle import sign_in_limits, token_limits
from service.wiring import Wiring

_BEARER = re.compile(r"Bearer (socai_[A-Za-z0-9_-]{43})", re.IGNORECASE)


def signed_in(wiring: Wiring, request: Request) -> Account:
    """The account whose token came with the request.

    Raises NotSignedIn, or TooManyFailures for an address that keeps sending wrong tokens.
    """
    given = request.headers.get("Authorization", "")
    shape = _BEARER.fullmatch(given.strip())
    if shape:
        with wiring.reading() as conn:
            account = tokens.account_of_token(conn, shape[1], now=wiring.clock())
        if account is not None:
            return account
    if given:
        limits = token_limits(address_of(request))
        wiring.failures.refuse_if_too_many(*limits)
        wiring.failures.note(*limits)
    raise NotSignedIn


def check_sign_in(wiring: Wiring, request: Request, account: str, password: str) -> None:
    """Passes when the password is right. Raises WrongPassword or TooManyFailures.

    The limit is asked first, so that a guesser does not cost a hash either.
    """
    limits = sign_in_limits(account, address_of(request))
    wiring.failures.refuse_if_too_many(*limits)
    with wiring.pool.connection() as conn:
        right = accounts.check_password(conn, account, password)
    if not right:
        wiring.failures.note(*limits)
        raise WrongPassword


def address_of(request: Request) -> str:
    """The client's address as the trusted proxy gave it, or as the socket says."""
    return request.remote_addr or "unknown"
