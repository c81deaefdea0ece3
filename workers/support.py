"""The tasks that check a list of recipients, and work on a batch of grants until it is done."""

from uuid import UUID

import structlog

from projections.support import grant_job, grant_list_job
from workers.broker import JOBS, TASKS
from workers.services import WorkerServices


@TASKS.on(JOBS)
def run_grant_batch(services: WorkerServices, batch_id: str) -> None:
    """Works on one batch. Safe to run twice and beside itself; goes on where it was killed."""
    log = structlog.get_logger("grants").bind(batch_id=batch_id)
    done = grant_job.run(services.application, UUID(batch_id), services.clock)
    log.info("batch finished" if done else "no work left, or another worker has it")


@TASKS.on(JOBS)
def check_grant_list(services: WorkerServices, list_id: str) -> None:
    """Says of each row of a list whether it fits. Safe to run twice and beside itself."""
    log = structlog.get_logger("grants").bind(list_id=list_id)
    done = grant_list_job.run(services.application, UUID(list_id), services.clock)
    log.info("list checked" if done else "the list is checked already")
