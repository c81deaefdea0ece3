"""The task that works on a search for duplicates until it is done."""

from uuid import UUID

import structlog
from dramatiq.middleware import Shutdown

from projections.duplicates import search_job
from projections.duplicates.searches import SEARCHES, SearchUnknown
from workers.broker import JOBS, TASKS
from workers.services import WorkerServices


@TASKS.on(JOBS)
def run_duplicate_search(services: WorkerServices, search_id: str) -> None:
    """Works on one search. Safe to run twice and beside itself; begins again where it was killed.

    What stops it is written beside the job for who asked, and raised again so that the queue
    retries.
    """
    log = structlog.get_logger("duplicates").bind(search=search_id)
    wanted = UUID(search_id)
    try:
        with SEARCHES.attempt(services.pool, wanted, told_to_end=Shutdown):
            done = search_job.run(services.application, wanted, services.clock)
    except SearchUnknown:
        log.warning("no such search")
        return
    log.info("search ended" if done else "another worker has it")
