"""The task that works on a batch of grants until every recipient is decided."""

from uuid import UUID

import structlog

from projections.support import grant_job
from workers.broker import JOBS, TASKS
from workers.services import WorkerServices


@TASKS.on(JOBS)
def run_grant_batch(services: WorkerServices, batch_id: str) -> None:
    """Works on one batch. Safe to run twice and beside itself; goes on where it was killed."""
    log = structlog.get_logger("grants").bind(batch_id=batch_id)
    done = grant_job.run(services.application, UUID(batch_id), services.clock)
    log.info("batch finished" if done else "no work left, or another worker has it")
