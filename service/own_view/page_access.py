"""Opening of the own view of a household by the code of a paper and a one-time code.

A try that opens nothing is answered after the same time, whatever was wrong: a paper that leads to
no household, a wrong code, a lock. A few tries run at once in a process, and the others are told to
come again before anything was looked up.
"""

import time
from threading import BoundedSemaphore

from flask import request

from domain.commands.command import CommandContext
from domain.errors import CommandReused, Refusal, StaleVersion
from domain.own_view.codes import household_itself
from domain.own_view.errors import OneTimeCodeUsed, OwnViewNotOpened
from domain.own_view.limits import published_limits
from domain.own_view.one_time_codes import OPENED, UseCode
from service.access.authentication import address_of
from service.access.authorization import RequestContext
from service.access.errors import TooManyFailures
from service.access.throttle import check_counted, own_view_limit
from service.own_view import sessions
from service.own_view.errors import TooManyTries
from service.own_view.sessions import OpenPage

ANSWERED_AFTER = 0.5
"""Seconds after which a try that opens nothing is answered; longer than any of them takes."""
AT_ONCE = 4
COME_AGAIN = 5
_turns = BoundedSemaphore(AT_ONCE)


def opened(context: RequestContext, paper: bytes, code: str) -> tuple[OpenPage, str]:
    """The page that two codes open, and the secret of its session.

    Raises OwnViewNotOpened; OneTimeCodeUsed, OneTimeCodeRevoked and OneTimeCodeExpired of a right
    code; TooManyTries.
    """
    if not _turns.acquire(blocking=False):
        raise TooManyTries(COME_AGAIN)
    began = time.monotonic()
    try:
        return _opened(context, paper, code)
    except Refusal:
        left = ANSWERED_AFTER - (time.monotonic() - began)
        if left > 0:
            context.services.failures.pause(left)
        raise
    finally:
        _turns.release()


def _opened(context: RequestContext, paper: bytes, code: str) -> tuple[OpenPage, str]:
    services = context.services
    limit = own_view_limit(address_of(request))
    try:
        services.failures.take(limit)
    except TooManyFailures as refused:
        raise TooManyTries(int(refused.headers["Retry-After"])) from None
    try:
        outcome = services.application.run(UseCode(paper, code), household_context(context, ""))
    except (StaleVersion, CommandReused):  # only a right paper meets these
        raise OwnViewNotOpened from None
    if OPENED not in outcome.notes:
        raise OwnViewNotOpened
    services.failures.forgive(check_counted(limit))
    own_view = services.application.own_views.find(outcome.aggregate_id)
    if own_view is None or outcome.created is None:
        raise OwnViewNotOpened
    page = OpenPage(own_view.household_id, outcome.created)
    now = services.clock()
    if outcome.repeated:
        used_at = own_view.code.used_at if own_view.code else None
        if used_at is None or now - used_at > sessions.REPEATED_WITHIN:
            raise OneTimeCodeUsed
    limits = published_limits().on(context.today)
    with services.pool.connection() as conn:
        secret = sessions.open_session(conn, page, now=now, limits=limits)
    if secret is None:
        raise OneTimeCodeUsed
    return page, secret


def household_context(context: RequestContext, area: str) -> CommandContext:
    """The circumstances of what a household records itself: now, and without a paper."""
    return CommandContext(
        effective_on=context.today,
        actor=household_itself(area),
        command_id=context.needed_command_id,
        recorded_at=context.services.clock(),
    )
