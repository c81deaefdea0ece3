"""Gunicorn's configuration of the web processes; values come from service/config.py."""

import importlib
import logging
import os
import re
from pathlib import Path
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from domain import log_setup
from service.config import Settings

_settings = Settings.from_environment(os.environ)

bind = f"{_settings.host}:{_settings.port}"
worker_class = "service.operations.web_worker.PatientWorker"
workers = _settings.web_processes
threads = _settings.web_threads
timeout = _settings.frozen_seconds  # for the main loop; requests may take longer
graceful_timeout = 15
keepalive = 15
max_requests = 20_000  # a slow leak in any library never grows old
max_requests_jitter = 2_000
limit_request_fields = 64
proc_name = "socai"
loglevel = "warning"
control_socket_disable = True
# A worker's heartbeat is a file: on a busy disk it would look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# X-Forwarded headers are read by the application, which knows how many proxies to believe.
forwarded_allow_ips = "*" if _settings.proxies else "127.0.0.1,::1"


def on_starting(server: Any) -> None:
    """Sets the log format of gunicorn's own lines, and loads the code.

    Requests are logged by the service. Code loaded here is there at once for each web process
    that replaces another; connections and threads are made in the web process.
    """
    log_setup.configure(_settings.log_level, _settings.log_format)
    gunicorns: logging.Logger = server.log.error_log
    gunicorns.handlers.clear()
    gunicorns.propagate = True
    gunicorns.addFilter(without_addresses)
    importlib.import_module("service.app")


def child_exit(server: Any, worker: Any) -> None:
    """Marks the metrics of a web process as those of an ended one."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        mark_process_dead(worker.pid)


def without_addresses(record: logging.LogRecord) -> bool:
    """Removes addresses from gunicorn's lines: an address may hold a name that was searched for."""
    text = record.getMessage()
    if quoted := re.match(r"(Error handling request|Invalid request from ip=[^:]*)", text):
        record.msg, record.args = quoted[0], ()
    return True
