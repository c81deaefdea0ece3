"""Reads the settings of a worker from the same environment as the service.

The two rooms may not import each other, so the handful of variables is read here again; a test
holds names, defaults and readings equal to the service's table.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingMissing(Exception):
    """A variable that a worker cannot do without is not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """Addresses, keys and sizes. Secrets do not show in its repr."""

    database_url: str
    database_owner_url: str
    redis_url: str
    master_key: bytes
    index_key: bytes
    data: Path
    instance: str = "socai"
    worker_threads: int = 4
    frozen_seconds: int = 20
    log_level: str = "INFO"
    log_format: str = "json"

    def __repr__(self) -> str:
        return f"WorkerSettings(data={self.data!r}, instance={self.instance!r})"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "WorkerSettings":
        """Raises SettingMissing with the variable's name."""
        database_url = _needed(environment, "DATABASE_URL")
        return cls(
            database_url=database_url,
            database_owner_url=_found(environment, "DATABASE_OWNER_URL") or database_url,
            redis_url=_needed(environment, "REDIS_URL"),
            master_key=_key(environment, "SOCAI_MASTER_KEY"),
            index_key=_key(environment, "SOCAI_INDEX_KEY"),
            data=Path(_needed(environment, "SOCAI_DATA")).expanduser().absolute(),
            instance=_found(environment, "SOCAI_INSTANCE") or "socai",
            worker_threads=int(_found(environment, "SOCAI_WORKER_THREADS") or 4),
            frozen_seconds=int(_found(environment, "SOCAI_FROZEN_SECONDS") or 20),
            log_level=(_found(environment, "SOCAI_LOG_LEVEL") or "info").upper(),
            log_format=_found(environment, "SOCAI_LOG_FORMAT") or "json",
        )


def _found(environment: Mapping[str, str], name: str) -> str:
    if environment.get(name):
        return environment[name]
    file = environment.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else ""


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = _found(environment, name)
    if not value:
        raise SettingMissing(f"{name} is not set; docs/operations.md says what it is")
    return value


def _key(environment: Mapping[str, str], name: str) -> bytes:
    return base64.b64decode(_needed(environment, name), altchars=b"-_", validate=True)
