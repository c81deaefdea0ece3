"""The task that gives certificates to many households."""

from uuid import UUID

import structlog
from dramatiq.middleware import Shutdown

from projections.households import certificate_job
from projections.households.certificate_batches import BATCHES, BatchUnknown
from workers.broker import JOBS, TASKS
from workers.services import WorkerServices


@TASKS.on(JOBS)
def issue_certificates(services: WorkerServices, batch_id: str) -> None:
    """Works on one act. Safe to run twice and beside itself; goes on where it was killed."""
    log = structlog.get_logger("certificates").bind(batch=batch_id)
    asked = UUID(batch_id)
    try:
        with BATCHES.attempt(services.pool, asked, told_to_end=Shutdown):
            done = certificate_job.run(services.application, asked, services.clock)
    except BatchUnknown:
        log.warning("no such act")
        return
    log.info("certificates issued" if done else "another worker has it")
