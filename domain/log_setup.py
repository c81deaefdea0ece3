"""Sets up the logs of all processes and keeps personal data out of every line. One shape for every
process.

As JSON (production) a line holds plain values under plain names; the text of an exception is left
out, because errors quote the values they choke on. The console shape, for a developer's own
machine with made-up people, shows it.
"""

import logging
import sys
import traceback
from datetime import date, datetime
from uuid import UUID

import structlog
from structlog.typing import EventDict, WrappedLogger

from domain.errors import Refusal

PERSONAL_NAMES = frozenset({
    "name", "full_name", "head_name", "id_number", "identity_number", "birth_date", "birthday",
    "phone", "address", "health", "private", "password", "token", "secret", "key", "sealed",
    "values", "body", "query", "q",
})  # fmt: skip
_PLAIN = (str, int, float, bool, date, datetime, UUID, type(None))


def configure(level: str = "INFO", shape: str = "json") -> None:
    """Send structlog and the standard library's loggers to stdout in one shape.

    `shape` is "json" or "console". Safe to call again, also after a fork.
    """
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())]
        if shape == "console"
        else [describe_exception, without_personal_data, _as_json()]
    )
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("apscheduler", "dramatiq", "werkzeug"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def without_personal_data(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Keep plain values under harmless names; of everything else say only its type."""
    for name, value in line.items():
        if name in PERSONAL_NAMES:
            line[name] = "[left out]"
        elif isinstance(value, list | tuple) and all(isinstance(one, _PLAIN) for one in value):
            continue
        elif name != "error" and not isinstance(value, _PLAIN):
            line[name] = f"[{type(value).__name__}]"
    return line


def describe_exception(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Put the type, the place and (of a refusal, which holds no personal data) the code."""
    given = line.pop("exc_info", None)
    if not given:
        return line
    error = given if isinstance(given, BaseException) else (sys.exc_info()[1] or None)
    if isinstance(given, tuple):
        error = given[1]
    if error is None:
        return line
    frames = traceback.extract_tb(error.__traceback__)
    line["error"] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "code": error.code if isinstance(error, Refusal) else getattr(error, "sqlstate", None),
        "text": str(error) if isinstance(error, ImportError) else "",  # names modules only
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
    }
    return line


def _as_json() -> structlog.typing.Processor:
    return structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
