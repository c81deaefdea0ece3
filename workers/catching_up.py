"""Nudged: bring the ledger and the read models up to date."""

import structlog

from projections import catching_up
from workers.broker import NUDGES, TASKS
from workers.parts import Parts


@TASKS.on(NUDGES)
def catch_up(parts: Parts) -> None:
    """Takes all that was committed before the nudge into the live read models.

    Safe to run twice and beside itself: one works, one waits, the others go home at once.
    """
    taken = catching_up.catch_up(parts.pool, parts.keyring)
    if taken:
        structlog.get_logger("catching_up").debug("caught up", steps=taken)
