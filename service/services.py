"""Services of a request: pools, keyring, application; made once by `service.app.create_app`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, g
from psycopg import Connection
from psycopg_pool import ConnectionPool

if TYPE_CHECKING:
    from redis import Redis

    from domain.application import SocaiApplication
    from domain.areas.directory import AreaDirectory
    from domain.eventstore.personal import Keyring
    from service.access.permissions import Permission
    from service.access.throttle import Failures
    from service.config import Settings
    from service.metrics import Metrics
    from service.nudge import Notifier


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one running service. `clock` gives this moment in UTC; `permissions` are those
    of all capabilities by name.

    The connections of `pool` are for transactions; those of `single` commit each statement.
    """

    settings: "Settings"
    pool: ConnectionPool[Any]
    single: ConnectionPool[Any]
    redis: "Redis"
    keyring: "Keyring"
    application: "SocaiApplication"
    nudge: "Notifier"
    failures: "Failures"
    metrics: "Metrics"
    clock: Callable[[], datetime]
    permissions: Mapping[str, "Permission"]

    def areas(self) -> "AreaDirectory":
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


def give_back(_: BaseException | None) -> None:
    """Puts the request's connection back into its pool."""
    if "reading" in g:
        current_services().single.putconn(g.pop("reading"))


def current_services() -> Services:
    """The parts of the application that answers the present request."""
    return cast(Services, current_app.extensions["socai"])
