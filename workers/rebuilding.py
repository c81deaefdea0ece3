"""Rebuilds: one task takes part in one until it is finished, one begins those that are due."""

import structlog

from projections import rebuilding
from workers.broker import JOBS, NUDGES, TASKS, send
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


@TASKS.on(NUDGES)
def renew(parts: Parts) -> None:
    """Begins a rebuild of read models whose rows another version of their code made."""
    rebuild = rebuilding.renew(parts.pool)
    if rebuild is not None:
        structlog.get_logger("rebuilding").info("renewing", rebuild=rebuild)
        send(parts.broker, JOBS, "run_rebuild", str(rebuild))
