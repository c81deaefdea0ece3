"""Measurement of the pages: `./socai up` with the demo, and many clients."""

import contextlib
import csv
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from service.config import ROOT
from service.demo.accounts import shown_accounts

PEOPLE = 200
CROWD = 1_000
SIGNING_IN = 4  # people a second
SETTLING = 45  # seconds of clicking before answers are counted
READY_SECONDS = 900
KINDS = ("household", "list", "command", "worklist")
CHANGED = "changed meanwhile"


@dataclass(frozen=True, slots=True)
class Answered:
    """One kind of request: how many, how many failed, and the 95th percentile in milliseconds."""

    requests: int
    failed: int
    p95: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers of each kind, and the CPU seconds of each part of the system meanwhile."""

    answers: dict[str, Answered]
    cpu: dict[str, float]
    faults: dict[str, int]
    """What failed, in words, and how often."""
    changed: int
    """Forms that were answered by what another had recorded of the household meanwhile."""

    @property
    def count(self) -> int:
        """All answers."""
        return sum(one.requests for one in self.answers.values())

    def each(self) -> str:
        """The CPU milliseconds for one answer, by part."""
        parts = [f"{name} {spent / self.count * 1e3:.1f}" for name, spent in self.cpu.items()]
        return f"CPU ms an answer: {', '.join(parts)}"


def measure(people: int, seconds: int) -> Measured:
    """Answers of each kind for some seconds, once all `people` have signed in and click."""
    with tempfile.TemporaryDirectory(prefix="socai-bench-") as folder:
        data = Path(folder) / "data"
        with _running(data) as address:
            passwords = {one.name: one.password for one in shown_accounts(data / "demo")}
            told = Path(folder) / "told"
            until = f"{people // SIGNING_IN + SETTLING + seconds}s"
            command = [
                *(sys.executable, "-m", "locust", "-f", str(Path(__file__).parent / "people.py")),
                *("--headless", "--only-summary", "--host", address),
                *("-u", str(people), "-r", str(SIGNING_IN), "--csv", str(told)),
                *("-t", until, "--exit-code-on-error", "0"),
            ]
            environment = os.environ | {
                "SOCAI_BENCH_PASSWORDS": json.dumps(passwords),
                "SOCAI_BENCH_SETTLING": str(SETTLING),
            }
            with subprocess.Popen(
                command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as locust:
                time.sleep(people / SIGNING_IN + SETTLING)
                before = _spent(data, locust.pid)
                time.sleep(seconds - 1)
                after = _spent(data, locust.pid)
                if locust.wait():
                    raise RuntimeError("locust failed")
            share = seconds / (seconds - 1)
            cpu = {name: (after[name] - before.get(name, 0)) * share for name in after}
            answers = _read(Path(f"{told}_stats.csv"))
            changed = answers.pop(CHANGED, Answered(0, 0, 0))
            return Measured(answers, cpu, _faults(Path(f"{told}_failures.csv")), changed.requests)


def _spent(data: Path, locust: int) -> dict[str, float]:
    """CPU seconds so far of the processes of a system, by what they do, and of its clients."""
    found = dict.fromkeys(("pages", "workers", "PostgreSQL", "clients"), 0.0)
    servers = {
        one.pid for one in psutil.process_iter(["cmdline"]) if _is_of(one.info["cmdline"], data)
    }
    for process in psutil.process_iter(["cmdline", "ppid", "cpu_times"]):
        times, command = process.info["cpu_times"], " ".join(process.info["cmdline"] or ())
        if times is None:
            continue
        if process.pid == locust:
            part = "clients"
        elif process.pid in servers or process.info["ppid"] in servers:
            part = "PostgreSQL"
        elif "gunicorn" in command and _is_started_for(process, data):
            part = "pages"
        elif "workers." in command and _is_started_for(process, data):
            part = "workers"
        else:
            continue
        found[part] += times.user + times.system
    return found


def _is_of(command: list[str] | None, data: Path) -> bool:
    return bool(command) and "postgres" in command[0] and any(str(data) in one for one in command)


def _is_started_for(process: psutil.Process, data: Path) -> bool:
    """Whether the settings of a process lead to this folder."""
    with contextlib.suppress(psutil.Error):
        return any(str(data) in value for value in process.environ().values())
    return False


def _read(path: Path) -> dict[str, Answered]:
    with path.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Name"] in (*KINDS, CHANGED)]
    silent = {*KINDS} - {row["Name"] for row in rows if int(row["Request Count"])}
    if silent:
        raise RuntimeError(f"no answers of {sorted(silent)}: the people came too late")
    return {
        row["Name"]: Answered(
            int(row["Request Count"]), int(row["Failure Count"]), float(row["95%"])
        )
        for row in rows
    }


def _faults(path: Path) -> dict[str, int]:
    with path.open(newline="") as file:
        return {
            f"{row['Name']}: {row['Error']}": int(row["Occurrences"])
            for row in csv.DictReader(file)
            if row["Name"] in KINDS
        }


@contextmanager
def _running(data: Path) -> Iterator[str]:
    """`./socai up` with the demo loaded; gives its address, and ends it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [str(ROOT / "socai"), "up", "--data", str(data), "--port", str(port)]
    system = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_until_ready(system, address)
        yield address
    finally:
        system.send_signal(signal.SIGINT)
        system.wait(timeout=60)


def _wait_until_ready(system: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if system.poll() is not None:
            raise RuntimeError("./socai up ended by itself")
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(f"{address}/readyz", timeout=5),  # noqa: S310
        ):
            return
        time.sleep(1)
    raise RuntimeError("./socai up is not ready in time")
