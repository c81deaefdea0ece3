"""The broker brings work to the workers: queues, their promises, and declared tasks.

A message is a nudge: it says "look again" or names a job that stands in PostgreSQL. It never
carries an event or personal data. Every task is safe to run twice and at the same time as itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import (
    AgeLimit,
    Callbacks,
    CurrentMessage,
    Middleware,
    Retries,
    ShutdownNotifications,
    TimeLimit,
)

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue and what its tasks promise; times in milliseconds."""

    name: str
    max_retries: int
    time_limit: int
    max_age: int
    min_backoff: int = SECOND
    max_backoff: int = 10 * MINUTE


# "Look again". The clock says it once a second anyway, so a failed or old nudge is dropped.
NUDGES = Queue("nudges", max_retries=0, time_limit=10 * MINUTE, max_age=MINUTE)

# Long work that stands in a table of jobs: imports, replays, rebuilds. The clock offers unfinished
# jobs again, so a message that is lost with Redis or with its worker loses nothing.
JOBS = Queue("jobs", max_retries=3, time_limit=12 * HOUR, max_age=24 * HOUR)

QUEUES = (NUDGES, JOBS)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a message can ask for; `run` takes the services of the
    worker and plain values."""

    name: str
    queue: Queue
    run: Callable[..., None]


@dataclass(slots=True)
class Tasks:
    """Tasks by name, in the order in which they were added."""

    by_name: dict[str, Task] = field(default_factory=dict)

    def on(self, queue: Queue) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Declare a function as a task of its own name. The function itself stays as it is.

        @TASKS.on(NUDGES)
        def catch_up(services: WorkerServices) -> None: ...
        """

        def add(run: Callable[..., None]) -> Callable[..., None]:
            name = run.__name__
            if name in self.by_name:
                raise ValueError(f"two tasks are called {name}")
            self.by_name[name] = Task(name, queue, run)
            return run

        return add

    def declare(self, broker: dramatiq.Broker, services: object) -> None:
        """Makes each task an actor of this broker; its function gets the services first."""
        for task in self.by_name.values():
            dramatiq.actor(
                actor_name=task.name,
                queue_name=task.queue.name,
                broker=broker,
                max_retries=task.queue.max_retries,
                time_limit=task.queue.time_limit,
                max_age=task.queue.max_age,
                min_backoff=task.queue.min_backoff,
                max_backoff=task.queue.max_backoff,
            )(partial(task.run, services))


TASKS = Tasks()


def make_broker(redis_url: str, instance: str, *further: Middleware) -> RedisBroker:
    """A broker whose keys all begin with the instance's name. It connects on first use.

    A worker that is silent for half a minute is taken for dead and its messages are given to
    others.
    """
    return RedisBroker(  # type: ignore[no-untyped-call]  # its library annotates in part
        url=redis_url,
        namespace=f"{instance}:tasks",
        heartbeat_timeout=30 * SECOND,
        maintenance_chance=20_000,
        middleware=[
            AgeLimit(),
            TimeLimit(),
            ShutdownNotifications(notify_shutdown=True),
            Callbacks(),
            Retries(),
            CurrentMessage(),
            *further,
        ],
    )


def send(broker: dramatiq.Broker, queue: Queue, name: str, *values: object) -> None:
    """Ask for a task by name. Raises redis.RedisError when Redis is away."""
    broker.enqueue(
        dramatiq.Message(queue_name=queue.name, actor_name=name, args=values, kwargs={}, options={})
    )
