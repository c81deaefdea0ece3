"""Supervisor of the processes of a Procfile: starts, restarts and stops them.

Honcho reads the Procfile and prints the lines. It would stop everything as soon as one process
ends, so starting and restarting is here: a process that dies is started again
(docs/decisions/0016).
"""

import ctypes
import datetime
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil
from honcho.colour import get_colours
from honcho.environ import parse_procfile
from honcho.printer import Message, Printer

from service.operations.failure import Failure

STOP_SECONDS = 25.0  # longer than a web process or a worker gives its own running work
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_SECONDS = 20.0  # alive this long, a process counts as well started
GIVE_UP_AFTER = 6  # deaths in a row without ever being steady

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class KeepsFailing(Failure):
    """A process dies again and again right after it starts."""


@dataclass
class Child:
    """A process that should be running, also after restarts."""

    name: str
    command: str
    colour: str | None
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    stopped_since: float | None = None
    early_deaths: int = 0
    pause: float = FIRST_PAUSE


@dataclass
class Supervisor:
    """Runs children with `environment` in `folder` until `stop` is set.

    `tend` is called about once a second beside that. A child that the kernel shows as stopped for
    `frozen_seconds` is killed, and so started again.
    """

    environment: Mapping[str, str]
    folder: Path
    output: IO[str] = sys.stdout
    tend: Callable[[], None] = lambda: None
    frozen_seconds: float = 20.0
    stop: threading.Event = field(default_factory=threading.Event)
    children: list[Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._colours = get_colours()
        self._printer = Printer(self.output, prefix=self.output.isatty())
        self._one_line_at_a_time = threading.Lock()

    def add(self, name: str, command: str, count: int = 1) -> None:
        """Have `command` (a line of the Procfile) run `count` times."""
        names = [name] if count == 1 else [f"{name}.{number}" for number in range(1, count + 1)]
        for each in names:
            self.children.append(Child(each, command, next(self._colours)))
            self._printer.width = max(self._printer.width, len(each))

    def run(self) -> None:
        """Start everything and keep it running. Returns when `stop` is set and all have ended.

        Raises KeepsFailing, with all stopped, where a process never becomes steady.
        """
        tended = time.monotonic()
        try:
            while not self.stop.is_set():
                for child in self.children:
                    self._look_after(child)
                if time.monotonic() - tended >= 1:
                    self.tend()
                    self._kill_frozen()
                    tended = time.monotonic()
                self.stop.wait(0.1)
        finally:
            self._stop_all()

    def move_to(self, environment: Mapping[str, str]) -> None:
        """End every process, so that each comes back in another environment."""
        self.environment = environment
        for pid in self.pids().values():
            _signal(pid, signal.SIGTERM)

    def pids(self) -> dict[str, int]:
        """Pids of those that run now."""
        return {
            child.name: child.running.pid
            for child in self.children
            if child.running is not None and child.running.poll() is None
        }

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.running is None:
            if now >= child.start_at:
                self._start(child)
            return
        code = child.running.poll()
        if code is None:
            return
        # What it started ends with it: web processes without their master would keep the port.
        _signal(-child.running.pid, signal.SIGKILL)
        child.running = None
        if now - child.started >= STEADY_SECONDS:
            child.early_deaths, child.pause = 0, FIRST_PAUSE
        child.early_deaths += 1
        if child.early_deaths >= GIVE_UP_AFTER:
            raise KeepsFailing(f"{child.name} keeps ending with code {code}; its lines say why")
        self._say(f"{child.name} ended with code {code}; starting it again in {child.pause:g} s")
        child.start_at = now + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _kill_frozen(self) -> None:
        for child in self.children:
            if child.running is None or not _is_stopped(child.running.pid):
                child.stopped_since = None
                continue
            now = time.monotonic()
            child.stopped_since = child.stopped_since or now
            if now - child.stopped_since >= self.frozen_seconds:
                self._say(f"{child.name} is frozen; it is killed")
                child.stopped_since = None
                _signal(-child.running.pid, signal.SIGKILL)

    def _start(self, child: Child) -> None:
        child.running = subprocess.Popen(
            ["/bin/sh", "-c", child.command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env=dict(self.environment),
            start_new_session=True,  # Ctrl-C of the terminal is for us alone
            preexec_fn=_die_with_parent,
        )
        child.started = time.monotonic()
        threading.Thread(target=self._pass_on, args=(child, child.running), daemon=True).start()

    def _pass_on(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        with process.stdout or nullcontext(()) as lines:
            for line in lines:
                self._write(child.name, line, child.colour)

    def _stop_all(self) -> None:
        running = [child.running for child in self.children if child.running is not None]
        for process in running:
            _signal(process.pid, signal.SIGTERM)
            _signal(-process.pid, signal.SIGCONT)  # one that is frozen would not hear it
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(-process.pid, signal.SIGKILL)  # its whole group
                process.wait()

    def _say(self, text: str) -> None:
        self._write("socai", text, None)

    def _write(self, name: str, text: bytes | str, colour: str | None) -> None:
        now = datetime.datetime.now()  # noqa: DTZ005 - the hour on the wall, for the terminal
        with self._one_line_at_a_time, suppress(OSError):  # nobody may be reading any more
            self._printer.write(Message("line", text, now, name, colour))


def procfile(path: Path) -> dict[str, str]:
    """Commands by name, in the order of the file."""
    return dict(parse_procfile(path.read_text(encoding="utf-8")).processes)


def _die_with_parent() -> None:
    """In the child: have the kernel end it when its parent is killed (Linux)."""
    if _libc is not None:
        _libc.prctl(1, signal.SIGTERM)


def _is_stopped(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(-pid, number) if pid < 0 else os.kill(pid, number)
    except ProcessLookupError:
        return
