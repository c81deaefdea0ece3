"""The clock sends the messages of recurring tasks at steady intervals. It keeps no state and knows
no work.

It heals whatever was lost: a nudge that Redis forgot, a job whose worker was killed. Several
clocks on several machines do no harm, because every task is safe to run twice.
"""

import os
import signal
import sys
from dataclasses import dataclass

import dramatiq
import redis
import structlog
from apscheduler.schedulers.blocking import BlockingScheduler
from dramatiq.brokers.redis import RedisBroker

from domain import log_setup
from workers.broker import JOBS, NUDGES, Queue, make_broker, send
from workers.heartbeats import beating
from workers.settings import SettingMissing, WorkerSettings

LONGEST_QUEUE = 50  # more waiting nudges than this say nothing new


@dataclass(frozen=True, slots=True)
class Sweep:
    """A task to ask for every so many seconds."""

    task: str
    queue: Queue
    seconds: float


SWEEPS = (
    Sweep("catch_up", NUDGES, 1.0),
    Sweep("resume_jobs", NUDGES, 10.0),
    Sweep("renew", NUDGES, 60.0),
    Sweep("expire_imports", JOBS, 3600.0),
    Sweep("sweep_unrecorded_surveys", JOBS, 3600.0),
)


def ask(broker: RedisBroker, sweep: Sweep) -> bool:
    """Send one nudge unless plenty are waiting or Redis is away. True: it was sent."""
    try:
        if broker.do_qsize(sweep.queue.name) > LONGEST_QUEUE:
            return False
        send(broker, sweep.queue, sweep.task)
    except (redis.RedisError, dramatiq.BrokerError) as error:
        structlog.get_logger("clock").warning("no nudge", task=sweep.task, why=type(error).__name__)
        return False
    return True


def main() -> None:
    """Tick until told to stop."""
    try:
        settings = WorkerSettings.from_environment(os.environ)
    except SettingMissing as missing:
        sys.exit(f"clock: {missing}")
    log_setup.configure(settings.log_level, settings.log_format)
    broker = make_broker(settings.redis_url, settings.instance)
    scheduler = BlockingScheduler(timezone="UTC")
    for sweep in SWEEPS:
        scheduler.add_job(
            ask, "interval", [broker, sweep], seconds=sweep.seconds, coalesce=True, max_instances=1
        )

    def stop(*_: object) -> None:
        scheduler.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with beating(settings.database_url, ["clock"], settings.frozen_seconds):
        scheduler.start()
    broker.close()


if __name__ == "__main__":
    main()
