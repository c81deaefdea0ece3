"""Services of a request: pools, keyring, application, counters; made once by `make_services`."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import psycopg
from flask import current_app, g
from prometheus_client import CollectorRegistry, Counter, Histogram
from psycopg import Connection
from psycopg_pool import ConnectionPool
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from domain.application import SocaiApplication
from domain.areas.directory import AreaDirectory
from domain.eventstore.personal import Keyring
from domain.eventstore.postgres import Pool, SqlRow
from domain.standards import load_standards
from service.access.permissions import Permission
from service.access.throttle import Failures
from service.config import Settings
from service.nudge import PATIENCE, Notifier


class Metrics:
    """The counters of one application in this process. They name no person, household or area.

    `service.system.metrics` shows them.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "socai_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "socai_request_seconds",
            "Time to answer, by route.",
            ["method", "route"],
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self._nudges_lost = Counter(
            "socai_nudges_lost",
            "Nudges that could not be sent; the sweep makes up for them.",
            registry=self.registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts a request. `route` is the pattern of the path, never the path."""
        if method not in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            method = "OTHER"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def nudge_lost(self) -> None:
        """Counts a nudge that was not sent."""
        self._nudges_lost.inc()


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one running service. `clock` gives this moment in UTC; `permissions` are those
    of all capabilities by name.

    The connections of `pool` are for transactions; those of `single` commit each statement.
    """

    settings: Settings
    pool: ConnectionPool[Any]
    single: ConnectionPool[Any]
    redis: Redis
    keyring: Keyring
    application: SocaiApplication
    nudge: Notifier
    failures: Failures
    metrics: Metrics
    clock: Callable[[], datetime]
    permissions: Mapping[str, Permission]

    def areas(self) -> AreaDirectory:
        """All administrative units, as recorded up to now."""
        return self.application.areas.directory

    @contextmanager
    def reading(self) -> Iterator[Connection[Any]]:
        """Returns the connection that a request reads through; each statement commits by itself, so
        that a line of the read log stays.

        It is taken at the first call and put back when the request ends (`give_back`), which saves
        a page some twenty round trips to the database.
        """
        if "reading" not in g:
            g.reading = self.single.getconn()
        yield g.reading

    def close(self) -> None:
        """Gives all connections back."""
        self.nudge.close()
        self.redis.close()
        self.pool.close()
        self.single.close()


def give_back(_: BaseException | None) -> None:
    """Puts the request's connection back into its pool."""
    if "reading" in g:
        current_services().single.putconn(g.pop("reading"))


def current_services() -> Services:
    """The parts of the application that answers the present request."""
    return cast(Services, current_app.extensions["socai"])


def make_services(
    settings: Settings, clock: Callable[[], datetime], permissions: Mapping[str, Permission]
) -> Services:
    """Makes the parts of one service, with connections of its own."""
    pool = _pool(settings, autocommit=False)
    client = Redis.from_url(
        settings.redis_url,
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
    keyring = Keyring(pool, settings.master_key, settings.index_key)
    return Services(
        settings=settings,
        pool=pool,
        single=_pool(settings, autocommit=True),
        redis=client,
        keyring=keyring,
        application=SocaiApplication(pool, keyring, load_standards(), clock=clock),
        nudge=Notifier(settings.redis_url, settings.instance),
        failures=Failures(client, clock, settings.instance),
        metrics=Metrics(),
        clock=clock,
        permissions=permissions,
    )


class _Connection(psycopg.Connection[SqlRow]):
    """A connection with the moment of its last answer, in seconds of the monotonic clock."""

    answered_at = -math.inf


def _check(conn: _Connection) -> None:
    """Checks a pooled connection, unless it answered within the last second: a server that went
    away since costs one request, which is answered 503.
    """
    if time.monotonic() - conn.answered_at > 1:
        ConnectionPool.check_connection(conn)
        conn.answered_at = time.monotonic()


def _pool(settings: Settings, *, autocommit: bool) -> Pool:
    pool = ConnectionPool(
        settings.database_url,
        connection_class=_Connection,
        kwargs={"autocommit": autocommit},
        min_size=1,
        max_size=settings.web_threads + 4,
        timeout=5,
        open=True,
        check=_check,
        name="reading" if autocommit else "service",
    )
    return cast("Pool", pool)  # whose connections remember one thing more
