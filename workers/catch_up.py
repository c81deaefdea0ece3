"""The task that brings the ledger and the read models up to date."""

import structlog

from projections.catch_up import catch_up as advance_all
from projections.rebuild import first_build
from workers.broker import NUDGES, TASKS
from workers.services import WorkerServices


@TASKS.on(NUDGES)
def catch_up(services: WorkerServices) -> None:
    """Takes all that was committed before the nudge into the live read models.

    Safe to run twice and beside itself: one call works, one waits, the others return at once. A
    long ledger of which the read models have nothing yet is left to a rebuild, which the clock
    offers to every worker.
    """
    building = first_build.begin(services.pool)
    if building is not None:
        structlog.get_logger("catching_up").debug("left to a rebuild", rebuild=building)
        return
    taken = advance_all(services.pool, services.keyring)
    if taken:
        structlog.get_logger("catching_up").debug("caught up", steps=taken)
