"""The WSGI application: makes the services and registers all routes.

It refuses to start if a route declares no rule (`service.access.permissions`).
"""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

import psycopg
import redis
from flask import Flask
from psycopg_pool import ConnectionPool
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.middleware.proxy_fix import ProxyFix

from domain.application import SocaiApplication
from domain.eventstore.connections import Pool, SqlRow
from domain.eventstore.personal import Keyring
from domain.standards import load_standards
from service.access.rules import routes_without_rule
from service.access.throttle import Failures
from service.capabilities import CAPABILITIES, permissions, problem_table
from service.config import Settings
from service.http import lifecycle
from service.http.converters import CONVERTERS
from service.http.openapi import document
from service.http.uploads import MemoryRequest
from service.metrics import Metrics
from service.nudge import PATIENCE, Notifier
from service.problems import EXTENSION
from service.services import Services, give_back
from service.ui import setup

VERSION = "0.1.0"


class RouteWithoutRule(Exception):
    """A route declares no rule; the message names it."""


def utcnow() -> datetime:
    """This moment, in UTC."""
    return datetime.now(tz=UTC)


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utcnow) -> Flask:
    """The service as a WSGI application, with connections of its own.

    `clock` is an argument, so that a test can set the moment. Raises RouteWithoutRule;
    ProblemTablesWrong where a refusal has no text or two; PermissionsWrong where two permissions
    have one name.
    """
    app = Flask("service", static_folder=None)
    app.request_class = MemoryRequest
    app.config.update(
        MAX_CONTENT_LENGTH=settings.body_limit,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.url_map.merge_slashes = False
    app.url_map.converters.update(CONVERTERS)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies
        )
    app.extensions[EXTENSION] = problem_table()
    lifecycle.register(app)
    api = document(app, VERSION)
    setup.register(app, settings)
    app.register_blueprint(setup.pages)
    for capability in CAPABILITIES:
        for register in capability.register:
            register(app, settings)
        for routes in capability.api:
            api.register_blueprint(routes)
        for pages in capability.pages:
            app.register_blueprint(pages)
    app.extensions["socai-document"] = api
    missing = routes_without_rule(app)
    if missing:
        raise RouteWithoutRule(f"no rule is declared for: {', '.join(missing)}")
    app.extensions["socai"] = _wire(settings, clock)
    app.teardown_appcontext(give_back)
    return app


def close_app(app: Flask) -> None:
    """Gives the connections of an application back."""
    services: Services = app.extensions["socai"]
    services.nudge.close()
    services.redis.close()
    services.pool.close()
    services.single.close()


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


def _wire(settings: Settings, clock: Callable[[], datetime]) -> Services:
    pool = _pool(settings, autocommit=False)
    client = redis.Redis.from_url(
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
        permissions=permissions(),
    )
