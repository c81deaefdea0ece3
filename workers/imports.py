"""Tasks of imports: one works on an import until it is done, one destroys old files."""

from contextlib import suppress
from uuid import UUID

import redis
import structlog
from dramatiq.middleware import Shutdown

from projections.imports import import_job, job_store
from projections.imports.imports import IMPORTS, ImportUnknown
from projections.support import grant_list_job
from workers.broker import JOBS, TASKS, send
from workers.services import WorkerServices

_under_way: set[str] = set()
"""The imports on which a thread of this process works."""


@TASKS.on(JOBS)
def run_import(services: WorkerServices, import_id: str) -> None:
    """Works on one import, or helps the worker that does. Safe to run twice and beside itself; goes
    on where it was killed.

    The message names the import only. What stops the work is written beside the job for who
    asked, and raised again so that the queue retries.
    """
    log = structlog.get_logger("imports").bind(import_id=import_id)
    asked = UUID(import_id)
    if import_id in _under_way:
        return  # threads of one process share its interpreter: another process is to help
    _under_way.add(import_id)
    try:
        with IMPORTS.attempt(services.pool, asked, told_to_end=Shutdown):
            done = import_job.run(
                services.application,
                asked,
                services.clock,
                call=lambda: _call(services, import_id),
            )
    except ImportUnknown:
        log.warning("no such import")
        return
    finally:
        _under_way.discard(import_id)
    log.info("import done" if done else "import not done yet, or another worker has it")


def _call(services: WorkerServices, import_id: str) -> None:
    """Asks another worker to help. Where Redis is away, or all are busy, it goes on alone."""
    with suppress(redis.RedisError):
        send(services.broker, JOBS, run_import.__name__, import_id)


@TASKS.on(JOBS)
def expire_imports(services: WorkerServices) -> None:
    """Destroys the files of imports and of lists of recipients that are kept long enough."""
    with services.pool.connection() as conn:
        destroyed = job_store.expire(conn, services.keyring, services.clock())
        grant_list_job.expire(conn, services.keyring, services.clock())
    if destroyed:
        structlog.get_logger("imports").info("files destroyed", imports=destroyed)
