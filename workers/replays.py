"""The task that works on a replay until no part of it is left."""

from uuid import UUID

import structlog

from projections.oversight.replay import replay_job
from projections.oversight.replay.runs import REPLAYS, ReplayUnknown
from workers.broker import JOBS, TASKS
from workers.services import WorkerServices


@TASKS.on(JOBS)
def run_replay(services: WorkerServices, replay_id: str) -> None:
    """Works on one replay. Safe to run twice and beside itself; goes on where it was killed.

    What stops it is written beside the job for who asked, and raised again so that the queue
    retries; the sweep of unfinished jobs offers it again after that.
    """
    log = structlog.get_logger("replays").bind(replay=replay_id)
    wanted = UUID(replay_id)
    try:
        with REPLAYS.attempt(services.pool, wanted):
            done = replay_job.run(services.pool, services.standards, wanted, services.clock())
    except ReplayUnknown:
        log.warning("no such replay")
        return
    log.info("replay done" if done else "others still work on it")
