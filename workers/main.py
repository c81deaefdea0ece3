"""Runs one worker process: `python -m workers.main nudges` (or `jobs`, or both).

It runs Dramatiq's `Worker` itself instead of the `dramatiq` program, which forks its workers: a
killed parent would leave children that go on working, unsupervised (docs/decisions/0017).
"""

import importlib
import os
import signal
import sys
import threading

import structlog
from dramatiq import Worker

from domain import log_setup
from workers.broker import NUDGES, QUEUES, TASKS
from workers.heartbeats import beating
from workers.services import WorkerServices
from workers.settings import SettingMissing, WorkerSettings

# Every module that declares tasks; importing it is what adds them to TASKS.
TASK_MODULES = (
    "workers.catch_up",
    "workers.duplicates",
    "workers.imports",
    "workers.rebuild",
    "workers.certificates",
    "workers.replays",
    "workers.resume_jobs",
    "workers.support",
    "workers.survey_sweep",
)

STOP_SECONDS = 20  # a task is told to stop; what it has not committed by then is done again

# An idle worker asks for messages ever more seldom, down to once in this many milliseconds. After
# a nudge a page waits to show what it recorded; a job may begin a second later.
IDLE_NUDGES, IDLE_JOBS = 40, 1_000


def run(settings: WorkerSettings, queues: set[str], stop: threading.Event) -> None:
    """Work until `stop` is set, then let running tasks come to their next commit."""
    log = structlog.get_logger("workers")
    services = WorkerServices(settings)
    for module in TASK_MODULES:
        importlib.import_module(module)
    broker = services.broker
    TASKS.declare(broker, services)
    worker = Worker(
        broker,
        queues=queues,
        worker_timeout=IDLE_NUDGES if NUDGES.name in queues else IDLE_JOBS,
        worker_threads=settings.worker_threads,
    )
    worker.start()
    log.info("worker started", queues=sorted(queues), tasks=sorted(TASKS.by_name))
    with beating(settings.database_url, queues, settings.frozen_seconds):
        stop.wait()
        log.info("worker stopping")
        worker.stop(timeout=STOP_SECONDS * 1000)
    broker.close()
    services.close()


def main() -> None:
    """Read the environment and the names of the queues, and work."""
    known = {queue.name for queue in QUEUES}
    queues = set(sys.argv[1:]) or known
    if queues - known:
        sys.exit(f"unknown queue {', '.join(sorted(queues - known))}; known: {', '.join(known)}")
    try:
        settings = WorkerSettings.from_environment(os.environ)
    except SettingMissing as missing:
        sys.exit(f"worker: {missing}")
    log_setup.configure(settings.log_level, settings.log_format)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(settings, queues, stop)


if __name__ == "__main__":
    main()
