"""Nudges to the workers: a message after a commit that makes them read the ledger.

A lost nudge delays, and loses nothing: the clock of the workers sends the same once a second, and
jobs are rows of a table. So a nudge that cannot be sent is dropped at once, and its command has
still succeeded. Tasks are named, not imported: service and workers do not import each other.
"""

import time
from collections.abc import Callable
from uuid import UUID

import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker
from redis.backoff import NoBackoff
from redis.retry import Retry

NUDGES = "nudges"
JOBS = "jobs"
CATCH_UP = "catch_up"
RESUME_JOBS = "resume_jobs"

PATIENCE = 0.3  # seconds for one answer of Redis
PAUSE = 1.0  # seconds without trying after Redis failed


class Notifier:
    """Sends nudges to the workers of one instance. Threads may share it."""

    def __init__(
        self, redis_url: str, instance: str, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        pool = redis.ConnectionPool.from_url(
            redis_url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        self._broker = RedisBroker(
            client=redis.Redis(connection_pool=pool), middleware=[], namespace=f"{instance}:tasks"
        )
        self._now = now
        self._silent_until = 0.0

    def catch_up(self) -> bool:
        """Bring the ledger and the read models up to date. False: not sent, the clock will."""
        return self._send(NUDGES, CATCH_UP)

    def job(self, task: str, job_id: UUID) -> bool:
        """Start a job that stands in a table already. False: not sent, the clock will."""
        return self._send(JOBS, task, str(job_id))

    def resume_jobs(self) -> bool:
        """Offer unfinished jobs and rebuilds to the workers now. False: the clock will."""
        return self._send(NUDGES, RESUME_JOBS)

    def close(self) -> None:
        """Give the connections back."""
        self._broker.close()

    def _send(self, queue: str, task: str, *values: str) -> bool:
        if self._now() < self._silent_until:
            return False
        message: dramatiq.Message[None] = dramatiq.Message(
            queue_name=queue, actor_name=task, args=values, kwargs={}, options={}
        )
        try:
            self._broker.enqueue(message)
        except redis.RedisError as error:
            self._silent_until = self._now() + PAUSE
            structlog.get_logger("nudge").warning("no nudge", task=task, why=type(error).__name__)
            return False
        return True


def queue_lengths(redis_url: str, instance: str) -> dict[str, int]:
    """Messages that wait, by queue. Raises redis.RedisError."""
    with redis.Redis.from_url(
        redis_url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0)
    ) as client:
        broker = RedisBroker(client=client, middleware=[], namespace=f"{instance}:tasks")
        return {name: broker.do_qsize(name) for name in (NUDGES, JOBS)}
