"""The task that offers unfinished jobs again."""

import structlog
from dramatiq.brokers.redis import RedisBroker

from projections.duplicates import searches
from projections.households import certificate_batches
from projections.imports import imports
from projections.oversight.replay import runs
from projections.rebuild import progress
from projections.support import grant_batches, grant_lists
from workers.broker import JOBS, NUDGES, TASKS, send
from workers.services import WorkerServices

OFFER_AGAIN_SECONDS = 20  # an offer of a job under way costs one look at its lock
LONGEST_QUEUE = 100

# How the unfinished jobs of each kind are found, and the task that works on one.
KINDS = (
    ("run_import", imports.unfinished),
    ("run_replay", runs.unfinished),
    ("run_rebuild", progress.unfinished),
    ("run_duplicate_search", searches.unfinished),
    ("issue_certificates", certificate_batches.unfinished),
    ("run_grant_batch", grant_batches.unfinished),
    ("check_grant_list", grant_lists.unfinished),
)


@TASKS.on(NUDGES)
def resume_jobs(services: WorkerServices) -> None:
    """Sends a message for each unfinished job that had none lately.

    Jobs stand in PostgreSQL: a message lost with Redis, or a worker killed in the middle, delays
    a job by half a minute and loses nothing.
    """
    broker: RedisBroker = services.broker
    if broker.do_qsize(JOBS.name) > LONGEST_QUEUE:
        return
    with services.pool.connection() as conn:
        waiting = [(task, job) for task, unfinished in KINDS for job in unfinished(conn)]
    for task, job in waiting:
        offered = f"{services.settings.instance}:offered:{task}:{job}"
        if services.redis.set(offered, 1, nx=True, ex=OFFER_AGAIN_SECONDS):
            send(broker, JOBS, task, str(job))
            structlog.get_logger("resuming").debug("offered", task=task, job=str(job))
