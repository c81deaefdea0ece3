"""Settings of the system: one table, read from the environment once.

`docs/operations.md` shows the same table; a test holds the two equal. A value may stand in a file
(`SOCAI_MASTER_KEY_FILE=/run/secrets/master`) where the table says so.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from service.operations.failure import Failure

ROOT = Path(__file__).resolve().parent.parent


class SettingRefused(Failure):
    """A setting is missing or unusable; the message names it and says the mend."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: the variable, where it goes, how it is read, and what it is for.

    `default` is as it would be written in the environment; None means: unset.
    """

    variable: str
    field: str
    read: Callable[[str], Any]
    default: str | None
    meaning: str
    secret: bool = False

    @property
    def file_variable(self) -> str:
        return f"{self.variable}_FILE"


def _whole(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError("must not be negative")
    return value


def _patience(text: str) -> int:
    value = int(text)
    if value < 3:
        raise ValueError("must be at least 3: a process says something once a second")
    return value


def _yes_or_no(text: str) -> bool:
    try:
        return {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}[
            text.lower()
        ]
    except KeyError:
        raise ValueError("must be 1 or 0") from None


def _key(text: str) -> bytes:
    try:
        value = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("must be base64") from None
    if len(value) != 32:
        raise ValueError(f"must be 32 bytes in base64, not {len(value)}")
    return value


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _log_format(text: str) -> str:
    if text not in ("json", "console"):
        raise ValueError("must be json or console")
    return text


def _level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("must be debug, info, warning or error")
    return text.upper()


SETTINGS = (
    Setting(
        "DATABASE_URL", "database_url", str, None,
        "PostgreSQL as the service's role `socai_app`. Unset: an embedded server under the data "
        "folder.", secret=True,
    ),
    Setting(
        "DATABASE_OWNER_URL", "database_owner_url", str, None,
        "The same database as the role that owns it: migrations, rebuilds, backup and restore. "
        "Unset: `DATABASE_URL`.", secret=True,
    ),
    Setting(
        "REDIS_URL", "redis_url", str, None,
        "Redis or Valkey for nudges, rate limits and progress; losing it loses nothing. Unset: an "
        "embedded server.", secret=True,
    ),
    Setting(
        "SOCAI_DATA", "data", _folder, str(ROOT / "var"),
        "Folder of everything that this machine keeps: embedded servers, keys, uploads, logs.",
    ),
    Setting(
        "SOCAI_MASTER_KEY", "master_key", _key, None,
        "Wraps the key of every person's data. 32 bytes in base64. Lost, every name is lost. "
        "Unset with an embedded database: made under the data folder.", secret=True,
    ),
    Setting(
        "SOCAI_INDEX_KEY", "index_key", _key, None,
        "Finds identity numbers without storing them. 32 bytes in base64; must never change. "
        "Unset with an embedded database: made under the data folder.", secret=True,
    ),
    Setting(
        "SOCAI_SESSION_KEY", "session_key", _key, None,
        "Signs sessions and links. 32 bytes in base64; changing it ends all sessions. Unset "
        "with an embedded database: made under the data folder.", secret=True,
    ),
    Setting("SOCAI_HOST", "host", str, "127.0.0.1", "Address the web processes listen on."),
    Setting("SOCAI_PORT", "port", _whole, "8000", "Port the web processes listen on."),
    Setting(
        "SOCAI_PUBLIC_URL", "public_url", str, "",
        "Address that people use, with https, with a proxy in front; cookies are then sent "
        "over https only. Empty: the address above.",
    ),
    Setting(
        "SOCAI_PROXIES", "proxies", _whole, "0",
        "How many proxies in front add X-Forwarded headers that may be believed.",
    ),
    Setting("SOCAI_WEB_PROCESSES", "web_processes", _whole, "2", "Web processes (gunicorn)."),
    Setting("SOCAI_WEB_THREADS", "web_threads", _whole, "8", "Threads of each web process."),
    Setting(
        "SOCAI_JOB_PROCESSES", "job_processes", _whole, "2",
        "Processes that take long work: imports, replays, rebuilds.",
    ),
    Setting(
        "SOCAI_WORKER_THREADS", "worker_threads", _whole, "4",
        "Threads of each process that takes nudges or long work.",
    ),
    Setting(
        "SOCAI_FROZEN_SECONDS", "frozen_seconds", _patience, "20",
        "Seconds after which a process that says nothing counts as frozen and is replaced.",
    ),
    Setting(
        "SOCAI_INSTANCE", "instance", str, "socai",
        "Name before every queue and key in Redis, so that several systems can share one.",
    ),
    Setting(
        "SOCAI_BODY_LIMIT", "body_limit", _whole, "1048576",
        "Largest body of a request in bytes, uploads apart.",
    ),
    Setting(
        "SOCAI_UPLOAD_LIMIT", "upload_limit", _whole, "209715200",
        "Largest uploaded file in bytes; one photo, sheet or list of support is 32 MiB at most.",
    ),
    Setting(
        "SOCAI_WAIT_MILLISECONDS", "wait_milliseconds", _whole, "1000",
        "How long an answer waits for its own write to become visible.",
    ),
    Setting(
        "SOCAI_OIDC_ISSUER", "oidc_issuer", str, "",
        "Address of an OpenID Connect provider for single sign-on. Empty: passwords only.",
    ),
    Setting("SOCAI_OIDC_CLIENT_ID", "oidc_client_id", str, "", "Our name at that provider."),
    Setting(
        "SOCAI_OIDC_CLIENT_SECRET", "oidc_client_secret", str, "", "Our secret at that provider.",
        secret=True,
    ),
    Setting(
        "SOCAI_OIDC_CLAIM", "oidc_claim", str, "preferred_username",
        "The claim that names the account here.",
    ),
    Setting("SOCAI_DEMO", "demo", _yes_or_no, "0", "Whether the demo was loaded here."),
    Setting("SOCAI_LOG_LEVEL", "log_level", _level, "info", "debug, info, warning or error."),
    Setting("SOCAI_LOG_FORMAT", "log_format", _log_format, "json", "json or console."),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings as they were read. Its repr shows no secret."""

    database_url: str
    database_owner_url: str
    redis_url: str
    data: Path
    master_key: bytes
    index_key: bytes
    session_key: bytes
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    proxies: int = 0
    web_processes: int = 2
    web_threads: int = 8
    job_processes: int = 2
    worker_threads: int = 4
    frozen_seconds: int = 20
    instance: str = "socai"
    body_limit: int = 2**20
    upload_limit: int = 200 * 2**20
    wait_milliseconds: int = 1000
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_claim: str = "preferred_username"
    demo: bool = False
    log_level: str = "INFO"
    log_format: str = "json"

    def __repr__(self) -> str:
        hidden = {row.field for row in SETTINGS if row.secret}
        shown = (
            f"{field.name}={getattr(self, field.name)!r}"
            for field in fields(self)
            if field.name not in hidden
        )
        return f"Settings({', '.join(shown)})"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read every setting; refuse with the names of all that are missing or unusable."""
        values = {row.field: read(row, environment) for row in SETTINGS}
        values["database_owner_url"] = values["database_owner_url"] or values["database_url"]
        missing = [
            f"{row.variable} or {row.file_variable}" if row.secret else row.variable
            for row in SETTINGS
            if values[row.field] is None
        ]
        if missing:
            raise SettingRefused(
                f"not set: {', '.join(missing)}; docs/operations.md says what they are"
            )
        return cls(**values)


def read(row: Setting, environment: Mapping[str, str]) -> Any:
    """The value of one setting, or None where it is unset and has no default."""
    text = environment.get(row.variable)
    if row.secret and not text and environment.get(row.file_variable):
        file = Path(environment[row.file_variable])
        try:
            text = file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingRefused(
                f"{row.file_variable}: {file} cannot be read ({error.strerror})"
            ) from None
    if not text:
        text = row.default
    if text is None:
        return None
    try:
        return row.read(text)
    except ValueError as error:
        raise SettingRefused(f"{row.variable}: {error}") from None
