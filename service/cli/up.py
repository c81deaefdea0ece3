"""`./socai up`: servers, migrations, demo, processes, and an orderly end."""

import fcntl
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from service.cli import demo
from service.config import ROOT, SETTINGS, Settings, read
from service.operations.instance import Instance, instance, refuse_unusable
from service.operations.processes import empty_folder, end_leftovers, write_processes
from service.operations.supervision import Supervisor, procfile

READY_SECONDS = 120.0


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the web server (SOCAI_PORT).")
@click.option("--no-demo", is_flag=True, help="Do not load the demo at the first start.")
@click.option(
    "--only", metavar="NAMES", help="Only these processes of the Procfile, e.g. jobs,worker."
)
def up(port: int | None, no_demo: bool, only: str | None) -> None:
    """Start everything and print the address; Ctrl-C stops it.

    Embedded PostgreSQL and Valkey are used where DATABASE_URL and REDIS_URL are unset; only then
    is the demo loaded at the first start.
    """
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    environment = dict(os.environ)
    if port:
        environment["SOCAI_PORT"] = str(port)
    environment.setdefault("SOCAI_LOG_FORMAT", "console" if sys.stdout.isatty() else "json")
    wanted = _wanted(only)
    settings_row = {row.field: row for row in SETTINGS}
    data: Path = read(settings_row["data"], environment)
    host, port = read(settings_row["host"], environment), read(settings_row["port"], environment)
    with only_one(data, f"http://{host}:{port}"):
        end_leftovers(data)
        if "web" in wanted:
            refuse_busy_port(host, port)
        _say("starting the servers ...")
        with instance(environment) as running:
            if not no_demo and not environment.get("DATABASE_URL"):
                demo.load_at_first_start(running.settings)
            _supervise(running, wanted)
    _say("stopped")


def _supervise(running: Instance, wanted: dict[str, str]) -> None:
    settings = running.settings
    empty_folder(settings.data / "run" / "metrics")  # counters begin with the processes
    supervisor = Supervisor(
        _child_environment(running), ROOT, frozen_seconds=settings.frozen_seconds
    )
    for name, command in wanted.items():
        supervisor.add(name, command, settings.job_processes if name == "jobs" else 1)

    def tend() -> None:
        if running.servers.revive():
            running.environment.update(running.servers.environment)
            supervisor.move_to(_child_environment(running))
        write_processes(settings.data, supervisor.pids())

    def stop(*_: Any) -> None:
        supervisor.stop.set()

    supervisor.tend = tend
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    if "web" in wanted:
        threading.Thread(target=_announce, args=(settings, supervisor.stop), daemon=True).start()
    try:
        supervisor.run()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # the servers are being stopped already
        write_processes(settings.data, {})


def _wanted(only: str | None) -> dict[str, str]:
    commands = procfile(ROOT / "Procfile")
    if only is None:
        return commands
    names = only.split(",")
    unknown = sorted(set(names) - set(commands))
    if unknown:
        raise click.ClickException(
            f"no process {', '.join(unknown)} in the Procfile; there are {', '.join(commands)}"
        )
    return {name: commands[name] for name in names}


def _child_environment(running: Instance) -> dict[str, str]:
    programs = str(Path(sys.executable).parent)
    path = os.pathsep.join([programs, running.environment.get("PATH", "/usr/bin:/bin")])
    return {
        **running.environment,
        "PATH": path,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(running.settings.data / "run" / "metrics"),
        "SOCAI_DEMO": "1" if demo.is_loaded(running.settings) else "0",
    }


def _announce(settings: Settings, stop: threading.Event) -> None:
    """Wait for the web server, then say where it is and who may sign in."""
    address = f"http://{settings.host}:{settings.port}"
    deadline = time.monotonic() + READY_SECONDS
    while not stop.is_set() and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310
                break
        except (urllib.error.URLError, OSError):
            stop.wait(0.1)
    else:
        return
    lines = ["", f"  Sổ Cái is ready: {settings.public_url or address}", ""]
    accounts = demo.accounts(settings)
    if accounts:
        width = max(len(account.name) for account in accounts)
        lines.append("  Demo accounts and their passwords:")
        lines += [f"    {each.name:{width}}  {each.password}  {each.what}" for each in accounts]
        said = demo.rounds(settings)
        lines += ["", f"  {said}", ""] if said else [""]
    lines.append(f"  Data: {settings.data}. Ctrl-C stops everything.\n")
    click.echo("\n".join(lines))
    sys.stdout.flush()


@contextmanager
def only_one(data: Path, address: str) -> Iterator[None]:
    """Hold the data folder for one `up`; refuse a second with the address of the first."""
    refuse_unusable(data)
    with (data / "run" / "up.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise click.ClickException(
                f"already running on {data}: {file.read().strip()}; stop it or use another --data"
            ) from None
        file.truncate(0)
        file.write(f"{address} (process {os.getpid()})\n")
        file.flush()
        yield


def refuse_busy_port(host: str, port: int) -> None:
    """Refuse a port that is in use, in one line, before gunicorn would."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} on {host} cannot be used ({error.strerror}); "
                f"try: ./socai up --port {port + 1}"
            ) from None


def _leave(*_: Any) -> None:
    raise SystemExit(143)


def _say(text: str) -> None:
    click.echo(f"socai: {text}", err=True)
