"""What a request can reach: made once by `service.app.create_app`, kept on the application."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from flask import current_app
from psycopg_pool import ConnectionPool

if TYPE_CHECKING:
    from redis import Redis

    from domain.areas.directory import AreaDirectory
    from domain.casework import Casework
    from domain.eventstore.personal import Keyring
    from service.config import Settings
    from service.metrics import Metrics
    from service.nudge import Nudge
    from service.throttle import Failures


@dataclass(frozen=True, slots=True)
class Wiring:
    """The parts of one running service. `clock` gives this moment in UTC."""

    settings: "Settings"
    pool: ConnectionPool[Any]
    redis: "Redis"
    keyring: "Keyring"
    casework: "Casework"
    nudge: "Nudge"
    failures: "Failures"
    metrics: "Metrics"
    clock: Callable[[], datetime]

    def areas(self) -> "AreaDirectory":
        """All administrative units, as recorded up to now."""
        return self.casework.areas.directory


def wired() -> Wiring:
    """The parts of the application that answers the present request."""
    return cast(Wiring, current_app.extensions["socai"])
