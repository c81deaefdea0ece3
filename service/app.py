"""The WSGI application: makes the services and registers all routes.

It refuses to start if a route declares no rule (`service.access.authorization`).
"""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service.access.authorization import routes_without_rule
from service.capabilities import CAPABILITIES, permissions, problem_table
from service.config import Settings
from service.http import lifecycle
from service.http.converters import CONVERTERS
from service.http.openapi import document
from service.http.uploads import MemoryRequest
from service.problems import EXTENSION
from service.services import Services, give_back, make_services
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
        for pages in capability.pages:
            app.register_blueprint(pages)
    for section in dict.fromkeys(one for capability in CAPABILITIES for one in capability.api):
        api.register_blueprint(section)
    app.extensions["socai-document"] = api
    missing = routes_without_rule(app)
    if missing:
        raise RouteWithoutRule(f"no rule is declared for: {', '.join(missing)}")
    app.extensions["socai"] = make_services(settings, clock, permissions())
    app.teardown_appcontext(give_back)
    return app


def close_app(app: Flask) -> None:
    """Gives the connections of an application back."""
    services: Services = app.extensions["socai"]
    services.close()
