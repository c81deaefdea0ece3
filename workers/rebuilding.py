"""Rebuilds: the task that takes part in one until it is finished."""

import structlog

from projections import rebuilding
from workers.broker import JOBS, TASKS
from workers.parts import Parts


@TASKS.on(JOBS)
def run_rebuild(parts: Parts, rebuild: str) -> None:
    """Loads parts of a rebuild that nobody else has, and finishes it if it is the last one there.

    Safe to run twice and beside itself; a killed worker's parts are taken up again.
    """
    done = rebuilding.work(parts.pool, parts.keyring, int(rebuild))
    structlog.get_logger("rebuilding").info(
        "rebuild done" if done else "others are at the last parts", rebuild=rebuild
    )
