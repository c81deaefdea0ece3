"""Tasks of rebuilds: one takes part in a rebuild until it is finished, one begins those due."""

import structlog

from projections.rebuild import rebuild_job, removal
from projections.rebuild.priority import in_background
from workers.broker import JOBS, NUDGES, TASKS, send
from workers.services import WorkerServices


@TASKS.on(JOBS)
def run_rebuild(services: WorkerServices, rebuild: str) -> None:
    """Loads parts of a rebuild that no other worker has; the last worker finishes it.

    Safe to run twice and beside itself; a killed worker's parts are taken up again. Requests come
    before it, where both want a core.
    """
    done = in_background(lambda: rebuild_job.work(services.pool, services.keyring, int(rebuild)))
    structlog.get_logger("rebuilding").info(
        "rebuild done" if done else "others are at the last parts", rebuild=rebuild
    )


@TASKS.on(NUDGES)
def renew(services: WorkerServices) -> None:
    """Begins a rebuild of read models whose rows another version of their code made, and drops
    those that this version no longer has."""
    if gone := removal.drop_removed(services.pool):
        structlog.get_logger("rebuilding").info("dropped", models=gone)
    rebuild = rebuild_job.renew(services.pool)
    if rebuild is not None:
        structlog.get_logger("rebuilding").info("renewing", rebuild=rebuild)
        send(services.broker, JOBS, "run_rebuild", str(rebuild))
